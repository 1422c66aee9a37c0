/** November: the technical evaluation — standard, sheets, aggregation, and the list that the panel proposes (art-19, art-20). */
import { describe, expect, it } from 'vitest';
import { MUNICIPAL, OFFICE, officerOf, REVIEWER, SUPERVISOR, UNITS, YEAR } from './cast.ts';
import { publication } from './deeds.ts';
import { accountOf, PANEL } from './panel.ts';
import { dataOf } from './tally.ts';
import type { Year } from './year.ts';

const STANDARD = {
  title: '2024年度质量攻关成果评定标准',
  criteria: [
    { id: 'topic', title: '选题针对性', weight: 20, max: 20 },
    { id: 'method', title: '方法与程序', weight: 30, max: 30 },
    { id: 'effect', title: '攻关成效', weight: 50, max: 50 },
  ],
  normalisation: 'z-score-per-judge',
  tieBreak: ['effect', 'method'],
  references: ['T/CAQ 10201'],
  url: publication('pdbz'),
};

interface Scored {
  readonly projectId: string;
  readonly rank: number;
  readonly score: string;
  readonly divergent: boolean;
}

export function evaluation(year: Year): void {
  describe('十一月：成果技术评定 (November: the technical evaluation)', () => {
    const office = () => year.as(OFFICE);
    const expert = (expertId: string) => year.as(accountOf(expertId));
    const place = `/evaluations/${PANEL}`;
    const sheetAt = (projectId: string) => `${place}/projects/${projectId}/sheet`;
    let members: string[];
    let projects: { projectId: string; uscc: string }[] = [];
    /** Recused from {@link unit}. */
    let recused: string;
    let unit: string;
    let conflicted: string;
    let listHash: string;

    /** The first free member is severe on the first project that all may judge. */
    const sheetOf = (expertId: string, projectId: string) => {
      const judge = members.indexOf(expertId);
      const level = 40 - 2 * projects.findIndex(project => project.projectId === projectId) + judge / 2;
      const severe = judge === 1 && projectId === conflicted ? 25 : 0;
      const points = { topic: '16.5', method: '24', effect: String(level - severe) };
      return {
        scores: Object.entries(points).map(([criterionId, given]) => ({ criterionId, points: given })),
        comment: '选题针对性强，成效可核实。',
      };
    };
    const mayScore = (expertId: string, uscc: string) => expertId !== recused || uscc !== unit;

    it('第十九条 评定标准先公布，评分启动后不得变更', async () => {
      year.clock.set('2024-11-18');
      ({ members } = await office().get<{ members: string[] }>(`/panels/${PANEL}`));
      expect(await office().refused(`${place}/opening`)).toMatchObject({ code: 'standard-not-issued', rule: 'art-19' });
      const issue = `/evaluation-standards/${YEAR}`;
      expect(await office().refused(issue, { ...STANDARD, criteria: STANDARD.criteria.slice(1) })).toMatchObject({
        code: 'weights-not-100',
      });
      await office().post(issue, STANDARD);
      await office().post(`${place}/opening`);
      const changed = { ...STANDARD, normalisation: 'none' };
      expect(await office().refused(issue, changed)).toMatchObject({ code: 'standard-frozen', rule: 'art-19' });
      const [published] = await year.client.public.list(`/evaluation-standards?year=${YEAR}`);
      expect(published).toMatchObject({ version: 1, criteria: STANDARD.criteria });
      expect(await year.as(officerOf('d-binhai')).refused(`${place}/closing`)).toMatchObject({ status: 404 });
    });

    it('第二十六条 签署保密承诺后方可评分；第十八条 回避专家看不到该项目', async () => {
      const log = await year.log();
      [{ projects = [] } = {}] = dataOf(log, 'scoring.opened') as { projects: typeof projects }[];
      const [recusal] = dataOf(log, 'expert.recused') as { expertId: string; uscc: string }[];
      recused = recusal?.expertId ?? '';
      unit = recusal?.uscc ?? '';
      conflicted = projects.find(({ uscc }) => uscc === unit)?.projectId ?? '';
      const [, second = ''] = members;
      expect(await expert(second).refused(sheetAt(conflicted), sheetOf(second, conflicted))).toMatchObject({
        code: 'undertaking-missing',
        rule: 'art-26',
      });
      for (const expertId of members) await expert(expertId).post('/confidentiality-undertakings');
      expect(await expert(recused).refused(sheetAt(conflicted), sheetOf(recused, conflicted))).toMatchObject({
        status: 404,
      });
      const { assignments } = await expert(recused).get<{ assignments: { projectId: string }[] }>(
        `${place}/assignments`,
      );
      expect(assignments.map(({ projectId }) => projectId)).toEqual(
        projects.filter(({ uscc }) => uscc !== unit).map(({ projectId }) => projectId),
      );
    });

    it('第二十条 每名成员每项目一份评分表，更换须说明理由，缺席须记录', async () => {
      year.clock.set('2024-11-20');
      const [, second = '', third = ''] = members;
      const absent = { expertId: members.at(-1), projectId: conflicted };
      for (const expertId of members) {
        for (const { projectId, uscc } of projects) {
          if (!mayScore(expertId, uscc) || (expertId === absent.expertId && projectId === conflicted)) continue;
          await expert(expertId).post(sheetAt(projectId), sheetOf(expertId, projectId));
        }
      }
      const changed = { ...sheetOf(third, conflicted), comment: '复核后确认。' };
      expect(await expert(third).refused(sheetAt(conflicted), changed)).toMatchObject({
        code: 'sheet-already-submitted',
        rule: 'art-20',
      });
      await expert(third).post(`${sheetAt(conflicted)}/supersession`, { ...changed, reason: '补充评语' });
      expect(await office().refused(`${place}/closing`)).toMatchObject({ code: 'sheets-missing', rule: 'art-20' });
      await office().post(`${place}/projects/${conflicted}/absence`, {
        expertId: absent.expertId,
        reason: '因病未参加该项目评分',
      });
      const progress = await office().get<{ due: number; given: number; absent: number }>(`${place}/progress`);
      expect(progress.given + progress.absent).toBe(progress.due);
      expect(JSON.stringify(progress)).not.toContain('score');
      expect(await expert(second).statusOf(`${place}/progress`)).toBe(403);
    });

    it('结束评分后只能说明理由作废，有效评分表不足时补充评分', async () => {
      year.clock.set('2024-11-25');
      await office().post(`${place}/closing`);
      await office().post(`${place}/aggregation`);
      const { panels } = await year.as(SUPERVISOR).get<{
        panels: { sheets: { sheetId: string; expertId: string; counted: boolean; sound: boolean }[] }[];
      }>(`/projects/${conflicted}/score-provenance`);
      const sheets = panels[0]?.sheets ?? [];
      expect(sheets.every(({ sound }) => sound)).toBe(true);
      expect(await office().refused(`${place}/reopening`, { reason: '补充' })).toMatchObject({
        code: 'nothing-to-reopen',
      });
      const counted = sheets.filter(sheet => sheet.counted);
      const { quorum } = (dataOf(await year.log(), 'panel-formation.started') as { rules: { quorum: number } }[]).at(-1)
        ?.rules ?? { quorum: 0 };
      const voided = counted.filter(({ expertId }) => expertId !== members[1]).slice(0, counted.length - quorum + 1);
      for (const { sheetId } of voided) {
        await office().post(`${place}/sheets/${sheetId}/voiding`, { reason: '评分表填写有误' });
      }
      expect(await office().get(`${place}/ranking`)).toMatchObject({ aggregation: { round: 1, stale: true } });
      await office().post(`${place}/reopening`, { reason: '有效评分表不足，补充评分' });
      for (const { expertId } of voided) {
        await expert(expertId).post(sheetAt(conflicted), sheetOf(expertId, conflicted));
      }
      await office().post(`${place}/closing`);
      await office().post(`${place}/aggregation`);
    });

    it('汇总可复算，成员只见无须回避的项目', async () => {
      const { results } = await office().get<{ results: Scored[] }>(`${place}/ranking`);
      expect(results).toHaveLength(projects.length);
      const supervisor = year.as(SUPERVISOR);
      expect(await supervisor.get(`${place}/rerun`)).toMatchObject({ round: 2, equal: true });
      expect(await supervisor.get(`${place}/rerun?round=1`)).toMatchObject({ round: 1, equal: true });
      const fairness = await supervisor.get<{ judges: { expertId: string; recusedProjects: number }[] }>(
        `${place}/fairness`,
      );
      expect(fairness.judges.find(({ expertId }) => expertId === recused)?.recusedProjects).toBeGreaterThan(0);
      const seen = await expert(recused).get<{ results: Scored[] }>(`${place}/ranking`);
      expect(seen.results.map(({ projectId }) => projectId)).not.toContain(conflicted);
      expect(await expert(recused).statusOf(`${place}/list`)).toBe(404);
    });

    it('第二十条 评分分歧经说明，技术评定组完成评定并提出建议名单', async () => {
      year.clock.set('2024-12-02');
      const [, second = '', ...others] = members;
      const speaker = expert(second);
      expect(await expert(recused).refused(`${place}/completion`)).toMatchObject({ code: 'recused-from-a-unit' });
      expect(await speaker.refused(`${place}/completion`)).toMatchObject({
        code: 'divergence-unexplained',
        rule: '工作方案 options.divergencePoints',
      });
      const { results } = await speaker.get<{ results: Scored[] }>(`${place}/ranking`);
      for (const { projectId } of results.filter(({ divergent }) => divergent)) {
        await speaker.post(`${place}/projects/${projectId}/divergence-note`, {
          note: '对效益测算口径看法不同，经评议认可。',
        });
      }
      await speaker.post(`${place}/completion`);
      const best = results.slice(0, Math.max(1, results.length - 1)).map(({ projectId }) => projectId);
      const stranger = { projects: [year.ids.withdrawn], minutes: '会议纪要' };
      expect(await speaker.refused(`${place}/list/draft`, stranger)).toMatchObject({ code: 'not-evaluated' });
      await speaker.post(`${place}/list/draft`, { projects: best, minutes: '技术评定组二〇二四年十二月二日会议纪要' });
      ({ listHash } = (await speaker.get<{ draft: { listHash: string } }>(`${place}/list`)).draft);
      expect(await speaker.refused(`${place}/list/proposal`, { listHash })).toMatchObject({
        code: 'signatures-missing',
      });
      for (const expertId of [second, ...others]) {
        await expert(expertId).post(`${place}/list/signature`, { listHash });
      }
      expect(await office().refused(`${place}/list/proposal`, { listHash })).toMatchObject({ status: 404 });
      await speaker.post(`${place}/list/proposal`, { listHash });
      expect(await office().list(`/evaluations?year=${YEAR}`)).toMatchObject([
        { panelId: PANEL, state: 'proposed', projects: projects.length, proposals: 1 },
      ]);
    });

    it('第十九条 不承担任何费用：投诉属实即记为偏差', async () => {
      year.clock.set('2024-12-03');
      const { haihe, jinmen } = UNITS;
      const complaint = { year: YEAR, stage: '成果评定', askedBy: '某咨询公司', detail: '以评审服务为名要求缴费。' };
      const { id } = await year.as(haihe.account).post('/fee-complaints', { ...complaint, evidence: [] });
      const found = { outcome: 'upheld', findings: `${MUNICIPAL}核实属实。` };
      const place = `/fee-complaints/${id}/resolution`;
      expect(await year.as(REVIEWER).refused(place, found)).toMatchObject({ code: 'remedy-missing', rule: 'art-19' });
      await year.as(REVIEWER).post(place, { ...found, remedy: '已责令退还并通报。' });
      expect(await year.as(haihe.account).list('/fee-complaints')).toMatchObject([{ state: 'upheld' }]);
      expect(await year.as(jinmen.account).list('/fee-complaints')).toEqual([]);
      const statement = `/zero-charge-statement?year=${YEAR}`;
      expect(await year.client.public.get(statement)).not.toHaveProperty('complaints');
      expect(await year.as(REVIEWER).get(statement)).toMatchObject({ complaints: 1, upheld: 1 });
    });
  });
}
