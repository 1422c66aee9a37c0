/**
 * The read store that several processes share: rows as documents of one MongoDB database. It needs no transaction: every
 * write passes only over what is older, so that it may come twice, late, or from two projectors at once.
 */
import type { Collection, Db } from 'mongodb';
import type {
  Checkpoint,
  CollectionSpec,
  CollectionWrites,
  GenerationOf,
  Page,
  Quarantined,
  Query,
  ReadStore,
  StoredRow,
} from '../../projections/ports.ts';
import { reportTables } from '../../projections/reporting/index.ts';
import { answered, isMissing, type Mongo, mongoErrorMeaning } from '../mongodb.ts';
import { encodeCursor } from './cursor.ts';
import { inBatches, writeBatches } from './mongodb-bulk.ts';
import { MongoCheckpoints, MongoMarks, MongoQuarantine } from './mongodb-checkpoints.ts';
import { filterOf, PRESENT, planMongoFind } from './mongodb-query.ts';
import { MongoReportViews } from './mongodb-report-views.ts';
import { indexKeysOf, operationsOf, orderValues, type RowDocument, rowPositionOf } from './mongodb-rows.ts';

const SCAN_BATCH = 500;
const IDS_PER_QUERY = 1_000;
/** An index of rows that are there already takes a server longer than any other answer. */
const INDEXING_MS = 60_000;

export class MongoReadStore implements ReadStore {
  readonly #db: Db;
  readonly #checkpoints: MongoCheckpoints;
  readonly #quarantine: MongoQuarantine;
  readonly #marks: MongoMarks;
  readonly #views: MongoReportViews;
  readonly #ensured = new Map<string, Promise<void>>();

  constructor({ db }: Pick<Mongo, 'db'>) {
    this.#db = db;
    this.#checkpoints = new MongoCheckpoints(db);
    this.#quarantine = new MongoQuarantine(db);
    this.#marks = new MongoMarks(db);
    this.#views = new MongoReportViews(db, this.#checkpoints, reportTables);
  }

  /** The connection is its opener's to close. */
  close(): void {}

  ensure(spec: CollectionSpec): Promise<void> {
    const known = this.#ensured.get(spec.name) ?? this.#createIndexes(spec);
    this.#ensured.set(spec.name, known);
    return known;
  }

  /** The checkpoint goes last, so that what was begun is found and can be finished. */
  async drop({ name }: CollectionSpec, checkpoint: Checkpoint): Promise<void> {
    this.#ensured.delete(name);
    await this.#dropRows(name);
    await this.#quarantine.remove(checkpoint);
    await this.#marks.remove(checkpoint);
    await this.#checkpoints.remove(checkpoint);
    await this.#views.turn([checkpoint.projection]);
  }

  async getMany(spec: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const { _id, doc } of await this.#byId(spec, ids)) if (doc !== undefined) found.set(_id, doc);
    return found;
  }

  async load(spec: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRow>> {
    const documents = await this.#byId(spec, ids);
    return new Map(documents.map(row => [row._id, { text: row.doc ?? null, position: rowPositionOf(row) }]));
  }

  async find(spec: CollectionSpec, query: Query): Promise<Page> {
    const plan = planMongoFind(spec, query);
    if (!plan) return { rows: [] };
    const { filter, sort, orderFields } = plan;
    const limit = query.limit + 1;
    const found = this.#rows(spec)
      .find(filter, { projection: { doc: 1, fields: 1 }, batchSize: limit })
      .sort(sort)
      .limit(limit);
    const documents = await answered(found.toArray());
    const page = documents.slice(0, query.limit);
    const last = page.at(-1);
    const more = documents.length > query.limit && last;
    return {
      rows: page.map(({ doc }) => doc as string),
      ...(more && { next: encodeCursor([...orderValues(last, orderFields), last._id]) }),
    };
  }

  async count(spec: CollectionSpec, where?: Query['where']): Promise<number> {
    const filter = filterOf(spec, where);
    return filter ? answered(this.#rows(spec).countDocuments(filter)) : 0;
  }

  async *scan(spec: CollectionSpec): AsyncIterable<readonly [string, string]> {
    const rows = this.#rows(spec)
      .find(PRESENT, { projection: { doc: 1 }, batchSize: SCAN_BATCH })
      .sort({ _id: 1 });
    try {
      for await (const { _id, doc } of rows) yield [_id, doc as string];
    } catch (error) {
      throw mongoErrorMeaning(error);
    }
  }

  /**
   * Nothing is lost by an end between two steps: what was set aside stands before the checkpoint passes it, and rows
   * that are ahead of their checkpoint pass over the events that they have taken.
   */
  async commit(
    writes: readonly CollectionWrites[],
    checkpoints: readonly Checkpoint[],
    quarantined: readonly Quarantined[],
    marks: readonly Checkpoint[] = [],
  ): Promise<void> {
    const rows = writes.map(write => ({
      collection: this.#rows(write.collection),
      operations: operationsOf(write),
    }));
    await this.#quarantine.save(quarantined);
    for (const { collection } of writes) await this.ensure(collection);
    await writeBatches(rows.flatMap(batch => [...inBatches(batch)]));
    await this.#checkpoints.save(checkpoints);
    await this.#views.follow(checkpoints);
    // Last: one that is missing makes a search longer, one that is ahead of its checkpoint would mislead it.
    await this.#marks.save(marks);
  }

  checkpoints(): Promise<readonly Checkpoint[]> {
    return this.#checkpoints.all();
  }

  quarantine(): Promise<readonly Quarantined[]> {
    return this.#quarantine.all();
  }

  marks(generation: GenerationOf): Promise<readonly Checkpoint[]> {
    return this.#marks.of(generation);
  }

  #rows(spec: CollectionSpec): Collection<RowDocument> {
    return this.#db.collection(spec.name);
  }

  /** A collection that has neither rows nor indexes was never made. */
  async #dropRows(name: string): Promise<void> {
    const found = await answered(this.#db.listCollections({ name }, { nameOnly: true }).toArray());
    if (!found.some(collection => collection.name === name)) return;
    await answered(this.#db.dropCollection(name)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  async #createIndexes(spec: CollectionSpec): Promise<void> {
    const keys = indexKeysOf(spec);
    if (keys.length === 0) return;
    try {
      await answered(
        this.#rows(spec).createIndexes(
          keys.map(key => ({ key })),
          { timeoutMS: INDEXING_MS },
        ),
        2 * INDEXING_MS,
      );
    } catch (error) {
      this.#ensured.delete(spec.name);
      throw error;
    }
  }

  async #byId(spec: CollectionSpec, ids: readonly string[]): Promise<readonly RowDocument[]> {
    const found: RowDocument[] = [];
    for (let at = 0; at < ids.length; at += IDS_PER_QUERY) {
      const some = ids.slice(at, at + IDS_PER_QUERY);
      const documents = this.#rows(spec).find(
        { _id: { $in: some } },
        { projection: { doc: 1, position: 1 }, batchSize: some.length },
      );
      found.push(...(await answered(documents.toArray())));
    }
    return found;
  }
}
