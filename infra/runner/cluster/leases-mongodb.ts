/** Leases and instances as documents of the database that the projectors share. */
import type { Collection, Db } from 'mongodb';
import { answered } from '../../mongodb.ts';
import { type Operation, writeUnordered } from '../../read-store/mongodb-bulk.ts';
import type { Claim, Instance, LeaseStore, Register } from './leases.ts';

interface LeaseDocument {
  readonly _id: string;
  readonly owner: string | null;
  readonly term: number;
}

interface InstanceDocument {
  /** The owner. */
  readonly _id: string;
  readonly beat: number;
  readonly versions: readonly { readonly name: string; readonly version: number }[];
}

export class MongoLeases implements LeaseStore {
  readonly #leases: Collection<LeaseDocument>;
  readonly #instances: Collection<InstanceDocument>;

  constructor(db: Db) {
    this.#leases = db.collection('leases');
    this.#instances = db.collection('projectors');
  }

  async read(): Promise<Register> {
    const [leases, instances] = await Promise.all([
      answered(this.#leases.find().toArray()),
      answered(this.#instances.find().toArray()),
    ]);
    return {
      leases: leases.map(({ _id, owner, term }) => ({ name: _id, owner: owner ?? undefined, term })),
      instances: instances.map(({ _id, beat, versions }) => ({
        owner: _id,
        beat,
        versions: Object.fromEntries(versions.map(({ name, version }) => [name, version])),
      })),
    };
  }

  async beat(owner: string, versions: Instance['versions']): Promise<void> {
    const known = Object.entries(versions).map(([name, version]) => ({ name, version }));
    await answered(
      this.#instances.updateOne({ _id: owner }, { $inc: { beat: 1 }, $set: { versions: known } }, { upsert: true }),
    );
  }

  /** What was taken is read back: that tells it also where the answer to the write was lost. */
  async take(claims: readonly Claim[], owner: string): Promise<ReadonlySet<string>> {
    const operations = claims.map(claim => taking(claim, owner));
    await writeUnordered({ collection: this.#leases, operations });
    const own = await answered(this.#leases.find({ owner }).toArray());
    const terms = new Map(own.map(({ _id, term }) => [_id, term]));
    return new Set(claims.filter(({ name, term }) => terms.get(name) === term).map(({ name }) => name));
  }

  async release(held: ReadonlyMap<string, number>, owner: string): Promise<void> {
    const operations = [...held].map(
      ([name, term]): Operation<LeaseDocument> => ({
        updateOne: { filter: { _id: name, owner, term }, update: { $set: { owner: null } } },
      }),
    );
    await writeUnordered({ collection: this.#leases, operations });
  }

  async leave(owner: string): Promise<void> {
    await answered(this.#leases.updateMany({ owner }, { $set: { owner: null } }));
    await answered(this.#instances.deleteOne({ _id: owner }));
  }

  async forget({ owner, beat }: Instance): Promise<void> {
    await answered(this.#instances.deleteOne({ _id: owner, beat }));
  }
}

function taking({ name, seen, term }: Claim, owner: string): Operation<LeaseDocument> {
  if (!seen) return { insertOne: { document: { _id: name, owner, term } } };
  const filter = { _id: name, owner: seen.owner ?? null, term: seen.term };
  return { updateOne: { filter, update: { $set: { owner, term } } } };
}
