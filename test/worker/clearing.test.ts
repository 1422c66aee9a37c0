/** Uploads that nobody attaches are taken back after a time; a file that an event names never is. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectoryBlobs, type DirectoryBlobs } from '../../infra/blobs/directory.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { type ClearingPorts, clearUploads } from '../../infra/worker/clearing.ts';
import { NO_STREAM } from '../../services/ports.ts';
import { chunks } from '../contracts/blobs.ts';
import { newEvent, stream, temporaryDirectory } from '../support/log.ts';

const ORG = '91120110MA05X1234K';
const KEEP_DAYS = 30;
const DAY_MS = 86_400_000;

let directory: ReturnType<typeof temporaryDirectory>;
let log: SqliteEventStore;
let blobs: DirectoryBlobs;
beforeEach(() => {
  directory = temporaryDirectory();
  log = new SqliteEventStore({ path: join(directory.path, 'events.db') });
  blobs = createDirectoryBlobs(join(directory.path, 'files'));
});
afterEach(async () => {
  await log.close();
  directory[Symbol.dispose]();
});

/** An event that names a file, wherever in its content. */
const name = (text: string, of = text) =>
  log.append(stream(of), NO_STREAM, [
    newEvent(`names-${of}`, { kind: '会议', detail: `见 ${hash('sha256', text)}。` }),
  ]);

const later = (days: number): Omit<ClearingPorts, 'graceMs'> => {
  const clock = { now: () => new Date(Date.now() + days * DAY_MS).toISOString() };
  return { log, blobs, clock, keepDays: KEEP_DAYS };
};
const clear = (days: number) => clearUploads({ ...later(days), graceMs: 0 });
const isThere = async (text: string) => (await blobs.statUploadedBy(ORG, hash('sha256', text))) !== undefined;
const upload = (text: string) => blobs.put(chunks(text), ORG);

describe('uploads that nobody attaches', () => {
  it('are taken back once they are old enough, and not before', async () => {
    await upload('one');
    await clear(KEEP_DAYS - 1);
    expect(await isThere('one')).toBe(true);
    await clear(KEEP_DAYS + 1);
    expect(await isThere('one')).toBe(false);
    expect(await blobs.stat(hash('sha256', 'one'))).toBeUndefined();
    expect(await blobs.unattached()).toEqual([]);
  });

  it('stay when an event names them, and are counted no more', async () => {
    await upload('one');
    await upload('two');
    await name('one');
    await clear(KEEP_DAYS + 1);
    expect([await isThere('one'), await isThere('two')]).toEqual([true, false]);
    expect(await blobs.unattached()).toEqual([]);
  });

  it('stay when an event names them that is recorded while they are being taken back', async () => {
    await upload('one');
    const racing = { ...later(KEEP_DAYS + 1), graceMs: 100 };
    const hiding: typeof blobs.hide = async each => {
      await blobs.hide(each);
      await name('one');
    };
    await clearUploads({ ...racing, blobs: { ...blobs, hide: hiding } });
    expect(await isThere('one')).toBe(true);
  });

  it('stay when the process had ended after hiding them, if an event names them; and go, if none does', async () => {
    await upload('one');
    await upload('two');
    for (const each of await blobs.unattached()) await blobs.hide(each);
    await name('one');
    await clear(KEEP_DAYS + 1);
    expect([await isThere('one'), await isThere('two')]).toEqual([true, false]);
    expect(await blobs.stat(hash('sha256', 'two'))).toBeUndefined();
  });
});
