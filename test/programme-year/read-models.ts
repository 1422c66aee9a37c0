/** Every read model against the log that the year has left. */
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position } from '../../events/ids.ts';
import { yearsOf } from '../../events/rules/years.ts';
import { SqliteReadStore } from '../../infra/read-store/sqlite.ts';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import { projections } from '../../projections/index.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';
import { dashboardsOver, faultsIn, withFault } from '../dashboard/faults.ts';
import { figuresHeld, figuresShown } from '../dashboard/figures.ts';
import { dumpOf } from '../support/rows.ts';
import {
  BODIES,
  OFFICE,
  officerOf,
  REVIEWER,
  SECRETARIAT,
  SUPERVISOR,
  THIRD_PARTY,
  UNITS,
  WORKS,
  YEAR,
} from './cast.ts';
import { cites, dataOf, positionsOf, projectsVerified, projectsWith } from './tally.ts';
import type { Year } from './year.ts';

const fail = (message: string, details: object) => {
  throw new Error(`${message} ${JSON.stringify(details)}`);
};

/**
 * What changes no figure in this year, because it happens at one moment with its contrary, repeats the same amounts, or is
 * about a result of an earlier year; test/dashboard/recount.test.ts tells a year in which each does.
 */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'project-journeys truthfulness.failed',
  'project-journeys results.withdrawn',
  'project-journeys excellent-list.returned',
  'project-journeys fraud-decision.taken',
  'panels expert.replaced',
  'revocation-notices fraud-decision.taken',
  'revocation-notices revocation.overturned',
  'stated-figures application.supplemented',
  'stated-figures results.supplemented',
  'stated-figures results.withdrawn',
  'stated-figures project.terminated',
  'stated-figures fraudulent-projects.stopped',
  'trainees training.absence-recorded',
]);

/** A page of the trail that leaves several of them to most filters. */
const SOME_PAGES = 60;

