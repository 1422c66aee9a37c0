/** 汇总表: what a body compiled, how it decided on each result, and what it forwarded (art-17b). */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { bodyIdSchema, positionSchema, sha256Schema, yearSchema } from '../../events/ids.ts';
import {
  type BatchedResult,
  batchedResultSchema,
  batchText,
  DROP_CAUSES,
  type DropCause,
  resultBatchForwarded,
  resultsCompiled,
} from '../../events/result.ts';
import { type Charges, inChargeOn } from '../../events/rules/jurisdiction.ts';
import { type CivilDate, instantSchema } from '../../events/time.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { all, loadMany } from '../query.ts';
import { type ResultRow, resultRows } from './results.ts';

export const batchRowSchema = z.strictObject({
  year: yearSchema,
  bodyId: bodyIdSchema,
  batch: z.int(),
  compiledAt: instantSchema,
  compiledBy: z.string(),
  /** The list is what the log held at this position. */
  position: positionSchema,
  projects: z.array(batchedResultSchema),
  forwarded: z
    .strictObject({
      at: instantSchema,
      by: z.string(),
      root: sha256Schema,
      projects: z.array(batchedResultSchema),
      declined: z.array(batchedResultSchema),
    })
    .optional(),
});
export type BatchRow = z.infer<typeof batchRowSchema>;

const idOf = ({ data }: { readonly data: Pick<BatchRow, 'year' | 'bodyId' | 'batch'> }) =>
  `${data.year}/${data.bodyId}/${data.batch}`;

export const resultBatches = projection<BatchRow>({
  name: 'result-batches',
  version: 1,
  question: '推荐单位汇总和报送了哪些成果 (Which results did each body compile and forward?)',
  indexes: [{ fields: ['year', 'bodyId', 'batch'] }],
  handlers: [
    on([resultsCompiled], idOf, (row, { data, meta }) => ({
      ...row,
      ...data,
      compiledAt: meta.effectiveAt,
      compiledBy: meta.actor.accountId,
    })),
    on([resultBatchForwarded], idOf, (row, { data: { root, projects, declined }, meta }) => {
      if (!row) return undefined;
      const forwarded = { at: meta.effectiveAt, by: meta.actor.accountId, root, projects, declined };
      return { ...row, forwarded };
    }),
  ],
});

const lineSchema = batchedResultSchema.extend({
  title: z.string(),
  unitName: z.string(),
  uscc: z.string(),
  verdict: z.enum(['recommended', 'declined']).optional(),
  /** The opinion, or the reason. */
  text: z.string().optional(),
  /** Why the batch goes without it. */
  dropped: z.enum(DROP_CAUSES).optional(),
});
type Line = z.infer<typeof lineSchema>;

export const batchSummarySchema = batchRowSchema.omit({ projects: true }).extend({
  /** For those who oversee. */
  position: positionSchema.optional(),
  lines: z.array(lineSchema),
  /** Results that are neither recommended nor declined. */
  undecided: z.int(),
  /** What forwarding the batch as it stands would carry, or what it carried. */
  root: sha256Schema,
});
export type Summary = z.infer<typeof batchSummarySchema>;

/** The summaries of a body in a year, in the order of the batches; only those with a line the reader answers for. */
export async function summariesOf(
  reader: Reader,
  year: number,
  bodyId: string,
  mayRead: (rows: readonly ResultRow[]) => boolean,
): Promise<Summary[]> {
  const batches = await all(reader, resultBatches, { year, bodyId });
  const found: Summary[] = [];
  for (const batch of batches.sort((one, other) => one.batch - other.batch)) {
    const rows = await rowsOf(reader, batch);
    if (mayRead([...rows.values()])) found.push(summaryOf(batch, rows));
  }
  return found;
}

/** The results of a batch, by project. */
export function rowsOf(reader: Reader, { projects }: BatchRow): Promise<ReadonlyMap<string, ResultRow>> {
  return loadMany(
    reader,
    resultRows,
    projects.map(({ projectId }) => projectId),
  );
}

/** Whether a body answers today for one of the results. */
export function answersFor(charges: Charges, bodyId: string, date: CivilDate, rows: readonly ResultRow[]): boolean {
  return rows.some(({ submission }) => submission && inChargeOn(charges, submission, date) === bodyId);
}

export function summaryOf(batch: BatchRow, rows: ReadonlyMap<string, ResultRow>): Summary {
  const { projects, ...header } = batch;
  const lines = projects.flatMap(result => {
    const row = rows.get(result.projectId);
    return row ? [lineOf(batch, result, row)] : [];
  });
  const listed = (verdict: Line['verdict']) =>
    lines
      .filter(line => line.verdict === verdict && !line.dropped)
      .map(({ projectId, version, materialsRoot }) => ({ projectId, version, materialsRoot }));
  return {
    ...header,
    lines,
    undecided: listed(undefined).length,
    root: batch.forwarded?.root ?? batchRoot(listed('recommended'), listed('declined')),
  };
}

/** Pins what a batch recommends and declines. */
export function batchRoot(projects: readonly BatchedResult[], declined: readonly BatchedResult[]): string {
  return hash('sha256', batchText(projects, declined));
}

function lineOf(batch: BatchRow, result: BatchRow['projects'][number], row: ResultRow): Line {
  const entry = row.batches.find(
    ({ year, bodyId, batch: number }) => year === batch.year && bodyId === batch.bodyId && number === batch.batch,
  );
  const verdict = entry?.verdict;
  const cause = causeOf(batch, result, row);
  const dropped = verdict?.outcome === 'declined' && cause !== 'in-another-batch' ? undefined : cause;
  return {
    ...result,
    title: row.title,
    unitName: row.unitName,
    uscc: row.uscc,
    ...(verdict && { verdict: verdict.outcome }),
    ...(verdict?.text !== undefined && { text: verdict.text }),
    ...(dropped && { dropped }),
  };
}

/** The same rule by which the batch is forwarded; of a forwarded batch, what it recorded. */
function causeOf(batch: BatchRow, { version, materialsRoot }: BatchRow['projects'][number], row: ResultRow) {
  const isOwn = (entry: ResultRow['batches'][number]) =>
    entry.year === batch.year && entry.bodyId === batch.bodyId && entry.batch === batch.batch;
  if (batch.forwarded) return row.batches.find(isOwn)?.dropped;
  const first = row.batches.find(entry => entry.version === version);
  if (first && !isOwn(first)) return 'in-another-batch' satisfies DropCause;
  if (row.terminated) return 'terminated' satisfies DropCause;
  if (!row.submission) return 'withdrawn' satisfies DropCause;
  const isSame = row.submission.version === version && row.submission.materialsRoot === materialsRoot;
  return isSame ? undefined : ('superseded' satisfies DropCause);
}
