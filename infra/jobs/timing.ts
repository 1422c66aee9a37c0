/** When a job runs again, and when a schedule is due: the same in every engine. */
import { Cron } from 'croner';
import { type Backoff, checkName, type Schedule } from './jobs.ts';

export const TIME_ZONE = 'Asia/Shanghai';

/**
 * Milliseconds to wait after a failed attempt (from 1): doubled each time, and a random part of the second half, so
 * that what failed together does not come back together. `random` gives numbers from 0 to 1.
 */
export function retryDelay({ baseMs, maxMs }: Backoff, attempt: number, random: () => number): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  return Math.round((ceiling * (1 + random())) / 2);
}

/** The first instant after `epochMs` that matches, in epoch milliseconds. Throws when the pattern is none or never matches. */
export function nextOccurrence(cron: string, epochMs: number): number {
  const next = new Cron(cron, { timezone: TIME_ZONE }).nextRun(new Date(epochMs));
  if (!next) throw new RangeError(`${JSON.stringify(cron)} never comes`);
  return next.getTime();
}

/** Throws when a name, a pattern or the data of a schedule is wrong: at start, not in the night it is due. */
export function checkSchedule({ name, cron, kind, data }: Schedule): void {
  checkName(name);
  checkName(kind.name);
  nextOccurrence(cron, Date.now());
  kind.schema.parse(data);
}
