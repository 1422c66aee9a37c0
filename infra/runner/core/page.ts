/** Events on their way from the log to the generations, looked through once for all of them. */
import type { RecordedEvent } from '../../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../../events/ids.ts';
import { elementOf, Tally } from '../../../projections/event-sets.ts';

/** What a projection takes of a page, and what it leaves. */
export interface Selection {
  /** In the order of the log. */
  readonly events: readonly RecordedEvent[];
  /** By type. */
  readonly others: readonly (readonly [type: string, events: Tally])[];
}

export class EventPage {
  /** Each once, in the order of the log, which delivers at least once. */
  readonly events: readonly RecordedEvent[];
  /** Where in the page events of each type stand. */
  readonly #places = new Map<string, number[]>();
  /** Of each event, made once for all generations. */
  readonly #elements: Map<RecordedEvent, bigint>;
  /** By type, as they are asked for. */
  readonly #tallies = new Map<string, Tally>();

  constructor(events: readonly RecordedEvent[], elements = new Map<RecordedEvent, bigint>()) {
    this.events = inOrder(events);
    this.#elements = elements;
    this.events.forEach(({ type }, at) => {
      const places = this.#places.get(type);
      if (places) places.push(at);
      else this.#places.set(type, [at]);
    });
  }

  /** The events of the types that are wanted; of every other type, how many there are. */
  select(wants: (type: string) => boolean): Selection {
    const wanted: number[][] = [];
    const others: [type: string, events: Tally][] = [];
    for (const [type, places] of this.#places) {
      if (wants(type)) wanted.push(places);
      else others.push([type, this.#tallyOf(type, places)]);
    }
    if (others.length === 0) return { events: this.events, others };
    const places = wanted.length === 1 ? (wanted[0] as number[]) : wanted.flat().sort((one, other) => one - other);
    return { events: places.map(at => this.events[at] as RecordedEvent), others };
  }

  /** What stands for an event of the page where sets of events are added up. */
  elementOf(event: RecordedEvent): bigint {
    const known = this.#elements.get(event) ?? elementOf(event);
    this.#elements.set(event, known);
    return known;
  }

  #tallyOf(type: string, places: readonly number[]): Tally {
    const known = this.#tallies.get(type);
    if (known) return known;
    const tally = new Tally();
    for (const at of places) tally.add(this.elementOf(this.events[at] as RecordedEvent));
    this.#tallies.set(type, tally);
    return tally;
  }

  get last(): RecordedEvent | undefined {
    return this.events.at(-1);
  }

  /** What comes after a position; undefined when nothing does. */
  after(position: Position): EventPage | undefined {
    const { last } = this;
    if (!last || comparePositions(last.position, position) <= 0) return undefined;
    if (comparePositions((this.events[0] as RecordedEvent).position, position) > 0) return this;
    return new EventPage(
      this.events.filter(event => comparePositions(event.position, position) > 0),
      this.#elements,
    );
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
