/** Questions 4 and 12: duties without an act, projects without a visit or a training. */
import { describe, expect, it } from 'vitest';
import { ARTICLES } from '../../events/statute.ts';
import { DUTIES } from '../../projections/report/duty-table.ts';
import { type Told, told } from '../support/fold.ts';
import { APPLICANT, ask, BODY, faultsOf, OFFICER, PROJECT, story, UNIT, VERIFIER, YEAR } from './support.ts';

const asked = { year: YEAR };
const about = { year: YEAR };
const byOffice = { actor: OFFICER, about };
const byBody = { actor: VERIFIER, about };
const byUnit = { actor: APPLICANT, about };

const body = told('recommending-body.registered', {}, byOffice);
const municipal = [
  told('programme.opened', {}, byOffice),
  told('programme-rule.issued', {}, byOffice),
  told('third-party.entrusted', {}, byOffice),
  told('expert.reviewed', {}, byOffice),
  told('coordination-action.recorded', {}, byOffice),
  told('promotion-activity.recorded', {}, byOffice),
  told('exchange-meeting.convened', {}, byOffice),
];
const promoted = told('local-promotion.recorded', {}, byBody);

const missing = async (...parts: readonly (Told | readonly Told[])[]) =>
  (await ask(4, asked, story(...parts))).rows.map(({ cells }) => `${cells.id} ${cells.article} ${cells.duty}`);

describe('问题4 尚无行为的职责', () => {
  it('全部履行的年度没有', async () => {
    expect(await missing(body, municipal, promoted)).toEqual([]);
    const { verdict } = await ask(4, asked, story(body, municipal, promoted));
    expect(verdict).toBe('2024年度应履行的职责7项，均有行为。');
  });

  it('发现市市场监督管理部门未履行的职责，一项一行', async () => {
    for (const [type, duty] of [
      ['programme-rule.issued', 'msr 第五条（一） 制定制度规范并组织实施'],
      ['third-party.entrusted', 'msr 第五条（二） 委托第三方机构承担事务性工作'],
      ['expert.reviewed', 'msr 第五条（三） 建立专家库并实行动态管理'],
      ['coordination-action.recorded', 'msr 第七条 加强协同配合、选树典型'],
      ['promotion-activity.recorded', 'msr 第二十三条 优秀成果宣传推广'],
      ['exchange-meeting.convened', 'msr 第二十三条 召开优秀成果交流会'],
    ]) {
      const rest = municipal.filter(({ name }) => name !== type);
      expect(await missing(body, rest, promoted)).toEqual([duty]);
    }
    expect(await missing(body, municipal, promoted, told('exchange-meeting.cancelled', {}, byOffice))).toEqual([
      'msr 第二十三条 召开优秀成果交流会',
    ]);
  });

  it('推荐单位收到申报而未核实、推荐，收到成果而未汇总、推荐', async () => {
    const submitted = [told('application.started', {}, byUnit), told('application.submitted', {}, byUnit)];
    const verified = told('completeness.verified', {}, byBody);
    const recommended = told('project.recommended', {}, byBody);
    expect(await missing(body, municipal, promoted, submitted)).toEqual([
      `${BODY} 第六条 立项推荐`,
      `${BODY} 第十二条 核实完整性、真实性`,
    ]);
    expect(await missing(body, municipal, promoted, submitted, verified, recommended)).toEqual([]);
    expect(await missing(body, municipal, promoted, told('results.submitted', {}, byUnit))).toEqual([
      `${BODY} 第六条 成果推荐`,
      `${BODY} 第十七条（第二个第十七条） 汇总并推荐项目成果`,
    ]);
  });

  it('列入计划后：项目单位的实施方案、程序、监测，推荐单位的跟踪服务；终止的不再应履行', async () => {
    const listed = told('project.listed', {}, byOffice);
    const own = [
      told('implementation-plan.submitted', {}, byUnit),
      told('pdca-stage.reported', {}, byUnit),
      told('progress.monitored', {}, byUnit),
    ];
    const visited = told('visit.recorded', {}, byBody);
    expect(await missing(body, municipal, promoted, listed)).toEqual([
      `${BODY} 第十六条 跟踪服务`,
      `${UNIT} 第十五条 制定项目实施方案`,
      `${UNIT} 第十五条 遵循计划、执行、检查、处理程序`,
      `${UNIT} 第十五条 定期监测和评估`,
    ]);
    expect(await missing(body, municipal, promoted, listed, own, visited)).toEqual([]);
    expect(await missing(body, municipal, promoted, listed, told('project.terminated', {}, byUnit))).toEqual([]);
    const completed = told('project.completed', {}, byUnit);
    expect(await missing(body, municipal, promoted, listed, own, visited, completed)).toEqual([
      `${UNIT} 第十七条（第一个第十七条） 提交项目成果材料`,
    ]);
  });

  it('按项目应履行的，一个项目的行为不抵另一个项目的', async () => {
    const other = { projectId: '2024-0aaa1bbb' };
    const submitted = [told('application.submitted', {}, byUnit), told('application.submitted', other, byUnit)];
    const one = [told('completeness.verified', {}, byBody), told('project.recommended', {}, byBody)];
    const answer = await ask(
      4,
      asked,
      story(body, municipal, promoted, told('application.started', other), submitted, one),
    );
    expect(answer.rows.map(({ says }) => says)).toEqual([
      expect.stringMatching(/^滨海新区市场监督管理局对《.+》尚无“立项推荐”的行为，依据第六条（负责）$/),
      expect.stringMatching(/^滨海新区市场监督管理局对《.+》尚无“核实完整性、真实性”的行为/),
    ]);
    const held = told('project.held', other, byBody);
    const returned = told('application.returned', other, byBody);
    expect(await missing(body, municipal, promoted, submitted, one, held)).toEqual([
      `${BODY} 第十二条 核实完整性、真实性`,
    ]);
    expect(await missing(body, municipal, promoted, submitted, one, returned)).toEqual([]);
  });

  it('成果按项目汇总：只报送一项，另一项尚无行为；撤回的不再应履行', async () => {
    const other = { projectId: '2024-0aaa1bbb' };
    const submitted = [told('results.submitted', {}, byUnit), told('results.submitted', other, byUnit)];
    const batch = [told('result.recommended', {}, byBody), told('result-batch.forwarded', {}, byBody)];
    expect(await missing(body, municipal, promoted, submitted, batch)).toEqual([
      `${BODY} 第六条 成果推荐`,
      `${BODY} 第十七条（第二个第十七条） 汇总并推荐项目成果`,
    ]);
    const withdrawn = told('results.withdrawn', other, byUnit);
    expect(await missing(body, municipal, promoted, submitted, batch, withdrawn)).toEqual([]);
  });

  it('其他单位、其他年度的行为不算；此前最近一次注明日期', async () => {
    const elsewhere = { actor: { ...VERIFIER, orgId: 'district-hexi' }, about };
    const lastYear = { actor: VERIFIER, about: { year: 2023 }, at: '2023-11-01T02:00:00.000Z' };
    const log = story(
      body,
      municipal,
      told('local-promotion.recorded', {}, lastYear),
      told('local-promotion.recorded', {}, elsewhere),
    );
    const answer = await ask(4, { ...asked, organisation: BODY }, log);
    expect(faultsOf(answer)).toMatchObject([{ says: expect.stringContaining('此前最近一次为 2023-11-01'), at: [1] }]);
    expect(answer.rows[0]?.says).toContain('滨海新区市场监督管理局尚无“本行业、本区域宣传推广”的行为');
  });

  it('第七条 协同配合记名于各参与方；区市场监督管理部门不在其列', async () => {
    const authority = told(
      'recommending-body.registered',
      { bodyId: 'industry-gongxin', kind: 'industry-authority', name: '市工业和信息化局' },
      byOffice,
    );
    const own = told('local-promotion.recorded', {}, { actor: { ...VERIFIER, orgId: 'industry-gongxin' }, about });
    expect(await missing(body, authority, municipal, promoted, own)).toEqual([]);
    const alone = municipal.filter(({ name }) => name !== 'coordination-action.recorded');
    expect(await missing(body, authority, alone, promoted, own)).toEqual([
      'msr 第七条 加强协同配合、选树典型',
      'industry-gongxin 第七条 加强协同配合、选树典型',
    ]);
  });

  it('其后的行为不改变此前的报告', async () => {
    const log = story(body, municipal, promoted);
    const asOf = String(log.length - 1);
    const before = await ask(4, asked, log.slice(0, -1), { asOf });
    expect(before.faults).toBe(1);
    expect(await ask(4, asked, log, { asOf })).toEqual(before);
  });

  it('职责表与条文用语一致，不含“鼓励”', () => {
    const textOf = (id: string) => ARTICLES.find(article => article.id === id)?.text ?? '';
    for (const { article, word } of DUTIES) {
      // 第七条、第二十四条等的“应”在原文中，第六条等的“负责”亦然。
      expect(textOf(article), article).toContain(word);
      expect(textOf(article), article).not.toContain('鼓励');
    }
  });
});

