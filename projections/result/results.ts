/** R-O7: where the result of every listed project stands, from the completion to the forwarding (art-17a, art-17b). */
import { z } from 'zod';
import { projectCarriedOver, projectListed } from '../../events/application.ts';
import { jurisdictionSchema } from '../../events/body.ts';
import type { EventOf } from '../../events/event-type.ts';
import { bodyIdSchema, sha256Schema, yearSchema } from '../../events/ids.ts';
import { projectCompleted, projectTerminated } from '../../events/implementation.ts';
import {
  DROP_CAUSES,
  resultBatchForwarded,
  resultNotRecommended,
  resultRecommended,
  resultsCompiled,
  resultsSubmitted,
  resultsSupplemented,
  resultsWithdrawn,
} from '../../events/result.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import { chargeKey, type InCharge } from '../charges.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';

export const RESULT_STATES = [
  'implementing',
  'terminated',
  'completed',
  'submitted',
  'compiled',
  'recommended',
  'declined',
  'forwarded',
] as const;
/** `completed`: nothing is handed in; `forwarded`: recommended and sent to the municipal authority. */
export const resultStateSchema = z.enum(RESULT_STATES);
export type ResultState = z.infer<typeof resultStateSchema>;

const verdictSchema = z.strictObject({
  outcome: z.enum(['recommended', 'declined']),
  /** The opinion, or the reason. */
  text: z.string().optional(),
  by: z.string(),
  at: instantSchema,
});

/** One version of the materials in a batch. A version belongs to the first batch in the log that lists it. */
const batchedSchema = z.strictObject({
  year: yearSchema,
  bodyId: bodyIdSchema,
  batch: z.int(),
  version: z.int(),
  compiledRoot: sha256Schema,
  verdict: verdictSchema.optional(),
  forwardedAt: instantSchema.optional(),
  /** Why the batch went without it. */
  dropped: z.enum(DROP_CAUSES).optional(),
});
type Batched = z.infer<typeof batchedSchema>;

export const resultRowSchema = z.strictObject({
  projectId: z.string(),
  year: yearSchema,
  uscc: z.string(),
  unitName: z.string(),
  title: z.string(),
  /** The body that recommended the project. */
  bodyId: bodyIdSchema,
  bodyName: z.string(),
  state: resultStateSchema,
  since: instantSchema,
  completedOn: dateSchema.optional(),
  terminated: z.literal(true).optional(),
  /** The materials handed in and not withdrawn. */
  submission: z
    .strictObject({
      version: z.int(),
      materialsRoot: sha256Schema,
      bodyId: bodyIdSchema,
      jurisdiction: jurisdictionSchema,
      at: instantSchema,
    })
    .optional(),
  /** The body and the charge it lies with: as the project was recommended, then as the results were handed in. */
  charge: z.string(),
  /** Every version ever handed in. */
  versions: z.array(z.strictObject({ version: z.int(), materialsRoot: sha256Schema })),
  batches: z.array(batchedSchema),
});
export type ResultRow = z.infer<typeof resultRowSchema>;

type ProjectEvent = EventOf<
  | typeof projectCarriedOver
  | typeof projectCompleted
  | typeof projectTerminated
  | typeof resultsSubmitted
  | typeof resultsSupplemented
  | typeof resultsWithdrawn
>;
type VerdictEvent = EventOf<typeof resultRecommended | typeof resultNotRecommended>;

const ownProject = ({ data }: { readonly data: { readonly projectId: string } }) => data.projectId;

export const resultRows = projection<ResultRow>({
  name: 'results',
  version: 2,
  question: '每个项目的成果材料办到哪一步 (Where does the result of each project stand?)',
  material: { none: '只有名称、单位和办理环节 (names and stages)' },
  indexes: [
    { fields: ['year', 'state', 'since'] },
    { fields: ['year', 'uscc', 'state', 'since'] },
    { fields: ['year', 'charge', 'state', 'since'] },
  ],
  handlers: [
    on([projectListed], ownProject, (row, event) => row ?? listed(event)),
    on(
      [
        projectCarriedOver,
        projectCompleted,
        projectTerminated,
        resultsSubmitted,
        resultsSupplemented,
        resultsWithdrawn,
      ],
      ownProject,
      (row, event) => row && settled(reported(row, event), row, event.meta.effectiveAt),
    ),
    on(
      [resultsCompiled],
      ({ data }) => data.projects.map(({ projectId }) => projectId),
      (row, event, key) => row && settled({ ...row, batches: compiled(row, event, key) }, row, event.meta.effectiveAt),
    ),
    on([resultRecommended, resultNotRecommended], ownProject, (row, event) => {
      if (!row) return undefined;
      return settled({ ...row, batches: inBatch(row, event.data, verdictOf(event)) }, row, event.meta.effectiveAt);
    }),
    on(
      [resultBatchForwarded],
      ({ data }) => [...data.projects, ...data.declined, ...data.dropped].map(({ projectId }) => projectId),
      (row, event, key) => {
        if (!row) return undefined;
        const dropped = event.data.dropped.find(({ projectId }) => projectId === key)?.cause;
        const at = event.meta.effectiveAt;
        const sent = { forwardedAt: at, ...(dropped && { dropped }) };
        return settled({ ...row, batches: inBatch(row, event.data, sent) }, row, at);
      },
    ),
  ],
});

