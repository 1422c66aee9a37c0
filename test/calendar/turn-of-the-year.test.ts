/** The clerk of December 2026 and of 2027: supplements of a plan that runs on, and the plan of a year with a new notice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REGULATION } from '../../events/statute.ts';
import { contentOf, OFFICE, officerOf, PLAN, UNITS, WORKS } from '../programme-year/cast.ts';
import { publication } from '../programme-year/deeds.ts';
import { opener } from '../programme-year/open.ts';
import { Year } from '../programme-year/year.ts';

const NOTICE_2026 = { year: 2026, number: '国办发明电〔2025〕7号', version: 0 };
/** As it may be issued: the days are those of the law on public holidays. */
const notice2027 = {
  year: 2027,
  number: '国办发明电〔2026〕9号',
  title: '国务院办公厅关于2027年部分节假日安排的通知',
  issuedOn: '2026-11-20',
  holidays: [
    { festival: '元旦', first: '2027-01-01', last: '2027-01-03' },
    { festival: '春节', first: '2027-02-05', last: '2027-02-12' },
  ],
  workedWeekends: ['2027-02-13'],
};

const deadlines = (year: number) => ({
  applicationOpens: `${year}-03-02`,
  applicationCloses: `${year}-12-18`,
  supplementWorkingDays: 5,
  verification: `${year + 1}-01-15`,
  municipalReview: `${year + 1}-01-20`,
  projectPlanPublication: `${year + 1}-01-25`,
  monitoringEveryMonths: 3,
  visitsPerYear: 1,
});
const planOf = (year: number) => ({
  ...PLAN,
  title: `${year}年度天津市质量攻关工作方案`,
  deadlines: deadlines(year),
  options: { ...PLAN.options, publicNotice: { workingDays: 7 } },
});

