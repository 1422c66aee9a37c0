/** The EventStoreDB of the tests, in a process of its own, in which somebody else appends: each event tells when. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { InProcessServer } from '../support/eventstoredb/server.ts';
import { type Appending, answer, argument, serving } from './children.ts';

/** Bytes of an event: those of the demo year have as many. */
const SIZE = 1_500;

const { namespace, isOld } = argument<{ readonly namespace: string; readonly isOld: boolean }>();
const server = await InProcessServer.start();
if (isOld) server.speakAsOldServers();
let streams = 0;

function append(): void {
  streams += 1;
  const data = Buffer.from(JSON.stringify({ at: performance.timeOrigin + performance.now(), text: '' }).padEnd(SIZE));
  const proposal = { id: randomUUID(), type: 'thing.done', contentType: 'application/json', data };
  server.log.append(`${namespace}.thing-${streams}`, -1, [{ ...proposal, metadata: Buffer.from('{}') }]);
}

async function appending({ events, rate }: Appending): Promise<void> {
  const startedAt = performance.now();
  for (let sent = 0; sent < events; ) {
    const due = Math.min(events, Math.ceil(((performance.now() - startedAt) / 1_000) * rate));
    for (; sent < due; sent += 1) append();
    await sleep(1);
  }
}

process.on('message', (asked: Appending) => {
  void appending(asked).then(() => answer({ drops: server.subscriptions.drops }));
});
serving({ url: server.url }, () => server.close());
