/** Rebuilding read models over a long log, beside a plain scan that parses every event and folds it into a Map. */
import { join } from 'node:path';
import type { RecordedEvent } from '../../events/envelope.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import { boards } from '../../projections/application/boards.ts';
import { caseFiles } from '../../projections/application/case-file.ts';
import { refusals } from '../../projections/application/refusals.ts';
import { similarityCases } from '../../projections/application/similarity-cases.ts';
import { verificationLedger } from '../../projections/application/verification-ledger.ts';
import type { Handler, Projection } from '../../projections/projection.ts';
import { accounts } from '../../projections/registry/accounts.ts';
import { units } from '../../projections/registry/units.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import type { Area, Bench } from './bench.ts';
import { count, inTurn, secondsOf } from './measure.ts';
import { openBenchSystem } from './system.ts';

const MIDDLING = [verificationLedger, refusals, similarityCases, units, accounts];
const WITH_THE_LARGEST = [caseFiles, boards, verificationLedger, refusals, units];
const SCAN_PAGE = 1_000;

export const rebuild: Area = {
  name: 'rebuild',
  long: true,
  async run(bench) {
    await one(bench);
    await several(bench);
  },
};

async function one({ lab, report, rounds, ...bench }: Bench): Promise<void> {
  const events = bench.size(200_000, (await lab.year()).length);
  const { directory } = await lab.projectedHouse(events);
  const system = await openBenchSystem(directory);
  const log = join(directory, 'events.db');
  const rebuilding =
    ({ name }: { readonly name: string }) =>
    () =>
      secondsOf(() => system.projector.rebuild(name));
  const scanning = (projection?: Foldable) => () => secondsOf(() => scan(log, projection?.handlers));
  const took = await inTurn(rounds, {
    scan: scanning(),
    caseFiles: rebuilding(caseFiles),
    scanCaseFiles: scanning(caseFiles as unknown as Foldable),
    units: rebuilding(units),
    scanUnits: scanning(units as unknown as Foldable),
  });
  const trail = [await rebuilding(trailEntries)()];
  await system.close();

  const speed = (seconds: readonly number[]) => `${count((events * seconds.length) / sum(seconds))} events/s`;
  const over = `over ${count(events)} events`;
  const compare = (name: string, ours: readonly number[], limit: readonly number[], fold: string, must?: number) =>
    report.ratioOf(
      {
        area: `rebuild of ${name} ${over}`,
        values: ours.map((seconds, at) => (limit[at] as number) / seconds),
        limit: `plain scan + parse + ${fold}: ${speed(limit)}`,
        ...(must !== undefined && { must: { atLeast: must } }),
      },
      speed(ours),
    );
  const ITS_FOLD = 'the same fold into a Map';
  compare('units', took.units, took.scanUnits, ITS_FOLD, 0.5);
  compare('case-file, 8 kB a row', took.caseFiles, took.scanCaseFiles, ITS_FOLD, 0.5);
  compare('case-file, 8 kB a row', took.caseFiles, took.scan, 'the least fold into a Map');
  compare('the trail', trail, took.scan, 'the least fold into a Map');
}

async function several({ lab, report, rounds }: Bench): Promise<void> {
  const { directory } = await lab.projectedHouse((await lab.year()).length);
  const { projector, close } = await openBenchSystem(directory);
  for (const [described, five, must] of [
    ['of middling size', MIDDLING, 2.5],
    ['with the two largest', WITH_THE_LARGEST, undefined],
  ] as const) {
    const names = five.map(({ name }) => name);
    const took = await inTurn(rounds, {
      separately: () =>
        secondsOf(async () => {
          for (const name of names) await projector.rebuild(name);
        }),
      together: () => secondsOf(() => projector.rebuildAll(names)),
    });
    report.ratioOf(
      {
        area: `rebuild of five in one pass, ${described}`,
        values: took.separately.map((seconds, at) => seconds / (took.together[at] as number)),
        limit: `one after another: ${(sum(took.separately) / rounds).toFixed(2)} s`,
        ...(must !== undefined && { must: { atLeast: must } }),
      },
      `${(sum(took.together) / rounds).toFixed(2)} s`,
    );
  }
  await close();
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

type Foldable = Pick<Projection, 'handlers'>;

/** What no rebuild can do without: read every event, parse it, keep a state by key. Nothing is written. */
function scan(path: string, handlers?: readonly Handler<unknown>[]): number {
  const database = openDatabase(path, { synchronous: 'FULL', readOnly: true });
  const typeNames = new Map(
    database
      .prepare('SELECT key, type FROM types')
      .all()
      .map(({ key, type }) => [key as number, type as string]),
  );
  const page = database.prepare(
    'SELECT position, stream, type, data, meta FROM events WHERE position > ? ORDER BY position LIMIT ?',
  );
  page.setReturnArrays(true);
  const states = new Map<string | number, unknown>();
  for (let after = 0; ; ) {
    const rows = page.all(after, SCAN_PAGE) as unknown as [number, number, number, string, string][];
    for (const [position, stream, typeKey, data, meta] of rows) {
      if (!handlers) {
        states.set(stream, JSON.parse(data));
        continue;
      }
      const type = typeNames.get(typeKey) as string;
      for (const handler of handlers) {
        if (!handler.types.includes(type)) continue;
        const event = { position: String(position), type, data: JSON.parse(data), meta: JSON.parse(meta) };
        fold(states, handler, event as unknown as RecordedEvent);
      }
    }
    const last = rows.at(-1);
    if (!last) break;
    after = last[0];
  }
  database.close();
  return states.size;
}

function fold(states: Map<string | number, unknown>, handler: Handler<unknown>, event: RecordedEvent): void {
  for (const key of handler.rowIds(event)) states.set(key, handler.evolve(states.get(key), event, key));
}
