/** Queries over HTTP: a public row by its id from the whole application, beside Express as documented and `node:http`. */
import type { Area } from './bench.ts';
import { load } from './children.ts';
import { inTurn } from './measure.ts';
import { withServers } from './servers.ts';

const CONNECTIONS = 64;

export const queries: Area = {
  name: 'queries',
  async run({ lab, report, rounds, ...bench }) {
    const seconds = bench.seconds(2, 1);
    await withServers(lab, async ({ application, express, bare }) => {
      const ask = (server: { readonly url: string }, requests: 'rule' | 'ruleInMemory' = 'rule') => {
        const of = { url: server.url, requests, connections: CONNECTIONS };
        return { run: () => load({ ...of, seconds }), warm: () => load({ ...of, seconds: bench.seconds(2, 1) }) };
      };
      const sides = {
        ours: ask(application),
        express: ask(express),
        inMemory: ask(express, 'ruleInMemory'),
        bare: ask(bare),
      };
      for (const { warm } of Object.values(sides)) await warm();
      const runs = await inTurn(rounds, {
        ours: sides.ours.run,
        express: sides.express.run,
        inMemory: sides.inMemory.run,
        bare: sides.bare.run,
      });
      const { ours } = runs;
      const engine = Number.parseInt(process.versions.node, 10);
      report.ratio({
        area: 'Express front, GET of a public row',
        ours,
        limit: runs.inMemory,
        limitName: 'Express 5 as documented, value in memory',
        // Newer engines have made plain Express faster; the must is for those that have not.
        ...(engine < 24 && { must: { atLeast: 2 } }),
      });
      report.ratio({
        area: 'query over HTTP',
        ours,
        limit: runs.bare,
        limitName: 'node:http, same row',
        must: { atLeast: 0.5 },
      });
      report.ratio({
        area: 'query over HTTP',
        ours,
        limit: runs.express,
        limitName: 'Express 5 as documented, same row',
        ...(engine < 24 && { must: { atLeast: 1.8 } }),
      });
    });
  },
};
