/** 培训: the sessions (art-14), and who of which project came, by role and without names. */
import { z } from 'zod';
import {
  traineeEnrolled,
  traineeRoleSchema,
  trainingAbsenceRecorded,
  trainingAttended,
  trainingCancelled,
  trainingDelivered,
  trainingScheduled,
} from '../../events/training.ts';
import { reported } from './reportable.ts';
import { reportTable } from './table.ts';

const trainingRow = z.strictObject({
  trainingId: z.string(),
  year: z.int(),
  title: z.string(),
  heldOn: z.iso.date(),
  place: z.string(),
  status: z.enum(['scheduled', 'delivered', 'cancelled']),
  deliveredOn: z.iso.date().optional(),
});

const ofTraining = ({ data }: { readonly data: { readonly trainingId: string } }) => data.trainingId;

export const trainingsTable = reportTable<z.infer<typeof trainingRow>>({
  name: 'trainings',
  version: 1,
  rows: 1,
  title: { zh: '培训', en: 'Training sessions' },
  question: '报表：培训 (for BI tools: the training sessions)',
  row: trainingRow,
  key: ['trainingId'],
  handlers: [
    reported([trainingScheduled], ofTraining, (_row, { data }) => {
      const { trainingId, year, title, heldOn, place } = data;
      return { trainingId, year, title, heldOn, place, status: 'scheduled' };
    }),
    reported(
      [trainingDelivered],
      ofTraining,
      (row, { data: { deliveredOn } }) => row && { ...row, status: 'delivered', deliveredOn },
    ),
    reported([trainingCancelled], ofTraining, row => row && { ...row, status: 'cancelled' }),
  ],
});

const traineeRow = z.strictObject({
  trainingId: z.string(),
  projectId: z.string(),
  uscc: z.string(),
  role: traineeRoleSchema,
  attendance: z.enum(['enrolled', 'attended', 'absent']),
});
type TraineeRow = z.infer<typeof traineeRow>;

interface Trainee {
  readonly trainingId: string;
  readonly projectId: string;
  readonly uscc: string;
  readonly role: TraineeRow['role'];
  readonly traineeId: string;
}

const ofTrainee = ({ data: { trainingId, traineeId } }: { readonly data: Trainee }) => `${trainingId} ${traineeId}`;

const trainee = ({ trainingId, projectId, uscc, role }: Trainee, attendance: TraineeRow['attendance']): TraineeRow => ({
  ...{ trainingId, projectId, uscc, role },
  attendance,
});

export const trainingAttendanceTable = reportTable<z.infer<typeof traineeRow>>({
  name: 'training_attendance',
  version: 1,
  rows: 1,
  title: { zh: '参训情况', en: 'Attendance of training' },
  question: '报表：各项目参训情况，每行一人，不含姓名 (for BI tools: attendance, a row a person, without names)',
  row: traineeRow,
  key: [],
  handlers: [
    reported([traineeEnrolled], ofTrainee, (_row, { data }) => trainee(data, 'enrolled')),
    reported([trainingAttended], ofTrainee, (_row, { data }) => trainee(data, 'attended')),
    reported([trainingAbsenceRecorded], ofTrainee, (_row, { data }) => trainee(data, 'absent')),
  ],
});
