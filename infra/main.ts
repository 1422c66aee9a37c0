/** The whole application: the embedded house with its HTTP front. */
import type { AddressInfo } from 'node:net';
import pino, { type Logger } from 'pino';
import { mayReadFile } from '../projections/application/files.ts';
import { projections } from '../projections/index.ts';
import { queryRoutes } from '../projections/routes.ts';
import { commandRoutes } from '../services/routes.ts';
import type { Config } from './config.ts';
import { type House, type HouseOptions, openHouse } from './house.ts';
import { createServer } from './http/server.ts';
import type { Reading } from './http/telemetry.ts';
import { createIdentity, type Identity } from './identity/identity.ts';
import { createStandings } from './identity/standings.ts';

export interface Application {
  readonly house: House;
  readonly identity: Identity;
  /** Base address, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes no more requests, answers those under way, and closes the stores. */
  close(): Promise<void>;
}

export async function startApplication(
  config: Config,
  options: Pick<HouseOptions, 'clock' | 'projecting'> = {},
): Promise<Application> {
  const logger = createLogger(config);
  const house = openHouse(config.dataDirectory, {
    projecting: 'thread',
    ...options,
    alarm: (message, details) => logger.error(details, message),
  });
  await house.follow();
  return serveHouse(house, config, logger);
}

/** Request lines are written in blocks: a write of its own for each would cost more than the line. */
export function createLogger({ logLevel }: Pick<Config, 'logLevel'>): Logger {
  return pino({ level: logLevel }, pino.destination({ dest: 1, sync: false, minLength: 8_192, periodicFlush: 1_000 }));
}

/** Puts the HTTP front before a house that follows its log. */
export async function serveHouse(house: House, config: Config, logger: Logger): Promise<Application> {
  const identity = identityOf(house, config);
  const { server, close } = createServer({
    commands: commandRoutes,
    queries: queryRoutes,
    handle: house.handle,
    reader: house.reader,
    identity,
    blobs: house.blobs,
    log: house.events,
    clock: house.clock,
    logger,
    reached: (position, ms) => house.projector.reached(position, ms),
    mayRead: (caller, sha256) => mayReadFile(house.reader, caller, sha256),
    ready: () => true,
    rebuilder: {
      names: projections.map(({ name }) => name),
      rebuild: (name, onProgress) => house.projector.rebuild(name, onProgress),
      rollback: name => house.projector.rollback(name),
    },
    readings: readingsOf(house),
    ...(config.trustProxy !== undefined && { trustProxy: config.trustProxy }),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    house,
    identity,
    url: `http://${config.host}:${port}`,
    async close() {
      await close();
      await house.close();
    },
  };
}

export function identityOf(house: House, config: Config): Identity {
  return createIdentity({
    database: house.vaultDatabase,
    clock: house.clock,
    standingOf: createStandings(house.events),
    ...(config.oidc && { oidc: config.oidc }),
  });
}

/** How far the read side is behind, for the metrics. */
function readingsOf(house: House): readonly Reading[] {
  return [
    {
      name: 'gongguan_log_position',
      help: 'Position of the last durable event',
      read: async () => Number(await house.events.head()),
    },
    {
      name: 'gongguan_projection_lag_events',
      help: 'Events that the slowest live read model has not taken yet',
      read: async () => {
        const live = (await house.reader.checkpoints()).filter(({ state }) => state === 'live');
        const slowest = Math.min(...live.map(({ position }) => Number(position)));
        return Number(await house.events.head()) - slowest;
      },
    },
    {
      name: 'gongguan_quarantined_events',
      help: 'Events that read models have set aside',
      read: async () => (await house.reader.quarantine()).length,
    },
  ];
}
