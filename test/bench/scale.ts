/**
 * The numbers behind infra/README.md, the plan past one machine: the shape of the demo year, its streams, what each read
 * model costs, how it spreads over partitions, and how many reminders a year has. All but the rates come out the same.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '../../events/envelope.ts';
import { START, streamId } from '../../events/ids.ts';
import { reminderIdOf } from '../../events/reminder.ts';
import { shanghaiDate } from '../../events/time.ts';
import { createReader } from '../../infra/compose/reader.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteReadStore } from '../../infra/read-store/sqlite.ts';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { boards } from '../../projections/application/boards.ts';
import { caseFiles } from '../../projections/application/case-file.ts';
import { projections } from '../../projections/index.ts';
import { deadlines } from '../../projections/programme/deadlines.ts';
import type { Projection } from '../../projections/projection.ts';
import { bodyRegister } from '../../projections/registry/bodies.ts';
import { remindersDue } from '../../projections/reminder/due.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import type { Area, Bench } from './bench.ts';
import type { Lab } from './lab.ts';
import { count, repeat } from './measure.ts';
import { askedOf, hottestShare, isFedByStreams, partOf, spreadOver } from './partitions.ts';
import { type Sizes, sizesOf } from './sizes.ts';

/** Events a year that the plan is for. */
const PLANNED = 1e8;
const PARTITIONS = [2, 4, 8, 16] as const;
/** Partitions of which one is really built. */
const PARTS = 4;
/** What a unit does until its application is in: all of it could come on the last day of the window. */
const UNTIL_SUBMITTED = /^(application\.(started|submitted)|document\.attached|undertaking\.signed|title\.reserved)$/;
const DAY_MS = 86_400_000;

export const scale: Area = {
  name: 'scale',
  long: true,
  async run(bench) {
    const year = await bench.lab.year();
    tellShape(year);
    tellStreams(year);
    await tellReadModels(bench.lab, year);
    await tellPartitioned(bench);
    await tellHotStream(bench);
    console.log(`reminders of the demo year: ${count(await remindersOf(bench.lab, year))}`);
  },
};

function tellShape(year: readonly RecordedEvent[]): void {
  const busiest = (length: number) =>
    Math.max(...countsBy(year, event => tianjinTime(event).slice(0, length)).values());
  const atScale = (events: number, seconds: number) =>
    `${((events / year.length) * (PLANNED / seconds)).toFixed(1)} events/s`;
  const windows = [
    ['mean of the year', year.length, 366 * 86_400],
    ['busiest day', busiest(10), 86_400],
    ['busiest hour', busiest(13), 3_600],
    ['all applications in 8 hours', year.filter(({ type }) => UNTIL_SUBMITTED.test(type)).length, 8 * 3_600],
  ] as const;
  tell(
    ['window', 'events', 'of the year', `at ${count(PLANNED)} a year`],
    windows.map(([name, events, seconds]) => [
      name,
      count(events),
      percent(events / year.length),
      atScale(events, seconds),
    ]),
  );
  const batch = busiest(19);
  console.log(
    `published at once: ${batch} events, ${count((batch / year.length) * PLANNED)} at ${count(PLANNED)} a year`,
  );
  const bytes = (text: (event: RecordedEvent) => string) =>
    year.reduce((sum, event) => sum + Buffer.byteLength(text(event)), 0) / year.length;
  const [data, meta] = [bytes(({ dataText }) => dataText), bytes(({ metaText }) => metaText)];
  console.log(`an event: ${data.toFixed(0)} bytes of data, ${meta.toFixed(0)} of metadata`);
}

