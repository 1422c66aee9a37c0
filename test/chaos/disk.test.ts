/**
 * The disk fails in every way it knows, under a running system: writes are answered 503 with the cause, reads go on, the
 * house heals by itself, and nothing that was acknowledged is lost.
 */
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { START } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { canFail, ERRNO, type FailingDisk, failingDisk } from '../support/faults.ts';
import { temporaryDirectory } from '../support/log.ts';
import { type Answer, ChaosSystem } from './system.ts';

/** Several beats of the threads that copy back what was written. */
const UNDER_FAULT_MS = 1_000;
const HEALED = { timeout: 15_000, interval: 100 };
const { EIO, ENOSPC, EROFS } = ERRNO;
const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n');
const able = canFail();

/** What the log of a data directory says of organising work. */
async function recordedIn(directory: string): Promise<readonly (string | undefined)[]> {
  const log = new SqliteEventStore({ path: join(directory, 'events.db') });
  const events = await log.readAll(START, 1_000_000);
  await log.close();
  return events.map(({ data }) => (data as { readonly detail?: string }).detail);
}

describe.runIf(able)('a failing disk', () => {
  const data = temporaryDirectory();
  const apart = temporaryDirectory();
  let disk: FailingDisk;
  let system: ChaosSystem;

  beforeAll(async () => {
    disk = failingDisk(apart.path);
    system = await ChaosSystem.start(data.path, disk.environment);
  });
  afterAll(async () => {
    await system?.kill();
    data[Symbol.dispose]();
    apart[Symbol.dispose]();
  });

  /** Commands and queries while the disk fails; gives the last command that was refused. */
  async function underFault(): Promise<Answer | undefined> {
    const until = performance.now() + UNDER_FAULT_MS;
    let refused: Answer | undefined;
    while (performance.now() < until) {
      const answer = await system.command();
      if (answer.status >= 300) refused = answer;
      expect((await system.query()).status).toBe(200);
      await pause(20);
    }
    return refused;
  }

  /** By itself. */
  async function healed(): Promise<void> {
    await vi.waitFor(async () => expect((await system.command()).status).toBeLessThan(300), HEALED);
    await vi.waitFor(async () => expect((await system.call('GET', '/readyz')).status).toBe(200), HEALED);
    expect(system.alive, system.complaints).toBe(true);
  }

  it.each([
    { how: 'is full', faults: [`write ${ENOSPC} ${data.path}`], code: 'storage-full' },
    { how: 'fills slowly', faults: [`fill 150000 ${data.path}`], code: 'storage-full' },
    {
      how: 'is read-only',
      faults: [`write ${EROFS} ${data.path}`, `open ${EROFS} ${data.path}`, `sync ${EROFS} ${data.path}`],
      code: 'storage-read-only',
    },
    { how: 'cannot sync the log', faults: [`sync ${EIO} /events.db`], code: 'storage-failing' },
    { how: 'cannot write the log', faults: [`write ${EIO} /events.db`], code: 'storage-failing' },
  ])('that $how refuses commands and says why', async ({ faults, code }) => {
    disk.fail(...faults);
    const refused = await underFault();
    expect(refused).toMatchObject({ status: 503, body: { code } });
    expect(Number(refused?.retryAfter)).toBeGreaterThan(0);
    disk.heal();
    await healed();
  });

  it.each([
    { what: 'the log back into its file', faults: [`write ${EIO} /events.db$`, `sync ${EIO} /events.db$`] },
    { what: 'rows', faults: [`write ${EIO} /rows.db`, `sync ${EIO} /rows.db`] },
    { what: 'keys', faults: [`write ${EIO} /vault.db`, `sync ${EIO} /vault.db`] },
    { what: 'jobs', faults: [`write ${EIO} /jobs.db`, `sync ${EIO} /jobs.db`] },
  ])('that cannot write $what lets commands go on that need none', async ({ faults }) => {
    disk.fail(...faults);
    expect(await underFault()).toBeUndefined();
    disk.heal();
    await healed();
  });

  it('that is full refuses an upload and keeps no part of it', async () => {
    disk.fail(`write ${ENOSPC} /files/`);
    expect(await system.call('POST', '/files', PDF)).toMatchObject({ status: 503, body: { code: 'storage-full' } });
    expect(readdirSync(join(data.path, 'files', 'incoming'))).toEqual([]);
    disk.heal();
    expect((await system.call('POST', '/files', PDF)).status).toBe(201);
  });

  it('that is whole, under a clock that is set back: the system lives on, and takes commands when it is right again', async () => {
    system.setClock('back');
    await pause(100);
    // Refused or taken, as the rules have it; never a fault.
    expect((await system.command()).status).not.toBe(500);
    expect(system.alive, system.complaints).toBe(true);
    system.setClock('right');
    await healed();
    expect((await system.query()).status).toBe(200);
  });

  it('and the process killed: what was acknowledged is there, once', async () => {
    await system.kill();
    const recorded = await recordedIn(data.path);
    const { acknowledged } = system;
    expect(acknowledged.length).toBeGreaterThan(10);
    for (const detail of acknowledged) expect(recorded.filter(other => other === detail)).toHaveLength(1);
  });
});

describe('a log that is not the one any more that was opened', () => {
  it.each([
    {
      how: 'deleted',
      swap: (log: string) => rmSync(log),
    },
    {
      how: 'replaced by a copy of an hour ago',
      swap(log: string) {
        cpSync(log, `${log}.copy`);
        renameSync(`${log}.copy`, log);
      },
    },
  ])('$how under a running system: no command is acknowledged from then on', async ({ swap }) => {
    using data = temporaryDirectory();
    const system = await ChaosSystem.start(data.path, {});
    try {
      expect((await system.command()).status).toBeLessThan(300);
      swap(join(data.path, 'events.db'));
      const { acknowledged } = system;
      const before = acknowledged.length;
      expect(await system.command()).toMatchObject({ status: 503, body: { code: 'storage-replaced' } });
      expect(await system.command()).toMatchObject({ status: 503, body: { code: 'storage-replaced' } });
      expect(acknowledged).toHaveLength(before);
      expect(system.alive).toBe(true);
      expect(existsSync(join(data.path, 'vault.db'))).toBe(true);
    } finally {
      await system.kill();
    }
  });
});