export function readModels(year: Year): void {
  describe('读模型与台账一致 (every read model says what the log holds)', () => {
    let log: readonly RecordedEvent[];
    /** What is for the supervising body alone stands in none of the general models. */
    let shown: readonly RecordedEvent[];

    beforeAll(async () => {
      log = await year.log();
      shown = log.filter(({ meta }) => meta.visibility !== 'case-only');
    });

    it('统计看板：漏斗、推荐单位对比、效益、参与、各环节用时，每个数字都与从台账逐项重算的相符', async () => {
      const held = figuresHeld(log, YEAR);
      const shown = await figuresShown(dashboard => year.as(SUPERVISOR).get(`/dashboard/${YEAR}/${dashboard}`));
      expect(shown).toEqual(held);
      const verified = projectsVerified(log).size;
      expect(held.funnel).toMatchObject({ verified, listed: 6, completed: 4, published: 2 });
      expect(Object.keys(held.bodies).sort()).toEqual(BODIES.map(({ bodyId }) => bodyId).sort());
      const { steps } = await year
        .as(officerOf('d-binhai'))
        .get<{ steps: { step: string }[] }>(`/dashboard/${YEAR}/funnel`);
      expect(steps.map(({ step }) => step)).not.toContain('proposed');
    });

    it('看板的每个数字背后有同样多的项目，每个项目说明走到哪一步；办完一年，无人还有立项阶段的待办', async () => {
      const supervisor = year.as(SUPERVISOR);
      const { steps } = await supervisor.get<{ steps: { step: string; projects: number }[] }>(
        `/dashboard/${YEAR}/funnel`,
      );
      for (const { step, projects } of steps) {
        const behind = await supervisor.list<{ projectId: string }>(`/projects?year=${YEAR}&step=${step}`);
        expect([step, behind.length]).toEqual([step, projects]);
        for (const { projectId } of behind) {
          const standing = await supervisor.get<{ steps: { step: string }[] }>(`/projects/${projectId}/standing`);
          expect(standing.steps.map(taken => taken.step)).toContain(step);
        }
      }
      const { items } = await year.as(OFFICE).get<{ items: { command: string }[] }>('/me/work');
      expect(items.map(({ command }) => command)).not.toContain('StartMunicipalReview');
      const facets = await supervisor.get<object>(`/trail/facets?year=${YEAR}`);
      expect(Object.keys(facets)).not.toEqual([]);
    });

    it('看板的投影漏记一类事件，重算即不相符 (the recount notices what a dashboard leaves out)', async () => {
      const held = figuresHeld(log, YEAR);
      const unnoticed: string[] = [];
      for (const fault of faultsIn(log)) {
        const faulty = dashboardsOver(log, YEAR, { readModels: withFault(fault) });
        if (isDeepStrictEqual(await figuresShown(faulty), held)) unnoticed.push(`${fault.readModel} ${fault.type}`);
      }
      expect(unnoticed.filter(fault => !WITHOUT_EFFECT.has(fault))).toEqual([]);
    });

    it('单位工作台、立项审核工作台、收件箱', async () => {
      const stages = {
        castings: 'completed',
        energy: 'implementing',
        brakes: 'completed',
        continued: 'completed',
        late: 'terminated',
        kept: 'completed',
        copied: 'rejected',
        branch: 'rejected',
        stopped: 'rejected',
        overdue: 'rejected',
        welding: 'not-recommended',
        unanswered: 'not-recommended',
        withdrawn: 'withdrawn',
        drafted: 'started',
      } as const satisfies Record<keyof typeof WORKS, string>;
      const rows: { projectId: string; stage: string }[] = [];
      for (const unit of Object.values(UNITS))
        rows.push(...((await year.as(unit.account).list(`/units/${unit.uscc}/board`)) as never[]));
      const stageOf = new Map(rows.map(({ projectId, stage }) => [projectId, stage]));
      for (const [work, stage] of Object.entries(stages))
        expect([work, stageOf.get(year.ids[work as never])]).toEqual([work, stage]);
      expect(new Set(stageOf.keys())).toEqual(projectsWith(log, 'application.started'));
      const inboxes: string[] = [];
      for (const { bodyId } of BODIES) {
        const inbox = await year.as(officerOf(bodyId)).list<{ projectId: string }>(`/bodies/${bodyId}/inbox`);
        inboxes.push(...inbox.map(({ projectId }) => projectId));
      }
      expect(inboxes.sort()).toEqual([...stageOf.keys()].sort());
      const atStage = (stage: string) =>
        year.as(OFFICE).list<{ projectId: string }>(`/municipal-review?year=${YEAR}&stage=${stage}`);
      const listed = await Promise.all(['listed', 'implementing', 'completed', 'terminated'].map(atStage));
      expect(new Set(listed.flat().map(({ projectId }) => projectId))).toEqual(projectsWith(log, 'project.listed'));
    });

    it('核实台账、退回和不予推荐、未通过审核', async () => {
      const checks: string[] = [];
      for (const { bodyId } of BODIES) {
        const rows = await year.as(officerOf(bodyId)).list<{ position: string }>(`/bodies/${bodyId}/verifications`);
        checks.push(...rows.map(({ position }) => String(Number(position))));
      }
      const made = positionsOf(log, ({ type }) => /^(completeness|truthfulness)\./.test(type));
      expect(checks.sort()).toEqual(made.sort());
      const declined = await year.as(OFFICE).list<{ projectId: string }>(`/declined?year=${YEAR}`);
      expect(new Set(declined.map(({ projectId }) => projectId))).toEqual(
        projectsWith(log, 'application.returned', 'project.not-recommended'),
      );
      const rejected = await year.as(OFFICE).list<{ projectId: string }>(`/rejections?year=${YEAR}`);
      expect(new Set(rejected.map(({ projectId }) => projectId))).toEqual(projectsWith(log, 'project.rejected'));
    });

    it('培训覆盖、PDCA看板、跟踪服务：与台账逐项相符，逾期监测由时钟得出', async () => {
      const listed = projectsWith(log, 'project.listed');
      const without = (...types: string[]) => {
        const having = projectsWith(log, ...types);
        return new Set([...listed].filter(id => !having.has(id)));
      };
      const found = async (path: string) =>
        new Set(
          (await year.as(SUPERVISOR).list<{ projectId: string }>(`${path}?year=${YEAR}`)).map(
            ({ projectId }) => projectId,
          ),
        );
      expect(await found('/untrained-projects')).toEqual(without('training.attended'));
      expect(await found('/unvisited-projects')).toEqual(without('visit.recorded', 'project.terminated'));
      expect(await found('/pdca-board')).toEqual(listed);
      expect(await found('/follow-up')).toEqual(listed);
      expect(await found('/overdue-monitoring')).toEqual(
        without('progress.monitored', 'project.completed', 'project.terminated'),
      );
      const open = dataOf(log, 'problem.raised').length - dataOf(log, 'problem.resolved').length;
      expect(await year.as(SUPERVISOR).list(`/problems?year=${YEAR}`)).toHaveLength(open);
    });

    it('单位、账户、第三方委托登记', async () => {
      const units = await year.as(OFFICE).list<{ uscc: string }>('/units');
      expect(units.map(({ uscc }) => uscc).sort()).toEqual(
        Object.values(UNITS)
          .map(({ uscc }) => uscc)
          .sort(),
      );
      expect(await year.as(UNITS.haihe.account).get(`/units/${UNITS.haihe.uscc}`)).toMatchObject({
        name: UNITS.haihe.name,
      });
      const accounts = await year.as(SUPERVISOR).list<{ accountId: string }>('/accounts');
      expect(accounts).toHaveLength(dataOf(log, 'account.registered').length);
      const acts = positionsOf(log, ({ meta }) => meta.actor.entrustmentId === SECRETARIAT);
      expect(acts.length).toBeGreaterThan(10);
      expect(await year.as(SUPERVISOR).list('/entrustments')).toMatchObject([{ acts: { total: acts.length } }]);
      // Its term has ended with the year.
      expect(await year.as(THIRD_PARTY).statusOf(`/entrustments/${SECRETARIAT}`)).toBe(404);
    });

    it('期限提醒：各单位只见自己的，监督者见全部', async () => {
      const sentTo = (orgId?: string) =>
        dataOf(log, 'reminder.sent')
          .map(data => data as { item: string; dueOn: string; owedBy: { orgId: string } })
          .filter(({ owedBy }) => orgId === undefined || owedBy.orgId === orgId)
          .map(({ item, dueOn }) => `${item} ${dueOn}`)
          .sort();
      const read = async (by: string) =>
        (await year.as(by).list<{ item: string; dueOn: string }>('/reminders'))
          .map(({ item, dueOn }) => `${item} ${dueOn}`)
          .sort();
      expect(sentTo().length).toBeGreaterThan(0);
      expect(await read(SUPERVISOR)).toEqual(sentTo());
      expect(await read(UNITS.haihe.account)).toEqual(sentTo(UNITS.haihe.uscc));
      for (const { bodyId } of BODIES) expect(await read(officerOf(bodyId))).toEqual(sentTo(bodyId));
      expect(await year.client.public.statusOf('/reminders')).toBe(401);
    });

    it('偏离登记：每一处偏离，不多不少', async () => {
      const rows = await year.as(SUPERVISOR).list<{ position: string; code: string }>('/deviations');
      const recorded = log.flatMap(({ position, meta }) =>
        (meta.deviations ?? []).map(({ code }) => `${position} ${code}`),
      );
      expect(rows.map(({ position, code }) => `${Number(position)} ${code}`).sort()).toEqual(recorded.sort());
      expect(new Set(rows.map(({ code }) => code))).toEqual(
        new Set([
          'branch-unit',
          'single-person-team',
          'unit-charged',
          'recommendation-late',
          'municipal-review-late',
          'pdca-stage-late',
          'recognised-while-banned',
        ]),
      );
      expect(await year.as(SUPERVISOR).list('/deviations?article=art-03')).toHaveLength(2);
    });

    it('条款和环节覆盖', async () => {
      const { articles, untouched } = await year.as(SUPERVISOR).get<{
        articles: { id: string; acts: number }[];
        untouched: string[];
      }>(`/coverage?year=${YEAR}`);
      for (const { id, acts } of articles)
        expect([id, acts]).toEqual([id, shown.filter(event => cites(event, id)).length]);
      expect(untouched).toEqual(articles.filter(({ acts }) => acts === 0).map(({ id }) => id));
      const matrix = await year
        .as(SUPERVISOR)
        .list<{ projectId: string; phases: Record<string, number> }>(`/coverage/projects?year=${YEAR}`);
      for (const { projectId, phases } of matrix) {
        const acts = shown.filter(({ meta }) => meta.about.projectId === projectId).length;
        expect(Object.values(phases).reduce((sum, count) => sum + count, 0)).toBe(acts);
      }
    });

    it('轨迹：每个事件一句，何时、何人、何事、依据哪一条', async () => {
      const { items } = await year
        .as(SUPERVISOR)
        .get<{ items: { position: string; sentence: string }[] }>('/trail?order=asc&limit=200');
      expect(items.map(({ position }) => position)).toEqual(shown.slice(0, 200).map(({ position }) => position));
      const all = await year.as(SUPERVISOR).list<{ position: string; sentence: string }>('/trail?order=asc');
      expect(all.map(({ position }) => position)).toEqual(shown.map(({ position }) => position));
      for (const { sentence } of all) {
        expect(sentence).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d .+，依据(第.+条|2024年度工作方案|内部制度（.+）)/);
        expect(sentence).not.toMatch(/[{}]|[。；]，依据/);
      }
      const checked = all.map(({ sentence }) => sentence).filter(sentence => sentence.includes('完整性，结论'));
      expect(checked).toContain(
        `2024-03-12 09:00 滨海新区市场监督管理局〈刘强〉核实了《${WORKS.castings.title}》申报材料的完整性，结论：通过，依据第十二条`,
      );
    });

    it('轨迹按人员、单位、项目、条款、行为、标记、时间筛选，并可截至某一位置或时刻', async () => {
      const march = '2024-03-01T00:00:00.000Z';
      const april = '2024-04-01T00:00:00.000Z';
      const filters: Record<string, (event: RecordedEvent) => boolean> = {
        'article=art-12': event => cites(event, 'art-12'),
        [`article=${encodeURIComponent('第十二条')}`]: event => cites(event, 'art-12'),
        [`project=${year.ids.castings}`]: ({ meta }) => meta.about.projectId === year.ids.castings,
        [`person=${REVIEWER}`]: ({ meta }) => meta.actor.accountId === REVIEWER,
        [`unit=${UNITS.jinmen.uscc}`]: ({ meta }) => meta.about.uscc === UNITS.jinmen.uscc,
        'body=d-hexi': ({ meta }) => meta.about.bodyId === 'd-hexi',
        'organisation=msr': ({ meta }) => meta.actor.orgId === 'msr',
        'action=project.held': ({ type }) => type === 'project.held',
        'flag=deviation': ({ meta }) => meta.deviations !== undefined,
        'flag=backdated': ({ meta }) => meta.backdated === true,
        'flag=acted-as': ({ meta }) => meta.actor.actedAs !== undefined,
        'year=2024': event => yearsOf(event).includes(2024),
        'article=art-25&year=2024': event => cites(event, 'art-25') && yearsOf(event).includes(2024),
        [`from=${march}&to=${april}`]: ({ meta }) => march <= meta.recordedAt && meta.recordedAt < april,
        [`asOf=${april}`]: ({ meta }) => meta.recordedAt < april,
        [`asOf=${shown[39]?.position}`]: ({ position }) =>
          comparePositions(position, shown[39]?.position as Position) <= 0,
        [`project=${year.ids.kept}&article=art-25&asOf=${shown.at(-1)?.position}`]: event =>
          event.meta.about.projectId === year.ids.kept && cites(event, 'art-25'),
      };
      for (const [filter, holds] of Object.entries(filters)) {
        const found = await year.as(SUPERVISOR).list<{ position: string }>(`/trail?${filter}`, SOME_PAGES);
        const expected = positionsOf(shown, holds).reverse();
        expect(expected.length, filter).toBeGreaterThan(0);
        expect([filter, ...found.map(({ position }) => position)]).toEqual([filter, ...expected]);
      }
      expect(await year.as(SUPERVISOR).statusOf('/trail?article=art-11')).toBe(422);
      expect(await year.as(UNITS.haihe.account).statusOf('/trail')).toBe(403);
    });

    it('轨迹导出为 CSV 和 NDJSON', async () => {
      const [header, ...lines] = (await year.as(SUPERVISOR).text('/trail/export?article=art-12&order=asc'))
        .trimEnd()
        .split('\r\n');
      expect(header).toMatch(/^\uFEFF位置,记录时间,发生时间/);
      const expected = positionsOf(shown, event => cites(event, 'art-12'));
      expect(lines.map(line => line.split(',')[0])).toEqual(expected);
      const records = (await year.as(SUPERVISOR).text('/trail/export?format=ndjson&order=asc')).trimEnd().split('\n');
      expect(records.map(record => (JSON.parse(record) as { position: string }).position)).toEqual(
        shown.map(({ position }) => position),
      );
    });

    it('每个读模型逐一交代了每个事件，重建后与原读模型一致', async () => {
      interface Health {
        readonly head: string;
        readonly readModels: readonly {
          name: string;
          state: string;
          lag: number;
          complete: boolean;
          quarantined: number;
        }[];
        readonly quarantine: readonly object[];
      }
      const healthy = async () => {
        const health = await year.as(SUPERVISOR).get<Health>('/health/read-models');
        // Whoever looks at boards leaves a record of it after the year.
        expect(health).toMatchObject({ head: (await year.log()).at(-1)?.position, quarantine: [] });
        const live = health.readModels.filter(({ state }) => state === 'live');
        for (const model of live) expect(model).toMatchObject({ lag: 0, complete: true, quarantined: 0 });
        return live.map(({ name }) => name).sort();
      };
      const names = await healthy();
      const rebuilt = await Promise.all(names.map(async name => [name, await year.as(OFFICE).rebuild(name)]));
      expect(rebuilt).toEqual(names.map(name => [name, 0]));
      expect(await healthy()).toEqual(names);
      // A hundred models at once, on servers that share two cores with everything else.
    }, 300_000);

    it('同一台账，在另一引擎上从头投影，逐字节相同 (the log makes the same rows on either engine)', async () => {
      const store = new SqliteReadStore(':memory:');
      const runner = new ProjectionRunner({ log: year.app.events, store, projections, now: () => '', alarm: fail });
      await runner.start();
      const elsewhere = await dumpOf(store, projection => runner.specOf(projection));
      await runner.stop();
      store.close();
      const here = await year.app.readModels();
      expect([...here.keys()]).toEqual(projections.map(({ name }) => name));
      for (const [name, rows] of here) expect(rows, name).toBe(elsewhere.get(name));
    });

    it('记录时间从不倒退，每个事件都有真实的行为人、依据和环节', () => {
      const times = log.map(({ meta }) => meta.recordedAt);
      expect(times).toEqual([...times].sort());
      const accounts = new Set([
        'system',
        ...dataOf(log, 'account.registered').map(({ accountId }) => String(accountId)),
      ]);
      for (const { meta } of log) {
        expect(accounts.has(meta.actor.accountId)).toBe(true);
        expect(meta.basis.length).toBeGreaterThan(0);
        expect(meta.effectiveAt <= meta.recordedAt).toBe(true);
      }
    });

    it('每个查询都答过，每个命令都办过 (every route of the API took part)', async () => {
      await year.client.public.list('/programmes');
      await year.client.public.get('/reporting/dictionary');
      const routes = [
        ...commandRoutes.map(({ path }) => `POST ${path}`),
        ...queryRoutes.map(({ path }) => `GET ${path}`),
      ];
      const answered = [...year.client.answered];
      const silent = routes.filter(route => {
        const pattern = new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`);
        return !answered.some(address => pattern.test(address));
      });
      expect(silent).toEqual([]);
    });
  });
}
