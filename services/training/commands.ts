/** Commands on training (art-14): the municipal authority trains, the project units send their people. */
import { z } from 'zod';
import { type About, type Deviation, evidenceSchema } from '../../events/envelope.ts';
import type { EnvelopeAdditions } from '../../events/event-type.ts';
import { projectIdSchema, yearSchema } from '../../events/ids.ts';
import { actDays, dueUnderPlan, lateUnderPlan } from '../../events/rules/lateness.ts';
import { type ProgrammeYear, programmeYear } from '../../events/rules/plan.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { type CivilDate, dateSchema, shanghaiDate } from '../../events/time.ts';
import {
  type TraineeId,
  type TrainingId,
  traineeEnrolled,
  traineeIdSchema,
  traineeRoleSchema,
  trainingAbsenceRecorded,
  trainingAttended,
  trainingCancelled,
  trainingDelivered,
  trainingIdSchema,
  trainingScheduled,
  trainingStream,
} from '../../events/training.ts';
import { command, type Given, known } from '../command.ts';
import { programmeNotOpen, programmeYearOf } from '../programme-year.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { personOf, type TrainedProject, trainedProjectOf } from './reads.ts';
import { type Trainee, type Training, trainingState } from './state.ts';

const ARTICLE = 'art-14';

const trainingIdOf = (year: number, given: Given) => trainingIdSchema.parse(`${year}-${given.newId}`);

const onTraining = {
  fold: trainingState,
  stream: (input: { readonly trainingId: TrainingId }) => trainingStream(input.trainingId),
  about: (state: Training | undefined): About => (state ? { year: state.year } : {}),
  reads: (_input: unknown, state: Training | undefined) => ({ programme: ofYear(state) }),
  planVersion: ({ programme }: { readonly programme: ProgrammeYear }) => programme.inForce?.version,
};

/** A session that is not there has no year; the decision refuses it anyway. */
function ofYear(state: Training | undefined) {
  return state ? programmeYearOf(state.year) : known(programmeYear.initial);
}

const input = { trainingId: trainingIdSchema };

export const scheduleTraining = command({
  name: 'ScheduleTraining',
  title: '安排培训',
  records: [trainingScheduled],
  summary: 'Schedules a training session of the year with its topics.',
  allow: ['MSR'],
  reach: { heldOn: { notAfter: { programme: 1 } } },
  input: z.strictObject({
    year: yearSchema,
    title: lineSchema,
    topics: z.array(lineSchema).min(1).max(30),
    heldOn: dateSchema,
    place: lineSchema,
  }),
  fold: trainingState,
  stream: (input, given) => trainingStream(trainingIdOf(input.year, given)),
  about: (_state, { year }) => ({ year }),
  names: ['year'],
  reads: ({ year }) => ({ programme: programmeYearOf(year) }),
  planVersion: onTraining.planVersion,
  // The id is made from the command id: a session that is there was scheduled by this very command.
  saidAgain: state => (state ? [] : undefined),
  gate: (_state, _given, { programme }, { year }) => (programme.open ? programme : programmeNotOpen(year)),
  dueOn: ({ inForce }) => dueUnderPlan(inForce, 'training.delivered'),
  decide(_open, input, given) {
    if (input.heldOn < shanghaiDate(given.effectiveAt)) {
      return refuseForm(
        'invalid',
        'training-in-past',
        '培训日期不得早于安排之日',
        'A session cannot be scheduled for a day gone by',
      );
    }
    return [trainingScheduled.of({ ...input, trainingId: trainingIdOf(input.year, given) })];
  },
});

