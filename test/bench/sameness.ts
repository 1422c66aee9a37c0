/** Sameness (雷同): one application's text beside 10,000 earlier results, and the memory that those take. */
import type { Area } from './bench.ts';
import { comparing } from './children.ts';
import { count, ms, spreadOf } from './measure.ts';
import { CHARACTERS } from './works.ts';

const TEXTS = 10_000;
const AT_MOST_MS = 100;
const AT_MOST_MIB = 200;

export const sameness: Area = {
  name: 'sameness',
  async run({ report, rounds, ...bench }) {
    const compared = [];
    for (let seed = 1; seed <= rounds; seed += 1)
      compared.push(await comparing({ texts: TEXTS, questions: bench.size(100, 20), seed }));
    const held = `${count(TEXTS)} texts of ${count(CHARACTERS)} characters`;
    report.figure({
      area: `sameness, a query beside ${held}`,
      values: compared.map(({ p50 }) => p50),
      unit: 'ms',
      limit: `issue 5: 100 ms of processor time; p99 here: ${ms(spreadOf(compared.map(({ p99 }) => p99)).median)} ms`,
      must: { atMost: AT_MOST_MS },
    });
    report.figure({
      area: `sameness, resident memory that ${held} grow by`,
      values: compared.map(({ grownMiB }) => grownMiB),
      unit: 'MiB',
      limit: 'issue 5: 200 MiB',
      must: { atMost: AT_MOST_MIB },
    });
  },
};
