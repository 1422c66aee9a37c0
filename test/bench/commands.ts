/** Commands over HTTP: the whole application beside Express with a transaction a request, and beside bare `node:http`. */
import type { Area } from './bench.ts';
import { load } from './children.ts';
import { inTurn } from './measure.ts';
import { withServers } from './servers.ts';

const CONNECTIONS = 64;

export const commands: Area = {
  name: 'commands',
  async run(bench) {
    const { lab, report, rounds } = bench;
    const units = await lab.units();
    const seconds = bench.seconds(3, 1);
    await withServers(lab, async ({ application, express, bare }) => {
      const check = { requests: 'registrationCheck', connections: CONNECTIONS, units } as const;
      for (const { url, token } of [application, express, bare]) {
        await load({ ...check, url, ...(token && { token }), seconds: bench.seconds(4, 1) });
      }
      const ours = { ...check, ...application, seconds };
      const runs = await inTurn(rounds, {
        ours: () => load(ours),
        express: () => load({ ...check, url: express.url, seconds }),
        bare: () => load({ ...check, url: bare.url, seconds }),
        oneStream: () => load({ ...ours, requests: 'organisingWork' }),
        newPeople: () => load({ ...ours, requests: 'newUnit' }),
      });
      const perRequest = { limit: runs.express, limitName: 'Express 5 + zod + transaction a request' };
      const withoutStorage = { limit: runs.bare, limitName: 'node:http POST, nothing stored' };
      const many = `command over HTTP, ${CONNECTIONS} connections, ${units.length} streams`;
      report.ratio({ area: many, ours: runs.ours, ...perRequest, must: { atLeast: 3 } });
      report.ratio({ area: many, ours: runs.ours, ...withoutStorage, must: { atLeast: 0.35 } });
      report.tail(many, runs.ours, { atMost: 3 });
      report.ratio({ area: 'the same, all on one stream', ours: runs.oneStream, ...perRequest });
      report.ratio({ area: 'the same, each a new stream and person', ours: runs.newPeople, ...perRequest });
    });
  },
};
