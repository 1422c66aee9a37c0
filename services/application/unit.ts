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
import {
  bodyIdSchema,
  type CreditCode,
  documentIdSchema,
  projectIdSchema,
  sha256Schema,
  yearSchema,
} from '../../events/ids.ts';
import { APPLICATION_DOCUMENT_KINDS } from '../../events/programme.ts';
import { chargeHeld } from '../../events/rules/jurisdiction.ts';
import { isOver } from '../../events/rules/lateness.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { dateSchema } from '../../events/time.ts';
import { unitStream } from '../../events/unit.ts';
import { bodiesNow } from '../bodies.ts';
import { blobOf, command, type Given, sealedPeople, stateOf } from '../command.ts';
import { exclusionsNow } from '../exclusion.ts';
import { alreadyAttached, materialsRoot, participantNames, sealContent } from '../materials.ts';
import { programmeYearOf } from '../programme-year.ts';
import { isRejection, notFound, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { applicationStageFault, banFault, notInCharge, onApplication, ownApplication } from './guards.ts';
import { APPLICATION_UNDERTAKING_HASH, plainApplicationSchema } from './materials.ts';
import {
  contentFault,
  EDITABLE,
  periodOverFault,
  planToApplyUnder,
  submissionFault,
  supplementFault,
  teamDeviations,
  titleFault,
} from './readiness.ts';
import { applicantUnit, programmeOf, unitOf } from './reads.ts';
import type { ApplicationStage } from './state.ts';
import { reserveTitle, titleKeyOf, titleReservationOf } from './title.ts';

const byUnit = { ...onApplication, allow: ['UNIT'] as const };
const onProjectInput = { projectId: projectIdSchema };

export const startApplication = command({
  ...byUnit,
  name: 'StartApplication',
  title: '填报立项申请',
  records: [applicationStarted],
  begins: true,
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
    unit: stateOf(applicantUnit, unitStream(actor.orgId as CreditCode)),
    bodies: bodiesNow,
    exclusions: exclusionsNow,
  }),
  names: ['year'],
  gate(state, given, known, { year }) {
    const plan = planToApplyUnder(known.programme, year);
    if (isRejection(plan)) return plan;
    const { registration } = known.unit;
    if (!registration) {
      return refuse(['art-08', '（一）'], 'unit-not-registered', '申报单位未登记', 'The unit is not registered');
    }
    return (
      banFault(known.exclusions, given.actor.orgId, given.today) ??
      periodOverFault(known.programme, plan, given) ?? { isThere: state !== undefined, registration }
    );
  },
  dueOn: (_passed, _given, { programme }) => programme.inForce?.plan.deadlines.applicationCloses,
  decide({ isThere, registration }, input, given, known) {
    // The id is made from the command id: a project that is there was started by this very command.
    if (isThere) return [];
    const body = known.bodies.registered.get(input.bodyId);
    if (!body) return refuse('art-06', 'body-unknown', '推荐单位未登记', 'The recommending body is not registered');
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

export const attachDocument = command({
  ...byUnit,
  name: 'AttachDocument',
  title: '上传申报材料',
  records: [documentAttached],
  summary:
    'Attaches an uploaded file to an application that is being written or supplemented; nothing is ever replaced.',
  input: z.strictObject({
    ...onProjectInput,
    kind: z.enum(APPLICATION_DOCUMENT_KINDS),
    name: lineSchema,
    sha256: sha256Schema,
    classification: z.enum(['public', 'internal', 'trade-secret']),
  }),
  reads: (_input, state) => ({ programme: programmeOf(state) }),
  readsTyped: ({ sha256 }, _state, { actor }) => ({ blob: blobOf(actor, sha256) }),
  saidAgain(state, input, { actor }) {
    const own = ownApplication(state, actor);
    return isRejection(own) ? own : alreadyAttached(own.documents, input);
  },
  gate(state, { actor }) {
    const own = ownApplication(state, actor);
    if (isRejection(own)) return own;
    const supplementing = own.stage === 'submitted' && own.supplement !== undefined;
    if (supplementing || EDITABLE.includes(own.stage)) return own;
    return refuse(
      'art-10',
      'materials-frozen',
      '材料提交后不得更改，退回或要求补充后方可增补',
      'Materials are frozen once submitted, until they are returned or a supplement is asked for',
    );
  },
  decide(_own, input, given, { blob }) {
    if (!blob) {
      return refuseForm('invalid', 'blob-not-found', '该文件尚未上传', 'No such file has been uploaded');
    }
    const { size, mediaType } = blob;
    return [documentAttached.of({ ...input, documentId: documentIdSchema.parse(given.newId), size, mediaType })];
  },
});

export const signUndertaking = command({
  ...byUnit,
  name: 'SignTruthfulnessUndertaking',
  title: '签署完整性真实性承诺',
  records: [undertakingSigned],
  summary: 'Signs the undertaking that the materials are complete and true; after a return it is signed again.',
  input: z.strictObject({ ...onProjectInput, signatory: lineSchema, position: lineSchema }),
  reads: (_input, state) => ({ programme: programmeOf(state) }),
  readsTyped: ({ signatory }, _state, { actor }) => ({ signatories: sealedPeople(actor.orgId, [signatory]) }),
  gate(state, { actor }) {
    const own = ownApplication(state, actor);
    return isRejection(own) ? own : (applicationStageFault(own, EDITABLE, 'art-10') ?? own);
  },
  done: ({ undertakingSigned }) => undertakingSigned !== undefined,
  decide(own, { projectId, position }, _given, { signatories }) {
    if (own.undertakingSigned) {
      const [signatory] = signatories;
      return again(own.undertakingSigned, { subject: signatory?.subject ?? '', position });
    }
    return signatories.map(signatory =>
      undertakingSigned.of({ projectId, signatory, position, textHash: APPLICATION_UNDERTAKING_HASH }),
    );
  },
});

export const submitApplication = command({
  ...byUnit,
  name: 'SubmitApplication',
  title: '提交立项申报材料',
  records: [applicationSubmitted],
  summary: 'Submits the materials to the body addressed, within the window and under a signed undertaking.',
  input: z.strictObject({ ...onProjectInput, content: plainApplicationSchema }),
  reads: (_input, state) => ({
    programme: programmeOf(state),
    unit: unitOf(state),
    bodies: bodiesNow,
    exclusions: exclusionsNow,
    title: titleReservationOf(state),
  }),
  readsTyped: ({ content }, _state, { actor }) => ({ names: sealedPeople(actor.orgId, participantNames(content)) }),
  gate(state, given, known) {
    const own = ownApplication(state, given.actor);
    return isRejection(own) ? own : (submissionFault(own, given, known) ?? own);
  },
  dueOn: ({ acceptedLate }, _given, { programme }) =>
    acceptedLate?.until ?? programme.inForce?.plan.deadlines.applicationCloses,
  reservation({ projectId, uscc, year, title }, { content }) {
    return contentFault(content) ? undefined : { command: reserveTitle, input: { projectId, uscc, year, title } };
  },
  decide(own, input, _given, known) {
    const fault = contentFault(input.content) ?? titleFault(own, known.title);
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

export const supplementApplication = command({
  ...byUnit,
  name: 'SupplementApplication',
  title: '补充立项申报材料',
  records: [applicationSupplemented],
  summary: 'Answers a supplement request by its due date with a new version; the checks start afresh.',
  input: z.strictObject({ ...onProjectInput, content: plainApplicationSchema, answer: paragraphSchema }),
  reads: (_input, state) => ({ programme: programmeOf(state) }),
  readsTyped: ({ content }, _state, { actor }) => ({ names: sealedPeople(actor.orgId, participantNames(content)) }),
  gate(state, given, { programme }) {
    const own = ownApplication(state, given.actor);
    return isRejection(own) ? own : (supplementFault(own, programme, given) ?? own);
  },
  dueOn: ({ supplement }) => supplement?.dueOn,
  decide(own, input, _given, known) {
    const fault = contentFault(input.content);
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

/** One that was withdrawn is withdrawn again without effect. */
const WITHDRAWABLE: readonly ApplicationStage[] = ['draft', 'submitted', 'returned', 'recommended', 'withdrawn'];

export const withdrawApplication = command({
  ...byUnit,
  name: 'WithdrawApplication',
  title: '撤回立项申请',
  records: [applicationWithdrawn],
  summary:
    'Withdraws a project that is not listed yet; afterwards only a termination with a reason is possible (D-44).',
  input: z.strictObject({ ...onProjectInput, reason: paragraphSchema }),
  reads: (_input, state) => ({ programme: programmeOf(state) }),
  gate(state, { actor }) {
    const own = ownApplication(state, actor);
    return isRejection(own) ? own : (applicationStageFault(own, WITHDRAWABLE, 'art-10') ?? own);
  },
  done: ({ stage }) => stage === 'withdrawn',
  decide(own, input) {
    if (own.stage === 'withdrawn') return again(own.withdrawnFor, input.reason);
    return [applicationWithdrawn.of(input, { reason: input.reason })];
  },
});

export const acceptLateSubmission = command({
  ...onApplication,
  allow: ['MSR'],
  name: 'AcceptLateSubmission',
  title: '同意逾期提交',
  records: [lateSubmissionAccepted],
  summary: 'Lets one project be submitted after the window has closed, until a date.',
  reach: { until: { notAfter: { programme: 0 } } },
  input: z.strictObject({ ...onProjectInput, until: dateSchema, reason: paragraphSchema }),
  reads: (_input, state) => ({ programme: programmeOf(state) }),
  gate: state => (state ? (applicationStageFault(state, EDITABLE, 'art-10') ?? state) : notFound()),
  decide(state, input, given) {
    if (state.acceptedLate?.until === input.until) return again(state.acceptedLate.reason, input.reason);
    if (isOver(input.until, given.today)) {
      return refuse('art-10', 'date-passed', '同意提交的截止日期已过', 'The date has passed', 'invalid');
    }
    return [lateSubmissionAccepted.of(input, { reason: input.reason })];
  },
});
