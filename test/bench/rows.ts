/** Reading rows in process: one by its id, and a page of 50, beside the same reads through the binding alone. */
import { boards } from '../../projections/application/boards.ts';
import { caseFiles } from '../../projections/application/case-file.ts';
import { pageOf } from '../../projections/route.ts';
import type { Area } from './bench.ts';
import { inTurn, repeat, repeatSync } from './measure.ts';
import { openBenchSystem, plainRows, tableOf } from './system.ts';

const PAGE = 50;

export const rows: Area = {
  name: 'rows',
  async run({ lab, report, rounds, ...bench }) {
    const seconds = bench.seconds(1, 0.5);
    const { directory } = await lab.projectedHouse((await lab.year()).length);
    const system = await openBenchSystem(directory);
    const plain = plainRows(directory);
    const projects = await lab.projects();
    let asked = 0;
    const next = () => {
      asked += 1;
      return projects[(asked * 7) % projects.length] as string;
    };

    const get = plain.prepare(`SELECT doc FROM ${tableOf(system, caseFiles)} WHERE id = ?`);
    get.setReturnArrays(true);
    const point = await inTurn(rounds, {
      ours: () => repeat({ seconds }, () => system.reader.get(caseFiles, next())),
      plain: () => repeatSync({ seconds }, () => get.get(next())),
    });
    report.ratio({
      area: 'point query in process',
      ours: point.ours,
      limit: point.plain,
      limitName: 'SQLite get',
      must: { atLeast: 0.5 },
    });

    const busiest = plain.prepare(
      `SELECT "ix_charge" AS charge FROM ${tableOf(system, boards)} GROUP BY 1 HAVING count(*) > ${PAGE}`,
    );
    const charges = busiest.all().map(({ charge }) => charge as string);
    const chargeNext = () => {
      asked += 1;
      return charges[asked % charges.length] as string;
    };
    const select = plain.prepare(
      `SELECT doc FROM ${tableOf(system, boards)} WHERE "ix_charge" = ? ORDER BY "ix_since" DESC, id DESC LIMIT ${PAGE}`,
    );
    select.setReturnArrays(true);
    const page = await inTurn(rounds, {
      ours: () =>
        repeat({ seconds }, async () => {
          const order = { by: ['since'], direction: 'desc' } as const;
          return pageOf(await system.reader.find(boards, { where: { charge: chargeNext() }, order, limit: PAGE }));
        }),
      plain: () => repeatSync({ seconds }, () => `[${select.all(chargeNext()).join(',')}]`),
    });
    report.ratio({
      area: `page of ${PAGE} in process`,
      ours: page.ours,
      limit: page.plain,
      limitName: `SQLite select of ${PAGE}`,
      must: { atLeast: 0.7 },
    });
    plain.close();
    await system.close();
  },
};
