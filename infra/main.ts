/** A running process: a house with its HTTP front, its projectors and its worker, or with one of them. */
import type { AddressInfo } from 'node:net';
import pino, { type Logger } from 'pino';
import { type HasUploaded, openingOfFile } from '../projections/application/files.ts';
import { isCaseEvidenceFor } from '../projections/enforcement/case-evidence.ts';
import { projections } from '../projections/index.ts';
import { queryRoutes } from '../projections/routes.ts';
import { commandRoutes } from '../services/routes.ts';
import { accessRecorder } from './access.ts';
import { oncePerEpisode } from './alarm.ts';
import { withQuota } from './blobs/unattached.ts';
import { printApart } from './certificate/print-apart.ts';
import { closeInTurn } from './closing.ts';
import { BadConfiguration, type Config, isShared } from './config.ts';
import { type House, type HouseOptions, openHouse } from './house.ts';
import { BASE } from './http/endpoint.ts';
import type { FilePorts } from './http/files.ts';
import { createOperationsServer, createServer, type HttpService } from './http/server.ts';
import { createIdentity, type Identity } from './identity/identity.ts';
import { createCredentialRecords } from './identity/records.ts';
import { createNames, createStandings } from './identity/standings.ts';
import { observedKind } from './observed.ts';
import { readingsOf } from './readings.ts';
import { startTracing } from './tracing.ts';
import { clearingJobs, clearingSchedule } from './worker/clearing.ts';
import { erasureJobs, erasureSchedule } from './worker/erasing.ts';
import { reminderJobs, reminderSchedule } from './worker/reminding.ts';
import { withdrawalJobs, withdrawalSchedule } from './worker/withdrawing.ts';

/** What a process does: all there is to do, or one part, of which any number of processes may run. */
export type Part = 'all' | 'api' | 'projector' | 'worker';

export interface Application {
  readonly house: House;
  readonly identity: Identity;
  /** Base address, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes no more requests and jobs, finishes those under way, and closes the stores. */
  close(): Promise<void>;
}

const PROJECTING = { all: 'thread', api: 'elsewhere', projector: 'here', worker: 'elsewhere' } as const;

/** Throws BadConfiguration when parts are to run apart, but something is kept in files of this machine. */
export async function openHouseFor(part: Part, config: Config, options: HouseOptions): Promise<House> {
  if (part !== 'all' && !isShared(config)) {
    throw new BadConfiguration([`${part}: 分开运行须配置 EVENTSTOREDB_URL、MONGODB_URL、REDIS_URL (needs all three)`]);
  }
  const { traces: endpoint } = config;
  const tracing =
    endpoint === undefined
      ? undefined
      : await startTracing({ endpoint, service: 'gongguan', part, warn: options.alarm });
  try {
    return await openHouse(config, { projecting: PROJECTING[part], tracing, ...options });
  } catch (error) {
    await tracing?.close();
    throw error;
  }
}

export interface ApplicationOptions extends Pick<HouseOptions, 'clock' | 'projecting'> {
  /** All unless told. */
  readonly part?: Part;
  /** Whether jobs are added by the clock on the wall, unless told not to be, where the house has another. */
  readonly scheduling?: boolean;
}

/**
 * Starts a part, all unless told, and resolves when it can be called. Throws BadConfiguration, AlreadyRunning,
 * LogMismatch or StoreUnavailable; nothing is left open then.
 */
