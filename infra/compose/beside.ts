/**
 * What can be looked at while a service has the data directory: the log, the read models as the service makes them, and
 * the jobs. Nothing is written but a dead job that is given another chance.
 */
import { join } from 'node:path';
import { projections } from '../../projections/index.ts';
import type { EventLog, Reader, TypedLog } from '../../projections/ports.ts';
import { SqliteLog } from '../event-store/sqlite-log.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { TreeHash } from '../ledger/hashing.ts';
import { ledgerIdentity } from '../ledger/identity.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { SqliteLedgerStore } from '../ledger/sqlite-store.ts';
import { StoredLedger } from '../ledger/stored-ledger.ts';
import { refuseIfMoved } from '../migration/moved.ts';
import type { Alarm } from '../observability/alarm.ts';
import { openSqliteRows } from '../read-store/sqlite-files.ts';
import { Onlooker } from '../runner/cluster/onlooker.ts';
import type { OnProgress } from '../runner/core/projector.ts';
import type { KeyStore } from '../vault/key-store.ts';
import { SqliteKeyStore } from '../vault/sqlite-key-store.ts';
import { createVault } from '../vault/vault.ts';
import { closeInTurn } from './closing.ts';
import { type EnginesConfig, openJobsBeside } from './engines.ts';
import { suiteKept } from './ledger-suite.ts';
import { mismatchOf } from './log-check.ts';
import { createReader } from './reader.ts';
import { eventStoreDbAt, onMongoAt } from './servers.ts';
import { systemClock } from './system.ts';

/** A system as those see it who only look. */
export interface Readable {
  readonly events: EventLog & TypedLog;
  /** To be read. */
  readonly keyStore: KeyStore;
  readonly reader: Reader;
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  /** Resolves when the read models are where the log was at the call. */
  follow(onProgress?: OnProgress): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds that the service may need to bring its read models to where the log is. */
const PATIENCE_MS = 30_000;

/** How long an export, which may run for hours, names somebody who is erased meanwhile. */
const REMEMBERED_MS = 1_000;

/** Opens the stores for reading, whoever writes to them. Throws StoreUnavailable when a server is not there. */
export async function openBeside(config: EnginesConfig, alarm: Alarm): Promise<Readable> {
  const { dataDirectory, engines, namespace } = config;
  await refuseIfMoved(config);
  const file = (name: string) => join(dataDirectory, name);
  const closing: (() => void | Promise<void>)[] = [];
  const close = () => closeInTurn(closing.splice(0).reverse());
  const own = <T extends { close(): void | Promise<void> }>(store: T): T => {
    closing.push(() => store.close());
    return store;
  };
  try {
    const onMongo = engines.mongodb ? await onMongoAt(engines.mongodb, { namespace, alarm }) : undefined;
    if (onMongo) own(onMongo.mongo);
    const events: EventLog & TypedLog = own(
      engines.eventStoreDb
        ? await eventStoreDbAt(engines.eventStoreDb, namespace, alarm)
        : new SqliteLog(file('events.db')),
    );
    const rows = onMongo?.rows ?? own(openSqliteRows(dataDirectory, { readOnly: true }));
    const keyStore = onMongo?.keyStore ?? own(new SqliteKeyStore(file('vault.db'), { readOnly: true }));
    const ledgerStore = onMongo?.ledgerStore ?? own(new SqliteLedgerStore(file('ledger.db'), { readOnly: true }));
    const suite = await suiteKept(() => ledgerStore);
    const identity = await ledgerIdentity(keyStore, config.ledgerOrigin, suite);
    const jobs = own(await openJobsBeside(config, alarm));
    const mismatch = await mismatchOf({ events, rows, keyStore, ledgerStore, projections });
    if (mismatch) throw mismatch;
    const projector = new Onlooker({ store: rows, log: events, projections });
    const reader = createReader({
      projections,
      projector,
      rows,
      log: events,
      vault: await createVault(keyStore, { rememberedMs: REMEMBERED_MS }),
      clock: systemClock,
    });
    return {
      events,
      keyStore,
      reader,
      jobs,
      ledger: new StoredLedger({ store: ledgerStore, tree: new TreeHash(identity.hash), ...identity }),
      follow: () => projector.start(PATIENCE_MS),
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}
