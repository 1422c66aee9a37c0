/**
 * Technical evaluation (art-19, art-20). Streams: `evaluation-standard-{year}`, the standard in all its versions;
 * `evaluation-{panelId}`, from the opening of scoring to the list that the panel proposes; `fee-{complaintId}`, e.g. fee-complaint-7k3m9qwz.
 */
import { z } from 'zod';
import { evidenceSchema, PHASES } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { creditCodeSchema, expertIdSchema, projectIdSchema, sha256Schema, streamId, yearSchema } from './ids.ts';
import { type PanelId, panelIdSchema } from './panel.ts';
import { ALGORITHMS, NORMALISATIONS, pointsSchema, scoreSchema } from './rules/scoring.ts';
import { lineSchema, paragraphSchema, urlSchema } from './text.ts';

/** The evaluation standards of a programme year, one after another (art-20). */
export const evaluationStandardStream = (year: number) => streamId(`evaluation-standard-${year}`);
/** The evaluation by one panel: sheets, aggregation, draft list and proposal. */
export const evaluationStream = (panelId: PanelId) => streamId(`evaluation-${panelId}`);
/** One complaint that money was asked for, from its report to its settlement (art-20). */
export const feeComplaintStream = (complaintId: string) => streamId(`fee-${complaintId}`);

const options = { article: 'art-20', phase: '成果评定', visibility: 'restricted' } as const;

const criterionIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/);

export const criterionSchema = z.strictObject({
  id: criterionIdSchema,
  title: lineSchema,
  /** Per cent; the weights of a standard add up to 100. */
  weight: z.int().min(1).max(100),
  /** Most points a sheet can give. */
  max: z.int().min(1).max(1000),
});

export const evaluationStandardIssued = eventType(
  'evaluation-standard.issued',
  { ...options, version: 2, visibility: 'public', title: '发布评定标准' },
  z.strictObject({
    year: yearSchema,
    version: z.int().min(1),
    title: lineSchema,
    criteria: z.array(criterionSchema).min(1).max(30),
    normalisation: z.enum(NORMALISATIONS),
    /** Criteria that decide between equal scores, the first one first; who is still equal shares a rank. */
    tieBreak: z.array(criterionIdSchema).max(30),
    /** By which arithmetic scores are computed and compared. */
    algorithm: z.enum(ALGORITHMS),
    /** What the standard leans on, e.g. a T/CAQ standard (D-28). */
    references: z.array(lineSchema).max(20),
    url: urlSchema,
    /** SHA-256 of the canonical JSON of title, criteria, normalisation, tie-break, references and, since it is told, algorithm. */
    hash: sha256Schema,
  }),
);

export const scoredProjectSchema = z.strictObject({ projectId: projectIdSchema, uscc: creditCodeSchema });

export const scoringOpened = eventType(
  'scoring.opened',
  { ...options, title: '启动评分', milestone: true },
  z.strictObject({
    panelId: panelIdSchema,
    year: yearSchema,
    /** The one standard for all results of the panel (art-19). */
    standard: z.strictObject({ version: z.int().min(1), hash: sha256Schema }),
    projects: z.array(scoredProjectSchema).min(1),
    /** Projects of the panel whose results no recommending body has forwarded. */
    leftOut: z.array(projectIdSchema),
  }),
);

const sheet = {
  panelId: panelIdSchema,
  sheetId: z.string().min(1).max(64),
  projectId: projectIdSchema,
  uscc: creditCodeSchema,
  expertId: expertIdSchema,
  scores: z.array(z.strictObject({ criterionId: criterionIdSchema, points: pointsSchema })).min(1),
  comment: paragraphSchema,
};

export const scoreSheetSubmitted = eventType(
  'score-sheet.submitted',
  { ...options, title: '提交评分表' },
  z.strictObject(sheet),
);

/** A new sheet in the place of an earlier one: never two, never none. */
export const scoreSheetSuperseded = eventType(
  'score-sheet.superseded',
  { ...options, title: '更换评分表' },
  z.strictObject({ ...sheet, supersedes: z.string().min(1).max(64), reason: paragraphSchema }),
);

export const VOID_CAUSES = ['recusal', 'replacement', 'decision'] as const;

export const scoreSheetVoided = eventType(
  'score-sheet.voided',
  { ...options, title: '作废评分表' },
  z.strictObject({
    panelId: panelIdSchema,
    sheetId: z.string().min(1).max(64),
    projectId: projectIdSchema,
    uscc: creditCodeSchema,
    expertId: expertIdSchema,
    cause: z.enum(VOID_CAUSES),
    reason: paragraphSchema,
  }),
);

export const scoringAbsenceRecorded = eventType(
  'scoring-absence.recorded',
  { ...options, title: '记录未评分' },
  z.strictObject({
    panelId: panelIdSchema,
    projectId: projectIdSchema,
    expertId: expertIdSchema,
    reason: paragraphSchema,
  }),
);

export const scoringClosed = eventType(
  'scoring.closed',
  { ...options, title: '结束评分', milestone: true },
  z.strictObject({
    panelId: panelIdSchema,
    sheets: z.int().min(0),
    absences: z.int().min(0),
  }),
);

/** Scoring goes on for projects that have lost too many sheets since it was closed; for no other. */
export const scoringReopened = eventType(
  'scoring.reopened',
  { ...options, title: '补充评分' },
  z.strictObject({
    panelId: panelIdSchema,
    projects: z.array(projectIdSchema).min(1),
    reason: paragraphSchema,
  }),
);

