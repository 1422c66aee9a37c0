/** Questions 1, 2 and 3: who did what to a project, as known and valid on a day, and what was entered late. */
import { describe, expect, it } from 'vitest';
import { samples } from '../support/controls.ts';
import { type Told, told } from '../support/fold.ts';
import {
  APPLICANT,
  altered,
  ask,
  faultsOf,
  OFFICER,
  PEOPLE,
  PROJECT,
  placeOf,
  story,
  THIRD_PARTY,
  VERIFIER,
  YEAR,
} from './support.ts';

const byUnit = { actor: APPLICANT };
const byBody = { actor: VERIFIER };

/** From the draft to the recommendation. */
const LIFE = [
  ...PEOPLE,
  told('unit.registered', {}, { actor: OFFICER }),
  told('application.started', {}, byUnit),
  told('document.attached', {}, byUnit),
  told('application.submitted', {}, byUnit),
  told('completeness.verified', {}, byBody),
  told('truthfulness.verified', {}, byBody),
  told('project.recommended', {}, byBody),
];
const clean = story(LIFE, told('application.started', { projectId: '2024-0aaa1bbb' }, byUnit));

describe('问题1 谁对项目做了什么', () => {
  const asked = { project: PROJECT };

  it('给出按次序排列的行为、依据和证据，不涉及其他项目', async () => {
    const answer = await ask(1, asked, clean, { names: { 'account-haihe.zhang': '张伟' } });
    expect(answer.rows.map(({ rests }) => rests[0]?.type)).toEqual([
      'application.started',
      'document.attached',
      'application.submitted',
      'completeness.verified',
      'truthfulness.verified',
      'project.recommended',
    ]);
    expect(answer).toMatchObject({ faults: 0, asOf: { position: clean.at(-1)?.position } });
    expect(answer.verdict).toBe('关于《降低减速机壳体铸造废品率》共有6项行为，身份、依据和次序均无问题。');
    const [started, attached, , verified] = answer.rows;
    expect(started?.says).toContain('〈张伟〉填报了《降低减速机壳体铸造废品率》立项申请');
    expect(started?.cells).toMatchObject({
      person: '张伟',
      organisation: samples['unit.registered'].name,
      role: '申报单位',
      type: '填报立项申请',
      basis: '第十条',
    });
    expect(started?.rests).toEqual([{ position: '6', eventId: clean[5]?.id, type: 'application.started' }]);
    expect(attached?.cells.evidence).toMatch(/^可行性分析.pdf（4{64}）$/);
    expect(verified?.cells.evidence).toContain('核验记录.pdf');
  });

  it('评定组为该项目所办的也在内：抽取、申明、回避、组建、签署；他单位和他项目的除外', async () => {
    const other = { uscc: samples['unit.successor-recorded'].predecessor };
    const log = story(
      LIFE,
      told('experts.drawn', { panelId: '2024-before' }),
      told('panel-formation.started'),
      told('experts.drawn'),
      told('interest.declared'),
      told('interest.declared', other),
      told('recusal.requested'),
      told('expert.recused'),
      told('expert.recused', other),
      told('panel.constituted'),
      told('scoring.reopened', { projects: ['2024-0aaa1bbb'] }),
      told('score-sheet.submitted', { projectId: '2024-0aaa1bbb' }),
      told('excellent-list.signed'),
      told('excellent-list.signed', { panelId: '2024-another' }),
    );
    const types = (await ask(1, asked, log)).rows.map(({ rests }) => rests[0]?.type);
    expect(types.slice(LIFE.length - PEOPLE.length - 1)).toEqual([
      'panel-formation.started',
      'experts.drawn',
      'interest.declared',
      'recusal.requested',
      'expert.recused',
      'panel.constituted',
      'excellent-list.signed',
    ]);
  });

  it('处理该项目的案件，其后不再写明项目的行为也在内', async () => {
    const decided = told('fraud-decision.taken', {}, { actor: OFFICER });
    const overturned = [told('revocation.overturned', {}, { actor: OFFICER })];
    const types = async (...parts: readonly (Told | readonly Told[])[]) =>
      (await ask(1, asked, story(PEOPLE, ...parts))).rows.map(({ rests }) => rests[0]?.type);
    expect(await types(decided, overturned)).toEqual(['fraud-decision.taken', 'revocation.overturned']);
    expect(await types(overturned)).toEqual([]);
  });

  it('发现缺失的事件', async () => {
    const torn = clean.filter(({ type }) => type !== 'completeness.verified');
    expect(faultsOf(await ask(1, asked, torn))).toMatchObject([
      { says: expect.stringContaining('项目事件流缺少第3至3号事件'), at: [placeOf(torn, 'truthfulness.verified')] },
    ]);
  });

  it('发现行为人当日不具有的角色', async () => {
    const stranger = { ...VERIFIER, accountId: 'nobody' as never };
    const log = altered(clean, 'project.recommended', { actor: stranger });
    expect(faultsOf(await ask(1, asked, log))).toMatchObject([
      {
        says: expect.stringContaining('账户当日不具有“区市场监督管理部门”角色'),
        at: [placeOf(log, 'project.recommended')],
      },
    ]);
    const left = told('account.role-revoked', {
      accountId: VERIFIER.accountId,
      role: 'REC-D',
      orgId: VERIFIER.orgId,
      lastDay: '2024-03-01',
    });
    expect(await ask(1, asked, story(LIFE.toSpliced(4, 0, left)))).toMatchObject({ faults: 3 });
    const disabled = told('account.disabled', { accountId: VERIFIER.accountId });
    expect(await ask(1, asked, story(LIFE.toSpliced(4, 0, disabled)))).toMatchObject({ faults: 3 });
  });

  it('发现所引的不存在的条款', async () => {
    const basis = [{ doc: '津政办规〔2023〕12号', article: 'art-11' }] as never;
    const log = altered(clean, 'application.submitted', { basis });
    expect(faultsOf(await ask(1, asked, log))).toMatchObject([
      { says: expect.stringContaining('所引依据不存在'), at: [placeOf(log, 'application.submitted')] },
    ]);
  });

  it('发现倒置的记录时间', async () => {
    const log = altered(clean, 'truthfulness.verified', { recordedAt: '2024-03-02T02:00:00.000Z' });
    const says = faultsOf(await ask(1, asked, log)).map(fault => fault.says);
    expect(says.join()).toContain('记录时间早于前一事件');
  });

  it('截至某一位置、时刻或某日的报告不因其后的事件而变', async () => {
    for (const asOf of ['8', clean[8]?.meta.recordedAt as string, '2024-03-08']) {
      const before = await ask(1, asked, clean.slice(0, 9), { asOf });
      const after = await ask(1, asked, clean, { asOf });
      expect({ ...after, asOf: before.asOf }).toEqual(before);
      expect(after.rows.map(({ rests }) => rests[0]?.type)).toEqual([
        'application.started',
        'document.attached',
        'application.submitted',
      ]);
    }
  });
});

