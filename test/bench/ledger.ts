/** The ledger: what it costs an append, how fast it is made and proves, and how soon. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { type Position, START, streamId } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteLog } from '../../infra/event-store/sqlite-log.ts';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import { SaltKey } from '../../infra/ledger/record.ts';
import { SqliteLedgerStore } from '../../infra/ledger/sqlite-store.ts';
import { StoredLedger } from '../../infra/ledger/stored-ledger.ts';
import { LedgerThread } from '../../infra/ledger/thread/ledger-thread-client.ts';
import { NO_STREAM } from '../../services/ports.ts';
import type { Area, Bench } from './bench.ts';
import { newEvents } from './events.ts';
import { inTurn, percentilesOf, repeat, type Sample, secondsOf } from './measure.ts';

const WRITERS = [1, 64, 256];
/** Of the time of an append, what the ledger may cost. */
const OVERHEAD = 0.15;
const TOGETHER = 512;
const PER_STREAM = 10;
const SECRET = Buffer.alloc(32, 1);

export const ledger: Area = {
  name: 'ledger',
  long: true,
  async run(bench) {
    const { report, lab } = bench;
    const empty = lab.newDirectory('ledger');
    await overhead(bench, empty, 'empty log');
    await soon(bench, empty);

    const size = bench.size(1_000_000, 100_000);
    const directory = lab.newDirectory('ledger-long');
    await fill(directory, size);
    const of = `of ${size.toLocaleString('en')}`;
    const times = await inTurn(1, {
      ours: () => secondsOf(() => madeFromNothing(directory, size)),
      limit: () => secondsOf(() => readAndHashed(directory)),
    });
    report.figure({
      area: `ledger ${of} made from nothing`,
      values: times.ours,
      unit: 's',
      must: { atMost: 10 },
      limit: `reading it, SHA-256 of each event: ${times.limit.map(seconds => seconds.toFixed(1)).join(', ')} s`,
    });
    await proofs(bench, directory, size);
    await overhead(bench, directory, `log ${of}`);
  },
};

/** Appends with the thread of the ledger beside them, and without. */
async function overhead(bench: Bench, directory: string, which: string): Promise<void> {
  const seconds = bench.seconds(2, 0.5);
  for (const writers of WRITERS) {
    const { ours, bare } = await inTurn(bench.rounds, {
      ours: () => withLog(directory, store => withLedger(directory, store, () => writing(store, writers, seconds))),
      bare: () => withLog(directory, store => writing(store, writers, seconds)),
    });
    bench.report.ratio({
      area: `append with ledger, ${writers} writers, ${which}`,
      ours,
      limit: bare,
      limitName: 'without',
      must: { atLeast: 1 - OVERHEAD },
    });
  }
}

/** Milliseconds from the acknowledgement of an append to the first proof of it. */
async function soon(bench: Bench, directory: string): Promise<void> {
  const samples: Sample[] = [];
  await withLog(directory, store =>
    withLedger(directory, store, async () => {
      const kept = new SqliteLedgerStore(join(directory, 'ledger.db'), { readOnly: true });
      const asked = ledgerOver(kept);
      const next = newEvents();
      const latencies: number[] = [];
      for (let at = 0; at < bench.size(100, 20); at += 1) {
        const [event] = await store.append(streamId(`soon-${Date.now()}-${at}`), NO_STREAM, [next()]);
        const acknowledged = performance.now();
        await proved(asked, event?.position as Position);
        latencies.push(performance.now() - acknowledged);
      }
      samples.push({ rate: 0, ...percentilesOf(latencies) });
      await kept.close();
    }),
  );
  bench.report.figure({
    area: 'ledger: from acknowledgement to proof, p99',
    values: samples.map(({ p99 }) => p99),
    unit: 'ms',
    must: { atMost: 1_000 },
  });
}

async function proved(asked: StoredLedger, position: Position): Promise<void> {
  for (;;) {
    const index = await asked.indexOf(position);
    if (index !== undefined) {
      await asked.inclusion(index, index + 1);
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 1));
  }
}

