/** What an act cites: an article for what it says, and a work plan or a rule of the house for what it does not (domain 1.9). */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { basisLabel } from '../events/basis-label.ts';
import { catalogue } from '../events/catalogue.ts';
import { ARTICLES, citationFaultIn } from '../events/statute.ts';
import { articleParameter } from '../projections/query.ts';
import { record } from '../services/recording.ts';
import { issueProgrammeRule } from '../services/rulebook/commands.ts';
import { readCode } from './articles/articles.ts';
import { control, type FactName } from './support/controls.ts';
import { MSR, NOW } from './support/given.ts';

const code = await readCode();

/** Kinds that the regulation is silent on. */
const OF_THE_HOUSE = {
  'certificate.issued': 'certificates',
  'public-notice.opened': 'public-notice',
  'public-notice.closed': 'public-notice',
  'objection.raised': 'public-notice',
  'objection.upheld': 'public-notice',
  'objection.dismissed': 'public-notice',
  'unit.notified': 'due-process',
  'unit-statement.recorded': 'due-process',
  'revocation.overturned': 'review-of-decisions',
  'title.reserved': 'title-reservation',
  'title.released': 'title-reservation',
  'excellent-result.earlier-recorded': 'earlier-results',
  'result-undertaking.signed': 'result-undertaking',
  'divergence.noted': 'score-divergence',
  'account.holder-renamed': 'particulars',
  'expert.renamed': 'particulars',
  'recommending-body.renamed': 'particulars',
  'unit.renamed': 'particulars',
  'unit.particulars-changed': 'particulars',
  'ledger.key-rotation-ordered': 'ledger',
  'ledger.key-rotation-confirmed': 'ledger',
  'ledger.key-introduced': 'ledger',
  'ledger.key-retired': 'ledger',
  'account.api-key-issued': 'integration',
  'account.api-key-revoked': 'integration',
  'account.webhook-registered': 'integration',
  'account.webhook-ended': 'integration',
} as const satisfies Partial<Record<FactName, string>>;

/** Refusals that the regulation is silent on. */
const REFUSED_BY_THE_HOUSE = [
  ...['seed-not-committed', 'beacon-mismatch', 'beacon-not-published', 'beacon-already-public', 'already-drawn'],
  ...[
    'no-reserve',
    'too-few-experts',
    'too-many-keys',
    'too-many-webhooks',
    'title-taken',
    'title-not-reserved',
    'same-person',
    'not-independent',
  ],
  ...['no-certificates', 'no-public-notice', 'notice-over', 'objection-open', 'objection-decided', 'result-exists'],
  ...['unit-not-notified', 'unit-not-heard', 'already-overturned', 'outside-ban', 'regulation-unknown'],
  ...['key-used-before', 'other-predecessor', 'key-not-vouched-for', 'other-key-ordered'],
];

const circumstance = (planVersion?: number) => ({
  given: { actor: MSR, commandId: 'c', now: NOW, today: '2024-03-20', effectiveAt: NOW, newId: 'x' },
  request: { actor: MSR, commandId: 'c', requestDigest: 'd', correlationId: 'c' },
  about: { year: 2024 },
  planVersion,
});

describe('an act the regulation does not speak of', () => {
  it.each(Object.entries(OF_THE_HOUSE))('%s cites the rule of the house “%s”', (type, houseRule) => {
    const { basis } = record(control(type as FactName), 0, circumstance()).meta;
    expect(basis).toEqual([{ houseRule }]);
    expect(basis.map(basisLabel).join()).toMatch(/^内部制度（.+）$/);
  });

  it('cites the work plan in force in its place, where the plan speaks of it', () => {
    const { basis } = record(control('public-notice.opened'), 0, circumstance(3)).meta;
    expect(basis).toEqual([{ plan: 2024, version: 3, item: 'options.publicNotice' }]);
    expect(basis.map(basisLabel)).toEqual(['2024年度工作方案（第3版）规定']);
    expect(record(control('title.reserved'), 0, circumstance(3)).meta.basis).toEqual([
      { houseRule: 'title-reservation' },
    ]);
  });

  it.each(REFUSED_BY_THE_HOUSE)('%s is refused under no article', refusal => {
    const articles = [...code.coverage].filter(([, { rules }]) => rules.includes(refusal)).map(([id]) => id);
    expect(articles).toEqual([]);
  });

  it('what the regulation says keeps its article', () => {
    const { basis } = record(control('excellent-result.recognised'), 0, circumstance(1)).meta;
    expect(basis.map(basisLabel)).toEqual(['第二十一条']);
    expect(code.coverage.get('art-25')?.rules).toContain('already-decided');
    expect([...catalogue.values()].filter(kind => 'houseRule' in kind.basis)).toHaveLength(
      Object.keys(OF_THE_HOUSE).length,
    );
  });
});

