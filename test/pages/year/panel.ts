/** The panel: a seed is sealed, experts are drawn, say whom they have to do with, and are constituted (art-18, art-26). */
import { expect, it } from 'vitest';
import { demoIdentityOf } from '../../../infra/demo/identity.ts';
import { panelName } from '../../../infra/pages/parts/format.ts';
import { MUNICIPAL, OFFICE, UNITS, YEAR } from '../../programme-year/cast.ts';
import type { PersonAtBrowser } from '../../support/person-at-browser.ts';
import { WORK } from './application.ts';
import type { YearOfPeople } from './people.ts';

/** The first of its year: the page that leads to the form numbers it. */
export const PANEL = `${YEAR}-1`;
const EXPERTS = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛'].map((mark, at) => ({
  expertId: `e-${101 + at}`,
  name: `评委${mark}`,
}));
export const accountOf = (name: string) => `expert.${EXPERTS.find(expert => expert.name === name)?.expertId}`;

/** Of those who do the same, one does it at a browser, and the others by program. */
export function oneAndOthers(names: readonly string[]): readonly [one: string, others: readonly string[]] {
  const [one, ...others] = names.map(accountOf);
  if (one === undefined) throw new Error('nobody was drawn');
  return [one, others];
}

const BEACON = { source: '中国福利彩票双色球', round: '第2024128期', publishedAt: '2024-11-05 21:15' };

/** The experts are in the bank and have accounts. */
async function admittedByProgram(year: YearOfPeople): Promise<void> {
  await year.as(OFFICE).post('/expert-bank/rules', {
    title: '技术评定专家库管理办法',
    textHash: 'd'.repeat(64),
    effectiveOn: '2024-11-04',
    reviewEveryMonths: 12,
  });
  for (const [at, { expertId, name }] of EXPERTS.entries()) {
    await year.as(OFFICE).post('/experts', {
      expertId,
      name,
      identity: demoIdentityOf(expertId),
      fields: ['质量管理'],
      professionalTitle: '正高级工程师',
      employerName: `天津第${at + 1}研究院`,
    });
    await year.deeds.signUp({ accountId: accountOf(name), name, role: 'EXPERT', orgId: expertId }, MUNICIPAL);
  }
}

/** Promises secrecy, and says of the unit before him whether he has to do with it. */
async function declares(expert: PersonAtBrowser, conflict?: { readonly kind: string; readonly detail: string }) {
  await expert.open('/panel-duties');
  await expert.follow('阅读并签署');
  await expert.sends();
  await expert.follow(/^申明利害关系/);
  const { page } = expert;
  await page.getByLabel(conflict ? '有利害关系' : '无利害关系', { exact: true }).check();
  if (conflict) {
    await page.getByText('有利害关系的，在此说明').click();
    await page.getByLabel(conflict.kind, { exact: true }).check();
    await page.getByLabel('详情').fill(conflict.detail);
  }
  expect(await expert.sends()).toContain('已记录');
}

export async function onPanel(year: YearOfPeople, accountId: string): Promise<PersonAtBrowser> {
  const somebody = await year.at('/registers', accountId);
  await somebody.follow('技术评定组');
  await somebody.follow(panelName(PANEL));
  return somebody;
}

export function panel(year: YearOfPeople): void {
  let seed: string;

  it('第十八条 主管部门封存种子，启动组建', async () => {
    year.clock.set('2024-11-04');
    await admittedByProgram(year);
    const office = await year.at('/registers', OFFICE);
    await office.follow('技术评定组');
    await office.follow('准备启动评定组组建');
    seed = (await office.page.locator('strong.hash').textContent()) ?? '';
    await office.follow('种子已抄下，启动组建');
    expect(await office.sends({ beacon: BEACON })).toContain('已记录');
    await onPanel(year, OFFICE);
    expect(await office.reads()).toContain(WORK.title);
    expect(await office.page.content()).not.toContain(seed);
  });

  it('第十八条 公开随机数公布之后，以种子抽取专家', async () => {
    year.clock.set('2024-11-06');
    const office = await onPanel(year, OFFICE);
    await office.does('随机抽取专家', { seed, beaconValue: '03 07 11 18 25 31 + 09' });
    const names = await office.page.getByRole('link', { name: /^评委/ }).allTextContents();
    year.members.push(...names);
    expect(names).toHaveLength(7);
    await office.follow('抽取复核');
    expect(await office.reads()).toContain('重新抽取，结果与记录一致');
  });

  it('第十八条、第二十六条 专家签署保密承诺，申明利害关系；有利害关系的回避', async () => {
    year.clock.set('2024-11-07');
    const [first = '', ...others] = year.members;
    const recused = await year.person(accountOf(first));
    await declares(recused, { kind: '合作或合著', detail: '两年前与该单位合作发表论文' });
    expect(await recused.reads()).toContain('已回避');
    const [speaker = '', ...rest] = others;
    const [one, alike] = oneAndOthers(rest);
    for (const accountId of [accountOf(speaker), one]) {
      const expert = await year.person(accountId);
      await declares(expert);
      expect(await expert.reads()).toContain('均已申明');
    }
    for (const accountId of alike) {
      await year.as(accountId).post('/confidentiality-undertakings');
      const declarations = [{ uscc: UNITS.haihe.uscc, declaration: 'none' }];
      await year.as(accountId).post(`/panels/${PANEL}/declarations`, { declarations });
    }
  });

  it('第十八条 主管部门核查利害关系线索，组建技术评定组', async () => {
    year.clock.set('2024-11-12');
    const office = await onPanel(year, OFFICE);
    await office.does('核查利害关系线索');
    await office.follow('利害关系矩阵');
    expect(await office.reads()).toContain('回避（合作或合著）');
    await office.does('组建技术评定组');
    expect(await office.reads()).toContain('状态已成立');
  });
}
