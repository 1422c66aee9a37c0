/** Who is enrolled for a training session, and who came (art-14). */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import { sealedSchema } from '../../events/personal.ts';
import {
  traineeEnrolled,
  traineeRoleSchema,
  trainingAbsenceRecorded,
  trainingAttended,
} from '../../events/training.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, nameOf, parsed } from '../query.ts';

const traineeRowSchema = z.strictObject({
  year: yearSchema,
  trainingId: z.string(),
  traineeId: z.string(),
  projectId: z.string(),
  uscc: z.string(),
  role: traineeRoleSchema,
  person: sealedSchema,
  attendance: z.enum(['attended', 'absent']).optional(),
  absentBecause: z.string().optional(),
});
type TraineeRow = z.infer<typeof traineeRowSchema>;

const idOf = ({ data }: { readonly data: { readonly trainingId: string; readonly traineeId: string } }) =>
  `${data.trainingId}/${data.traineeId}`;

export const trainees = projection<TraineeRow>({
  name: 'trainees',
  version: 2,
  question: '谁报名、谁参加了培训 (Who is enrolled for which training, and who came?)',
  indexes: [{ fields: ['year'] }, { fields: ['trainingId'] }, { fields: ['trainingId', 'uscc'] }],
  handlers: [
    on([traineeEnrolled], idOf, (_row, { data }) => data),
    on([trainingAttended], idOf, row => {
      if (!row) return undefined;
      const { absentBecause: _corrected, ...trainee } = row;
      return { ...trainee, attendance: 'attended' };
    }),
    on(
      [trainingAbsenceRecorded],
      idOf,
      (row, { data: { reason } }) =>
        row && { ...row, attendance: 'absent', ...(reason !== undefined && { absentBecause: reason }) },
    ),
  ],
});

export const traineeSchema = traineeRowSchema.omit({ year: true, person: true }).extend({ name: z.string() });

/** One page of the roster, of one unit if it is named, with names opened. */
export async function rosterOf(
  reader: Reader,
  asked: { readonly trainingId: string; readonly uscc?: string | undefined },
  page: { readonly limit: number; readonly cursor?: string },
) {
  const found = await reader.find(trainees, { where: given({ ...asked }), ...page });
  const items = parsed(trainees, found).map(
    async ({ year: _unasked, person, ...trainee }): Promise<z.infer<typeof traineeSchema>> => ({
      ...trainee,
      name: await nameOf(reader, person),
    }),
  );
  return { page: found, items: await Promise.all(items) };
}
