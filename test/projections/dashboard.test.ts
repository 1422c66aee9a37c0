import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { bodyProgress } from '../../projections/dashboard/body-progress.ts';
import { expectedBenefits } from '../../projections/dashboard/expected-benefits.ts';
import { routes } from '../../projections/dashboard/http.ts';
import { participation, unitDistricts } from '../../projections/dashboard/participation.ts';
import { samples } from '../support/controls.ts';
import { ask, logOf, readerOf, rowsOf, type Told, told } from '../support/fold.ts';

const SUP: Actor = { accountId: 'sup.zhao' as AccountId, orgId: 'sup', role: 'SUP' };
const all = [bodyProgress, expectedBenefits, participation, unitDistricts];
const [one, two, three] = ['2024-aaaa0001', '2024-aaaa0002', '2024-aaaa0003'];
const { content } = samples['application.submitted'];
const figures = (name: string, story: Told[]) =>
  ask(routes, name, { year: '2024' }, SUP, readerOf(all, { events: logOf(story) }));

const funnel = async (story: Told[]) => {
  const { steps } = (await figures('GetFunnel', story)) as { steps: { step: string; projects: number }[] };
  return Object.fromEntries(steps.filter(({ projects }) => projects > 0).map(({ step, projects }) => [step, projects]));
};

function checked(projectId = one as string, materialsRoot = 'c'.repeat(64)): Told[] {
  return [
    told('completeness.verified', { projectId, materialsRoot }),
    told('truthfulness.verified', { projectId, materialsRoot }),
  ];
}

function listed(projectId = one as string): Told[] {
  return [
    told('application.started', { projectId }),
    told('application.submitted', { projectId }),
    ...checked(projectId),
    told('project.recommended', { projectId }),
    told('eligibility.confirmed', { projectId }),
    told('project.approved', { projectId }),
    told('project.listed', { projectId }),
  ];
}

describe('R-D1 funnel', () => {
  it('given one project listed, one declined and one draft, then each step counts its projects', async () => {
    const story = [
      ...listed(one),
      told('application.started', { projectId: two }),
      told('application.submitted', { projectId: two }),
      told('project.not-recommended', { projectId: two }),
      told('application.started', { projectId: three }),
    ];
    expect(await funnel(story)).toEqual({
      started: 3,
      submitted: 2,
      verified: 1,
      recommended: 1,
      eligible: 1,
      approved: 1,
      listed: 1,
      declined: 1,
    });
  });

  it('given two returns and three submissions of one project, then it counts once at each step', async () => {
    const again = (version: number, root: string): Told[] => [
      told('application.returned', { projectId: one }),
      told('application.submitted', { projectId: one, version, materialsRoot: root }),
      ...checked(one, root),
    ];
    const first = listed(one).slice(0, 4);
    expect(await funnel([...first, ...again(2, '7'.repeat(64)), ...again(3, '8'.repeat(64))])).toEqual({
      started: 1,
      submitted: 1,
      verified: 1,
      returned: 1,
    });
  });

  it('given checks on materials that were replaced, then the project is not verified', async () => {
    const [completeness, truthfulness] = checked() as [Told, Told];
    const replaced = told('application.supplemented', { projectId: one, version: 2, materialsRoot: '7'.repeat(64) });
    expect(await funnel([...listed().slice(0, 2), completeness, replaced, truthfulness])).not.toHaveProperty(
      'verified',
    );
  });

  it('then every figure says what it counts and up to where', async () => {
    expect(await figures('GetFunnel', listed())).toMatchObject({
      asOfPosition: '8',
      lag: 0,
      steps: expect.arrayContaining([
        {
          step: 'verified',
          projects: 1,
          definition: { zh: expect.stringContaining('第十二条'), en: expect.any(String) },
        },
      ]),
    });
  });

  it('given settled projects, then the row keeps no memory of them', () => {
    const row = rowsOf(bodyProgress, logOf(listed())).get('2024/district-binhai');
    expect(row?.open).toEqual({});
  });
});

