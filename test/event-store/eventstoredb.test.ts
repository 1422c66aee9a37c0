import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { openEventStoreDb } from '../../infra/event-store/eventstoredb.ts';
import { eventStoreContract } from '../contracts/event-store.ts';
import { InProcessServer } from '../support/eventstoredb/server.ts';
import { describeWith } from '../support/servers.ts';

/** Opens the log of a directory: a namespace of its own on a server that holds other data. */
function namespaces(url: () => string) {
  const names = new Map<string, string>();
  return (directory: string) => {
    const namespace = names.get(directory) ?? `test-${randomUUID()}`;
    names.set(directory, namespace);
    return openEventStoreDb(url(), { namespace, alarm: (message, details) => console.warn(message, details) });
  };
}

let server: InProcessServer;
let old: InProcessServer;
beforeAll(async () => {
  server = await InProcessServer.start();
  old = await InProcessServer.start();
  old.speakAsOldServers();
  old.appends.areShared = false;
  old.reads.endMs = 20;
});
afterAll(async () => {
  await old.close();
  await server.close();
});

eventStoreContract(
  'EventStoreDB client on an in-process gRPC server',
  namespaces(() => server.url),
);

eventStoreContract(
  'EventStoreDB client on an in-process gRPC server that is old: each append is a call, and its end is far to read',
  namespaces(() => old.url),
);

describeWith('EVENTSTOREDB_URL', url =>
  eventStoreContract(
    'EventStoreDB',
    namespaces(() => url),
  ),
);
