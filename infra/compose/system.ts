/** The system: stores, write path, read side and jobs of an installation, without the HTTP front. */
import type { RecordedEvent } from '../../events/envelope.ts';
import type { EventOf } from '../../events/event-type.ts';
import { personalDataErased } from '../../events/privacy.ts';
import { projections } from '../../projections/index.ts';
import type { Reader } from '../../projections/ports.ts';
import type { AnyCommand } from '../../services/command.ts';
import { createHandle, type Handle } from '../../services/handle.ts';
import { createStates } from '../../services/loading.ts';
import { createOffers, type OffersOn } from '../../services/offers.ts';
import type { Clock, StoreUnavailable, Vault } from '../../services/ports.ts';
import { createRecordedTime, type RecordedTime } from '../../services/recorded-time.ts';
import { commandRoutes } from '../../services/routes.ts';
import { hashesIn } from '../blobs/unattached.ts';
import { TreeHash } from '../ledger/hashing.ts';
import { type LedgerIdentity, ledgerIdentity } from '../ledger/identity.ts';
import { type LedgerKeeper, LedgerReader } from '../ledger/reader.ts';
import { StoredLedger } from '../ledger/stored-ledger.ts';
import { LedgerThread } from '../ledger/thread/ledger-thread-client.ts';
import { forgetMove, refuseIfMoved } from '../migration/moved.ts';
import type { Alarm } from '../observability/alarm.ts';
import { watchRecordedTimes } from '../observability/clock-watch.ts';
import { instrumentedStores, tracedHandle } from '../observability/instrumentation.ts';
import type { OperationalMetric } from '../observability/telemetry.ts';
import type { Tracing } from '../observability/tracing.ts';
import { Troubles } from '../observability/troubles.ts';
import { SharedProjector } from '../runner/cluster/shared-projector.ts';
import { dropGenerations } from '../runner/core/generation.ts';
import type { OnProgress, Projector } from '../runner/core/projector.ts';
import { ProjectionRunner } from '../runner/core/runner.ts';
import { ProjectorThread } from '../runner/thread/projector-thread-client.ts';
import { requests } from '../time-slices.ts';
import { createVault } from '../vault/vault.ts';
import { placeOnLog } from '../webhooks/another-log.ts';
import { closeInTurn } from './closing.ts';
import { type EnginesConfig, type OpenEngines, openEngines } from './engines.ts';
import { ledgerSuite } from './ledger-suite.ts';
import { bindKeys, type LogMismatch, ledgerIsIts, mismatchOf } from './log-check.ts';
import { createReader } from './reader.ts';
import { watchOver } from './system-watch.ts';

export interface System extends Omit<OpenEngines, 'close' | 'connections' | 'embedded' | 'interruptions' | 'sharing'> {
  readonly directory: string;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly projector: Projector;
  readonly reader: Reader;
  readonly ledger: StoredLedger;
  /** Undefined where other processes keep the ledger. */
  readonly ledgerKeeper: LedgerKeeper | undefined;
  readonly handle: Handle;
  readonly offersOn: OffersOn;
  /** What the stores tell of themselves. */
  readonly metrics: readonly OperationalMetric[];
  /** Undefined where nothing is traced. */
  readonly tracing: Tracing | undefined;
  /** Why nothing may be written or served: the log is not the one that rows and keys are of. */
  mismatch(): LogMismatch | undefined;
  /** What keeps this process from serving until people have ended it; the mismatch too. */
  trouble(): StoreUnavailable | undefined;
  /** Brings the read models to the head of the log and keeps them there, or sees that others do. */
  follow(onProgress?: OnProgress): Promise<void>;
  close(): Promise<void>;
}