export const scoredSchema = z.strictObject({
  projectId: projectIdSchema,
  /** Sheets that count. */
  sheets: z.int().min(1),
  score: scoreSchema,
  /** 1 is best; equals share a rank and the next one is left out. */
  rank: z.int().min(1),
  /** Highest total less lowest, before normalisation. */
  spread: scoreSchema,
  divergent: z.boolean(),
  /** Mean points of the criteria that decide between equals, in their order. */
  tieBreak: z.array(scoreSchema),
});

export const scoresAggregated = eventType(
  'scores.aggregated',
  { ...options, title: '汇总评分' },
  z.strictObject({
    panelId: panelIdSchema,
    /** 1 for the first aggregation of the panel. */
    round: z.int().min(1),
    standard: z.strictObject({ year: yearSchema, version: z.int().min(1), hash: sha256Schema }),
    algorithmVersion: z.string().min(1).max(40),
    /** A spread above so many points of 100 is a divergence; from the work plan. */
    divergencePoints: z.int().min(1).max(100),
    /** Ids of the events whose sheets count, in order. */
    inputs: z.array(z.string()),
    /** Sheets that stood once and do not count, and why. */
    excluded: z.array(
      z.strictObject({
        sheetId: z.string(),
        projectId: projectIdSchema,
        expertId: expertIdSchema,
        why: paragraphSchema,
      }),
    ),
    results: z.array(scoredSchema),
    /** Projects without a sheet that counts. */
    unscored: z.array(projectIdSchema),
  }),
);

export const divergenceNoted = eventType(
  'divergence.noted',
  {
    houseRule: 'score-divergence',
    planItem: 'options.divergencePoints',
    phase: '成果评定',
    visibility: options.visibility,
    title: '说明评分分歧',
  },
  z.strictObject({
    panelId: panelIdSchema,
    round: z.int().min(1),
    projectId: projectIdSchema,
    note: paragraphSchema,
  }),
);

export const technicalEvaluationCompleted = eventType(
  'technical-evaluation.completed',
  { ...options, title: '完成技术评定' },
  z.strictObject({
    panelId: panelIdSchema,
    year: yearSchema,
    round: z.int().min(1),
    projects: z.array(projectIdSchema).min(1),
  }),
);

export const proposedResultSchema = z.strictObject({
  projectId: projectIdSchema,
  rank: z.int().min(1),
  score: scoreSchema,
});

const list = {
  panelId: panelIdSchema,
  year: yearSchema,
  /** The aggregation that the list rests on. */
  round: z.int().min(1),
  list: z.array(proposedResultSchema).min(1),
  minutes: paragraphSchema,
  /** SHA-256 of the canonical JSON of panel, round, list and minutes: what members sign. */
  listHash: sha256Schema,
};

export const excellentListDrafted = eventType(
  'excellent-list.drafted',
  { ...options, title: '拟定优秀成果建议名单' },
  z.strictObject(list),
);

export const excellentListSigned = eventType(
  'excellent-list.signed',
  { ...options, title: '签署优秀成果建议名单' },
  z.strictObject({ panelId: panelIdSchema, expertId: expertIdSchema, listHash: sha256Schema }),
);

export const excellentListProposed = eventType(
  'excellent-list.proposed',
  { ...options, title: '提出优秀成果建议名单', milestone: true },
  z.strictObject({
    ...list,
    /** The events by which members signed exactly this list. */
    signatures: z.array(z.strictObject({ expertId: expertIdSchema, eventId: z.string() })).min(1),
  }),
);

const complaint = { article: 'art-19', phase: '成果评定', visibility: 'parties' } as const;

/** With its kind in front, so that what follows the first hyphen of the stream is the id. */
export const complaintIdSchema = z.string().regex(/^complaint-[a-z0-9]{1,40}$/);

export const feeComplaintRaised = eventType(
  'fee-complaint.raised',
  { ...complaint, title: '投诉收费' },
  z.strictObject({
    complaintId: complaintIdSchema,
    year: yearSchema,
    uscc: creditCodeSchema,
    /** At which stage money was asked for: the evaluation is free by the text, the rest by reading (D-27). */
    stage: z.enum(PHASES),
    /** Who asked the unit to bear something, as the unit names it. */
    askedBy: lineSchema,
    detail: paragraphSchema,
    evidence: z.array(evidenceSchema),
  }),
);

export const feeComplaintResolved = eventType(
  'fee-complaint.resolved',
  { ...complaint, title: '处理收费投诉' },
  z.strictObject({
    complaintId: complaintIdSchema,
    outcome: z.enum(['upheld', 'dismissed']),
    findings: paragraphSchema,
    /** How the unit was made whole; always said when the complaint is upheld. */
    remedy: paragraphSchema.optional(),
  }),
);

export const evaluationEventTypes = [
  evaluationStandardIssued,
  scoringOpened,
  scoreSheetSubmitted,
  scoreSheetSuperseded,
  scoreSheetVoided,
  scoringAbsenceRecorded,
  scoringClosed,
  scoringReopened,
  scoresAggregated,
  divergenceNoted,
  technicalEvaluationCompleted,
  excellentListDrafted,
  excellentListSigned,
  excellentListProposed,
  feeComplaintRaised,
  feeComplaintResolved,
] as const;
export type EvaluationEvent = EventsOf<typeof evaluationEventTypes>;
