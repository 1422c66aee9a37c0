/** Questions to the trail: each filter at 100,000 and at 1,000,000 entries. It must stay quick, and not get slower. */
import { join } from 'node:path';
import { START } from '../../events/ids.ts';
import { createReader } from '../../infra/compose/reader.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteReadStore } from '../../infra/read-store/sqlite.ts';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { trailNames } from '../../projections/names.ts';
import type { Reader } from '../../projections/ports.ts';
import { credentials } from '../../projections/provisional.ts';
import { recordedTimes } from '../../projections/recorded-times.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { readTrail, type TrailFilter, trailInput } from '../../projections/trail/query.ts';
import type { Area } from './bench.ts';
import { count, ms, percentilesOf, spreadOf } from './measure.ts';

const PAGE = 50;
const AT_MOST_MS = 20;
/** Entries that give the values to ask for. */
const SAMPLES = 400;

export const trail: Area = {
  name: 'trail',
  long: true,
  async run({ lab, report, rounds, ...bench }) {
    const directory = await lab.longSystem(0);
    const log = new SqliteEventStore({ path: join(directory, 'events.db'), checkpointThread: true });
    const rows = new SqliteReadStore(join(directory, 'rows.db'));
    const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
    const projections = [trailEntries, trailNames, credentials, recordedTimes];
    const runner = new ProjectionRunner({
      log,
      store: rows,
      projections,
      now: () => new Date().toISOString(),
      alarm: (message, details) => {
        throw new Error(`${message} ${JSON.stringify(details)}`);
      },
    });
    await runner.start();
    const clock = { now: () => new Date().toISOString() };
    const reader = createReader({
      projections,
      projector: runner,
      rows,
      log,
      vault: await createVault(keyStore),
      clock,
    });
    const asked = bench.size(200, 60);
    const sizes = [bench.size(100_000, 20_000), bench.size(1_000_000, 100_000)] as const;
    const found: ReadonlyMap<string, Times>[] = [];
    for (const size of sizes) {
      await lab.extend(log, size);
      while (!(await runner.reached(await log.head(), 60_000))) console.error('  waiting for the trail');
      found.push(await timesOfFilters(log, reader, { rounds, asked }));
    }
    await runner.stop();
    await log.close();
    rows.close();
    await keyStore.close();

    const [small, large] = found as [ReadonlyMap<string, Times>, ReadonlyMap<string, Times>];
    for (const [name, times] of large) {
      const p99 = (of: Times) => spreadOf(of.map(run => run.p99)).median;
      const before = p99(small.get(name) as Times);
      report.figure({
        area: `trail by ${name}, p99 at ${count(sizes[1])} entries`,
        values: times.map(run => run.p99),
        unit: 'ms',
        limit: `p99 at ${count(sizes[0])}: ${ms(before)} ms`,
        // Several at once are an intersection, whose cost is that of its smallest part.
        ...(!name.includes('+') && { must: { atMost: Math.min(AT_MOST_MS, 1.5 * before + 1) } }),
      });
    }
  },
};

type Times = readonly { readonly p50: number; readonly p99: number }[];

type Asked = Partial<Omit<TrailFilter, 'order'>>;

/** Filters by name; each value occurs in the trail. */
async function filtersOf(log: SqliteEventStore, from: number): Promise<ReadonlyMap<string, readonly Asked[]>> {
  const head = Number(await log.head());
  const filters = new Map<string, Asked[]>();
  const add = (name: string, filter: Asked) => filters.set(name, [...(filters.get(name) ?? []), filter]);
  for (let at = 0; at < SAMPLES; at += 1) {
    const after = Math.floor(((at * 7_919 + from) % SAMPLES) * (head / SAMPLES));
    const [event] = await log.readAll(after === 0 ? START : (String(after) as never), 1);
    if (!event) continue;
    const { actor, about, recordedAt, basis } = event.meta;
    add('person', { person: actor.accountId });
    add('organisation', { organisation: actor.orgId });
    add('action', { action: event.type });
    add('asOf', { asOf: event.position });
    add('asOf instant', { asOf: recordedAt });
    add('from', { from: recordedAt });
    add('to', { to: recordedAt });
    for (const of of basis) if ('article' in of) add('article', { article: of.article });
    if (about.projectId) add('project', { project: about.projectId });
    if (about.uscc) add('unit', { unit: about.uscc });
    if (about.bodyId) add('body', { body: about.bodyId });
    if (about.year) add('year', { year: about.year });
    for (const flag of ['acted-as', 'deviation', 'backdated'] as const) add('flag', { flag });
    if (about.bodyId) add('body + action', { body: about.bodyId, action: event.type });
    if (about.projectId) add('organisation + project', { organisation: actor.orgId, project: about.projectId });
    if (about.uscc) add('unit + asOf', { unit: about.uscc, asOf: recordedAt });
    add('person + article', { person: actor.accountId, article: 'art-12' });
  }
  return filters;
}

async function timesOfFilters(
  log: SqliteEventStore,
  reader: Reader,
  { rounds, asked }: { readonly rounds: number; readonly asked: number },
): Promise<Map<string, Times>> {
  const times = new Map<string, Times>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, filters] of await filtersOf(log, round)) {
      const latencies: number[] = [];
      for (let at = 0; at < asked; at += 1) {
        const filter = trailInput.parse({ ...filters[at % filters.length], limit: PAGE });
        const startedAt = performance.now();
        await readTrail(filter, reader);
        latencies.push(performance.now() - startedAt);
      }
      times.set(name, [...(times.get(name) ?? []), percentilesOf(latencies)]);
    }
  }
  return times;
}