function tellStreams(year: readonly RecordedEvent[]): void {
  const kinds = groupedBy(
    countsBy(year, event => event.streamId),
    ([stream]) => stream.split('-')[0] as string,
  );
  const hourly = countsBy(year, event => `${event.streamId} ${tianjinTime(event).slice(0, 13)}`);
  const rows = [...kinds].map(([kind, streams]) => {
    const sizes = streams.map(([, events]) => events).sort((a, b) => a - b);
    const events = sizes.reduce((sum, size) => sum + size, 0);
    const hour = Math.max(...[...hourly].filter(([key]) => key.split(/[- ]/)[0] === kind).map(([, size]) => size));
    const longest = sizes.at(-1) as number;
    return {
      events,
      cells: [kind, sizes.length, percent(events / year.length), sizes[sizes.length >> 1], longest, hour],
    };
  });
  tell(
    ['streams of a kind', 'number', 'of all events', 'median events', 'longest', 'most in an hour'],
    rows.toSorted((a, b) => b.events - a.events).map(({ cells }) => cells.map(String)),
  );
}

/** One read model built alone over the log of the demo year. */
interface Built extends Sizes {
  /** Of processor time, which a busy neighbour does not lengthen much. */
  readonly seconds: number;
  /** Of the SQLite file. */
  readonly bytes: number;
}

async function tellReadModels(lab: Lab, year: readonly RecordedEvent[]): Promise<void> {
  const path = join(await lab.systemWith(year.length), 'events.db');
  const log = new SqliteEventStore({ path });
  console.log(`the log with its indexes in SQLite: ${count(statSync(path).size / year.length)} bytes an event\n`);
  const all = { seconds: 0, bytes: 0, documents: 0, keys: 0 };
  const rows: (readonly string[])[] = [];
  const costs = ({ seconds, ...sizes }: Built) => [
    count(year.length / seconds),
    ...[sizes.bytes, sizes.documents, sizes.keys].map(bytes => count(bytes / year.length)),
  ];
  for (const projection of projections) {
    const built = await build(lab, log, projection);
    for (const part of ['seconds', 'bytes', 'documents', 'keys'] as const) all[part] += built[part];
    rows.push([projection.name, ...demandsOf(projection, year), ...costs(built)]);
  }
  await log.close();
  const heads = ['read model', 'takes', 'rows', 'hottest row', 'by stream', 'skew of 2 4 8 16', 'read for nothing'];
  const last = ['all, each by itself', '', '', '', '', '', '', ...costs(all)];
  tell([...heads, 'events/CPU s', 'SQLite B', 'BSON B', 'keys B'], [...rows, last]);
}

function demandsOf(projection: Projection, year: readonly RecordedEvent[]): readonly string[] {
  const asked = askedOf(projection, year);
  const spread = PARTITIONS.map(partitions => spreadOver(asked, partitions));
  return [
    percent(asked.changes.length / year.length),
    count(asked.byRow.size),
    percent(hottestShare(asked)),
    isFedByStreams(asked) ? 'yes' : '',
    spread.map(({ skew }) => skew.toFixed(2)).join(' '),
    spread.map(({ unneeded }) => percent(unneeded)).join(' '),
  ];
}

async function build(lab: Lab, log: SqliteEventStore, projection: Projection): Promise<Built> {
  const path = join(lab.newDirectory('scale'), 'rows.db');
  const store = new SqliteReadStore(path);
  const runner = runnerOf(log, store, [projection]);
  const seconds = await cpuSecondsOf(() => runner.start());
  const sizes = await sizesOf(store, runner.specOf(projection));
  await runner.stop();
  store.close();
  return { seconds, bytes: statSync(path).size, ...sizes };
}

/** Large read models whole, and one partition of several by itself, as a process of its own would build it. */
async function tellPartitioned({ lab, ...bench }: Bench): Promise<void> {
  const events = bench.size(100_000, (await lab.year()).length);
  const log = new SqliteEventStore({ path: join(await lab.systemWith(events), 'events.db') });
  const read = await log.readAll(START, events);
  const rows: (readonly string[])[] = [];
  for (const projection of [trailEntries, caseFiles, boards] as unknown as Projection[]) {
    const skews = [PARTS, 16].map(partitions => spreadOver(askedOf(projection, read), partitions).skew.toFixed(2));
    const parts = (['row', 'stream'] as const).map(by => partOf(projection, { at: 0, of: PARTS, by }));
    const costs: string[] = [];
    for (const each of [projection, ...parts]) {
      const { seconds } = await build(lab, log, each);
      costs.push(count(events / seconds), `${((seconds / events) * (PLANNED / 3_600)).toFixed(2)} h`);
    }
    rows.push([projection.name, ...costs, skews.join(' ')]);
  }
  await log.close();
  const one = `1 of ${PARTS}`;
  const heads = [
    `${count(events)} events`,
    'whole /CPU s',
    count(PLANNED),
    `${one} by row`,
    '',
    `${one} by stream`,
    '',
  ];
  tell([...heads, `skew of ${PARTS} 16`], rows);
}

