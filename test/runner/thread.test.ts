import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rulebookStream } from '../../events/rulebook.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteReadStore } from '../../infra/read-store/sqlite.ts';
import { ProjectorThread } from '../../infra/runner/thread/projector-thread-client.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { newFact, temporaryDirectory } from '../support/log.ts';

const WAIT_MS = 20_000;
let close: (() => Promise<void>) | undefined;

afterEach(async () => {
  await close?.();
  close = undefined;
});

/** Log, rows and the thread between them. */
async function threaded(entry?: URL) {
  const temporary = temporaryDirectory();
  const directory = temporary.path;
  const events = new SqliteEventStore({ path: join(directory, 'events.db') });
  const rows = new SqliteReadStore(join(directory, 'rows.db'));
  const alarms: string[] = [];
  const projector = new ProjectorThread({
    directory,
    log: events,
    alarm: message => alarms.push(message),
    ...(entry && { entry }),
  });
  close = async () => {
    await projector.stop();
    await events.close();
    rows.close();
    temporary[Symbol.dispose]();
  };
  let revision = -1;
  const append = async () => {
    const [event] = await events.append(rulebookStream, revision, [newFact(`work-${revision}`)]);
    revision += 1;
    return event?.position as never;
  };
  const trailed = async () => rows.count(projector.specOf(trailEntries));
  return { projector, append, trailed, alarms, events, directory };
}

/** Waits for an alarm. */
async function told(alarms: readonly string[], message: string): Promise<void> {
  await vi.waitFor(() => expect(alarms).toContain(message), { timeout: WAIT_MS });
}

describe('projecting on a thread of its own', () => {
  it('given events before and after its start, when they are appended, then their rows are there', async () => {
    const { projector, append, trailed } = await threaded();
    await append();
    await projector.start();
    expect(await trailed()).toBe(1);
    expect(await projector.reached(await append(), WAIT_MS)).toBe(true);
    expect(await trailed()).toBe(2);
  });

  it('given rows, when they are rebuilt and rolled back, then reads follow the live generation', async () => {
    const { projector, append, trailed } = await threaded();
    await projector.start();
    await projector.reached(await append(), WAIT_MS);
    const before = projector.specOf(trailEntries).name;
    expect(await projector.rebuild('trail')).toMatchObject({ rows: 1, rowsBefore: 1, differing: 0 });
    expect(projector.specOf(trailEntries).name).not.toBe(before);
    await projector.rollback('trail');
    expect(projector.specOf(trailEntries).name).toBe(before);
    expect(await trailed()).toBe(1);
  });

  it('given a log that has less than its rows, when it starts, then it halts and says so', async () => {
    const first = await threaded();
    await first.projector.start();
    expect(first.projector.state()).toBe('following');
    expect(await first.projector.reached(await first.append(), WAIT_MS)).toBe(true);
    await first.projector.stop();
    await first.events.close();
    rmSync(join(first.directory, 'events.db'));
    const emptied = new SqliteEventStore({ path: join(first.directory, 'events.db') });
    const alarms: string[] = [];
    const second = new ProjectorThread({
      directory: first.directory,
      log: emptied,
      alarm: message => alarms.push(message),
    });
    await second.start();
    expect(second.state()).toBe('halted');
    expect(alarms).toEqual(['the log lost events it had acknowledged']);
    expect(await second.reached('1' as never, 50)).toBe(false);
    await second.stop();
    await emptied.close();
  });

  it('given an unknown name, when it is rebuilt, then the refusal crosses the threads as what it is', async () => {
    const { projector } = await threaded();
    await projector.start();
    await expect(projector.rebuild('none')).rejects.toBeInstanceOf(RangeError);
  });

  it('given the thread dies, when events go on, then it is started again and misses none', async () => {
    const { projector, append, trailed, alarms } = await threaded(new URL('./threads/mortal.js', import.meta.url));
    await projector.start();
    await append();
    await told(alarms, 'the projector thread ended, starting it again');
    expect(alarms).toContain('the projector thread failed');
    expect(await projector.reached(await append(), WAIT_MS)).toBe(true);
    expect(await trailed()).toBe(2);
  });

  it('given a thread that cannot take up its work, when it says so, then it is started once more', async () => {
    const entry = new URL('./threads/reluctant.js', import.meta.url);
    const { projector, append, trailed, alarms } = await threaded(entry);
    await projector.start();
    await append();
    await told(alarms, 'the projector thread did not start');
    expect(await projector.reached(await append(), WAIT_MS)).toBe(true);
    expect(await trailed()).toBe(2);
  });
});
