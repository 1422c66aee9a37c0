import { describe, expect, it } from 'vitest';
import { journeys } from '../../projections/dashboard/journeys.ts';
import { timeInStageOf } from '../../projections/dashboard/time-in-stage.ts';
import { logOf, readerOf, rowsOf, type Told, told } from '../support/fold.ts';
import { dashboardsOver, READ_MODELS } from './faults.ts';
import { YEAR_TOLD } from './story.ts';

const [one, two, three] = ['2024-aaaa0001', '2024-aaaa0002', '2024-aaaa0003'] as const;
const day = (days: number) => new Date(Date.parse('2024-04-01T01:00:00.000Z') + days * 86_400_000).toISOString();

async function stages(story: readonly Told[]) {
  const { stages: all } = (await dashboardsOver(logOf(story), 2024)('stages')) as {
    stages: { stage: string; now: number; oldestSince?: string; left?: object; definition: object }[];
  };
  return Object.fromEntries(all.map(({ stage, ...figures }) => [stage, figures]));
}

const started = (projectId: string, at = day(0)) => told('application.started', { projectId }, { at });
const submitted = (projectId: string, at: string) => told('application.submitted', { projectId }, { at });
const returned = (projectId: string, at: string) => told('application.returned', { projectId }, { at });

describe('R-D5 time in stage', () => {
  it('given three drafts of which two were handed in after 2 and 5 days, then the draft waits and the others are measured', async () => {
    const story = [started(one), started(two), started(three, day(1)), submitted(one, day(2)), submitted(two, day(5))];
    expect(await stages(story)).toMatchObject({
      started: { end: false, now: 1, oldestSince: day(1), left: { projects: 2, mean: 3.5, median: 3.5, p90: 5 } },
      submitted: { now: 2, oldestSince: day(2) },
      listed: { now: 0 },
    });
  });

  it('given a return and a second submission, then the stays in a stage add up and the project counts once', async () => {
    const story = [
      started(one),
      submitted(one, day(1)),
      returned(one, day(4)),
      submitted(one, day(6)),
      told('project.not-recommended', { projectId: one }, { at: day(7.25) }),
    ];
    expect(await stages(story)).toMatchObject({
      submitted: { now: 0, left: { projects: 1, median: 4.3 } },
      returned: { now: 0, left: { projects: 1, median: 2 } },
      declined: { end: true, now: 1, oldestSince: day(7.25) },
    });
  });

  it('given a project back in a stage, then it is in it since the last time and not among those that have left', async () => {
    const again = await stages([started(one), submitted(one, day(1)), returned(one, day(4)), submitted(one, day(6))]);
    expect(again.submitted).toMatchObject({ now: 1, oldestSince: day(6) });
    expect(again.submitted).not.toHaveProperty('left');
  });

  it('given a supplement of materials under consideration, then the stage goes on; of verified ones, it begins again', async () => {
    const supplement = (at: string) => told('application.supplemented', { projectId: one, version: 2 }, { at });
    const before = [started(one), submitted(one, day(1))];
    expect(await stages([...before, supplement(day(3))])).toMatchObject({ submitted: { now: 1, oldestSince: day(1) } });
    const checks = ['completeness.verified', 'truthfulness.verified'] as const;
    const verified = checks.map(check => told(check, { projectId: one }, { at: day(2) }));
    expect(await stages([...before, ...verified, supplement(day(3))])).toMatchObject({
      verified: { now: 0, left: { median: 1 } },
      submitted: { now: 1, oldestSince: day(3) },
    });
  });

  it('given an act entered late, then the recorded time counts, not the day it is said to have happened', async () => {
    const late = told(
      'application.submitted',
      { projectId: one },
      { at: day(9), circumstances: { effectiveAt: day(2) } },
    );
    expect(await stages([started(one), late])).toMatchObject({ started: { left: { median: 9 } } });
  });

  it('given a list without a result, then the result waits no more; the list sent back, and it does', async () => {
    const evaluated = [
      told('panel-formation.started'),
      started(one),
      started(two),
      told('technical-evaluation.completed', { projects: [one, two] }, { at: day(10) }),
    ];
    const list = [{ projectId: one, rank: 1, score: '90.0000' }];
    const proposed = [...evaluated, told('excellent-list.proposed', { list }, { at: day(12) })];
    expect(await stages(proposed)).toMatchObject({
      evaluated: { now: 0, left: { projects: 2, median: 2 } },
      proposed: { now: 1 },
      'not-proposed': { end: true, now: 1, oldestSince: day(12) },
    });
    const sentBack = told('excellent-list.returned', { projects: [one, two] }, { at: day(13) });
    expect(await stages([...proposed, sentBack])).toMatchObject({ evaluated: { now: 2 }, 'not-proposed': { now: 0 } });
  });

  it('given a revocation that is overturned, then both are stages of their own', async () => {
    const revoked = [{ resultId: 'result-one', projectId: one, title: '成果', year: 2024 }];
    const decided = [started(one), told('fraud-decision.taken', { revoked }, { at: day(3) })];
    expect(await stages(decided)).toMatchObject({ revoked: { end: true, now: 1, oldestSince: day(3) } });
    expect(await stages([...decided, told('revocation.overturned', {}, { at: day(8) })])).toMatchObject({
      revoked: { now: 0, left: { projects: 1, median: 5 } },
      overturned: { now: 1, oldestSince: day(8) },
    });
  });

  it('given ten projects, then nine in ten took no longer than p90', async () => {
    const ten = Array.from({ length: 10 }, (_, at) => `2024-aaaa10${at}0`);
    const story = [...ten.map(id => started(id)), ...ten.map((id, at) => submitted(id, day(at + 1)))];
    expect(await stages(story)).toMatchObject({ started: { left: { projects: 10, mean: 5.5, median: 5.5, p90: 9 } } });
  });

  it('given any time of asking, then the figures are the same: they depend on the log alone', async () => {
    const asked = (now: string) => timeInStageOf(readerOf(READ_MODELS, { events: YEAR_TOLD, now }), 2024);
    expect(await asked('2024-06-01T00:00:00.000Z')).toEqual(await asked('2031-06-01T00:00:00.000Z'));
  });

  it('given the whole year, then every project stands in exactly one stage', async () => {
    const { stages: all } = (await dashboardsOver(YEAR_TOLD, 2024)('stages')) as { stages: { now: number }[] };
    const projects = YEAR_TOLD.filter(({ type }) => type === 'application.started').length;
    expect(all.reduce((sum, { now }) => sum + now, 0)).toBe(projects);
  });

  it('given a project that goes back and forth, then its row does not grow', () => {
    const round = (at: number) => [submitted(one, day(2 * at + 1)), returned(one, day(2 * at + 2))];
    const rounds = (count: number) => [started(one), ...Array.from({ length: count }, (_, at) => round(at)).flat()];
    const sizeAfter = (count: number) => JSON.stringify(rowsOf(journeys, logOf(rounds(count))).get(one)).length;
    expect(sizeAfter(30) - sizeAfter(3)).toBeLessThan(10);
  });
});
