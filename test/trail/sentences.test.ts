/**
 * Every sentence of the trail, one a kind of event, as a supervisor reads it: a page to be read aloud. It is made from the
 * controls as the trail makes it. Whoever changes a phrase reads the page again: `npx vitest run -u test/trail/sentences`.
 */
import { describe, expect, it } from 'vitest';
import type { Actor, Role } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { Names, trailNames } from '../../projections/names.ts';
import { entryOf } from '../../projections/trail/entries.ts';
import { deedOf, keysOf, sealedIn, sentenceOf } from '../../projections/trail/sentence.ts';
import { type FactName, factNames, samples } from '../support/controls.ts';
import { ABOUT, logOf, readerOf, type Told, told } from '../support/fold.ts';

const UNIT_NAME = samples['unit.registered'].name;

interface Person extends Actor {
  readonly name: string;
  readonly orgName: string;
}

const person = (role: Role, accountId: string, orgId: string, orgName: string, name: string): Person => ({
  role,
  accountId: accountId as AccountId,
  orgId,
  orgName,
  name,
});

const PEOPLE = {
  MSR: person('MSR', 'msr.chen', 'msr', '市市场监督管理委员会', '陈明'),
  'REC-D': person('REC-D', 'binhai.zhao', ABOUT.bodyId, '滨海新区市场监督管理局', '赵海'),
  UNIT: person('UNIT', 'haihe.zhang', ABOUT.uscc, UNIT_NAME, '张华'),
  EXPERT: person('EXPERT', 'liu.gong', 'expert-liu', '天津市质量攻关技术评定专家库', '刘工'),
  SUP: person('SUP', 'sup.li', 'sup', '驻局纪检监察组', '李正'),
  SYS: person('SYS', 'system', 'system', '系统', '系统'),
} as const satisfies Partial<Record<Role, Person>>;

/** Whom the samples name under seal. */
const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.values(PEOPLE).map(({ accountId, name }) => [`account-${accountId}`, name])),
  'person-zhang': '张华',
  'person-liu': '刘工',
  'account-msr.zhao': '赵静',
  'account-li.gong': '李工',
  'account-sup.zhou': '周正',
};

/** Who records a kind of event, where it is not the municipal authority. */
const RECORDED_BY: readonly (readonly [keyof typeof PEOPLE, RegExp])[] = [
  ['SYS', /^title\.|^reminder\.|\.erased$|^material\.|^ledger\.key-(int|ret)/],
  [
    'SUP',
    /^misconduct-case|^evaluation-duty|^misconduct\.ref|^misconduct-disp|^taint|^account\.change|erasure-conf|rotation-conf/,
  ],
  ['EXPERT', /^interest\.|^score-sheet\.s|^excellent-list\.(drafted|signed|proposed)$|^divergence/],
  ['EXPERT', /^technical-evaluation/],
  [
    'UNIT',
    /^application\.|^document\.|^undertaking\.|^implementation|^pdca|^progress\.m|^strategy|^project\.(comp|term)/,
  ],
  ['UNIT', /^result-(doc|und)|^results\.s|^results\.w|^recusal\.req|^fee-complaint\.raised|^trainee|^unit-statement/],
  ['UNIT', /^fraud-suspicion|^objection\.raised/],
  ['REC-D', /^verification|^supplement|^completeness|^truthfulness|^application\.returned|^project\.(not-)?recomm/],
  ['REC-D', /^visit|^guidance|^progress\.urged|^problem|^results\.compiled|^result\.(not-)?rec|^result-batch/],
  ['REC-D', /^local-promotion|^incentive/],
];

/** The last that names a kind counts. */
function actorOf(type: string): Actor {
  const [role] = RECORDED_BY.findLast(([, kinds]) => kinds.test(type)) ?? ['MSR' as const];
  const { accountId, orgId } = PEOPLE[role];
  return { role, accountId, orgId };
}

const sealedAs = (accountId: string) => ({ subject: `account-${accountId}`, sealed: 'c'.repeat(40) });

/** Those who act, before they act. */
const CAST: readonly Told[] = [
  ...[
    ...Object.values(PEOPLE).filter(({ role }) => role !== 'SYS'),
    person('MSR', 'msr.zhao', 'msr', '市市场监督管理委员会', '赵静'),
  ].map(({ accountId, role, orgId, orgName }) =>
    told('account.registered', {
      accountId,
      name: sealedAs(accountId),
      grant: { role: role as Exclude<Role, 'SYS'>, orgId, orgName, from: '2024-01-02' },
    }),
  ),
  told('expert.admitted', { name: sealedAs('liu.gong') }),
  told('expert.admitted', { expertId: 'expert-li', name: sealedAs('li.gong') }),
  told('recommending-body.registered'),
  told('recommending-body.registered', { bodyId: 'association-quality', name: '天津市质量协会' }),
  told('unit.registered'),
  told('unit.registered', { uscc: samples['unit.successor-recorded'].predecessor, name: '天津津沽铸造厂' }),
  told('application.started'),
];

