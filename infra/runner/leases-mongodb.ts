/** Leases and instances as documents of the database that the projectors share. */
import type { Collection, Db } from 'mongodb';
import { answered, isDuplicate } from '../mongodb.ts';
import type { Instance, Lease, LeaseStore, Register } from './leases.ts';

interface LeaseDocument {
  readonly _id: string;
  readonly owner: string | null;
  readonly term: number;
  readonly beat: number;
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
    const leases = await answered(this.#leases.find().toArray());
    const instances = await answered(this.#instances.find().toArray());
    return {
      leases: leases.map(({ _id, owner, term, beat }) => ({ name: _id, owner: owner ?? undefined, term, beat })),
      instances: instances.map(({ _id, beat, versions }) => ({
        owner: _id,
        beat,
        versions: Object.fromEntries(versions.map(({ name, version }) => [name, version])),
      })),
    };
  }

  async beat(owner: string, versions: Instance['versions']): Promise<void> {
    const known = Object.entries(versions).map(([name, version]) => ({ name, version }));
    await answered(this.#leases.updateMany({ owner }, { $inc: { beat: 1 } }));
    await answered(
      this.#instances.updateOne({ _id: owner }, { $inc: { beat: 1 }, $set: { versions: known } }, { upsert: true }),
    );
  }

  async take(name: string, seen: Lease | undefined, owner: string, term: number): Promise<boolean> {
    if (!seen) return this.#insert({ _id: name, owner, term, beat: 0 });
    const before = { _id: name, owner: seen.owner ?? null, term: seen.term, beat: seen.beat };
    const { modifiedCount } = await answered(this.#leases.updateOne(before, { $set: { owner, term, beat: 0 } }));
    return modifiedCount === 1;
  }

  async #insert(lease: LeaseDocument): Promise<boolean> {
    try {
      await answered(this.#leases.insertOne(lease));
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async release(name: string, owner: string, term: number): Promise<void> {
    await answered(this.#leases.updateOne({ _id: name, owner, term }, { $set: { owner: null } }));
  }

  async forget({ owner, beat }: Instance): Promise<void> {
    await answered(this.#instances.deleteOne({ _id: owner, beat }));
  }
}
