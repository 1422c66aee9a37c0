/** Recorded times of a log, in the order of its positions: they never go back where all is well. */
import type { Instant } from '../time.ts';

/** What has passed of a log. */
export interface TimesPassed {
  /** The latest recorded time so far: as known at an instant is what was recorded before the first that has reached it. */
  readonly latest: Instant;
  /** Events recorded earlier than one before them: the clock had been set back, or writers' clocks differ. */
  readonly wentBack: number;
  /** By how much at most, in milliseconds. */
  readonly widestMs: number;
}

/** A clock further behind the log than this is no difference between machines: events it dates would be put wrongly in time. */
export const CLOCK_TOLERANCE_MS = 5_000;

/** By how much an instant lies before another, in milliseconds; 0 where it does not. */
export function millisecondsBehind(at: Instant, latest: Instant): number {
  return at >= latest ? 0 : Date.parse(latest) - Date.parse(at);
}

/** The next event has passed. */
export function timePassed(times: TimesPassed | undefined, recordedAt: Instant): TimesPassed {
  if (!times) return { latest: recordedAt, wentBack: 0, widestMs: 0 };
  if (recordedAt >= times.latest) return recordedAt === times.latest ? times : { ...times, latest: recordedAt };
  const widestMs = Math.max(times.widestMs, millisecondsBehind(recordedAt, times.latest));
  return { ...times, wentBack: times.wentBack + 1, widestMs };
}
