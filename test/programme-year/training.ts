/** Training for the people of listed projects (art-14). */
import { describe, expect, it } from 'vitest';
import { OFFICE, officerOf, REVIEWER, SUPERVISOR, THIRD_PARTY, UNITS, YEAR } from './cast.ts';
import { dataOf } from './tally.ts';
import type { Year } from './year.ts';

interface Trainee {
  readonly traineeId: string;
  readonly name: string;
  readonly attendance?: string;
}

export function training(year: Year): void {
  describe('七月：培训 (July: training)', () => {
    const { haihe, jinmen, hospital, outsider } = UNITS;
    const session = {
      year: YEAR,
      title: '质量攻关方法培训',
      topics: ['PDCA循环', '统计过程控制'],
      heldOn: '2024-07-25',
      place: '市质量研究院',
    };
    let place: string;

    const enrol = (by: string, projectId: string, role: string, name: string) =>
      year.as(by).post(`${place}/trainees`, { projectId, role, name });
    const roster = (by: string) => year.as(by).list<Trainee>(`${place}/trainees`);
    const idOf = async (name: string) => (await roster(OFFICE)).find(trainee => trainee.name === name)?.traineeId;

    it('第十四条 安排培训，项目单位为三类人员报名，他人旁听', async () => {
      year.clock.set('2024-07-16');
      const { id } = await year.as(OFFICE).post('/trainings', session);
      place = `/trainings/${id}`;
      await enrol(haihe.account, year.ids.castings, '质量负责人', '张伟');
      await enrol(haihe.account, year.ids.castings, '项目负责人', '李娜');
      await enrol(haihe.account, year.ids.castings, '技术骨干', '王芳');
      await enrol(jinmen.account, year.ids.brakes, '项目负责人', '赵军');
      await enrol(jinmen.account, year.ids.brakes, '旁听', '彭勇');
      await enrol(THIRD_PARTY, year.ids.continued, '技术骨干', '马超');
      const stranger = { projectId: year.ids.castings, role: '技术骨干', name: '沈浩' };
      expect(await year.as(outsider.account).refused(`${place}/trainees`, stranger)).toMatchObject({ status: 404 });
      const unlisted = { projectId: year.ids.withdrawn, role: '技术骨干', name: '陈刚' };
      expect(await year.as(haihe.account).refused(`${place}/trainees`, unlisted)).toMatchObject({
        code: 'project-not-listed',
        rule: 'art-14',
      });
    });

    it('第十四条 出勤只对已开展的培训记录，缺席不影响评定', async () => {
      const attendance = async (name: string) => `${place}/trainees/${await idOf(name)}/attendance`;
      expect(await year.as(OFFICE).refused(await attendance('张伟'))).toMatchObject({
        code: 'training-not-delivered',
        rule: 'art-14',
      });
      year.clock.set('2024-07-25');
      const evidence = await year.deeds.evidence(OFFICE, '培训签到表');
      const delivery = { deliveredOn: '2024-07-25', summary: '讲授八学时，现场答疑。', evidence };
      await year.as(OFFICE).post(`${place}/delivery`, delivery);
      expect(await roster(THIRD_PARTY)).toHaveLength(6);
      for (const name of ['张伟', '李娜', '王芳', '彭勇']) await year.as(THIRD_PARTY).post(await attendance(name));
      await enrol(OFFICE, year.ids.brakes, '技术骨干', '冯刚');
      await year.as(OFFICE).post(await attendance('冯刚'));
      const absence = { reason: '参加其他会议。' };
      await year.as(OFFICE).post(`${place}/trainees/${await idOf('马超')}/absence`, absence);
      const other = { ...session, title: '补充培训', heldOn: '2024-08-08' };
      const { id } = await year.as(REVIEWER).post('/trainings', other);
      await year.as(REVIEWER).post(`/trainings/${id}/cancellation`, { reason: '报名人数不足。' });
      const sessions = await year.as(hospital.account).list(`/trainings?year=${YEAR}`);
      expect(sessions).toMatchObject([{ status: 'delivered' }, { status: 'cancelled' }]);
    });

    it('三类人员覆盖、无人受训的项目：单位只见自己的', async () => {
      expect((await roster(jinmen.account)).map(({ name }) => name).sort()).toEqual(['冯刚', '彭勇', '赵军'].sort());
      expect(await roster(SUPERVISOR)).toHaveLength(dataOf(await year.log(), 'trainee.enrolled').length);
      expect(await year.as(haihe.account).list(`/training-coverage?year=${YEAR}`)).toMatchObject([
        { uscc: haihe.uscc, rolesTrained: 3 },
      ]);
      const coverage = await year
        .as(OFFICE)
        .list<{ uscc: string; rolesTrained: number }>(`/training-coverage?year=${YEAR}`);
      expect(Object.fromEntries(coverage.map(({ uscc, rolesTrained }) => [uscc, rolesTrained]))).toEqual({
        [haihe.uscc]: 3,
        [jinmen.uscc]: 1,
        [hospital.uscc]: 0,
        [UNITS.tainted.uscc]: 0,
      });
      const untrained = await year.as(SUPERVISOR).list<{ projectId: string }>(`/untrained-projects?year=${YEAR}`);
      expect(new Set(untrained.map(({ projectId }) => projectId))).toEqual(
        new Set([year.ids.energy, year.ids.continued, year.ids.late, year.ids.kept]),
      );
      const own = await year.as(officerOf('d-hexi')).list(`/untrained-projects?year=${YEAR}`);
      expect(own).toMatchObject([{ projectId: year.ids.continued }]);
      const { items } = await year.client.public.get<{ items: { item: string; state: string }[] }>(
        `/programmes/${YEAR}/deadlines`,
      );
      expect(items.find(({ item }) => item === 'training')).toMatchObject({ state: 'met' });
    });
  });
}
