/**
 * Taking back uploads that nobody has attached to anything for long, as a job. What counts is the log: a hash that stands
 * anywhere in it stays. First the uploads are hidden, so that no new command can attach them; then, after every command
 * that had seen them has ended, the log is asked once more; only then are they gone.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type Position, START } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { MovableBlobs } from '../blobs/movable.ts';
import { hashesIn, type UnattachedUploads, type Upload } from '../blobs/unattached.ts';
import type { JobKind, JobSpec, Schedule } from '../jobs/jobs.ts';

export interface ClearingPorts {
  readonly log: Pick<EventLog, 'readAll'>;
  readonly blobs: UnattachedUploads & Pick<MovableBlobs, 'giveTo'>;
  readonly clock: { now(): string };
  readonly keepDays: number;
  /** Milliseconds for which a command that has seen an upload may still take; 30,000 unless told. */
  readonly graceMs?: number;
}

const CLEAR = {
  name: 'take-back-uploads',
  schema: z.strictObject({}),
  attempts: 3,
  backoff: { baseMs: 60_000, maxMs: 600_000 },
} as const satisfies JobSpec<object>;

/** Once an hour. */
export const clearingSchedule: Schedule = { name: CLEAR.name, cron: '23 * * * *', kind: CLEAR, data: {} };

/** Removes uploads that were attached to nothing for `keepDays` days. */
export function clearingJobs(ports: ClearingPorts): readonly JobKind<unknown>[] {
  const clear: JobKind<object> = { ...CLEAR, run: async (_data, { signal }) => clearUploads(ports, signal) };
  return [clear];
}

const DAY_MS = 86_400_000;
const GRACE_MS = 30_000;
const PAGE = 500;

/** Ends early, with nothing lost, when it is told to. */
export async function clearUploads(ports: ClearingPorts, signal?: AbortSignal): Promise<void> {
  const { blobs, clock, keepDays, graceMs = GRACE_MS } = ports;
  const uploads = await blobs.unattached();
  if (uploads.length === 0) return;
  const wanted = new Set(uploads.map(({ sha256 }) => sha256));
  const head = await withoutNamed(ports, wanted, START);
  // Also one that an earlier run had hidden when it ended.
  for (const upload of uploads) if (!wanted.has(upload.sha256)) await keep(upload, ports);
  const before = new Date(Date.parse(clock.now()) - keepDays * DAY_MS).toISOString();
  const due = uploads.filter(({ sha256, at }) => wanted.has(sha256) && at < before);
  if (due.length === 0) return;
  for (const upload of due) await blobs.hide(upload);
  await pause(graceMs, undefined, { signal });
  const hidden = new Set(due.map(({ sha256 }) => sha256));
  await withoutNamed(ports, hidden, head);
  for (const upload of due) {
    if (hidden.has(upload.sha256)) await blobs.drop(upload);
    else await keep(upload, ports);
  }
}

async function keep({ orgId, sha256 }: Upload, { blobs }: ClearingPorts): Promise<void> {
  await blobs.giveTo(orgId, sha256);
  await blobs.attached(sha256);
}

/** Takes out of `hashes` what events after a position name; gives where the log ended. */
async function withoutNamed({ log }: ClearingPorts, hashes: Set<string>, from: Position): Promise<Position> {
  for (let after = from; ; ) {
    const events = await log.readAll(after, PAGE);
    for (const sha256 of events.flatMap(hashesIn)) hashes.delete(sha256);
    const last = events.at(-1);
    if (!last) return after;
    after = last.position;
    await new Promise(resolve => setImmediate(resolve));
  }
}
