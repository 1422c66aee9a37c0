/** The names that a report speaks of, and its texts told with them. */
import { type InMemory, projectInMemory } from '../in-memory.ts';
import { Names, nameKey, trailNames } from '../names.ts';
import type { Reader } from '../ports.ts';
import { entryOf, type TrailRow } from '../trail/entries.ts';
import { keysOf, sealedIn, sentenceOf } from '../trail/sentence.ts';
import type { Findings, NarratedAct, NarratedText } from './report.ts';

/** Names as the trail gives them, taken from the log and not from its read model. */
export function namesOfLog(): InMemory {
  return projectInMemory([trailNames]);
}

/** Opens the names that the findings speak of, and says texts with them. */
export async function teller(
  { verdict, rows }: Findings,
  { getMany }: InMemory,
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
