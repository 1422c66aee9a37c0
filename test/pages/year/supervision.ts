/** What the supervisor finds of it all, from his questions on. */
import { expect, it, vi } from 'vitest';
import { SUPERVISOR } from '../../programme-year/cast.ts';
import type { PersonAtBrowser } from '../../support/person-at-browser.ts';
import { WORK } from './application.ts';
import type { YearOfPeople } from './people.ts';

/** Of each part of the year, as the life line of the project names them. */
const ACTS = [
  ...['提交立项申报材料', '核实真实性', '推荐立项', '通过立项审核', '列入项目计划'],
  ...['提交项目实施方案', '报告PDCA阶段', '记录走访', '提出指导意见', '监测评估进展和效果', '项目完成'],
  ...['提交项目成果材料', '推荐成果', '提交评分表', '认定优秀成果', '颁发证书'],
];

/** Of the case, which is the unit's: under the article that it follows. */
const ACTS_OF_CASE = ['反映弄虚作假线索', '立案核查', '认定骗取优秀成果', '撤销优秀成果认定并通报'];

export function supervision(year: YearOfPeople): void {
  it('监督人员从问题走到这个项目的每一步，当场核验其中一个，打印证据材料', async () => {
    const supervisor = await year.at('/supervision', SUPERVISOR);
    await supervisor.follow('项目全程行为');
    await supervisor.follow(WORK.title);
    const told = await supervisor.reads();
    for (const act of ACTS) expect(told).toContain(act);
    const { page } = supervisor;
    await supervisor.follow(/^\d+$/, supervisor.row('推荐立项'));
    await isProved(supervisor);
    await supervisor.follow(WORK.title);
    await supervisor.follow(/证据材料/);
    expect(await supervisor.reads()).toContain('身份、依据和次序均无问题');
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('监督人员从第二十五条走到撤销，当场核验', async () => {
    const supervisor = await year.at('/statute', SUPERVISOR);
    await supervisor.follow('第二十五条');
    await supervisor.follow('监督轨迹：依据本条的行为');
    const told = await supervisor.reads();
    for (const act of ACTS_OF_CASE) expect(told).toContain(act);
    await supervisor.follow(/^事件 \d+$/, supervisor.row('撤销优秀成果认定并通报'));
    await isProved(supervisor);
  });
}

/** The event before him, as soon as a checkpoint covers it. */
async function isProved(supervisor: PersonAtBrowser): Promise<void> {
  await vi.waitFor(
    async () => {
      await supervisor.page.reload();
      expect(await supervisor.reads()).toContain('证明成立');
    },
    { timeout: 20_000, interval: 200 },
  );
}
