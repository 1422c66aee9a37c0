/**
 * Stream `case-{id}`: a case of fraud, from suspicion to decision (art-25). Streams `confidentiality-{account}`,
 * `access-{yyyymmdd}-{account}` and `misconduct-{id}`: what staff undertake, what they open, and cases about them (art-26).
 */
import { z } from 'zod';
import { evidenceSchema, roleSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import {
  type AccountId,
  accountIdSchema,
  creditCodeSchema,
  evidenceIdSchema,
  projectIdSchema,
  resultIdSchema,
  sha256Schema,
  streamId,
} from './ids.ts';
import { panelIdSchema } from './panel.ts';
import { lineSchema, paragraphSchema, urlSchema } from './text.ts';
import { type CivilDate, dateSchema } from './time.ts';

export const caseIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{3,40}$/)
  .brand<'CaseId'>();
export const misconductIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{3,40}$/)
  .brand<'MisconductId'>();
export type CaseId = z.infer<typeof caseIdSchema>;
export type MisconductId = z.infer<typeof misconductIdSchema>;

/** One case of suspected fraud (art-25), from the report to its decision or dismissal. */
export const caseStream = (id: CaseId) => streamId(`case-${id}`);
/** The undertakings of secrecy that one account has signed (art-26). */
export const confidentialityStream = (id: AccountId) => streamId(`confidentiality-${id}`);
/** One stream a person and day: what is in it has been put on record for the day. */
export const accessStream = (date: CivilDate, id: AccountId) => streamId(`access-${date.replaceAll('-', '')}-${id}`);
/** One case of misconduct in the evaluation (art-26). */
export const misconductStream = (id: MisconductId) => streamId(`misconduct-${id}`);

/** A case is for those who handle it, until it is decided. */
const handling = { article: 'art-25', phase: '监督管理', visibility: 'restricted' } as const;
/** Telling and hearing the unit is of the work plan (D-35); so is the review of a decision, by a rule of the house. */
const hearing = {
  houseRule: 'due-process',
  planItem: 'options.fraudProcedure',
  phase: '监督管理',
  visibility: 'parties',
} as const;
const decided = { article: 'art-25', phase: '监督管理', visibility: 'public' } as const;

const fraudCase = { caseId: caseIdSchema };

export const fraudSuspicionReported = eventType(
  'fraud-suspicion.reported',
  { ...handling, title: '反映弄虚作假线索' },
  z.strictObject({
    ...fraudCase,
    uscc: creditCodeSchema,
    detail: paragraphSchema,
    evidence: z.array(evidenceSchema).max(20),
  }),
);

export const fraudCaseOpened = eventType(
  'fraud-case.opened',
  { ...handling, title: '立案核查' },
  z.strictObject({
    ...fraudCase,
    uscc: creditCodeSchema,
    unitName: lineSchema,
    projectIds: z.array(projectIdSchema).max(100),
    /** Recognised results, those of earlier years included. */
    resultIds: z.array(resultIdSchema).max(100),
    grounds: paragraphSchema,
  }),
);

export const fraudEvidenceRecorded = eventType(
  'fraud-evidence.recorded',
  { ...handling, title: '记录核查证据' },
  z.strictObject({
    ...fraudCase,
    evidenceId: evidenceIdSchema,
    findings: paragraphSchema,
    evidence: z.array(evidenceSchema).min(1).max(20),
  }),
);

/** Due process that the text does not prescribe; the work plan can do without it. */
export const unitNotified = eventType(
  'unit.notified',
  { ...hearing, title: '告知项目单位' },
  z.strictObject({
    ...fraudCase,
    uscc: creditCodeSchema,
    document: lineSchema,
    /** Last day for the unit's statement. */
    answerBy: dateSchema,
  }),
);

export const unitStatementRecorded = eventType(
  'unit-statement.recorded',
  { ...hearing, title: '记录项目单位陈述' },
  z.strictObject({
    ...fraudCase,
    uscc: creditCodeSchema,
    /** `waived`: the unit said nothing in the time it was given. */
    outcome: z.enum(['stated', 'waived']),
    statement: paragraphSchema,
    evidence: z.array(evidenceSchema).max(20),
  }),
);

