/** The regulation, the organisations and the people (art-01, art-05, art-06, art-07, art-08 （一）). */

import { describe, expect, it, vi } from 'vitest';
import { ARTICLES, REGULATION } from '../../events/statute.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import {
  BODIES,
  DISTRICT,
  EARLIER,
  MUNICIPAL,
  OFFICE,
  officerOf,
  PUBLISHER,
  REVIEWER,
  SECOND_REVIEWER,
  SECOND_SUPERVISOR,
  SECRETARIAT,
  SUPERVISOR,
  THIRD_PARTY,
  UNITS,
  YEAR,
} from './cast.ts';
import { publication } from './deeds.ts';
import type { Year } from './year.ts';

const digest = (symbol: string) => symbol.repeat(64);
const RULE = { ruleId: 'project-review', title: '立项审核工作规则', effectiveOn: '2024-01-08' };

export function january(year: Year): void {
  describe('一月：办法、机构、人员 (January: regulation, organisations, people)', () => {
    it('第一条、第六条 办法、主管部门人员和推荐单位登记', async () => {
      await year.deeds.found();
      const { items } = await year.client.public.get<{ items: object[] }>('/regulation');
      expect(items).toMatchObject([{ doc: REGULATION, daysLeft: 1821 }]);
      const { articles } = await year.client.public.get<{ articles: { id: string }[] }>('/regulation/articles');
      expect(articles.map(({ id }) => id)).toEqual(ARTICLES.map(({ id }) => id));
      const bodies = await year.client.public.list<{ bodyId: string; inChargeOf: object[] }>('/bodies?on=2024-01-04');
      expect(bodies.map(({ bodyId, inChargeOf }) => [bodyId, inChargeOf])).toEqual(
        [...BODIES].sort((a, b) => (a.bodyId < b.bodyId ? -1 : 1)).map(body => [body.bodyId, [body.jurisdiction]]),
      );
      expect(await year.client.public.get('/bodies/d-hexi')).toMatchObject({ name: '河西区市场监督管理局' });
    });

    it('第六条 一个区只有一个推荐单位负责；区局不负责行业', async () => {
      const assign = (jurisdiction: object) =>
        year.as(OFFICE).refused('/bodies/d-hexi/jurisdictions', { jurisdiction, from: '2024-01-04' });
      expect(await assign({ district: DISTRICT.binhai })).toMatchObject({ code: 'district-taken', rule: 'art-06' });
      expect(await assign({ industry: '工业' })).toMatchObject({ status: 422, code: 'jurisdiction-kind-mismatch' });
    });

    it('第五条（一） 制度规范制定、修订；仅主管部门可办', async () => {
      await year.as(OFFICE).post('/rules', { ...RULE, textHash: digest('a') });
      await year
        .as(OFFICE)
        .post('/rules/project-review/revision', { ...RULE, ruleId: undefined, textHash: digest('b') });
      expect(await year.client.public.list('/rules')).toMatchObject([{ ruleId: 'project-review' }]);
      expect(await year.client.public.get('/rules/project-review')).toMatchObject({ ruleId: 'project-review' });
      const refused = await year.as(officerOf('d-hexi')).refused('/rules', { ...RULE, textHash: digest('a') });
      expect(refused).toMatchObject({ status: 403, code: 'role-not-allowed' });
    });

    it('放假安排通知公开，更正须说明理由，工作日以登记的为准', async () => {
      type Notices = { counts: { version: number; number: string; holidays: object[]; workedWeekends: string[] } };
      const { items } = await year.client.public.get<{ items: { year: number }[] }>('/holiday-notices');
      expect(items.map(item => item.year)).toEqual([2026, 2025, 2024]);
      const { counts } = await year.client.public.get<Notices>(`/holiday-notices/${YEAR}`);
      expect(counts).toMatchObject({ version: 0, number: '国办发明电〔2023〕7号' });
      const { version: _shipped, ...notice } = counts;
      const longer = { ...notice, workedWeekends: notice.workedWeekends.slice(0, -1) };
      const office = year.as(OFFICE);
      expect(await office.refused('/holiday-notices', longer)).toMatchObject({ code: 'replacing-needs-reason' });
      await office.post('/holiday-notices', { ...longer, reason: '漏登调休。' });
      await office.post('/holiday-notices', { ...notice, reason: '更正登记。' });
      expect(await year.client.public.get(`/holiday-notices/${YEAR}`)).toMatchObject({
        counts: { ...notice, version: 2, reason: '更正登记。' },
        before: [{ version: 0 }, { version: 1 }],
      });
    });

    it('第五条（二） 能力未核验不得委托，只委托事务性工作', async () => {
      const contract = {
        uscc: UNITS.society.uscc,
        name: '天津市质量服务中心',
        scope: ['RegisterUnit', 'VerifyUnitRegistration', 'DraftWorkPlan', 'OpenApplications', 'CloseApplications'],
        from: '2024-01-04',
        lastDay: '2024-12-31',
        noFeeClause: true,
        contractHash: digest('c'),
      };
      const place = `/entrustments/${SECRETARIAT}`;
      const entrust = (change: object) => year.as(OFFICE).refused(place, { ...contract, ...change });
      expect(await entrust({})).toMatchObject({ code: 'capability-not-verified', rule: 'art-05（二）' });
      const { uscc, name } = contract;
      const evidence = await year.deeds.evidence(OFFICE, '能力核验表');
      await year.as(OFFICE).post(`${place}/capability`, { uscc, name, findings: '人员、场地具备。', evidence });
      expect(await entrust({ scope: ['PublishWorkPlan'] })).toMatchObject({ status: 422, code: 'scope-not-clerical' });
      expect(await entrust({ noFeeClause: false })).toMatchObject({ code: 'no-fee-clause-missing', rule: 'art-19' });
      await year.as(OFFICE).post(place, contract);
      const scope = [
        ...[...contract.scope, 'CompileProjectPlan', 'RecordEarlierExcellentResult', 'RunSimilarityCheck'],
        ...['EnrolTrainee', 'RecordTrainingAttendance', 'RecordTrainingAbsence', 'RecordMeeting', 'RecordNotice'],
      ];
      await year.as(OFFICE).post(`${place}/scope`, { scope, from: '2024-01-04', reason: '增加名单编制。' });
      await year.deeds.signUp({ accountId: THIRD_PARTY, name: '高洁', role: 'TPO', orgId: SECRETARIAT }, contract.name);
      expect(await year.as(THIRD_PARTY).get(`/entrustments/${SECRETARIAT}`)).toMatchObject({ lastDay: '2024-12-31' });
    });

    it('第五条（三） 管理办法发布后专家方可入库，动态管理', async () => {
      const expert = {
        expertId: 'e-001',
        name: '林教授',
        identity: demoIdentityOf('e-001'),
        fields: ['质量管理'],
        professionalTitle: '教授',
        employerName: '天津大学',
      };
      const refused = await year.as(OFFICE).refused('/experts', expert);
      expect(refused).toMatchObject({ code: 'bank-rules-missing', rule: 'art-05（三）' });
      await year.as(OFFICE).post('/expert-bank/rules', {
        title: '技术评定专家库管理办法',
        textHash: digest('d'),
        effectiveOn: '2024-01-04',
        reviewEveryMonths: 12,
      });
      await year.as(OFFICE).post('/experts', expert);
      await year.as(OFFICE).post('/experts', {
        ...expert,
        expertId: 'e-002',
        name: '郭研究员',
        identity: demoIdentityOf('e-002'),
      });
      const { name: _name, expertId: _id, identity: _identity, ...profile } = expert;
      await year.as(OFFICE).post('/experts/e-001/profile', { ...profile, fields: ['质量管理', '统计技术'] });
      await year.as(OFFICE).post('/experts/e-001/review', { outcome: 'retained', findings: '履职良好。' });
      await year.as(OFFICE).post('/experts/e-002/suspension', { reason: '长期出国。' });
      expect(await year.as(SUPERVISOR).list('/experts?standing=suspended')).toMatchObject([{ name: '郭研究员' }]);
      await year.as(OFFICE).post('/experts/e-002/reinstatement', { reason: '已回国。' });
      const renamed = { name: '郭明远', changedOn: '2024-01-02', document: '居民户口簿变更记录' };
      await year.as(OFFICE).post('/experts/e-002/name', renamed);
      expect(await year.as(SUPERVISOR).get('/experts/e-002')).toMatchObject({
        name: '郭明远',
        formerNames: [{ name: '郭研究员', lastDay: '2024-01-01' }],
      });
      await year.as(OFFICE).post('/experts/e-002/removal', { reason: '本人申请。' });
      expect(await year.as(SUPERVISOR).get('/experts/e-001')).toMatchObject({ fields: ['质量管理', '统计技术'] });
      expect(await year.as(officerOf('d-hexi')).statusOf('/experts')).toBe(403);
    });

    it('第五条（三） 一人在库一次：同一证件号码不得另行入库', async () => {
      const again = { fields: ['质量管理'], professionalTitle: '教授', employerName: '南开大学' };
      const admitted = { ...again, expertId: 'e-003', name: '林先生', identity: demoIdentityOf('e-001') };
      expect(await year.as(OFFICE).refused('/experts', admitted)).toMatchObject({
        status: 409,
        code: 'expert-in-bank-already',
      });
      const passport = { kind: '护照', country: 'CHN', number: 'E00000001' };
      await year.as(OFFICE).post('/experts/e-001/identity', { identity: passport });
      const other = { ...admitted, identity: passport };
      expect(await year.as(OFFICE).refused('/experts', other)).toMatchObject({ code: 'expert-in-bank-already' });
    });

    it('账户属于本人：首批账户补登另一证件；同一人的另一账户被指出', async () => {
      const own = { identity: { kind: '护照', country: 'CHN', number: 'E00000002' } };
      expect(await year.as(OFFICE).refused(`/accounts/${OFFICE}/identity`, own)).toMatchObject({ code: 'own-account' });
      await year.as(PUBLISHER).post(`/accounts/${OFFICE}/identity`, own);
      const second = { accountId: 'msr.second', name: '王建国', ...own };
      const account = { ...second, grant: { role: 'MSR', orgId: 'msr', orgName: MUNICIPAL } };
      expect(await year.as(OFFICE).refused('/accounts', account)).toMatchObject({ code: 'own-account' });
      await year.as(PUBLISHER).post('/accounts', account);
      expect(await year.as(SUPERVISOR).get('/accounts/msr.second/person')).toMatchObject({
        identified: true,
        accounts: [{ accountId: 'msr.second' }, { accountId: OFFICE }],
      });
      const ended = { reason: '一人只用一个账户。' };
      expect(await year.as(OFFICE).refused('/accounts/msr.second/disablement', ended)).toMatchObject({
        code: 'own-account',
      });
      await year.as(PUBLISHER).post('/accounts/msr.second/disablement', ended);
      expect(await year.as(officerOf('d-hexi')).statusOf('/accounts/msr.second/person')).toBe(403);
    });

    it('第五条（四） 账户授权、收回、停用、启用；补录须说明理由', async () => {
      await year.deeds.signUp({ accountId: 'msr.temp', name: '临时', role: 'MSR', orgId: 'msr' }, MUNICIPAL);
      const grant = { role: 'REC-D', orgId: 'd-hexi', orgName: '河西区市场监督管理局' };
      await year.as(OFFICE).post('/accounts/msr.temp/grants', { grant });
      const revoked = { role: 'REC-D', orgId: 'd-hexi', lastDay: '2024-01-03', reason: '误授。' };
      await year.as(OFFICE).post('/accounts/msr.temp/revocation', revoked);
      await year.as('msr.temp').get('/accounts');
      await year.as(OFFICE).post('/accounts/msr.temp/disablement', { reason: '借调结束。' });
      expect(await year.as('msr.temp').statusOf('/accounts')).toBe(403);
      await year.as(OFFICE).post('/accounts/msr.temp/enablement', { reason: '延长借调。' });
      expect(await year.as('msr.temp').statusOf('/accounts')).toBe(200);

      year.clock.set('2024-01-10');
      const work = { kind: '动员', detail: '召开动员会。' };
      const late = { 'x-effective-at': '2024-01-08T02:00:00.000Z' };
      const refused = await year.as(OFFICE).refused('/organising-work', work, late);
      expect(refused).toMatchObject({ status: 422, code: 'backdating-needs-reason' });
      const reason = encodeURIComponent('经办人出差，返岗后补录。');
      await year.as(OFFICE).post('/organising-work', work, { ...late, 'x-backdating-reason': reason });
      const acts = await year.as(SUPERVISOR).list('/backdated-acts');
      expect(acts).toMatchObject([{ by: { accountId: OFFICE }, effectiveAt: late['x-effective-at'] }]);
    });

    it('制度 第二因素遗失，由两人移除；会话可由管理人员结束，遭试探的账户可解锁', async () => {
      const account = '/accounts/msr.temp';
      const holder = year.as('msr.temp');
      await holder.setUpSecondFactor();
      await year.as(OFFICE).post(`${account}/second-factor-reset`, { reason: '手机遗失。' });
      const confirmation = `${account}/second-factor-reset/confirmation`;
      expect(await year.as(OFFICE).refused(confirmation)).toMatchObject({ code: 'same-person' });
      await year.as(REVIEWER).post(confirmation);
      expect(await holder.statusOf('/accounts')).toBe(401);
      holder.signInAnew();
      expect(await holder.statusOf('/accounts')).toBe(200);
      await year.as(OFFICE).post(`${account}/sessions/end`, { reason: '笔记本电脑遗失。' });
      expect(await holder.statusOf('/accounts')).toBe(401);
      holder.signInAnew();
      const { code } = await year.as(OFFICE).post(`${account}/unlock-code`, { reason: '账户遭反复试探。' });
      expect(code).toMatch(/^[\w-]{20}$/);
    });

    it('制度 本人为其系统领取接口密钥，用毕收回', async () => {
      const account = '/accounts/msr.temp';
      const asked = { system: '市数据共享交换平台', scopes: ['events'], lastDay: '2024-06-30' };
      const holder = year.as('msr.temp');
      expect(await year.as(OFFICE).refused(`${account}/api-keys`, asked)).toMatchObject({ status: 404 });
      const { apiKey } = await holder.post(`${account}/api-keys`, asked);
      expect(apiKey).toMatch(/^ggk_/);
      const keys = async () => JSON.parse(await holder.text('/api-keys')).items as readonly { keyId: string }[];
      const [key] = await keys();
      expect(key).toMatchObject({ inForce: true, system: asked.system });
      await holder.post(`${account}/api-keys/${key?.keyId}/revocation`, { reason: '对接改由新系统承担。' });
      expect(await keys()).toMatchObject([{ inForce: false }]);
    });

    it('制度 本人登记推送，签名密钥只显示一次，用毕停止', async () => {
      const account = '/accounts/msr.temp';
      const asked = { system: '市数据共享交换平台', url: 'https://127.0.0.1/gongguan', types: ['project.approved'] };
      const holder = year.as('msr.temp');
      expect(await year.as(OFFICE).refused(`${account}/webhooks`, asked)).toMatchObject({ status: 404 });
      const { webhookSecret } = await holder.post(`${account}/webhooks`, asked);
      expect(webhookSecret).toMatch(/^whsec_/);
      const webhooks = async () => JSON.parse(await holder.text('/webhooks')).items as readonly { webhookId: string }[];
      const [webhook] = await webhooks();
      expect(webhook).toMatchObject({ system: asked.system, cursor: '0', waiting: 0 });
      await holder.post(`${account}/webhooks/${webhook?.webhookId}/end`, { reason: '对接改由新系统承担。' });
      expect(await webhooks()).toMatchObject([{ ended: { cause: 'withdrawn' } }]);
    });

    it('制度 监督账户由监督机构两人办理，主管部门无权', async () => {
      const accountId = 'sup.guo';
      const grant = { role: 'SUP', orgId: 'sup', orgName: '监督机构' };
      const registration = { accountId, name: '郭明', identity: demoIdentityOf(accountId), grant };
      expect(await year.as(OFFICE).refused('/accounts', registration)).toMatchObject({ code: 'not-competent' });
      await year.as(SUPERVISOR).post('/accounts', registration);
      const waiting = await year.as(SECOND_SUPERVISOR).list<{ id: string; kind: string }>('/accounts/awaiting');
      expect(waiting).toMatchObject([{ kind: 'register', accountId, name: '郭明', by: { accountId: SUPERVISOR } }]);
      const confirmation = `/accounts/${accountId}/proposals/${waiting[0]?.id}/confirmation`;
      expect(await year.as(SUPERVISOR).refused(confirmation)).toMatchObject({ code: 'same-person' });
      await year.as(SECOND_SUPERVISOR).post(confirmation);
      expect(await year.as(SECOND_SUPERVISOR).list('/accounts/awaiting')).toEqual([]);

      const place = `/accounts/${accountId}/credential-reset`;
      expect(await year.as(OFFICE).refused(place, { reason: '代办。' })).toMatchObject({ code: 'not-competent' });
      await year.as(SUPERVISOR).post(place, { reason: '首次启用。' });
      expect(await year.as(REVIEWER).refused(`${place}/confirmation`)).toMatchObject({ code: 'not-competent' });
      const { code } = await year.as(SECOND_SUPERVISOR).post(`${place}/confirmation`);
      await year.client.public.setPassword(accountId, code ?? '');
      expect(await year.as(accountId).statusOf('/trail')).toBe(200);
    });

    it('制度 重置后的行为标明待确认，经两人核对后解除', async () => {
      const officer = officerOf('d-hexi');
      const marked = async () => {
        const [latest] = await year.as(SUPERVISOR).list<{ sentence: string }>(`/trail?person=${officer}`);
        return latest?.sentence.includes('待确认');
      };
      await year.deeds.resetPassword(officer, '遗忘密码。');
      await year.as(officer).changePassword();
      // A change of password names no position that a reader could wait for.
      await vi.waitFor(async () => expect(await marked()).toBe(true), { timeout: 10_000 });
      const vouch = { grounds: '持工作证当面核对，密码由本人设置。' };
      const place = `/accounts/${officer}/credential-vouching`;
      expect(await year.as(REVIEWER).refused(place, vouch)).toMatchObject({ code: 'had-the-code' });
      await year.as(OFFICE).post(place, vouch);
      expect(await marked()).toBe(true);
      await year.as(SECOND_REVIEWER).post(place, vouch);
      expect(await marked()).toBe(false);
    });

    it('第七条 协同配合由文中所列各方记录，典型从优秀成果中选树', async () => {
      const meeting = {
        actionId: 'chains-2024',
        title: '产业链质量攻关对接会',
        detail: '围绕焊材、光伏产业链部署。',
        parties: [
          { role: 'MSR', name: MUNICIPAL },
          { role: 'REC-I', name: '市工业和信息化局' },
        ],
        heldOn: '2024-01-09',
      };
      expect(await year.as(officerOf('d-hexi')).refused('/coordination-actions', meeting)).toMatchObject({
        status: 403,
      });
      await year.as(officerOf('i-gongxin')).post('/coordination-actions', meeting);
      const exemplar = { resultId: EARLIER.resultId, field: '医疗服务', grounds: '做法已在多家医院推广。' };
      expect(await year.as(OFFICE).refused('/exemplars', exemplar)).toMatchObject({ code: 'result-not-excellent' });
      expect(
        await year.as(THIRD_PARTY).refused('/excellent-results/earlier', { ...EARLIER, year: 2024 }),
      ).toMatchObject({
        code: 'not-earlier-year',
        rule: '制度 earlier-results',
      });
      await year.as(THIRD_PARTY).post('/excellent-results/earlier', EARLIER);
      await year.as(OFFICE).post('/exemplars', exemplar);
      expect(await year.client.public.list('/exemplars?field=医疗服务')).toMatchObject([{ title: EARLIER.title }]);
      expect(await year.client.public.list('/excellent-results?year=2023')).toMatchObject([
        { resultId: EARLIER.resultId },
      ]);
      expect(await year.client.public.list('/coordination-actions')).toMatchObject([{ actionId: 'chains-2024' }]);
    });

    it('第八条（一） 第三方依委托登记单位；信用代码校验不符不予登记；重复提交不重复记录', async () => {
      year.clock.set('2024-01-16');
      for (const unit of Object.values(UNITS)) {
        await year.deeds.registerUnit(THIRD_PARTY, unit, unit !== UNITS.outsider);
      }
      const { account: _account, ...haihe } = UNITS.haihe;
      const contact = { name: '李一', phone: '022-23456789' };
      const wrong = `${haihe.uscc.slice(0, 17)}${haihe.uscc.endsWith('0') ? '1' : '0'}`;
      expect(await year.as(THIRD_PARTY).refused('/units', { ...haihe, uscc: wrong, contact })).toMatchObject({
        status: 422,
        pointers: ['/uscc'],
      });
      await year.as(officerOf('i-gongxin')).post(`/units/${UNITS.society.uscc}/recognition`, {
        authority: 'i-gongxin',
        document: '津工信函〔2023〕88号',
        recognisedOn: '2023-11-20',
        evidence: await year.deeds.evidence(officerOf('i-gongxin'), '认可文件'),
      });
      const key = { 'idempotency-key': 'note-1' };
      const note = { kind: '培训', detail: '填报培训。' };
      const first = await year.as(OFFICE).post('/organising-work', note, key);
      const head = (await year.log()).length;
      const { status: _status, ...again } = await year.as(OFFICE).post('/organising-work', note, key);
      expect(first).toMatchObject(again);
      expect((await year.log()).length).toBe(head);
      const other = await year.as(OFFICE).refused('/organising-work', { ...note, detail: '另一件事。' }, key);
      expect(other).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    });

    it('第五条（二） 第三方不得作决定，也不得超出委托事项', async () => {
      const outside = { status: 403, code: 'outside-entrustment', rule: 'art-05（二）' };
      expect(
        await year.as(THIRD_PARTY).refused('/organising-work', { kind: '会务', detail: '布置会场。' }),
      ).toMatchObject(outside);
      const publishing = { version: 1, url: publication('gzfa') };
      expect(await year.as(THIRD_PARTY).refused('/programmes/2024/work-plan/publication', publishing)).toMatchObject(
        outside,
      );
    });

    it('第五条（二） 第三方受托登记会议记录和通知，监督人员看得到', async () => {
      const filed = { year: 2024, title: '年度工作部署会', evidence: [] };
      const meeting = { ...filed, heldOn: '2024-01-09', place: '三楼会议室', minutes: '部署年度申报工作。' };
      await year.as(THIRD_PARTY).post('/meetings', { ...meeting, attendees: ['市工业和信息化局'] });
      const notice = { ...filed, issuedOn: '2024-01-05', content: '请于1月9日参会。' };
      await year.as(THIRD_PARTY).post('/notices', { ...notice, recipients: ['市工业和信息化局'] });
      const sentences = (await year.as(SUPERVISOR).list(`/trail?person=${THIRD_PARTY}`)).map(
        ({ sentence }) => sentence as string,
      );
      for (const said of ['（受托）登记了2024年度会议“年度工作部署会”', '（受托）登记了2024年度通知“年度工作部署会”'])
        expect(sentences.join('\n')).toContain(said);
    });

    it('第二十五条 不受理申报期为五年，任何人可查', async () => {
      const decision = '津市监质罚〔2023〕7号';
      await year.deeds.excludeFromOutside(UNITS.excluded.uscc, decision, '2024-01-10');
      const ban = (on: string) => year.client.public.get(`/units/${UNITS.excluded.uscc}/ban?on=${on}`);
      expect(await ban('2029-01-10')).toMatchObject({ banned: true, daysLeft: 1 });
      expect(await ban('2029-01-11')).toMatchObject({ banned: false });
      expect(await year.client.public.list('/bans?on=2024-06-01')).toMatchObject([{ unitName: UNITS.excluded.name }]);
    });
  });
}
