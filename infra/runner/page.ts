/** Events on their way from the log to the lanes, looked through once for all of them. */
import { catalogue } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../events/ids.ts';

export class EventPage {
  /** Each once, in the order of the log, which delivers at least once. */
  readonly events: readonly RecordedEvent[];
  readonly types: ReadonlySet<string>;
  /** Events of kinds that the vocabulary has. */
  readonly known: number;

  constructor(events: readonly RecordedEvent[]) {
    this.events = inOrder(events);
    const types = new Set<string>();
    let known = 0;
    for (const { type } of this.events) {
      types.add(type);
      if (catalogue.has(type)) known += 1;
    }
    this.types = types;
    this.known = known;
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
