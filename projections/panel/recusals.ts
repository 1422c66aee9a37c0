/** The recusal register: every pair of expert and unit with an interest declared, detected or requested, and what came of it. */
import { z } from 'zod';
import { creditCodeSchema, expertIdSchema } from '../../events/ids.ts';
import {
  conflictDetected,
  expertRecused,
  interestDeclared,
  interestKindSchema,
  type PanelEvent,
  recusalRequestDismissed,
  recusalRequested,
} from '../../events/panel.ts';
import { sealedSchema } from '../../events/personal.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { nameOf, parsed } from '../query.ts';

const OUTCOMES = ['open', 'recused', 'dismissed'] as const;
export const outcomeSchema = z.enum(OUTCOMES);
type Outcome = z.infer<typeof outcomeSchema>;

const stepSchema = z.strictObject({
  at: instantSchema,
  /** Wire name of the event. */
  act: z.string(),
  by: z.strictObject({ accountId: z.string(), orgId: z.string(), role: z.string() }),
  declaration: z.enum(['none', 'conflict']).optional(),
  kind: interestKindSchema.optional(),
  /** What the expert said of it. */
  detail: sealedSchema.optional(),
  grounds: z.string().optional(),
  reason: z.string().optional(),
});
type Step = z.infer<typeof stepSchema>;

const recusalRowSchema = z.strictObject({
  panelId: z.string(),
  year: z.int(),
  expertId: expertIdSchema,
  uscc: creditCodeSchema,
  outcome: outcomeSchema,
  /** Oldest first. */
  steps: z.array(stepSchema),
});
type RecusalRow = z.infer<typeof recusalRowSchema>;

type RegisterEvent = Exclude<
  PanelEvent,
  {
    type: 'panel-formation.started' | 'experts.drawn' | 'expert.replaced' | 'panel.constituted' | 'panel.dissolved';
  }
>;

export const recusals = projection<RecusalRow>({
  name: 'recusals',
  version: 1,
  question: '哪些专家对哪些单位回避、依据和决定过程 (Who is recused from which unit, on what grounds?)',
  indexes: [{ fields: ['year', 'outcome'] }],
  handlers: [
    on(
      [interestDeclared, conflictDetected, recusalRequested, expertRecused, recusalRequestDismissed],
      ({ data: { panelId, expertId, uscc } }) => `${panelId}/${expertId}/${uscc}`,
      (row, event) => registered(row, event),
    ),
  ],
});

/** A plain "none" opens no entry; where there is one, it is part of the story. */
function registered(row: RecusalRow | undefined, event: RegisterEvent): RecusalRow | undefined {
  if (!row && event.type === 'interest.declared' && event.data.declaration === 'none') return undefined;
  const { panelId, expertId, uscc } = event.data;
  const outcome = outcomeAfter(row?.outcome ?? 'open', event.type);
  const steps = [...(row?.steps ?? []), stepOf(event)];
  return { panelId, year: Number(panelId.slice(0, 4)), expertId, uscc, outcome, steps };
}

function outcomeAfter(before: Outcome, type: RegisterEvent['type']): Outcome {
  if (before === 'recused' || type === 'expert.recused') return 'recused';
  if (type === 'recusal-request.dismissed') return 'dismissed';
  return type === 'interest.declared' ? before : 'open';
}

function stepOf({ type, data, meta }: RegisterEvent): Step {
  const { accountId, orgId, role } = meta.actor;
  const step = { at: meta.recordedAt, act: type, by: { accountId, orgId, role } };
  switch (type) {
    case 'interest.declared': {
      const { declaration, kind, detail } = data;
      return { ...step, declaration, ...(kind && { kind }), ...(detail && { detail }) };
    }
    case 'conflict.detected':
    case 'recusal.requested':
      return { ...step, grounds: data.grounds };
    case 'expert.recused':
    case 'recusal-request.dismissed':
      return { ...step, ...(data.reason !== undefined && { reason: data.reason }) };
  }
}

export const recusalSchema = recusalRowSchema.extend({
  steps: z.array(stepSchema.extend({ detail: z.string().optional() })),
});
type Recusal = z.infer<typeof recusalSchema>;

async function opened(reader: Reader, { steps, ...row }: RecusalRow): Promise<Recusal> {
  const open = steps.map(async ({ detail, ...step }) => ({
    ...step,
    ...(detail && { detail: await nameOf(reader, detail) }),
  }));
  return { ...row, steps: await Promise.all(open) };
}

export async function recusalsIn(
  reader: Reader,
  year: number,
  outcome: Outcome | undefined,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: Recusal[] }> {
  const page = await reader.find(recusals, { where: { year, ...(outcome && { outcome }) }, ...asked });
  return { page, items: await Promise.all(parsed(recusals, page).map(row => opened(reader, row))) };
}
