/**
 * The event store on EventStoreDB beside the bare client, on the server that EVENTSTOREDB_URL names (in a namespace of its
 * own), else on the server of the tests, once as it commits at no cost and once as it commits as a real one was measured to, which is
 * what the bars are for: appends, commands over HTTP, and the demo year beside its appends alone.
 */
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM as NO_EVENTS } from '@eventstore/db-client';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type StreamId, streamId } from '../../events/ids.ts';
import { createDirectoryBlobs } from '../../infra/blobs/directory.ts';
import { commandsByName } from '../../infra/compose/system.ts';
import { loadDemo } from '../../infra/demo/load.ts';
import { openEventStoreDb } from '../../infra/event-store/eventstoredb.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { type EventStore, type NewEvent, NO_STREAM } from '../../services/ports.ts';
import { withDatabase } from '../support/mongodb.ts';
import { dropNamespace } from '../support/namespaces.ts';
import type { Area, Bench } from './bench.ts';
import {
  APPLICATION,
  type Asked,
  type CommitsAs,
  load,
  type Running,
  type Servers,
  startEventStoreDb,
  startServer,
} from './children.ts';
import { newEvents } from './events.ts';
import { inTurn, repeat, type Sample, secondsOf, spreadOf } from './measure.ts';
import type { Ratio } from './report.ts';
import type { Load } from './requests.ts';

const CONNECTIONS = 64;
/** Appends of the demo year under way together. */
const TOGETHER = 128;

interface Server {
  readonly url: string;
  readonly name: string;
  /** A server that takes no time of its own leaves only ours, which is no ratio to judge. */
  readonly takesTime: boolean;
  /** How often it was asked; unknown of a server that is not ours. */
  asked?(): Promise<Asked>;
}

export const eventStoreDb: Area = {
  name: 'eventstoredb',
  long: true,
  async run(bench) {
    const url = process.env.EVENTSTOREDB_URL;
    if (url) await measure(bench, { url, name: 'EventStoreDB', takesTime: true });
    else for (const commits of ['measured', 'free'] as const) await measureOwn(bench, commits);
  },
};

async function measureOwn(bench: Bench, commits: CommitsAs): Promise<void> {
  const own = await startEventStoreDb(commits);
  const takesTime = commits === 'measured';
  const name = takesTime ? 'EventStoreDB, commits as measured' : 'EventStoreDB, commits free';
  try {
    await measure(bench, { url: own.url, name, takesTime, asked: own.asked });
  } finally {
    await own.stop();
  }
}

async function measure(bench: Bench, server: Server): Promise<void> {
  await appending(bench, server);
  await commanding(bench, server);
  await loadingTheYear(bench, server);
}

/** Where the server takes time. */
const mustOn = ({ takesTime }: Server, must: Ratio['must']): Pick<Ratio, 'must'> => (takesTime && must ? { must } : {});

async function appending({ report, rounds, ...bench }: Bench, server: Server): Promise<void> {
  const { url, name } = server;
  const seconds = bench.seconds(3, 1);
  const store = await openEventStoreDb(url, { namespace: newNamespace(), alarm: () => {} });
  const client = EventStoreDBClient.connectionString(url);
  for (const writers of [1, 64, 256]) {
    const runs = await inTurn(rounds, {
      bare: () => bareWriting(client, writers, seconds),
      ours: () => writing(store, writers, seconds),
    });
    const area = `${name}: append, ${writers} writer${writers > 1 ? 's' : ''}`;
    const must = writers > 1 ? { must: { atLeast: 0.9 } } : mustOn(server, { atLeast: 0.9 });
    report.ratio({ area, ours: runs.ours, limit: runs.bare, limitName: 'bare client', ...must });
  }
  await client.dispose();
  await store.close();
}

/** Each writer appends to a stream of its own, which is new in every run. */
function writing(store: EventStore, writers: number, seconds: number): Promise<Sample> {
  const next = newEvents();
  const streams = newStreams(writers);
  return repeat({ seconds, writers }, async writer => {
    const stream = streams[writer] as (typeof streams)[number];
    await store.append(stream.id, stream.revision, [next()]);
    stream.revision += 1;
  });
}

function bareWriting(client: EventStoreDBClient, writers: number, seconds: number): Promise<Sample> {
  const next = newEvents();
  const streams = newStreams(writers);
  return repeat({ seconds, writers }, async writer => {
    const stream = streams[writer] as (typeof streams)[number];
    const { id, type, data, meta } = next();
    const event = jsonEvent({ id, type, data: data as Record<string, unknown>, metadata: { ...meta } });
    const expectedRevision = stream.revision === NO_STREAM ? NO_EVENTS : BigInt(stream.revision);
    await client.appendToStream(stream.id, [event], { expectedRevision });
    stream.revision += 1;
  });
}

function newStreams(writers: number): { readonly id: StreamId; revision: number }[] {
  const run = randomUUID();
  return Array.from({ length: writers }, (_, at) => ({ id: streamId(`bench-${run}-${at}`), revision: NO_STREAM }));
}

