/**
 * Taking the key into use that is to sign the ledger, as a job: the first one, one that is configured anew, or one that two
 * persons have ordered. The log says what is still to be done, so that the queue may forget everything.
 */
import { z } from 'zod';
import { START } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { JobKind, JobSpec, Jobs, Schedule } from '../jobs/jobs.ts';
import { keyInPlace, type SuccessionPorts } from '../ledger/succession.ts';

export interface RotatingPorts extends SuccessionPorts {
  readonly log: SuccessionPorts['log'] & Pick<EventLog, 'head'>;
}

const ROTATE = {
  name: 'rotate-ledger-key',
  schema: z.strictObject({}),
  attempts: 3,
  backoff: { baseMs: 1_000, maxMs: 60_000 },
} as const satisfies JobSpec<object>;

/** A confirmed change of the key is looked for every ten seconds. */
export const rotationSchedule: Schedule = { name: ROTATE.name, cron: '*/10 * * * * *', kind: ROTATE, data: {} };

/** Has the key taken into use that is to sign now. Throws StoreUnavailable. */
export function rotateNow(jobs: Jobs, id: string): Promise<void> {
  return jobs.add(ROTATE, id, {});
}

/** The kind of job that takes keys into use. */
export function rotationJobs(ports: RotatingPorts): readonly JobKind<unknown>[] {
  const rotate: JobKind<object> = { ...ROTATE, run: () => rotateDue(ports) };
  return [rotate];
}

/** A log that nobody has begun is left alone: its first event is its founder's. */
async function rotateDue(ports: RotatingPorts): Promise<void> {
  if ((await ports.log.head()) !== START) await keyInPlace(ports);
}
