/** A running process: a system with its HTTP front, its projectors and its worker, or with one of them. */
import type { AddressInfo } from 'node:net';
import pino, { type Logger } from 'pino';
import { type HasUploaded, openingOfFile } from '../projections/application/files.ts';
import { caseEvidenceFor } from '../projections/enforcement/case-evidence.ts';
import { projections } from '../projections/index.ts';
import { queryRoutes } from '../projections/routes.ts';
import { commandRoutes } from '../services/routes.ts';
import { withQuota } from './blobs/unattached.ts';
import { accessRecorder } from './compose/access.ts';
import { closeInTurn } from './compose/closing.ts';
import { signingOf, successionOf } from './compose/ledger-signing.ts';
import { openSystemFor, type Part } from './compose/part.ts';
import type { System, SystemOptions } from './compose/system.ts';
import { type Config, witnessKeysOf } from './config.ts';
import { createDrafts, type DraftPorts, type Drafts } from './drafts/drafts.ts';
import type { FilePorts } from './http/files.ts';
import { createOperationsServer, createServer, type HttpService } from './http/server.ts';
import { createHolders } from './identity/account-grants.ts';
import type { IdentityService } from './identity/identity.ts';
import { createIdentityFor } from './identity/installation.ts';
import { confirmationMetrics, viewsOfWitnesses } from './ledger/confirmations.ts';
import { keysOfLog } from './ledger/succession.ts';
import { type Alarm, oncePerEpisode } from './observability/alarm.ts';
import { instrumentedKind } from './observability/instrumentation.ts';
import { systemMetrics } from './observability/metrics.ts';
import { printApart } from './printing/print-apart.ts';
import { startWebhooks, webhooksOf } from './webhooks/installation.ts';
import { clearingJobs, clearingSchedule } from './worker/clearing.ts';
import { confirmingJobs, confirmingSchedules } from './worker/confirming.ts';
import { erasureJobs, erasureSchedule } from './worker/erasing.ts';
import { reminderJobs, reminderSchedule } from './worker/reminding.ts';
import { rotationJobs, rotationSchedule } from './worker/rotating.ts';
import { withdrawalJobs, withdrawalSchedule } from './worker/withdrawing.ts';

export interface RunningProcess {
  readonly system: System;
  readonly identity: IdentityService;
  /** Base address, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes no more requests and jobs, finishes those under way, and closes the stores. */
  close(): Promise<void>;
}

export interface ProcessOptions extends Pick<SystemOptions, 'clock' | 'projecting'> {
  /** All unless told. */
  readonly part?: Part;
  /** Whether jobs are added by the clock on the wall, unless told not to be, where the system has another. */
  readonly scheduling?: boolean;
}

/**
 * Starts a part, all unless told, and resolves when it can be called. Throws BadConfiguration, AlreadyRunning,
 * LogMismatch or StoreUnavailable; nothing is left open then.
 */
export async function startProcess(config: Config, options: ProcessOptions = {}): Promise<RunningProcess> {
  const { part = 'all', scheduling = true, ...rest } = options;
  const logger = createLogger(config);
  const alarm = oncePerEpisode((message, details) => logger.error(details, message));
  const system = await openSystemFor(part, config, { ...rest, alarm });
  try {
    const following = system.follow();
    // A part answers while others catch up: queries 503, commands as ever, and what it does itself can be watched.
    if (part === 'all') await following;
    else following.catch(error => alarm('read models cannot be followed', { error: String(error) }));
    return await serveSystem(system, config, logger, { part, scheduling });
  } catch (error) {
    await system.close().catch(() => undefined);
    throw error;
  }
}

/** Lines kept for a disk that takes none: 4 MiB; what comes after is dropped. */
const UNWRITTEN = 4_194_304;

/** Request lines are written in blocks: a write of its own for each would cost more than the line. */
export function createLogger({ logLevel }: Pick<Config, 'logLevel'>): Logger {
  const lines = pino.destination({
    dest: 1,
    sync: false,
    minLength: 8_192,
    periodicFlush: 1_000,
    maxLength: UNWRITTEN,
  });
  // A disk that takes no more lines, or a reader that has gone, is no reason to end; there is nowhere to tell it.
  lines.on('error', () => undefined);
  return pino({ level: logLevel }, lines);
}

/** Starts a part over a system that follows its log. */
export async function serveSystem(
  system: System,
  config: Config,
  logger: Logger,
  { part = 'all', scheduling = true }: Pick<ProcessOptions, 'part' | 'scheduling'> = {},
): Promise<RunningProcess> {
  const identity = await createIdentityFor(system, config);
  const service = frontOf(system, identity, config, logger, part);
  const { server } = service;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const working = part === 'all' || part === 'worker';
  if (working && scheduling)
    await system.jobs.schedule([
      reminderSchedule,
      withdrawalSchedule,
      erasureSchedule,
      clearingSchedule,
      rotationSchedule,
      ...confirmingSchedules(config),
    ]);
  const alarm = oncePerEpisode((message, details) => logger.error(details, message));
  if (working) await startWorking(system, config, { logger, alarm });
  const dispatching = working ? startWebhooks(system, config, alarm) : undefined;
  const signing = working && scheduling ? signingOf(system, config, alarm) : undefined;
  signing?.start();
  const { port } = server.address() as AddressInfo;
  // Programs are answered before the pages are loaded; whoever opens the first page waits as little as can be.
  setImmediate(() => service.endpoints().catch(error => alarm('pages cannot be shown', { error: String(error) })));
  return {
    system,
    identity,
    url: `http://${config.host}:${port}`,
    close: () =>
      closeInTurn([() => service.close(), () => signing?.stop(), () => dispatching?.stop(), () => system.close()]),
  };
}

