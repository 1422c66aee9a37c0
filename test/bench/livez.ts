/** What a crowd of long requests costs everybody else: how long the service takes to say that it is alive. */
import type { Area } from './bench.ts';
import { APPLICATION, crowding, startServer, watching } from './children.ts';
import { ms } from './measure.ts';

const CROWD = { streams: 50, exports: 10, reports: 5 };
const AT_MOST_MS = 150;

export const livez: Area = {
  name: 'livez',
  async run({ lab, report, rounds }) {
    const { directory } = await lab.projectedHouse((await lab.year()).length);
    const { url, token, stop } = await startServer(APPLICATION, { directory }, `${directory}/requests.log`);
    const alone = watching(url);
    await crowding({ url, token, streams: 1, exports: 1, reports: 1 });
    const quiet = await alone.stop();
    const found = [];
    for (let round = 0; round < rounds; round += 1) {
      const watch = watching(url);
      await crowding({ url, token, ...CROWD });
      found.push(await watch.stop());
    }
    await stop();
    const { streams, exports, reports } = CROWD;
    const area = `livez under ${streams} streams that catch up, ${exports} exports, ${reports} reports`;
    const limit = `one of each: p99 ${ms(quiet.p99)}, max ${ms(quiet.max)} ms`;
    report.figure({ area: `${area}, p99`, values: found.map(({ p99 }) => p99), unit: 'ms', limit });
    const values = found.map(({ max }) => max);
    report.figure({ area: `${area}, max`, values, unit: 'ms', limit, must: { atMost: AT_MOST_MS } });
  },
};
