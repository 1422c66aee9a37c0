/** The projects behind every number of the dashboards, for those who may know of them. */
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { CONFIDENTIAL_STEPS, JOURNEY_STAGES, JOURNEY_STEPS } from '../../events/rules/stages.ts';
import { boards } from '../../projections/application/boards.ts';
import { chargeRows } from '../../projections/charges.ts';
import { routes } from '../../projections/dashboard/http.ts';
import type { ListedProject } from '../../projections/dashboard/project-list.ts';
import { trailNames } from '../../projections/names.ts';
import type { Projection } from '../../projections/projection.ts';
import { samples } from '../support/controls.ts';
import { ask, logOf, readerOf, told } from '../support/fold.ts';
import { dashboardsOver, READ_MODELS, SUP } from './faults.ts';
import { BODY, OTHER_BODY, projectOf, YEAR_TOLD } from './story.ts';

const ALL_MODELS = [...READ_MODELS, boards, chargeRows, trailNames] as readonly Projection[];
const reader = readerOf(ALL_MODELS, { events: YEAR_TOLD });
const UNIT: Actor = {
  accountId: 'unit.wang' as AccountId,
  orgId: samples['application.started'].uscc as string,
  role: 'UNIT',
};
const OTHER_UNIT: Actor = { ...UNIT, orgId: '91120116MA05000011' };
const REC: Actor = { accountId: 'rec.liu' as AccountId, orgId: BODY, role: 'REC-D' };

interface Listed {
  readonly items: readonly ListedProject[];
  readonly total: number;
  readonly next?: string;
}

const projects = async (asked: Readonly<Record<string, string | number>>, caller = SUP) =>
  (await ask(routes, 'ListProjects', { year: '2024', ...asked }, caller, reader)) as Listed;
const countOf = async (asked: Readonly<Record<string, string>>) => (await projects(asked)).total;
const dashboard = dashboardsOver(YEAR_TOLD, 2024);

/** Figures, each with what asks for the projects behind it. */
type Figures = readonly (readonly [asked: Readonly<Record<string, string>>, projects: number])[];

async function behind(figures: Figures) {
  const shown = await Promise.all(figures.map(async ([asked]) => [asked, await countOf(asked)] as const));
  expect(shown).toEqual(figures);
  expect(figures.some(([, number]) => number > 0)).toBe(true);
}

interface Sums {
  readonly applied: { readonly projects: number };
  readonly listed: { readonly projects: number };
  readonly submitted: { readonly projects: number };
  readonly recognised: { readonly projects: number };
}

const sums = (by: Readonly<Record<string, string>>, { applied, listed, submitted, recognised }: Sums): Figures => [
  [{ ...by, stated: 'application' }, applied.projects],
  [{ ...by, stated: 'application', step: 'listed' }, listed.projects],
  [{ ...by, stated: 'result' }, submitted.projects],
  [{ ...by, stated: 'recognised' }, recognised.projects],
];

