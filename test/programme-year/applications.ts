/** Applications, verification and recommendation (art-10, art-12). */
import { describe, expect, it } from 'vitest';
import { contentOf, OFFICE, officerOf, THIRD_PARTY, UNITS, WORKS, YEAR } from './cast.ts';
import type { Year } from './year.ts';

export function applications(year: Year): void {
  describe('三月至五月：申报、核实、推荐 (March to May: applications)', () => {
    it('第十条 可行性分析、预期成效、承诺缺一不可；提交后材料不得更改', async () => {
      year.clock.set('2024-03-05');
      const { haihe } = UNITS;
      const applicant = year.as(haihe.account);
      year.ids.castings = await year.deeds.draft(haihe, WORKS.castings, 'd-binhai');
      const submission = `/projects/${year.ids.castings}/submission`;
      const content = contentOf(WORKS.castings);
      const submit = () => applicant.refused(submission, { content });
      expect(await submit()).toMatchObject({ code: 'undertaking-not-signed', rule: 'art-10' });
      await year.deeds.sign(haihe, year.ids.castings);
      await year.deeds.attach(haihe, year.ids.castings, '可行性分析');
      expect(await submit()).toMatchObject({ code: 'documents-missing', rule: 'art-10' });
      await year.deeds.attach(haihe, year.ids.castings, '预期成效');
      expect(await submit()).toMatchObject({ code: 'documents-missing', rule: '工作方案 options.requiredDocuments' });
      const sha256 = await year.deeds.attach(haihe, year.ids.castings, '证明材料');
      await applicant.post(submission, { content });
      const more = { kind: '其他', name: '补充.txt', sha256, classification: 'internal' };
      expect(await applicant.refused(`/projects/${year.ids.castings}/documents`, more)).toMatchObject({
        code: 'materials-frozen',
        rule: 'art-10',
      });
      expect(await year.as(UNITS.jinmen.account).statusOf(`/files/${sha256}`)).toBe(404);
      expect(await year.as(officerOf('d-binhai')).text(`/files/${sha256}`)).toContain(year.ids.castings);
    });

    it('第十条 一个单位一个题目只有一个在办申报', async () => {
      const again = await year.deeds.draft(UNITS.haihe, WORKS.castings, 'i-gongxin');
      await year.deeds.complete(UNITS.haihe, again);
      const content = contentOf(WORKS.castings);
      const refused = await year.as(UNITS.haihe.account).refused(`/projects/${again}/submission`, { content });
      expect(refused).toMatchObject({ code: 'title-taken', rule: '制度 title-reservation' });
      await year.as(UNITS.haihe.account).post(`/projects/${again}/withdrawal`, { reason: '重复填报。' });
    });

    it('第六条、第二十五条 只向负责本区域、本行业的推荐单位申报；不受理期内不得申报', async () => {
      const start = (account: string, bodyId: string, industry = '工业') =>
        year.as(account).refused('/projects', { year: YEAR, title: '题目', industry, bodyId });
      const foreign = { code: 'body-not-in-charge', rule: 'art-06' };
      expect(await start(UNITS.haihe.account, 'd-hexi')).toMatchObject(foreign);
      expect(await start(UNITS.jinmen.account, 'a-qiche')).toMatchObject(foreign);
      expect(await start(UNITS.haihe.account, 'a-qiche', '汽车')).toMatchObject({ code: 'industry-not-of-unit' });
      expect(await start(UNITS.excluded.account, 'd-binhai')).toMatchObject({ code: 'unit-banned', rule: 'art-25' });
    });

    it('各单位向各推荐单位申报', async () => {
      const { haihe, jinmen, hospital, society, outsider, tainted } = UNITS;
      year.ids.energy = await year.deeds.apply(haihe, WORKS.energy, 'i-gongxin');
      year.ids.withdrawn = await year.deeds.apply(haihe, WORKS.withdrawn, 'd-binhai');
      year.ids.overdue = await year.deeds.apply(haihe, WORKS.overdue, 'd-binhai');
      year.ids.brakes = await year.deeds.apply(jinmen, WORKS.brakes, 'a-qiche');
      year.ids.copied = await year.deeds.apply(jinmen, WORKS.copied, 'd-hexi');
      year.ids.continued = await year.deeds.apply(hospital, WORKS.continued, 'd-hexi');
      year.ids.unanswered = await year.deeds.apply(hospital, WORKS.unanswered, 'd-hexi');
      year.ids.drafted = await year.deeds.draft(hospital, WORKS.drafted, 'd-hexi');
      year.ids.welding = await year.deeds.apply(society, WORKS.welding, 'i-gongxin');
      year.ids.branch = await year.deeds.apply(outsider, WORKS.branch, 'd-binhai');
      year.ids.kept = await year.deeds.apply(tainted, WORKS.kept, 'd-binhai');
      year.ids.stopped = await year.deeds.apply(tainted, WORKS.stopped, 'd-binhai');
      await year.as(haihe.account).post(`/projects/${year.ids.withdrawn}/withdrawal`, { reason: '年度计划调整。' });
      const inbox = await year
        .as(officerOf('d-binhai'))
        .list<{ projectId: string }>('/bodies/d-binhai/inbox?stage=submitted');
      expect(new Set(inbox.map(({ projectId }) => projectId))).toEqual(
        new Set([year.ids.castings, year.ids.overdue, year.ids.branch, year.ids.kept, year.ids.stopped]),
      );
    });

    it('第十二条 先分别核实完整性、真实性，再推荐；他单位项目无权核实', async () => {
      year.clock.set('2024-03-12');
      const place = `/projects/${year.ids.castings}`;
      expect(await year.as(officerOf('d-hexi')).refused(`${place}/verification`)).toMatchObject({
        status: 404,
        code: 'not-found',
      });
      const opinion = { opinion: '同意推荐。' };
      expect(await year.as(officerOf('d-binhai')).refused(`${place}/recommendation`, opinion)).toMatchObject({
        code: 'checks-not-passed',
        rule: 'art-12',
      });
      await year.deeds.recommend('d-binhai', year.ids.castings);
      for (const id of [year.ids.branch, year.ids.kept, year.ids.stopped]) await year.deeds.recommend('d-binhai', id);
      for (const id of [year.ids.copied, year.ids.continued]) await year.deeds.recommend('d-hexi', id);
    });

    it('第十二条 补充材料：限期为工作日，补充后重新核实', async () => {
      const officer = year.as(officerOf('i-gongxin'));
      await officer.post(`/projects/${year.ids.energy}/verification`);
      await officer.post(`/projects/${year.ids.energy}/supplement-request`, { items: ['补充电耗测算依据'] });
      await year.as(officerOf('d-hexi')).post(`/projects/${year.ids.unanswered}/verification`);
      await year
        .as(officerOf('d-hexi'))
        .post(`/projects/${year.ids.unanswered}/supplement-request`, { items: ['补充台账'] });
      const file = await year.as(UNITS.haihe.account).get<{ supplements: object[] }>(`/projects/${year.ids.energy}`);
      expect(file.supplements).toMatchObject([{ dueOn: '2024-03-26' }]);
      year.clock.set('2024-03-15');
      const recommendation = `/projects/${year.ids.energy}/recommendation`;
      expect(await officer.refused(recommendation, { opinion: '同意。' })).toMatchObject({
        code: 'supplement-pending',
      });
      const answer = { content: contentOf(WORKS.energy, '附测算依据。'), answer: '已补充。' };
      await year.as(UNITS.haihe.account).post(`/projects/${year.ids.energy}/supplement`, answer);
      await year.deeds.recommend('i-gongxin', year.ids.energy);
      year.clock.set('2024-03-27');
      const { hospital } = UNITS;
      const late = { content: contentOf(WORKS.unanswered), answer: '迟到。' };
      expect(
        await year.as(hospital.account).refused(`/projects/${year.ids.unanswered}/supplement`, late),
      ).toMatchObject({
        code: 'supplement-overdue',
        rule: '工作方案 deadlines.supplementWorkingDays',
      });
      expect(await year.as(hospital.account).list('/deadlines/overdue')).toMatchObject([
        { projectId: year.ids.unanswered, dueOn: '2024-03-26', daysLate: 1 },
      ]);
    });

    it('第十二条 退回后重新承诺、重新提交；真实性未通过不予推荐', async () => {
      const officer = year.as(officerOf('a-qiche'));
      await officer.post(`/projects/${year.ids.brakes}/verification`);
      await officer.post(`/projects/${year.ids.brakes}/return`, { reason: '现状数据缺少来源。' });
      const content = contentOf(WORKS.brakes, '已注明数据来源。');
      const submission = `/projects/${year.ids.brakes}/submission`;
      expect(await year.as(UNITS.jinmen.account).refused(submission, { content })).toMatchObject({
        code: 'undertaking-not-signed',
      });
      await year.deeds.sign(UNITS.jinmen, year.ids.brakes);
      await year.deeds.submit(UNITS.jinmen, year.ids.brakes, WORKS.brakes, '已注明数据来源。');
      await year.deeds.recommend('a-qiche', year.ids.brakes);
      await year.deeds.verify('i-gongxin', year.ids.welding, false);
      const place = `/projects/${year.ids.welding}`;
      expect(
        await year.as(officerOf('i-gongxin')).refused(`${place}/recommendation`, { opinion: '同意。' }),
      ).toMatchObject({
        code: 'checks-not-passed',
      });
      await year.as(officerOf('i-gongxin')).post(`${place}/non-recommendation`, { reason: '真实性核实未通过。' });
    });

    it('看到旧版本的人不能办理 (a stale If-Match is refused)', async () => {
      const place = `/projects/${year.ids.overdue}`;
      const stale = { 'if-match': `"project-${year.ids.overdue}@0"` };
      expect(await year.as(officerOf('d-binhai')).refused(`${place}/verification`, {}, stale)).toMatchObject({
        status: 412,
        code: 'stale-revision',
      });
    });

    it('申报单位看不到他单位项目，推荐单位看不到未报送的项目，第三方看不到人名', async () => {
      const place = `/projects/${year.ids.castings}`;
      expect(await year.as(UNITS.jinmen.account).statusOf(place)).toBe(404);
      expect(await year.as(UNITS.jinmen.account).statusOf(`/projects/2024-nothere`)).toBe(404);
      expect(await year.as(officerOf('d-hexi')).statusOf(place)).toBe(404);
      expect(await year.as(UNITS.jinmen.account).statusOf(`/units/${UNITS.haihe.uscc}/board`)).toBe(404);
      expect(await year.client.public.statusOf(place)).toBe(401);
      const own = JSON.stringify(await year.as(UNITS.haihe.account).get(place));
      expect(own).toContain('张伟');
      expect(own).not.toContain('municipal"');
      // 第二十六条 nothing is opened before the undertaking has been signed.
      expect(await year.as(THIRD_PARTY).statusOf(place)).toBe(403);
      await year.as(THIRD_PARTY).post('/confidentiality-undertakings');
      expect(JSON.stringify(await year.as(THIRD_PARTY).get(place))).not.toContain('张伟');
    });

    it('第十条 申报截止后不再受理，主管部门可同意个别逾期提交', async () => {
      year.clock.set('2024-04-20');
      const closing = `/programmes/${YEAR}/applications/closing`;
      expect(await year.as(THIRD_PARTY).refused(closing)).toMatchObject({ code: 'application-period-running' });
      year.clock.set('2024-04-25');
      year.ids.late = await year.deeds.draft(UNITS.jinmen, WORKS.late, 'a-qiche', '汽车');
      await year.deeds.complete(UNITS.jinmen, year.ids.late);
      year.clock.set('2024-05-06');
      await year.as(THIRD_PARTY).post(closing);
      const content = contentOf(WORKS.late);
      expect(
        await year.as(UNITS.jinmen.account).refused(`/projects/${year.ids.late}/submission`, { content }),
      ).toMatchObject({
        code: 'window-closed',
        rule: '工作方案 deadlines.applicationCloses',
      });
      const acceptance = { until: '2024-05-10', reason: '系统维护影响提交。' };
      await year.as(OFFICE).post(`/projects/${year.ids.late}/late-acceptance`, acceptance);
      await year.deeds.submit(UNITS.jinmen, year.ids.late, WORKS.late);
      await year.deeds.recommend('a-qiche', year.ids.late);
      expect(await year.as(OFFICE).list(`/programmes/${YEAR}/unsubmitted`)).toMatchObject([
        { projectId: year.ids.drafted },
      ]);
    });
  });
}