describe('第十一条 in the texts that people give', () => {
  it.each([
    ['依据第十一条制定', '没有第十一条'],
    ['第十一条实施细则', '没有第十一条'],
    ['根据《天津市质量攻关管理办法》第十一条', '没有第十一条'],
    ['违反本办法第十七条的规定', 'art-17a 或 art-17b'],
    ['按照第二十八条办理', '没有条款 第二十八条'],
  ])('“%s” is refused', (text, why) => {
    expect(citationFaultIn(text)?.zh).toContain(why);
  });

  it.each([
    '依据第十二条制定',
    '依据第十七条（第一个第十七条）',
    '《中华人民共和国个人信息保护法》第十一条',
    '检测报告第十一条所列数据',
    '本单位章程第二十八条',
    '没有条目',
  ])('“%s” is not: it is an article there is, or of another text', text => {
    expect(citationFaultIn(text)).toBeUndefined();
  });

  it('no command takes it, and the field is named', () => {
    const rule = {
      ruleId: 'rule-x',
      title: '依据第十一条制定的规则',
      textHash: 'a'.repeat(64),
      effectiveOn: '2024-02-01',
    };
    const refused = issueProgrammeRule.input.safeParse(rule);
    expect(refused.error?.issues).toMatchObject([
      { path: ['title'], message: expect.stringMatching(/印发文本没有第十一条.*\(The printed text/) },
    ]);
    expect(issueProgrammeRule.input.safeParse({ ...rule, title: '依据第十二条制定的规则' }).success).toBe(true);
  });
});

describe('an article that is asked for', () => {
  it.each([
    ['第十二条', 'art-12'],
    ['art-12', 'art-12'],
    ['第十七条（第二个第十七条）', 'art-17b'],
  ])('%s is %s', (asked, id) => {
    expect(articleParameter.parse(asked)).toBe(id);
  });

  it.each(['第十一条', '第十七条', 'art-28'])('%s is refused with the reason', asked => {
    expect(articleParameter.safeParse(asked).error?.issues[0]?.message).toMatch(/\p{Script=Han}.*\(.+\)/u);
  });
});

/** A sentence with the articles in brackets behind it. */
const CITING = /([^'>\n。]*)（([^（）]*第[一二三四五六七八九十]+条(?:（[^（）]*）)?[^（）]*)）/g;
const LABEL = /第[一二三四五六七八九十]+条/g;
/** Said by nearly every article. */
const EVERYWHERE = /市市场监督管理部门|市级行业主管部门|行业协会|质量攻关|优秀成果|项目|单位|[^\p{Script=Han}]/gu;
/** So many words of an article are a quotation of it. */
const QUOTED = 4;

const wordsIn = (text: string): ReadonlySet<string> =>
  new Set(
    text.split(EVERYWHERE).flatMap(part => Array.from({ length: part.length - 1 }, (_, at) => part.slice(at, at + 2))),
  );

/** The articles whose words a text has, more than those of any article that it cites. */
function otherwiseCited(text: string): readonly string[] {
  return [...text.matchAll(CITING)].flatMap(([, said = '', cited = '']) => {
    const words = wordsIn(said);
    const labels: readonly string[] = cited.replace(/<[^>]*>/g, '').match(LABEL) ?? [];
    const known = ARTICLES.map(({ label, text: article }) => ({
      label,
      shared: [...wordsIn(article)].filter(word => words.has(word)).length,
    }));
    const isCited = ({ label }: { readonly label: string }) => labels.includes(label);
    const most = Math.max(0, ...known.filter(isCited).map(({ shared }) => shared));
    // Of what is said by several articles, each is cited.
    const enough = labels.length > 1 ? most / 2 : most;
    const quoted = known.filter(({ shared }) => shared >= QUOTED && shared > enough);
    return quoted.filter(article => !isCited(article)).map(({ label }) => `${said}：${label}`);
  });
}

describe('a page that cites an article', () => {
  it('cites the one whose words it has', () => {
    const pages = readdirSync('infra/pages', { recursive: true, encoding: 'utf8' }).filter(file =>
      /\.tsx?$/.test(file),
    );
    const texts = pages.map(file => readFileSync(posix.join('infra/pages', file), 'utf8'));
    expect(texts.flatMap(text => [...text.matchAll(CITING)]).length).toBeGreaterThan(20);
    expect(texts.flatMap(otherwiseCited)).toEqual([]);
  });

  it.each([
    ['对质量负责人、项目负责人和技术骨干开展培训（第十三条）', '第十四条'],
    ['按计划、执行、检查、处理推进并定期监测；深入项目单位指导、检查和督促（第十四条、第十五条）', '第十六条'],
    ['质量攻关活动按年度组织开展（第九条）', '第四条'],
    ['技术评定组从专家库中随机抽取（第十七条）', '第十八条'],
  ])('%s: then it is seen that it is %s', (text, label) => {
    expect(otherwiseCited(text).join()).toContain(label);
    expect(otherwiseCited(text.replace(/（.*）/, `（${label}）`)).join()).not.toContain(label);
  });
});
