/** Start-up: a fresh process opens a system that has rows for its whole log. */
import type { Area } from './bench.ts';
import { openingTime } from './children.ts';
import { count } from './measure.ts';

export const startUp: Area = {
  name: 'start-up',
  async run({ lab, report, rounds, ...bench }) {
    const events = bench.size(200_000, (await lab.year()).length);
    const { directory, seconds: first } = await lab.projectedHouse(events);
    const opened = `${count(events)} events`;
    report.figure({ area: `first opening, all read models made, ${opened}`, values: [first], unit: 's' });
    const values: number[] = [];
    for (let round = 0; round < rounds; round += 1) values.push((await openingTime(directory)) / 1_000);
    report.figure({ area: `start-up, ${opened}`, values, unit: 's', must: { atMost: 3 } });
  },
};
