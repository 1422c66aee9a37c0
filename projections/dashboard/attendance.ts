/** Who was enrolled for a training in which role, and attended it (art-14): behind R-D4. */
import { TRAINED_ROLES, traineeEnrolled, trainingAbsenceRecorded, trainingAttended } from '../../events/training.ts';
import { projection, when } from '../projection.ts';

interface AttendanceRow {
  readonly year: number;
  readonly uscc: string;
  readonly role: string;
  /** Who it is stays sealed. */
  readonly subject: string;
  readonly attended: boolean;
}

/** The three roles of the article, and those who listened in. */
export const ATTENDED_ROLES = [...TRAINED_ROLES, '旁听'] as const;

const idOf = ({ data }: { readonly data: { readonly trainingId: string; readonly traineeId: string } }) =>
  `${data.trainingId}/${data.traineeId}`;

export const attendance = projection<AttendanceRow>({
  name: 'training-attendance',
  version: 1,
  question: '各类人员参加培训的情况 (Who attended which training, in which role?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    when(
      [traineeEnrolled],
      idOf,
      (row, { data: { year, uscc, role, person } }) =>
        row ?? { year, uscc, role, subject: person.subject, attended: false },
    ),
    when([trainingAttended], idOf, row => row && { ...row, attended: true }),
    when([trainingAbsenceRecorded], idOf, row => row && { ...row, attended: false }),
  ],
});