export interface SystemOptions {
  readonly alarm: Alarm;
  /** What time it is in the system; the system's unless told. */
  readonly clock?: Clock;
  /** Closed with the system. */
  readonly tracing?: Tracing | undefined;
  /**
   * Whether read models are made on this thread, for short tasks, on one of their own, beside a service, or by other
   * processes. Only files can be opened by a second thread, and only a shared database by other processes.
   */
  readonly projecting?: 'here' | 'thread' | 'elsewhere';
  /** The same of the ledger; where read models are made, unless told. */
  readonly keepingLedger?: 'here' | 'thread' | 'elsewhere';
  /** Somebody has decided that this log counts: what is derived from another is dropped, and made anew. */
  readonly acceptLog?: boolean;
}

/** Asked several times in a command: the text of a millisecond is written once. */
function createSystemClock(): Clock {
  let at = 0;
  let text = new Date(at).toISOString();
  return {
    now() {
      const now = Date.now();
      if (now !== at) {
        at = now;
        text = new Date(now).toISOString();
      }
      return text;
    },
  };
}

export const systemClock: Clock = createSystemClock();

/** How long a key of a person is used without asking, should another process’s erasure of it not be heard of. */
const SHARED_KEYS_MS = 60_000;

/** Commands by name, as the demo and the entrustment scopes call them. */
export const commandsByName: ReadonlyMap<string, AnyCommand> = new Map(
  commandRoutes.map(({ command }) => [command.name, command]),
);

/**
 * Opens the stores for writing; read models stand still until {@link System.follow}. Throws AlreadyRunning when another
 * process has the data directory, and LogMismatch when rows or keys are not those of the log, or it was moved elsewhere.
 */
export async function openSystem(config: EnginesConfig, options: SystemOptions): Promise<System> {
  if (!options.acceptLog) await refuseIfMoved(config);
  const engines = await openEngines(config, options.alarm);
  try {
    if (options.acceptLog) await acceptLog(engines, config);
    const mismatch = await mismatchOf({ ...engines, projections });
    if (mismatch) throw mismatch;
    await bindKeys(engines);
    return await compose(engines, config, options);
  } catch (error) {
    await closeInTurn([() => engines.jobs.close(), () => engines.close()]).catch(() => undefined);
    throw error;
  }
}

async function compose(engines: OpenEngines, config: EnginesConfig, options: SystemOptions): Promise<System> {
  const { tracing } = options;
  const troubles = new Troubles(options.alarm);
  const { stores, metrics } = instrumentedStores(engines, tracing, troubles.met);
  const { events, rows, keyStore, blobs, jobs } = stores;
  const clock = options.clock ?? systemClock;
  const vault = await createVault(keyStore, engines.sharing ? { rememberedMs: SHARED_KEYS_MS } : {});
  const { clockToleranceMs: toleranceMs } = config;
  const time = createRecordedTime({ clock, alarm: options.alarm, ...(toleranceMs !== undefined && { toleranceMs }) });
  await watchRecordedTimes({ log: events, time, toleranceMs, alarm: options.alarm });
  const states = createStates(events, time.learn);
  const handle = createHandle({ store: events, vault, blobs, clock, time, states });
  const projector = projectorOf({ ...engines, ...stores }, config, { ...options, clock });
  const suite = await ledgerSuite(events, config.ledgerSuite);
  const identity = await ledgerIdentity(keyStore, config.ledgerOrigin, suite);
  const tree = new TreeHash(identity.hash);
  const ledger = new StoredLedger({ store: engines.ledgerStore, tree, ...identity });
  const ledgerKeeper = ledgerKeeperOf({ ...engines, ...stores }, identity, config, options);
  const forget = events.onAppend(appended => {
    for (const subject of appended.flatMap(erasedIn)) vault.forget(subject);
    for (const sha256 of new Set(appended.flatMap(hashesIn))) {
      // Of one that cannot be noted now, the job that takes uploads back finds in the log that it is attached.
      blobs
        .attached(sha256)
        .catch(error => options.alarm('an attached file is counted still', { error: String(error) }));
    }
  });
  const watched = { stores: { ...stores, ledgerStore: engines.ledgerStore }, projector, ledgerKeeper };
  const watch = watchOver(watched, troubles, options.alarm);
  return {
    ...stores,
    ledgerStore: engines.ledgerStore,
    draftStore: engines.draftStore,
    webhookStore: engines.webhookStore,
    ledger,
    ledgerKeeper,
    directory: config.dataDirectory,
    clock,
    vault,
    projector,
    reader: createReader({ projections, projector, rows, log: events, vault, clock, pause: requests.pause }),
    handle: watch.guarded(tracing ? tracedHandle(handle, tracing) : handle),
    offersOn: createOffers({ store: events, vault, blobs, clock, states }, commandRoutes),
    metrics: [...metrics, clockMetric(time)],
    tracing,
    mismatch: watch.mismatch,
    trouble: () => watch.mismatch() ?? troubles.worst(),
    async follow(onProgress) {
      watch.start();
      ledgerKeeper?.start();
      await projector.start(onProgress);
    },
    close: () =>
      closeInTurn([
        watch.stop,
        forget,
        () => jobs.close(),
        () => projector.stop(),
        () => ledgerKeeper?.stop(),
        () => engines.close(),
        () => tracing?.close(),
      ]),
  };
}

