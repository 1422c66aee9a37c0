/** Finds the entry of a place: the longest end of it that has one, and among equals that of the owner. */

/** Where an entry stands: a place, or `Owner/place`. */
type Key = string;

export class Lookup<Entry> {
  readonly #entries = new Map<Key, Entry>();

  /** Of tables whose keys may name several owners, `A|B/place`. Throws where two entries stand at one place. */
  constructor(tables: readonly Readonly<Record<string, Entry>>[]) {
    for (const [keys, entry] of tables.flatMap(table => Object.entries(table))) {
      for (const key of keysOf(keys)) {
        if (this.#entries.has(key)) throw new Error(`two words at one place: ${key}`);
        this.#entries.set(key, entry);
      }
    }
  }

  get keys(): Iterable<Key> {
    return this.#entries.keys();
  }

  /** What is picked from the nearest entry from which it can be, and the key of that entry. */
  find<Picked>(
    place: string,
    owner: string | undefined,
    pick: (entry: Entry) => Picked | undefined,
  ): { readonly key: Key; readonly picked: Picked } | undefined {
    const parts = place.split('.');
    for (let from = 0; from < parts.length; from++) {
      const end = parts.slice(from).join('.');
      for (const key of owner === undefined ? [end] : [`${owner}/${end}`, end]) {
        const entry = this.#entries.get(key);
        const picked = entry === undefined ? undefined : pick(entry);
        if (picked !== undefined) return { key, picked };
      }
    }
    return undefined;
  }
}

function keysOf(keys: string): Key[] {
  const slash = keys.lastIndexOf('/');
  if (slash < 0) return [keys];
  return keys
    .slice(0, slash)
    .split('|')
    .map(owner => `${owner}${keys.slice(slash)}`);
}
