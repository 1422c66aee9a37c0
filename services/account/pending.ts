/** What waits for its second person: somebody else, and not for long, for an old word does not make two of one. */
import { type CivilDate, type Instant, shanghaiDate } from '../../events/time.ts';
import { twoPersonsFault } from '../persons.ts';
import { type Rejection, refuseForm } from '../rejection.ts';

const WAITING_DAYS = 7;

const DAY_MS = 86_400_000;

/** Whether a proposal has waited for more than {@link WAITING_DAYS} days of 24 hours. */
export function hasLapsed(since: Instant, now: Instant): boolean {
  return Date.parse(now) - Date.parse(since) > WAITING_DAYS * DAY_MS;
}

/** The day in the course of which it lapses. */
export function lapsesOn(since: Instant): CivilDate {
  return shanghaiDate(new Date(Date.parse(since) + WAITING_DAYS * DAY_MS).toISOString());
}

/** Refuses what has waited too long and is to be proposed anew. */
export function lapsed(): Rejection {
  return refuseForm(
    'conflict',
    'proposal-lapsed',
    `提出已逾${WAITING_DAYS}日，须重新提出`,
    `It was asked for more than ${WAITING_DAYS} days ago; it must be asked for anew`,
  );
}

/** Refuses the confirmation by whoever proposed it, under any account of his. */
export function samePerson(): Rejection {
  return twoPersonsFault(
    'same-person',
    '须由另一人确认，提出人不得自行确认',
    'somebody else confirms it, not whoever asked for it',
  );
}