/** Whose key is gone, whichever process has destroyed it. */
function erasedIn(event: RecordedEvent): readonly string[] {
  if (event.type !== personalDataErased.type || event.fault) return [];
  return [(event as EventOf<typeof personalDataErased>).data.subject];
}

/**
 * Rows are made anew from this log, and keys are its from now on. A ledger that is of another log, or was signed for
 * further than it could be made of this one, is kept aside: it tells that there was another. Webhooks go on from their place in
 * this log.
 */
export async function acceptLog(engines: OpenEngines, config: EnginesConfig): Promise<void> {
  const { ledgerStore } = engines;
  await dropGenerations(engines.rows);
  const { size } = (await ledgerStore.frontier()) ?? { size: 0 };
  const isIts = (await ledgerIsIts(engines)) && (await ledgerStore.checkpointsAbove(size)).length === 0;
  if (!isIts) await ledgerStore.setAside();
  await bindKeys(engines);
  await placeOnLog(engines.webhookStore, engines.events, { at: new Date().toISOString() });
  await forgetMove(config);
}

function clockMetric(time: RecordedTime): OperationalMetric {
  return {
    name: 'gongguan_clock_behind_seconds',
    help: 'By how much the clock is behind the latest recorded time; beyond the tolerance nothing is recorded',
    read: async () => time.behindMs() / 1_000,
  };
}

function ledgerKeeperOf(
  { events: log, ledgerStore: store, embedded }: OpenEngines,
  { secret, salts, hash }: LedgerIdentity,
  { dataDirectory: directory }: EnginesConfig,
  { alarm, projecting = 'here', keepingLedger = projecting }: SystemOptions,
): LedgerKeeper | undefined {
  if (keepingLedger === 'elsewhere') return undefined;
  if (keepingLedger === 'thread' && embedded) return new LedgerThread({ directory, hash, secret, log, alarm });
  return new LedgerReader({ log, store, tree: new TreeHash(hash), salts, alarm });
}

function projectorOf(
  { events: log, rows: store, sharing, embedded }: OpenEngines,
  { dataDirectory }: EnginesConfig,
  { alarm, clock, tracing, projecting = 'here' }: SystemOptions & { readonly clock: Clock },
): Projector {
  const now = () => clock.now();
  if (sharing) {
    const { leases, rebuildRequests: requests } = sharing;
    const projects = projecting !== 'elsewhere';
    return new SharedProjector({ log, store, leases, requests, projections, now, alarm, projects });
  }
  if (projecting === 'thread' && embedded)
    return new ProjectorThread({ directory: dataDirectory, log, traces: tracing?.endpoint, alarm });
  return new ProjectionRunner({ log, store, projections, now, alarm });
}
