/** The technical evaluation: read, scored, aggregated, and a list proposed (art-19, art-20). */
import { expect, it } from 'vitest';
import { OFFICE } from '../../programme-year/cast.ts';
import { publication } from '../../programme-year/deeds.ts';
import type { PersonAtBrowser } from '../../support/person-at-browser.ts';
import { WORK } from './application.ts';
import { accountOf, oneAndOthers, onPanel, PANEL } from './panel.ts';
import type { YearOfPeople } from './people.ts';

const STANDARD = {
  title: '2024年度质量攻关成果评定标准',
  criteria: [
    { id: 'topic', title: '选题针对性', weight: 20, max: 20 },
    { id: 'method', title: '方法与程序', weight: 30, max: 30 },
    { id: 'effect', title: '攻关成效', weight: 50, max: 50 },
  ],
  normalisation: 'none',
  tieBreak: ['effect', 'method'],
  references: ['T/CAQ 10201'],
  url: publication('pdbz'),
};

const COMMENT = '选题针对性强，成效可核实。';

/** Reads what was handed in, and gives marks beside it. */
async function scores(expert: PersonAtBrowser, effect: number): Promise<void> {
  await expert.open('/panel-duties');
  await expert.follow(WORK.title);
  expect(await expert.reads()).toContain('成果报告.txt');
  await expert.follow('填写评分表');
  const marks = { 选题针对性: 18, 方法与程序: 27, 攻关成效: effect };
  for (const [criterion, points] of Object.entries(marks))
    await expert.page.getByRole('group', { name: criterion }).getByRole('textbox').fill(String(points));
  expect(await expert.sends({ comment: COMMENT })).toContain('已记录');
}

export function evaluation(year: YearOfPeople): void {
  const place = `/evaluations/${PANEL}`;

  async function scoredByProgram(accountId: string, effect: number): Promise<void> {
    const points = { topic: 18, method: 27, effect };
    const scores = Object.entries(points).map(([criterionId, given]) => ({ criterionId, points: String(given) }));
    await year.as(accountId).post(`${place}/projects/${year.projectId}/sheet`, { scores, comment: COMMENT });
  }

  const speaker = () => year.person(accountOf(year.members[1] as string));
  const onEvaluation = async () => {
    const office = await onPanel(year, OFFICE);
    await office.follow('评分与名单');
    return office;
  };

  it('第十九条 主管部门发布评定标准，启动评分', async () => {
    year.clock.set('2024-11-18');
    const office = await year.at('/registers', OFFICE);
    await office.follow('办法、规范和标准');
    await office.follow('评定标准');
    await office.does('发布评定标准', STANDARD);
    expect(await office.reads()).toContain('攻关成效 50%');
    await onPanel(year, OFFICE);
    expect(await office.does('启动评分')).toContain('已记录');
  });

  it('第二十条 专家阅卷、评分；回避的专家什么也看不到', async () => {
    year.clock.set('2024-11-20');
    const [first = '', , ...rest] = year.members;
    const [one, alike] = oneAndOthers(rest);
    await scores(await speaker(), 44);
    await scores(await year.person(one), 45);
    for (const [at, accountId] of alike.entries()) await scoredByProgram(accountId, 44 + (at % 3));
    const recused = await year.at('/panel-duties', accountOf(first));
    expect(await recused.reads()).not.toContain(WORK.title);
  });

  it('第二十条 主管部门结束评分，汇总；任何一次汇总都可复算', async () => {
    year.clock.set('2024-11-25');
    const office = await onEvaluation();
    await office.does('结束评分');
    await office.does('汇总评分');
    await office.follow('评分排名');
    expect(await office.row(WORK.title).textContent()).toContain('评分来源');
    await office.follow('复算');
    expect(await office.reads()).toContain('由评分表重新计算，与记录一致');
  });

  it('第二十条 技术评定组完成评定，拟定建议名单，逐人签署，提出', async () => {
    year.clock.set('2024-12-02');
    const [, , ...rest] = year.members;
    const draws = await speaker();
    await draws.open('/panel-duties');
    await draws.follow(/^查看评分结果/);
    await draws.does('完成技术评定');
    await draws.does('拟定优秀成果建议名单', {
      projects: [`第 1 名：${WORK.title}`],
      minutes: '技术评定组二〇二四年十二月二日会议纪要',
    });
    await draws.does('签署优秀成果建议名单');
    const [one, alike] = oneAndOthers(rest);
    const signs = await year.at('/panel-duties', one);
    await signs.follow(/^查看评分结果/);
    expect(await signs.does('签署优秀成果建议名单')).toContain('已记录');
    for (const accountId of alike) {
      const { draft } = await year.as(accountId).get<{ draft: { listHash: string } }>(`${place}/list`);
      await year.as(accountId).post(`${place}/list/signature`, { listHash: draft.listHash });
    }
    await draws.page.reload();
    expect(await draws.does('提出优秀成果建议名单')).toContain('已记录');
    expect(await draws.reads()).toContain('已提出第1轮建议名单');
  });
}