function frontOf(system: System, identity: IdentityService, config: Config, logger: Logger, part: Part): HttpService {
  const confirmations = { ...config, store: system.ledgerStore };
  const common = {
    identity,
    logger,
    ready: () => isReady(system, part),
    fault: system.mismatch,
    trouble: system.trouble,
    metrics: [...systemMetrics(system), ...confirmationMetrics(confirmations)],
    tracing: system.tracing,
  };
  if (part === 'projector' || part === 'worker') return createOperationsServer(common);
  return createServer({
    ...common,
    commands: commandRoutes,
    queries: queryRoutes,
    handle: system.handle,
    offersOn: system.offersOn,
    reader: system.reader,
    blobs: withQuota(system.blobs, config.uploads),
    log: system.events,
    ledger: { ledger: system.ledger, keys: () => keysOfLog(system.events), witnessKeys: witnessKeysOf(config) },
    clock: system.clock,
    jobs: system.jobs,
    witnesses: () => viewsOfWitnesses(confirmations),
    webhooks: webhooksOf(system, config),
    reached: (position, ms) => system.projector.reached(position, ms),
    openingOf: filesOf(system),
    recordAccess: accessRecorder(system.handle),
    ...printApart(config.publicAddress),
    rebuilder: {
      names: projections.map(({ name }) => name),
      rebuild: (name, onProgress) => system.projector.rebuild(name, onProgress),
      rollback: name => system.projector.rollback(name),
    },
    pages: async () => (await import('./pages/index.ts')).pages,
    crossOrigin: config.crossOrigin,
    address: config.publicAddress,
    drafts: draftsOf(system),
    isSecure: config.publicAddress.startsWith('https:'),
    ...(config.trustProxy !== undefined && { trustProxy: config.trustProxy }),
    ...(config.metricsToken !== undefined && { metricsToken: config.metricsToken }),
  });
}

/** Forms that were begun, sealed with the key of whoever has the account. */
function draftsOf({ draftStore: store, vault, clock, events }: System): Drafts {
  const holderOf = createHolders(events);
  const subjectOf: DraftPorts['subjectOf'] = async ({ accountId, orgId }) =>
    (await holderOf(accountId)) ?? vault.subjectOf(orgId, accountId);
  return createDrafts({ store, vault, clock, subjectOf });
}

/** Files that are on record for the caller, or that his organisation has uploaded. */
function filesOf({ reader, blobs }: System): FilePorts['openingOf'] {
  const hasUploaded: HasUploaded = async (orgId, sha256) => (await blobs.statUploadedBy(orgId, sha256)) !== undefined;
  return async (caller, sha256) => {
    const opening = await openingOfFile(reader, caller, sha256, hasUploaded);
    if (opening) return opening;
    const evidence = await caseEvidenceFor(reader, caller, sha256, hasUploaded);
    return evidence && { units: [], name: evidence.name };
  };
}

/** Takes jobs of all kinds. */
async function startWorking(
  system: System,
  config: Config,
  { logger, alarm }: { readonly logger: Logger; readonly alarm: Alarm },
): Promise<void> {
  const { handle, reader, jobs, clock, events: log, vault, blobs, tracing, ledger, ledgerStore: store } = system;
  const { witnesses, timestampUrl, uploads } = config;
  const kinds = [
    ...reminderJobs({ handle, reader, jobs, clock }),
    ...withdrawalJobs({ handle, reader }),
    ...erasureJobs({ handle, reader, log, vault }),
    ...clearingJobs({ log, blobs, clock, keepDays: uploads.keepDays }),
    ...rotationJobs({ ...successionOf(system, config), log }),
    ...confirmingJobs({ ledger, store, witnesses, timestampUrl, clock, alarm }),
  ];
  await jobs.work(kinds.map(kind => instrumentedKind(kind, logger, tracing)));
}

const ANSWER_MS = 2_000;

/**
 * Whether this process can do its part. An API that waits for a store is ready: it tells its callers 503 and when to come
 * again, which no balancer that has taken every process out could.
 */
async function isReady({ events, rows, jobs, projector }: System, part: Part): Promise<boolean> {
  if (projector.state() !== 'following') return false;
  if (part === 'all' || part === 'api') return true;
  const late = new Promise<false>(resolve => setTimeout(resolve, ANSWER_MS, false).unref());
  const answers = Promise.all([events.head(), rows.checkpoints(), part !== 'worker' || jobs.ready()]).then(
    ([, , jobsReady]) => jobsReady,
    () => false,
  );
  return Promise.race([answers, late]);
}
