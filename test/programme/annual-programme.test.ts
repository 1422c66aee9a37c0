import { describe, expect, it } from 'vitest';
import { applicationWindowClosed, programmeClosed } from '../../events/programme.ts';
import { regulationInForce, regulationRepealed, regulationSuperseded } from '../../events/rulebook.ts';
import { REGULATION } from '../../events/statute.ts';
import { closeAnnualProgramme, openAnnualProgramme } from '../../services/programme/commands.ts';
import type { Past } from '../support/given.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import { appended, inForce, morningOf, opened, planned, running, send, YEAR } from './year.ts';

const opening = (year: number) => ({ year, title: `${year}年度质量攻关`, regulation: REGULATION });
const openedOn = (day: string, log: readonly Past[] = [inForce]) =>
  send(log, openAnnualProgramme, { input: opening(Number(day.slice(0, 4))), now: morningOf(day) });

describe('第四条 one programme a year', () => {
  it('given the regulation is in force, when the programme of the current year is opened, then it is open', async () => {
    expect(factsOf(await openedOn('2024-03-20'))).toEqual([{ type: 'programme.opened', data: opening(2024) }]);
  });

  it('given it is open, when it is opened again, then it is refused', async () => {
    expect(refusalOf(await openedOn('2024-03-20', [inForce, opened]))).toMatchObject({
      code: 'programme-exists',
      rule: { article: 'art-04' },
    });
  });

  it.each([2025, 2100])('when the programme of another year (%i) is opened in 2024, then it is refused', async year => {
    const refusal = refusalOf(await send([inForce], openAnnualProgramme, { input: opening(year) }));
    expect(refusal).toMatchObject({ code: 'not-the-current-year', rule: { article: 'art-04' } });
  });

  it('the current year is that of Shanghai: 2024-12-31T16:00Z is 2025', async () => {
    const at = (now: string) => send([inForce], openAnnualProgramme, { input: opening(2025), now });
    expect(refusalOf(await at('2024-12-31T15:59:59.999Z')).code).toBe('not-the-current-year');
    expect(factsOf(await at('2024-12-31T16:00:00.000Z'))).toHaveLength(1);
  });

  const closing = { input: { year: YEAR, summary: '年度活动完成' } };

  it('given it is open, when it is closed, then it is closed; closing it again changes nothing', async () => {
    const drafts = await send(planned, closeAnnualProgramme, closing);
    expect(factsOf(drafts)).toMatchObject([{ type: 'programme.closed' }]);
    expect(factsOf(await send(appended(planned, drafts), closeAnnualProgramme, closing))).toEqual([]);
    const otherwise = { input: { ...closing.input, summary: '另一说法' } };
    expect(refusalOf(await send(appended(planned, drafts), closeAnnualProgramme, otherwise)).code).toBe(
      'recorded-otherwise',
    );
  });

  it('given the application window has not been closed, when the programme is closed, then it is refused', async () => {
    expect(refusalOf(await send(running, closeAnnualProgramme, closing)).code).toBe('applications-not-closed');
    const closed = { draft: applicationWindowClosed.of({ year: YEAR, closedAt: '2024-04-30T16:00:00.000Z' }) };
    expect(factsOf(await send([...running, closed], closeAnnualProgramme, closing))).toHaveLength(1);
  });

  it('given no programme, when it is closed, then it is refused', async () => {
    expect(refusalOf(await send([inForce], closeAnnualProgramme, closing)).code).toBe('programme-not-open');
  });

  it('given it is closed, when it is opened again, then it is refused', async () => {
    const closed = { draft: programmeClosed.of({ year: YEAR, summary: '年度活动完成' }) };
    expect(refusalOf(await openedOn('2024-11-20', [inForce, opened, closed])).code).toBe('programme-exists');
  });
});

describe('第二十七条 a new programme needs a regulation in force', () => {
  it('when it is not registered, then it is called that, not out of force', async () => {
    const term = { from: '2023-12-29', lastDay: '2028-12-28', lastDayByCivilCode: '2028-12-29' };
    const log = [{ draft: regulationInForce.of({ doc: '津政办规〔2023〕99号', ...term }) }];
    expect(refusalOf(await openedOn('2024-03-20', log))).toMatchObject({
      code: 'regulation-unknown',
      rule: { houseRule: 'rulebook' },
      zh: expect.stringContaining(`${REGULATION} 未登记`),
    });
  });

  it('whatever is named: when none is registered, or none in force, then opening is not offered', async () => {
    const named = { ...opening(2024), regulation: '随便填写' };
    const refused = async (log: readonly Past[], day: string) =>
      refusalOf(
        await send(log, openAnnualProgramme, {
          input: { ...named, year: Number(day.slice(0, 4)) },
          now: morningOf(day),
        }),
      );
    expect((await refused([], '2024-03-20')).zh).toContain('尚未登记任何办法');
    expect((await refused([inForce], '2028-12-29')).zh).toContain('没有在有效期内的办法');
    expect((await refused([inForce], '2024-03-20')).zh).toContain('随便填写 未登记');
  });

  it('when it is out of force, then it is refused under the article', async () => {
    expect(refusalOf(await openedOn('2028-12-29'))).toMatchObject({
      code: 'regulation-not-in-force',
      rule: { article: 'art-27' },
    });
  });

  it('of the two readings of 有效期5年 the stricter day is the last one (D-38)', async () => {
    expect(factsOf(await openedOn('2028-12-28'))).toHaveLength(1);
    expect(refusalOf(await openedOn('2028-12-29')).code).toBe('regulation-not-in-force');
  });

  it('when it is repealed from a date on, then a programme can be opened until the day before', async () => {
    const repealed = { draft: regulationRepealed.of({ doc: REGULATION, from: '2026-05-10', document: '废止通知' }) };
    expect(factsOf(await openedOn('2026-05-09', [inForce, repealed]))).toHaveLength(1);
    expect(refusalOf(await openedOn('2026-05-10', [inForce, repealed])).code).toBe('regulation-not-in-force');
  });

  it('when it is superseded, then the successor opens programmes from its first to its last day', async () => {
    const successor = '津政办规〔2028〕1号';
    const superseded = {
      draft: regulationSuperseded.of({
        doc: REGULATION,
        from: '2028-06-01',
        document: successor,
        successor,
        successorLastDay: '2033-05-31',
      }),
    };
    const codeOn = async (day: string, regulation: string) => {
      const input = { ...opening(Number(day.slice(0, 4))), regulation };
      const decision = await send([inForce, superseded], openAnnualProgramme, { input, now: morningOf(day) });
      return 'rejected' in decision ? decision.code : 'opened';
    };
    expect(await codeOn('2028-05-31', REGULATION)).toBe('opened');
    expect(await codeOn('2028-05-31', successor)).toBe('regulation-not-in-force');
    expect(await codeOn('2028-06-01', REGULATION)).toBe('regulation-not-in-force');
    expect(await codeOn('2028-06-01', successor)).toBe('opened');
    expect(await codeOn('2033-05-31', successor)).toBe('opened');
    expect(await codeOn('2033-06-01', successor)).toBe('regulation-not-in-force');
  });
});
