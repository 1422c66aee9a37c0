/**
 * Delivery from EventStoreDB: from the append of an event by somebody else until it is delivered here, by the server of
 * the tests, which keeps 32 events for a live subscriber. The listener stands still now and then, as a process at work
 * does, and is dropped for it.
 */
import type { RecordedEvent } from '../../events/envelope.ts';
import { openEventStoreDb } from '../../infra/event-store/eventstoredb.ts';
import type { Area } from './bench.ts';
import { type Appending, startDelivery } from './children.ts';
import { percentilesOf } from './measure.ts';

const NAMESPACE = 'bench';
/** A process at work stands still for so long, so often; ms. */
const STILL = { forMs: 60, everyMs: 300 };
const GIVEN_UP_MS = 30_000;

export const delivery: Area = {
  name: 'delivery',
  async run({ report, rounds, ...bench }) {
    const seconds = bench.seconds(5, 2);
    const courses = [
      { name: '1,000 events/s', course: { events: 1_000 * seconds, rate: 1_000 }, atMost: 100 },
      { name: 'burst of 20,000', course: { events: 20_000, rate: 10_000 }, atMost: 1_000 },
    ];
    for (const isOld of [false, true]) {
      for (const { name, course, atMost } of courses) {
        const lags: number[] = [];
        let drops = 0;
        for (let round = 0; round < rounds; round += 1) {
          const run = await delivered(course, isOld);
          lags.push(percentilesOf(run.lags).p99);
          drops += run.drops;
        }
        const area = `delivery, ${name}, p99 (EventStoreDB ${isOld ? '23.10' : '24.10'}, ${drops} drops)`;
        report.figure({ area, values: lags, unit: 'ms', must: { atMost } });
      }
    }
  },
};

interface Run {
  /** Of each event, ms. */
  readonly lags: readonly number[];
  readonly drops: number;
}

/** Throws when an event is missing, or was delivered twice or in another order. */
async function delivered(course: Appending, isOld: boolean): Promise<Run> {
  const server = await startDelivery({ namespace: NAMESPACE, isOld });
  const alarms: string[] = [];
  const alarm = (message: string, details: object) => alarms.push(`${message} ${JSON.stringify(details)}`);
  const store = await openEventStoreDb(server.url, { namespace: NAMESPACE, alarm });
  const still = setInterval(() => standStill(STILL.forMs), STILL.everyMs);
  try {
    const lags: number[] = [];
    const all = new Promise<void>((resolve, reject) => {
      setTimeout(() => reject(new Error(`${lags.length} of ${course.events} were delivered`)), GIVEN_UP_MS).unref();
      store.onAppend(events => {
        const now = performance.timeOrigin + performance.now();
        for (const { data, streamId } of events as readonly RecordedEvent[]) {
          lags.push(now - (data as { readonly at: number }).at);
          if (streamId !== `thing-${lags.length}`) reject(new Error(`${streamId} came as number ${lags.length}`));
        }
        if (lags.length === course.events) resolve();
      });
    });
    const [{ drops }] = await Promise.all([server.append(course), all]);
    if (alarms.length > 0) throw new Error(alarms.join());
    return { lags, drops };
  } finally {
    clearInterval(still);
    await store.close();
    await server.stop();
  }
}

function standStill(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}
