/** November: the panel — candidates and seed committed, drawn, declared, recused, replaced, constituted (art-18). */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EventOf } from '../../events/event-type.ts';
import type { resultBatchForwarded } from '../../events/result.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import { BODIES, MUNICIPAL, OFFICE, officerOf, SUPERVISOR, UNITS, YEAR } from './cast.ts';
import type { Year } from './year.ts';

export const PANEL = `${YEAR}-comprehensive`;
/** With e-001 of January nine: seven members and two to replace them. */
const NEW_EXPERTS = ['e-003', 'e-004', 'e-005', 'e-006', 'e-007', 'e-008', 'e-009', 'e-010'] as const;
const SEED = '封存于十一月四日的抽签种子';
const BEACON = { source: '中国福利彩票双色球', round: '第2024128期', publishedAt: '2024-11-05T13:15:00.000Z' };
const BEACON_VALUE = '03 07 11 18 25 31 + 09';

/** The account of an expert. */
export const accountOf = (expertId: string) => `expert.${expertId}`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface Duties {
  readonly panels: readonly {
    readonly panelId: string;
    readonly units: readonly { readonly uscc: string; readonly declaration: string; readonly standing: string }[];
    readonly projects: readonly { readonly projectId: string; readonly uscc: string }[];
  }[];
}

/** The results that the bodies have forwarded. */
async function forwardedIn(year: Year): Promise<string[]> {
  const batches = (await year.log()).filter(({ type }) => type === 'result-batch.forwarded');
  return (batches as EventOf<typeof resultBatchForwarded>[]).flatMap(({ data }) =>
    data.projects.map(({ projectId }) => projectId),
  );
}

