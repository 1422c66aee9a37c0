import { hash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { accountRegistered } from '../events/account.ts';
import type { applicationSubmitted, projectListed } from '../events/application.ts';
import { canonicalJson } from '../events/canonical.ts';
import type { fraudDecisionTaken } from '../events/enforcement.ts';
import type { RecordedEvent } from '../events/envelope.ts';
import type {
  evaluationStandardIssued,
  excellentListProposed,
  scoreSheetSubmitted,
  scoreSheetSuperseded,
  scoreSheetVoided,
  scoresAggregated,
} from '../events/evaluation.ts';
import type { AnyEventType, EventOf } from '../events/event-type.ts';
import { comparePositions, type Position, START } from '../events/ids.ts';
import type { expertRecused, expertsDrawn, panelFormationStarted } from '../events/panel.ts';
import type { projectPlanPublished } from '../events/programme.ts';
import type {
  excellentListReviewed,
  excellentResultRecognised,
  excellentResultsPublished,
  exemplarDesignated,
} from '../events/recognition.ts';
import { batchText, type resultBatchForwarded, type resultsSubmitted } from '../events/result.ts';
import { drawOrder } from '../events/rules/draw.ts';
import { aggregate } from '../events/rules/scoring.ts';
import { CONFIDENTIAL_STEPS } from '../events/rules/stages.ts';
import { commandsByName, openSystem, type System } from '../infra/compose/system.ts';
import { readConfig } from '../infra/config.ts';
import { demoAccounts } from '../infra/demo/cast.ts';
import { DEMO_PASSWORD } from '../infra/demo/command.ts';
import { type DemoPorts, type DemoProgress, loadDemo, NotEmpty, TOGETHER } from '../infra/demo/load.ts';
import { SqliteLog } from '../infra/event-store/sqlite-log.ts';
import { OutOfPatience, Pace } from '../infra/pace.ts';
import { projections } from '../projections/index.ts';
import { reportTables } from '../projections/reporting/index.ts';
import { projectStepsTable, projectsTable } from '../projections/reporting/projects.ts';
import type { ReportTable } from '../projections/reporting/table.ts';
import { queryRoutes } from '../projections/routes.ts';
import { FOUNDERS } from '../services/account/commands.ts';
import { type EventStore, StoreUnavailable } from '../services/ports.ts';
import { Lab } from './bench/lab.ts';
import { type DemoService, startDemo } from './pages/everywhere/demo-service.ts';
import { everywhere } from './pages/everywhere/everywhere.ts';
import { control } from './support/controls.ts';
import { ask, readerOf, rowsOf } from './support/fold.ts';
import { MSR } from './support/given.ts';
import { newFact, stream, temporaryDirectory } from './support/log.ts';

const LOADING = 900_000;

interface Demo extends Disposable {
  readonly system: System;
  readonly ports: DemoPorts;
}

async function openDemo(directory = temporaryDirectory()): Promise<Demo> {
  const system = await openSystem(readConfig({ GONGGUAN_DATA: directory.path }), {
    alarm: (message, details) => {
      throw new Error(`${message}: ${JSON.stringify(details)}`);
    },
  });
  const { events: store, vault, blobs } = system;
  return {
    system,
    ports: { store, vault, blobs, commands: commandsByName, directory: directory.path },
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

interface Listed {
  readonly items: readonly { readonly projectId: string; readonly stage: string; readonly bodyId: string }[];
  readonly next?: string;
}

interface Funnel {
  readonly steps: readonly { readonly step: string; readonly projects: number }[];
}

const quietly = () => undefined;

async function logOf(store: Pick<EventStore, 'readAll'>): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let after: Position = START; ; after = events.at(-1)?.position ?? after) {
    const page = await store.readAll(after, 5_000);
    if (page.length === 0) return events;
    events.push(...page);
  }
}

class Interrupted extends Error {}

/** Goes dead at the n-th append, as when the power fails: nothing is taken after it. */
function dyingAt(store: EventStore, nth: number): EventStore {
  let appends = 0;
  return {
    append: async (...append) => {
      appends += 1;
      if (appends >= nth) throw new StoreUnavailable('power failure');
      return store.append(...append);
    },
    readStream: (...read) => store.readStream(...read),
    readAll: (...read) => store.readAll(...read),
    readTypes: (...read) => store.readTypes(...read),
    head: () => store.head(),
    newest: () => store.newest(),
  };
}

const DIES_AT = 3_000;

async function loadUntilItDies({ ports, system }: Demo, nth: number): Promise<void> {
  const pace = new Pace({ most: TOGETHER, patienceMs: 0 });
  const dying = { ...ports, pace, store: dyingAt(system.events, nth) };
  await expect(loadDemo(dying, quietly)).rejects.toThrow(OutOfPatience);
}

/** Loads until an event of the kind asked for has been recorded in this load, then breaks off between two groups. */
async function loadUntil(demo: Demo, reached: (event: RecordedEvent) => boolean): Promise<void> {
  let stop = false;
  const unsubscribe = demo.system.events.onAppend(events => {
    stop ||= events.some(reached);
  });
  const breakOff = (_progress: DemoProgress) => {
    if (stop) throw new Interrupted();
  };
  await expect(loadDemo(demo.ports, breakOff)).rejects.toThrow(Interrupted);
  unsubscribe();
}

/** A comparison that a person still has to judge. */
function needsJudgement({ type, data }: RecordedEvent): boolean {
  if (type !== 'similarity.checked') return false;
  const { threshold, hits } = data as { threshold: number; hits: readonly { score: number }[] };
  return hits.some(({ score }) => score >= threshold);
}

describe('the demo year', () => {
  const directory = temporaryDirectory();
  let service: DemoService;
  let log: readonly RecordedEvent[];

  // Interrupted twice, and loaded to its end by a newcomer's process: what is found below holds of a year that went on where
  // it was.
  beforeAll(async () => {
    const demo = await openDemo(directory);
    await loadUntilItDies(demo, DIES_AT);
    // What its steps look back at is found on the log by the next load.
    await loadUntil(demo, needsJudgement);
    await demo.system.close();
    service = await startDemo(directory);
    log = await storedLog();
  }, LOADING);

  afterAll(async () => {
    await service?.close();
    directory[Symbol.dispose]();
  });

  async function storedLog(): Promise<readonly RecordedEvent[]> {
    const files = new SqliteLog(join(directory.path, 'events.db'));
    try {
      return await logOf(files);
    } finally {
      files.close();
    }
  }

  /** What is recorded of the year itself; the newest year comes after it. */
  const ofTheYear = () => log.filter(({ meta }) => meta.recordedAt < '2025-01-01');
  const count = (type: string) => ofTheYear().filter(event => event.type === type).length;
  const of = <F extends AnyEventType>(type: EventOf<F>['type']) =>
    ofTheYear().filter(event => event.type === type) as EventOf<F>[];

  /** The one event of its kind. */
  const the = <F extends AnyEventType>(type: EventOf<F>['type']): EventOf<F> => {
    const events = of<F>(type);
    expect(events).toHaveLength(1);
    return events[0] as EventOf<F>;
  };

  it(
    'then the tables for BI tools say what the API says, project by project',
    async () => {
      const tables = reportTables.map(({ projection }) => projection);
      const reader = readerOf([...projections], { events: log, now: '2025-03-01T00:00:00.000Z' });
      const asked = (name: string, input: object = {}) => ask(queryRoutes, name, input, MSR, reader);
      /** Of a table, its rows. */
      const rows = ({ projection }: ReportTable) => [...rowsOf(projection, log).values()] as Record<string, unknown>[];
      const listed = new Map<string, { readonly stage: string; readonly bodyId: string }>();
      for (let cursor: string | undefined; ; ) {
        const page = (await asked('ListProjects', { limit: 500, ...(cursor && { cursor }) })) as Listed;
        for (const { projectId, stage, bodyId } of page.items) listed.set(projectId, { stage, bodyId });
        cursor = page.next;
        if (cursor === undefined) break;
      }
      // What panels and the review think of a result is not told; what was revoked has a table of its own.
      const told = (stage: string) =>
        CONFIDENTIAL_STEPS.has(stage as never) ? 'results-forwarded' : stage === 'revoked' ? 'published' : stage;
      const expected = [...listed].map(([id, { stage, bodyId }]) => [id, told(stage), bodyId]).toSorted();
      const projectRows = rows(projectsTable);
      expect(projectRows.map(row => [row.projectId, row.stage, row.bodyId]).toSorted()).toEqual(expected);

      const funnel = (await asked('GetFunnel', { year: 2024 })) as Funnel;
      const ofYear = new Set(projectRows.filter(row => row.year === 2024).map(row => row.projectId));
      const steps = rows(projectStepsTable).filter(row => ofYear.has(row.projectId));
      for (const step of new Set(steps.map(row => row.step))) {
        const projectsAt = steps.filter(row => row.step === step).length;
        expect([step, projectsAt]).toEqual([step, funnel.steps.find(each => each.step === step)?.projects]);
      }
      expect(tables.every(table => rowsOf(table, log).size > 0)).toBe(true);
    },
    LOADING,
  );

  it('has the size of 2024: 1,164 projects in the plan out of some 1,480 applications of 900 units', () => {
    expect(count('project.listed')).toBe(1_164);
    expect(count('unit.registered')).toBe(900);
    expect(Math.abs(count('application.started') - 1_480)).toBeLessThan(10);
    const published = log.find(({ type }) => type === 'project-plan.published');
    expect(published?.data).toMatchObject({ year: 2024, count: 1_164 });
  });

  it('has 39 recommending bodies, 16 of districts, 17 of industries, 6 associations', () => {
    const kinds = log
      .filter(({ type }) => type === 'recommending-body.registered')
      .map(({ data }) => (data as { kind: string }).kind);
    const of = (kind: string) => kinds.filter(candidate => candidate === kind).length;
    expect(kinds).toHaveLength(39);
    expect([of('district-bureau'), of('industry-authority'), of('association')]).toEqual([16, 17, 6]);
  });

  it('has two people of the supervising body, for what needs two of them', () => {
    const supervisors = of<typeof accountRegistered>('account.registered').filter(
      ({ data }) => data.grant.role === 'SUP',
    );
    const ids = supervisors.map(({ data }) => data.accountId);
    expect(ids).toHaveLength(FOUNDERS);
    expect(new Set(supervisors.map(({ data }) => data.identity?.digest)).size).toBe(FOUNDERS);
    expect(demoAccounts.map(({ accountId }) => accountId)).toEqual(expect.arrayContaining(ids));
  });

  it('has what a real year has: returns, supplements, refusals, withdrawals and drafts', () => {
    for (const type of [
      'application.returned',
      'application.supplemented',
      'application.withdrawn',
      'project.not-recommended',
      'eligibility.denied',
      'similarity.adjudicated',
      'project.rejected',
    ]) {
      expect(count(type), type).toBeGreaterThan(10);
    }
    expect(count('application.started')).toBeGreaterThan(count('title.reserved'));
  });

  it('goes on with a part of the projects: 300 carried out, 90 results, two panels, 41 excellent results', () => {
    expect({
      plans: count('implementation-plan.submitted'),
      submitted: count('results.submitted'),
      panels: count('panel.constituted'),
      lists: count('excellent-list.proposed'),
      recognised: count('excellent-result.recognised'),
      certificates: count('certificate.issued'),
    }).toEqual({ plans: 300, submitted: 90, panels: 2, lists: 3, recognised: 41, certificates: 41 });
    for (const type of ['training.attended', 'pdca-stage.reported', 'progress.monitored', 'score-sheet.submitted'])
      expect(count(type), type).toBeGreaterThan(300);
    for (const type of ['visit.recorded', 'problem.raised', 'project.terminated', 'training.absence-recorded'])
      expect(count(type), type).toBeGreaterThan(10);
  });

  it('has a fraud case that ends in revocation and exclusion, and a staff case that is closed', () => {
    expect(count('fraudulent-projects.stopped')).toBe(1);
    const decision = the<typeof fraudDecisionTaken>('fraud-decision.taken').data;
    expect(decision.ban).toEqual({ from: '2024-12-25', lastDay: '2029-12-25' });
    const recognised = of<typeof excellentResultRecognised>('excellent-result.recognised');
    expect(recognised.map(({ data }) => data.resultId)).toContain(decision.revoked[0]?.resultId);
    expect(count('misconduct-case.closed')).toBe(1);
  });

  describe('recomputed from the log', () => {
    const sha256 = (text: string) => hash('sha256', text);
    const upTo = (position: Position) => (event: RecordedEvent) => comparePositions(event.position, position) <= 0;

    it('the project plan', () => {
      const { position, projects, listHash } = the<typeof projectPlanPublished>('project-plan.published').data;
      const list = of<typeof projectListed>('project.listed')
        .filter(upTo(position))
        .map(({ data: { projectId, title, unitName, bodyName } }) => ({ projectId, title, unitName, bodyName }))
        .sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
      expect(projects).toEqual(list.map(({ projectId }) => projectId));
      expect(sha256(canonicalJson(list))).toBe(listHash);
    });

    it('every batch of results that was forwarded', () => {
      const batches = of<typeof resultBatchForwarded>('result-batch.forwarded');
      expect(batches.length).toBeGreaterThan(20);
      for (const { data } of batches) expect(sha256(batchText(data.projects, data.declined))).toBe(data.root);
    });

    it('the draw of both panels', () => {
      const draws = of<typeof expertsDrawn>('experts.drawn');
      for (const { data } of of<typeof panelFormationStarted>('panel-formation.started')) {
        const draw = draws.find(other => other.data.panelId === data.panelId)?.data;
        expect(sha256(draw?.seed ?? '')).toBe(data.seedCommitment);
        const order = drawOrder(data.candidates, { seed: draw?.seed ?? '', beaconValue: draw?.beaconValue }, sha256);
        expect(draw?.picks).toEqual(order.slice(0, data.rules.size));
      }
    });

    /** The sheets that count at a position: the last of each member on each project, unless it was voided. */
    function sheetsBefore(
      position: Position,
    ): readonly EventOf<typeof scoreSheetSubmitted | typeof scoreSheetSuperseded>[] {
      const given = [
        ...of<typeof scoreSheetSubmitted>('score-sheet.submitted'),
        ...of<typeof scoreSheetSuperseded>('score-sheet.superseded'),
      ].filter(upTo(position));
      const out = new Set([
        ...of<typeof scoreSheetVoided>('score-sheet.voided')
          .filter(upTo(position))
          .map(({ data }) => data.sheetId),
        ...of<typeof scoreSheetSuperseded>('score-sheet.superseded').map(({ data }) => data.supersedes),
      ]);
      return given.filter(({ data }) => !out.has(data.sheetId));
    }

    it('the scores of both panels, to which no recused expert gave any', () => {
      const standard = the<typeof evaluationStandardIssued>('evaluation-standard.issued').data;
      const sheets = of<typeof scoreSheetSubmitted>('score-sheet.submitted');
      const recusals = of<typeof expertRecused>('expert.recused');
      expect(recusals).toHaveLength(2);
      const aggregations = of<typeof scoresAggregated>('scores.aggregated');
      expect(aggregations.map(({ data }) => data.round)).toEqual([1, 1, 2]);
      for (const { position, data } of aggregations) {
        const own = sheetsBefore(position).filter(sheet => sheet.data.panelId === data.panelId);
        expect([...data.inputs].sort()).toEqual(own.map(({ id }) => id).sort());
        const counted = own.map(sheet => sheet.data);
        const computed = aggregate(standard, counted, data.divergencePoints);
        expect(computed).toEqual(data.results);
      }
      for (const { data } of recusals) {
        const given = sheets.filter(
          sheet =>
            sheet.data.panelId === data.panelId &&
            sheet.data.expertId === data.expertId &&
            sheet.data.uscc === data.uscc,
        );
        expect(given).toEqual([]);
      }
    });

    it('the excellent results: proposed, kept and recognised at the position of the publication', () => {
      const { position, projects, listHash } =
        the<typeof excellentResultsPublished>('excellent-results.published').data;
      const recognised = of<typeof excellentResultRecognised>('excellent-result.recognised').filter(upTo(position));
      const entries = recognised
        .map(({ data: { projectId, resultId, title, unitName, bodyId } }) => ({
          projectId,
          resultId,
          title,
          unitName,
          bodyId,
        }))
        .sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
      expect(projects).toEqual(entries.map(({ projectId }) => projectId));
      expect(sha256(canonicalJson(entries))).toBe(listHash);
      const kept = of<typeof excellentListReviewed>('excellent-list.reviewed').flatMap(({ data }) => data.kept);
      const proposed = of<typeof excellentListProposed>('excellent-list.proposed').flatMap(({ data }) =>
        data.list.map(({ projectId }) => projectId),
      );
      expect(new Set(projects)).toEqual(new Set(kept));
      expect(proposed).toEqual(expect.arrayContaining(kept));
    });
  });

  it('was recorded in the order of time', () => {
    const times = log.map(({ meta }) => meta.recordedAt);
    expect(times.every((time, at) => at === 0 || (times[at - 1] as string) <= time)).toBe(true);
    expect(log.every(({ meta }) => meta.effectiveAt <= meta.recordedAt)).toBe(true);
    const backdated = log.filter(({ meta }) => meta.backdated);
    expect(backdated.map(({ type }) => type)).toEqual(Array(4).fill('visit.recorded'));
    for (const { meta } of backdated) expect(meta.reason).toContain('补录');
  });

  it('has what does not go as planned: each at least once', () => {
    for (const type of [
      'material.accessed',
      'score-sheet.superseded',
      'score-sheet.voided',
      'scoring-absence.recorded',
      'excellent-list.returned',
      'objection.dismissed',
      'exemplar.withdrawn',
      'fee-complaint.resolved',
      'recusal.requested',
      'recusal-request.dismissed',
      'expert.replaced',
      'project.carried-over',
      'training.cancelled',
      'progress.urged',
    ])
      expect(count(type), type).toBeGreaterThan(0);
    const designated = of<typeof exemplarDesignated>('exemplar.designated');
    expect(designated.length - count('exemplar.withdrawn')).toBeGreaterThan(0);
    const expected = of<typeof applicationSubmitted>('application.submitted');
    const yuanOf = new Map(expected.map(({ data }) => [data.projectId, data.content.expectedEconomic.yuan]));
    const results = of<typeof resultsSubmitted>('results.submitted');
    const differing = results.filter(({ data }) => yuanOf.get(data.projectId) !== data.content.economicBenefit.yuan);
    expect(differing.length).toBeGreaterThan(results.length / 2);
  });

  it('then the years that a bench makes of it begin no stream twice', async () => {
    const lab = new Lab(log);
    const heads = new Map<string, number>();
    const unfitting: string[] = [];
    const store = {
      async append(id: string, expected: number) {
        if ((heads.get(id) ?? -1) !== expected) unfitting.push(id);
        heads.set(id, expected + 1);
        return [];
      },
    } as Partial<EventStore> as EventStore;
    for (const append of await lab.following(0, 4 * log.length)) await append(store);
    lab.remove();
    expect(unfitting).toEqual([]);
  });

  it('given a load that was not interrupted up to there, then it has the same events', {
    timeout: LOADING,
  }, async () => {
    const demo = await openDemo();
    await loadUntilItDies(demo, DIES_AT + 500);
    const ids = new Set(log.map(({ id }) => id));
    const uninterrupted = await logOf(demo.system.events);
    expect(uninterrupted.length).toBeGreaterThan(DIES_AT);
    expect(uninterrupted.filter(({ id }) => !ids.has(id))).toEqual([]);
    await demo.system.close();
    demo[Symbol.dispose]();
  });

  describe('as a newcomer runs it', () => {
    it('has what gives its people their passwords', () => {
      const given = log.filter(({ type }) => type === 'account.password-set');
      expect(given.map(({ data }) => (data as { accountId: string }).accountId).sort()).toEqual(
        demoAccounts.map(({ accountId }) => accountId).sort(),
      );
    });

    it('over HTTP: all 39 bodies are compared, and the public finds the 41 excellent results of the year', async () => {
      const asked = async (path: string, init: RequestInit = {}) => {
        const answer = await fetch(`${service.url}/api/v1${path}`, init);
        expect(answer.ok, path).toBe(true);
        return answer.json();
      };
      const body = JSON.stringify({ accountId: 'msr.office', password: DEMO_PASSWORD });
      const json = { 'content-type': 'application/json' };
      const { token } = await asked('/sessions', { method: 'POST', headers: json, body });

      const signedIn = { headers: { authorization: `Bearer ${token}` } };
      const { bodies } = (await asked('/dashboard/2024/bodies', signedIn)) as { bodies: { bodyId: string }[] };
      const registered = log.filter(({ type }) => type === 'recommending-body.registered');
      expect(bodies).toHaveLength(39);
      expect(bodies.map(({ bodyId }) => bodyId).sort()).toEqual(
        registered.map(({ data }) => (data as { bodyId: string }).bodyId).sort(),
      );

      const { items } = (await asked('/excellent-results?year=2024&limit=100')) as { items: { title: string }[] };
      const recognised = of<typeof excellentResultRecognised>('excellent-result.recognised');
      expect(items).toHaveLength(41);
      expect(items.map(({ title }) => title).sort()).toEqual(recognised.map(({ data }) => data.title).sort());
    });

    everywhere(() => service);
  });

  it('is loaded once: again, nothing is recorded', async () => {
    await service.close();
    const before = await storedLog();
    const demo = await openDemo(directory);
    expect(await loadDemo(demo.ports, quietly)).toBe(false);
    await demo.system.close();
    expect(await storedLog()).toHaveLength(before.length);
  });
});

describe('the demo year, in a directory with other data', () => {
  it('is not loaded', async () => {
    using demo = await openDemo();
    await demo.system.events.append(stream('own'), -1, [newFact('own-data', control('organising-work.recorded'))]);
    await expect(loadDemo(demo.ports, quietly)).rejects.toThrow(NotEmpty);
    expect(await demo.system.events.head()).toBe('1');
    await demo.system.close();
  });
});