describe('R-D2 comparison of recommending bodies', () => {
  const opinion = (
    projectId: string | undefined,
    days: number,
    name: 'project.recommended' | 'project.not-recommended',
  ) => {
    const id = projectId as string;
    const at = new Date(Date.parse('2024-04-01T00:00:00.000Z') + days * 86_400_000).toISOString();
    return [
      told('application.started', { projectId: id }),
      told('application.submitted', { projectId: id }, { at: '2024-04-01T00:00:00.000Z' }),
      told(name, { projectId: id }, { at }),
    ];
  };

  it('given opinions after 1.5, 4 and 10 days, then mean and median are of whole days', async () => {
    const story = [
      ...opinion(one, 1.5, 'project.recommended'),
      ...opinion(two, 4, 'project.not-recommended'),
      ...opinion(three, 10, 'project.recommended'),
    ];
    expect(await figures('GetBodyComparison', story)).toMatchObject({
      bodies: [
        {
          bodyId: 'district-binhai',
          bodyName: samples['application.started'].bodyName,
          received: 3,
          recommended: 2,
          declined: 1,
          daysInVerification: { projects: 3, mean: 5, median: 4 },
        },
      ],
      definitions: { daysInVerification: { zh: expect.any(String) }, received: { en: expect.any(String) } },
    });
  });

  it('given an even number of opinions, then the median is between the two in the middle', async () => {
    const story = [...opinion(one, 1, 'project.recommended'), ...opinion(two, 4, 'project.recommended')];
    expect(await figures('GetBodyComparison', story)).toMatchObject({
      bodies: [{ daysInVerification: { median: 2.5 } }],
    });
  });
});

describe('R-D3 expected benefits', () => {
  const submit = (projectId: string | undefined, yuan: number, change: object = {}) => [
    told('application.started', { projectId: projectId as string }),
    told('application.submitted', {
      projectId: projectId as string,
      content: { ...content, expectedEconomic: { yuan, basis: '测算' }, ...change },
    }),
  ];

  it('given a new version, then it replaces the old one', async () => {
    const again = told('application.supplemented', {
      projectId: one as string,
      version: 2,
      content: { ...content, expectedEconomic: { yuan: 70, basis: '测算' }, categories: ['优化服务'] },
    });
    expect(await figures('GetExpectedBenefits', [...submit(one, 100), ...submit(two, 5), again])).toMatchObject({
      projects: 2,
      yuan: 75,
      byCategory: [
        { category: '优化服务', projects: 1, yuan: 70 },
        { category: '提质增效', projects: 1, yuan: 5 },
        { category: '节能降耗', projects: 1, yuan: 5 },
      ],
      byMethod: expect.arrayContaining([{ method: 'QC小组', projects: 2 }]),
    });
  });

  it('given a withdrawal, then the project counts no more; a draft never did', async () => {
    const gone = told('application.withdrawn', { projectId: one as string });
    const draft = told('application.started', { projectId: three as string });
    expect(await figures('GetExpectedBenefits', [...submit(one, 100), gone, draft])).toMatchObject({
      projects: 0,
      yuan: 0,
      byCategory: [],
    });
  });

  it('given a method named like an inherited property, then it is counted like any other', async () => {
    const methods = ['constructor', '__proto__'];
    const story = [...submit(one, 1, { methods }), ...submit(two, 1, { methods })];
    const { byMethod } = (await figures('GetExpectedBenefits', story)) as { byMethod: unknown };
    expect(byMethod).toEqual([
      { method: '__proto__', projects: 2 },
      { method: 'constructor', projects: 2 },
    ]);
  });

  it('given a listed project, then its figures stay and its version is forgotten', () => {
    const rows = rowsOf(
      expectedBenefits,
      logOf([...submit(one, 100), told('project.listed', { projectId: one as string })]),
    );
    expect(rows.get('2024/district-binhai')).toMatchObject({ yuan: 100, projects: 1, open: {} });
  });
});

describe('R-D4 participation', () => {
  it('given two projects of one unit, then one unit, each person once, industries by project, districts by unit', async () => {
    const people = (projectId: string | undefined): Told[] => [
      told('application.started', { projectId: projectId as string }),
      told('application.submitted', { projectId: projectId as string }),
    ];
    const draft = told('application.started', { projectId: three as string });
    const story = [told('unit.registered'), ...people(one), ...people(two), draft];
    expect(await figures('GetParticipation', story)).toMatchObject({
      units: 1,
      projects: 2,
      people: 2,
      industries: { [samples['application.started'].industry]: 2 },
      districts: { '120116': 1 },
    });
    const gone = [one, two].map(projectId => told('application.withdrawn', { projectId: projectId as string }));
    expect(await figures('GetParticipation', [...story, ...gone])).toMatchObject({
      units: 0,
      people: 0,
      districts: {},
    });
  });
});
