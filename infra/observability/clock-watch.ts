/** Watches the recorded times of the log as it grows, whoever writes: an alarm when they begin to go back, and when they have ceased to. */
import type { RecordedEvent } from '../../events/envelope.ts';
import {
  CLOCK_TOLERANCE_MS,
  millisecondsBehind,
  type TimesPassed,
  timePassed,
} from '../../events/rules/recorded-time.ts';
import type { Instant } from '../../events/time.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { EventStore } from '../../services/ports.ts';
import type { RecordedTime } from '../../services/recorded-time.ts';
import type { Alarm } from './alarm.ts';

export interface WatchedTimes {
  readonly log: Pick<EventLog, 'onAppend'> & Pick<EventStore, 'newest'>;
  readonly time: RecordedTime;
  readonly toleranceMs?: number | undefined;
  readonly alarm: Alarm;
}

/** Learns the latest time that the log holds, and those that follow. Tells at once of a clock that is behind. */
export async function watchRecordedTimes({
  log,
  time,
  toleranceMs = CLOCK_TOLERANCE_MS,
  alarm,
}: WatchedTimes): Promise<() => void> {
  let times: TimesPassed | undefined;
  let setBack: SetBack | undefined;
  const newest = recordedAtOf(await log.newest());
  if (newest !== undefined) {
    times = timePassed(undefined, newest);
    time.learn(newest);
    tellAtStart(time, newest, alarm);
  }
  return log.onAppend(events => {
    for (const event of events) {
      const at = recordedAtOf(event);
      if (at === undefined) continue;
      const behindMs = times ? millisecondsBehind(at, times.latest) : 0;
      if (behindMs > toleranceMs) {
        const { position, streamId } = event;
        const details = { position, streamId, recordedAt: at, latestRecorded: times?.latest, behindMs };
        if (!setBack) alarm('台账记录时间倒退 (recorded times go back on the log)', details);
        const { events, widestMs } = setBack ?? { events: 0, widestMs: 0 };
        setBack = { events: events + 1, widestMs: Math.max(widestMs, behindMs), seenAt: times?.latest ?? at };
      } else if (setBack && Date.parse(at) - Date.parse(setBack.seenAt) >= SETTLED_MS) {
        const { events, widestMs } = setBack;
        alarm('台账记录时间不再倒退 (recorded times have ceased to go back on the log)', { events, widestMs });
        setBack = undefined;
      }
      times = timePassed(times, at);
    }
    if (times) time.learn(times.latest);
  });
}

/** A time during which recorded times go back: the right ones of other writers stand in between. */
interface SetBack {
  readonly events: number;
  readonly widestMs: number;
  /** The latest recorded time when one went back last. */
  readonly seenAt: Instant;
}

/** Of recorded time, without an event that goes back. */
const SETTLED_MS = 60_000;

/** Less than this is the difference between the clocks of two machines. */
const UNREMARKABLE_MS = 1_000;

function tellAtStart(time: RecordedTime, latestRecorded: Instant, alarm: Alarm): void {
  const behindMs = time.behindMs();
  if (behindMs < UNREMARKABLE_MS) return;
  alarm('启动时系统时钟落后于台账最新记录时间 (the clock is behind the newest event of the log)', {
    latestRecorded,
    behindMs,
  });
}

/** Undefined where there is no event, or none that can be read. */
function recordedAtOf(event: RecordedEvent | undefined): Instant | undefined {
  try {
    return event?.meta.recordedAt;
  } catch {
    return undefined;
  }
}
