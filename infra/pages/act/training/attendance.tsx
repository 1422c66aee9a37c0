/** Who came to a training and who did not (art-14): by name. */
import type { z } from 'zod';
import type { traineeSchema } from '../../../../projections/training/roster.ts';
import { formLayout } from '../layout.tsx';

type Trainee = z.infer<typeof traineeSchema>;

export const attendanceForms = ['RecordTrainingAttendance', 'RecordTrainingAbsence'].map(command =>
  formLayout<Trainee>({
    command,
    async load(typed, { ask }) {
      const trainingId = typed.get('trainingId');
      const { items } = await ask<{ items: readonly Trainee[] }>('ListTrainees', { trainingId, limit: 500 });
      return items.find(({ traineeId }) => traineeId === typed.get('traineeId'));
    },
    names: ({ name, role }) => [['traineeId', `${name}（${role}）`]],
    view: ({ ask }) => (
      <>
        {ask('trainingId')}
        {ask('traineeId')}
        {ask('reason', '更正已有的出勤记录时须填')}
      </>
    ),
  }),
);