/** The two ways art-25 names. */
export const FRAUD_KINDS = ['虚假材料', '不正当手段'] as const;

export const fraudEstablished = eventType(
  'fraud.established',
  { ...handling, title: '认定骗取优秀成果' },
  z.strictObject({ ...fraudCase, kind: z.enum(FRAUD_KINDS), findings: paragraphSchema }),
);

export const fraudCaseDismissed = eventType(
  'fraud-case.dismissed',
  { ...handling, visibility: 'parties', title: '核查终结不予处理' },
  z.strictObject({ ...fraudCase, uscc: creditCodeSchema, reason: paragraphSchema }),
);

export const revokedResultSchema = z.strictObject({
  resultId: resultIdSchema,
  /** Absent for a result of a year before this record began. */
  projectId: projectIdSchema.optional(),
  title: lineSchema,
  year: z.int(),
});
export type RevokedResult = z.infer<typeof revokedResultSchema>;

/** Revocation, circulation and exclusion as one event: all three or none (domain 1.6). */
export const fraudDecisionTaken = eventType(
  'fraud-decision.taken',
  { ...decided, title: '撤销优秀成果认定并通报', milestone: true },
  z.strictObject({
    ...fraudCase,
    uscc: creditCodeSchema,
    unitName: lineSchema,
    revoked: z.array(revokedResultSchema).min(1),
    circulation: z.strictObject({
      document: lineSchema,
      url: urlSchema,
      recipients: z.array(lineSchema).min(1).max(100),
    }),
    /** First day, which is not counted, and last day of the five years (D-31). */
    ban: z.strictObject({ from: dateSchema, lastDay: dateSchema }),
  }),
);

/** Fraud found before recognition: art-25 speaks of obtained recognition only, so the projects stop and nobody is excluded (D-34). */
export const fraudulentProjectsStopped = eventType(
  'fraudulent-projects.stopped',
  { article: 'art-05', item: '（四）', phase: '监督管理', visibility: 'parties', title: '终止弄虚作假项目' },
  z.strictObject({
    ...fraudCase,
    uscc: creditCodeSchema,
    projectIds: z.array(projectIdSchema).min(1).max(100),
    reason: paragraphSchema,
  }),
);

export const revocationOverturned = eventType(
  'revocation.overturned',
  { houseRule: 'review-of-decisions', phase: '监督管理', visibility: 'public', title: '撤销处理决定', milestone: true },
  z.strictObject({
    ...fraudCase,
    uscc: creditCodeSchema,
    document: lineSchema,
    /** First day on which the exclusion holds no longer. */
    from: dateSchema,
    reason: paragraphSchema,
  }),
);

const staff = { article: 'art-26', phase: '监督管理' } as const;
/** For the supervising body alone: neither a case nor what is looked at for it may show elsewhere. */
const secret = { ...staff, visibility: 'case-only' } as const;

export const confidentialityUndertakingSigned = eventType(
  'confidentiality-undertaking.signed',
  { ...staff, visibility: 'internal', title: '签署保密承诺' },
  z.strictObject({
    accountId: accountIdSchema,
    orgId: z.string().min(2).max(64),
    role: roleSchema,
    /** SHA-256 of the undertaking's wording. */
    textHash: sha256Schema,
  }),
);

/** What can be opened: a stored file; what a unit handed in at each stage of a project; what judges gave on its result. */
export const MATERIAL_KINDS = ['file', 'case-file', 'implementation', 'result', 'score'] as const;

/** A file, by its SHA-256, or a project; and the units whose material it is. */
const openedSchema = z.strictObject({
  objectId: z.string().min(1).max(64),
  units: z.array(creditCodeSchema).max(100),
});
export type OpenedObject = z.infer<typeof openedSchema>;

/** Objects that one event names; an opening of more is told in several. */
export const OBJECTS_AN_EVENT = 500;

/** What one opening showed. An object is told once a person, role, kind and day, however often it is opened within it. */
export const materialAccessed = eventType(
  'material.accessed',
  { ...secret, version: 2, title: '调阅材料' },
  z.strictObject({
    accountId: accountIdSchema,
    orgId: z.string().min(2).max(64),
    role: roleSchema,
    kind: z.enum(MATERIAL_KINDS),
    /** Name of the endpoint it was opened through; early records do not tell it. */
    via: z
      .string()
      .regex(/^[A-Za-z]{2,64}$/)
      .optional(),
    objects: z.array(openedSchema).min(1).max(OBJECTS_AN_EVENT),
  }),
);

