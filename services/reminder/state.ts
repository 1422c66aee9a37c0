/** A reminder is sent or not; nothing happens to it after that. */
import type { ReminderEvent } from '../../events/reminder.ts';
import type { Fold } from '../command.ts';

interface Sending {
  readonly sent: boolean;
}

export const sending: Fold<Sending, ReminderEvent> = {
  name: 'reminder',
  initial: { sent: false },
  evolve: () => ({ sent: true }),
};
