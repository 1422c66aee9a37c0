import { describe, expect, it } from 'vitest';
import type { DecidedEvent } from '../../events/event-type.ts';
import {
  expertAdmitted,
  expertBankRulesIssued,
  expertRemoved,
  expertReviewed,
  expertSuspended,
} from '../../events/expert.ts';
import { expertIdSchema } from '../../events/ids.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import type { AnyCommand } from '../../services/command.ts';
import * as commands from '../../services/expert/commands.ts';
import { roll } from '../../services/expert/sameness.ts';
import { decide, factsOf, NOW, refusalOf } from '../support/given.ts';

const expertId = expertIdSchema.parse('e-01');
const person = { name: { subject: 'person-0a1b2c', sealed: 'x'.repeat(40) } };
const stated = { kind: '居民身份证' as const, value: person.name, digest: 'a'.repeat(16) };
const rules = {
  title: '质量攻关专家库管理办法',
  textHash: 'a'.repeat(64),
  effectiveOn: '2024-03-01',
  reviewEveryMonths: 12,
};
const profile = {
  expertId,
  fields: ['统计过程控制'],
  professionalTitle: '正高级工程师',
  employerName: '某大学',
};
const admitted = expertAdmitted.of({ ...profile, ...person, bankRulesVersion: 1 });
const reason = { expertId, reason: '考核结果' };
const suspended = expertSuspended.of(reason);
const removed = expertRemoved.of(reason);

describe('第五条（三） rules of the bank', () => {
  it('given version 1, when other rules are issued, then they are version 2; the same rules again change nothing', () => {
    const past = [expertBankRulesIssued.of({ ...rules, version: 1 })];
    const next = { ...rules, reviewEveryMonths: 6 };
    expect(factsOf(decide(commands.issueExpertBankRules, { past, input: next }))).toEqual([
      { type: 'expert-bank.rules-issued', data: { ...next, version: 2 } },
    ]);
    expect(factsOf(decide(commands.issueExpertBankRules, { past, input: rules }))).toEqual([]);
  });
});

describe('第五条（三） admission', () => {
  const versions = [
    { ...rules, version: 1 },
    { ...rules, version: 2, effectiveOn: '2024-06-01' },
  ];
  const input = { ...profile, name: '周明', identity: demoIdentityOf(expertId) };
  const admit = (now: string, issued = versions, past: DecidedEvent[] = []) =>
    decide(commands.admitExpert, {
      input,
      now,
      past,
      known: { rules: issued, person, identity: stated, roll: roll.initial, namesakes: [] },
    });

  it.each([
    [NOW, 1],
    ['2024-06-01T02:00:00.000Z', 2],
  ])(
    'when an expert is admitted at %s, then it is under version %i, and the name is sealed',
    (now, bankRulesVersion) => {
      const decision = admit(now);
      expect(factsOf(decision)).toEqual([
        { type: 'expert.admitted', data: { ...profile, ...person, identity: stated, bankRulesVersion } },
      ]);
      expect(JSON.stringify(decision)).not.toContain('周明');
    },
  );

  it('given no rules, or none in effect yet, when an expert is admitted, then it is refused', () => {
    expect(refusalOf(admit(NOW, []))).toMatchObject({
      code: 'bank-rules-missing',
      rule: { article: 'art-05', item: '（三）' },
    });
    expect(refusalOf(admit('2024-02-29T02:00:00.000Z')).code).toBe('bank-rules-missing');
    expect(factsOf(admit('2024-02-29T16:00:00.000Z'))).toHaveLength(1);
  });

  it.each([
    ['active', [admitted]],
    ['suspended', [admitted, suspended]],
    ['removed', [admitted, removed]],
  ])('given an expert who is %s, when the same id is admitted, then it is refused', (_status, past) => {
    expect(refusalOf(admit(NOW, versions, past)).code).toBe('expert-already-admitted');
  });
});

describe('第五条（三） 动态管理', () => {
  it('when the profile changes, then it is recorded; the same profile changes nothing', () => {
    const moved = { ...profile, employerName: '某研究院', employerUscc: '91350100M000100Y43' };
    const known = { namesakes: [] };
    const decision = decide(commands.updateExpertProfile, { past: [admitted], input: moved, known });
    expect(factsOf(decision)).toEqual([{ type: 'expert.profile-updated', data: moved }]);
    const past = [admitted, ...(decision as DecidedEvent[])];
    expect(factsOf(decide(commands.updateExpertProfile, { past, input: moved, known }))).toEqual([]);
    expect(factsOf(decide(commands.updateExpertProfile, { past: [admitted], input: profile }))).toEqual([]);
  });

  it('when an expert is reviewed, then it is recorded; a second time that day is refused, another day is not', () => {
    const review = { expertId, outcome: 'retained' as const, findings: '履职良好' };
    const at = '2024-03-19T16:30:00.000Z';
    const past = [admitted, { draft: expertReviewed.of(review), at }];
    expect(factsOf(decide(commands.reviewExpert, { past: [admitted], input: review }))).toHaveLength(1);
    expect(refusalOf(decide(commands.reviewExpert, { past, input: review })).code).toBe('already-reviewed');
    const nextDay = '2024-03-20T16:00:00.000Z';
    expect(factsOf(decide(commands.reviewExpert, { past, input: review, now: nextDay }))).toHaveLength(1);
  });

  const cases: [string, string, AnyCommand, DecidedEvent[], string[]][] = [
    ['active', 'suspended', commands.suspendExpert, [admitted], ['expert.suspended']],
    ['suspended', 'suspended', commands.suspendExpert, [admitted, suspended], []],
    ['suspended', 'reinstated', commands.reinstateExpert, [admitted, suspended], ['expert.reinstated']],
    ['active', 'removed', commands.removeExpert, [admitted], ['expert.removed']],
    ['suspended', 'removed', commands.removeExpert, [admitted, suspended], ['expert.removed']],
    ['removed', 'removed', commands.removeExpert, [admitted, removed], []],
  ];
  it.each(cases)('given an expert who is %s, when he is %s, then %#', (_status, _act, command, past, types) => {
    expect(factsOf(decide(command, { past, input: reason })).map(fact => fact.type)).toEqual(types);
    if (types.length > 0) return;
    const otherwise = { ...reason, reason: '另一理由' };
    expect(refusalOf(decide(command, { past, input: otherwise })).code).toBe('recorded-otherwise');
  });

  it('given an expert who was never suspended, when he is reinstated, then it is refused', () => {
    const decision = decide(commands.reinstateExpert, { past: [admitted], input: reason });
    expect(refusalOf(decision).code).toBe('expert-not-suspended');
  });

  const acts: [string, AnyCommand, object][] = [
    ['updated', commands.updateExpertProfile, profile],
    ['reviewed', commands.reviewExpert, { expertId, outcome: 'observed', findings: '待观察' }],
    ['suspended', commands.suspendExpert, reason],
    ['reinstated', commands.reinstateExpert, reason],
  ];
  it.each(acts)('given an expert who is removed, when he is %s, then it is refused', (_act, command, input) => {
    expect(refusalOf(decide(command, { past: [admitted, removed], input }))).toMatchObject({
      code: 'expert-removed',
      rule: { article: 'art-05', item: '（三）' },
    });
  });

  it.each([...acts, ['removed', commands.removeExpert, reason] as (typeof acts)[number]])(
    'given no such expert, when he is %s, then he is not found, and other roles are told the same',
    (_act, command, input) => {
      expect(refusalOf(decide(command, { input })).code).toBe('not-found');
      expect(command).toMatchObject({ allow: ['MSR'], hidden: true });
    },
  );
});