describe('the turn of the year', () => {
  const year = new Year();
  const unit = UNITS.haihe;
  const body = 'd-binhai';
  let projectId: string;
  const office = () => year.as(OFFICE);
  const supplements = async () =>
    (
      await year
        .as(unit.account)
        .get<{ supplements: { dueOn: string; countedBy: object[] }[] }>(`/projects/${projectId}`)
    ).supplements;

  async function publish(programme: number): Promise<void> {
    await office().post('/programmes', { year: programme, title: `${programme}年度活动`, regulation: REGULATION });
    await office().post(`/programmes/${programme}/work-plan/drafts`, { plan: planOf(programme) });
    const url = publication(`gzfa-${programme}`);
    await office().post(`/programmes/${programme}/work-plan/publication`, { version: 1, url });
  }
  const warnings = async (programme: number) =>
    (
      await year.client.public.list<{ warnings?: { pointer: string; code: string }[] }>(
        `/programmes/${programme}/work-plans`,
      )
    )
      .flatMap(plan => plan.warnings ?? [])
      .map(({ pointer, code }) => [pointer, code]);

  beforeAll(async () => {
    await year.open(opener(), '2026-02-09');
    await year.deeds.found();
    await year.deeds.registerUnit(OFFICE, unit);
  });
  afterAll(() => year.app.close());

  it('the plan of 2026 runs into 2027: it is published, and its public page says what is not known yet', async () => {
    await publish(2026);
    expect(await warnings(2026)).toEqual([
      ['/deadlines/supplementWorkingDays', 'calendar-year-missing'],
      ['/options/publicNotice', 'calendar-year-missing'],
    ]);
  });

  it('a supplement of March needs no day of 2027', async () => {
    year.clock.set('2026-03-02');
    await office().post('/programmes/2026/applications/opening');
    const applicant = year.as(unit.account);
    const started = { year: 2026, title: WORKS.castings.title, industry: unit.industries[0], bodyId: body };
    projectId = (await applicant.post('/projects', started)).id;
    await year.deeds.complete(unit, projectId);
    await applicant.post(`/projects/${projectId}/submission`, { content: contentOf(WORKS.castings) });
    const officer = year.as(officerOf(body));
    await officer.post(`/projects/${projectId}/verification`);
    await officer.post(`/projects/${projectId}/supplement-request`, { items: ['检测报告'] });
    expect(await supplements()).toMatchObject([{ dueOn: '2026-03-09', countedBy: [NOTICE_2026] }]);
  });

  it('one of the last days of 2026 is refused while nobody has registered the notice of 2027, and says so', async () => {
    year.clock.set('2026-12-28');
    const officer = year.as(officerOf(body));
    const asked = await officer.refused(`/projects/${projectId}/supplement-request`, { items: ['测算依据'] });
    expect(asked).toMatchObject({ code: 'calendar-year-missing', rule: '工作方案 deadlines.supplementWorkingDays' });
  });

  it('registered, it counts: the day is fixed with both notices beside it', async () => {
    await office().post('/holiday-notices', notice2027);
    await year.as(officerOf(body)).post(`/projects/${projectId}/supplement-request`, { items: ['测算依据'] });
    // 29, 30 and 31 December, 4 and 5 January.
    expect((await supplements()).at(-1)).toMatchObject({
      dueOn: '2027-01-05',
      countedBy: [NOTICE_2026, { year: 2027, number: notice2027.number, version: 1 }],
    });
  });

  it('a corrected notice moves no day that is fixed; reminders and overdue lists go by it over the turn of the year', async () => {
    const applicant = year.as(unit.account);
    const longer = [{ festival: '元旦', first: '2027-01-01', last: '2027-01-05' }, ...notice2027.holidays.slice(1)];
    await office().post('/holiday-notices', { ...notice2027, holidays: longer, reason: '国务院延长元旦假期' });
    expect((await supplements()).at(-1)).toMatchObject({ dueOn: '2027-01-05' });
    year.clock.set('2026-12-31');
    await year.app.remind();
    const reminded = async () =>
      (await applicant.list<{ dueOn: string; stage: string }>('/reminders')).filter(
        ({ dueOn }) => dueOn === '2027-01-05',
      );
    expect((await reminded()).map(({ stage }) => stage)).toEqual(['due-soon']);
    year.clock.set('2027-01-05', '23:59');
    expect(await applicant.list('/deadlines/overdue')).toEqual([]);
    year.clock.set('2027-01-06', '00:00');
    expect(await applicant.list('/deadlines/overdue')).toMatchObject([{ dueOn: '2027-01-05', daysLate: 1 }]);
    await year.app.remind();
    expect((await reminded()).map(({ stage }) => stage).sort()).toEqual(['due-soon', 'overdue']);
  });

  it('from January on, counts of the plan of 2026 go by the corrected notice', async () => {
    year.clock.set('2027-01-06');
    await year.as(officerOf(body)).post(`/projects/${projectId}/supplement-request`, { items: ['测算依据'] });
    expect((await supplements()).at(-1)).toMatchObject({
      dueOn: '2027-01-13',
      countedBy: [{ year: 2027, number: notice2027.number, version: 2 }],
    });
  });

  it('the plan of 2027 is published, and warns of 2028 alone', async () => {
    year.clock.set('2027-02-15');
    await publish(2027);
    expect(await warnings(2027)).toEqual([
      ['/deadlines/supplementWorkingDays', 'calendar-year-missing'],
      ['/options/publicNotice', 'calendar-year-missing'],
    ]);
    const [plan] = await year.client.public.list<{ warnings: { zh: string }[] }>('/programmes/2027/work-plans');
    for (const { zh } of plan?.warnings ?? []) expect(zh).toContain('尚未登记 2028 年放假安排通知');
    year.clock.set('2027-03-02');
    await office().post('/programmes/2027/applications/opening');
  });

  it('anyone can see which notice counts for which year', async () => {
    const { items } = await year.client.public.get<{ items: { year: number; counts: object }[] }>('/holiday-notices');
    expect(items.map(item => item.year)).toEqual([2027, 2026, 2025, 2024]);
    expect(items[0]).toMatchObject({ counts: { version: 2, reason: '国务院延长元旦假期' }, before: [{ version: 1 }] });
    expect(await year.client.public.statusOf('/holiday-notices/2028')).toBe(404);
  });
});
