import { describe, expect, it } from 'vitest';
import { capabilityVerified, entrustmentTerminated, thirdPartyEntrusted } from '../../events/entrustment.ts';
import { creditCodeCheckSymbol, creditCodeSchema, entrustmentIdSchema } from '../../events/ids.ts';
import { CLERICAL_COMMANDS } from '../../events/rules/mandate.ts';
import * as commands from '../../services/entrustment/commands.ts';
import { decide, factsOf, refusalOf } from '../support/given.ts';

const entrustmentId = entrustmentIdSchema.parse('tpo-2024');
const uscc = creditCodeSchema.parse('91350100M000100Y43');
const capability = {
  entrustmentId,
  uscc,
  name: '某质量技术中心',
  findings: '有组织同类活动的人员和经验',
  evidence: [{ sha256: 'a'.repeat(64), name: '能力核验表.pdf', classification: 'internal' as const }],
};
const terms = {
  entrustmentId,
  uscc,
  name: '某质量技术中心',
  scope: ['OpenApplications', 'CloseApplications'],
  from: '2024-03-01',
  lastDay: '2024-12-31',
  noFeeClause: true,
  contractHash: 'b'.repeat(64),
};
const verified = capabilityVerified.of(capability);
const entrusted = thirdPartyEntrusted.of({ ...terms, noFeeClause: true });

describe('第五条（二） capability before entrustment', () => {
  it('given nothing, when capability is verified, then it is recorded with its evidence in the envelope', () => {
    const decision = decide(commands.verifyThirdPartyCapability, { input: capability });
    expect(factsOf(decision)).toEqual([{ type: 'third-party.capability-verified', data: capability }]);
    expect(decision).toMatchObject([{ evidence: capability.evidence }]);
  });

  it('given it is verified, when it is verified again, then it is refused', () => {
    const decision = decide(commands.verifyThirdPartyCapability, { past: [verified], input: capability });
    expect(refusalOf(decision).code).toBe('capability-already-verified');
  });

  it('when capability is claimed without evidence, then its form is refused', () => {
    const input = { ...capability, evidence: [] };
    expect(commands.verifyThirdPartyCapability.input.safeParse(input).success).toBe(false);
  });

  it('given no verification, or that of another third party, when it is entrusted, then it is refused', () => {
    const other = capabilityVerified.of({
      ...capability,
      uscc: creditCodeSchema.parse(`91120000MA05X1234${creditCodeCheckSymbol('91120000MA05X1234')}`),
    });
    for (const past of [[], [other]]) {
      expect(refusalOf(decide(commands.entrustThirdParty, { past, input: terms }))).toMatchObject({
        code: 'capability-not-verified',
        rule: { article: 'art-05', item: '（二）' },
      });
    }
  });
});

describe('第五条（二） entrustment', () => {
  it('given capability, when it is entrusted, then scope and term are recorded, each command once', () => {
    const input = { ...terms, scope: [...terms.scope, 'OpenApplications'] };
    expect(factsOf(decide(commands.entrustThirdParty, { past: [verified], input }))).toEqual([
      { type: 'third-party.entrusted', data: terms },
    ]);
  });

  it('given capability, when every clerical command is entrusted, then it is accepted', () => {
    const input = { ...terms, scope: [...CLERICAL_COMMANDS] };
    expect(factsOf(decide(commands.entrustThirdParty, { past: [verified], input }))).toHaveLength(1);
  });

  it.each(['ApproveProject', 'PublishWorkPlan', 'AdmitExpert', 'RegisterAccount'])(
    'D-8 when the decision %s is among the scope, then it is refused by name',
    decision => {
      const input = { ...terms, scope: ['OpenApplications', decision] };
      const refusal = refusalOf(decide(commands.entrustThirdParty, { past: [verified], input }));
      expect(refusal).toMatchObject({ code: 'scope-not-clerical', rule: { article: 'art-05', item: '（二）' } });
      expect(refusal.zh).toContain(decision);
      expect(refusal.zh).not.toContain('OpenApplications');
    },
  );

  it('第十九条 when the contract has no no-fee clause, then it is refused under 第十九条', () => {
    const input = { ...terms, noFeeClause: false };
    expect(refusalOf(decide(commands.entrustThirdParty, { past: [verified], input }))).toMatchObject({
      code: 'no-fee-clause-missing',
      rule: { article: 'art-19' },
    });
  });

  it('when the term is empty, then it is refused; a term of one day is not', () => {
    const until = (lastDay: string) =>
      decide(commands.entrustThirdParty, { past: [verified], input: { ...terms, lastDay } });
    expect(refusalOf(until('2024-02-29')).code).toBe('term-empty');
    expect(factsOf(until('2024-03-01'))).toHaveLength(1);
  });

  it('given it is entrusted, when it is entrusted again, then it is refused', () => {
    const decision = decide(commands.entrustThirdParty, { past: [verified, entrusted], input: terms });
    expect(refusalOf(decision).code).toBe('already-entrusted');
  });
});

describe('第五条（二） change of scope', () => {
  const past = [verified, entrusted];
  const change = { entrustmentId, scope: ['RegisterUnit'], from: '2024-03-20', reason: '业务调整' };

  it('when the scope changes from today on, then it is recorded; the same scope in another order changes nothing', () => {
    expect(factsOf(decide(commands.changeEntrustmentScope, { past, input: change }))).toEqual([
      { type: 'entrustment.scope-changed', data: change },
    ]);
    const same = { ...change, scope: [...terms.scope].reverse() };
    expect(factsOf(decide(commands.changeEntrustmentScope, { past, input: same }))).toEqual([]);
  });

  it.each([
    ['change-in-past', { from: '2024-03-19' }],
    ['outside-term', { from: '2025-01-01' }],
    ['outside-term', { from: '2024-02-29' }],
    ['scope-not-clerical', { scope: ['ApproveProject'] }],
  ])('when it is %s, then it is refused', (code, fault) => {
    const decision = decide(commands.changeEntrustmentScope, { past, input: { ...change, ...fault } });
    expect(refusalOf(decision).code).toBe(code);
  });

  it('given no entrustment, when its scope is changed, then it is not found', () => {
    expect(refusalOf(decide(commands.changeEntrustmentScope, { past: [verified], input: change })).code).toBe(
      'not-found',
    );
  });
});

describe('第五条（二） termination', () => {
  const past = [verified, entrusted];
  const end = { entrustmentId, lastDay: '2024-03-19', reason: '合同解除' };

  it('when it is ended at once, then its last day was yesterday; again changes nothing', () => {
    expect(factsOf(decide(commands.terminateEntrustment, { past, input: end }))).toHaveLength(1);
    const ended = [...past, entrustmentTerminated.of(end)];
    expect(factsOf(decide(commands.terminateEntrustment, { past: ended, input: end }))).toEqual([]);
    const otherwise = { ...end, reason: '另一理由' };
    expect(refusalOf(decide(commands.terminateEntrustment, { past: ended, input: otherwise })).code).toBe(
      'recorded-otherwise',
    );
  });

  it.each([
    ['change-in-past', '2024-03-18'],
    ['outside-term', '2025-01-01'],
  ])('when it is %s, then it is refused', (code, lastDay) => {
    expect(refusalOf(decide(commands.terminateEntrustment, { past, input: { ...end, lastDay } })).code).toBe(code);
  });

  it('given no entrustment, when it is terminated, then it is not found', () => {
    expect(refusalOf(decide(commands.terminateEntrustment, { input: end })).code).toBe('not-found');
  });
});