describe('问题12 未走访或未培训的项目', () => {
  const listed = told('project.listed');
  const visited = told('visit.recorded', {}, byBody);
  const trained = told('training.attended');

  it('均已走访和培训的没有', async () => {
    expect(await ask(12, asked, story(listed, visited, trained))).toMatchObject({ rows: [], faults: 0 });
  });

  it('发现未走访、未培训的项目', async () => {
    for (const [parts, lacking] of [
      [[listed, trained], '尚无走访记录'],
      [[listed, visited], '尚无培训记录'],
      [[listed], '尚无走访、培训记录'],
      [[listed, visited, told('training.attended', { role: '旁听' })], '尚无培训记录'],
      [[listed, told('visit.planned'), trained], '尚无走访记录'],
      [[listed, told('visit.recorded', { projectId: '2024-0aaa1bbb' }), trained], '尚无走访记录'],
    ] as const) {
      const [fault, ...others] = faultsOf(await ask(12, asked, story(parts)));
      expect(others).toEqual([]);
      expect(fault).toMatchObject({ says: expect.stringContaining(lacking), at: [1] });
    }
  });

  it('终止的项目列出而不作为问题；其他年度的不列', async () => {
    const terminated = told('project.terminated');
    expect(await ask(12, asked, story(listed, terminated))).toMatchObject({
      faults: 0,
      rows: [{ cells: { project: PROJECT, state: '已终止' } }],
    });
    expect(await ask(12, { year: 2025 }, story(listed))).toMatchObject({ rows: [] });
  });

  it('截至走访之前的报告仍列为未走访', async () => {
    const log = story(listed, trained, visited);
    expect(await ask(12, asked, log, { asOf: '2' })).toMatchObject({ faults: 1 });
    expect(await ask(12, asked, log)).toMatchObject({ faults: 0 });
  });
});
