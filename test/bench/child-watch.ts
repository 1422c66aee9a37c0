/** Asks again and again whether a service is alive, over one connection, until it is told to stop. */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, argument, type Watched } from './children.ts';
import { percentilesOf } from './measure.ts';

const EVERY_MS = 2;

const { url } = argument<{ url: string }>();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const latencies: number[] = [];
let watching = true;
process.once('message', () => {
  watching = false;
});

while (watching) {
  const startedAt = performance.now();
  await new Promise((resolve, reject) => {
    get(`${url}/livez`, { agent }, response => response.resume().once('end', resolve)).once('error', reject);
  });
  latencies.push(performance.now() - startedAt);
  await sleep(EVERY_MS);
}
agent.destroy();
answer({ p99: percentilesOf(latencies).p99, max: Math.max(...latencies) } satisfies Watched);
process.disconnect?.();
