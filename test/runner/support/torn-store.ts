/** A read store in memory, without transactions, that can fail after each step of a commit: for what a crash leaves. */
import { comparePositions } from '../../../events/ids.ts';
import {
  type Checkpoint,
  type CollectionSpec,
  type CollectionWrites,
  eventsSeen,
  type GenerationOf,
  type Page,
  type Quarantined,
  type ReadStore,
  StaleTerm,
  type StoredRow,
} from '../../../projections/ports.ts';

export class Torn extends Error {}

export class TornReadStore implements ReadStore {
  readonly #rows = new Map<string, Map<string, StoredRow>>();
  readonly #checkpoints = new Map<string, Checkpoint>();
  readonly #quarantine = new Map<string, Quarantined>();
  readonly #marks = new Map<string, Checkpoint>();
  /** Asked after each write, whether of rows, quarantine or checkpoints: true tears the commit there. */
  tear: () => boolean = () => false;

  async ensure({ name }: CollectionSpec): Promise<void> {
    this.#collection(name);
  }

  async drop({ name }: CollectionSpec, { projection, generation }: Checkpoint): Promise<void> {
    this.#rows.delete(name);
    this.#checkpoints.delete(`${projection}/${generation}`);
  }

  async getMany(spec: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const [id, { text }] of await this.load(spec, ids)) if (text !== null) found.set(id, text);
    return found;
  }

  async load({ name }: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRow>> {
    const rows = this.#collection(name);
    return new Map(ids.flatMap(id => (rows.has(id) ? [[id, rows.get(id) as StoredRow] as const] : [])));
  }

  async find(): Promise<Page> {
    throw new Error('not asked for');
  }

  async *scan({ name }: CollectionSpec): AsyncIterable<readonly [string, string]> {
    for (const [id, { text }] of [...this.#collection(name)].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (text !== null) yield [id, text];
    }
  }

  async count({ name }: CollectionSpec): Promise<number> {
    return [...this.#collection(name).values()].filter(({ text }) => text !== null).length;
  }

  async commit(
    writes: readonly CollectionWrites[],
    checkpoints: readonly Checkpoint[],
    quarantined: readonly Quarantined[],
    marks: readonly Checkpoint[] = [],
  ): Promise<void> {
    for (const event of quarantined) {
      this.#quarantine.set(`${event.projection}/${event.generation}/${event.position}`, event);
      this.#maybeTear();
    }
    for (const { collection, rows } of writes) {
      const stored = this.#collection(collection.name);
      for (const [id, { row, position }] of rows) {
        const before = stored.get(id);
        if (!before || comparePositions(before.position, position) < 0) {
          stored.set(id, { text: row && JSON.stringify(row), position });
        }
        this.#maybeTear();
      }
    }
    for (const checkpoint of checkpoints) this.#save(checkpoint);
    for (const mark of marks) {
      this.#marks.set(`${mark.projection}/${mark.generation}/${eventsSeen(mark)}`, mark);
      this.#maybeTear();
    }
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    return [...this.#checkpoints.values()];
  }

  async quarantine(): Promise<readonly Quarantined[]> {
    return [...this.#quarantine.values()].sort((a, b) => comparePositions(a.position, b.position));
  }

  async marks({ projection, generation }: GenerationOf): Promise<readonly Checkpoint[]> {
    return [...this.#marks.values()].filter(mark => mark.projection === projection && mark.generation === generation);
  }

  #save(checkpoint: Checkpoint): void {
    const { projection, generation, term } = checkpoint;
    const key = `${projection}/${generation}`;
    if ((this.#checkpoints.get(key)?.term ?? 0) > term) throw new StaleTerm(projection, term);
    this.#checkpoints.set(key, checkpoint);
    this.#maybeTear();
  }

  #collection(name: string): Map<string, StoredRow> {
    const rows = this.#rows.get(name) ?? new Map<string, StoredRow>();
    this.#rows.set(name, rows);
    return rows;
  }

  #maybeTear(): void {
    if (this.tear()) throw new Torn('planted: the process ends here');
  }
}
