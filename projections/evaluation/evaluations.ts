/** Where the evaluation by each panel stands, and what it came to: one row a panel, one a round of aggregation. */
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import {
  divergenceNoted,
  excellentListDrafted,
  excellentListProposed,
  excellentListSigned,
  scoredProjectSchema,
  scoresAggregated,
  scoringAbsenceRecorded,
  scoringClosed,
  scoringOpened,
  scoringReopened,
  technicalEvaluationCompleted,
} from '../../events/evaluation.ts';
import { instantSchema } from '../../events/time.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { all, load } from '../query.ts';
import { type SheetRow, scoreSheets } from './sheets.ts';

export const evaluationStateSchema = z.enum(['open', 'closed', 'aggregated', 'completed', 'proposed']);

const proposalSchema = excellentListDrafted.schema
  .pick({ round: true, list: true, minutes: true, listHash: true })
  .extend({ at: instantSchema, signatures: z.array(z.string()) });

export const evaluationRowSchema = z.strictObject({
  panelId: z.string(),
  year: z.int(),
  state: evaluationStateSchema,
  since: instantSchema,
  standard: scoringOpened.schema.shape.standard,
  projects: z.array(scoredProjectSchema),
  leftOut: z.array(z.string()),
  /** Projects that sheets are taken for. */
  openFor: z.array(z.string()),
  absences: z.array(z.strictObject({ expertId: z.string(), projectId: z.string(), reason: z.string() })),
  /** Of the latest aggregation; 0 before the first. */
  round: z.int(),
  notes: z.record(z.string(), z.string()),
  draft: proposalSchema.optional(),
  proposals: z.array(proposalSchema),
});
export type EvaluationRow = z.infer<typeof evaluationRowSchema>;

const idOf = (event: { readonly data: { readonly panelId: string } }) => event.data.panelId;

function moved(row: EvaluationRow, state: EvaluationRow['state'], { meta }: RecordedEvent): EvaluationRow {
  return { ...row, state, since: meta.effectiveAt };
}

/** What the panel ranks, in the list it drafts and those it has proposed, and what it notes on scores. */
function rankedIn({ draft, proposals, notes }: EvaluationRow) {
  const lists = [...(draft ? [draft] : []), ...proposals];
  const ranked = lists.flatMap(({ list }) => list.map(({ projectId }) => projectId as string));
  return [...new Set([...ranked, ...Object.keys(notes)])].map(projectId => ({ projectId }));
}

export const evaluations = projection<EvaluationRow>({
  name: 'evaluations',
  version: 1,
  question: '各技术评定组的评定进行到哪一步 (Where does the evaluation by each panel stand?)',
  material: { kind: 'score', of: rankedIn },
  indexes: [{ fields: ['year'] }],
  handlers: [
    on([scoringOpened], idOf, (_row, { data, meta }) => ({
      ...data,
      state: 'open',
      since: meta.effectiveAt,
      openFor: data.projects.map(({ projectId }) => projectId),
      absences: [],
      round: 0,
      notes: {},
      proposals: [],
    })),
    on([scoringAbsenceRecorded], idOf, (row, { data: { panelId: _own, ...absence } }) => {
      return row && { ...row, absences: [...row.absences, absence] };
    }),
    on([scoringClosed], idOf, (row, event) => row && { ...moved(row, 'closed', event), openFor: [] }),
    on([scoringReopened], idOf, (row, event) => row && { ...moved(row, 'open', event), openFor: event.data.projects }),
    on([scoresAggregated], idOf, (row, event) => {
      if (!row) return row;
      const { draft: _outdated, ...rest } = moved(row, 'aggregated', event);
      return { ...rest, round: event.data.round, notes: {} };
    }),
    on([divergenceNoted], idOf, (row, { data: { projectId, note } }) => {
      return row && { ...row, notes: { ...row.notes, [projectId]: note } };
    }),
    on([technicalEvaluationCompleted], idOf, (row, event) => row && moved(row, 'completed', event)),
    on([excellentListDrafted], idOf, (row, { data, meta }) => {
      const { round, list, minutes, listHash } = data;
      return row && { ...row, draft: { round, list, minutes, listHash, at: meta.effectiveAt, signatures: [] } };
    }),
    on([excellentListSigned], idOf, (row, { data: { expertId } }) => {
      if (!row?.draft) return row;
      return { ...row, draft: { ...row.draft, signatures: [...row.draft.signatures, expertId] } };
    }),
    on([excellentListProposed], idOf, (row, event) => {
      if (!row) return row;
      const { round, list, minutes, listHash } = event.data;
      const signatures = event.data.signatures.map(({ expertId }) => expertId);
      const proposal = { round, list, minutes, listHash, at: event.meta.effectiveAt, signatures };
      return { ...moved(row, 'proposed', event), proposals: [...row.proposals, proposal] };
    }),
  ],
});

export const aggregationRowSchema = scoresAggregated.schema.extend({ eventId: z.string(), at: instantSchema });
export type AggregationRow = z.infer<typeof aggregationRowSchema>;

const roundKey = (panelId: string, round: number) => `${panelId}#${round}`;

export const aggregations = projection<AggregationRow>({
  name: 'score-aggregations',
  version: 1,
  question: '每次汇总的依据和结果 (What did each aggregation rest on, and what did it come to?)',
  material: { kind: 'score', of: ({ results }) => results.map(({ projectId }) => ({ projectId })) },
  indexes: [],
  handlers: [
    on(
      [scoresAggregated],
      ({ data }) => roundKey(data.panelId, data.round),
      (_row, { id, data, meta }) => ({ ...data, eventId: id, at: meta.effectiveAt }),
    ),
  ],
});

/** The aggregation of a round; undefined before it. */
export function aggregationOf(reader: Reader, panelId: string, round: number): Promise<AggregationRow | undefined> {
  return load(reader, aggregations, roundKey(panelId, round));
}

/** All sheets that a panel was given, those that count no more among them. */
export function sheetsOf(reader: Reader, panelId: string): Promise<SheetRow[]> {
  return all(reader, scoreSheets, { panelId });
}
