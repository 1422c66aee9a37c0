/** Results: submitted by the units, compiled, recommended and forwarded by the bodies (art-17a, art-17b). */
import { describe, expect, it } from 'vitest';
import { OFFICE, officerOf, SUPERVISOR, UNITS, type Unit, WORKS, YEAR } from './cast.ts';
import type { Year } from './year.ts';

type WorkName = keyof Year['ids'];

function resultOf(work: WorkName, remark = '') {
  const { title, problem, methods, results, yuan, people } = WORKS[work];
  return {
    title,
    problem,
    methods,
    procedure: '计划、执行、检查、处理各阶段均已完成。',
    improvementOrInnovation: '改进工艺参数并固化为标准作业文件。',
    results: `${results}${remark}`,
    economicBenefit: { yuan, basis: '按财务核算的实际节约额。' },
    socialBenefit: '减少资源浪费，提升用户满意度。',
    participants: people.map((name, at) => ({ name, duty: at === 0 ? '项目负责人' : '技术骨干' })),
  };
}

interface Balance {
  readonly bodyId: string;
  readonly balanced: boolean;
}

export function result(year: Year): void {
  describe('十月：成果提交、汇总、推荐 (October: results)', () => {
    const { haihe, jinmen, hospital, tainted } = UNITS;
    const at = (work: WorkName, act: string) => `/projects/${year.ids[work]}/${act}`;
    const batchesOf = (bodyId: string) => `/programmes/${YEAR}/bodies/${bodyId}/result-batches`;
    const unsubmitted = (by: string) =>
      year.as(by).list<{ projectId: string }>(`/programmes/${YEAR}/unsubmitted-results`);
    const inbox = (bodyId: string, state = 'submitted') =>
      year
        .as(officerOf(bodyId))
        .list<{ projectId: string }>(`/bodies/${bodyId}/result-inbox?year=${YEAR}&state=${state}`);
    const sign = (unit: Unit, work: WorkName) =>
      year.as(unit.account).post(at(work, 'result-undertaking'), { signatory: '法人代表', position: '法定代表人' });
    const balanceOf = async (bodyId: string) => {
      const path = `/programmes/${YEAR}/result-reconciliation`;
      const { items } = await year.as(OFFICE).get<{ items: Balance[] }>(path);
      return items.find(line => line.bodyId === bodyId);
    };
    const rootOf = async (bodyId: string, batch: number) => {
      const { items } = await year.as(officerOf(bodyId)).get<{ items: { root: string }[] }>(batchesOf(bodyId));
      return items[batch - 1]?.root;
    };
    const compile = async (bodyId: string) => {
      const position = (await year.log()).at(-1)?.position;
      return year.as(officerOf(bodyId)).post(batchesOf(bodyId), { position });
    };
    const recommend = (bodyId: string, batch: number, work: WorkName) =>
      year.as(officerOf(bodyId)).post(`${batchesOf(bodyId)}/${batch}/recommendations`, {
        projectId: year.ids[work],
        opinion: '成效明显，同意推荐。',
      });
    const forward = async (bodyId: string, batch: number) =>
      year
        .as(officerOf(bodyId))
        .post(`${batchesOf(bodyId)}/${batch}/forwarding`, { root: await rootOf(bodyId, batch) });

    async function submit(unit: Unit, work: WorkName, bodyId: string): Promise<void> {
      await sign(unit, work);
      await year.as(unit.account).post(at(work, 'results'), { bodyId, content: resultOf(work) });
    }

    it('第十七条（第一个） 完成的项目向推荐它的单位提交成果材料，先签承诺', async () => {
      year.clock.set('2024-10-08');
      expect(await unsubmitted(OFFICE)).toHaveLength(4);
      expect(await unsubmitted(haihe.account)).toMatchObject([{ projectId: year.ids.castings }]);
      const applicant = year.as(haihe.account);
      const sha256 = await applicant.upload(`成果报告\n${year.ids.castings}\n`);
      const report = { kind: '成果报告', name: '成果报告.txt', sha256, classification: 'internal' };
      await applicant.post(at('castings', 'result-documents'), report);
      const submission = { bodyId: 'd-binhai', content: resultOf('castings') };
      const refused = (body: object, work: WorkName = 'castings') => applicant.refused(at(work, 'results'), body);
      expect(await refused(submission)).toMatchObject({
        code: 'undertaking-not-signed',
        rule: '制度 result-undertaking',
      });
      await sign(haihe, 'castings');
      expect(await refused({ ...submission, bodyId: 'i-gongxin' })).toMatchObject({
        code: 'not-the-recommending-body',
        rule: 'art-17a',
      });
      expect(await refused({ bodyId: 'i-gongxin', content: resultOf('energy') }, 'energy')).toMatchObject({
        code: 'project-not-completed',
        rule: 'art-17a',
      });
      expect(await year.as(jinmen.account).refused(at('castings', 'results'), submission)).toMatchObject({
        status: 404,
      });
      await applicant.post(at('castings', 'results'), submission);
      expect(await year.as(officerOf('d-binhai')).text(`/files/${sha256}`)).toContain(year.ids.castings);
      expect(await year.as(jinmen.account).statusOf(`/files/${sha256}`)).toBe(404);
    });

    it('补充为新版本，撤回后可重新提交', async () => {
      year.clock.set('2024-10-10');
      await submit(tainted, 'kept', 'd-binhai');
      await submit(jinmen, 'brakes', 'a-qiche');
      await submit(hospital, 'continued', 'd-hexi');
      const supplement = { content: resultOf('castings', '第三方检测已确认。'), explanation: '补充第三方检测结论。' };
      await year.as(haihe.account).post(at('castings', 'results-supplement'), supplement);
      await year.as(tainted.account).post(at('kept', 'results-withdrawal'), { reason: '数据口径有误。' });
      expect(await inbox('d-binhai')).toMatchObject([{ projectId: year.ids.castings }]);
      expect(await unsubmitted(tainted.account)).toMatchObject([{ projectId: year.ids.kept }]);
      await submit(tainted, 'kept', 'd-binhai');
      const file = await year.as(officerOf('d-binhai')).get(at('castings', 'results'));
      expect(file).toMatchObject({
        state: 'submitted',
        materials: { version: 2, content: { participants: [{ name: '张伟' }, { name: '李娜' }, { name: '王芳' }] } },
      });
      expect(await year.as(officerOf('d-hexi')).statusOf(at('castings', 'results'))).toBe(404);
    });

    it('第十七条（第二个） 汇总即台账在该位置的全部成果；逐项推荐或不予推荐，一项不漏', async () => {
      year.clock.set('2024-10-14');
      for (const bodyId of ['d-binhai', 'a-qiche', 'd-hexi']) await compile(bodyId);
      const officer = year.as(officerOf('d-binhai'));
      const position = (await year.log()).at(-1)?.position;
      expect(await officer.refused(batchesOf('d-binhai'), { position })).toMatchObject({ code: 'nothing-to-compile' });
      expect(await officer.refused(batchesOf('d-hexi'), { position })).toMatchObject({ status: 404 });
      const withdrawal = { reason: '再次撤回。' };
      expect(await year.as(tainted.account).refused(at('kept', 'results-withdrawal'), withdrawal)).toMatchObject({
        code: 'results-compiled',
        rule: 'art-17b',
      });
      await recommend('d-binhai', 1, 'castings');
      const forwarding = { root: await rootOf('d-binhai', 1) };
      expect(await officer.refused(`${batchesOf('d-binhai')}/1/forwarding`, forwarding)).toMatchObject({
        code: 'results-undecided',
        rule: 'art-17b',
      });
      expect(await balanceOf('d-binhai')).toMatchObject({ undecided: [year.ids.kept], balanced: false });
      await recommend('d-binhai', 1, 'kept');
      await recommend('a-qiche', 1, 'brakes');
      await year
        .as(officerOf('d-hexi'))
        .post(`${batchesOf('d-hexi')}/1/declinations`, { projectId: year.ids.continued, reason: '效益数据缺少佐证。' });
      expect(await officer.refused(`${batchesOf('d-binhai')}/1/forwarding`, { root: '0'.repeat(64) })).toMatchObject({
        code: 'root-differs-from-log',
        rule: 'art-17b',
      });
      for (const bodyId of ['d-binhai', 'a-qiche', 'd-hexi']) await forward(bodyId, 1);
    });

    it('不予推荐的成果可在期限内重新提交，列入下一批；对账平衡', async () => {
      year.clock.set('2024-10-28');
      expect(await inbox('d-hexi', 'declined')).toMatchObject([{ projectId: year.ids.continued }]);
      await submit(hospital, 'continued', 'd-hexi');
      expect(await balanceOf('d-hexi')).toMatchObject({ notCompiled: [year.ids.continued], balanced: false });
      await compile('d-hexi');
      await recommend('d-hexi', 2, 'continued');
      await forward('d-hexi', 2);
      for (const bodyId of ['d-binhai', 'a-qiche', 'd-hexi']) {
        expect(await balanceOf(bodyId)).toMatchObject({ bodyId, balanced: true });
      }
      expect(await year.as(hospital.account).list(`/units/${hospital.uscc}/results?year=${YEAR}`)).toMatchObject([
        { projectId: year.ids.continued, state: 'forwarded' },
      ]);
      expect(await unsubmitted(SUPERVISOR)).toEqual([]);
    });
  });
}