describe('问题2 截至某日所知、某日有效', () => {
  /** The truthfulness check of 10 March was entered on the 12th; all else on its day. */
  const log = altered(story(LIFE), 'truthfulness.verified', {
    effectiveAt: '2024-03-10T02:00:00.000Z',
    recordedAt: '2024-03-12T02:00:00.000Z',
    backdated: true,
    reason: '系统停机',
  });
  const on = (day: string, asOf?: string) => ask(2, { project: PROJECT, on: day }, log, asOf ? { asOf } : {});
  const state = ({ verdict }: { verdict: string }) => /状态为“(.+?)”/.exec(verdict)?.[1];

  it('有效时间与所知时间是两回事：当日尚不知的补录，事后看在当日有效', async () => {
    expect(state(await on('2024-03-10', '2024-03-10'))).toBe('已提交');
    expect(state(await on('2024-03-10', '2024-03-12'))).toBe('已核实');
    expect((await on('2024-03-10', '2024-03-12')).verdict).toContain('其中1项在该日之后才录入');
    expect((await on('2024-03-10', '2024-03-10')).verdict).toContain('其中0项在该日之后才录入');
  });

  it('按发生的次序，不含该日之后发生的行为', async () => {
    const { rows } = await on('2024-03-10');
    expect(rows.map(({ rests }) => rests[0]?.type)).toEqual([
      'application.started',
      'document.attached',
      'application.submitted',
      'completeness.verified',
      'truthfulness.verified',
    ]);
    expect((await on('2024-01-01')).verdict).toContain('没有 2024-01-01 前发生的');
  });
});

