/** The end of the year: carry-over, transfer, closing (art-04, art-06, art-27). */

import { describe, expect, it } from 'vitest';
import { REGULATION } from '../../events/statute.ts';
import { DISTRICT, EARLIER, OFFICE, SECRETARIAT, UNITS, YEAR } from './cast.ts';
import type { Year } from './year.ts';

export function yearEnd(year: Year): void {
  describe('十二月：年度结束 (December: the year ends)', () => {
    it('登记信息变更：更名、迁址、联系人各按其日，已公布的名单保留当时的名称', async () => {
      year.clock.set('2024-12-30');
      const { hospital, outsider } = UNITS;
      const change = { changedOn: '2024-12-30', document: '变更登记通知书' };
      await year.as(OFFICE).post(`/units/${outsider.uscc}/changes`, { ...change, district: DISTRICT.hexi });
      await year.as(hospital.account).post(`/units/${hospital.uscc}/contact`, {
        contact: { name: '周敏', phone: '022-23450000' },
      });
      expect(await year.as(OFFICE).get(`/units/${hospital.uscc}`)).toMatchObject({ contact: { name: '周敏' } });
      expect(await year.as(OFFICE).get(`/units/${outsider.uscc}`)).toMatchObject({
        district: DISTRICT.hexi,
        former: [{ district: DISTRICT.binhai }],
      });
      await year.as(OFFICE).post('/bodies/a-qiche/name', { ...change, name: '市汽车和零部件行业协会' });
      expect(await year.client.public.get('/bodies/a-qiche')).toMatchObject({
        name: '市汽车和零部件行业协会',
        formerNames: [{}],
      });
      await year.as(OFFICE).post(`/accounts/${outsider.account}/name`, { ...change, name: '何平' });
    });

    it('第四条、第六条 结转、移交、收尾', async () => {
      year.clock.set('2024-12-30');
      const next = { toYear: 2025, reason: '实施周期跨年。' };
      await year.as(OFFICE).post(`/projects/${year.ids.energy}/carry-over`, next);
      expect(
        await year.as(OFFICE).refused(`/projects/${year.ids.castings}/carry-over`, { ...next, toYear: 2026 }),
      ).toMatchObject({
        code: 'not-next-year',
        rule: 'art-04',
      });
      const transfer = {
        toBodyId: 'i-gongxin',
        jurisdiction: { industry: '汽车' },
        from: '2025-01-01',
        reason: '职能调整。',
      };
      await year.as(OFFICE).post('/bodies/a-qiche/transfers', transfer);
      const charge = (on: string) => year.client.public.get<{ inChargeOf: object[] }>(`/bodies/a-qiche?on=${on}`);
      expect([(await charge('2024-12-31')).inChargeOf, (await charge('2025-01-01')).inChargeOf]).toEqual([
        [{ industry: '汽车' }],
        [],
      ]);
      await year.deeds.liftFromOutside(UNITS.tainted.uscc, '津市监质罚〔2024〕3号', '2024-12-30');
      await year.as(OFFICE).post(`/exemplars/${EARLIER.resultId}/withdrawal`, { reason: '做法已被替代。' });
      const ended = { lastDay: '2024-12-30', reason: '年度工作完成。' };
      await year.as(OFFICE).post(`/entrustments/${SECRETARIAT}/termination`, ended);
      await year.as(OFFICE).post('/rules/project-review/repeal', { from: '2025-01-01' });
      await year.as(OFFICE).post(`/programmes/${YEAR}/closing`, { summary: '年度立项工作结束。' });
      const work = { year: YEAR, title: '题目', industry: '工业', bodyId: 'd-binhai' };
      expect(await year.as(UNITS.haihe.account).refused('/projects', work)).toMatchObject({ rule: 'art-04' });
      const end = { doc: REGULATION, document: '津政办规〔2028〕1号' };
      const successor = { successor: '津政办规〔2028〕1号', successorLastDay: '2033-05-31', from: '2028-06-01' };
      await year.as(OFFICE).post('/regulations/succession', { ...end, ...successor });
      await year.as(OFFICE).post('/regulations/repeal', { ...end, from: '2028-05-01' });
    });
  });
}