async function proofs(bench: Bench, directory: string, size: number): Promise<void> {
  const seconds = bench.seconds(2, 0.5);
  const kept = new SqliteLedgerStore(join(directory, 'ledger.db'), { readOnly: true });
  const asked = ledgerOver(kept);
  const any = () => Math.floor(Math.random() * size);
  let bytes = 0;
  const { ours, limit } = await inTurn(bench.rounds, {
    ours: () =>
      repeat({ seconds }, async () => {
        const proof = await asked.inclusion(any(), size);
        bytes = Math.max(bytes, proof.length * 32);
      }),
    limit: () => repeat({ seconds }, () => kept.tile({ level: 0, index: Math.floor(any() / 256) })),
  });
  report(bench, ours, limit, bytes, size);
  await kept.close();
}

function report(bench: Bench, ours: readonly Sample[], limit: readonly Sample[], bytes: number, size: number): void {
  const area = `inclusion proof at ${size.toLocaleString('en')}`;
  bench.report.ratio({ area, ours, limit, limitName: 'one tile read from SQLite' });
  bench.report.figure({ area, values: ours.map(({ rate }) => rate), unit: '/s', must: { atLeast: 5_000 } });
  bench.report.figure({ area, values: [bytes], unit: 'bytes', must: { atMost: 2_000 } });
}

function ledgerOver(store: SqliteLedgerStore): StoredLedger {
  return new StoredLedger({ store, origin: 'bench', tree: new TreeHash('sha256'), salts: new SaltKey(SECRET) });
}

async function withLog<T>(directory: string, task: (store: SqliteEventStore) => Promise<T>): Promise<T> {
  const store = new SqliteEventStore({ path: join(directory, 'events.db'), checkpointThread: true });
  try {
    return await task(store);
  } finally {
    await store.close();
  }
}

/** Begins once the ledger is at the head of the log. */
async function withLedger<T>(directory: string, store: SqliteEventStore, task: () => Promise<T>): Promise<T> {
  const thread = new LedgerThread({ directory, hash: 'sha256', secret: SECRET, log: store, alarm: console.error });
  const goal = Number(await store.head());
  const atHead = new Promise<void>(resolve => {
    thread.onGrown(({ size }) => size >= goal && resolve());
    if (goal === 0) resolve();
  });
  thread.start();
  try {
    await atHead;
    return await task();
  } finally {
    await thread.stop();
  }
}

async function madeFromNothing(directory: string, size: number): Promise<void> {
  await withLog(directory, store => withLedger(directory, store, async () => undefined));
  const kept = new SqliteLedgerStore(join(directory, 'ledger.db'), { readOnly: true });
  const root = await ledgerOver(kept).root(size);
  await kept.close();
  if (root.length !== 32) throw new Error('no root');
}

async function readAndHashed(directory: string): Promise<void> {
  const log = new SqliteLog(join(directory, 'events.db'));
  for (let after = START; ; ) {
    const page = await log.readAll(after, 1_000);
    for (const { dataText, metaText } of page) hash('sha256', dataText + metaText, 'hex');
    const last = page.at(-1);
    if (!last) break;
    after = last.position;
  }
  log.close();
}

/** Each writer appends to a stream of its own, which is new in every run. */
function writing(store: SqliteEventStore, writers: number, seconds: number): Promise<Sample> {
  const run = `${Date.now()}-${process.hrtime.bigint()}`;
  const next = newEvents();
  const revisions = new Map<number, number>();
  return repeat({ seconds, writers }, async writer => {
    const revision = revisions.get(writer) ?? NO_STREAM;
    revisions.set(writer, revision + 1);
    await store.append(streamId(`bench-${run}-${writer}`), revision, [next()]);
  });
}

/** Ten events to a stream, about as many as a year has. */
async function fill(directory: string, size: number): Promise<void> {
  const next = newEvents();
  await withLog(directory, async store => {
    for (let held = 0, round = 0; held < size; held += TOGETHER, round += 1) {
      const group = Array.from({ length: Math.min(TOGETHER, size - held) }, (_, at) => {
        const stream = streamId(`filled-${at}-${Math.floor(round / PER_STREAM)}`);
        return store.append(stream, (round % PER_STREAM) - 1, [next()]);
      });
      await Promise.all(group);
    }
  });
}
