/**
 * Stream `project-{year}-{n}` after completion: the result materials of the unit (art-17a).
 * Stream `result-batch-{year}-{bodyId}`: what a body compiles of them, recommends or declines, and forwards (art-17b).
 */
import { z } from 'zod';
import { jurisdictionSchema } from './body.ts';
import { canonicalJson } from './canonical.ts';
import { type EventsOf, eventType } from './event-type.ts';
import {
  type BodyId,
  bodyIdSchema,
  documentIdSchema,
  positionSchema,
  projectIdSchema,
  sha256Schema,
  streamId,
  yearSchema,
} from './ids.ts';
import { sealedSchema } from './personal.ts';
import { RESULT_DOCUMENT_KINDS } from './programme.ts';
import { lineSchema, paragraphSchema } from './text.ts';

/** The results that one body forwards in one programme year (art-17b). */
export const resultBatchStream = (year: number, bodyId: BodyId) => streamId(`result-batch-${year}-${bodyId}`);

/** The regulation asks for an undertaking of the application alone (art-10). */
const undertaking = { houseRule: 'result-undertaking', phase: '成果评定', visibility: 'parties' } as const;
const submitting = { article: 'art-17a', phase: '成果评定', visibility: 'parties' } as const;
const recommending = { article: 'art-17b', phase: '成果评定', visibility: 'parties' } as const;

const project = { projectId: projectIdSchema };

export const resultDocumentAttached = eventType(
  'result-document.attached',
  { ...submitting, title: '上传成果材料' },
  z.strictObject({
    ...project,
    documentId: documentIdSchema,
    kind: z.enum(RESULT_DOCUMENT_KINDS),
    name: lineSchema,
    sha256: sha256Schema,
    /** Bytes. */
    size: z.int().min(1),
    mediaType: z.string(),
    classification: z.enum(['public', 'internal', 'trade-secret']),
  }),
);

export const resultUndertakingSigned = eventType(
  'result-undertaking.signed',
  { ...undertaking, title: '签署成果材料完整性真实性承诺' },
  z.strictObject({
    ...project,
    signatory: sealedSchema,
    position: lineSchema,
    /** SHA-256 of the undertaking's wording. */
    textHash: sha256Schema,
  }),
);

/** What was attained, in the elements of art-03. */
export const resultContentSchema = z.strictObject({
  title: lineSchema,
  problem: paragraphSchema,
  methods: z.array(lineSchema).min(1).max(20),
  procedure: paragraphSchema,
  improvementOrInnovation: paragraphSchema,
  results: paragraphSchema,
  economicBenefit: z.strictObject({ yuan: z.int().min(0).max(1e12), basis: paragraphSchema }),
  socialBenefit: paragraphSchema,
  participants: z
    .array(z.strictObject({ name: sealedSchema, duty: lineSchema }))
    .min(1)
    .max(50),
});
export type ResultContent = z.infer<typeof resultContentSchema>;

const submission = {
  ...project,
  /** The year whose evaluation the result goes to: that of the listing, or the one it was carried over to (D-4). */
  year: yearSchema,
  /** 1 for the first submission of the project, one more with each supplement or new submission. */
  version: z.int().min(1),
  content: resultContentSchema,
  /** SHA-256 over the content and the attached documents: what is recommended and sent on is exactly this. */
  materialsRoot: sha256Schema,
  /** The body addressed, and the charge under which it is in charge: a transfer of that charge takes the result along. */
  bodyId: bodyIdSchema,
  jurisdiction: jurisdictionSchema,
};

export const resultsSubmitted = eventType(
  'results.submitted',
  { ...submitting, title: '提交项目成果材料' },
  z.strictObject(submission),
);

export const resultsSupplemented = eventType(
  'results.supplemented',
  { ...submitting, title: '补充项目成果材料' },
  z.strictObject({ ...submission, explanation: paragraphSchema }),
);

export const resultsWithdrawn = eventType(
  'results.withdrawn',
  { ...submitting, title: '撤回项目成果材料' },
  z.strictObject({ ...project, reason: paragraphSchema }),
);

/** One result of a batch: exactly the materials of one version. */
export const batchedResultSchema = z.strictObject({
  ...project,
  version: z.int().min(1),
  materialsRoot: sha256Schema,
});
export type BatchedResult = z.infer<typeof batchedResultSchema>;

/** That one batch takes up, so that it can be recorded and forwarded as one; more go into the next. */
export const RESULTS_A_BATCH = 2_000;

const batch = {
  year: yearSchema,
  bodyId: bodyIdSchema,
  /** 1 for the first batch of the body in the year. */
  batch: z.int().min(1),
};

export const resultsCompiled = eventType(
  'results.compiled',
  { ...recommending, title: '汇总项目成果' },
  z.strictObject({
    ...batch,
    /**
     * The list is what the log held at this position: every result the body was in charge of, in no batch so far, and of
     * more than {@link RESULTS_A_BATCH} the first ones by their project ids.
     */
    position: positionSchema,
    projects: z.array(batchedResultSchema).min(1),
  }),
);

export const resultRecommended = eventType(
  'result.recommended',
  { ...recommending, title: '推荐成果' },
  z.strictObject({ ...batch, ...project, opinion: paragraphSchema.optional() }),
);

export const resultNotRecommended = eventType(
  'result.not-recommended',
  { ...recommending, title: '不予推荐成果' },
  z.strictObject({ ...batch, ...project, reason: paragraphSchema }),
);

/** Why a compiled version is not forwarded in this batch although nobody declined it. */
export const DROP_CAUSES = ['withdrawn', 'superseded', 'terminated', 'in-another-batch'] as const;
export type DropCause = (typeof DROP_CAUSES)[number];

export const resultBatchForwarded = eventType(
  'result-batch.forwarded',
  { ...recommending, title: '报送成果推荐' },
  z.strictObject({
    ...batch,
    /** SHA-256 of {@link batchText} of the two lists below: what the body saw is what the municipal authority receives. */
    root: sha256Schema,
    /** The recommended results, in the order of their project ids. */
    projects: z.array(batchedResultSchema),
    declined: z.array(batchedResultSchema),
    /** Compiled, and overtaken by an act of the unit or of another body that was being recorded at the same moment. */
    dropped: z.array(z.strictObject({ ...batchedResultSchema.shape, cause: z.enum(DROP_CAUSES) })),
  }),
);

/** What the root of a batch is the SHA-256 of; anyone can recompute it from the log. */
export function batchText(projects: readonly BatchedResult[], declined: readonly BatchedResult[]): string {
  return canonicalJson({ projects: [...projects], declined: [...declined] });
}

export const resultEventTypes = [
  resultDocumentAttached,
  resultUndertakingSigned,
  resultsSubmitted,
  resultsSupplemented,
  resultsWithdrawn,
  resultsCompiled,
  resultRecommended,
  resultNotRecommended,
  resultBatchForwarded,
] as const;
export type ResultEvent = EventsOf<typeof resultEventTypes>;