/** The four breaches art-26 names, and breach of secrecy. */
export const MISCONDUCT_KINDS = ['滥用职权', '玩忽职守', '徇私舞弊', '违反评定工作纪律', '泄露秘密'] as const;

/** `accountId` is the person concerned, everywhere below. */
const misconduct = { misconductId: misconductIdSchema, accountId: accountIdSchema };

export const misconductReported = eventType(
  'misconduct.reported',
  { ...secret, title: '反映工作人员问题' },
  z.strictObject({
    ...misconduct,
    kind: z.enum(MISCONDUCT_KINDS),
    detail: paragraphSchema,
    /** What is secret stays on paper: only its file number is entered (D-41). */
    offlineFile: lineSchema.optional(),
    /** The evaluation concerned. */
    panelId: panelIdSchema.optional(),
    evidence: z.array(evidenceSchema).max(20),
  }),
);

export const misconductCaseOpened = eventType(
  'misconduct-case.opened',
  { ...secret, title: '工作人员问题立案' },
  z.strictObject({ ...misconduct, kind: z.enum(MISCONDUCT_KINDS), grounds: paragraphSchema }),
);

export const evaluationDutySuspended = eventType(
  'evaluation-duty.suspended',
  { ...secret, title: '暂停参与评定工作' },
  z.strictObject({ ...misconduct, from: dateSchema, reason: paragraphSchema }),
);

export const misconductReferred = eventType(
  'misconduct.referred',
  { ...secret, title: '移送有权机关' },
  z.strictObject({ ...misconduct, authority: lineSchema, document: lineSchema }),
);

/** What the authority decided; the system never decides it. */
export const misconductDispositionRecorded = eventType(
  'misconduct-disposition.recorded',
  { ...secret, title: '记录处理结果' },
  z.strictObject({
    ...misconduct,
    authority: lineSchema,
    document: lineSchema,
    decidedOn: dateSchema,
    outcome: paragraphSchema,
  }),
);

const taint = { ...misconduct, panelId: panelIdSchema, reason: paragraphSchema };

export const taintedEvaluationReopened = eventType(
  'tainted-evaluation.reopened',
  { ...secret, title: '重启受影响的技术评定' },
  z.strictObject({ ...taint, projectIds: z.array(projectIdSchema).min(1).max(200) }),
);

export const taintFoundWithoutEffect = eventType(
  'taint.found-without-effect',
  { ...secret, title: '认定不影响评定结果' },
  z.strictObject(taint),
);

export const misconductCaseClosed = eventType(
  'misconduct-case.closed',
  { ...secret, title: '工作人员问题结案' },
  z.strictObject({ ...misconduct, outcome: z.enum(['founded', 'unfounded']), summary: paragraphSchema }),
);

export const fraudEventTypes = [
  fraudSuspicionReported,
  fraudCaseOpened,
  fraudEvidenceRecorded,
  unitNotified,
  unitStatementRecorded,
  fraudEstablished,
  fraudCaseDismissed,
  fraudDecisionTaken,
  fraudulentProjectsStopped,
  revocationOverturned,
] as const;
export type FraudEvent = EventsOf<typeof fraudEventTypes>;

export const confidentialityEventTypes = [confidentialityUndertakingSigned] as const;
export type ConfidentialityEvent = EventsOf<typeof confidentialityEventTypes>;

export const accessEventTypes = [materialAccessed] as const;
export type AccessEvent = EventsOf<typeof accessEventTypes>;

export const misconductEventTypes = [
  misconductReported,
  misconductCaseOpened,
  evaluationDutySuspended,
  misconductReferred,
  misconductDispositionRecorded,
  taintedEvaluationReopened,
  taintFoundWithoutEffect,
  misconductCaseClosed,
] as const;
export type MisconductEvent = EventsOf<typeof misconductEventTypes>;

export const enforcementEventTypes = [
  ...fraudEventTypes,
  ...confidentialityEventTypes,
  ...accessEventTypes,
  ...misconductEventTypes,
] as const;
