/** The applicant's story (art-10): start, attach, undertake, submit; supplement when asked, withdraw while it may. */
import { z } from 'zod';
import {
  applicationStarted,
  applicationSubmitted,
  applicationSupplemented,
  applicationWithdrawn,
  documentAttached,
  lateSubmissionAccepted,
  projectStream,
  undertakingSigned,
} from '../../events/application.ts';
import { chargeHeld } from '../../events/charge.ts';
import type { Deviation } from '../../events/envelope.ts';
import {
  bodyIdSchema,
  type CreditCode,
  projectIdSchema,
  resultIdSchema,
  sha256Schema,
  yearSchema,
} from '../../events/ids.ts';
import { DOCUMENT_KINDS } from '../../events/programme.ts';
import { REGULATION } from '../../events/statute.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { dateSchema, isAfterDeadline } from '../../events/time.ts';
import { unitStream } from '../../events/unit.ts';
import { blobOf, command, type Given, sealedPeople, stateOf } from '../command.ts';
import { type Exclusions, exclusionsNow, stopFault } from '../exclusion.ts';
import {
  type PlanInForce,
  type ProgrammeYear,
  programmeNotOpen,
  programmeYearOf,
  windowAt,
} from '../programme-year.ts';
import { isRejection, notFound, type Rejection, refuse, refuseByPlan, refuseForm } from '../rejection.ts';
import type { Application, Stage } from './decider.ts';
import { banFault, bodyInChargeOf, notInCharge, onProject, ownProject, stageFault } from './gates.ts';
import {
  materialsRoot,
  namesOf,
  type PlainContent,
  plainContentSchema,
  sealContent,
  UNDERTAKING_HASH,
} from './materials.ts';
import { reserveTitle, type Title, titleKeyOf, titleOf, titleTaken } from './title.ts';
import { type Bodies, bodiesNow, programmeOf, type Unit, unit, unitOf } from './views.ts';

const byUnit = { ...onProject, allow: ['UNIT'] as const };
const onProjectInput = { projectId: projectIdSchema };
/** Stages in which the unit still writes. */
const EDITABLE: readonly Stage[] = ['draft', 'returned'];

export const startApplication = command({
  ...byUnit,
  name: 'StartApplication',
  title: '填报立项申请',
  summary: 'Starts an application of the year, addressed to exactly one recommending body (D-6).',
  input: z.strictObject({ year: yearSchema, title: lineSchema, industry: lineSchema, bodyId: bodyIdSchema }),
  stream: (input, given) => projectStream(projectIdOf(input.year, given)),
  about: (_state, { year, bodyId }, given) => ({
    year,
    projectId: projectIdOf(year, given),
    uscc: given.actor.orgId,
    bodyId,
  }),
  reads: ({ year }, _state, { actor }) => ({
    programme: programmeYearOf(year),
    unit: stateOf(unit, unitStream(actor.orgId as CreditCode)),
    bodies: bodiesNow(),
    exclusions: exclusionsNow,
  }),
  decide(state, input, given, known) {
    // The id is made from the command id: a project that is there was started by this very command.
    if (state) return [];
    const plan = planOf(known.programme, input.year);
    if (isRejection(plan)) return plan;
    const { registration } = known.unit;
    if (!registration) {
      return refuse(['art-08', '（一）'], 'unit-not-registered', '申报单位未登记', 'The unit is not registered');
    }
    const body = known.bodies.registered[input.bodyId];
    if (!body) return refuse('art-06', 'body-unknown', '推荐单位未登记', 'The recommending body is not registered');
    const ban = banFault(known.exclusions, given.actor.orgId, given.today);
    if (ban) return ban;
    if (body.kind !== 'district-bureau' && !registration.industries.includes(input.industry)) {
      return refuse(
        'art-06',
        'industry-not-of-unit',
        `${input.industry}不在申报单位登记的行业之中`,
        `${input.industry} is not among the unit's registered industries`,
      );
    }
    const scope = { industry: input.industry, district: registration.district };
    const charge = chargeHeld(known.bodies.charges, input.bodyId, scope, given.today);
    if (!charge) return notInCharge(body.name);
    return [
      applicationStarted.of({
        ...input,
        projectId: projectIdOf(input.year, given),
        uscc: given.actor.orgId as CreditCode,
        unitName: registration.name,
        bodyName: body.name,
        jurisdiction: charge.jurisdiction,
      }),
    ];
  },
});

