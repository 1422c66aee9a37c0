/** December: recognition, publication, commendation and promotion of the excellent results (art-07, art-21 to art-24). */
import { describe, expect, it } from 'vitest';
import { BODIES, OFFICE, officerOf, PLAN, PUBLISHER, REVIEWER, SUPERVISOR, UNITS, WORKS, YEAR } from './cast.ts';
import { publication } from './deeds.ts';
import { accountOf, PANEL } from './panel.ts';
import { dataOf } from './tally.ts';
import type { Year } from './year.ts';

interface Proposal {
  readonly listHash: string;
  readonly list: readonly { readonly projectId: string }[];
}

interface Entry {
  readonly projectId: string;
  readonly resultId: string;
  readonly title: string;
  readonly unitName: string;
  readonly bodyId: string;
}

export function recognition(year: Year): void {
  describe('十二月：认定、公布、表扬和宣传推广 (December: recognition and what follows)', () => {
    const place = `/programmes/${YEAR}`;
    let proposal: Proposal;
    let kept: string[];
    let removed: string;
    let entry: Entry;

    const latestProposal = async () => dataOf(await year.log(), 'excellent-list.proposed').at(-1) as never as Proposal;
    const onList = () => ({ panelId: PANEL, listHash: proposal.listHash });
    const peopleOf = (title: string) => Object.values(WORKS).find(work => work.title === title)?.people ?? [];

    it('第二十一条 审核只可保留、移出或退回，增加须由技术评定组重新提出', async () => {
      year.clock.set('2024-12-06');
      proposal = await latestProposal();
      const ids = proposal.list.map(({ projectId }) => projectId);
      const review = `${place}/excellent-list/review`;
      const added = { ...onList(), kept: [...ids, year.ids.withdrawn], removed: [] };
      expect(await year.as(REVIEWER).refused(review, added)).toMatchObject({
        code: 'not-in-proposed-list',
        rule: 'art-21',
      });
      await year.as(REVIEWER).post(`${place}/excellent-list/return`, { ...onList(), reason: '请补充排序理由。' });
      expect(await year.as(REVIEWER).refused(review, { ...onList(), kept: ids, removed: [] })).toMatchObject({
        code: 'list-returned',
      });
    });

    it('技术评定组重新提出后，逐项保留或者说明理由移出', async () => {
      const ids = proposal.list.map(({ projectId }) => projectId);
      const { members } = await year.as(OFFICE).get<{ members: string[] }>(`/panels/${PANEL}`);
      const [, second = '', ...others] = members;
      const speaker = year.as(accountOf(second));
      const evaluation = `/evaluations/${PANEL}/list`;
      await speaker.post(`${evaluation}/draft`, { projects: ids, minutes: '技术评定组补充会议纪要，附排序理由。' });
      const { listHash } = (await speaker.get<{ draft: { listHash: string } }>(evaluation)).draft;
      for (const expertId of [second, ...others]) {
        await year.as(accountOf(expertId)).post(`${evaluation}/signature`, { listHash });
      }
      await speaker.post(`${evaluation}/proposal`, { listHash });
      proposal = await latestProposal();
      expect(proposal.listHash).toBe(listHash);
      kept = ids.slice(0, -1);
      removed = ids.at(-1) as string;
      const reason = '成效尚不稳定，建议继续攻关。';
      await year.as(REVIEWER).post(`${place}/excellent-list/review`, {
        ...onList(),
        kept,
        removed: [{ projectId: removed, reason }],
      });
      expect(await year.as(SUPERVISOR).list(`${place}/proposed-results?outcome=removed`)).toMatchObject([
        { projectId: removed, reason },
      ]);
    });

    it('公示依工作方案：方案未规定的，不得公示', async () => {
      const notices = `${place}/public-notices`;
      const notice = { url: publication('gongshi') };
      expect(await year.as(REVIEWER).refused(notices, notice)).toMatchObject({
        code: 'no-public-notice',
        rule: '工作方案 options.publicNotice',
      });
      const [inForce] = await year.client.public.list<{ plan: typeof PLAN }>(`${place}/work-plans`);
      const plan = inForce?.plan ?? PLAN;
      const options = { ...plan.options, publicNotice: { workingDays: 3 }, certificates: true };
      await year.as(OFFICE).post(`${place}/work-plan/amendment`, {
        plan: { ...plan, options },
        reason: '增加公示和证书。',
        url: publication('gzfa-gongshi'),
      });
      await year.as(REVIEWER).post(notices, notice);
      expect(await year.client.public.list(notices)).toMatchObject([
        { notice: 1, from: '2024-12-06', lastDay: '2024-12-11' },
      ]);
    });

    it('异议以真实姓名提出并保密；异议未处理完毕的，不得认定', async () => {
      year.clock.set('2024-12-09');
      const [projectId = ''] = kept;
      const objection = {
        projectId,
        objector: { name: '林晓', phone: '022-87654321' },
        grounds: '效益测算依据不足。',
        evidence: [],
      };
      await year.as(UNITS.hospital.account).post(`${place}/objections`, objection);
      year.clock.set('2024-12-12');
      const recognise = `${place}/excellent-results`;
      const closing = `${place}/public-notices/1/closing`;
      expect(await year.as(REVIEWER).refused(closing)).toMatchObject({ code: 'objection-open' });
      expect(await year.as(REVIEWER).refused(recognise, { projectId })).toMatchObject({ code: 'objection-open' });
      const [raised] = await year.as(OFFICE).list<{ objectionId: string }>(`${place}/objections`);
      expect(raised).toMatchObject({ outcome: 'open', objector: { name: '林晓' } });
      const decision = { outcome: 'dismissed', reason: '经核对原始凭证，测算依据充分。' };
      await year.as(REVIEWER).post(`${place}/objections/${raised?.objectionId}/decision`, decision);
      expect((await year.as(SUPERVISOR).list(`${place}/objections`))[0]).not.toHaveProperty('objector');
      await year.as(REVIEWER).post(closing);
    });

    it('第二十一条 认定的均在建议名单内；公布的即台账在该位置认定的，由另一人公布', async () => {
      year.clock.set('2024-12-13');
      const results = `${place}/excellent-results`;
      expect(await year.as(REVIEWER).refused(results, { projectId: removed })).toMatchObject({
        code: 'not-kept',
        rule: 'art-21',
      });
      for (const projectId of kept) await year.as(REVIEWER).post(results, { projectId });
      expect(await year.client.public.list(results)).toEqual([]);
      const { listHash } = await year.as(PUBLISHER).get<{ listHash: string }>(`${results}/draft`);
      const position = (await year.log()).at(-1)?.position;
      const publish = { position, listHash, url: publication('yxcg') };
      const at = `${results}/publication`;
      expect(await year.as(REVIEWER).refused(at, publish)).toMatchObject({ status: 403, code: 'same-person' });
      expect(await year.as(PUBLISHER).refused(at, { ...publish, listHash: '0'.repeat(64) })).toMatchObject({
        code: 'list-differs-from-log',
      });
      await year.as(PUBLISHER).post(at, publish);
      const published = await year.client.public.list<Entry>(results);
      expect(published.map(({ projectId }) => projectId)).toEqual([...kept].sort());
      for (const line of published) expect(line).toMatchObject({ status: '有效' });
      entry = published[0] as Entry;
      expect(await year.client.public.list(`${results}/versions`)).toMatchObject([
        { version: 1, position, listHash, count: kept.length },
      ]);
    });

    it('第二十一条 对单位、参与人员和组织者通报表扬，证书可凭编号查验', async () => {
      year.clock.set('2024-12-16');
      const commendations = `${place}/commendations`;
      const base = { resultId: entry.resultId, document: '津市监质〔2024〕30号', url: publication('tbby') };
      const [leader = ''] = peopleOf(entry.title);
      const stranger = { ...base, recipient: { type: '参与人员', name: '路人' } };
      expect(await year.as(OFFICE).refused(commendations, stranger)).toMatchObject({ code: 'not-a-participant' });
      for (const recipient of [
        { type: '单位' },
        { type: '参与人员', name: leader },
        { type: '组织者', side: 'body' },
      ]) {
        await year.as(OFFICE).post(commendations, { ...base, recipient });
      }
      const lines = await year.client.public.list<{ commendationId: string; recipientType: string }>(commendations);
      expect(new Set(lines.map(({ recipientType }) => recipientType))).toEqual(new Set(['单位', '参与人员', '组织者']));
      const ofLeader = lines.find(({ recipientType }) => recipientType === '参与人员');
      expect(ofLeader).toMatchObject({ person: leader, orgName: entry.unitName });
      await year.as(OFFICE).post(`${commendations}/${ofLeader?.commendationId}/certificate`);
      expect(await year.client.public.get(`/certificates/${YEAR}-00001`)).toMatchObject({
        title: entry.title,
        person: leader,
        status: '有效',
      });
      const printed = await year.client.public.text(`/certificates/${YEAR}-00001/document`);
      expect(printed).toMatch(/^%PDF-/);
      expect(printed).toContain(`/certificates/${YEAR}-00001)`);
    });

    it('第七条、第二十二条 典型从优秀成果中选树；激励制度自愿建立', async () => {
      year.clock.set('2024-12-17');
      const { resultId, bodyId } = entry;
      await year.as(OFFICE).post('/exemplars', { resultId, field: '高端装备', grounds: '成效显著，可复制推广。' });
      const policies = `/bodies/${bodyId}/incentive-policies`;
      const body = year.as(officerOf(bodyId));
      const policy = {
        policyId: 'pioneers',
        title: '质量攻关参与人员激励办法',
        content: '授予荣誉称号，优先推荐培训。',
        effectiveOn: '2024-12-17',
      };
      await body.post(policies, policy);
      const { policyId, ...revised } = {
        ...policy,
        content: '授予荣誉称号，优先推荐培训和评优。',
        reason: '完善措施。',
      };
      await body.post(`${policies}/${policyId}/revision`, revised);
      const [participant = ''] = peopleOf(entry.title);
      const grant = { policyId, resultId, participant, detail: '授予质量先锋称号。', grantedOn: '2024-12-17' };
      await body.post(`/bodies/${bodyId}/incentives`, grant);
      expect(await year.client.public.list('/incentives')).toMatchObject([{ bodyId, policyId, version: 2 }]);
      expect(await body.list('/incentives')).toMatchObject([{ grants: 1 }]);
    });

    it('第二十三条、第二十四条 宣传推广、交流会只限优秀成果，商业秘密须经同意', async () => {
      year.clock.set('2024-12-18');
      const { resultId, bodyId } = entry;
      const activity = {
        kind: '媒体宣传',
        title: '质量攻关优秀成果巡礼',
        detail: '报纸、网站专栏连续报道。',
        heldOn: '2024-12-18',
        results: [{ resultId, tradeSecrets: false }],
      };
      const city = { ...activity, promotionId: 'p-2024-media', year: YEAR };
      const secret = { ...city, results: [{ resultId, tradeSecrets: true }] };
      expect(await year.as(OFFICE).refused('/promotions', secret)).toMatchObject({
        code: 'consent-missing',
        rule: 'art-26',
      });
      const unrecognised = { ...city, results: [{ resultId: `result-${removed}`, tradeSecrets: false }] };
      expect(await year.as(OFFICE).refused('/promotions', unrecognised)).toMatchObject({
        code: 'result-not-excellent',
        rule: 'art-23',
      });
      await year.as(OFFICE).post('/promotions', city);
      const local = { ...activity, promotionId: 'p-2024-local', year: YEAR, kind: '现场推广', audience: '同行业企业' };
      const other = BODIES.find(body => body.bodyId !== bodyId)?.bodyId ?? '';
      expect(await year.as(officerOf(other)).refused('/promotions/local', local)).toMatchObject({
        status: 403,
        code: 'not-in-own-field',
        rule: 'art-24',
      });
      await year.as(officerOf(bodyId)).post('/promotions/local', local);
      expect(await year.as(SUPERVISOR).list(`${place}/promotion-coverage`)).toContainEqual(
        expect.objectContaining({ bodyId: other, activities: 0, withoutActivity: true }),
      );
      expect(await year.as(officerOf(bodyId)).list(`${place}/promotion-coverage`)).toMatchObject([
        { bodyId, activities: 1, promoted: 1, withoutActivity: false },
      ]);
    });

    it('第二十三条 交流会可改期；召开后记录交流的成果', async () => {
      const meeting = {
        year: YEAR,
        title: '2024年优秀成果交流会',
        place: '天津礼堂',
        programme: '成果发布、专家点评。',
      };
      const convene = (promotionId: string, heldOn: string) =>
        year.as(OFFICE).post('/exchange-meetings', { ...meeting, promotionId, heldOn });
      await convene('m-2024', '2024-12-19');
      await year.as(OFFICE).post('/exchange-meetings/m-2024/cancellation', { reason: '场地原因，改期。' });
      await convene('m-2024-b', '2024-12-20');
      const presentation = { resultId: entry.resultId, tradeSecrets: false };
      const presentations = '/exchange-meetings/m-2024-b/presentations';
      expect(await year.as(OFFICE).refused(presentations, presentation)).toMatchObject({ code: 'meeting-not-held' });
      year.clock.set('2024-12-20');
      await year.as(OFFICE).post(presentations, presentation);
      expect(await year.client.public.list(`${place}/promotions`)).toMatchObject([
        { promotionId: 'p-2024-local' },
        { promotionId: 'p-2024-media' },
        { promotionId: 'm-2024', cancelled: {} },
        { promotionId: 'm-2024-b', results: [{ resultId: entry.resultId }] },
      ]);
      const { items } = await year.client.public.get<{ items: object[] }>(`${place}/deadlines`);
      expect(items).toContainEqual(expect.objectContaining({ item: 'exchangeMeeting', state: 'met' }));
    });
  });
}