export async function startApplication(config: Config, options: ApplicationOptions = {}): Promise<Application> {
  const { part = 'all', scheduling = true, ...rest } = options;
  const logger = createLogger(config);
  const alarm = oncePerEpisode((message, details) => logger.error(details, message));
  const house = await openHouseFor(part, config, { ...rest, alarm });
  try {
    const following = house.follow();
    // A part answers while others catch up: queries 503, commands as ever, and what it does itself can be watched.
    if (part === 'all') await following;
    else following.catch(error => alarm('read models cannot be followed', { error: String(error) }));
    return await serveHouse(house, config, logger, { part, scheduling });
  } catch (error) {
    await house.close().catch(() => undefined);
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

/** Starts a part over a house that follows its log. */
export async function serveHouse(
  house: House,
  config: Config,
  logger: Logger,
  { part = 'all', scheduling = true }: Pick<ApplicationOptions, 'part' | 'scheduling'> = {},
): Promise<Application> {
  const identity = await identityOf(house, config);
  const service = frontOf(house, identity, config, logger, part);
  service.prepare();
  const { server } = service;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const working = part === 'all' || part === 'worker';
  if (working && scheduling)
    await house.jobs.schedule([reminderSchedule, withdrawalSchedule, erasureSchedule, clearingSchedule]);
  if (working) await startWorking(house, logger, config.uploads.keepDays);
  const { port } = server.address() as AddressInfo;
  return {
    house,
    identity,
    url: `http://${config.host}:${port}`,
    close: () => closeInTurn([() => service.close(), () => house.close()]),
  };
}

function frontOf(house: House, identity: Identity, config: Config, logger: Logger, part: Part): HttpService {
  const common = {
    identity,
    logger,
    ready: () => isReady(house, part),
    fault: house.mismatch,
    trouble: house.trouble,
    readings: readingsOf(house),
    tracing: house.tracing,
  };
  if (part === 'projector' || part === 'worker') return createOperationsServer(common);
  return createServer({
    ...common,
    commands: commandRoutes,
    queries: queryRoutes,
    handle: house.handle,
    reader: house.reader,
    blobs: withQuota(house.blobs, config.uploads),
    log: house.events,
    clock: house.clock,
    jobs: house.jobs,
    reached: (position, ms) => house.projector.reached(position, ms),
    openingOf: filesOf(house),
    recordAccess: accessRecorder(house.handle),
    print: printApart(`${config.publicAddress}${BASE}`),
    rebuilder: {
      names: projections.map(({ name }) => name),
      rebuild: (name, onProgress) => house.projector.rebuild(name, onProgress),
      rollback: name => house.projector.rollback(name),
    },
    ...(config.trustProxy !== undefined && { trustProxy: config.trustProxy }),
    ...(config.metricsToken !== undefined && { metricsToken: config.metricsToken }),
  });
}

/** Files that are on record for the caller, or that his organisation has uploaded. */
function filesOf({ reader, blobs }: House): FilePorts['openingOf'] {
  const hasUploaded: HasUploaded = async (orgId, sha256) => (await blobs.statUploadedBy(orgId, sha256)) !== undefined;
  return async (caller, sha256) => {
    const opening = await openingOfFile(reader, caller, sha256, hasUploaded);
    if (opening) return opening;
    return (await isCaseEvidenceFor(reader, caller, sha256, hasUploaded)) ? { units: [] } : undefined;
  };
}

/** Takes jobs of all kinds. */
async function startWorking(house: House, logger: Logger, keepDays: number): Promise<void> {
  const { handle, reader, jobs, clock, events: log, vault, blobs, tracing } = house;
  const kinds = [
    ...reminderJobs({ handle, reader, jobs, clock }),
    ...withdrawalJobs({ handle, reader }),
    ...erasureJobs({ handle, reader, log, vault }),
    ...clearingJobs({ log, blobs, clock, keepDays }),
  ];
  await jobs.work(kinds.map(kind => observedKind(kind, logger, tracing)));
}

const ANSWER_MS = 2_000;

/**
 * Whether this process can do its part. An API that waits for a store is ready: it tells its callers 503 and when to come
 * again, which no balancer that has taken every process out could.
 */
async function isReady({ events, rows, jobs, projector }: House, part: Part): Promise<boolean> {
  if (projector.state() !== 'following') return false;
  if (part === 'all' || part === 'api') return true;
  const late = new Promise<false>(resolve => setTimeout(resolve, ANSWER_MS, false).unref());
  const answers = Promise.all([events.head(), rows.checkpoints(), part !== 'worker' || jobs.ready()]).then(
    ([, , jobsReady]) => jobsReady,
    () => false,
  );
  return Promise.race([answers, late]);
}

/** Sign-in over the stores of an installation; MSR and SUP need a second factor unless it is configured otherwise. */
export function identityOf(house: House, config: Config): Promise<Identity> {
  return createIdentity({
    keeper: house.keeper,
    signIns: house.signIns,
    clock: house.clock,
    standingOf: createStandings(house.events),
    records: createCredentialRecords(house.handle),
    vault: house.vault,
    nameOf: createNames(house.events, house.vault),
    secondFactorFor: config.secondFactor === 'required' ? ['MSR', 'SUP'] : [],
    ...(config.oidc && { oidc: config.oidc }),
  });
}
