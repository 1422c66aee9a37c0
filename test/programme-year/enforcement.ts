/** Fraud and staff discipline (art-25, art-26): what is found in December, and who may know of it. */
import { describe, expect, it, vi } from 'vitest';
import {
  EARLIER,
  OFFICE,
  officerOf,
  PUBLISHER,
  REVIEWER,
  SECOND_REVIEWER,
  SUPERVISOR,
  THIRD_PARTY,
  UNITS,
  YEAR,
} from './cast.ts';
import { publication } from './deeds.ts';
import { dataOf } from './tally.ts';
import type { Year } from './year.ts';

/** A result of 2022 whose test reports turn out to be forged. */
const FORGED = {
  ...EARLIER,
  resultId: 'er-2022-011',
  year: 2022,
  title: '提高装配扭矩一次合格率',
  unitName: UNITS.outsider.name,
  uscc: UNITS.outsider.uscc,
  source: { document: '关于公布2022年度天津市质量攻关优秀成果的通知' },
};
const CONCERNED = 'msr.temp';

export function enforcement(year: Year): void {
  describe('十二月：监督管理 (December: enforcement)', () => {
    const { outsider, society, hospital, haihe } = UNITS;
    const banOf = (uscc: string, on: string) => year.client.public.get(`/units/${uscc}/ban?on=${on}`);
    let fraud: string;

    const report = async (by: string, uscc: string) =>
      (await year.as(by).post('/fraud-cases', { uscc, detail: '检测报告与原始记录不符。', evidence: [] })).id;
    const investigate = async (place: string, subject: object) => {
      await year
        .as(REVIEWER)
        .post(`${place}/opening`, { projectIds: [], resultIds: [], grounds: '线索具体。', ...subject });
      const evidence = await year.deeds.evidence(REVIEWER, '检测机构复函');
      const found = { evidenceId: 'e-1', findings: '检测机构无该报告存根。', evidence };
      await year.as(REVIEWER).post(`${place}/evidence`, found);
    };

    it('第二十五条 立案核查：告知、听取陈述是工作方案的程序，未办不得认定', async () => {
      year.clock.set('2024-12-21');
      await year.as(THIRD_PARTY).post('/excellent-results/earlier', FORGED);
      await year.as(OFFICE).post('/exemplars', { resultId: FORGED.resultId, field: '装配', grounds: '示范性强。' });
      fraud = `/fraud-cases/${await report(officerOf('d-binhai'), outsider.uscc)}`;
      await investigate(fraud, { resultIds: [FORGED.resultId] });
      const finding = { kind: '虚假材料', findings: '检测报告系伪造。' };
      expect(await year.as(outsider.account).statusOf(fraud)).toBe(404);
      expect(await year.as(REVIEWER).refused(`${fraud}/finding`, finding)).toMatchObject({
        code: 'unit-not-notified',
        rule: '工作方案 options.fraudProcedure',
      });
      await year.as(REVIEWER).post(`${fraud}/notice`, { document: '津市监质告〔2024〕1号', answerBy: '2024-12-23' });
      expect(await year.as(outsider.account).get(fraud)).not.toHaveProperty('report');
      expect(await year.as(haihe.account).statusOf(fraud)).toBe(404);
      await year.as(outsider.account).post(`${fraud}/statement`, { statement: '报告由第三方提供，我单位失察。' });
      await year.as(REVIEWER).post(`${fraud}/finding`, finding);
    });

    it('第二十五条 撤销、通报、五年不受理由另一人一并决定，典型随之撤销', async () => {
      year.clock.set('2024-12-24');
      const document = '津市监质撤〔2024〕1号';
      const circulation = { document, url: publication('cx-1'), recipients: ['各推荐单位'] };
      expect(await year.as(REVIEWER).refused(`${fraud}/decision`, { circulation })).toMatchObject({
        code: 'same-person',
      });
      await year.as(PUBLISHER).post(`${fraud}/decision`, { circulation });
      expect(await banOf(outsider.uscc, '2029-12-24')).toMatchObject({ banned: true, daysLeft: 1 });
      expect(await banOf(outsider.uscc, '2029-12-25')).toMatchObject({ banned: false });
      const work = { year: YEAR, title: '题目', industry: '工业', bodyId: 'd-binhai' };
      expect(await year.as(outsider.account).refused('/projects', work)).toMatchObject({
        code: 'unit-banned',
        rule: 'art-25',
      });
      await year.app.withdraw();
      await year.app.withdraw();
      expect(dataOf(await year.log(), 'exemplar.withdrawn')).toMatchObject([{ resultId: FORGED.resultId }]);
      expect(await year.as(SUPERVISOR).get(`${fraud}/impact`)).toMatchObject({
        items: [{ uses: [{ kind: '典型', withdrawnAt: expect.any(String) }] }],
      });
      expect(await year.client.public.list('/revocation-notices')).toMatchObject([{ document, status: 'in-force' }]);
    });

    it('第二十五条 承继单位同受限制；决定被撤销的，通报注明，限制解除', async () => {
      year.clock.set('2024-12-25');
      const succession = { kind: '合并', document: '津开批〔2024〕9号', effectiveOn: '2024-12-25' };
      await year.as(OFFICE).post(`/units/${society.uscc}/predecessors`, { predecessor: outsider.uscc, ...succession });
      expect(await banOf(society.uscc, '2024-12-25')).toMatchObject({ banned: true, bans: [{ uscc: outsider.uscc }] });
      year.clock.set('2024-12-27');
      const overturning = { document: '津市监复决〔2024〕3号', from: '2024-12-27', reason: '认定事实有误。' };
      await year.as(REVIEWER).post(`${fraud}/overturning`, overturning);
      expect(await banOf(society.uscc, '2024-12-27')).toMatchObject({ banned: false });
      expect(await banOf(outsider.uscc, '2024-12-26')).toMatchObject({ banned: true });
      expect(await year.client.public.list('/revocation-notices')).toMatchObject([{ status: 'overturned' }]);
    });

    it('第二十五条 认定之前发现的，终止项目，不予限制；查无实据的，终结', async () => {
      const place = `/fraud-cases/${await report(SUPERVISOR, hospital.uscc)}`;
      await investigate(place, { projectIds: [year.ids.drafted] });
      await year.as(REVIEWER).post(`${place}/notice`, { document: '津市监质告〔2024〕2号', answerBy: '2024-12-27' });
      await year.as(hospital.account).post(`${place}/statement`, { statement: '无异议。' });
      await year.as(REVIEWER).post(`${place}/finding`, { kind: '虚假材料', findings: '数据系编造。' });
      await year.as(PUBLISHER).post(`${place}/stopped-projects`, { reason: '材料虚假，未获认定。' });
      expect(await banOf(hospital.uscc, '2024-12-27')).toMatchObject({ banned: false });
      const content = {};
      expect(
        await year.as(hospital.account).refused(`/projects/${year.ids.drafted}/submission`, { content }),
      ).toMatchObject({ status: 422 });
      const groundless = `/fraud-cases/${await report(haihe.account, UNITS.jinmen.uscc)}`;
      await year.as(SECOND_REVIEWER).post(`${groundless}/dismissal`, { reason: '查无实据。' });
      expect(await year.as(OFFICE).list('/fraud-cases')).toHaveLength(3);
      expect(await year.as(haihe.account).list('/me/fraud-reports')).toMatchObject([
        { uscc: UNITS.jinmen.uscc, standing: 'concluded' },
      ]);
      expect(await year.as(OFFICE).list('/fraud-cases?stage=stopped')).toMatchObject([{ uscc: hospital.uscc }]);
    });

    it('第二十六条 签署保密承诺；调阅他人材料逐人留痕，一日内同一材料只记一次', async () => {
      const missing = await year.as(SUPERVISOR).list<{ accountId: string }>('/confidentiality-undertakings/missing');
      expect(missing.map(({ accountId }) => accountId)).toContain(SECOND_REVIEWER);
      expect(missing.map(({ accountId }) => accountId)).not.toContain(REVIEWER);
      const file = dataOf(await year.log(), 'document.attached').find(
        ({ projectId }) => projectId === year.ids.castings,
      );
      const opened = async () => {
        await year.as(REVIEWER).get(`/projects/${year.ids.castings}`);
        expect(await year.as(REVIEWER).statusOf(`/files/${file?.sha256}`)).toBe(200);
      };
      const trail = (filter: string) => year.as(SUPERVISOR).list(`/material-accesses?${filter}`);
      const before = (await trail(`person=${REVIEWER}&unit=${haihe.uscc}`)).length;
      await opened();
      await opened();
      // Whoever opens is answered when that is on the log; its row comes a moment later.
      const after = await vi.waitFor(async () => {
        const rows = await trail(`person=${REVIEWER}&unit=${haihe.uscc}`);
        expect(rows).toHaveLength(before + 2);
        return rows;
      }, 10_000);
      expect(after).toMatchObject([
        { kind: 'file', via: 'ReadFile', objects: [file?.sha256] },
        { kind: 'case-file', via: 'GetCaseFile', objects: [year.ids.castings] },
      ]);
      await year.as(haihe.account).get(`/projects/${year.ids.castings}`);
      expect(await trail(`person=${haihe.account}`)).toEqual([]);
      expect(await year.as(OFFICE).statusOf('/material-accesses')).toBe(403);
    });

    it('第二十六条 工作人员案件只由监督者办理，当事人看到的与没有此案时逐字节相同', async () => {
      const views = [
        '/trail',
        '/trail/export?format=ndjson',
        `/coverage?year=${YEAR}`,
        '/deviations',
        '/backdated-acts',
      ];
      const seen = () => Promise.all(views.map(path => year.as(CONCERNED).text(path)));
      const before = await seen();
      const panelId = `${YEAR}-first`;
      const suspicion = { accountId: CONCERNED, kind: '徇私舞弊', detail: '评定期间私下会见。', panelId, evidence: [] };
      const reported = await year.as(haihe.account).post('/misconduct-reports', suspicion);
      const place = `/misconduct-cases/${reported.id}`;
      const supervisor = year.as(SUPERVISOR);
      expect(await year.as(CONCERNED).refused(`${place}/opening`, { kind: '徇私舞弊', grounds: '无' })).toMatchObject({
        status: 404,
      });
      await supervisor.post(`${place}/opening`, { kind: '徇私舞弊', grounds: '线索具体。' });
      await supervisor.post(`${place}/suspension`, { from: '2024-12-27', reason: '核查期间。' });
      const authority = '驻局纪检监察组';
      await supervisor.post(`${place}/referral`, { authority, document: '移〔2024〕2号' });
      const disposition = { authority, document: '处〔2024〕5号', decidedOn: '2024-12-27', outcome: '给予警告。' };
      await supervisor.post(`${place}/disposition`, disposition);
      const closing = { outcome: 'founded', summary: '问题属实，已按规定处理。' };
      expect(await supervisor.refused(`${place}/closing`, closing)).toMatchObject({ code: 'taint-undecided' });
      await supervisor.post(`${place}/taint/none`, { panelId, reason: '未参与打分。' });
      await supervisor.post(`${place}/closing`, closing);

      expect(await supervisor.get(place)).toMatchObject({ stage: 'closed', closed: { outcome: 'founded' } });
      expect((await supervisor.get<{ items: object[] }>('/misconduct-cases')).items).toHaveLength(1);
      expect(await year.as(CONCERNED).statusOf(place)).toBe(403);
      expect(await seen()).toEqual(before);
    });

    it('第二十六条 打分受影响的，要求重启技术评定', async () => {
      const { panelId, projects } = dataOf(await year.log(), 'scoring.opened')[0] as {
        panelId: string;
        projects: { projectId: string }[];
      };
      const suspicion = { accountId: CONCERNED, kind: '玩忽职守', detail: '擅自改动评分记录。', panelId, evidence: [] };
      const supervisor = year.as(SUPERVISOR);
      const { id } = await supervisor.post('/misconduct-reports', suspicion);
      const place = `/misconduct-cases/${id}`;
      await supervisor.post(`${place}/opening`, { kind: '玩忽职守', grounds: '一并核查。' });
      const taint = { panelId, projectIds: [projects[0]?.projectId], reason: '打分受到影响。' };
      await supervisor.post(`${place}/taint`, taint);
      expect(await supervisor.get(place)).toMatchObject({ taints: [{ panelId }] });
    });
  });
}
