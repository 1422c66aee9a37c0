/** A year whose launch missed the first half-year (art-09, D-5): recorded and flagged, never blocked. */

import { beforeAll, expect, it } from 'vitest';
import { REGULATION } from '../../events/statute.ts';
import { OFFICE, PLAN, SUPERVISOR, UNITS, WORKS, YEAR } from './cast.ts';
import { publication } from './deeds.ts';
import type { Year } from './year.ts';

export function lateLaunch(year: Year): void {
  beforeAll(async () => {
    await year.deeds.found();
    await year.deeds.registerUnit(OFFICE, UNITS.haihe);
  });

  it('第九条 六月三十日二十四时前未启动的，列为逾期', async () => {
    const open = { year: YEAR, title: '2024年度天津市质量攻关活动', regulation: REGULATION };
    await year.as(OFFICE).post('/programmes', open);
    expect(await year.client.public.get(`/programmes/${YEAR}`)).toMatchObject({ halfYear: { verdict: 'overdue' } });
  });

  it('第九条 七月三日公布的工作方案照常公布，并标明晚于上半年', async () => {
    year.clock.set('2024-07-03', '10:30');
    const later = {
      applicationOpens: '2024-07-05',
      applicationCloses: '2024-08-30',
      verification: '2024-09-20',
      municipalReview: '2024-10-11',
      projectPlanPublication: '2024-10-31',
      training: '2024-11-08',
    };
    const plan = { ...PLAN, deadlines: { ...PLAN.deadlines, ...later } };
    await year.as(OFFICE).post(`/programmes/${YEAR}/work-plan/drafts`, { plan });
    await year.as(OFFICE).post(`/programmes/${YEAR}/work-plan/publication`, { version: 1, url: publication('gzfa') });
    expect(await year.client.public.list(`/programmes/${YEAR}/work-plans`)).toMatchObject([{ version: 1, plan }]);
    expect(await year.client.public.get(`/programmes/${YEAR}`)).toMatchObject({ halfYear: { verdict: 'late' } });
    const [deviation] = await year.as(SUPERVISOR).list('/deviations?article=art-09');
    expect(deviation).toMatchObject({ code: 'work-plan-late', year: YEAR, by: { accountId: OFFICE } });
    expect(deviation?.zh).toBe('工作方案公布于 2024-07-03 10:30，晚于上半年截止时间（6月30日24:00）');
  });

  it('第九条 晚启动的申报照常受理', async () => {
    year.clock.set('2024-07-05');
    await year.as(OFFICE).post(`/programmes/${YEAR}/applications/opening`);
    const id = await year.deeds.apply(UNITS.haihe, WORKS.castings, 'd-binhai');
    expect(await year.as(UNITS.haihe.account).get(`/projects/${id}`)).toMatchObject({ stage: 'submitted' });
    const codes = (await year.as(SUPERVISOR).list('/deviations')).map(({ code }) => code);
    expect(codes).toEqual(['launch-late', 'work-plan-late']);
    expect(await year.as(SUPERVISOR).list('/trail?flag=deviation')).toHaveLength(2);
  });
}