function projectIdOf(year: number, given: Given) {
  return projectIdSchema.parse(`${year}-${given.newId}`);
}

/** The plan in force of an open programme; nothing is submitted before it is published (art-09). */
function planOf({ open, inForce }: ProgrammeYear, year: number): PlanInForce | Rejection {
  if (!open) return programmeNotOpen(year);
  if (!inForce) {
    return refuse('art-09', 'work-plan-not-published', '年度工作方案尚未公布', 'The work plan is not published yet');
  }
  return inForce;
}

export const attachDocument = command({
  ...byUnit,
  name: 'AttachDocument',
  title: '上传申报材料',
  summary:
    'Attaches an uploaded file to an application that is being written or supplemented; nothing is ever replaced.',
  input: z.strictObject({
    ...onProjectInput,
    kind: z.enum(DOCUMENT_KINDS),
    name: lineSchema,
    sha256: sha256Schema,
    classification: z.enum(['public', 'internal', 'trade-secret']),
  }),
  reads: ({ sha256 }, state) => ({ programme: programmeOf(state), blob: blobOf(sha256) }),
  decide(state, input, given, { blob }) {
    const own = ownProject(state, given.actor);
    if (isRejection(own)) return own;
    if (own.documents.some(({ kind, sha256 }) => kind === input.kind && sha256 === input.sha256)) return [];
    const supplementing = own.stage === 'submitted' && own.supplement !== undefined;
    if (!supplementing && !EDITABLE.includes(own.stage)) {
      return refuse(
        'art-10',
        'materials-frozen',
        '材料提交后不得更改，退回或要求补充后方可增补',
        'Materials are frozen once submitted, until they are returned or a supplement is asked for',
      );
    }
    if (!blob) {
      return refuseForm('invalid', 'blob-not-found', '该文件尚未上传', 'No such file has been uploaded');
    }
    const { size, mediaType } = blob;
    return [documentAttached.of({ ...input, documentId: resultIdSchema.parse(given.newId), size, mediaType })];
  },
});

export const signUndertaking = command({
  ...byUnit,
  name: 'SignTruthfulnessUndertaking',
  title: '签署完整性真实性承诺',
  summary: 'Signs the undertaking that the materials are complete and true; after a return it is signed again.',
  input: z.strictObject({ ...onProjectInput, signatory: lineSchema, position: lineSchema }),
  reads: ({ signatory }, state, { actor }) => ({
    programme: programmeOf(state),
    signatories: sealedPeople(actor.orgId, [signatory]),
  }),
  decide(state, { projectId, position }, given, { signatories }) {
    const own = ownProject(state, given.actor);
    if (isRejection(own)) return own;
    const fault = stageFault(own, EDITABLE, 'art-10');
    if (fault) return fault;
    if (own.undertakingSigned) return [];
    return signatories.map(signatory =>
      undertakingSigned.of({ projectId, signatory, position, textHash: UNDERTAKING_HASH }),
    );
  },
});

interface SubmissionKnown {
  readonly programme: ProgrammeYear;
  readonly unit: Unit;
  readonly bodies: Bodies;
  readonly exclusions: Exclusions;
  readonly title: Title;
}

