/** Which keys of an account open what, on a day (制度 数据接口). */
import type { ApiKeyScope, apiKeyIssued, apiKeyRevoked } from '../api-key.ts';
import type { Actor } from '../envelope.ts';
import type { EventOf } from '../event-type.ts';
import type { CivilDate, Instant } from '../time.ts';

export interface ApiKey {
  readonly id: string;
  readonly system: string;
  readonly scopes: readonly ApiKeyScope[];
  /** The role in which its holder had it issued: it reads in that one. */
  readonly role: Actor['role'];
  readonly orgId: string;
  readonly issuedAt: Instant;
  readonly lastDay: CivilDate;
  readonly requestsPerMinute: number;
  /** Why it was taken back; undefined while it was not. */
  readonly revokedFor?: string;
}

/** The keys of an account, in the order in which they were issued. */
export function apiKeysAfter(
  keys: readonly ApiKey[],
  event: EventOf<typeof apiKeyIssued> | EventOf<typeof apiKeyRevoked>,
): readonly ApiKey[] {
  if (event.type === 'account.api-key-revoked') {
    return keys.map(key => (key.id === event.data.keyId ? { ...key, revokedFor: event.data.reason } : key));
  }
  const { keyId: id, system, scopes, lastDay, requestsPerMinute } = event.data;
  const { actor, recordedAt: issuedAt } = event.meta;
  const { role, orgId } = actor;
  return [...keys, { id, system, scopes, role, orgId, issuedAt, lastDay, requestsPerMinute }];
}

export function keyOpensOn({ revokedFor, lastDay }: ApiKey, today: CivilDate): boolean {
  return revokedFor === undefined && today <= lastDay;
}
