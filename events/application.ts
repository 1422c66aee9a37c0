/**
 * Stream `project-{year}-{n}`: one life line from the first draft to the project plan (art-03, art-08, art-10, art-12, art-13).
 * Stream `uniq-title-{hash}`: the reservation that keeps one live application per unit, title and year.
 */
import { z } from 'zod';
import { jurisdictionSchema } from './body.ts';
import { noticeUsedSchema } from './calendar.ts';
import { evidenceSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import {
  accountIdSchema,
  bodyIdSchema,
  creditCodeSchema,
  documentIdSchema,
  type ProjectId,
  positionSchema,
  projectIdSchema,
  resultIdSchema,
  sha256Schema,
  streamId,
  yearSchema,
} from './ids.ts';
import { sealedSchema } from './personal.ts';
import { APPLICATION_DOCUMENT_KINDS } from './programme.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema, instantSchema } from './time.ts';

/**
 * The whole life of one project, from its application to its completion: `project-<id>`. The events of several nouns
 * stand in it.
 */
export const projectStream = (id: ProjectId) => streamId(`project-${id}`);
/** `titleKey`: SHA-256 of credit code, year and normalised title. */
export const titleStream = (titleKey: string) => streamId(`uniq-title-${titleKey.slice(0, 32)}`);

const application = { article: 'art-10', phase: '申报', visibility: 'parties' } as const;
const verification = { article: 'art-12', phase: '申报', visibility: 'parties' } as const;
const eligibility = { article: 'art-08', phase: '立项', visibility: 'internal' } as const;
const review = { article: 'art-13', phase: '立项', visibility: 'internal' } as const;

const project = { projectId: projectIdSchema };

export const applicationStarted = eventType(
  'application.started',
  { ...application, title: '填报立项申请' },
  z.strictObject({
    ...project,
    year: yearSchema,
    uscc: creditCodeSchema,
    unitName: lineSchema,
    title: lineSchema,
    industry: lineSchema,
    bodyId: bodyIdSchema,
    bodyName: lineSchema,
    /** The charge of the body under which the application came to it; unknown in early records. */
    jurisdiction: jurisdictionSchema.optional(),
  }),
);

export const documentAttached = eventType(
  'document.attached',
  { ...application, title: '上传申报材料' },
  z.strictObject({
    ...project,
    documentId: documentIdSchema,
    kind: z.enum(APPLICATION_DOCUMENT_KINDS),
    name: lineSchema,
    sha256: sha256Schema,
    /** Bytes. */
    size: z.int().min(1),
    mediaType: z.string(),
    classification: z.enum(['public', 'internal', 'trade-secret']),
  }),
);

export const undertakingSigned = eventType(
  'undertaking.signed',
  { ...application, title: '签署完整性真实性承诺' },
  z.strictObject({
    ...project,
    signatory: sealedSchema,
    position: lineSchema,
    /** SHA-256 of the undertaking's wording. */
    textHash: sha256Schema,
  }),
);

export const CATEGORIES = ['提质增效', '节能降耗', '优化服务', '自主创新', '其他'] as const;

/** Contents of an application: the elements of art-03 and the expectations of art-08 （二）. */
export const applicationContentSchema = z.strictObject({
  qualityProblem: paragraphSchema,
  methods: z.array(lineSchema).min(1).max(20),
  procedure: paragraphSchema,
  improvementOrInnovation: paragraphSchema,
  feasibility: paragraphSchema,
  expectedResults: paragraphSchema,
  expectedEconomic: z.strictObject({ yuan: z.int().min(0).max(1e12), basis: paragraphSchema }),
  expectedSocial: paragraphSchema,
  categories: z.array(z.enum(CATEGORIES)).min(1),
  /** Names 其他 when it is among the categories. */
  otherCategory: lineSchema.optional(),
  keyArea: lineSchema.optional(),
  participants: z
    .array(z.strictObject({ name: sealedSchema, duty: lineSchema }))
    .min(1)
    .max(50),
});
export type ApplicationContent = z.infer<typeof applicationContentSchema>;

const submission = {
  ...project,
  /** 1 for the first submission, one more after each return. */
  version: z.int().min(1),
  content: applicationContentSchema,
  /** SHA-256 over the content and the attached documents: what is verified and sent on is exactly this. */
  materialsRoot: sha256Schema,
  bodyId: bodyIdSchema,
};

export const lateSubmissionAccepted = eventType(
  'late-submission.accepted',
  { ...application, visibility: 'internal', title: '同意逾期提交' },
  z.strictObject({ ...project, until: dateSchema, reason: paragraphSchema }),
);

export const applicationSubmitted = eventType(
  'application.submitted',
  { ...application, title: '提交立项申报材料' },
  z.strictObject({ ...submission, titleKey: sha256Schema }),
);

export const applicationSupplemented = eventType(
  'application.supplemented',
  { ...application, title: '补充立项申报材料' },
  z.strictObject({ ...submission, answer: paragraphSchema }),
);

export const applicationWithdrawn = eventType(
  'application.withdrawn',
  { ...application, title: '撤回立项申请' },
  z.strictObject({ ...project, reason: paragraphSchema }),
);

export const verificationStarted = eventType(
  'verification.started',
  { ...verification, title: '开始核实' },
  z.strictObject({ ...project, materialsRoot: sha256Schema }),
);

export const supplementRequested = eventType(
  'supplement.requested',
  { ...verification, version: 2, title: '要求补充材料' },
  z.strictObject({
    ...project,
    items: z.array(lineSchema).min(1).max(20),
    dueOn: dateSchema,
    /** The holiday notices that its working days were counted by; none named before version 2. */
    countedBy: z.array(noticeUsedSchema),
  }),
);

const check = {
  ...project,
  materialsRoot: sha256Schema,
  findings: paragraphSchema,
  evidence: z.array(evidenceSchema),
};

export const completenessVerified = eventType(
  'completeness.verified',
  { ...verification, title: '核实完整性（通过）' },
  z.strictObject(check),
);
export const completenessFailed = eventType(
  'completeness.failed',
  { ...verification, title: '核实完整性（不通过）' },
  z.strictObject(check),
);
export const truthfulnessVerified = eventType(
  'truthfulness.verified',
  { ...verification, title: '核实真实性（通过）' },
  z.strictObject({ ...check, method: lineSchema }),
);
export const truthfulnessFailed = eventType(
  'truthfulness.failed',
  { ...verification, title: '核实真实性（不通过）' },
  z.strictObject({ ...check, method: lineSchema }),
);

export const applicationReturned = eventType(
  'application.returned',
  { ...verification, title: '退回申报材料' },
  z.strictObject({ ...project, reason: paragraphSchema }),
);

export const projectRecommended = eventType(
  'project.recommended',
  { ...verification, title: '推荐立项' },
  z.strictObject({ ...project, opinion: paragraphSchema, materialsRoot: sha256Schema }),
);

export const projectNotRecommended = eventType(
  'project.not-recommended',
  { ...verification, title: '不予推荐立项' },
  z.strictObject({ ...project, reason: paragraphSchema }),
);

/** A passage of the application that also stands in the earlier result. */
const passageSchema = z.strictObject({ field: z.string(), text: z.string() });

const likenessSchema = z.strictObject({
  title: z.number(),
  problem: z.number(),
  methods: z.number(),
  results: z.number(),
});

export const similarityChecked = eventType(
  'similarity.checked',
  { ...eligibility, version: 2, item: '（三）', title: '雷同比对' },
  z.strictObject({
    ...project,
    /** The corpus is every earlier excellent result up to this position. */
    corpusPosition: positionSchema,
    corpusHash: sha256Schema,
    corpusSize: z.int(),
    algorithmVersion: z.string(),
    threshold: z.number(),
    hits: z.array(
      z.strictObject({
        resultId: resultIdSchema,
        title: lineSchema,
        score: z.number(),
        /** How alike each field is by itself, from 0 to 1; early comparisons did not say. */
        fields: likenessSchema.optional(),
        ownEarlierWork: z.boolean(),
        passages: z.array(passageSchema),
      }),
    ),
  }),
);

export const similarityAdjudicated = eventType(
  'similarity.adjudicated',
  { ...eligibility, item: '（三）', title: '雷同认定' },
  z.strictObject({ ...project, verdict: z.enum(['same', 'different']), reason: paragraphSchema }),
);

export const definitionConformityAssessed = eventType(
  'definition-conformity.assessed',
  { ...eligibility, article: 'art-03', title: '评估是否符合质量攻关定义' },
  z.strictObject({ ...project, conforms: z.boolean(), reason: paragraphSchema }),
);

export const expectedEffectAssessed = eventType(
  'expected-effect.assessed',
  { ...eligibility, item: '（二）', title: '评估预期成效' },
  z.strictObject({ ...project, marked: z.boolean(), reason: paragraphSchema }),
);

export const eligibilityConfirmed = eventType(
  'eligibility.confirmed',
  { ...eligibility, title: '确认申报条件' },
  z.strictObject({ ...project, materialsRoot: sha256Schema }),
);

export const eligibilityDenied = eventType(
  'eligibility.denied',
  { ...eligibility, title: '申报条件不符' },
  z.strictObject({
    ...project,
    items: z.array(z.enum(['（一）', '（二）', '（三）'])).min(1),
    reason: paragraphSchema,
  }),
);

export const municipalReviewStarted = eventType(
  'municipal-review.started',
  { ...review, title: '开始立项审核' },
  z.strictObject({ ...project, reviewer: accountIdSchema }),
);

export const projectHeld = eventType(
  'project.held',
  { ...review, article: 'art-25', title: '暂缓立项（申报单位在不受理期内）' },
  z.strictObject({ ...project, banFrom: dateSchema, banLastDay: dateSchema }),
);

export const heldProjectDecided = eventType(
  'held-project.decided',
  { ...review, article: 'art-25', title: '暂缓项目处理决定' },
  z.strictObject({ ...project, decision: z.enum(['proceed', 'stop']), reason: paragraphSchema }),
);

export const projectApproved = eventType(
  'project.approved',
  { ...review, title: '通过立项审核' },
  z.strictObject({ ...project, opinion: paragraphSchema, materialsRoot: sha256Schema }),
);

export const projectRejected = eventType(
  'project.rejected',
  { ...review, title: '未通过立项审核' },
  z.strictObject({ ...project, reason: paragraphSchema }),
);

export const projectListed = eventType(
  'project.listed',
  { ...review, visibility: 'public', title: '列入项目计划' },
  z.strictObject({
    ...project,
    year: yearSchema,
    uscc: creditCodeSchema,
    unitName: lineSchema,
    title: lineSchema,
    bodyId: bodyIdSchema,
    bodyName: lineSchema,
    jurisdiction: jurisdictionSchema.optional(),
  }),
);

export const projectCarriedOver = eventType(
  'project.carried-over',
  { article: 'art-04', phase: '实施', visibility: 'internal', title: '结转下一年度' },
  z.strictObject({ ...project, fromYear: yearSchema, toYear: yearSchema, reason: paragraphSchema }),
);

const titles = { houseRule: 'title-reservation', phase: '申报', visibility: 'internal' } as const;

export const titleReserved = eventType(
  'title.reserved',
  { ...titles, title: '登记申报题目' },
  z.strictObject({ ...project, titleKey: sha256Schema, at: instantSchema }),
);

export const titleReleased = eventType(
  'title.released',
  { ...titles, title: '释放申报题目' },
  z.strictObject({ ...project, titleKey: sha256Schema, reason: lineSchema }),
);

export const applicationEventTypes = [
  applicationStarted,
  documentAttached,
  undertakingSigned,
  lateSubmissionAccepted,
  applicationSubmitted,
  applicationSupplemented,
  applicationWithdrawn,
  verificationStarted,
  supplementRequested,
  completenessVerified,
  completenessFailed,
  truthfulnessVerified,
  truthfulnessFailed,
  applicationReturned,
  projectRecommended,
  projectNotRecommended,
  similarityChecked,
  similarityAdjudicated,
  definitionConformityAssessed,
  expectedEffectAssessed,
  eligibilityConfirmed,
  eligibilityDenied,
  municipalReviewStarted,
  projectHeld,
  heldProjectDecided,
  projectApproved,
  projectRejected,
  projectListed,
  projectCarriedOver,
] as const;
export type ApplicationEvent = EventsOf<typeof applicationEventTypes>;

export const titleEventTypes = [titleReserved, titleReleased] as const;
export type TitleEvent = EventsOf<typeof titleEventTypes>;