describe('问题3 迟录和补录', () => {
  const asked = { year: YEAR };

  it('按时录入的日志没有', async () => {
    expect(await ask(3, asked, clean)).toMatchObject({ rows: [], faults: 0, verdict: '没有事后录入或补录的行为。' });
  });

  it('发现未标明的补录、没有理由的补录和发生在将来的行为', async () => {
    const flawed: readonly (readonly [string, object])[] = [
      ['未标明的补录', { effectiveAt: '2024-03-01T02:00:00.000Z' }],
      ['未说明理由的补录', { effectiveAt: '2024-03-01T02:00:00.000Z', backdated: true }],
      ['发生时间晚于记录时间', { effectiveAt: '2024-12-01T02:00:00.000Z' }],
    ];
    for (const [kind, change] of flawed) {
      const log = altered(clean, 'project.recommended', change);
      expect(faultsOf(await ask(3, asked, log))).toMatchObject([
        { says: expect.stringContaining(kind), at: [placeOf(log, 'project.recommended')] },
      ]);
    }
  });

  it('有理由的补录列出由谁补录、迟了几天，不作为问题', async () => {
    const change = { effectiveAt: '2024-03-11T02:00:00.000Z', backdated: true, reason: '系统停机' } as const;
    const log = story(LIFE, told('guidance.issued', {}, { ...byBody, at: '2024-03-21T02:00:00.000Z' }));
    const { rows, faults } = await ask(3, asked, altered(log, 'guidance.issued', change), {
      names: { 'account-binhai.liu': '刘强' },
    });
    expect(faults).toBe(0);
    expect(rows).toMatchObject([{ cells: { kind: '补录', person: '刘强', days: 10, reason: '系统停机' } }]);
  });

  it('载明日期的事项迟于该日才登记的也列出', async () => {
    const visit = told('visit.recorded', { visitedOn: '2024-03-01' }, byBody);
    const log = story(LIFE, visit);
    expect(await ask(3, asked, log)).toMatchObject({ faults: 0, rows: [{ cells: { kind: '事后登记', days: 11 } }] });
    expect(await ask(3, { ...asked, days: 30 }, log)).toMatchObject({ rows: [] });
  });

  it('只看所问年度，且不因其后的事件而变', async () => {
    const log = altered(clean, 'project.recommended', { effectiveAt: '2024-03-01T02:00:00.000Z' });
    expect(await ask(3, { year: 2025 }, log)).toMatchObject({ rows: [] });
    const asOf = String(placeOf(log, 'project.recommended') - 1);
    expect(await ask(3, asked, log, { asOf })).toMatchObject({ rows: [] });
  });
});