const EVERY_KIND: readonly Told[] = factNames.map((name: FactName) => {
  const { projectId } = samples['application.started'];
  return { name, actor: actorOf(name), about: { ...ABOUT, projectId } };
});

interface Said {
  readonly type: string;
  readonly sentence: string;
}

/** What the trail says of each; what is for the supervising body alone is said in the same words. */
async function sentencesOf(story: readonly Told[]): Promise<readonly Said[]> {
  const events = logOf([...CAST, ...story]);
  const reader = readerOf([trailNames], { events, names: NAMES });
  const rows = events.slice(CAST.length).map(entryOf);
  const names = await Names.of(rows.flatMap(keysOf), rows.flatMap(sealedIn), reader);
  return rows.map(row => ({ type: row.type, sentence: sentenceOf(row, names) }));
}

/** The sentence without its date, which says nothing of the phrase. */
const withoutDate = ({ sentence }: Said) => sentence.replace(/^\S+ \S+ /, '');

const oneSentence = async (story: Told) => (await sentencesOf([story])).map(withoutDate).join();

describe('监督轨迹的句子', () => {
  it('每类事件各一句，逐句读过', async () => {
    const entries = await sentencesOf(EVERY_KIND);
    const page = entries.map(entry => `${entry.type}\n  ${withoutDate(entry)}\n`).join('');
    await expect(page).toMatchFileSnapshot('./sentences.txt');
  });

  it('没有未填的名称、代码形式的角色，也没有两次句号', async () => {
    for (const entry of await sentencesOf(EVERY_KIND)) {
      expect(entry.sentence, entry.type).not.toMatch(/[{}]|undefined|\[object|[。；]，依据|，，|角色：?[A-Z]/);
    }
  });

  it('对办理人说的是同一件事，以编号代替名称', () => {
    const deeds = logOf(EVERY_KIND).map(event => [event.type, deedOf(event)] as const);
    for (const [type, deed] of deeds) expect(deed, type).not.toMatch(/[{}]|undefined|《》|项目项目| {2}|[。；]$/);
    const said = Object.fromEntries(deeds);
    expect(said['project.held']).toBe(
      '暂缓办理项目 2024-7k3m9qwz ：自2024-03-01至2029-03-01不接受单位 91350100M000100Y43 申报',
    );
    expect(said['trainee.enrolled']).toBe('为项目 2024-7k3m9qwz 的该人员（项目负责人）报名参加培训 2024-t5r8w2qk');
  });

  it('异议由提出人提出，或由主管部门代社会公众登记', async () => {
    const by = (role: 'UNIT' | 'MSR') =>
      oneSentence(told('objection.raised', {}, { actor: PEOPLE[role], about: ABOUT }));
    expect(await by('UNIT')).toContain('〈张华〉提出对《');
    expect(await by('MSR')).toContain('〈陈明〉登记了社会公众对《');
  });

  it('陈述由单位作出，或由主管部门记录', async () => {
    const by = (role: 'UNIT' | 'MSR') =>
      oneSentence(told('unit-statement.recorded', {}, { actor: PEOPLE[role], about: ABOUT }));
    expect(await by('UNIT')).toMatch(/〈张华〉陈述：/);
    expect(await by('MSR')).toContain(`〈陈明〉记录了${UNIT_NAME}的陈述：`);
  });

  it('表扬和证书写明人员姓名', async () => {
    const recipient = {
      recipientType: '参与人员' as const,
      person: { subject: 'person-zhang', sealed: 'a'.repeat(40) },
    };
    const sentence = await oneSentence(told('certificate.issued', recipient, { about: ABOUT }));
    expect(sentence).toContain(`向${UNIT_NAME}〈张华〉（参与人员）颁发了证书`);
  });

  it('注销题目登记的句子说的是原项目', async () => {
    const other = told('application.started', { projectId: '2024-0aaa1bbb', title: '先前的题目' });
    const released = told('title.released', { projectId: '2024-0aaa1bbb' }, { about: ABOUT });
    const sentences = (await sentencesOf([other, released])).map(withoutDate);
    expect(sentences.at(-1)).toContain('注销了《先前的题目》的申报题目登记');
  });
});
