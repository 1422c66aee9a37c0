/** A fraud comes out: from what the body reports to the revocation that the public sees (art-25). */
import { expect, it, vi } from 'vitest';
import { officerOf, PUBLISHER, REVIEWER, YEAR } from '../../programme-year/cast.ts';
import { publication } from '../../programme-year/deeds.ts';
import { BODY, UNIT, WORK } from './application.ts';
import { evidence, type YearOfPeople } from './people.ts';
import { standingOfCertificate } from './recognition.ts';

const CLUE = '检测报告与原始记录不符。';
const NOTICE = { document: '津市监质告〔2024〕1号', answerBy: '2024-12-23' };

export function fraud(year: YearOfPeople): void {
  const onCase = async (accountId: string) => {
    const somebody = await year.at('/registers', accountId);
    await somebody.follow('弄虚作假案件');
    await somebody.page.getByRole('table').getByRole('link').first().click();
    await somebody.page.waitForURL(/fraud-cases\/./);
    return somebody;
  };

  it('第二十五条 推荐单位反映线索，主管部门立案，记录证据，告知单位', async () => {
    year.clock.set('2024-12-21');
    const officer = await year.at('/registers', officerOf(BODY));
    await officer.follow('弄虚作假案件');
    expect(await officer.does('反映弄虚作假线索', { uscc: UNIT.uscc, detail: CLUE })).toContain('已记录');
    const reviewer = await onCase(REVIEWER);
    expect(await reviewer.reads()).toContain(CLUE);
    await reviewer.does('立案核查', { resultIds: [`${WORK.title}（${YEAR}年）`], grounds: '线索具体。' });
    await reviewer.does('记录核查证据', { findings: '检测机构无该报告存根。', evidence: evidence('检测机构复函') });
    expect(await reviewer.does('告知项目单位', NOTICE)).toContain('已记录');
  });

  it('第二十五条 单位陈述，主管部门认定', async () => {
    const unit = await year.at('/work', UNIT.account);
    await unit.follow(NOTICE.document);
    expect(await unit.reads()).not.toContain(CLUE);
    await unit.does('记录项目单位陈述', { outcome: 'stated', statement: '报告由第三方提供，我单位失察。' });
    const reviewer = await onCase(REVIEWER);
    expect(await reviewer.reads()).toContain('我单位失察');
    await reviewer.does('认定骗取优秀成果', { kind: '虚假材料', findings: '检测报告系伪造。' });
  });

  it('第二十五条 另一人撤销认定并通报；证书查验为已撤销', async () => {
    year.clock.set('2024-12-24');
    const publisher = await onCase(PUBLISHER);
    const circulation = {
      document: '津市监质撤〔2024〕1号',
      url: publication('cx-1'),
      recipients: ['各推荐单位'],
    };
    expect(await publisher.does('撤销优秀成果认定并通报', { circulation })).toContain('已记录');
    // A browser may keep a public page for a quarter of a minute.
    await vi.waitFor(async () => expect(await standingOfCertificate(year)).toBe('已撤销'), {
      timeout: 30_000,
      interval: 1_000,
    });
    const anybody = await year.anybody();
    await anybody.open(`/years/${YEAR}/excellent`);
    expect(await anybody.row(WORK.title).textContent()).toContain('已撤销');
    await anybody.open('/revocations');
    expect(await anybody.row(UNIT.name).textContent()).toContain(circulation.document);
  });
}
