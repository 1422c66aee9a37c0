/** The event stream under many clients, and the pull feed beside reading the same events and writing them as JSON. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { BASE } from '../../infra/http/endpoint.ts';
import { columnName, quoted } from '../../infra/read-store/query-plan.ts';
import { type Database, openDatabase, transaction } from '../../infra/sqlite.ts';
import { toldEvents } from '../../projections/feed/told-events.ts';
import type { Area } from './bench.ts';
import { APPLICATION, listening, type Running, startServer, watching } from './children.ts';
import { count, inTurn, ms, secondsOf } from './measure.ts';
import type { Bound } from './report.ts';
import { plainRows } from './system.ts';

const CLIENTS = 1_000;
const CATCHING_UP = 100;
const EVENTS_A_SECOND = 100;
const MOST_LAG_MS = 500;
const MOST_KIB = 64;
const LIVE_MS = 100;
const EMPTY = '[]';
/** Time for what connections leave behind to be collected. */
const SETTLING_MS = 3_000;

export const streams: Area = {
  name: 'streams',
  async run({ lab, report, rounds, ...bench }) {
    const { directory } = await lab.projectedHouse((await lab.year()).length);
    const server = await startServer(APPLICATION, { directory }, `${directory}/requests.log`);
    const clients = bench.size(CLIENTS, CLIENTS / 5);
    const { after } = await toldSoFar(server);
    // What the first streams leave behind once is nobody's.
    await (await listening({ url: server.url, clients: CATCHING_UP, after })).stop();
    const before = await settledKib(server);
    const listeners = await listening({ url: server.url, clients, after });
    const each = ((await settledKib(server)) - before) / clients;
    const area = `streams, ${count(clients)} clients`;
    report.figure({ area: `${area}, each`, values: [each], unit: 'KiB', must: { atMost: MOST_KIB } });
    await record(server, bench.seconds(15, 5));
    await sleep(SETTLING_MS);
    const { events, p50, p99 } = await listeners.stop();
    const limit = `${count(events)} deliveries, p50 ${ms(p50)} ms`;
    const lag = `${area}, ${EVENTS_A_SECOND} events/s, p99`;
    report.figure({ area: lag, values: [p99], unit: 'ms', limit, must: { atMost: MOST_LAG_MS } });

    const longest = [];
    for (let round = 0; round < rounds; round += 1) {
      const watch = watching(server.url);
      const crowd = await listening({ url: server.url, clients: CATCHING_UP, after: '0' });
      longest.push((await watch.stop()).max);
      await crowd.stop();
      // Their places are given back when the server has seen that they are gone.
      await sleep(SETTLING_MS);
    }
    const name = `livez while ${CATCHING_UP} streams catch up from the start, max`;
    report.figure({ area: name, values: longest, unit: 'ms', must: { atMost: LIVE_MS } });

    const told = await toldSoFar(server);
    const plain = plainEvents(directory);
    const { pulled, strangers, written } = await inTurn(rounds, {
      pulled: () => pullAll(server, told.events, server.unitToken),
      // Together they have a sixth of the time, whoever else is there.
      strangers: () => pullAll(server, told.events),
      written: () => writeAll(plain),
    });
    await server.stop();
    plain.close();
    const beside = (area: string, rates: readonly number[], must?: Bound) => {
      const values = rates.map((rate, round) => rate / (written[round] as number));
      const limit = `${count(written.at(-1) as number)}/s`;
      report.ratioOf({ area, values, limit, ...(must && { must }) }, `${count(rates.at(-1) as number)} events/s`);
    };
    beside('pull feed beside scan + JSON.stringify', pulled, { atLeast: 0.5 });
    beside('pull feed without signing in', strangers);
  },
};

/** The resident memory of a process that has come to rest. */
async function settledKib({ pid }: Running): Promise<number> {
  await sleep(SETTLING_MS);
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

interface Told {
  readonly id: string;
}

async function pageAfter({ url }: Running, after: string): Promise<readonly Told[]> {
  const answer = await fetch(`${url}${BASE}/events?limit=1000&after=${after}`);
  return (await answer.json()) as Told[];
}

/** The cursor behind the last event that everybody is told, and how many there are. */
async function toldSoFar(server: Running): Promise<{ readonly after: string; readonly events: number }> {
  for (let [after, events] = ['0', 0]; ; ) {
    const page = await pageAfter(server, after);
    if (page.length === 0) return { after, events };
    after = page.at(-1)?.id as string;
    events += page.length;
  }
}

/** Public acts, at their pace, whatever each takes. */
async function record({ url, token }: Running, seconds: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const startedAt = performance.now();
  const sent: Promise<void>[] = [];
  for (let n = 0; n < seconds * EVENTS_A_SECOND; n += 1) {
    await sleep(startedAt + (n * 1_000) / EVENTS_A_SECOND - performance.now());
    const parties = [
      { role: 'MSR', name: '市市场监督管理部门' },
      { role: 'REC-I', name: '市工业和信息化局' },
    ];
    const actionId = `action-bench-${startedAt.toFixed(0)}-${n}`;
    const body = JSON.stringify({ actionId, title: `对接会 ${n}`, detail: '组织对接', parties, heldOn: '2024-05-20' });
    sent.push(
      fetch(`${url}${BASE}/coordination-actions`, { method: 'POST', headers, body }).then(async answer => {
        const problem = await answer.text();
        if (!answer.ok) throw new Error(`${answer.status} ${problem}`);
      }),
    );
  }
  await Promise.all(sent);
}

/** Events a second that a client pulls, who follows the links from page to page and takes the events as they are. */
async function pullAll({ url }: Running, events: number, token?: string): Promise<number> {
  const headers = { 'accept-encoding': 'identity', ...(token && { authorization: `Bearer ${token}` }) };
  const seconds = await secondsOf(async () => {
    for (let next = `${BASE}/events?limit=1000&after=0`; ; ) {
      const answer = await fetch(`${url}${next}`, { headers });
      if ((await answer.arrayBuffer()).byteLength === EMPTY.length) return;
      next = /<(.+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] as string;
    }
  });
  return events / seconds;
}

/** The events that everybody is told, as JSON, one a row: what a plain feed would keep. */
function plainEvents(directory: string): Database {
  const rows = plainRows(directory);
  const [row] = rows
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '${toldEvents.name}_v%'`)
    .all();
  const told = rows.prepare(`SELECT doc FROM ${quoted(row?.name as string)} WHERE ${columnName('reader')} = 'public'`);
  const plain = openDatabase(`${directory}/plain-events.db`, { synchronous: 'NORMAL' });
  plain.exec('CREATE TABLE events (position INTEGER PRIMARY KEY, doc TEXT NOT NULL) STRICT');
  const insert = plain.prepare('INSERT INTO events (doc) VALUES (?)');
  transaction(plain, () => {
    for (const { doc } of told.iterate()) insert.run((JSON.parse(doc as string) as { readonly text: string }).text);
  });
  rows.close();
  return plain;
}

/** Events a second that are read and written as JSON, and no more. */
async function writeAll(events: Database): Promise<number> {
  const scan = events.prepare('SELECT doc FROM events ORDER BY position');
  let [read, bytes] = [0, 0];
  const seconds = await secondsOf(() => {
    for (const { doc } of scan.iterate()) {
      bytes += JSON.stringify(JSON.parse(doc as string)).length;
      read += 1;
    }
  });
  if (bytes === 0) throw new Error('nothing was read');
  return read / seconds;
}
