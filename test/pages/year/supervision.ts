/** What the supervisor finds of it all, from his questions on. */
import { expect, it, vi } from 'vitest';
import { SUPERVISOR } from '../../programme-year/cast.ts';
import { WORK } from './application.ts';
import type { YearOfPeople } from './people.ts';

export function supervision(year: YearOfPeople): void {
  it('监督人员从问题走到这个项目的每一步，当场核验其中一个，打印证据材料', async () => {
    const supervisor = await year.at('/supervision', SUPERVISOR);
    await supervisor.follow('项目全程行为');
    await supervisor.follow(WORK.title);
    const told = await supervisor.reads();
    for (const act of ['提交立项申报材料', '核实真实性', '推荐立项', '通过立项审核', '项目完成'])
      expect(told).toContain(act);
    const { page } = supervisor;
    await supervisor.follow(/^\d+$/, supervisor.row('推荐立项'));
    await vi.waitFor(
      async () => {
        await page.reload();
        expect(await supervisor.reads()).toContain('证明成立');
      },
      { timeout: 20_000, interval: 200 },
    );
    await supervisor.follow(WORK.title);
    await supervisor.follow(/证据材料/);
    expect(await supervisor.reads()).toContain('身份、依据和次序均无问题');
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });
}
