/** Rebuilding read models while the service runs: start, watch, roll back. */
import { z } from 'zod';
import type { ProjectionProgress, RebuildReport } from '../runner/core/runner.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput } from './input.ts';
import { notThere, Problem } from './problem.ts';
import { type RequestContext, sendJson } from './request-context.ts';

/** What the projection runner offers. */
export interface Rebuilder {
  readonly names: readonly string[];
  rebuild(name: string, onProgress: (progress: ProjectionProgress) => void): Promise<RebuildReport>;
  /** Makes the generation before the last swap live again. Throws RangeError when there is none. */
  rollback(name: string): Promise<void>;
}

const pathSchema = z.strictObject({ name: z.string().max(100) });

const stateSchema = z.object({
  state: z.enum(['running', 'done', 'failed']),
  /** Positions. */
  done: z.string().optional(),
  head: z.string().optional(),
  report: z
    .object({
      generation: z.int(),
      rows: z.int(),
      rowsBefore: z.int(),
      /** Rows that came out differently; absent when the versions differ. */
      differing: z.int().optional(),
      examples: z.array(z.string()),
    })
    .optional(),
  error: z.string().optional(),
});
type State = z.infer<typeof stateSchema>;

/** Start, watch and roll back the rebuild of a read model. States are this process’s own and gone with it. */
export function rebuildEndpoints(rebuilder: Rebuilder): readonly Endpoint[] {
  const states = new Map<string, State>();

  const named = ({ req }: RequestContext): string => {
    const { name } = parseInput(pathSchema, req.params, req);
    if (!rebuilder.names.includes(name)) throw notThere();
    return name;
  };

  function start(name: string): void {
    states.set(name, { state: 'running' });
    rebuilder
      .rebuild(name, ({ done, head }) => states.set(name, { state: 'running', done, head }))
      .then(
        ({ generation, rows, rowsBefore, differing, examples }) =>
          states.set(name, {
            state: 'done',
            report: {
              generation,
              rows,
              rowsBefore,
              ...(differing !== undefined && { differing }),
              examples: [...examples],
            },
          }),
        (error: unknown) => states.set(name, { state: 'failed', error: String(error) }),
      );
  }

  const path = `${BASE}/read-models/:name` as const;
  const answer = (status: number, description: string) => ({
    requestParams: { path: pathSchema },
    responses: { [status]: { description, content: { 'application/json': { schema: stateSchema } } } },
  });
  return [
    {
      kind: 'builtin',
      method: 'POST',
      path: `${path}/rebuild`,
      name: 'RebuildReadModel',
      title: '重建读模型',
      summary:
        'Builds a new generation beside the live one; both are compared before the swap. Nothing is sent outside.',
      access: ['MSR'],
      operation: answer(202, '重建中 (Under way)'),
      handle(context) {
        const name = named(context);
        if (states.get(name)?.state !== 'running') start(name);
        sendJson(context, 202, JSON.stringify(states.get(name)));
      },
    },
    {
      kind: 'builtin',
      method: 'GET',
      path: `${path}/rebuild`,
      name: 'ShowRebuild',
      title: '重建进度与比对结果',
      summary: 'Progress of the last rebuild since the start of the process, and how the generations compare.',
      access: ['MSR', 'SUP'],
      operation: answer(200, '最近一次重建 (The last rebuild)'),
      handle(context) {
        const state = states.get(named(context));
        if (!state) throw notThere();
        sendJson(context, 200, JSON.stringify(state));
      },
    },
    {
      kind: 'builtin',
      method: 'POST',
      path: `${path}/rollback`,
      name: 'RollBackReadModel',
      title: '退回上一代读模型',
      summary: 'Makes the generation before the last swap live again, after it has caught up.',
      access: ['MSR'],
      operation: answer(200, '已恢复原代次 (Rolled back)'),
      async handle(context) {
        const name = named(context);
        await rebuilder.rollback(name).catch((error: unknown) => {
          if (!(error instanceof RangeError)) throw error;
          throw new Problem(409, 'no-earlier-generation', '没有上一代读模型', 'There is no earlier generation');
        });
        sendJson(context, 200, '{"state":"done"}');
      },
    },
  ];
}
