/**
 * The views by which BI tools read MongoDB: names that stay, over whichever generation is live. `collMod` turns a view from
 * one collection to another at once; what it stood over stays until it has been turned.
 */
import type { Db, Document } from 'mongodb';
import type { Checkpoint } from '../../projections/ports.ts';
import { DICTIONARY_VIEWS, dictionaryRows } from '../../projections/reporting/dictionary.ts';
import type { ReportTable } from '../../projections/reporting/table.ts';
import { answered } from '../mongodb.ts';
import { collectionOf, liveOf } from '../runner/core/generation.ts';
import type { MongoCheckpoints } from './mongodb-checkpoints.ts';

export class MongoReportViews {
  readonly #db: Db;
  readonly #checkpoints: Pick<MongoCheckpoints, 'all'>;
  readonly #tables: ReadonlyMap<string, ReportTable>;
  /** The collection that each view is known to stand over. */
  readonly #over = new Map<string, string>();
  #described = false;

  constructor(db: Db, checkpoints: Pick<MongoCheckpoints, 'all'>, tables: readonly ReportTable[]) {
    this.#db = db;
    this.#checkpoints = checkpoints;
    this.#tables = new Map(tables.map(table => [table.projection.name, table]));
  }

  /** After checkpoints are written, by whoever owns the projection: an end in between is made good by his successor. */
  async follow(checkpoints: readonly Checkpoint[]): Promise<void> {
    const changed = checkpoints.filter(checkpoint => {
      const table = this.#tables.get(checkpoint.projection);
      if (!table) return false;
      const isKnown = this.#over.get(table.view) === collectionOf(table.projection, checkpoint).name;
      return checkpoint.state === 'live' ? !isKnown : isKnown;
    });
    if (changed.length === 0) return;
    if (!this.#described) await this.#describe();
    await this.turn(changed.map(({ projection }) => projection));
  }

  /** Over the generations that are live now; away where none is. */
  async turn(projections: readonly string[]): Promise<void> {
    const tables = [...new Set(projections)].flatMap(name => this.#tables.get(name) ?? []);
    if (tables.length === 0) return;
    const all = await this.#checkpoints.all();
    for (const { view, columns, projection } of tables) {
      const live = liveOf(all.filter(each => each.projection === projection.name));
      this.#over.delete(view);
      if (!live) {
        await answered(this.#db.dropCollection(view));
        continue;
      }
      const { name } = collectionOf(projection, live);
      await this.#lay(view, name, [
        // A row that was removed stays, without its columns.
        { $match: { columns: { $exists: true } } },
        { $project: { _id: 0, ...Object.fromEntries(columns.map(each => [each.name, `$columns.${each.field}`])) } },
      ]);
      this.#over.set(view, name);
    }
  }

  async #describe(): Promise<void> {
    for (const [name, rows] of Object.entries(dictionaryRows())) {
      const columns = DICTIONARY_VIEWS[name as keyof typeof DICTIONARY_VIEWS];
      const described = rows.map(row => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
      const collection = this.#db.collection<Document & { _id: string }>(`${name}_rows`);
      const ids = described.map((_row, at) => `${at}`.padStart(6, '0'));
      const writes = described.map((row, at) => ({
        replaceOne: { filter: { _id: ids[at] as string }, replacement: row, upsert: true },
      }));
      await answered(collection.bulkWrite(writes));
      await answered(collection.deleteMany({ _id: { $nin: ids } }));
      await this.#lay(name, collection.collectionName, [{ $project: { _id: 0 } }]);
    }
    this.#described = true;
  }

  async #lay(view: string, viewOn: string, pipeline: readonly Document[]): Promise<void> {
    const known = await answered(this.#db.listCollections({ name: view }, { nameOnly: true }).toArray());
    const laying = { viewOn, pipeline: [...pipeline] };
    await answered(
      known.length > 0 ? this.#db.command({ collMod: view, ...laying }) : this.#db.command({ create: view, ...laying }),
    );
  }
}