/** Appends to one stream, each of which must know the one before. */
async function tellHotStream({ lab, report, ...bench }: Bench): Promise<void> {
  const path = join(lab.newDirectory('scale'), 'events.db');
  const store = new SqliteEventStore({ path, checkpointThread: true });
  const hot = streamId('recbodies');
  const appends = await lab.following(0, 1);
  const [sample] = await (appends[0] as (typeof appends)[number])(store);
  if (!sample) throw new Error('the demo year is empty');
  let revision = -1;
  const rate = await repeat({ seconds: bench.seconds(2, 1) }, async () => {
    const { type, schemaVersion, data, meta } = sample;
    const id = `00000000-0000-7000-8000-${(revision + 1).toString(16).padStart(12, '0')}`;
    await store.append(hot, revision, [{ id, type, schemaVersion, data, meta }]);
    revision += 1;
  });
  await store.close();
  report.figure({ area: 'appends to one stream, one after another', values: [rate.rate], unit: '/s' });
}

/** Distinct reminders that fall due when the worker asks at the end of each day. */
async function remindersOf(lab: Lab, year: readonly RecordedEvent[]): Promise<number> {
  const directory = lab.newDirectory('scale');
  const log = new SqliteEventStore({ path: join(directory, 'events.db') });
  const rows = new SqliteReadStore(join(directory, 'rows.db'));
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
  const runner = runnerOf(log, rows, [deadlines, boards, bodyRegister]);
  await runner.start();
  let now = '';
  const clock = { now: () => now };
  const reader = createReader({ projections, projector: runner, rows, log, vault: await createVault(keyStore), clock });
  const found = new Set<string>();
  const days = groupedBy(year, ({ meta }) => shanghaiDate(meta.recordedAt));
  const first = Date.parse((year[0] as RecordedEvent).meta.recordedAt);
  for (let day = 0, done = 0; day < 366; day += 1) {
    now = new Date(first + day * DAY_MS).toISOString();
    const events = days.get(shanghaiDate(now)) ?? [];
    await Promise.all((await lab.following(done, events.length)).map(append => append(log)));
    done += events.length;
    await runner.reached(await log.head(), 10_000);
    for await (const due of remindersDue(reader, now)) for (const each of due) found.add(reminderIdOf(each));
  }
  await runner.stop();
  await log.close();
  rows.close();
  await keyStore.close();
  return found.size;
}

function runnerOf(log: SqliteEventStore, store: SqliteReadStore, made: readonly Projection[]): ProjectionRunner {
  return new ProjectionRunner({
    log,
    store,
    projections: made,
    now: () => new Date().toISOString(),
    alarm: (message, details) => {
      throw new Error(`${message} ${JSON.stringify(details)}`);
    },
  });
}

async function cpuSecondsOf(task: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function countsBy(events: readonly RecordedEvent[], keyOf: (event: RecordedEvent) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) counts.set(keyOf(event), (counts.get(keyOf(event)) ?? 0) + 1);
  return counts;
}

function groupedBy<T>(values: Iterable<T>, keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}

const tianjinTime = ({ meta }: RecordedEvent) => new Date(Date.parse(meta.recordedAt) + 8 * 3_600_000).toISOString();
const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 || share > 0.99 ? 1 : 0)}%`;

function tell(heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map(row => (row[at] ?? '').length)));
  for (const row of [heads, ...rows]) console.log(row.map((cell, at) => cell.padEnd(widths[at] as number)).join(' | '));
  console.log('');
}
