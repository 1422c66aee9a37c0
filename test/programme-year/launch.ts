/** The launch of the year and its work plan (art-04, art-09). */

import { describe, expect, it } from 'vitest';
import { REGULATION } from '../../events/statute.ts';
import { OFFICE, PLAN, SUPERVISOR, THIRD_PARTY, UNITS, WORKS, YEAR } from './cast.ts';
import { publication } from './deeds.ts';
import type { Year } from './year.ts';

export function launch(year: Year): void {
  describe('二月至三月：启动和公布工作方案 (February: launch and work plan)', () => {
    it('第四条、第二十七条 一年一次，只启动当年', async () => {
      year.clock.set('2024-02-19');
      const open = { year: YEAR, title: '2024年度天津市质量攻关活动', regulation: REGULATION };
      expect(await year.as(OFFICE).refused('/programmes', { ...open, year: 2025 })).toMatchObject({ rule: 'art-04' });
      expect(
        await year.as(OFFICE).refused('/programmes', { ...open, regulation: '津政办规〔2018〕1号' }),
      ).toMatchObject({
        code: 'regulation-unknown',
        rule: '制度 rulebook',
      });
      await year.as(OFFICE).post('/programmes', open);
      expect(await year.as(OFFICE).refused('/programmes', open)).toMatchObject({
        code: 'programme-exists',
        rule: 'art-04',
      });
    });

    it('第九条 工作方案应明确各环节；公布前不得申报，草稿不公开', async () => {
      year.clock.set('2024-02-20');
      const drafts = `/programmes/${YEAR}/work-plan/drafts`;
      await year.as(THIRD_PARTY).post(drafts, { plan: { ...PLAN, steps: PLAN.steps.slice(0, 3) } });
      await year.as(THIRD_PARTY).post(drafts, { plan: PLAN });
      expect(await year.as(SUPERVISOR).list(`/programmes/${YEAR}/work-plan-drafts`)).toHaveLength(2);
      expect(await year.client.public.list(`/programmes/${YEAR}/work-plans`)).toEqual([]);
      const publish = `/programmes/${YEAR}/work-plan/publication`;
      const incomplete = await year.as(OFFICE).refused(publish, { version: 1, url: publication('gzfa') });
      expect(incomplete).toMatchObject({ status: 422, code: 'plan-incomplete', rule: 'art-09' });
      const early = { year: YEAR, title: WORKS.castings.title, industry: '工业', bodyId: 'd-binhai' };
      expect(await year.as(UNITS.haihe.account).refused('/projects', early)).toMatchObject({
        code: 'work-plan-not-published',
        rule: 'art-09',
      });
      year.clock.set('2024-02-26');
      await year.as(OFFICE).post(publish, { version: 2, url: publication('gzfa') });
      expect(await year.client.public.list(`/programmes/${YEAR}/work-plans`)).toMatchObject([
        { version: 2, plan: PLAN },
      ]);
    });

    it('第九条 申报按工作方案的日期启动', async () => {
      const opening = `/programmes/${YEAR}/applications/opening`;
      const refused = await year.as(THIRD_PARTY).refused(opening, {});
      expect(refused).toMatchObject({ code: 'before-application-period', rule: '工作方案 applicationOpens' });
      year.clock.set('2024-03-01');
      await year.as(THIRD_PARTY).post(opening);
      expect(await year.client.public.get(`/programmes/${YEAR}`)).toMatchObject({
        halfYear: { verdict: 'on-time', launchedOn: '2024-03-01', planPublishedOn: '2024-02-26' },
      });
    });
  });
}
