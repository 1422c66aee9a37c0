/** When events are recorded: by the clock, and never before what the log is known to hold. */
import { CLOCK_TOLERANCE_MS, millisecondsBehind } from '../events/rules/recorded-time.ts';
import type { Instant } from '../events/time.ts';
import { type Clock, ClockBehind } from './ports.ts';

export interface RecordedTime {
  /**
   * The time of a decision that is made and handed to the store now. While the clock is behind the log the latest
   * recorded time is held. Throws {@link ClockBehind} when it is further behind than is tolerated.
   */
  take(): Instant;
  /** The log holds an event of this time. */
  learn(recordedAt: Instant): void;
  /** By how much the clock is behind the log, in milliseconds. */
  behindMs(): number;
}

export interface RecordedTimeOptions {
  readonly clock: Clock;
  /** Beyond it nothing is recorded; {@link CLOCK_TOLERANCE_MS} unless told. */
  readonly toleranceMs?: number;
  /** Told once when the clock is found behind, once more when beyond the tolerance, and when it has come up again. */
  readonly alarm?: (message: string, details: object) => void;
}

/** Less than this is the difference between the clocks of two machines, and not worth an alarm. */
const UNREMARKABLE_MS = 1_000;

type Standing = 'right' | 'held' | 'refused';

const MESSAGES: Readonly<Record<Standing, string>> = {
  right: '系统时钟已赶上台账，恢复正常记录 (the clock has come up with the log)',
  held: '系统时钟落后于台账，记录时间暂按台账最新时间 (the clock is behind the log: its latest time is held)',
  refused: '系统时钟落后于台账，超出容许范围，停止写入 (the clock is too far behind the log: nothing is recorded)',
};

/**
 * Recorded times of one process: never earlier than any it has learnt. Tolerance in milliseconds; beyond it {@link
 * RecordedTime.take} throws ClockBehind.
 */
export function createRecordedTime({
  clock,
  toleranceMs = CLOCK_TOLERANCE_MS,
  alarm = () => {},
}: RecordedTimeOptions): RecordedTime {
  let latest: Instant = '';
  let told: Standing = 'right';

  function tell(standing: Standing, now: Instant, behindMs: number): void {
    if (standing === told) return;
    told = standing;
    alarm(MESSAGES[standing], { clock: now, latestRecorded: latest, behindMs, toleranceMs });
  }

  return {
    take() {
      const now = clock.now();
      const behindMs = millisecondsBehind(now, latest);
      if (behindMs > toleranceMs) {
        tell('refused', now, behindMs);
        throw new ClockBehind(now, latest);
      }
      if (behindMs === 0) tell('right', now, 0);
      else if (behindMs >= UNREMARKABLE_MS) tell('held', now, behindMs);
      if (behindMs > 0) return latest;
      latest = now;
      return now;
    },
    learn(recordedAt) {
      if (recordedAt > latest) latest = recordedAt;
    },
    behindMs: () => millisecondsBehind(clock.now(), latest),
  };
}
