/**
 * Keys for programs (制度 数据接口): a holder has one issued for a system of his, which may then read what he may in the
 * role he issued it in, within its scopes. It never acts: acts are people's. The key itself is part of no command.
 */
import { z } from 'zod';
import { apiKeyIdSchema, apiKeyIssued, apiKeyRevoked, USUAL_REQUESTS_PER_MINUTE } from '../../events/api-key.ts';
import { ROLES, type Role } from '../../events/envelope.ts';
import { type ApiKey, keyOpensOn } from '../../events/rules/api-keys.ts';
import { dateSchema } from '../../events/time.ts';
import { command, type Given } from '../command.ts';
import { notFound, type Rejection, refuseByHouse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { ADMINISTRATORS, onAccount } from './commands.ts';
import { administered, administrationFault } from './credentials.ts';
import type { AccountState } from './state.ts';

/** How many keys of an account may be in force at once. */
const MOST_KEYS = 10;

type Holder = Exclude<Role, 'SYS' | 'EXPERT'>;

/** Those who have keys and webhooks; an expert reads what he judges, himself (D-50). */
export const HOLDERS = ROLES.filter((role): role is Holder => role !== 'SYS' && role !== 'EXPERT');

/** A day of the calendar for the last one, a year from today at most. */
const reach = { lastDay: { notBefore: 'today', notAfter: { years: 1 } } } as const;

function tooMany(): Rejection {
  return refuseByHouse(
    'integration',
    'too-many-keys',
    `每个账户同时有效的接口密钥不超过${MOST_KEYS}个，请先收回不用的`,
    `an account has no more than ${MOST_KEYS} keys in force; revoke those that are not used`,
  );
}

const scopesSchema = apiKeyIssued.schema.shape.scopes.refine(
  scopes => new Set(scopes).size === scopes.length,
  '不得重复 (each once)',
);

export const issueApiKey = command({
  ...onAccount,
  allow: HOLDERS,
  name: 'IssueApiKey',
  title: '发放接口密钥',
  records: [apiKeyIssued],
  summary:
    'Issues a key with which a system of the holder reads over the API what he may in his present role, within scopes, until a day at most a year away. The answer has the key, once. It sends no command.',
  reach,
  input: z.strictObject({
    accountId: apiKeyIssued.schema.shape.accountId,
    system: apiKeyIssued.schema.shape.system,
    scopes: scopesSchema,
    lastDay: dateSchema,
    /** {@link USUAL_REQUESTS_PER_MINUTE} unless named. */
    requestsPerMinute: apiKeyIssued.schema.shape.requestsPerMinute.optional(),
  }),
  gate(state, given, _known, { accountId }) {
    if (!isOwn(state, accountId, given)) return notFound();
    return keysOf(state).filter(key => keyOpensOn(key, given.today)).length >= MOST_KEYS ? tooMany() : state;
  },
  decide(_own, { requestsPerMinute = USUAL_REQUESTS_PER_MINUTE, ...input }, given) {
    return [apiKeyIssued.of({ ...input, keyId: given.newId, requestsPerMinute })];
  },
});

export const revokeApiKey = command({
  ...administered,
  allow: HOLDERS,
  name: 'RevokeApiKey',
  title: '收回接口密钥',
  records: [apiKeyRevoked],
  summary:
    'Ends a key at once, with the streams it has open: by its holder, or by those who administer his account. What it had been used for stays on record.',
  input: z.strictObject({
    accountId: apiKeyRevoked.schema.shape.accountId,
    keyId: apiKeyIdSchema,
    reason: apiKeyRevoked.schema.shape.reason,
  }),
  gate(state, given, around, { accountId, keyId }) {
    const fault = isOwn(state, accountId, given) ? undefined : othersFault(state, { accountId }, given, around);
    return fault ?? keysOf(state).find(({ id }) => id === keyId) ?? notFound();
  },
  done: ({ revokedFor }) => revokedFor !== undefined,
  decide(key, { accountId, keyId, reason }) {
    return key.revokedFor !== undefined
      ? again({ reason: key.revokedFor }, { reason })
      : [apiKeyRevoked.of({ accountId, keyId, reason }, { reason })];
  },
});

const keysOf = ({ apiKeys = [] }: AccountState): readonly ApiKey[] => apiKeys;

/** Why somebody may not end what is another's; to others than those who administer his account it is not there. */
export function othersFault(
  ...[state, on, given, around]: Parameters<typeof administrationFault>
): Rejection | undefined {
  if (!ADMINISTRATORS.some(role => role === given.actor.role)) return notFound();
  return administrationFault(state, on, given, around);
}

export function isOwn({ registered }: AccountState, accountId: string, { actor }: Given): boolean {
  return registered && actor.accountId === accountId;
}
