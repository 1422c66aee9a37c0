/** The names that a report speaks of, and its texts told with them. */
import { type InMemory, projectInMemory } from '../in-memory.ts';
import type { Reader } from '../ports.ts';
import { entryOf } from '../trail/entries.ts';
import { accountKey, bodyKey, Names, projectKey, trailNames, unitKey } from '../trail/names.ts';
import { keysOf, sentenceOf } from '../trail/sentence.ts';
import type { Act, Findings, Named, Text } from './report.ts';

/** Names as the trail gives them, taken from the log and not from its read model. */
export function namesOfLog(): InMemory {
  return projectInMemory([trailNames]);
}

const KEYS: Readonly<Record<Named['kind'], (id: string) => string>> = {
  account: accountKey,
  unit: unitKey,
  body: bodyKey,
  project: projectKey,
};

/** Opens the names that the findings speak of, and says texts with them. */
export async function teller(
  { verdict, rows }: Findings,
  { getMany }: InMemory,
  { open }: Pick<Reader, 'open'>,
): Promise<(text: Text) => string> {
  const parts = [...verdict, ...rows.flatMap(({ says, cells }) => [...says, ...Object.values(cells)])];
  const keys = parts.flatMap(part => {
    if (typeof part !== 'object') return [];
    return part.kind === 'act' ? keysOfAct(part) : [KEYS[part.kind](part.id)];
  });
  const names = await Names.of(keys, { getMany, open });
  const tell = (part: Text[number]): string => {
    if (typeof part === 'string') return part;
    if (part.kind === 'act') return sentenceOfAct(part, names);
    return part.kind === 'account' ? names.person(part.id) : names.named(KEYS[part.kind](part.id), part.id);
  };
  return text => text.map(tell).join('');
}

function keysOfAct({ event }: Act): readonly string[] {
  try {
    return keysOf(entryOf(event));
  } catch {
    return [];
  }
}

/** The very event that a report finds at fault may be one that the trail has no sentence for. */
function sentenceOfAct({ event }: Act, names: Names): string {
  try {
    return sentenceOf(entryOf(event), names);
  } catch {
    return `位置 ${event.position} 的事件 ${event.type}`;
  }
}
