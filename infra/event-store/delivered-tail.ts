/** The end of the log as it was delivered, kept so that whoever follows the log need not ask for it. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position } from '../../events/ids.ts';

/** Events kept at least, once there have been so many. */
const KEPT = 2_048;

export class DeliveredTail {
  #events: RecordedEvent[] = [];
  /** No event after this position is missing; undefined while that is not known. */
  #after: Position | undefined;

  /** What is delivered follows `after`. */
  constructor(after: Position) {
    this.#after = after;
  }

  /** Events in log order, next to those delivered before; none when the log may no longer be what it was. */
  delivered(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (!last) {
      this.#events = [];
      this.#after = undefined;
    } else if (this.#after === undefined) {
      this.#after = last.position;
    } else {
      this.#events.push(...events);
      if (this.#events.length > 2 * KEPT) this.#shorten();
    }
  }

  /** All that was delivered after a position; undefined where that is not known. */
  after(position: Position): readonly RecordedEvent[] | undefined {
    if (this.#after === undefined || comparePositions(position, this.#after) < 0) return undefined;
    let from = this.#events.length;
    while (from > 0 && comparePositions((this.#events[from - 1] as RecordedEvent).position, position) > 0) from -= 1;
    return this.#events.slice(from);
  }

  #shorten(): void {
    const dropped = this.#events.splice(0, this.#events.length - KEPT);
    this.#after = (dropped.at(-1) as RecordedEvent).position;
  }
}
