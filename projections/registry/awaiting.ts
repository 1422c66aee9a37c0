/** What waits for a second person: resets of passwords and of second factors, and changes of supervisors' accounts (a house rule, D-45). */
import { z } from 'zod';
import {
  accountChangeConfirmed,
  accountChangeProposed,
  accountChangeSchema,
  credentialResetOrdered,
  grantSchema,
  resetCodeIssued,
  roleRevoked,
  secondFactorConfirmed,
  secondFactorRemoved,
  secondFactorResetOrdered,
} from '../../events/account.ts';
import type { Sealed } from '../../events/personal.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { loadMany, nameOf, parsed } from '../query.ts';
import { accounts } from './accounts.ts';

const KINDS = ['register', 'grant', 'revoke', 'disable', 'enable', 'reset', 'second-factor-reset'] as const;

const awaitingRowSchema = z.strictObject({
  /** Of the proposal or the reset, as its confirmation names it. */
  id: z.string(),
  kind: z.enum(KINDS),
  accountId: z.string(),
  change: accountChangeSchema.optional(),
  reason: z.string().optional(),
  by: z.string(),
  at: instantSchema,
});
type AwaitingRow = z.infer<typeof awaitingRowSchema>;

const changeKey = (accountId: string) => `${accountId}/change`;
const factorKey = (accountId: string) => `${accountId}/second-factor`;
const resetKey = (accountId: string) => `${accountId}/reset`;

export const awaitingSecondPerson = projection<AwaitingRow>({
  name: 'awaiting-second-person',
  version: 2,
  question: '哪些账户事项等待第二人确认 (What about accounts waits for a second person?)',
  indexes: [{ fields: ['at'] }],
  handlers: [
    on(
      [accountChangeProposed],
      ({ data }) => changeKey(data.accountId),
      (_row, { data: { accountId, proposalId, change }, meta }) => ({
        id: proposalId,
        kind: change.kind,
        accountId,
        change,
        ...('reason' in change && { reason: change.reason }),
        by: meta.actor.accountId,
        at: meta.recordedAt,
      }),
    ),
    on(
      [accountChangeConfirmed],
      ({ data }) => changeKey(data.accountId),
      (): AwaitingRow | undefined => undefined,
    ),
    on(
      [credentialResetOrdered],
      ({ data }) => resetKey(data.accountId),
      (_row, { data: { accountId, resetId, needsSecondPerson, reason }, meta }) =>
        needsSecondPerson
          ? { id: resetId, kind: 'reset', accountId, reason, by: meta.actor.accountId, at: meta.recordedAt }
          : undefined,
    ),
    on(
      [resetCodeIssued],
      ({ data }) => resetKey(data.accountId),
      (): AwaitingRow | undefined => undefined,
    ),
    on(
      [secondFactorResetOrdered],
      ({ data }) => factorKey(data.accountId),
      (_row, { data: { accountId, resetId, reason }, meta }) => ({
        id: resetId,
        kind: 'second-factor-reset',
        accountId,
        reason,
        by: meta.actor.accountId,
        at: meta.recordedAt,
      }),
    ),
    on(
      [secondFactorConfirmed, secondFactorRemoved],
      ({ data }) => factorKey(data.accountId),
      (): AwaitingRow | undefined => undefined,
    ),
  ],
});

export const awaitingSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(KINDS),
  accountId: z.string(),
  name: z.string(),
  grant: grantSchema.optional(),
  revoked: roleRevoked.schema.pick({ role: true, orgId: true, lastDay: true }).optional(),
  reason: z.string().optional(),
  by: z.strictObject({ accountId: z.string(), name: z.string() }),
  at: instantSchema,
});

/** Oldest first, with names. */
export async function waiting(
  reader: Reader,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof awaitingSchema>[] }> {
  const page = await reader.find(awaitingSecondPerson, { ...asked, order: { by: ['at'], direction: 'asc' } });
  const rows = parsed(awaitingSecondPerson, page);
  const people = await loadMany(reader, accounts, [...new Set(rows.flatMap(({ accountId, by }) => [accountId, by]))]);
  const called = async (accountId: string, own?: Sealed) => {
    const name = people.get(accountId)?.name ?? own;
    return name ? nameOf(reader, name) : accountId;
  };
  const items = rows.map(async ({ id, kind, accountId, change, reason, by, at }) => ({
    id,
    kind,
    accountId,
    name: await called(accountId, change?.kind === 'register' ? change.name : undefined),
    ...(change && 'grant' in change && { grant: change.grant }),
    ...(change?.kind === 'revoke' && {
      revoked: { role: change.role, orgId: change.orgId, lastDay: change.lastDay },
    }),
    ...(reason !== undefined && { reason }),
    by: { accountId: by, name: await called(by) },
    at,
  }));
  return { page, items: await Promise.all(items) };
}
