import { describe, expect, it } from 'vitest';
import { RECOMMENDING_ROLES } from '../../events/envelope.ts';
import {
  recordIncentiveGranted,
  recordIncentivePolicy,
  reviseIncentivePolicy,
} from '../../services/recognition/incentive.ts';
import { recogniseExcellentResult } from '../../services/recognition/recognising.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import {
  BODY,
  KEPT,
  type Ledger,
  OFFICER,
  personOf,
  recognised,
  resultId,
  reviewed,
  revoked,
  USCC,
  YEAR,
} from './ledger.ts';

const policy = {
  bodyId: BODY,
  policyId: 'quality-pioneers',
  title: '质量攻关参与人员激励办法',
  content: '给予荣誉和培训机会',
  effectiveOn: '2024-12-01',
};
const revision = { ...policy, content: '增加带薪休假', reason: '扩大激励范围' };
const grant = {
  bodyId: BODY,
  policyId: policy.policyId,
  resultId: resultId('aaaa'),
  participant: '张伟',
  detail: '授予质量先锋称号',
  grantedOn: '2024-12-06',
};
const by = { actor: OFFICER };
const stranger = { actor: personOf('REC-A', 'association-quality') };

async function withPolicy(ledger = recognised()): Promise<Ledger> {
  await ledger.send(recordIncentivePolicy, policy, by);
  return ledger;
}

describe('第二十二条 激励制度 (鼓励: no duty, no gate)', () => {
  it('is for the three kinds of body that 第二十二条 names', () => {
    for (const { allow } of [recordIncentivePolicy, reviseIncentivePolicy, recordIncentiveGranted]) {
      expect(allow).toEqual(RECOMMENDING_ROLES);
    }
  });

  it('a body records its policy, and revises it in numbered versions', async () => {
    const ledger = await withPolicy();
    expect(factsOf(await ledger.ask(reviseIncentivePolicy, revision, by))).toEqual([
      { type: 'incentive-policy.revised', data: { ...revision, version: 2 } },
    ]);
    expect(refusalOf(await ledger.ask(recordIncentivePolicy, policy, by))).toMatchObject({
      code: 'policy-exists',
      rule: { article: 'art-22' },
    });
    await ledger.send(reviseIncentivePolicy, revision, by);
    expect(factsOf(await ledger.ask(reviseIncentivePolicy, revision, by))).toEqual([]);
    expect(refusalOf(await recognised().ask(reviseIncentivePolicy, revision, by)).code).toBe('not-found');
  });

  it('a body acts for itself only', async () => {
    const ledger = await withPolicy();
    const refusals = [
      await ledger.ask(recordIncentivePolicy, policy, stranger),
      await ledger.ask(reviseIncentivePolicy, revision, stranger),
      await ledger.ask(recordIncentiveGranted, grant, stranger),
    ].map(refusalOf);
    for (const refusal of refusals) expect(refusal.kind).toBe('hidden');
  });

  it('goes to a participant of an excellent result, whose name is sealed', async () => {
    const decision = await (await withPolicy()).ask(recordIncentiveGranted, grant, by);
    expect(factsOf(decision)).toMatchObject([
      { type: 'incentive.granted', data: { title: `攻关 ${KEPT}`, uscc: USCC, person: {} } },
    ]);
    expect(JSON.stringify(factsOf(decision))).not.toContain(grant.participant);
    const other = { ...grant, participant: '王某' };
    expect(refusalOf(await (await withPolicy()).ask(recordIncentiveGranted, other, by))).toMatchObject({
      code: 'not-a-participant',
      rule: { article: 'art-22' },
    });
  });

  it('the same grant again changes nothing', async () => {
    const ledger = await withPolicy();
    await ledger.send(recordIncentiveGranted, grant, by);
    expect(factsOf(await ledger.ask(recordIncentiveGranted, grant, by))).toEqual([]);
  });

  it('needs a policy, a result whose recognition stands, and a day that has come', async () => {
    expect(refusalOf(await recognised().ask(recordIncentiveGranted, grant, by)).code).toBe('not-found');
    const ledger = await withPolicy();
    const tomorrow = { ...grant, grantedOn: '2024-12-07' };
    expect(refusalOf(await ledger.ask(recordIncentiveGranted, tomorrow, by)).code).toBe('date-in-future');
    expect(refusalOf(await revoked(ledger).ask(recordIncentiveGranted, grant, by)).code).toBe('result-revoked');
    const unknown = await withPolicy(reviewed());
    expect(refusalOf(await unknown.ask(recordIncentiveGranted, grant, by)).code).toBe('result-not-excellent');
  });

  it('without any policy a result is recognised all the same, and nothing is flagged', async () => {
    expect(await reviewed().ask(recogniseExcellentResult, { year: YEAR, projectId: KEPT })).toMatchObject([
      { deviations: [] },
    ]);
  });
});