async function commanding({ lab, report, rounds, ...bench }: Bench, server: Server): Promise<void> {
  const { MONGODB_URL, REDIS_URL } = process.env;
  if (!MONGODB_URL || !REDIS_URL) {
    console.error('  SKIPPED: commands; MONGODB_URL and REDIS_URL are not set');
    return;
  }
  const namespace = newNamespace();
  const shared = { MONGODB_URL: withDatabase(MONGODB_URL, namespace), REDIS_URL };
  const units = await lab.units();
  const seconds = bench.seconds(3, 1);
  const servers = { ...shared, EVENTSTOREDB_URL: server.url, GONGGUAN_NAMESPACE: namespace };
  const application = await startOver(lab, servers);
  const check = { requests: 'registrationCheck', connections: CONNECTIONS, units, ...application, seconds } as const;
  await load({ ...check, seconds: bench.seconds(6, 2) });
  const client = EventStoreDBClient.connectionString(server.url);
  let [requests, commands] = [0, 0];
  const counted = async (asked: Load) => {
    const before = await server.asked?.();
    const sample = await load(asked);
    const after = await server.asked?.();
    commands += sample.done;
    if (before && after) requests += after.append + after.read - before.append - before.read;
    return sample;
  };
  const runs = await inTurn(rounds, {
    bareMany: () => bareWriting(client, CONNECTIONS, seconds),
    many: () => counted(check),
    bareOne: () => bareWriting(client, 1, seconds),
    oneStream: () => counted({ ...check, requests: 'organisingWork' }),
  });
  await client.dispose();
  await application.stop();
  await dropNamespace(shared, namespace);
  const area = `${server.name}: command over HTTP, ${CONNECTIONS} connections`;
  report.ratio({
    area: `${area}, ${units.length} streams`,
    ours: runs.many,
    limit: runs.bareMany,
    limitName: `appends of the bare client, ${CONNECTIONS} writers`,
    ...mustOn(server, { atLeast: 0.5 }),
  });
  report.ratio({
    area: `${area}, one stream`,
    ours: runs.oneStream,
    limit: runs.bareOne,
    limitName: 'round trips of the bare client, one after another',
    ...mustOn(server, { atLeast: 6 }),
  });
  if (!server.asked) return;
  report.figure({
    area: `${area}: requests to the server a command`,
    values: [requests / commands],
    unit: '',
    must: { atMost: 1.2 },
  });
}

/** The application's part that takes requests, over the demo year, which is copied to the server. */
async function startOver(lab: Bench['lab'], servers: Servers): Promise<Running> {
  const events = await lab.year();
  const directory = lab.newDirectory('house-on-servers');
  const store = await openEventStoreDb(servers.EVENTSTOREDB_URL, {
    namespace: servers.GONGGUAN_NAMESPACE,
    alarm: () => {},
  });
  await copying(events, store);
  await store.close();
  return startServer(APPLICATION, { directory, servers }, `${directory}/requests.log`);
}

async function loadingTheYear({ lab, report }: Bench, server: Server): Promise<void> {
  const events = await lab.year();
  const open = () => openEventStoreDb(server.url, { namespace: newNamespace(), alarm: () => {} });
  const bare = await open();
  const alone = await secondsOf(() => copying(events, bare));
  await bare.close();
  const store = await open();
  const directory = lab.newDirectory('demo-on-eventstoredb');
  const keyStore = new SqliteKeyStore(`${directory}/vault.db`);
  const blobs = createDirectoryBlobs(`${directory}/blobs`);
  const vault = await createVault(keyStore);
  const year = await secondsOf(() => loadDemo({ commands: commandsByName, store, vault, blobs, directory }, () => {}));
  await keyStore.close();
  await store.close();
  const spread = spreadOf([year / alone]);
  report.figure({
    area: `${server.name}: demo year (${year.toFixed(0)} s)`,
    values: [spread.median],
    unit: 'x',
    limit: `its appends alone: ${alone.toFixed(0)} s`,
    ...mustOn(server, { atMost: 3 }),
  });
}

/** Appends the events of a log as they were appended: those of a stream one after another, all others side by side. */
async function copying(events: readonly RecordedEvent[], store: EventStore): Promise<void> {
  const ends = new Map<StreamId, Promise<unknown>>();
  const underWay = new Set<Promise<unknown>>();
  for (let from = 0; from < events.length; ) {
    const group = ofOneAppend(events, from);
    from += group.length;
    const [{ streamId: stream, revision }] = group as [RecordedEvent];
    const appending = (ends.get(stream) ?? Promise.resolve()).then(() =>
      store.append(stream, revision - 1, group.map(asNew)),
    );
    ends.set(stream, appending);
    underWay.add(appending);
    void appending.then(() => underWay.delete(appending));
    if (underWay.size >= TOGETHER) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}

/** What a log holds is read from its texts when it is asked for. */
const asNew = ({ id, type, schemaVersion, data, meta }: RecordedEvent): NewEvent => ({
  id,
  type,
  schemaVersion,
  data,
  meta,
});

/** Events that one command has recorded stand together. */
function ofOneAppend(events: readonly RecordedEvent[], from: number): readonly RecordedEvent[] {
  const { streamId: stream, meta } = events[from] as RecordedEvent;
  let to = from + 1;
  while (events[to]?.streamId === stream && events[to]?.meta.commandId === meta.commandId) to += 1;
  return events.slice(from, to);
}

const newNamespace = () => `bench_${randomUUID().replaceAll('-', '')}`;
