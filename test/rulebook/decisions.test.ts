import { describe, expect, it } from 'vitest';
import { ruleIdSchema } from '../../events/ids.ts';
import { programmeRuleIssued, regulationInForce, regulationRegistered } from '../../events/rulebook.ts';
import { ARTICLES, REGULATION } from '../../events/statute.ts';
import * as commands from '../../services/rulebook/commands.ts';
import { decide, factsOf, refusalOf } from '../support/given.ts';

const registration = {
  doc: REGULATION,
  title: '天津市质量攻关管理办法',
  publishedOn: '2024-01-03',
  indexNumber: '111200000001250229/2024-00001',
  recipients: ['各区人民政府'],
  copiedTo: ['市监委'],
  articles: ARTICLES.map(({ id, hash }) => ({ id, hash })),
};

function registered() {
  const [first, second] = decide(commands.registerRegulation, { input: registration }) as never[];
  return [first, second] as never[];
}

const rule = {
  ruleId: ruleIdSchema.parse('work-rules'),
  title: '工作规则',
  textHash: 'a'.repeat(64),
  effectiveOn: '2024-02-01',
};

describe('第一条 register of the regulation', () => {
  it('given nothing, when the 27 articles are registered, then it is registered and in force until both last days', () => {
    const facts = factsOf(decide(commands.registerRegulation, { input: registration }));
    expect(facts.map(fact => fact.type)).toEqual([regulationRegistered.type, regulationInForce.type]);
    expect(facts[1]?.data).toEqual({
      doc: REGULATION,
      from: '2023-12-29',
      lastDay: '2028-12-28',
      lastDayByCivilCode: '2028-12-29',
    });
  });

  it.each([
    ['art-11', '没有第十一条'],
    ['art-17', 'art-17a 或 art-17b'],
  ])('when %s is cited, then it is refused with an explanation', (id, words) => {
    const articles = [...registration.articles];
    articles[10] = { ...articles[10], id } as never;
    const refusal = refusalOf(decide(commands.registerRegulation, { input: { ...registration, articles } }));
    expect(refusal).toMatchObject({ code: 'article-not-citable', rule: { article: 'art-01' } });
    expect(refusal.zh).toContain(words);
  });

  it('when one text hash differs, then the register is refused', () => {
    const articles = registration.articles.map((article, at) =>
      at === 5 ? { ...article, hash: 'b'.repeat(64) } : article,
    );
    expect(refusalOf(decide(commands.registerRegulation, { input: { ...registration, articles } })).code).toBe(
      'register-mismatch',
    );
  });

  it('given it is registered, when it is registered again, then it is refused', () => {
    expect(refusalOf(decide(commands.registerRegulation, { past: registered(), input: registration })).code).toBe(
      'regulation-already-registered',
    );
  });
});

describe('第五条（一） rules of the programme', () => {
  it('given version 1, when it is revised, then version 2 is recorded; the same text again changes nothing', () => {
    const past = [programmeRuleIssued.of({ ...rule, version: 1 })];
    const revised = decide(commands.reviseProgrammeRule, { past, input: { ...rule, textHash: 'c'.repeat(64) } });
    expect(factsOf(revised)).toMatchObject([{ type: 'programme-rule.revised', data: { version: 2 } }]);
    expect(factsOf(decide(commands.reviseProgrammeRule, { past, input: rule }))).toEqual([]);
  });

  it('given no such rule, when it is repealed, then it is refused under 第五条（一）', () => {
    expect(
      refusalOf(decide(commands.repealProgrammeRule, { input: { ruleId: 'none', from: '2024-02-01' } })).rule,
    ).toMatchObject({ article: 'art-05', item: '（一）' });
  });
});

describe('第二十七条 validity', () => {
  it('given it is in force, when a successor is registered, then the old one ends and the new one takes over', () => {
    const input = {
      doc: REGULATION,
      from: '2028-06-01',
      document: '津政办规〔2028〕1号',
      successor: '津政办规〔2028〕1号',
      successorLastDay: '2033-05-31',
    };
    expect(factsOf(decide(commands.registerRegulationSuccessor, { past: registered(), input }))).toMatchObject([
      { type: 'regulation.superseded' },
    ]);
  });

  it('when a regulation that is not registered is repealed, then it is refused', () => {
    const input = { doc: '津政办规〔2000〕1号', from: '2024-06-01', document: 'x' };
    expect(refusalOf(decide(commands.recordRegulationRepeal, { input })).code).toBe('regulation-unknown');
  });
});
