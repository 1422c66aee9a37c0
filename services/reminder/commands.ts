/** Reminding of duties (art-05 （四）): the system's own work, under nobody's name and over no route. */
import { aboutReminder, reminderIdOf, reminderSchema, reminderSent, reminderStream } from '../../events/reminder.ts';
import { isOver } from '../../events/rules/lateness.ts';
import { command, known } from '../command.ts';
import { refuse } from '../rejection.ts';
import { sending } from './state.ts';

export const sendReminder = command({
  name: 'SendReminder',
  title: '发送期限提醒',
  records: [reminderSent],
  summary: 'Records that an organisation is reminded of a duty; the same reminder is recorded once.',
  allow: ['SYS'],
  hidden: true,
  input: reminderSchema,
  fold: sending,
  stream: input => reminderStream(reminderIdOf(input)),
  about: (_state, input) => aboutReminder(input),
  reads: ({ planVersion }) => ({ plan: known(planVersion) }),
  planVersion: ({ plan }) => plan,
  decide({ sent }, input, { today }) {
    if (sent) return [];
    if (isOver(input.dueOn, today) !== (input.stage === 'overdue')) {
      return refuse(
        ['art-05', '（四）'],
        'reminder-untimely',
        '期限届满前不得提醒逾期，届满后不得提醒将到期',
        'A duty is overdue once its last day is over, and due soon only until then',
      );
    }
    return [reminderSent.of(input, { basis: [{ plan: input.year, version: input.planVersion, item: input.item }] })];
  },
});
