/**
 * Destroying the keys of people whose erasure is confirmed, as a job. The read model says where to look and the log what is
 * still to be done, so the queue may forget everything; a process that dies between the destruction and its record destroys
 * again, which changes nothing.
 */
import { z } from 'zod';
import { type ErasureId, erasureIdSchema, erasureStream, type PrivacyEvent } from '../../events/privacy.ts';
import type { Reader } from '../../projections/ports.ts';
import { erasures } from '../../projections/privacy/erasures.ts';
import { pagesOf } from '../../projections/query.ts';
import { type Handle, SYSTEM } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { type EventStore, NO_STREAM, readable, type Vault } from '../../services/ports.ts';
import { recordErasure } from '../../services/privacy/commands.ts';
import { type Erasure, erasure } from '../../services/privacy/state.ts';
import type { JobKind, JobSpec, Jobs, Schedule } from '../jobs/jobs.ts';

export interface ErasingPorts {
  readonly handle: Handle;
  readonly reader: Reader;
  readonly log: Pick<EventStore, 'readStream'>;
  readonly vault: Pick<Vault, 'erase'>;
}

const ERASE = {
  name: 'erase-personal-data',
  schema: z.strictObject({}),
  attempts: 3,
  backoff: { baseMs: 1_000, maxMs: 60_000 },
} as const satisfies JobSpec<object>;

/** Confirmed erasures are looked for every ten seconds: who may no longer be named should not be for long. */
export const erasureSchedule: Schedule = { name: ERASE.name, cron: '*/10 * * * * *', kind: ERASE, data: {} };

/** Has the keys destroyed that are to be destroyed now. Throws StoreUnavailable. */
export function eraseNow(jobs: Jobs, id: string): Promise<void> {
  return jobs.add(ERASE, id, {});
}

/** The kind of job that destroys keys. */
export function erasureJobs(ports: ErasingPorts): readonly JobKind<unknown>[] {
  const erase: JobKind<object> = { ...ERASE, run: () => eraseDue(ports) };
  return [erase];
}

async function eraseDue(ports: ErasingPorts): Promise<void> {
  for await (const rows of pagesOf(ports.reader, erasures, { stage: 'confirmed' })) {
    for (const row of rows) {
      const found = await standingOf(ports, erasureIdSchema.parse(row.erasureId));
      // A second destruction would take what the person has given anew since the first.
      if (found?.stage === 'confirmed') await carryOut(ports, found);
    }
  }
}

async function standingOf({ log }: ErasingPorts, id: ErasureId): Promise<Erasure | undefined> {
  const events = readable(await log.readStream(erasureStream(id), NO_STREAM));
  return events.reduce((state, event) => erasure.evolve(state, event as PrivacyEvent), erasure.initial);
}

/** The key first: what the log calls erased is erased. */
async function carryOut({ handle, vault }: ErasingPorts, { erasureId, subject }: Erasure): Promise<void> {
  await vault.erase(subject);
  const commandId = `erase/${erasureId}`;
  const outcome = await handle(
    recordErasure,
    { erasureId },
    { actor: SYSTEM, commandId, requestDigest: digestOf({ erasureId }), correlationId: commandId },
  );
  if (outcome.rejected) throw new Error(`${commandId}: ${outcome.code}`);
}