export const enrolTrainee = command({
  ...onTraining,
  name: 'EnrolTrainee',
  title: '培训报名',
  records: [traineeEnrolled],
  summary:
    'Enrols a person of a listed project in one of the three roles of art-14, or as a listener; a unit enrols its own people.',
  allow: ['MSR', 'UNIT'],
  input: z.strictObject({ ...input, projectId: projectIdSchema, role: traineeRoleSchema, name: lineSchema }),
  readsTyped: ({ projectId, name }) => ({ project: trainedProjectOf(projectId), person: personOf(projectId, name) }),
  /** The authority may still add who came without being enrolled. */
  gate: (state, { actor }) => sessionAt(state, actor.role === 'UNIT' ? ['scheduled'] : ['scheduled', 'delivered']),
  decide(state, { projectId, role }, given, { project, person }) {
    const byUnit = given.actor.role === 'UNIT';
    if (!project || !person || (byUnit && project.uscc !== given.actor.orgId)) return notFound();
    const fault = enrolmentFault(state, project);
    if (fault) return fault;
    const { trainingId, year, trainees } = state;
    const isSame = (other: Trainee) =>
      other.projectId === projectId && other.role === role && other.subject === person.subject;
    if (trainees.some(isSame)) return [];
    const { uscc } = project;
    const traineeId = traineeIdSchema.parse(given.newId);
    return [
      traineeEnrolled.of(
        { trainingId, traineeId, projectId, year, uscc, role, person },
        { about: { year, projectId, uscc } },
      ),
    ];
  },
});

function enrolmentFault(state: Training, project: TrainedProject): Rejection | undefined {
  if (!project.listed) {
    return refuse(
      ARTICLE,
      'project-not-listed',
      '培训对象为已列入项目计划的项目单位人员',
      'Training is for people of listed projects',
    );
  }
  if (project.years.includes(state.year)) return undefined;
  return refuse(
    'art-04',
    'project-of-another-year',
    `该项目不属于${state.year}年度`,
    `The project does not belong to the programme year ${state.year}`,
  );
}

const STATUS_LABELS: Readonly<Record<Training['status'], readonly [zh: string, en: string]>> = {
  scheduled: ['尚未开展', 'not been delivered'],
  delivered: ['已开展', 'been delivered'],
  cancelled: ['已取消', 'been cancelled'],
};

function statusFault({ status }: Training, allowed: readonly Training['status'][]): Rejection | undefined {
  if (allowed.includes(status)) return undefined;
  const [zh, en] = STATUS_LABELS[status];
  return refuse(
    ARTICLE,
    `training-${status === 'scheduled' ? 'not-delivered' : status}`,
    `该培训${zh}，不能办理此事项`,
    `The training has ${en}: this cannot be done`,
  );
}

/** The session, if it stands in one of these. */
function sessionAt(state: Training | undefined, allowed: readonly Training['status'][]): Training | Rejection {
  return state ? (statusFault(state, allowed) ?? state) : notFound();
}

export const deliverTraining = command({
  ...onTraining,
  name: 'DeliverTraining',
  title: '开展培训',
  records: [trainingDelivered],
  summary: 'Records that a scheduled session took place; after the day of the work plan it is flagged (DL-8).',
  allow: ['MSR'],
  enteredLater: true,
  input: z.strictObject({
    ...input,
    deliveredOn: dateSchema,
    summary: paragraphSchema,
    evidence: z.array(evidenceSchema),
  }),
  gate: state => sessionAt(state, ['scheduled']),
  dueOn: (_session, _given, { programme }) => dueUnderPlan(programme.inForce, 'training.delivered'),
  decide(session, input, given, { programme }) {
    if (input.deliveredOn > given.today) {
      return refuseForm(
        'invalid',
        'delivered-in-future',
        '开展日期不得晚于今天',
        'A session cannot have been delivered on a day to come',
      );
    }
    const { evidence } = input;
    const deviations = lateDelivery(programme, input.deliveredOn, given);
    return [trainingDelivered.of({ ...input, year: session.year }, { evidence, deviations })];
  },
});

/** DL-8: recorded and flagged. */
function lateDelivery({ inForce }: ProgrammeYear, deliveredOn: CivilDate, { effectiveAt, now }: Given): Deviation[] {
  const named = { code: 'training-late', zh: '培训', en: 'training' };
  return lateUnderPlan(inForce, 'training.delivered', actDays(effectiveAt, now, deliveredOn), named);
}

