/** Eligibility, municipal review, held projects and what came late (art-08, art-13, art-25). */
import { describe, expect, it } from 'vitest';
import { OFFICE, officerOf, PLAN, REVIEWER, SECOND_REVIEWER, SUPERVISOR, UNITS, YEAR } from './cast.ts';
import { publication } from './deeds.ts';
import type { Year } from './year.ts';

const PLAN_2 = { ...PLAN, deadlines: { ...PLAN.deadlines, training: '2024-09-13' } };

export function review(year: Year): void {
  describe('五月至七月：审核、立项 (May to July: review)', () => {
    it('第九条 修订工作方案不得缩短进行中的期限，各版本均可查', async () => {
      year.clock.set('2024-05-20');
      const amendment = `/programmes/${YEAR}/work-plan/amendment`;
      const shortened = { ...PLAN, deadlines: { ...PLAN.deadlines, verification: '2024-05-24' } };
      const amend = { reason: '培训场地调整。', url: publication('gzfa-2') };
      expect(await year.as(OFFICE).refused(amendment, { plan: shortened, ...amend })).toMatchObject({
        code: 'running-deadline-shortened',
        rule: '工作方案 verification',
      });
      await year.as(OFFICE).post(amendment, { plan: PLAN_2, ...amend });
      const versions = await year.client.public.list<{ version: number; status: string }>(
        `/programmes/${YEAR}/work-plans`,
      );
      expect(versions.map(({ version, status }) => [version, status])).toEqual([
        [3, 'current'],
        [2, 'superseded'],
      ]);
      expect(await year.client.public.get(`/programmes/${YEAR}/work-plans/2`)).toMatchObject({ plan: PLAN });
    });

    it('第八条 三项条件：雷同由人认定，机器只提示', async () => {
      year.clock.set('2024-05-22');
      for (const id of [year.ids.castings, year.ids.energy, year.ids.brakes, year.ids.late, year.ids.stopped])
        await year.deeds.findEligible(REVIEWER, id);
      for (const id of [year.ids.copied, year.ids.continued]) await year.deeds.assess(REVIEWER, id);
      expect(await year.as(REVIEWER).refused(`/projects/${year.ids.copied}/eligibility`)).toMatchObject({
        code: 'assessment-incomplete',
        rule: 'art-08',
      });
      const open = await year.as(SUPERVISOR).list<{ projectId: string }>('/similarity-cases');
      expect(new Set(open.map(({ projectId }) => projectId))).toEqual(new Set([year.ids.copied, year.ids.continued]));
      const adjudicate = (id: string, verdict: string) =>
        year.as(REVIEWER).post(`/projects/${id}/similarity-adjudication`, { verdict, reason: '比对全文后认定。' });
      await adjudicate(year.ids.copied, 'same');
      await adjudicate(year.ids.continued, 'different');
      for (const id of [year.ids.copied, year.ids.continued])
        await year.as(REVIEWER).post(`/projects/${id}/eligibility`);
      expect(await year.as(REVIEWER).get(`/projects/${year.ids.copied}/eligibility`)).toMatchObject({
        conditions: { sameness: { state: 'not-met', adjudication: { verdict: 'same' } } },
        decision: { outcome: 'denied', items: ['（三）'] },
      });
      await year.deeds.findEligible(REVIEWER, year.ids.branch);
      expect(await year.as(REVIEWER).get(`/projects/${year.ids.branch}/eligibility`)).toMatchObject({
        decision: { outcome: 'denied', items: ['（一）'] },
      });
    });

    it('第十三条 只审核已推荐、条件已确认的项目', async () => {
      const review = `/projects/${year.ids.welding}/municipal-review`;
      expect(await year.as(REVIEWER).refused(review)).toMatchObject({ code: 'wrong-stage', rule: 'art-13' });
      await year.as(REVIEWER).post(`/projects/${year.ids.copied}/municipal-review`);
      expect(
        await year.as(REVIEWER).refused(`/projects/${year.ids.copied}/approval`, { opinion: '同意。' }),
      ).toMatchObject({
        code: 'eligibility-not-confirmed',
        rule: 'art-08',
      });
      await year.deeds.reject(REVIEWER, year.ids.copied, '与历年优秀成果雷同。');
      await year.deeds.reject(REVIEWER, year.ids.branch, '申报单位不在本市登记。');
      for (const id of [year.ids.castings, year.ids.energy, year.ids.continued]) await year.deeds.approve(REVIEWER, id);
      for (const id of [year.ids.brakes, year.ids.late]) await year.deeds.approve(SECOND_REVIEWER, id);
      await year.as(REVIEWER).post(`/projects/${year.ids.stopped}/municipal-review`);
    });

    it('第二十五条 申报后开始的不受理期：暂缓，由另一人决定继续或终止', async () => {
      year.clock.set('2024-05-27');
      const decision = '津市监质罚〔2024〕3号';
      await year.deeds.excludeFromOutside(UNITS.tainted.uscc, decision, '2024-05-27');
      year.clock.set('2024-06-03');
      const approval = await year.as(REVIEWER).post(`/projects/${year.ids.stopped}/approval`, { opinion: '同意。' });
      expect(approval.recorded).toMatchObject([
        { type: 'project.held', sentence: expect.stringMatching(/^暂缓办理项目.*不接受单位.*申报$/) },
      ]);
      await year.deeds.findEligible(REVIEWER, year.ids.kept);
      const held = await year.as(OFFICE).list<{ projectId: string }>(`/municipal-review?year=${YEAR}&stage=held`);
      expect(new Set(held.map(({ projectId }) => projectId))).toEqual(new Set([year.ids.kept, year.ids.stopped]));
      const decide = (choice: string) => ({ decision: choice, reason: '经研究决定。' });
      const place = (id: string) => `/projects/${id}/held-decision`;
      expect(await year.as(REVIEWER).refused(place(year.ids.kept), decide('proceed'))).toMatchObject({
        status: 403,
        code: 'same-person',
      });
      expect(
        await year.as(REVIEWER).refused(`/projects/${year.ids.stopped}/approval`, { opinion: '同意。' }),
      ).toMatchObject({
        code: 'project-held',
        rule: 'art-25',
      });
      await year.as(SECOND_REVIEWER).post(place(year.ids.stopped), decide('stop'));
      await year.as(SECOND_REVIEWER).post(place(year.ids.kept), decide('proceed'));
      await year.as(REVIEWER).post(`/projects/${year.ids.kept}/eligibility`);
    });

    it('期限已过而未办的，列为逾期；逾期办理的，如实记录并标明偏离', async () => {
      year.clock.set('2024-06-05');
      const late = [{ projectId: year.ids.overdue, dueOn: '2024-05-31', daysLate: 5 }];
      expect(await year.as(officerOf('d-binhai')).list('/deadlines/overdue')).toMatchObject(late);
      expect(await year.as(SUPERVISOR).list('/deadlines/overdue?owedBy=d-binhai')).toMatchObject(late);
      expect(await year.as(officerOf('d-hexi')).statusOf('/deadlines/overdue?owedBy=d-binhai')).toBe(404);
      await year.app.remind();
      await year.app.remind();
      const own = await year
        .as(officerOf('d-binhai'))
        .list<{ item: string; stage: string; projectId: string }>('/reminders');
      expect(own.filter(({ projectId }) => projectId === year.ids.overdue)).toMatchObject([
        { item: 'verification', stage: 'overdue', dueOn: '2024-05-31' },
      ]);
      await year.deeds.recommend('d-binhai', year.ids.overdue);
      const declined = { reason: '逾期未补充，真实性无法核实。' };
      await year.as(officerOf('d-hexi')).post(`/projects/${year.ids.unanswered}/non-recommendation`, declined);
      year.clock.set('2024-07-01');
      const municipal = await year.as(OFFICE).list<{ projectId: string }>('/deadlines/overdue');
      expect(new Set(municipal.map(({ projectId }) => projectId))).toEqual(new Set([year.ids.overdue, year.ids.kept]));
      await year.deeds.assess(REVIEWER, year.ids.overdue, false);
      await year.as(REVIEWER).post(`/projects/${year.ids.overdue}/eligibility`);
      await year.deeds.reject(REVIEWER, year.ids.overdue, '预期成效不显著。');
      const { items } = await year.client.public.get<{ items: { item: string; state: string }[] }>(
        `/programmes/${YEAR}/deadlines`,
      );
      expect(Object.fromEntries(items.map(({ item, state }) => [item, state]))).toMatchObject({
        applicationOpens: 'met',
        applicationCloses: 'passed',
        municipalReview: 'passed',
        projectPlanPublication: 'pending',
        supplementWorkingDays: 'rhythm',
      });
    });
  });
}
