import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { CONFIDENTIAL_STEPS, JOURNEY_STAGES, JOURNEY_STEPS } from '../../events/rules/stages.ts';
import { ARTICLES, articleLabel } from '../../events/statute.ts';
import { STEP_DEFINITIONS } from '../../projections/dashboard/definitions.ts';
import { logOf, type Told, told } from '../support/fold.ts';
import { elsewhere, worldsOf } from '../support/two-worlds.ts';
import { dashboardsOver } from './faults.ts';
import { YEAR_TOLD } from './story.ts';

const REC: Actor = { accountId: 'rec.liu' as AccountId, orgId: 'district-binhai', role: 'REC-D' };
const [one, two, three] = ['2024-aaaa0001', '2024-aaaa0002', '2024-aaaa0003'] as const;

interface Funnel {
  readonly steps: readonly { readonly step: string; readonly projects: number; readonly definition: object }[];
}

async function funnel(story: readonly Told[]) {
  const { steps } = (await dashboardsOver(logOf(story), 2024)('funnel')) as Funnel;
  return Object.fromEntries(steps.filter(({ projects }) => projects > 0).map(({ step, projects }) => [step, projects]));
}

function checked(projectId: string, materialsRoot = 'c'.repeat(64)): Told[] {
  return [
    told('completeness.verified', { projectId, materialsRoot }),
    told('truthfulness.verified', { projectId, materialsRoot }),
  ];
}

function listed(projectId: string): Told[] {
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

describe('R-D1 第四条 the funnel of a year', () => {
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
    const story = [...listed(one).slice(0, 4), ...again(2, '7'.repeat(64)), ...again(3, '8'.repeat(64))];
    expect(await funnel(story)).toEqual({ started: 1, submitted: 1, verified: 1, returned: 1 });
  });

  it('given checks on materials that were replaced, then the project is not verified', async () => {
    const [completeness, truthfulness] = checked(one) as [Told, Told];
    const replaced = told('application.supplemented', { projectId: one, version: 2, materialsRoot: '7'.repeat(64) });
    const story = [...listed(one).slice(0, 2), completeness, replaced, truthfulness];
    expect(await funnel(story)).not.toHaveProperty('verified');
  });

  it('given a project stopped for fraud, then a list it still stands on takes it nowhere, but what happened counts', async () => {
    const story = [
      ...listed(one),
      told('fraudulent-projects.stopped', { projectIds: [one] }),
      told('technical-evaluation.completed', { projects: [one] }),
    ];
    expect(await funnel(story)).toMatchObject({ stopped: 1, evaluated: 1 });
    const { stages } = (await dashboardsOver(logOf(story), 2024)('stages')) as {
      stages: { stage: string; now: number }[];
    };
    expect(stages.filter(({ now }) => now > 0)).toMatchObject([{ stage: 'stopped', now: 1 }]);
  });

  it('given a project carried over, then it stays in the year of its application', async () => {
    expect(await funnel([...listed(one), told('project.carried-over', { projectId: one })])).toMatchObject({
      listed: 1,
      'carried-over': 1,
    });
  });

  it('then it says up to where it counts, and each step cites its articles as printed and by id', async () => {
    const answer = await dashboardsOver(logOf(listed(one)), 2024)('funnel');
    expect(answer).toMatchObject({ asOfPosition: '8', lag: 0, definitions: { year: { zh: expect.any(String) } } });
    const { steps } = answer as Funnel;
    expect(steps.map(({ step, definition }) => [step, definition])).toEqual(
      JOURNEY_STEPS.map(step => [step, STEP_DEFINITIONS[step]]),
    );
    for (const step of JOURNEY_STEPS) {
      const { zh, en } = STEP_DEFINITIONS[step];
      const cited = ARTICLES.filter(({ id }) => new RegExp(`${id}\\b`).test(en));
      expect(cited.length, step).toBeGreaterThan(0);
      for (const { id } of cited) expect(zh).toContain(articleLabel(id));
    }
    expect(JOURNEY_STAGES.filter(stage => !(JOURNEY_STEPS as readonly string[]).includes(stage))).toEqual([]);
  });
});

describe('what panels and review think of results', () => {
  const hidden = (event: (typeof YEAR_TOLD)[number]) =>
    /^(technical-evaluation|excellent-list|objection|excellent-result|panel|expert)\./.test(event.type)
      ? elsewhere(event)
      : event;

  it.each(['funnel', 'benefits', 'participation'])(
    'given a recommending body, then its %s is the same whether or not anything was evaluated, proposed or recognised',
    async dashboard => {
      const { here, there } = worldsOf(YEAR_TOLD, hidden);
      const [seen, otherwise] = await Promise.all(
        [here, there].map(log => dashboardsOver(log, 2024, { caller: REC })(dashboard)),
      );
      expect(seen).toEqual(otherwise);
    },
  );

  it('given the supervisor, then the steps that a body does not see are there', async () => {
    const stepsFor = async (caller?: Actor) => {
      const asked = dashboardsOver(YEAR_TOLD, 2024, caller && { caller });
      return ((await asked('funnel')) as Funnel).steps.map(({ step }) => step);
    };
    expect(await stepsFor()).toEqual(JOURNEY_STEPS);
    expect(await stepsFor(REC)).toEqual(JOURNEY_STEPS.filter(step => !CONFIDENTIAL_STEPS.has(step)));
  });
});
