/**
 * What follows from revocations, as a job. What is to be withdrawn follows from the read models and what was withdrawn
 * stands on the log, so the queue may forget everything, and a withdrawal that is sent twice is recorded once.
 */
import { z } from 'zod';
import { caseIdSchema } from '../../events/enforcement.ts';
import { resultIdSchema } from '../../events/ids.ts';
import { revocationNotices } from '../../projections/enforcement/notices.ts';
import type { Reader } from '../../projections/ports.ts';
import { loadMany, pagesOf } from '../../projections/query.ts';
import { exemplars } from '../../projections/registry/coordination.ts';
import { withdrawalsAfter } from '../../services/enforcement/reactions.ts';
import { type Handle, SYSTEM } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { withdrawExemplar } from '../../services/recognition/commands.ts';
import type { JobKind, JobSpec, Jobs, Schedule } from '../jobs/jobs.ts';

export interface WithdrawingPorts {
  readonly handle: Handle;
  readonly reader: Reader;
}

const MINUTE_MS = 60_000;

const WITHDRAW = {
  name: 'withdraw-after-revocation',
  schema: z.strictObject({}),
  attempts: 3,
  backoff: { baseMs: 1_000, maxMs: MINUTE_MS },
} as const satisfies JobSpec<object>;

/** Withdrawals are looked for every minute. */
export const withdrawalSchedule: Schedule = { name: WITHDRAW.name, cron: '* * * * *', kind: WITHDRAW, data: {} };

/** Has what must be withdrawn withdrawn now. Throws StoreUnavailable. */
export function withdrawNow(jobs: Jobs, id: string): Promise<void> {
  return jobs.add(WITHDRAW, id, {});
}

/** The kinds of jobs that react to revocations. */
export function withdrawalJobs(ports: WithdrawingPorts): readonly JobKind<unknown>[] {
  const withdraw: JobKind<object> = { ...WITHDRAW, run: () => withdrawDue(ports) };
  return [withdraw];
}

async function withdrawDue({ handle, reader }: WithdrawingPorts): Promise<void> {
  for await (const decisions of pagesOf(reader, revocationNotices, { status: 'in-force' })) {
    const ids = decisions.flatMap(({ revoked }) => revoked.map(({ resultId }) => resultId));
    const rows = await loadMany(reader, exemplars, ids);
    const standing = new Set([...rows.values()].filter(({ status }) => status === 'standing').map(row => row.resultId));
    for (const { caseId, document, revoked } of decisions) {
      const decision = {
        caseId: caseIdSchema.parse(caseId),
        document,
        revoked: revoked.map(({ resultId }) => ({ resultId: resultIdSchema.parse(resultId) })),
      };
      for (const { commandId, input } of withdrawalsAfter(decision, standing)) {
        const outcome = await handle(withdrawExemplar, input, {
          actor: SYSTEM,
          commandId,
          requestDigest: digestOf(input),
          correlationId: commandId,
        });
        // A person may have been quicker than the read model.
        if (outcome.rejected && outcome.code !== 'not-exemplar') throw new Error(`${commandId}: ${outcome.code}`);
      }
    }
  }
}