export function panel(year: Year): void {
  describe('十一月：技术评定组 (November: the panel)', () => {
    const office = () => year.as(OFFICE);
    const expert = (expertId: string) => year.as(accountOf(expertId));
    const dutiesOf = (expertId: string) => expert(expertId).get<Duties>('/panel-duties');
    const place = `/panels/${PANEL}`;
    let projectIds: string[];
    let members: string[];
    let units: string[];

    const declare = async (expertId: string, conflictWith?: string) => {
      const declarations = units.map(uscc =>
        uscc === conflictWith
          ? { uscc, declaration: 'conflict', kind: '合作或合著', detail: '两年前与该单位合作发表论文' }
          : { uscc, declaration: 'none' },
      );
      const { revision, tag } = await expert(expertId).post(`${place}/declarations`, { declarations });
      // How often others acted on the panel would tell a recused member something (art-18).
      expect([revision, tag]).toEqual([undefined, '']);
    };

    it('第五条（三） 专家入库并开立账户', async () => {
      year.clock.set('2024-11-01');
      for (const [at, expertId] of NEW_EXPERTS.entries()) {
        const employer = { employerName: `天津第${at + 1}研究院` };
        const profile = { fields: ['质量管理'], professionalTitle: '正高级工程师', ...employer };
        await office().post('/experts', {
          expertId,
          name: `评委${at + 1}`,
          identity: demoIdentityOf(expertId),
          ...profile,
        });
      }
      for (const expertId of ['e-001', ...NEW_EXPERTS]) {
        const person = { accountId: accountOf(expertId), name: `专家${expertId}`, role: 'EXPERT', orgId: expertId };
        await year.deeds.signUp(person, MUNICIPAL);
      }
    });

    it('第十八条 先公开候选名单和种子的哈希值，再抽取', async () => {
      year.clock.set('2024-11-04');
      projectIds = await forwardedIn(year);
      const start = { panelId: PANEL, projectIds, seedCommitment: sha256(SEED), beacon: BEACON };
      const stray = { ...start, projectIds: [year.ids.withdrawn] };
      expect(await office().refused('/panels', stray)).toMatchObject({ code: 'not-a-listed-project', rule: 'art-18' });
      expect(await year.as(officerOf(BODIES[0].bodyId)).refused('/panels', start)).toMatchObject({ status: 404 });
      const trial = `/panels/${YEAR}-trial`;
      await office().post('/panels', { ...start, panelId: `${YEAR}-trial` });
      expect(await office().refused('/panels', start)).toMatchObject({
        code: 'in-other-panel',
        rule: '制度 several-panels',
      });
      await office().post(`${trial}/dissolution`, { reason: '分组方案调整' });
      await office().post('/panels', start);
      const draw = { seed: SEED, beaconValue: BEACON_VALUE };
      expect(await office().refused(`${place}/draw`, draw)).toMatchObject({ code: 'beacon-not-published' });
      year.clock.set('2024-11-06');
      expect(await office().refused(`${place}/draw`, { ...draw, seed: '改过的种子' })).toMatchObject({
        code: 'seed-not-committed',
      });
      await office().post(`${place}/draw`, draw);
      ({ members } = await office().get<{ members: string[] }>(place));
      expect(members).toHaveLength(7);
    });

    it('任何人可按公布的方法复算抽取结果', async () => {
      const report = await year.as(SUPERVISOR).get<{ candidates: { recorded: string[] } }>(`${place}/draw-report`);
      expect(report).toMatchObject({ equal: true, seedKept: true, candidates: { equal: true } });
      const tickets = report.candidates.recorded.map(id => [sha256(`${SEED}\n${BEACON_VALUE}\n${id}`), id] as const);
      const order = tickets.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, id]) => id);
      expect(members).toEqual(order.slice(0, 7));
    });

    it('应当回避：逐单位申明，未申明不等于无利害关系', async () => {
      year.clock.set('2024-11-07');
      const [first = '', second = '', ...others] = members;
      const { panels } = await dutiesOf(first);
      units = panels[0]?.units.map(({ uscc }) => uscc) ?? [];
      expect(panels).toMatchObject([{ panelId: PANEL, projects: [] }]);
      expect(panels[0]?.units.every(({ declaration }) => declaration === 'undeclared')).toBe(true);
      await declare(first, units[0]);
      for (const expertId of others) await declare(expertId);
      expect(await office().refused(`${place}/constitution`)).toMatchObject({
        code: 'declaration-missing',
        rule: 'art-18',
      });
      await declare(second);
      const none = { declarations: [{ uscc: units[0], declaration: 'none' }] };
      expect(await expert(first).refused(`${place}/declarations`, none)).toMatchObject({ code: 'conflict-stands' });
      expect((await dutiesOf(first)).panels[0]?.units[0]).toMatchObject({ standing: 'recused' });
    });

    it('项目单位申请回避，市局核查并说明理由', async () => {
      year.clock.set('2024-11-08');
      const [, second = ''] = members;
      const [uscc = ''] = units;
      const unit = Object.values(UNITS).find(candidate => candidate.uscc === uscc);
      const request = { expertId: second, uscc, grounds: '该专家曾参与竞争性项目' };
      await year.as(unit?.account ?? '').post(`${place}/recusal-requests`, request);
      expect(await office().refused(`${place}/constitution`)).toMatchObject({ code: 'recusal-undecided' });
      await office().post(`${place}/recusal-decisions`, {
        expertId: second,
        uscc,
        decision: 'dismiss',
        reason: '经核查，该项目与申请单位无关。',
      });
    });

    it('专家因工作变动由下一顺位递补，组成后方可评定', async () => {
      year.clock.set('2024-11-12');
      const leaving = members[6] as string;
      await office().post(`${place}/replacements`, { expertId: leaving, reason: '因公出国，不能参加评定' });
      ({ members } = await office().get<{ members: string[] }>(place));
      expect(members).not.toContain(leaving);
      await declare(members[6] as string);
      await office().post(`${place}/conflict-detection`);
      await office().post(`${place}/constitution`);
      expect(await office().get(place)).toMatchObject({
        status: 'constituted',
        shortOfQuorum: [],
        pairs: { undeclared: 0, undecided: 0, recused: 1 },
      });
      expect(await year.as(SUPERVISOR).get(`${place}/draw-report`)).toMatchObject({
        equal: true,
        replacements: [{ expertId: leaving, recorded: members[6] }],
      });
    });

    it('回避专家看不到该单位的任何项目', async () => {
      const [first = '', second = ''] = members;
      const seen = (await dutiesOf(first)).panels.flatMap(({ projects }) => projects);
      expect(seen.every(({ uscc }) => uscc !== units[0])).toBe(true);
      expect((await dutiesOf(second)).panels[0]?.projects.map(({ projectId }) => projectId)).toEqual(projectIds);
      expect(await expert(first).statusOf(place)).toBe(403);
      expect(await year.as(officerOf(BODIES[0].bodyId)).statusOf('/recusals?year=2024')).toBe(403);
    });

    it('利害关系矩阵和回避登记簿供监督查阅', async () => {
      const supervisor = year.as(SUPERVISOR);
      const matrix = await supervisor.get<{ units: { cells: { declaration: string }[] }[] }>(
        `${place}/conflict-matrix`,
      );
      expect(matrix.units).toHaveLength(units.length);
      for (const { cells } of matrix.units) {
        expect(cells).toHaveLength(7);
        expect(cells.every(({ declaration }) => declaration !== 'undeclared')).toBe(true);
      }
      expect(await supervisor.list(`/recusals?year=${YEAR}`)).toHaveLength(2);
      expect(await supervisor.list(`/recusals?year=${YEAR}&outcome=recused`)).toMatchObject([
        {
          expertId: members[0],
          uscc: units[0],
          steps: [{ declaration: 'conflict', detail: '两年前与该单位合作发表论文' }, { act: 'expert.recused' }],
        },
      ]);
      expect(await supervisor.list(`/panels?year=${YEAR}`)).toMatchObject([
        { panelId: PANEL, status: 'constituted' },
        { status: 'dissolved', dissolved: { reason: '分组方案调整' } },
      ]);
    });
  });
}
