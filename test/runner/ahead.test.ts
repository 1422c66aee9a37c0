/** While a page of the log is on its way to the store, the next one is folded upon it; nothing counts before it is written. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteReadStore } from '../../infra/read-store/sqlite.ts';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import type { Projection } from '../../projections/projection.ts';
import { temporaryDirectory } from '../support/log.ts';
import { MemoryLog } from './support/memory-log.ts';

const PAGE = 1_000;

/** A store that is far away: a commit takes effect when it is let through, or fails. */
class DistantReadStore extends SqliteReadStore {
  readonly #waiting: { let(): void; fail(error: Error): void }[] = [];
  isDistant = false;

  override async commit(...work: Parameters<SqliteReadStore['commit']>): Promise<void> {
    if (this.isDistant) {
      await new Promise<void>((resolve, reject) => this.#waiting.push({ let: resolve, fail: reject }));
    }
    await super.commit(...work);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  letOneThrough(): void {
    this.#waiting.shift()?.let();
  }

  failOne(): void {
    this.#waiting.shift()?.fail(new Error('planted: the line is cut'));
  }

  async letThrough(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      this.letOneThrough();
      await turn();
    }
    await over;
  }
}

let directory: ReturnType<typeof temporaryDirectory>;
let log: MemoryLog;
let store: DistantReadStore;
let runner: ProjectionRunner;
/** Positions in the order in which they were folded. */
let folded: number[];

beforeEach(async () => {
  directory = temporaryDirectory();
  log = new MemoryLog();
  store = new DistantReadStore(`${directory.path}/read.db`);
  folded = [];
});
afterEach(async () => {
  store.isDistant = false;
  store.letOneThrough();
  await runner.stop();
  store.close();
  directory[Symbol.dispose]();
});

/** A row a stream, in which every event leaves its mark; one that says so removes it. */
const marks: Projection = {
  name: 'marks',
  version: 1,
  question: 'What came after what?',
  indexes: [],
  handlers: [
    {
      types: ['organising-work.recorded'],
      rowIds: ({ streamId }) => [streamId],
      evolve(row, { position, data }) {
        folded.push(Number(position));
        if ((data as { removes?: true }).removes) return undefined;
        const { count, sum } = (row as { count: number; sum: number } | undefined) ?? { count: 0, sum: 0 };
        return { count: count + 1, sum: (sum * 31 + Number(position)) % 1_000_003 };
      },
    },
  ],
};

async function started(): Promise<void> {
  runner = new ProjectionRunner({
    log,
    store,
    projections: [marks],
    now: () => '2024-03-20T02:00:00.000Z',
    alarm: (message, details) => {
      throw new Error(`${message} ${JSON.stringify(details)}`);
    },
  });
  await runner.start();
  folded = [];
}

/** Until nothing goes on but what waits for the store. */
async function standstill(): Promise<void> {
  for (let turns = 0; turns < 50; turns += 1) await turn();
}

/** The same events, page by page, with nothing ahead. */
function folding(): Record<string, unknown> {
  const rows = new Map<string, unknown>();
  for (const event of log.events) {
    const row = marks.handlers[0]?.evolve(rows.get(event.streamId), event, event.streamId);
    if (row) rows.set(event.streamId, row);
    else rows.delete(event.streamId);
  }
  return Object.fromEntries(rows);
}

async function rows(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const [id, text] of store.scan(runner.live(marks).spec)) found[id] = JSON.parse(text);
  return found;
}

describe('catching up with a store that is far away', () => {
  beforeEach(async () => {
    for (let at = 0; at < 4.5 * PAGE; at += 1)
      log.append('ab'[at % 2] as string, at % 701 === 0 ? { removes: true } : {});
    await started();
    store.isDistant = true;
  });

  it('folds the page behind the one that is being written, and no further', async () => {
    const rebuilding = runner.rebuild('marks');
    await standstill();
    store.letOneThrough();
    await standstill();
    expect([store.waiting, folded.at(-1)]).toEqual([1, 2 * PAGE]);
    store.letOneThrough();
    await standstill();
    expect([store.waiting, folded.at(-1)]).toEqual([1, 3 * PAGE]);
    await store.letThrough(rebuilding);
  });

  it('goes on from rows that the store does not have yet, also from those that are gone', async () => {
    const rebuilding = runner.rebuild('marks');
    await store.letThrough(rebuilding);
    expect(await rebuilding).toMatchObject({ generation: 2, rows: 2, differing: 0 });
    expect(await rows()).toEqual(folding());
  });

  it('drops what was folded upon a page that could not be written', async () => {
    const rebuilding = runner.rebuild('marks');
    const failed = expect(rebuilding).rejects.toThrow('planted: the line is cut');
    await standstill();
    store.letOneThrough();
    await standstill();
    store.letOneThrough();
    await standstill();
    store.failOne();
    await failed;
    expect(store.waiting).toBe(0);
    expect(await store.checkpoints()).toMatchObject([
      { generation: 1, state: 'live', position: '4500' },
      { generation: 2, state: 'building', position: String(PAGE) },
    ]);
    folded = [];
    const again = runner.rebuild('marks');
    await store.letThrough(again);
    expect(folded[0]).toBe(PAGE + 1);
    expect(await again).toMatchObject({ generation: 2, differing: 0 });
    expect(await rows()).toEqual(folding());
  });
});
