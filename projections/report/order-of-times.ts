/** Recorded times up to a cut, over all writers: no answer by time is right where they go back. */
import type { DomainEvent } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import {
  CLOCK_TOLERANCE_MS,
  millisecondsBehind,
  type TimesPassed,
  timePassed,
} from '../../events/rules/recorded-time.ts';
import { type Reference, reference } from './report.ts';

/** Events that are named, at most. */
const SHOWN = 100;

export class OrderOfTimes {
  #times: TimesPassed | undefined;
  #events = 0;
  /** Further back than clocks of several machines lie apart. */
  #faults = 0;
  readonly #shown: Reference[] = [];

  take(event: DomainEvent): void {
    this.#events += 1;
    // One whose surroundings cannot be read is counted, and has no time.
    if ((event as RecordedEvent).fault?.of === 'meta') return;
    const { recordedAt, visibility } = event.meta;
    if (this.#times && millisecondsBehind(recordedAt, this.#times.latest) > CLOCK_TOLERANCE_MS) {
      this.#faults += 1;
      // Which cases there are about staff is not for all who ask.
      if (visibility !== 'case-only' && this.#shown.length < SHOWN) this.#shown.push(reference(event));
    }
    this.#times = timePassed(this.#times, recordedAt);
  }

  /** What went back, or undefined where nothing did. */
  found() {
    if (!this.#times?.wentBack) return undefined;
    const { wentBack, widestMs } = this.#times;
    return {
      events: this.#events,
      fault: this.#faults > 0,
      flaw: `${wentBack}个事件的记录时间早于在前的事件，至多早${widestMs / 1_000}秒，超出容许范围的${this.#faults}个`,
      rests: this.#shown,
    };
  }
}
