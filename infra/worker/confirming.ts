/**
 * Having checkpoints cosigned and time-stamped by others, as jobs. What is to be asked for follows from what the ledger
 * keeps, so that the queue may forget everything.
 */
import { z } from 'zod';
import type { JobKind, JobSpec, Jobs, Schedule } from '../jobs/jobs.ts';
import { haveTimestamped, type TimestampingPorts } from '../ledger/timestamping.ts';
import { haveCosigned, type WitnessingPorts } from '../ledger/witnessing.ts';

const COSIGN = {
  name: 'have-checkpoints-cosigned',
  schema: z.strictObject({}),
  attempts: 3,
  backoff: { baseMs: 1_000, maxMs: 60_000 },
} as const satisfies JobSpec<object>;

const TIMESTAMP = { ...COSIGN, name: 'have-checkpoints-timestamped' } as const satisfies JobSpec<object>;

/** New checkpoints are looked for every ten seconds; how patiently a witness is asked is another matter. */
const cosigning: Schedule = { name: COSIGN.name, cron: '*/10 * * * * *', kind: COSIGN, data: {} };
const timestamping: Schedule = { name: TIMESTAMP.name, cron: '* * * * *', kind: TIMESTAMP, data: {} };

/** For those who are configured. */
export function confirmingSchedules({
  witnesses,
  timestampUrl,
}: {
  readonly witnesses: readonly unknown[];
  readonly timestampUrl?: string;
}): readonly Schedule[] {
  return [...(witnesses.length > 0 ? [cosigning] : []), ...(timestampUrl === undefined ? [] : [timestamping])];
}

/** Has checkpoints cosigned now. Throws StoreUnavailable. */
export function cosignNow(jobs: Jobs, id: string): Promise<void> {
  return jobs.add(COSIGN, id, {});
}

/** The kinds of jobs that ask others to confirm checkpoints. */
export function confirmingJobs(ports: WitnessingPorts & TimestampingPorts): readonly JobKind<unknown>[] {
  const cosign: JobKind<object> = { ...COSIGN, run: (_data, { signal }) => haveCosigned(ports, signal) };
  const timestamp: JobKind<object> = { ...TIMESTAMP, run: (_data, { signal }) => haveTimestamped(ports, signal) };
  return [cosign, timestamp];
}