function listed({ data, meta }: EventOf<typeof projectListed>): ResultRow {
  const { projectId, year, uscc, unitName, title, bodyId, bodyName } = data;
  return {
    ...{ projectId, year, uscc, unitName, title, bodyId, bodyName },
    charge: chargeKey(data),
    state: 'implementing',
    since: meta.effectiveAt,
    versions: [],
    batches: [],
  };
}

/** What happens on the project's own life line. */
function reported(row: ResultRow, event: ProjectEvent): ResultRow {
  switch (event.type) {
    case 'project.carried-over':
      return { ...row, year: event.data.toYear };
    case 'project.completed':
      return { ...row, completedOn: event.data.completedOn };
    case 'project.terminated':
      return { ...row, terminated: true };
    case 'results.submitted':
    case 'results.supplemented': {
      const { version, materialsRoot, bodyId, jurisdiction } = event.data;
      return {
        ...row,
        submission: { version, materialsRoot, bodyId, jurisdiction, at: event.meta.effectiveAt },
        charge: chargeKey(event.data),
        versions: [...row.versions, { version, materialsRoot }],
      };
    }
    case 'results.withdrawn': {
      const { submission: _submission, ...rest } = row;
      return rest;
    }
  }
}

function compiled(row: ResultRow, { data }: EventOf<typeof resultsCompiled>, projectId: string): Batched[] {
  const { year, bodyId, batch } = data;
  const taken = data.projects.filter(result => result.projectId === projectId);
  const added = taken.map(({ version, materialsRoot }) => ({
    year,
    bodyId,
    batch,
    version,
    compiledRoot: materialsRoot,
  }));
  return [...row.batches, ...added];
}

function inBatch(
  row: ResultRow,
  { year, bodyId, batch }: Pick<Batched, 'year' | 'bodyId' | 'batch'>,
  change: Partial<Batched>,
): Batched[] {
  return row.batches.map(entry =>
    entry.year === year && entry.bodyId === bodyId && entry.batch === batch ? { ...entry, ...change } : entry,
  );
}

function verdictOf({ type, data, meta }: VerdictEvent): Partial<Batched> {
  const by = { by: meta.actor.accountId, at: meta.effectiveAt };
  if (type === 'result.not-recommended') return { verdict: { outcome: 'declined', text: data.reason, ...by } };
  const text = data.opinion === undefined ? {} : { text: data.opinion };
  return { verdict: { outcome: 'recommended', ...text, ...by } };
}

/** The batch that the version at hand belongs to. */
export function batchOf(row: ResultRow): Batched | undefined {
  return row.batches.find(({ version }) => version === row.submission?.version);
}

function stateOf(row: ResultRow): ResultState {
  if (row.terminated) return 'terminated';
  if (!row.submission) return row.completedOn === undefined ? 'implementing' : 'completed';
  const batched = batchOf(row);
  if (!batched) return 'submitted';
  if (!batched.verdict) return 'compiled';
  if (batched.verdict.outcome === 'declined') return 'declined';
  return batched.forwardedAt === undefined ? 'recommended' : 'forwarded';
}

/** The row with the state that follows; the time counts from the change of state. */
function settled(next: ResultRow, before: ResultRow, at: string): ResultRow {
  const state = stateOf(next);
  return { ...next, state, since: state === before.state ? before.since : at };
}

interface Asked {
  readonly limit: number;
  readonly cursor?: string;
}

const OLDEST_FIRST = { by: ['since'], direction: 'asc' } as const;

/** One unit's, those in the charge of one body, or all. */
export type Own = { readonly uscc: string } | InCharge | Record<never, never>;

/** What has been handed in to a body, or has come to it with a charge; the longest waiting first. */
export function inboxOf(reader: Reader, year: number, own: InCharge, state: ResultState, page: Asked): Promise<Page> {
  const where = { year, ...own, state };
  return reader.find(resultRows, { where, order: OLDEST_FIRST, ...page });
}

/** Completed projects of which nothing is handed in: of one unit, or of the charges of one body, if it is named. */
export function notSubmitted(reader: Reader, year: number, own: Own, page: Asked): Promise<Page> {
  const where = { year, ...own, state: 'completed' };
  return reader.find(resultRows, { where, order: OLDEST_FIRST, ...page });
}

export function resultsOfUnit(reader: Reader, year: number, uscc: string, page: Asked): Promise<Page> {
  return reader.find(resultRows, {
    where: { year, uscc },
    order: { by: ['state', 'since'], direction: 'asc' },
    ...page,
  });
}
