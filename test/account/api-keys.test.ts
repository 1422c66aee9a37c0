/** 制度 数据接口: who has keys for programs issued, and who takes them back. */
import { describe, expect, it } from 'vitest';
import { accountRegistered, type Grant } from '../../events/account.ts';
import { apiKeyIssued, apiKeyRevoked } from '../../events/api-key.ts';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { NOBODY } from '../../events/rules/persons.ts';
import { issueApiKey, revokeApiKey } from '../../services/account/api-keys.ts';
import { accountState } from '../../services/account/state.ts';
import { decide, factsOf, MSR, type Past, refusalOf } from '../support/given.ts';

const accountId = accountIdSchema.parse('haihe.zhang');
const uscc = '91120000000000000X';
const holder: Actor = { accountId, orgId: uscc, role: 'UNIT' };
const grant: Grant = { role: 'UNIT', orgId: uscc, orgName: '海河', from: '2024-01-01' };
const registered = accountRegistered.of({
  accountId,
  name: { subject: `account-${accountId}`, sealed: 'x'.repeat(40) },
  grant,
});
const known = {
  persons: NOBODY,
  jurisdictions: { charges: [], units: new Map() },
  acting: accountState.initial,
};
const asked = { accountId, system: '企业质量管理系统', scopes: ['events'], lastDay: '2024-12-31' };
const issued = (keyId: string, lastDay = '2024-12-31') =>
  apiKeyIssued.of({ ...asked, scopes: ['events'], keyId, lastDay, requestsPerMinute: 600 });

const byHolder = (draft: DecidedEvent): Past => ({ draft, actor: holder });
const issue = (past: readonly (DecidedEvent | Past)[], actor = holder, input: object = asked) =>
  decide(issueApiKey, { past: [...past], input, actor, known });
const revoke = (past: readonly (DecidedEvent | Past)[], actor: Actor, keyId = 'k7m2p9qx') =>
  decide(revokeApiKey, { past: [...past], input: { accountId, keyId, reason: '停用' }, actor, known });

describe('制度 数据接口 a key is issued to its holder', () => {
  it('given his account, then it has an id, its scopes, its last day and the usual quota', () => {
    expect(factsOf(issue([registered]))).toMatchObject([
      { type: 'account.api-key-issued', data: { ...asked, requestsPerMinute: 600, keyId: expect.any(String) } },
    ]);
  });

  it('given the account of somebody else, then it is not there, for the authority neither', () => {
    expect(refusalOf(issue([registered], MSR)).code).toBe('not-found');
    expect(refusalOf(issue([registered], { ...holder, accountId: accountIdSchema.parse('unit.li') })).code).toBe(
      'not-found',
    );
  });

  it('given ten in force, then no more; given one of them past its last day or revoked, then one more', () => {
    const ten = Array.from({ length: 10 }, (_, index) => issued(`key${index}xx`));
    expect(refusalOf(issue([registered, ...ten])).code).toBe('too-many-keys');
    factsOf(issue([registered, ...ten.slice(1), issued('past', '2024-03-19')]));
    const revoked = apiKeyRevoked.of({ accountId, keyId: 'key3xx', reason: '停用' });
    factsOf(issue([registered, ...ten, revoked]));
  });

  it('given a scope twice, or none, then the form is refused', () => {
    for (const scopes of [['events', 'events'], []]) {
      expect(issueApiKey.input.safeParse({ ...asked, scopes }).success).toBe(false);
    }
  });

  it('given an expert, then the command is not his', () => {
    expect(issueApiKey.allow).not.toContain('EXPERT');
  });
});

describe('制度 数据接口 a key is taken back', () => {
  const past = [registered, byHolder(issued('k7m2p9qx'))];

  it('given the holder, or those who administer his account, then it is, and a repetition records nothing', () => {
    for (const actor of [holder, MSR]) {
      expect(factsOf(revoke(past, actor))).toMatchObject([{ type: 'account.api-key-revoked' }]);
      const after = apiKeyRevoked.of({ accountId, keyId: 'k7m2p9qx', reason: '停用' });
      expect(factsOf(revoke([...past, after], actor))).toEqual([]);
      const otherwise = apiKeyRevoked.of({ accountId, keyId: 'k7m2p9qx', reason: '泄露' });
      expect(refusalOf(revoke([...past, otherwise], actor)).code).toBe('recorded-otherwise');
    }
  });

  it('given another unit, or a key that is none of the account, then it is not there', () => {
    const other: Actor = { accountId: accountIdSchema.parse('unit.li'), orgId: '911200000000000000', role: 'UNIT' };
    expect(refusalOf(revoke(past, other)).code).toBe('not-found');
    expect(refusalOf(revoke(past, holder, 'other')).code).toBe('not-found');
  });

  it('given the supervising body, then it administers its own accounts alone', () => {
    const sup: Actor = { accountId: accountIdSchema.parse('sup.li'), orgId: 'sup', role: 'SUP' };
    expect(refusalOf(revoke(past, sup)).code).toBe('not-competent');
  });
});