describe('问题1、2、3 旧软件记下的不实时间', () => {
  const asked = { project: PROJECT };
  const stated = (effectiveAt: string) => ({ effectiveAt, backdated: true, reason: '系统停机' }) as const;
  const says = (text: string) => [{ says: expect.stringContaining(text) }];

  it('发现早于所依据事项的批准，虽有理由', async () => {
    const log = altered(clean, 'project.recommended', stated('2024-03-06T01:00:00.000Z'));
    const flaw = '发生时间早于其所依据的truthfulness.verified';
    expect(faultsOf(await ask(1, asked, log))).toMatchObject(says(flaw));
    expect(faultsOf(await ask(2, { ...asked, on: '2024-03-31' }, log))).toMatchObject(says(flaw));
    expect(faultsOf(await ask(3, {}, log))).toMatchObject(says(flaw));
  });

  it('发现自办理之时起生效而被补录的行为', async () => {
    const log = altered(clean, 'project.recommended', stated('2024-03-10T03:00:00.000Z'));
    const flaw = '自办理之时起生效，不得补录';
    expect(faultsOf(await ask(1, asked, log))).toMatchObject(says(flaw));
    expect(faultsOf(await ask(2, { ...asked, on: '2024-03-31' }, log))).toMatchObject(says(flaw));
    expect(faultsOf(await ask(3, {}, log))).toMatchObject(says(flaw));
  });

  it('发现早于年度活动启动、账户登记、办法印发的行为', async () => {
    const opened = told('programme.opened', {}, { actor: OFFICER, at: '2024-03-05T01:00:00.000Z' });
    const guidance = told('guidance.issued', {}, { ...byBody, at: '2024-03-20T02:00:00.000Z' });
    const log = story(LIFE.toSpliced(4, 0, opened), guidance);
    for (const [at, flaw] of [
      ['2024-03-05T00:59:59.999Z', '早于年度活动启动'],
      ['2024-03-01T00:00:00.000Z', '早于账户登记'],
      ['2023-12-28T15:59:59.999Z', '早于办法印发之日'],
      ['2023-12-31T02:00:00.000Z', '账户在所述发生之日不具有角色'],
    ] as const) {
      const bad = altered(log, 'guidance.issued', stated(at));
      expect(faultsOf(await ask(1, asked, bad))).toMatchObject(says(flaw));
      expect(faultsOf(await ask(3, {}, bad))).toMatchObject(says(flaw));
    }
    expect(await ask(3, {}, altered(log, 'guidance.issued', stated('2024-03-12T02:00:00.000Z')))).toMatchObject({
      faults: 0,
    });
  });

  it('发现载明的日期早于所依据的事项', async () => {
    const monitored = told('progress.monitored', { monitoredOn: '2024-03-02' }, byUnit);
    const log = story(LIFE, told('implementation-plan.submitted', {}, byUnit), monitored);
    const flaw = '载明的日期早于其所依据的implementation-plan.submitted';
    expect(faultsOf(await ask(1, asked, log))).toMatchObject(says(flaw));
    expect(faultsOf(await ask(3, {}, log))).toMatchObject(says(flaw));
  });

  it('发现期限在所述日期与录入日期之间而未记为偏离的行为；已记偏离的不再作为问题', async () => {
    const about = { year: YEAR };
    const { plan: known } = samples['work-plan.published'];
    const dated = { ...known, deadlines: { ...known.deadlines, training: '2024-08-30' } };
    const plan = told('work-plan.published', { plan: dated }, { actor: OFFICER, about });
    const delivered = told(
      'training.delivered',
      { deliveredOn: '2024-08-30' },
      { actor: OFFICER, about, at: '2024-09-02T02:00:00.000Z' },
    );
    const log = story(PEOPLE, plan, delivered);
    expect(faultsOf(await ask(3, {}, log))).toMatchObject(says('期限 2024-08-30 在所述发生日期'));
    const basis = { plan: YEAR, version: 1, item: 'deadlines.training' };
    const deviations = [{ code: 'training-late', basis, zh: '逾期', en: 'late' }];
    expect(await ask(3, {}, altered(log, 'training.delivered', { deviations }))).toMatchObject({ faults: 0 });
  });
});

