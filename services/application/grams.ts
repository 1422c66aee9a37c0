/** Three-character sequences of texts, held small and counted fast: one work is compared with ten thousand. */

const GRAM = 3;
const MAX_FIELDS = 4;
const FIELD_SETS = 2 ** MAX_FIELDS;

/**
 * Sequences (UTF-16 units) of several fields, each once: the first two units as one number, the last beside it. They are
 * ordered by the set of fields they stand in, a set being a number with bit n for the n-th field.
 */
export interface Grams {
  readonly pairs: Uint32Array;
  readonly lasts: Uint16Array;
  /** By set of fields: where the sequences of the set end. */
  readonly ends: Uint32Array;
  /** How many stand in each field. */
  readonly sizes: readonly number[];
}

/** @param texts one a field, at most four */
export function gramsOf(texts: readonly string[]): Grams {
  // Three UTF-16 units make 48 bits, which a double holds exactly.
  const grams = new Map<number, number>();
  for (const [field, text] of texts.entries()) {
    for (let at = 0; at + GRAM <= text.length; at += 1) {
      const gram = (text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1)) * 65_536 + text.charCodeAt(at + 2);
      grams.set(gram, (grams.get(gram) ?? 0) | (1 << field));
    }
  }
  const ends = new Uint32Array(FIELD_SETS);
  for (const fields of grams.values()) ends[fields] = (ends[fields] as number) + 1;
  const sizes = texts.map(() => 0);
  for (let set = 1; set < FIELD_SETS; set += 1) {
    addTo(sizes, set, ends[set] as number);
    ends[set] = (ends[set] as number) + (ends[set - 1] as number);
  }
  const next = Uint32Array.from(ends, (_end, set) => ends[set - 1] ?? 0);
  const [pairs, lasts] = [new Uint32Array(grams.size), new Uint16Array(grams.size)];
  for (const [gram, fields] of grams) {
    const at = next[fields] as number;
    next[fields] = at + 1;
    pairs[at] = Math.floor(gram / 65_536);
    lasts[at] = gram % 65_536;
  }
  return { pairs, lasts, ends, sizes };
}

/** Adds what is counted for a set of fields to the counts of its fields. */
function addTo(counts: number[], set: number, count: number): void {
  for (let field = 0; field < counts.length; field += 1) {
    if (set & (1 << field)) counts[field] = (counts[field] as number) + count;
  }
}

/** Sequences that stand in two works. */
export interface Shared {
  /** Wherever they stand. */
  readonly whole: number;
  /** Those of one field of both works. */
  readonly byField: readonly number[];
}

/** The sequences of one work, to count those of thousands of others that are among them: open addressing, no objects. */
export class GramTable {
  readonly #pairs: Uint32Array;
  readonly #lasts: Uint16Array;
  /** Set of fields; no sequence stands in none, so 0 is a free slot. */
  readonly #fields: Uint8Array;
  readonly #mask: number;

  constructor({ pairs, lasts, ends }: Grams) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(4, pairs.length * 16)));
    this.#mask = slots - 1;
    this.#pairs = new Uint32Array(slots);
    this.#lasts = new Uint16Array(slots);
    this.#fields = new Uint8Array(slots);
    for (let at = 0, set = 0; at < pairs.length; at += 1) {
      while (at >= (ends[set] as number)) set += 1;
      this.#put(pairs[at] as number, lasts[at] as number, set);
    }
  }

  /** Which of the sequences are in the table. */
  shared({ pairs, lasts, ends, sizes }: Grams): Shared {
    let whole = 0;
    const byField = sizes.map(() => 0);
    for (let set = 1, from = 0; set < FIELD_SETS; from = ends[set] as number, set += 1) {
      if (from === ends[set]) continue;
      const found = this.#foundBetween(pairs, lasts, from, ends[set] as number);
      for (let fields = 1; fields < FIELD_SETS; fields += 1) {
        const count = found[fields] as number;
        whole += count;
        if (count > 0) addTo(byField, fields & set, count);
      }
    }
    return { whole, byField };
  }

  /** How many of some sequences there are, by the set of fields that they stand in here. */
  #foundBetween(pairs: Uint32Array, lasts: Uint16Array, from: number, end: number): Uint32Array {
    const [slots, tablePairs, tableLasts, mask] = [this.#fields, this.#pairs, this.#lasts, this.#mask];
    const found = new Uint32Array(FIELD_SETS);
    for (let at = from; at < end; at += 1) {
      const pair = pairs[at] as number;
      const last = lasts[at] as number;
      for (let slot = slotOf(pair, last) & mask; slots[slot]; slot = (slot + 1) & mask) {
        if (tablePairs[slot] !== pair || tableLasts[slot] !== last) continue;
        found[slots[slot] as number] = (found[slots[slot] as number] as number) + 1;
        break;
      }
    }
    return found;
  }

  #put(pair: number, last: number, fields: number): void {
    let slot = slotOf(pair, last) & this.#mask;
    while (this.#fields[slot]) slot = (slot + 1) & this.#mask;
    this.#fields[slot] = fields;
    this.#pairs[slot] = pair;
    this.#lasts[slot] = last;
  }
}

function slotOf(pair: number, last: number): number {
  const mixed = Math.imul(pair ^ Math.imul(last, 0x85ebca6b), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
