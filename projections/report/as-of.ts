/** Up to where a report looks at the log, and what was known by then. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position, positionSchema } from '../../events/ids.ts';
import { type CivilDate, dateSchema, endOfDay, type Instant, shanghaiDate } from '../../events/time.ts';
import type { EventLog } from '../ports.ts';

export interface AsOf {
  readonly upTo: Position;
  readonly recordedBefore?: Instant;
}

/**
 * Passes with the log. As known before an instant is all that stands before the first event recorded at it or later:
 * where recorded times went back, what came after was not known.
 */
export class Horizon {
  readonly #recordedBefore: Instant | undefined;
  reached = false;

  constructor({ recordedBefore }: AsOf) {
    this.#recordedBefore = recordedBefore;
  }

  pass(event: RecordedEvent): void {
    if (this.reached || this.#recordedBefore === undefined) return;
    try {
      this.reached = event.meta.recordedAt >= this.#recordedBefore;
    } catch {
      // An event that cannot be read is told of where it is wanted.
    }
  }
}

/** The cut that was asked for: a position, an instant before which was recorded, or the end of a day; else the head. */
export async function asOfWanted(asOf: string | undefined, log: Pick<EventLog, 'head'>): Promise<AsOf> {
  const head = await log.head();
  if (asOf === undefined) return { upTo: head };
  const position = positionSchema.safeParse(asOf);
  if (position.success) return { upTo: comparePositions(position.data, head) < 0 ? position.data : head };
  return { upTo: head, recordedBefore: dateSchema.safeParse(asOf).success ? endOfDay(asOf) : asOf };
}

export function isWithin(event: RecordedEvent, { upTo }: AsOf, { reached }: Horizon): boolean {
  return !reached && comparePositions(event.position, upTo) <= 0;
}

/** The last moment that is looked at lies on this day. */
export function lastDayOf({ recordedBefore }: AsOf, last: RecordedEvent | undefined): CivilDate | undefined {
  if (recordedBefore !== undefined) return shanghaiDate(new Date(Date.parse(recordedBefore) - 1).toISOString());
  return last && last.fault?.of !== 'meta' ? shanghaiDate(last.meta.recordedAt) : undefined;
}
