import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
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

/** Whose appends are a call each, and whose end is far to read. */
function grownOld(server: InProcessServer): void {
  server.speakAsOldServers();
  server.appends.areShared = false;
  server.reads.endMs = 20;
}

describe.each([
  ['24.2 and later', 32, () => undefined],
  ['24.2 and later', 1, () => undefined],
  ['before 24.2', 1, grownOld],
] as const)(
  'in-process gRPC server of %s (%i events are kept for a live subscriber)',
  (_which, keptEvents, prepare) => {
    let server: InProcessServer;
    beforeAll(async () => {
      server = await InProcessServer.start();
      server.subscriptions.keptEvents = keptEvents;
      prepare(server);
    });
    afterAll(() => server.close());

    eventStoreContract(
      'EventStoreDB client',
      namespaces(() => server.url),
    );
  },
);

describeWith('EVENTSTOREDB_URL', url =>
  eventStoreContract(
    'EventStoreDB',
    namespaces(() => url),
  ),
);
