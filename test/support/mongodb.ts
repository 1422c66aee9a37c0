/** Databases of a test's own on a MongoDB server that holds other data, and lines to it that can fail. */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { type Mongo, openMongo } from '../../infra/mongodb.ts';
import type { Target } from './proxy.ts';

export const newDatabaseName = () => `test_${randomUUID().replaceAll('-', '')}`;

/** A connection string, taken apart; one that names several hosts is no URL that `URL` knows. */
interface Parts {
  /** With its `@`, or nothing. */
  readonly credentials: string;
  readonly hosts: string;
  readonly database: string;
  readonly options: URLSearchParams;
  readonly isSrv: boolean;
}

function partsOf(url: string): Parts {
  const found = /^mongodb(\+srv)?:\/\/((?:[^@/?]*@)?)([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(url);
  if (!found) throw new TypeError('no MongoDB connection string');
  const [, srv, credentials = '', hosts = '', database = '', options] = found;
  return { credentials, hosts, database, options: new URLSearchParams(options), isSrv: srv !== undefined };
}

function urlOf({ credentials, hosts, database, options, isSrv }: Parts): string {
  return `mongodb${isSrv ? '+srv' : ''}://${credentials}${hosts}/${database}?${options}`;
}

/** The same server and user, with another database; who the user is, is asked of the database that knew him before. */
export function withDatabase(url: string, database: string): string {
  const parts = partsOf(url);
  const options = new URLSearchParams(parts.options);
  const mechanism = options.get('authMechanism') ?? 'SCRAM';
  if (parts.credentials && mechanism.startsWith('SCRAM') && !options.has('authSource')) {
    options.set('authSource', parts.database || 'admin');
  }
  return urlOf({ ...parts, database, options });
}

/** Through a proxy of this machine, and never past it to the addresses that a replica set tells of itself. */
export function through(url: string, proxyPort: number): string {
  const parts = partsOf(url);
  const options = new URLSearchParams(parts.options);
  options.delete('replicaSet');
  options.set('directConnection', 'true');
  if (parts.isSrv && !options.has('tls')) options.set('tls', 'true');
  if (options.has('tls') || options.has('ssl')) options.set('tlsAllowInvalidHostnames', 'true');
  return urlOf({ ...parts, hosts: `127.0.0.1:${proxyPort}`, options, isSrv: false });
}

const WRITABLE: ReadonlySet<string> = new Set(['Standalone', 'RSPrimary', 'Mongos', 'LoadBalanced']);

/** The server that takes writes. */
export async function writableServer(url: string): Promise<Target> {
  const client = new MongoClient(url);
  try {
    const found = new Promise<Target>(resolve => {
      client.on('topologyDescriptionChanged', ({ newDescription }) => {
        const server = [...newDescription.servers.values()].find(({ type }) => WRITABLE.has(type));
        if (server) resolve({ host: server.host, port: server.port });
      });
    });
    await client.connect();
    return await found;
  } finally {
    await client.close();
  }
}

export interface TestDatabase {
  readonly url: string;
  connect(): Promise<Mongo>;
  /** Drops the database and closes every client. */
  close(): Promise<void>;
}

/** As many clients of one new database as there are processes to play. */
export function testDatabase(url: string): TestDatabase {
  const own = withDatabase(url, newDatabaseName());
  const clients: Mongo[] = [];
  const connect = async () => {
    const mongo = await openMongo(own, { namespace: 'unused' });
    clients.push(mongo);
    return mongo;
  };
  return {
    url: own,
    connect,
    async close() {
      await (await connect()).db.dropDatabase();
      for (const client of clients) await client.close();
    },
  };
}