describe('问题10、15 第三方机构与以他人身份办理', () => {
  const clerk = { ...THIRD_PARTY, actedAs: 'MSR', entrustmentId: 'tpo-2024' } as const;
  const entrusted = told('third-party.entrusted', {}, { actor: OFFICER });
  const within = story(PEOPLE, entrusted, told('unit.registered', {}, { actor: clerk }));

  it('委托范围内的事项没有问题，并逐项列出', async () => {
    expect(await ask(10, {}, within)).toMatchObject({ faults: 0, rows: [{ cells: { command: 'RegisterUnit' } }] });
    expect(await ask(15, {}, within)).toMatchObject({ faults: 0, rows: [{ cells: { as: 'MSR', kind: '受托办理' } }] });
  });

  it('本人的保密承诺不需委托，也不是以他人身份', async () => {
    const own = { accountId: THIRD_PARTY.accountId, orgId: 'tpo-2024', role: 'TPO' } as const;
    const log = story(PEOPLE, told('confidentiality-undertaking.signed', own, { actor: THIRD_PARTY }));
    expect(await ask(10, {}, log)).toMatchObject({ faults: 0 });
    expect(await ask(15, {}, log)).toMatchObject({ rows: [] });
  });

  const outside: readonly (readonly [string, ReturnType<typeof told>[]])[] = [
    ['委托事项不含“编制项目计划”', [entrusted, told('project-plan.compiled', {}, { actor: clerk })]],
    ['不属于可委托的事务性工作', [entrusted, told('project.approved', {}, { actor: clerk })]],
    ['没有相应的委托', [told('unit.registered', {}, { actor: clerk })]],
    ['未注明所依据的委托', [entrusted, told('unit.registered', {}, { actor: { ...THIRD_PARTY, actedAs: 'MSR' } })]],
    [
      '不在委托期限（2024-03-01至2024-10-31）内',
      [
        entrusted,
        told('entrustment.terminated'),
        told('unit.registered', {}, { actor: clerk, at: '2024-11-01T02:00:00.000Z' }),
      ],
    ],
    [
      '委托事项不含“启动项目申报”',
      [
        entrusted,
        told('entrustment.scope-changed'),
        told('application-window.opened', {}, { actor: clerk, at: '2024-07-01T02:00:00.000Z' }),
      ],
    ],
  ];

  it.each(outside)('发现直接写入日志的越权行为：%s', async (flaw, parts) => {
    const log = story(PEOPLE, parts);
    for (const number of [10, 15]) {
      expect(faultsOf(await ask(number, {}, log))).toMatchObject([
        { says: expect.stringContaining(flaw), at: [log.length] },
      ]);
    }
  });

  it('发现非第三方角色使用委托、使用他人委托', async () => {
    const borrowed = { ...OFFICER, actedAs: 'MSR', entrustmentId: 'tpo-2024' } as const;
    const log = story(PEOPLE, entrusted, told('unit.registered', {}, { actor: borrowed }));
    expect(faultsOf(await ask(10, {}, log))[0]?.says).toContain('角色“市市场监督管理部门”使用了第三方委托');
    expect(faultsOf(await ask(15, {}, log))[0]?.says).toContain('只有第三方机构可以受托办理');
    const other = story(PEOPLE, entrusted, told('unit.registered', {}, { actor: { ...clerk, orgId: 'tpo-other' } }));
    expect(faultsOf(await ask(10, {}, other))[0]?.says).toContain('使用了其他机构的委托');
  });

  it('发现以他人名义评分、承诺、申报', async () => {
    const judge = { ...OFFICER, role: 'EXPERT', orgId: 'expert-zhao' } as const;
    for (const part of [
      told('score-sheet.submitted', {}, { actor: judge }),
      told('confidentiality-undertaking.signed', { accountId: 'msr.zhao' }, { actor: OFFICER }),
      told('application.submitted', {}, { actor: { ...APPLICANT, orgId: '91120116300001011B' } }),
    ]) {
      const log = story(PEOPLE, part);
      expect(faultsOf(await ask(15, {}, log))).toMatchObject([
        { says: expect.stringContaining('只能由本人或本单位作出'), at: [log.length] },
      ]);
    }
  });

  it('截至越权之前的报告没有问题', async () => {
    const log = story(PEOPLE, entrusted, told('project.approved', {}, { actor: clerk }));
    expect(await ask(10, {}, log, { asOf: String(log.length - 1) })).toMatchObject({ faults: 0 });
    expect(await ask(15, {}, log, { asOf: String(log.length - 1) })).toMatchObject({ faults: 0 });
  });
});
