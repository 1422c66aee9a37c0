/** The store of sign-ins that processes on several machines share. */
import type { Collection, Db, Filter } from 'mongodb';
import type { AccountId } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';
import { answered, isDuplicate } from '../mongodb.ts';
import { IndexedCollections } from '../mongodb-indexed.ts';
import type { AttemptCounter, Bounds, SignIn, SignInQuery, SignInStore, StoredSession } from './sign-in-store.ts';

type Stored<T> = Omit<T, 'id'> & { readonly _id: string };
type SessionDocument = Omit<Stored<StoredSession>, 'epoch'> & {
  readonly epoch: number | null;
  readonly ended: boolean;
};

export class MongoSignIns extends IndexedCollections implements SignInStore {
  readonly #sessions: Collection<SessionDocument>;
  readonly #marks: Collection<AttemptCounter & { readonly _id: string }>;
  readonly #record: Collection<Stored<SignIn>>;

  constructor(database: Db) {
    super();
    this.#sessions = database.collection('sign_in_sessions');
    this.#marks = database.collection('sign_in_marks');
    this.#record = database.collection('sign_ins');
  }

  async openSession({ id, epoch, ...session }: StoredSession): Promise<boolean> {
    await this.indexed();
    return inserted(this.#sessions.insertOne({ _id: id, ...session, epoch: epoch ?? null, ended: false }));
  }

  async session(id: string): Promise<StoredSession | undefined> {
    const found = await answered(this.#sessions.findOne({ _id: id, ended: false }));
    return found ? sessionOf(found) : undefined;
  }

  async sessionsOf(accountId: AccountId, now: Instant): Promise<readonly StoredSession[]> {
    const live = { accountId, ended: false, expiresAt: { $gt: now } };
    const found = await answered(this.#sessions.find(live).sort({ openedAt: -1, _id: 1 }).toArray());
    return found.map(sessionOf);
  }

  async completeSession(id: string): Promise<void> {
    await answered(this.#sessions.updateOne({ _id: id }, { $set: { limited: false } }));
  }

  async endSession(id: string): Promise<void> {
    await answered(this.#sessions.updateOne({ _id: id }, { $set: { ended: true } }));
  }

  async endSessionsOf(accountId: AccountId): Promise<void> {
    await answered(this.#sessions.updateMany({ accountId }, { $set: { ended: true } }));
  }

  async mark(key: string): Promise<AttemptCounter | undefined> {
    const found = await answered(this.#marks.findOne({ _id: key }));
    if (!found) return undefined;
    const { _id, ...mark } = found;
    return mark;
  }

  async replaceMark(key: string, seen: AttemptCounter | undefined, next: AttemptCounter | undefined): Promise<boolean> {
    if (!seen) return next === undefined || inserted(this.#marks.insertOne({ _id: key, ...next }));
    const { count, since, until, expires } = seen;
    const asSeen = { _id: key, count, since, until, expires };
    if (!next) return (await answered(this.#marks.deleteOne(asSeen))).deletedCount === 1;
    return (await answered(this.#marks.replaceOne(asSeen, next))).matchedCount === 1;
  }

  async record({ id, accountId, address, outcome, at }: Omit<SignIn, 'firstAt' | 'count'>): Promise<void> {
    await this.indexed();
    const add = () =>
      answered(
        this.#record.updateOne(
          { _id: id },
          { $setOnInsert: { accountId, address, outcome, firstAt: at }, $set: { at }, $inc: { count: 1 } },
          { upsert: true },
        ),
      );
    await add().catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
      return add();
    });
  }

  async signIns({ accountId, address, outcome, since, before, limit }: SignInQuery): Promise<readonly SignIn[]> {
    const asked: Filter<Stored<SignIn>>[] = [
      ...(accountId ? [{ accountId }] : []),
      ...(address !== undefined ? [{ address }] : []),
      ...(outcome ? [{ outcome }] : []),
      ...(since !== undefined ? [{ at: { $gt: since } }] : []),
      ...(before ? [{ $or: [{ at: { $lt: before[0] } }, { at: before[0], _id: { $lt: before[1] } }] }] : []),
    ];
    const found = await answered(
      this.#record
        .find(asked.length > 0 ? { $and: asked } : {})
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .toArray(),
    );
    return found.map(({ _id, ...entry }) => ({ id: _id, ...entry }));
  }

  async prune({ now, keptSince, entries, marks }: Bounds): Promise<void> {
    await answered(this.#sessions.deleteMany({ expiresAt: { $lte: now } }));
    await answered(this.#marks.deleteMany({ expires: { $lte: Date.parse(now) } }));
    const [first] = await answered(this.#marks.find().sort({ expires: -1 }).skip(marks).limit(1).toArray());
    if (first) await answered(this.#marks.deleteMany({ expires: { $lte: first.expires } }));
    await answered(this.#record.deleteMany({ at: { $lt: keptSince } }));
    const kinds: readonly Filter<Stored<SignIn>>[] = [{ outcome: 'signed-in' }, { outcome: { $ne: 'signed-in' } }];
    for (const kind of kinds) {
      const [surplus] = await answered(this.#record.find(kind).sort({ at: -1 }).skip(entries).limit(1).toArray());
      if (surplus) await answered(this.#record.deleteMany({ ...kind, at: { $lte: surplus.at } }));
    }
  }

  protected async createIndexes(): Promise<void> {
    await answered(this.#sessions.createIndex({ accountId: 1, openedAt: -1 }));
    await answered(this.#marks.createIndex({ expires: -1 }));
    for (const first of [{}, { accountId: 1 }, { accountId: 1, outcome: 1 }, { address: 1 }] as const) {
      await answered(this.#record.createIndex({ ...first, at: -1, _id: -1 }));
    }
  }
}

function sessionOf({ _id, ended: _, epoch, ...session }: SessionDocument): StoredSession {
  return { id: _id, ...session, epoch: epoch ?? undefined };
}

/** Whether there was none of that id. */
async function inserted(insertion: Promise<unknown>): Promise<boolean> {
  try {
    await answered(insertion);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
