/** From the proposed list to the certificate in the hands of the public (art-21, art-22). */
import { expect, it } from 'vitest';
import { panelName } from '../../../infra/pages/parts/format.ts';
import { OFFICE, PUBLISHER, REVIEWER, YEAR } from '../../programme-year/cast.ts';
import { publication } from '../../programme-year/deeds.ts';
import { WORK } from './application.ts';
import { PANEL } from './panel.ts';
import type { YearOfPeople } from './people.ts';

export const CERTIFICATE = `${YEAR}-00001`;

export function recognition(year: YearOfPeople): void {
  const onRecognition = async (accountId: string, part: string) => {
    const somebody = await year.at(`/programmes/${YEAR}`, accountId);
    await somebody.follow('认定和公布');
    await somebody.follow(part);
    return somebody;
  };

  it('第二十一条 主管部门审核建议名单，逐项保留', async () => {
    year.clock.set('2024-12-06');
    const reviewer = await onRecognition(REVIEWER, '建议名单');
    await reviewer.follow(panelName(PANEL));
    expect(
      await reviewer.does('审核优秀成果建议名单', {}, reviewer.page.locator('section .offers, section .acts')),
    ).toContain('已记录');
  });

  it('依工作方案公示，期满结束', async () => {
    const reviewer = await onRecognition(REVIEWER, '公示');
    await reviewer.does('公示拟认定优秀成果', { url: publication('gongshi') });
    expect(await reviewer.reads()).toContain('2024-12-11（3 个工作日）');
    year.clock.set('2024-12-12');
    const later = await onRecognition(REVIEWER, '公示');
    expect(await later.does('结束公示')).toContain('已记录');
  });

  it('第二十一条 主管部门认定，由另一人公布，任何人可查', async () => {
    year.clock.set('2024-12-13');
    const reviewer = await onRecognition(REVIEWER, '建议名单');
    await reviewer.does('认定优秀成果', {}, reviewer.row(WORK.title));
    const publisher = await onRecognition(PUBLISHER, '拟公布的优秀成果');
    expect(await publisher.does('公布优秀成果', { url: publication('yxcg') })).toContain('已记录');
    const anybody = await year.anybody();
    await anybody.open('/');
    await anybody.open(`/years/${YEAR}/excellent`);
    expect(await anybody.row(WORK.title).textContent()).toContain('有效');
  });

  it('第二十一条 主管部门通报表扬，颁发证书；任何人凭编号查验为有效', async () => {
    year.clock.set('2024-12-16');
    const office = await onRecognition(OFFICE, '优秀成果');
    await office.does(
      '通报表扬',
      {
        recipient: { type: '参与人员', name: WORK.people[0] },
        document: '津市监质〔2024〕30号',
        url: publication('tbby'),
      },
      office.row(WORK.title),
    );
    await office.follow('通报表扬和证书');
    await office.does('颁发证书');
    await office.follow(CERTIFICATE);
    expect(await standingOfCertificate(year)).toBe('有效');
  });
}

/** What anybody is told who types the number of the certificate in. */
export async function standingOfCertificate(year: YearOfPeople): Promise<string | null> {
  const anybody = await year.anybody();
  await anybody.open('/certificates');
  await anybody.page.getByLabel('证书编号').fill(CERTIFICATE);
  await anybody.page.getByRole('main').getByRole('button', { name: '筛选' }).click();
  const stamp = anybody.page.locator('.stamp');
  await stamp.waitFor();
  return stamp.textContent();
}