export const submitApplication = command({
  ...byUnit,
  name: 'SubmitApplication',
  title: '提交立项申报材料',
  summary: 'Submits the materials to the body addressed, within the window and under a signed undertaking.',
  input: z.strictObject({ ...onProjectInput, content: plainContentSchema }),
  reads: ({ content }, state, { actor }) => ({
    programme: programmeOf(state),
    unit: unitOf(state),
    bodies: bodiesNow(),
    exclusions: exclusionsNow,
    title: titleOf(state),
    names: sealedPeople(actor.orgId, namesOf(content)),
  }),
  first(state, input, given, known) {
    const own = ownProject(state, given.actor);
    if (isRejection(own) || submissionFault(own, input.content, given, known)) return undefined;
    const { projectId, uscc, year, title } = own;
    return { command: reserveTitle, input: { projectId, uscc, year, title } };
  },
  decide(state, input, given, known) {
    const own = ownProject(state, given.actor);
    if (isRejection(own)) return own;
    const fault = submissionFault(own, input.content, given, known) ?? titleFault(own, known.title);
    if (fault) return fault;
    const content = sealContent(input.content, known.names);
    return [
      applicationSubmitted.of(
        {
          projectId: own.projectId,
          version: (own.submission?.version ?? 0) + 1,
          content,
          materialsRoot: materialsRoot(content, own.documents),
          bodyId: own.bodyId,
          titleKey: titleKeyOf(own),
        },
        { deviations: teamDeviations(input.content) },
      ),
    ];
  },
});

/** Why this project cannot be submitted now, were its title its own. */
function submissionFault(
  own: Application,
  content: PlainContent,
  given: Given,
  known: SubmissionKnown,
): Rejection | undefined {
  const stage = stageFault(own, EDITABLE, 'art-10');
  if (stage) return stage;
  const plan = planOf(known.programme, own.year);
  if (isRejection(plan)) return plan;
  return (
    stopFault(known.exclusions, own.projectId) ??
    banFault(known.exclusions, own.uscc, given.today) ??
    (bodyInChargeOf(own, known, given.today) ? undefined : notInCharge(own.bodyName)) ??
    windowFault(own, known.programme, plan, given) ??
    undertakingFault(own) ??
    documentFault(own, plan) ??
    contentFault(content)
  );
}

/** DL-5; the municipal authority can accept a late submission of one project. */
function windowFault(own: Application, state: ProgrammeYear, plan: PlanInForce, { now }: Given): Rejection | undefined {
  if (own.acceptedLateUntil && !isAfterDeadline(now, own.acceptedLateUntil)) return undefined;
  switch (windowAt(state, now)) {
    case 'open':
      return undefined;
    case 'not-opened':
      return refuseByPlan(
        plan,
        'deadlines.applicationOpens',
        'window-not-open',
        '项目申报尚未启动',
        'Applications are not open yet',
      );
    case 'closed':
      return refuseByPlan(
        plan,
        'deadlines.applicationCloses',
        'window-closed',
        '项目申报已截止',
        'The application window has closed',
      );
  }
}

function undertakingFault(own: Application): Rejection | undefined {
  if (own.undertakingSigned) return undefined;
  return refuse(
    'art-10',
    'undertaking-not-signed',
    '应先签署材料完整性、真实性承诺；退回后须重新签署',
    'The undertaking of completeness and truthfulness must be signed first, and again after a return',
  );
}

/** art-10 names two kinds; 等 lets the plan ask for more. */
function documentFault(own: Application, plan: PlanInForce): Rejection | undefined {
  const isMissing = (kind: string) => !own.documents.some(document => document.kind === kind);
  const missing = ['可行性分析', '预期成效'].filter(isMissing);
  if (missing.length > 0) {
    return refuse(
      'art-10',
      'documents-missing',
      `缺少申报材料：${missing.join('、')}`,
      `Missing documents: ${missing.join(', ')}`,
    );
  }
  const missingByPlan = plan.plan.options.requiredDocuments.filter(isMissing);
  if (missingByPlan.length === 0) return undefined;
  return refuseByPlan(
    plan,
    'options.requiredDocuments',
    'documents-missing',
    `缺少工作方案要求的材料：${missingByPlan.join('、')}`,
    `Missing documents required by the work plan: ${missingByPlan.join(', ')}`,
  );
}

/** The reservation made ahead of this command; absent only if another project of the unit got in between. */
function titleFault(own: Application, { heldBy }: Title): Rejection | undefined {
  if (heldBy === own.projectId) return undefined;
  if (heldBy) return titleTaken(heldBy);
  return refuse('art-10', 'title-not-reserved', '申报题目尚未占用', 'The title has not been reserved');
}

