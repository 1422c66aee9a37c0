/**
 * Stream `excellent-list-{year}`: from the panels' proposals to recognition, publication and commendation (art-21).
 * Stream `excellent-results`: the excellent results of earlier years, the corpus that no application may duplicate
 * (art-08 （三）). Stream `coordination`: joint work and exemplars (art-07).
 */
import { z } from 'zod';
import { noticeUsedSchema } from './calendar.ts';
import { evidenceSchema } from './envelope.ts';
import { type EventOf, type EventsOf, eventType } from './event-type.ts';
import {
  actionIdSchema,
  bodyIdSchema,
  creditCodeSchema,
  positionSchema,
  projectIdSchema,
  resultIdSchema,
  sha256Schema,
  streamId,
  yearSchema,
} from './ids.ts';
import { panelIdSchema } from './panel.ts';
import { sealedSchema } from './personal.ts';
import { lineSchema, paragraphSchema, urlSchema } from './text.ts';
import { dateSchema } from './time.ts';

/**
 * The list of excellent results of one programme year: notices, objections, recognitions, publications (art-21,
 * art-22).
 */
export const excellentListStream = (year: number) => streamId(`excellent-list-${year}`);
export const excellentResultsStream = streamId('excellent-results');
export const coordinationStream = streamId('coordination');

export const earlierResultRecorded = eventType(
  'excellent-result.earlier-recorded',
  { houseRule: 'earlier-results', phase: '成果评定', visibility: 'public', title: '登记历年优秀成果' },
  z.strictObject({
    resultId: resultIdSchema,
    year: z.int().min(2000).max(2100),
    title: lineSchema,
    unitName: lineSchema,
    uscc: creditCodeSchema.optional(),
    problem: paragraphSchema,
    methods: z.array(lineSchema).min(1).max(20),
    results: paragraphSchema,
    /** The published list it stands in. */
    source: z.strictObject({ document: lineSchema, url: urlSchema.optional() }),
  }),
);

const reviewing = { article: 'art-21', phase: '成果评定', visibility: 'internal' } as const;
/** 公示 and objections are of the work plan; the regulation has neither (D-17). */
const noticing = {
  houseRule: 'public-notice',
  planItem: 'options.publicNotice',
  phase: '成果评定',
  visibility: 'internal',
} as const;

/** The list of one panel: exactly the one that its members signed. */
const ofPanel = { year: yearSchema, panelId: panelIdSchema, listHash: sha256Schema };

export const excellentListReviewed = eventType(
  'excellent-list.reviewed',
  { ...reviewing, title: '审核优秀成果建议名单' },
  z.strictObject({
    ...ofPanel,
    kept: z.array(projectIdSchema),
    removed: z.array(z.strictObject({ projectId: projectIdSchema, reason: paragraphSchema })),
  }),
);

export const excellentListReturned = eventType(
  'excellent-list.returned',
  { ...reviewing, title: '退回优秀成果建议名单' },
  z.strictObject({ ...ofPanel, projects: z.array(projectIdSchema).min(1), reason: paragraphSchema }),
);

/** 公示, which the text does not ask for: only where the work plan sets it (D-17). */
const notice = { year: yearSchema, notice: z.int().min(1) };

export const noticedResultSchema = z.strictObject({
  projectId: projectIdSchema,
  title: lineSchema,
  unitName: lineSchema,
});

export const publicNoticeOpened = eventType(
  'public-notice.opened',
  { ...noticing, version: 2, visibility: 'public', title: '公示拟认定优秀成果', milestone: true },
  z.strictObject({
    ...notice,
    list: z.array(noticedResultSchema).min(1),
    workingDays: z.int().min(1),
    /** Not counted. */
    from: dateSchema,
    lastDay: dateSchema,
    /** The holiday notices that the days were counted by; none named before version 2. */
    countedBy: z.array(noticeUsedSchema),
    url: urlSchema,
  }),
);

export const publicNoticeClosed = eventType(
  'public-notice.closed',
  { ...noticing, visibility: 'public', title: '结束公示' },
  z.strictObject(notice),
);

export const objectionIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);

const objection = { year: yearSchema, objectionId: objectionIdSchema, projectId: projectIdSchema };

/** Under the real name, which stays with those who handle it (D-17). */
export const objectionRaised = eventType(
  'objection.raised',
  { ...noticing, visibility: 'restricted', title: '提出异议' },
  z.strictObject({
    ...objection,
    notice: z.int().min(1),
    objector: z.strictObject({ name: sealedSchema, phone: sealedSchema }),
    grounds: paragraphSchema,
    evidence: z.array(evidenceSchema).max(20),
  }),
);

export const objectionUpheld = eventType(
  'objection.upheld',
  { ...noticing, title: '异议成立' },
  z.strictObject({ ...objection, reason: paragraphSchema }),
);

export const objectionDismissed = eventType(
  'objection.dismissed',
  { ...noticing, title: '异议不成立' },
  z.strictObject({ ...objection, reason: paragraphSchema }),
);

