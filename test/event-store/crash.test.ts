/** Killed at random moments under load, the log has lost nothing it acknowledged and the rows equal the log. */
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { START } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteReadStore } from '../../infra/read-store/sqlite.ts';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import { temporaryDirectory } from '../support/log.ts';
import { allProjections } from '../support/projections.ts';

const KILLS = 5;

/** Runs the loading process, kills it a random while after its first acknowledgement, and gives what it acknowledged. */
function acknowledgedBeforeKill(directory: string, run: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ['--import', './infra/typescript.js', 'test/event-store/processes/load.ts', directory, String(run)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [printed, complaints] = ['', ''];
  child.stdout.setEncoding('utf8').once('data', () => {
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 300);
  });
  child.stdout.on('data', text => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    complaints += text;
  });
  return new Promise((resolve, reject) => {
    child.once('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`ended by itself: ${complaints}`));
      // A last line without its end was not printed whole.
      resolve(printed.split('\n').slice(0, -1));
    });
  });
}

/** Takes the log to its head and gives every row of every projection. */
async function rowsOf(log: SqliteEventStore, path: string) {
  const store = new SqliteReadStore(path);
  const now = () => '2024-03-20T02:00:00.000Z';
  const runner = new ProjectionRunner({ log, store, projections: allProjections, now, alarm: () => undefined });
  await runner.start();
  const rows: Record<string, (readonly [string, unknown])[]> = {};
  for (const projection of allProjections) {
    const lane = runner.live(projection);
    const { handled, ignored, unknown, quarantined, position } = lane.checkpoint;
    expect(position).toBe(await log.head());
    expect(handled + ignored + unknown + quarantined).toBe(Number(position));
    rows[projection.name] = [];
    for await (const [id, text] of store.scan(lane.spec)) rows[projection.name]?.push([id, JSON.parse(text)]);
  }
  await runner.stop();
  store.close();
  return rows;
}

describe('a process that is killed', () => {
  it(`${KILLS} times under load: every acknowledged event is there once, and the rows equal a rebuild`, async () => {
    using directory = temporaryDirectory();
    const acknowledged: string[] = [];
    for (let run = 0; run < KILLS; run += 1) {
      acknowledged.push(...(await acknowledgedBeforeKill(directory.path, run)));
    }
    expect(acknowledged.length).toBeGreaterThan(KILLS);

    const log = new SqliteEventStore({ path: `${directory.path}/events.db` });
    const events = await log.readAll(START, 1_000_000);
    const ids = new Set(events.map(({ id }) => id));
    expect(ids.size).toBe(events.length);
    expect(acknowledged.filter(id => !ids.has(id))).toEqual([]);
    expect(events.map(({ position }) => position)).toEqual(events.map((_, at) => String(at + 1)));
    const revisions = new Map<string, number>();
    for (const { streamId, revision } of events) {
      expect(revision).toBe((revisions.get(streamId) ?? -1) + 1);
      revisions.set(streamId, revision);
    }

    const caughtUp = await rowsOf(log, `${directory.path}/read.db`);
    expect(caughtUp).toEqual(await rowsOf(log, `${directory.path}/rebuilt.db`));
    expect(caughtUp.types?.map(([, row]) => (row as { count: number }).count).reduce((a, b) => a + b)).toBe(
      events.length,
    );
    await log.close();
  });
});
