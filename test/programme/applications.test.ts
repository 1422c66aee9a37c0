import { describe, expect, it } from 'vitest';
import { applicationWindowClosed } from '../../events/programme.ts';
import { windowAt } from '../../events/rules/plan.ts';
import { closeApplications, openApplications } from '../../services/programme/commands.ts';
import { amendWorkPlan } from '../../services/programme/work-plan.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import {
  appended,
  inForce,
  morningOf,
  opened,
  planned,
  planWith,
  running,
  send,
  stampOf,
  URL,
  YEAR,
  yearOf,
} from './year.ts';

const input = { year: YEAR };
const amendment = (deadlines: Parameters<typeof planWith>[0]) => ({
  input: { year: YEAR, plan: planWith(deadlines), reason: '延长申报', url: URL },
});

describe('第九条 opening applications', () => {
  it('given a published plan, when applications are opened, then the window lasts as the plan says', async () => {
    const decision = await send(planned, openApplications, { input, now: morningOf('2024-03-18') });
    expect(factsOf(decision)).toEqual([
      {
        type: 'application-window.opened',
        data: { year: YEAR, opensAt: morningOf('2024-03-18'), closesOn: '2024-04-30' },
      },
    ]);
    expect(decision).toMatchObject([{ deviations: [] }]);
    expect(await stampOf(planned, openApplications, { input })).toBe(1);
  });

  it('given no published plan, when applications are opened, then it is refused: plan before applications', async () => {
    expect(refusalOf(await send([inForce, opened], openApplications, { input }))).toMatchObject({
      code: 'work-plan-not-published',
      rule: { article: 'art-09' },
    });
  });

  it('given they are open, when they are opened again, then it is refused', async () => {
    expect(refusalOf(await send(running, openApplications, { input })).code).toBe('applications-already-opened');
  });

  it.each(['2024-03-14T16:00:00.000Z', '2024-04-30T15:59:59.999Z'])('the plan allows it at %s', async now => {
    expect(factsOf(await send(planned, openApplications, { input, now }))).toHaveLength(1);
  });

  it.each([
    ['2024-03-14T15:59:59.999Z', 'before-application-period', 'applicationOpens'],
    ['2024-04-30T16:00:00.000Z', 'after-application-period', 'applicationCloses'],
  ])('when they are opened at %s, then %s under the work plan', async (now, code, item) => {
    expect(refusalOf(await send(planned, openApplications, { input, now }))).toMatchObject({
      code,
      rule: { plan: YEAR, version: 1, item },
    });
  });

  it.each([
    ['2024-06-30T15:59:59.999Z', []],
    ['2024-06-30T16:00:00.000Z', [{ code: 'launch-late', basis: { article: 'art-09' } }]],
  ])('opened at %s: a launch after the first half-year is recorded as a deviation (D-5)', async (now, deviations) => {
    const extended = await send(
      planned,
      amendWorkPlan,
      amendment({
        applicationCloses: '2024-08-01',
        verification: '2024-08-20',
        municipalReview: '2024-09-10',
        projectPlanPublication: '2024-09-20',
      }),
    );
    expect(await send(appended(planned, extended), openApplications, { input, now })).toMatchObject([{ deviations }]);
  });
});

describe('第九条 closing applications', () => {
  const lastMoment = '2024-04-30T15:59:59.999Z';
  const over = '2024-04-30T16:00:00.000Z';

  it('when they are closed before the last day is over, then it is refused under the work plan', async () => {
    expect(refusalOf(await send(running, closeApplications, { input, now: lastMoment }))).toMatchObject({
      code: 'application-period-running',
      rule: { plan: YEAR, version: 1, item: 'applicationCloses' },
    });
  });

  it('when the last day is over, then they are closed as of 24:00; closing again changes nothing', async () => {
    const decision = await send(running, closeApplications, { input, now: morningOf('2024-05-06') });
    expect(factsOf(decision)).toEqual([{ type: 'application-window.closed', data: { year: YEAR, closedAt: over } }]);
    expect(factsOf(await send(appended(running, decision), closeApplications, { input }))).toEqual([]);
  });

  it('given they were never opened, when they are closed, then it is refused', async () => {
    expect(refusalOf(await send(planned, closeApplications, { input, now: over })).code).toBe(
      'applications-not-opened',
    );
  });

  it('the window is open from its opening to 24:00 of its last day', () => {
    const year = yearOf(running);
    expect(windowAt(yearOf(planned), morningOf('2024-03-20'))).toBe('not-opened');
    expect(windowAt(year, '2024-03-15T01:59:59.999Z')).toBe('not-opened');
    expect(windowAt(year, morningOf('2024-03-15'))).toBe('open');
    expect(windowAt(year, lastMoment)).toBe('open');
    expect(windowAt(year, over)).toBe('closed');
  });

  it('an amendment that extends the deadline extends the window', async () => {
    const extended = await send(running, amendWorkPlan, amendment({ applicationCloses: '2024-05-10' }));
    const log = appended(running, extended);
    expect(windowAt(yearOf(log), over)).toBe('open');
    expect(refusalOf(await send(log, closeApplications, { input, now: over })).code).toBe('application-period-running');
  });

  it('a recorded closing is a fact, even one that came early', () => {
    const closed = { draft: applicationWindowClosed.of({ year: YEAR, closedAt: morningOf('2024-04-01') }) };
    expect(windowAt(yearOf([...running, closed]), morningOf('2024-04-02'))).toBe('closed');
    expect(windowAt(yearOf([...running, closed]), morningOf('2024-03-31'))).toBe('open');
  });
});