const onTrainee = { ...input, traineeId: traineeIdSchema, reason: paragraphSchema.optional() };

interface Attending {
  readonly session: Training;
  readonly trainee: Trainee;
}

/** The trainee of a delivered session, or why there is nothing to record about him. */
function attending(state: Training | undefined, traineeId: TraineeId): Attending | Rejection {
  const session = sessionAt(state, ['delivered']);
  if (isRejection(session)) return session;
  const trainee = session.trainees.find(candidate => candidate.traineeId === traineeId);
  if (trainee) return { session, trainee };
  return refuse(ARTICLE, 'trainee-not-enrolled', '该人员未报名本次培训', 'This person is not enrolled');
}

/** What was recorded before can be put right, with a reason. */
function correctionFault({ trainee }: Attending, reason: string | undefined): Rejection | undefined {
  if (!trainee.attendance || reason !== undefined) return undefined;
  return refuse(
    ARTICLE,
    'correction-needs-reason',
    '已有出勤记录，更正须说明理由',
    'Attendance is already recorded otherwise: a correction needs a reason',
  );
}

/** Said again, with the reason that is on record or with none: another reason is recorded as a correction. */
function isRecorded({ trainee }: Attending, attendance: Trainee['attendance'], reason: string | undefined): boolean {
  return trainee.attendance === attendance && (reason === undefined || reason === trainee.reason);
}

function identityOf({ session: { trainingId, year }, trainee: { traineeId, projectId, uscc, role } }: Attending) {
  return { trainingId, traineeId, projectId, year, uscc, role };
}

function circumstancesOf({ trainee: { projectId, uscc } }: Attending, reason: string | undefined): EnvelopeAdditions {
  return { about: { projectId, uscc }, ...(reason !== undefined && { reason }) };
}

export const recordTrainingAttendance = command({
  ...onTraining,
  name: 'RecordTrainingAttendance',
  title: '记录参加培训',
  records: [trainingAttended],
  summary: 'Records that an enrolled person attended a delivered session; never a gate (D-18).',
  allow: ['MSR'],
  enteredLater: true,
  input: z.strictObject(onTrainee),
  gate: (state, _given, _known, { traineeId }) => attending(state, traineeId),
  done: ({ trainee }) => trainee.attendance === 'attended',
  decide(found, { reason }) {
    if (isRecorded(found, 'attended', reason)) return [];
    return correctionFault(found, reason) ?? [trainingAttended.of(identityOf(found), circumstancesOf(found, reason))];
  },
});

export const recordTrainingAbsence = command({
  ...onTraining,
  name: 'RecordTrainingAbsence',
  title: '记录培训缺席',
  records: [trainingAbsenceRecorded],
  summary: 'Records that an enrolled person did not attend a delivered session; no consequence follows (D-18).',
  allow: ['MSR'],
  enteredLater: true,
  input: z.strictObject(onTrainee),
  gate: (state, _given, _known, { traineeId }) => attending(state, traineeId),
  done: ({ trainee }) => trainee.attendance === 'absent',
  decide(found, { reason }) {
    if (isRecorded(found, 'absent', reason)) return [];
    const absence = { ...identityOf(found), ...(reason !== undefined && { reason }) };
    return correctionFault(found, reason) ?? [trainingAbsenceRecorded.of(absence, circumstancesOf(found, reason))];
  },
});

export const cancelTraining = command({
  ...onTraining,
  name: 'CancelTraining',
  title: '取消培训',
  records: [trainingCancelled],
  summary: 'Cancels a session that has not taken place.',
  allow: ['MSR'],
  input: z.strictObject({ ...input, reason: paragraphSchema }),
  gate: state => sessionAt(state, ['scheduled', 'cancelled']),
  done: ({ status }) => status === 'cancelled',
  decide({ status, cancelledFor, year }, { trainingId, reason }) {
    if (status === 'cancelled') return again(cancelledFor, reason);
    return [trainingCancelled.of({ trainingId, year, reason }, { reason })];
  },
});