describe('the projects behind the numbers of a year', () => {
  it('given the funnel, then each step has as many', async () => {
    const { steps } = (await dashboard('funnel')) as { steps: { step: string; projects: number }[] };
    expect(steps.map(({ step }) => step)).toEqual([...JOURNEY_STEPS]);
    await behind(steps.map(({ step, projects }) => [{ step }, projects]));
  });

  it('given the stages, then as many stand in each, and have left it', async () => {
    const { stages } = (await dashboard('stages')) as {
      stages: { stage: string; now: number; left?: { projects: number } }[];
    };
    expect(stages).toHaveLength(JOURNEY_STAGES.length);
    await behind(stages.map(({ stage, now }) => [{ stage }, now]));
    await behind(stages.map(({ stage, left }) => [{ left: stage }, left?.projects ?? 0]));
  });

  it('given the comparison of bodies, then each body has as many at each step and under its opinion', async () => {
    const { bodies } = (await dashboard('bodies')) as {
      bodies: { bodyId: string; projects: Record<string, number>; opinion?: { projects: number } }[];
    };
    await behind(
      bodies.flatMap(({ bodyId, projects: compared }) =>
        Object.entries(compared).map(([step, number]) => [{ step, body: bodyId }, number] as const),
      ),
    );
    await behind(bodies.map(({ bodyId, opinion }) => [{ opinionOf: bodyId }, opinion?.projects ?? 0]));
  });

  it('given the benefits, then each sum is made of as many, by category and by method too', async () => {
    const { total, byCategory, byMethod } = (await dashboard('benefits')) as {
      total: Sums;
      byCategory: (Sums & { category: string })[];
      byMethod: (Sums & { method: string })[];
    };
    await behind(sums({}, total));
    await behind(byCategory.flatMap(({ category, ...line }) => sums({ category }, line)));
    await behind(byMethod.flatMap(({ method, ...line }) => sums({ method }, line)));
  });

  it('given who takes part, then the projects, and those of each industry', async () => {
    const { projects: number, industries } = (await dashboard('participation')) as {
      projects: number;
      industries: Record<string, number>;
    };
    await behind([[{ stated: 'application' }, number]]);
    await behind(
      Object.entries(industries).map(([industry, counted]) => [{ stated: 'application', industry }, counted]),
    );
  });

  it('given a district, then the projects of units that are registered there', async () => {
    const registered = readerOf(ALL_MODELS, { events: [...logOf([told('unit.registered')]), ...YEAR_TOLD] });
    const inDistrict = async (district: string) =>
      ((await ask(routes, 'ListProjects', { year: '2024', district }, SUP, registered)) as Listed).total;
    expect(await inDistrict('120101')).toBe(0);
    expect(await inDistrict(samples['unit.registered'].district as string)).toBe(await countOf({}));
  });

  it('given another year, then none; given no year, then all', async () => {
    expect((await projects({ year: 2025 })).total).toBe(0);
    const ofAllYears = (await ask(routes, 'ListProjects', {}, SUP, reader)) as Listed;
    expect(ofAllYears.total).toBe(await countOf({}));
  });

  it('given words, then those that hold all of them; pages together are the whole', async () => {
    const waiting = projectOf('waiting');
    expect(await projects({ q: `${waiting} ${samples['application.started'].unitName}` })).toMatchObject({
      items: [{ projectId: waiting, unitName: samples['application.started'].unitName, bodyId: BODY }],
      total: 1,
    });
    expect((await projects({ q: `${waiting} 没有` })).total).toBe(0);
    const whole = await projects({});
    const first = await projects({ limit: 4 });
    const second = await projects({ limit: 4, cursor: first.next as string });
    expect([...first.items, ...second.items]).toEqual(whole.items.slice(0, 8));
    expect([first.total, second.total]).toEqual([whole.total, whole.total]);
  });
});

describe('whose projects one is told of', () => {
  it('given a unit, then its own, whatever it asks for', async () => {
    expect((await projects({}, UNIT)).total).toBe(await countOf({}));
    expect(await projects({}, OTHER_UNIT)).toMatchObject({ items: [], total: 0 });
    expect(await projects({ unit: UNIT.orgId }, OTHER_UNIT)).toMatchObject({ items: [], total: 0 });
    expect(await projects({ unit: OTHER_UNIT.orgId }, UNIT)).toMatchObject({ items: [], total: 0 });
  });

  it('given a body, then what lies with it or was addressed to it', async () => {
    const own = await projects({}, REC);
    expect(own.total).toBeGreaterThan(0);
    const elsewhere = await projects({}, { ...REC, orgId: 'district-other' });
    expect(elsewhere.total).toBe(0);
    const handedIn = await projects({}, { ...REC, orgId: OTHER_BODY });
    expect(handedIn.total).toBeGreaterThan(0);
    expect(handedIn.items.every(({ bodyId }) => bodyId === OTHER_BODY)).toBe(true);
  });

  it.each(['unit', 'body'] as const)(
    'given a %s, then what panels and review think is as if it had not happened yet',
    async who => {
      const caller = who === 'unit' ? UNIT : REC;
      for (const stage of CONFIDENTIAL_STEPS) {
        expect((await projects({ step: stage }, caller)).total, stage).toBe(0);
        if ((JOURNEY_STAGES as readonly string[]).includes(stage))
          expect((await projects({ stage }, caller)).total, stage).toBe(0);
      }
      const leftOut = projectOf('leftOut');
      const forwarded = YEAR_TOLD.find(
        ({ type, data }) =>
          type === 'result-batch.forwarded' &&
          (data as { projects: { projectId: string }[] }).projects.some(({ projectId }) => projectId === leftOut),
      );
      const asTold = await projects({ q: leftOut }, caller);
      expect(asTold.items).toMatchObject([{ stage: 'results-forwarded', since: forwarded?.meta.recordedAt }]);
      expect((await projects({ q: leftOut })).items).toMatchObject([{ stage: 'not-proposed' }]);
    },
  );
});
