/** The log and the ledger of an installation as they are stored, to be verified: opened for reading, whoever writes to them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '../../events/ids.ts';
import { type EventLog, NoSuchPosition } from '../../projections/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import type { Config } from '../config.ts';
import { SqliteLog } from '../event-store/sqlite-log.ts';
import { TreeHash } from '../ledger/hashing.ts';
import { ledgerIdentity } from '../ledger/identity.ts';
import { SqliteLedgerStore } from '../ledger/sqlite-store.ts';
import { StoredLedger } from '../ledger/stored-ledger.ts';
import { TILE_WIDTH } from '../ledger/tile.ts';
import type { LivePorts } from '../ledger/verify/live.ts';
import { refuseIfMoved } from '../migration/moved.ts';
import type { Alarm } from '../observability/alarm.ts';
import { reasonOf } from '../observability/outage.ts';
import { openDatabase } from '../sqlite.ts';
import { SqliteKeyStore } from '../vault/sqlite-key-store.ts';
import { closeInTurn } from './closing.ts';
import { suiteKept } from './ledger-suite.ts';
import { eventStoreDbAt, onMongoAt } from './servers.ts';

type VerifiedConfig = Pick<Config, 'dataDirectory' | 'engines' | 'namespace' | 'ledgerOrigin' | 'ledgerSuite'>;

/**
 * Nothing is asked of read models, and none is compared with the log: a log that has lost its end is to be opened too. Throws
 * RangeError where there is none, and StoreUnavailable when a server is not there.
 */
export async function openStored(
  config: VerifiedConfig,
  alarm: Alarm,
): Promise<LivePorts & { close(): Promise<void> }> {
  const { dataDirectory, engines, namespace } = config;
  await refuseIfMoved(config);
  const file = (name: string) => join(dataDirectory, name);
  if (!engines.eventStoreDb && !existsSync(file('events.db'))) {
    throw new RangeError(`${dataDirectory} 中没有日志 (no log in this directory)`);
  }
  const closing: (() => void | Promise<void>)[] = [];
  const own = <T extends { close(): void | Promise<void> }>(store: T): T => {
    closing.push(() => store.close());
    return store;
  };
  const close = () => closeInTurn(closing.splice(0).reverse());
  try {
    const onMongo = engines.mongodb ? await onMongoAt(engines.mongodb, { namespace }) : undefined;
    if (onMongo) own(onMongo.mongo);
    const keyStore = onMongo?.keyStore ?? own(new SqliteKeyStore(file('vault.db'), { readOnly: true }));
    const storeOf = once(() => openLedgerStore());
    const openLedgerStore = () => {
      if (onMongo) return onMongo.ledgerStore;
      return existsSync(file('ledger.db'))
        ? own(new SqliteLedgerStore(file('ledger.db'), { readOnly: true }))
        : undefined;
    };
    const suite = (await suiteKept(storeOf)) ?? config.ledgerSuite ?? 'ed25519';
    const { origin, secret, salts, hash } = await ledgerIdentity(keyStore, config.ledgerOrigin, suite);
    const ledgerOf = once(() => {
      const store = storeOf();
      return store && new StoredLedger({ store, origin, tree: new TreeHash(hash), salts });
    });
    const log = engines.eventStoreDb
      ? serverLog(await eventStoreDbAt(engines.eventStoreDb, namespace, alarm))
      : fileLog(file('events.db'));
    closing.push(() => log.close());
    return {
      origin,
      suite,
      salts: secret,
      log: log.log,
      isDamage: log.isDamage,
      ...(log.nextPosition && { nextPosition: log.nextPosition }),
      ...(log.storageFaults && { storageFaults: log.storageFaults }),
      ledger: {
        size: async () => (await ledgerOf()?.size()) ?? 0,
        entries: async (tile, width) => ledgerOf()?.entries(tile, width),
        tile: async (level, index) => ledgerOf()?.tile({ level, index }, TILE_WIDTH),
        checkpoints: async () => (await storeOf()?.checkpointsAbove(0)) ?? [],
      },
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** Opened when it is first asked for: what cannot be opened is a finding of whoever reads. */
function once<T>(open: () => T): () => T {
  let opened: { readonly value: T } | undefined;
  return () => {
    opened ??= { value: open() };
    return opened.value;
  };
}

/** A log as {@link LivePorts} want it. */
type StoredLog = Pick<LivePorts, 'log' | 'nextPosition' | 'isDamage' | 'storageFaults'> & {
  close(): void | Promise<void>;
};

/** The log in a file, whatever has become of the file. */
export function fileLog(path: string): StoredLog {
  let opened: SqliteLog | undefined;
  const log = () => {
    opened ??= new SqliteLog(path);
    return opened;
  };
  return {
    log: {
      async readAll(after, limit) {
        try {
          return await log().readAll(after as Position, limit);
        } catch (error) {
          // Whoever goes on behind an event that he was given is not told by a damaged file that there is no such place.
          if (error instanceof NoSuchPosition) return [];
          throw error;
        }
      },
    },
    nextPosition: position => String(Number(position) + 1),
    isDamage: isFileDamage,
    storageFaults: () => faultsOf(path),
    close: () => opened?.close(),
  };
}

function serverLog(log: EventLog & { close(): Promise<void> }): StoredLog {
  return {
    log: { readAll: (after, limit) => log.readAll(after as Position, limit) },
    isDamage: isToldDamage,
    close: () => log.close(),
  };
}

function isToldDamage(error: unknown): boolean {
  return error instanceof StoreUnavailable && error.reason === 'damaged';
}

const PASSING = new Set(['busy', 'full', 'read-only', 'failing']);

/** A file that was changed makes any error: a name that is not there, a number that leads nowhere. */
function isFileDamage(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return isToldDamage(error);
  return !PASSING.has(reasonOf(error) ?? '');
}

/** What SQLite itself says of a file: its pages, and whether its indexes are those of its tables. */
function faultsOf(path: string): readonly string[] {
  try {
    const database = openDatabase(path, { synchronous: 'FULL', readOnly: true });
    try {
      const said = database.prepare('PRAGMA integrity_check(5)').all() as { readonly integrity_check: string }[];
      return said.map(row => row.integrity_check).filter(sentence => sentence !== 'ok');
    } finally {
      database.close();
    }
  } catch (error) {
    if (!isFileDamage(error)) throw error;
    return [(error as Error).message];
  }
}
