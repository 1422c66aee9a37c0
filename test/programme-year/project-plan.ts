/** The project plan: compiled, published, checked by anyone, amended (art-13). */
import { describe, expect, it } from 'vitest';
import { PUBLISHER, REVIEWER, SECOND_REVIEWER, THIRD_PARTY, YEAR } from './cast.ts';
import { publication } from './deeds.ts';
import { projectPlanAt } from './tally.ts';
import type { Year } from './year.ts';

export function projectPlan(year: Year): void {
  describe('七月：项目计划 (July: the project plan)', () => {
    const place = `/programmes/${YEAR}/project-plan`;
    const url = publication('xmjh');
    let position: string;
    let listHash: string;

    it('第十三条 公布的名单即台账在该位置的列入情况，审核人不得公布', async () => {
      year.clock.set('2024-07-08');
      const log = await year.log();
      position = log.at(-1)?.position as string;
      ({ listHash } = projectPlanAt(log, YEAR, position));
      const publish = (by: string, change: object = {}) =>
        year.as(by).refused(`${place}/publication`, { position, listHash, url, ...change });
      expect(await publish(PUBLISHER)).toMatchObject({ code: 'project-plan-not-compiled', rule: 'art-13' });
      await year.as(THIRD_PARTY).post(`${place}/compilation`, { position });
      expect(await publish(REVIEWER)).toMatchObject({ status: 403, code: 'same-person' });
      expect(await publish(PUBLISHER, { listHash: '0'.repeat(64) })).toMatchObject({ code: 'list-differs-from-log' });
      expect(await publish(PUBLISHER, { position: '99999999' })).toMatchObject({ code: 'position-not-reached' });
      expect(await year.client.public.statusOf(place)).toBe(404);
      year.clock.set('2024-07-10');
      await year.as(PUBLISHER).post(`${place}/publication`, { position, listHash, url });
      expect(await publish(PUBLISHER, { position: '1' })).toMatchObject({ code: 'project-plan-already-published' });
    });

    it('任何人不登录即可查看项目计划，并按公布的方法复算', async () => {
      const header = await year.client.public.get<{ position: string; listHash: string; count: number }>(
        `${place}/header`,
      );
      const own = projectPlanAt(await year.log(), YEAR, header.position);
      expect(header).toMatchObject({ listHash: own.listHash, count: own.list.length, current: true });
      expect(own.list).toHaveLength(5);
      const entries = await year.client.public.list<Record<string, unknown>>(place);
      expect(
        entries.map(({ projectId, title, unitName, bodyName }) => ({ projectId, title, unitName, bodyName })),
      ).toEqual(own.list);
      expect(entries.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4, 5]);
      const association = '天津市汽车行业协会';
      const ofBody = await year.client.public.list(`${place}?bodyName=${encodeURIComponent(association)}`);
      expect(ofBody).toMatchObject(own.list.filter(({ bodyName }) => bodyName === association));
      expect(ofBody).toHaveLength(2);
    });

    it('第十三条 后来立项的项目经调整列入，各版本均可查', async () => {
      year.clock.set('2024-07-15');
      await year.deeds.approve(SECOND_REVIEWER, year.ids.kept);
      const log = await year.log();
      const at = log.at(-1)?.position as string;
      const amendment = { position: at, reason: '暂缓项目经决定继续。', url: publication('xmjh-2') };
      expect(await year.as(SECOND_REVIEWER).refused(`${place}/amendment`, amendment)).toMatchObject({
        code: 'same-person',
      });
      await year.as(PUBLISHER).post(`${place}/amendment`, amendment);
      const versions = await year.client.public.list<{ version: number }>(`${place}/versions`);
      expect(versions).toMatchObject([
        {
          version: 2,
          count: 6,
          listHash: projectPlanAt(log, YEAR, at).listHash,
          amendment: { added: [year.ids.kept] },
        },
        { version: 1, count: 5, listHash },
      ]);
      expect(await year.client.public.list(place)).toHaveLength(6);
      expect(await year.client.public.list(`${place}?version=1`)).toHaveLength(5);
    });
  });
}
