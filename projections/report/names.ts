/** The names that a report speaks of, and its texts told with them. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { projectInMemory } from '../in-memory.ts';
import { Names, nameKey, trailNames } from '../names.ts';
import type { Reader } from '../ports.ts';
import { handlersByType } from '../row-changes.ts';
import { entryOf, type TrailRow } from '../trail/entries.ts';
import { keysOf, sealedIn, sentenceOf } from '../trail/sentence.ts';
import type { Findings, NarratedAct, NarratedText } from './report.ts';

/**
 * Names as the trail gives them, taken from the log and not from its read model. Of all events that name something, those are
 * looked at closely whose names are asked for: of hundreds that pass, a report speaks of few. One that cannot be read names nothing.
 */
export class NamesOfLog {
  readonly #handlersOf = handlersByType(trailNames);
  readonly #naming = new Map<string, RecordedEvent[]>();
  readonly #pauseAt: (at: number) => Promise<void> | undefined;

  /** A report may speak of thousands: `pauseAt` is awaited before each that is looked at. */
  constructor(pauseAt: (at: number) => Promise<void> | undefined) {
    this.#pauseAt = pauseAt;
  }

  /** The types of events that name something. */
  get types(): readonly string[] {
    return trailNames.handlers.flatMap(({ types }) => types);
  }

  takes(type: string): boolean {
    return this.#handlersOf(type).length > 0;
  }

  /** In the order of the log. */
  take(event: RecordedEvent): void {
    for (const key of this.#keysOf(event)) {
      const naming = this.#naming.get(key);
      if (naming) naming.push(event);
      else this.#naming.set(key, [event]);
    }
  }

  #keysOf(event: RecordedEvent): readonly string[] {
    try {
      return this.#handlersOf(event.type).flatMap(({ rowIds }) => rowIds(event));
    } catch {
      return [];
    }
  }

  readonly getMany: Reader['getMany'] = async (projection, keys) => {
    const names = projectInMemory([trailNames]);
    const naming = new Set([...keys].flatMap(key => this.#naming.get(key) ?? []));
    for (const [at, event] of [...naming].entries()) {
      await this.#pauseAt(at);
      if (!event.fault) names.take(event);
    }
    return names.getMany(projection, keys);
  };
}

/** Opens the names that the findings speak of, and says texts with them. */
export async function teller(
  { verdict, rows }: Findings,
  { getMany }: Pick<Reader, 'getMany'>,
  { open }: Pick<Reader, 'open'>,
): Promise<(text: NarratedText) => string> {
  const parts = [...verdict, ...rows.flatMap(({ says, cells }) => [...says, ...Object.values(cells)])];
  const named = parts.filter(part => typeof part === 'object');
  const acts = named.flatMap(part => (part.kind === 'act' ? entriesOf(part) : []));
  const keys = named.flatMap(part => (part.kind === 'act' ? [] : [nameKey(part.kind, part.id)]));
  const names = await Names.of([...keys, ...acts.flatMap(keysOf)], acts.flatMap(sealedIn), {
    getMany,
    open,
  });
  const tell = (part: NarratedText[number]): string => {
    if (typeof part === 'string') return part;
    if (part.kind === 'act') return sentenceOfAct(part, names);
    return part.kind === 'account' ? names.person(part.id) : names.named(part.kind, part.id);
  };
  return text => text.map(tell).join('');
}

/** The entry of an act; the very event that a report finds at fault may be one that the trail has none for. */
function entriesOf({ event }: NarratedAct): readonly TrailRow[] {
  try {
    return [entryOf(event)];
  } catch {
    return [];
  }
}

function sentenceOfAct(act: NarratedAct, names: Names): string {
  const [entry] = entriesOf(act);
  return entry ? sentenceOf(entry, names) : `位置 ${act.event.position} 的事件 ${act.event.type}`;
}
