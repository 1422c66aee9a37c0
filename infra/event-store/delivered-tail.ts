/** The end of the log as it was delivered, kept so that whoever follows the log need not ask for it. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position } from '../../events/ids.ts';

export class DeliveredTail {
  #events: RecordedEvent[] = [];
  /** No event after this position is missing; undefined while that is not known. */
  #after: Position | undefined;
  readonly #kept: number;

  /**
   * What is delivered follows `after`. At least `kept` events are kept once there have been so many: a log that answers
   * quickly needs few, since what is kept for long costs a fast writer a seventh of its time.
   */
  constructor(after: Position, kept: number) {
    this.#after = after;
    this.#kept = kept;
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
      if (this.#events.length > 2 * this.#kept) this.#shorten();
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
    const dropped = this.#events.splice(0, this.#events.length - this.#kept);
    this.#after = (dropped.at(-1) as RecordedEvent).position;
  }
}
