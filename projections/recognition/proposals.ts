/** What became of each result that a panel proposed: kept, removed and why, recognised, published (art-20, art-21). */
import { z } from 'zod';
import { excellentListProposed } from '../../events/evaluation.ts';
import { projectIdSchema, yearSchema } from '../../events/ids.ts';
import {
  excellentListReturned,
  excellentListReviewed,
  excellentResultRecognised,
  excellentResultsPublished,
  objectionUpheld,
} from '../../events/recognition.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given } from '../query.ts';

export const PROPOSAL_OUTCOMES = [
  'proposed',
  'returned',
  'kept',
  'removed',
  'objected',
  'recognised',
  'published',
] as const;

export const proposedRowSchema = z.strictObject({
  year: yearSchema,
  projectId: projectIdSchema,
  panelId: z.string(),
  rank: z.int(),
  listHash: z.string(),
  outcome: z.enum(PROPOSAL_OUTCOMES),
  /** Why it was removed or sent back, or what was upheld against it. */
  reason: z.string().optional(),
  recognisedAt: instantSchema.optional(),
});
export type ProposedRow = z.infer<typeof proposedRowSchema>;

const idOf = (year: number, projectId: string) => `${year}/${projectId}`;
const projectIn = (key: string) => key.slice(key.indexOf('/') + 1);

/** A result that is recognised stays so, whatever is reviewed later. */
function judged(row: ProposedRow | undefined, outcome: ProposedRow['outcome'], reason?: string) {
  if (!row || row.recognisedAt !== undefined) return row;
  const { reason: _earlier, ...rest } = row;
  return { ...rest, outcome, ...(reason !== undefined && { reason }) };
}

export const proposedResults = projection<ProposedRow>({
  name: 'proposed-results',
  version: 1,
  question: '建议名单与认定结果的差异 (What became of the results that the panels proposed?)',
  material: { kind: 'score', of: ({ projectId }) => [{ projectId }] },
  indexes: [{ fields: ['year', 'projectId'] }, { fields: ['year', 'outcome', 'projectId'] }],
  handlers: [
    on(
      [excellentListProposed],
      ({ data }) => data.list.map(({ projectId }) => idOf(data.year, projectId)),
      (row, { data: { year, panelId, list, listHash } }, key) => {
        const entry = list.find(({ projectId }) => projectId === projectIn(key));
        if (!entry || row?.recognisedAt !== undefined) return row;
        const { projectId, rank } = entry;
        return { year, projectId, panelId, rank, listHash, outcome: 'proposed' };
      },
    ),
    on(
      [excellentListReviewed],
      ({ data }) => [...data.kept, ...data.removed.map(({ projectId }) => projectId)].map(id => idOf(data.year, id)),
      (row, { data }, key) => {
        const removal = data.removed.find(({ projectId }) => projectId === projectIn(key));
        return removal ? judged(row, 'removed', removal.reason) : judged(row, 'kept');
      },
    ),
    on(
      [excellentListReturned],
      ({ data }) => data.projects.map(id => idOf(data.year, id)),
      (row, { data }) => judged(row, 'returned', data.reason),
    ),
    on(
      [objectionUpheld],
      ({ data }) => idOf(data.year, data.projectId),
      (row, { data }) => judged(row, 'objected', data.reason),
    ),
    on(
      [excellentResultRecognised],
      ({ data }) => idOf(data.year, data.projectId),
      (row, { meta }) => {
        const recognised = judged(row, 'recognised');
        return recognised && { ...recognised, recognisedAt: recognised.recognisedAt ?? meta.effectiveAt };
      },
    ),
    on(
      [excellentResultsPublished],
      ({ data }) => data.projects.map(projectId => idOf(data.year, projectId)),
      row => row && { ...row, outcome: 'published' },
    ),
  ],
});

export function proposedOf(
  reader: Reader,
  year: number,
  outcome: ProposedRow['outcome'] | undefined,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(proposedResults, {
    where: { year, ...given({ outcome }) },
    order: { by: ['projectId'], direction: 'asc' },
    ...page,
  });
}
