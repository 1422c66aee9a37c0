/** A log and its ledger in files, as an installation keeps them, with checkpoints signed by a key that stands on the log. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamId } from '../../../events/ids.ts';
import { SqliteEventStore } from '../../../infra/event-store/sqlite.ts';
import { TreeHash } from '../../../infra/ledger/hashing.ts';
import { ledgerIdentity } from '../../../infra/ledger/identity.ts';
import { LedgerReader } from '../../../infra/ledger/reader.ts';
import { entryOf, recordOf } from '../../../infra/ledger/record.ts';
import { SqliteLedgerStore } from '../../../infra/ledger/sqlite-store.ts';
import { openDatabase } from '../../../infra/sqlite.ts';
import { SqliteKeyStore } from '../../../infra/vault/sqlite-key-store.ts';
import { newEvent } from '../../support/log.ts';
import { checkpoint, LOG_KEY } from './plain-bundle.ts';

export interface House {
  readonly directory: string;
  readonly origin: string;
  /** As they were entered. */
  readonly entries: readonly Buffer[];
  /** Whatever has become of the files: a checkpoint as it was signed. */
  checkpoint(size: number): string;
}

const alarm = (message: string) => {
  throw new Error(message);
};

/** Every eighth event says its text in Chinese, three bytes a character: it takes longest to read. */
const wordsOf = (at: number) => (at % 8 === 0 ? '质量' : 'quality ');

/** Events of several streams; `text` is the length of what each says. */
export async function storedHouse(directory: string, { events: count = 600, text = 100, signedAt = [256, 400] } = {}) {
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
  const { origin } = await ledgerIdentity(keyStore);
  const store = new SqliteEventStore({ path: join(directory, 'events.db') });
  const key = { name: origin, publicKey: LOG_KEY.publicKey.toString('base64'), suite: 'ed25519' };
  await store.append('ledger' as StreamId, -1, [newEvent('key', key, 'ledger.key-introduced')]);
  const said = (at: number) => ({
    kind: '会议',
    score: at % 101,
    detail: `第${at}次质量质量`.padEnd(text, wordsOf(at)),
  });
  const appended = Array.from({ length: count - 1 }, (_, at) =>
    store.append(`work-${at % 9}` as StreamId, Math.floor(at / 9) - 1, [newEvent(`c${at}`, said(at + 1))]),
  );
  await Promise.all(appended);
  await store.close();
  await keyStore.close();
  await keepLedger(directory, count);
  const entries = await entriesIn(directory);
  const house: House = {
    directory,
    origin,
    entries,
    checkpoint: size => checkpoint(entries.slice(0, size), { origin }),
  };
  await sign(
    directory,
    [...signedAt, count].map(size => [size, house.checkpoint(size)]),
  );
  return house;
}

/** The ledger made from the log as it is, by the product's own reader. */
export async function keepLedger(directory: string, count: number): Promise<void> {
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
  const { salts } = await ledgerIdentity(keyStore);
  const log = new SqliteEventStore({ path: join(directory, 'events.db') });
  const store = new SqliteLedgerStore(join(directory, 'ledger.db'));
  const reader = new LedgerReader({ log, store, tree: new TreeHash('sha256'), salts, alarm });
  reader.start();
  while (((await store.frontier())?.size ?? 0) < count) await new Promise(resolve => setTimeout(resolve, 5));
  await reader.stop();
  await Promise.all([store.close(), log.close(), keyStore.close()]);
}

/** The entries of the log as it is. */
export async function entriesIn(directory: string): Promise<readonly Buffer[]> {
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
  const { salts } = await ledgerIdentity(keyStore);
  const log = new SqliteEventStore({ path: join(directory, 'events.db') });
  const events = await log.readAll('0' as never, 1_000_000);
  await Promise.all([log.close(), keyStore.close()]);
  return events.map(event => entryOf(recordOf(event, salts.saltsOf(event.id))));
}

export async function sign(directory: string, notes: readonly (readonly [number, string])[]): Promise<void> {
  const store = new SqliteLedgerStore(join(directory, 'ledger.db'));
  for (const [size, note] of notes) {
    const root = Buffer.from(note.split('\n')[2] as string, 'base64');
    await store.keep({ size, root, note, signedAt: '2024-12-25T02:00:00.000Z' });
  }
  await store.close();
}

/** The operator makes the ledger anew from what the log says now, and signs all again with the real key. */
export async function rebuildAndSign(house: House): Promise<void> {
  const { directory, origin } = house;
  const database = openDatabase(join(directory, 'ledger.db'), { synchronous: 'FULL' });
  database.exec(
    'DELETE FROM tiles; DELETE FROM checkpoints; DELETE FROM ledgers; INSERT INTO ledgers (number, size) VALUES (1, 0)',
  );
  database.close();
  const entries = await entriesIn(directory);
  await keepLedger(directory, entries.length);
  const sizes = [256, 400, entries.length];
  await sign(
    directory,
    sizes.map(size => [size, checkpoint(entries.slice(0, size), { origin })]),
  );
}

/** The same house in another directory. */
export function copied(house: House, directory: string): House {
  cpSync(house.directory, directory, { recursive: true });
  return { ...house, directory };
}

/** Changes the log behind the product's back. */
export function tampered({ directory }: House, sql: string): void {
  const database = openDatabase(join(directory, 'events.db'), { synchronous: 'FULL' });
  database.exec(
    'DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted; PRAGMA foreign_keys = OFF',
  );
  database.exec(sql);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
