/** What waits for its second person: somebody else, and not for long, for an old word does not make two of one. */
import type { Instant } from '../../events/time.ts';
import { twoPersons } from '../persons.ts';
import { type Rejection, refuseForm } from '../rejection.ts';

const WAITING_DAYS = 7;

export function hasLapsed(since: Instant, now: Instant): boolean {
  return Date.parse(now) - Date.parse(since) > WAITING_DAYS * 86_400_000;
}

export function lapsed(): Rejection {
  return refuseForm(
    'conflict',
    'proposal-lapsed',
    `提出已逾${WAITING_DAYS}日，须重新提出`,
    `It was asked for more than ${WAITING_DAYS} days ago; it must be asked for anew`,
  );
}

export function samePerson(): Rejection {
  return twoPersons(
    'same-person',
    '须由另一人确认，提出人不得自行确认',
    'somebody else confirms it, not whoever asked for it',
  );
}