/** One result of a panel's list, recognised. The public reads it in the published list; here it carries the unit's text. */
export const excellentResultRecognised = eventType(
  'excellent-result.recognised',
  { ...reviewing, title: '认定优秀成果' },
  z.strictObject({
    year: yearSchema,
    projectId: projectIdSchema,
    resultId: resultIdSchema,
    title: lineSchema,
    uscc: creditCodeSchema,
    unitName: lineSchema,
    bodyId: bodyIdSchema,
    problem: paragraphSchema,
    methods: z.array(lineSchema).min(1).max(20),
    results: paragraphSchema,
  }),
);

/** One line of the published list: what `excellent-result.recognised` says of the result. */
export const excellentEntrySchema = z.strictObject({
  projectId: projectIdSchema,
  resultId: resultIdSchema,
  title: lineSchema,
  unitName: lineSchema,
  bodyId: bodyIdSchema,
});
export type ExcellentEntry = z.infer<typeof excellentEntrySchema>;

export const excellentResultsPublished = eventType(
  'excellent-results.published',
  { ...reviewing, version: 2, visibility: 'public', title: '公布优秀成果', milestone: true },
  z.strictObject({
    year: yearSchema,
    version: z.int().min(1),
    /** What was recognised and not revoked at this position of the log, in the order of the project ids. */
    position: positionSchema,
    /** By their ids alone, as in a project plan: what the list says of each stands where its result was recognised. */
    projects: z.array(projectIdSchema).min(1),
    /** SHA-256 of the canonical JSON of the list of {@link ExcellentEntry}s: what readers can recompute. */
    listHash: sha256Schema,
    url: urlSchema,
  }),
);

export const RECIPIENT_TYPES = ['单位', '参与人员', '组织者'] as const;

/** Who is commended or certified: `person` for people, the organisation alone for a unit or an organising body (D-30). */
const recipient = {
  year: yearSchema,
  resultId: resultIdSchema,
  title: lineSchema,
  recipientType: z.enum(RECIPIENT_TYPES),
  /** Credit code of the unit or id of the body. */
  orgId: z.string().min(2).max(64),
  orgName: lineSchema,
  person: sealedSchema.optional(),
};

const commendationIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);

export const commendationIssued = eventType(
  'commendation.issued',
  { article: 'art-21', phase: '表扬', visibility: 'public', title: '通报表扬', milestone: true },
  z.strictObject({ ...recipient, commendationId: commendationIdSchema, document: lineSchema, url: urlSchema }),
);

export const certificateNoSchema = z.string().regex(/^\d{4}-\d{5}$/);

/** Only where the work plan sets it: the text speaks of commendation, not of certificates. */
export const certificateIssued = eventType(
  'certificate.issued',
  {
    houseRule: 'certificates',
    planItem: 'options.certificates',
    phase: '表扬',
    visibility: 'public',
    title: '颁发证书',
  },
  z.strictObject({ ...recipient, commendationId: commendationIdSchema, certificateNo: certificateNoSchema }),
);

const coordination = { article: 'art-07', phase: '宣传推广', visibility: 'public' } as const;

/** The parties art-07 names; 区市场监督管理部门 is not among them (D-43). */
export const coordinationPartySchema = z.enum(['MSR', 'REC-I', 'REC-A']);

export const coordinationActionRecorded = eventType(
  'coordination-action.recorded',
  { ...coordination, title: '记录协同配合' },
  z.strictObject({
    actionId: actionIdSchema,
    title: lineSchema,
    detail: paragraphSchema,
    parties: z.array(z.strictObject({ role: coordinationPartySchema, name: lineSchema })).min(2),
    heldOn: dateSchema,
  }),
);

export const exemplarDesignated = eventType(
  'exemplar.designated',
  { ...coordination, title: '选树典型' },
  z.strictObject({
    resultId: resultIdSchema,
    title: lineSchema,
    unitName: lineSchema,
    /** 优势领域 or 优势行业 in which it leads. */
    field: lineSchema,
    grounds: paragraphSchema,
  }),
);

export const exemplarWithdrawn = eventType(
  'exemplar.withdrawn',
  { ...coordination, title: '撤销典型' },
  z.strictObject({ resultId: resultIdSchema, reason: paragraphSchema }),
);

export const recognitionEventTypes = [
  earlierResultRecorded,
  excellentResultRecognised,
  coordinationActionRecorded,
  exemplarDesignated,
  exemplarWithdrawn,
] as const;
export type RecognitionEvent = EventsOf<typeof recognitionEventTypes>;

/** With {@link excellentResultRecognised}, what stands in `excellent-list-{year}`. */
export const excellentListEventTypes = [
  excellentListReviewed,
  excellentListReturned,
  publicNoticeOpened,
  publicNoticeClosed,
  objectionRaised,
  objectionUpheld,
  objectionDismissed,
  excellentResultsPublished,
  commendationIssued,
  certificateIssued,
] as const;
export type ExcellentListEvent = EventsOf<typeof excellentListEventTypes> | EventOf<typeof excellentResultRecognised>;
