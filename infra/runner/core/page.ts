/** Events on their way from the log to the generations, looked through once for all of them. */
import type { RecordedEvent } from '../../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../../events/ids.ts';

/** What a projection takes of a page, and what it leaves. */
export interface Selection {
  /** In the order of the log. */
  readonly events: readonly RecordedEvent[];
  readonly others: readonly (readonly [type: string, count: number])[];
}

export class EventPage {
  /** Each once, in the order of the log, which delivers at least once. */
  readonly events: readonly RecordedEvent[];
  /** Where in the page events of each type stand. */
  readonly #places = new Map<string, number[]>();

  constructor(events: readonly RecordedEvent[]) {
    this.events = inOrder(events);
    this.events.forEach(({ type }, at) => {
      const places = this.#places.get(type);
      if (places) places.push(at);
      else this.#places.set(type, [at]);
    });
  }

  /** The events of the types that are wanted; of every other type, how many there are. */
  select(wants: (type: string) => boolean): Selection {
    const wanted: number[][] = [];
    const others: [type: string, count: number][] = [];
    for (const [type, places] of this.#places) {
      if (wants(type)) wanted.push(places);
      else others.push([type, places.length]);
    }
    if (others.length === 0) return { events: this.events, others };
    const places = wanted.length === 1 ? (wanted[0] as number[]) : wanted.flat().sort((one, other) => one - other);
    return { events: places.map(at => this.events[at] as RecordedEvent), others };
  }

  get last(): RecordedEvent | undefined {
    return this.events.at(-1);
  }

  /** What comes after a position; undefined when nothing does. */
  after(position: Position): EventPage | undefined {
    const { last } = this;
    if (!last || comparePositions(last.position, position) <= 0) return undefined;
    if (comparePositions((this.events[0] as RecordedEvent).position, position) > 0) return this;
    return new EventPage(this.events.filter(event => comparePositions(event.position, position) > 0));
  }
}

function inOrder(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  let last = START;
  return events.filter(({ position }) => {
    const isNew = comparePositions(position, last) > 0;
    if (isNew) last = position;
    return isNew;
  });
}
