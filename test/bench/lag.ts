/** Projection lag: from the acknowledgement of an append until every read model shows it, at given rates of appends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { System } from '../../infra/compose/system.ts';
import type { Area } from './bench.ts';
import type { Lab } from './lab.ts';
import { percentilesOf } from './measure.ts';
import { openBenchSystem } from './system.ts';

const GIVEN_UP_MS = 30_000;

export const lag: Area = {
  name: 'lag',
  async run({ lab, report, rounds, ...bench }) {
    const year = await lab.year();
    const system = await openBenchSystem(await lab.systemWith(year.length), { projecting: 'thread' });
    const seconds = bench.seconds(3, 1);
    let from = year.length;
    for (const rate of [10, 1_000, 5_000]) {
      const runs: { p50: number; p99: number }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const events = rate * seconds;
        runs.push(percentilesOf(await lags(system, lab, { from, events, rate })));
        from += events;
      }
      const must = rate === 1_000;
      const area = `projection lag, ${rate.toLocaleString('en')} appends/s`;
      const figure = (values: readonly number[], share: string, atMost: number) =>
        report.figure({ area: `${area}, ${share}`, values, unit: 'ms', ...(must && { must: { atMost } }) });
      figure(
        runs.map(({ p50 }) => p50),
        'p50',
        2,
      );
      figure(
        runs.map(({ p99 }) => p99),
        'p99',
        10,
      );
    }
    await system.close();
  },
};

interface Course {
  /** Events that the log already has. */
  readonly from: number;
  readonly events: number;
  /** Appends a second. */
  readonly rate: number;
}

/** Milliseconds of each append. */
async function lags(system: System, lab: Lab, { from, events, rate }: Course): Promise<number[]> {
  const appended = await lab.following(from, events);
  const found: number[] = [];
  const pending: Promise<void>[] = [];
  const startedAt = performance.now();
  const follow = async (append: (typeof appended)[number]) => {
    const recorded: readonly RecordedEvent[] = await append(system.events);
    const acknowledgedAt = performance.now();
    if (!(await system.projector.reached(recorded[0]?.position as never, GIVEN_UP_MS)))
      throw new Error('never projected');
    found.push(performance.now() - acknowledgedAt);
  };
  for (let sent = 0; sent < appended.length; ) {
    const due = Math.min(appended.length, Math.ceil(((performance.now() - startedAt) / 1_000) * rate));
    for (; sent < due; sent += 1) pending.push(follow(appended[sent] as (typeof appended)[number]));
    await sleep(1);
  }
  await Promise.all(pending);
  return found;
}