function contentFault(content: PlainContent): Rejection | undefined {
  if (!content.categories.includes('其他') || content.otherCategory) return undefined;
  return refuse(
    ['art-08', '（二）'],
    'other-category-unnamed',
    '选择“其他”成效类别的，应写明具体类别',
    'The category 其他 must be named',
    'invalid',
  );
}

/** 群众性 (art-03): a team of one is let through and flagged. */
function teamDeviations(content: PlainContent): Deviation[] {
  if (content.participants.length > 1) return [];
  return [
    {
      code: 'single-person-team',
      basis: { doc: REGULATION, article: 'art-03' },
      zh: '参与人员仅一人，是否属于群众性质量活动待审核',
      en: 'The team has one person; whether this is a mass activity is for the reviewers',
    },
  ];
}

export const supplementApplication = command({
  ...byUnit,
  name: 'SupplementApplication',
  title: '补充立项申报材料',
  summary: 'Answers a supplement request by its due date with a new version; the checks start afresh.',
  input: z.strictObject({ ...onProjectInput, content: plainContentSchema, answer: paragraphSchema }),
  reads: ({ content }, state, { actor }) => ({
    programme: programmeOf(state),
    names: sealedPeople(actor.orgId, namesOf(content)),
  }),
  decide(state, input, given, known) {
    const own = ownProject(state, given.actor);
    if (isRejection(own)) return own;
    const fault = supplementFault(own, known.programme, given) ?? contentFault(input.content);
    if (fault) return fault;
    const content = sealContent(input.content, known.names);
    return [
      applicationSupplemented.of(
        {
          projectId: own.projectId,
          version: (own.submission?.version ?? 0) + 1,
          content,
          materialsRoot: materialsRoot(content, own.documents),
          bodyId: own.bodyId,
          answer: input.answer,
        },
        { deviations: teamDeviations(input.content) },
      ),
    ];
  },
});

function supplementFault(own: Application, { inForce }: ProgrammeYear, { now }: Given): Rejection | undefined {
  const stage = stageFault(own, ['submitted'], 'art-12');
  if (stage) return stage;
  if (!own.supplement || !inForce) {
    return refuse('art-12', 'no-supplement-requested', '推荐单位未要求补充材料', 'No supplement has been asked for');
  }
  const { dueOn } = own.supplement;
  if (!isAfterDeadline(now, dueOn)) return undefined;
  return refuseByPlan(
    inForce,
    'deadlines.supplementWorkingDays',
    'supplement-overdue',
    `补充材料期限为 ${dueOn}，已逾期`,
    `The supplement was due on ${dueOn}`,
  );
}

export const withdrawApplication = command({
  ...byUnit,
  name: 'WithdrawApplication',
  title: '撤回立项申请',
  summary:
    'Withdraws a project that is not listed yet; afterwards only a termination with a reason is possible (D-44).',
  input: z.strictObject({ ...onProjectInput, reason: paragraphSchema }),
  reads: (_input, state) => ({ programme: programmeOf(state) }),
  decide(state, input, given) {
    const own = ownProject(state, given.actor);
    if (isRejection(own)) return own;
    if (own.stage === 'withdrawn') return [];
    const fault = stageFault(own, ['draft', 'submitted', 'returned', 'recommended'], 'art-10');
    return fault ?? [applicationWithdrawn.of(input, { reason: input.reason })];
  },
});

export const acceptLateSubmission = command({
  ...onProject,
  allow: ['MSR'],
  name: 'AcceptLateSubmission',
  title: '同意逾期提交',
  summary: 'Lets one project be submitted after the window has closed, until a date.',
  input: z.strictObject({ ...onProjectInput, until: dateSchema, reason: paragraphSchema }),
  reads: (_input, state) => ({ programme: programmeOf(state) }),
  decide(state, input, given) {
    if (!state) return notFound();
    const fault = stageFault(state, EDITABLE, 'art-10');
    if (fault) return fault;
    if (state.acceptedLateUntil === input.until) return [];
    if (input.until < given.today) {
      return refuse('art-10', 'date-passed', '同意提交的截止日期已过', 'The date has passed', 'invalid');
    }
    return [lateSubmissionAccepted.of(input, { reason: input.reason })];
  },
});
