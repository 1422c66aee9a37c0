import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { deadlines, deadlinesOf } from '../../projections/programme/deadlines.ts';
import { entrustments } from '../../projections/registry/entrustments.ts';
import { projectTraining, trainingCoverage } from '../../projections/training/coverage.ts';
import { routes } from '../../projections/training/http.ts';
import { trainees } from '../../projections/training/roster.ts';
import { trainingSessions } from '../../projections/training/sessions.ts';
import { samples } from '../support/controls.ts';
import { ABOUT, ask as askRoute, logOf, readerOf, type Told, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const { trainingId, projectId } = samples['trainee.enrolled'];
const UNIT: Actor = { accountId: 'haihe.zhang' as AccountId, orgId: ABOUT.uscc, role: 'UNIT' };
const BODY: Actor = { accountId: 'binhai.liu' as AccountId, orgId: ABOUT.bodyId, role: 'REC-D' };
const OTHER_UNIT: Actor = { ...UNIT, orgId: '91120110MA05Y56789' };
const OTHER_BODY: Actor = { ...BODY, orgId: 'other-body' };
const names = { 'person-zhang': '张伟' };
const models = [entrustments, trainingSessions, trainees, trainingCoverage, projectTraining];

const other = { projectId: '2024-bbbb0002' };
const listed = [told('project.listed'), told('project.listed', other)];
const enrolled = [...listed, told('training.scheduled'), told('trainee.enrolled')];
const attended = [...enrolled, told('training.delivered'), told('training.attended')];

/** The items of a list, each in its declared shape. */
async function ask(name: string, story: readonly Told[], input: object = { year: '2024' }, caller: Actor = MSR) {
  const reader = readerOf(models, { events: logOf(story), names });
  const answer = await askRoute(routes, name, input, caller, reader);
  const route = routes.find(candidate => candidate.name === name);
  return z.strictObject({ items: z.array(route?.output ?? z.never()), next: z.string().optional() }).parse(answer)
    .items as Record<string, unknown>[];
}

describe('R-O6 培训覆盖', () => {
  it('given somebody attended in a role, then the role of the unit is covered and the project is not untrained', async () => {
    expect(await ask('ListTrainingCoverage', attended)).toMatchObject([
      {
        uscc: ABOUT.uscc,
        rolesTrained: 1,
        roles: { 项目负责人: { enrolled: ['trainee-1'], attended: ['trainee-1'] }, 质量负责人: { attended: [] } },
        projectIds: [projectId, other.projectId],
      },
    ]);
    expect(await ask('ListUntrainedProjects', attended)).toMatchObject([{ projectId: other.projectId }]);
  });

  it('given somebody is only enrolled, absent, or a listener, then nothing is covered', async () => {
    const listening = { role: '旁听' as const };
    for (const story of [
      enrolled,
      [...enrolled, told('training.delivered'), told('training.absence-recorded')],
      [
        ...listed,
        told('training.scheduled'),
        told('trainee.enrolled', listening),
        told('training.attended', listening),
      ],
    ]) {
      expect(await ask('ListTrainingCoverage', story)).toMatchObject([{ rolesTrained: 0 }]);
      expect(await ask('ListUntrainedProjects', story)).toHaveLength(2);
    }
  });

  it('given attendance is put right, then coverage follows, both ways', async () => {
    const absent = [...attended, told('training.absence-recorded')];
    expect(await ask('ListTrainingCoverage', absent)).toMatchObject([{ rolesTrained: 0 }]);
    const present = [...absent, told('training.attended')];
    expect(await ask('ListTrainingCoverage', present)).toMatchObject([{ rolesTrained: 1 }]);
    expect(await ask('ListTrainees', present, { trainingId })).toMatchObject([{ attendance: 'attended' }]);
  });

  it('a unit sees its own coverage and people, a body the projects addressed to it', async () => {
    expect(await ask('ListTrainingCoverage', attended, undefined, UNIT)).toHaveLength(1);
    expect(await ask('ListTrainingCoverage', attended, undefined, OTHER_UNIT)).toEqual([]);
    expect(await ask('ListTrainees', attended, { trainingId }, UNIT)).toMatchObject([{ name: '张伟' }]);
    expect(await ask('ListTrainees', attended, { trainingId }, OTHER_UNIT)).toEqual([]);
    expect(await ask('ListUntrainedProjects', attended, undefined, BODY)).toHaveLength(1);
    expect(await ask('ListUntrainedProjects', attended, undefined, OTHER_BODY)).toEqual([]);
  });
});

describe('第五条（二） 第三方机构受托办理报名和签到', () => {
  const THIRD_PARTY: Actor = { accountId: 'tpo.service' as AccountId, orgId: 'tpo-service', role: 'TPO' };
  const entrusted = (...scope: string[]) => told('third-party.entrusted', { entrustmentId: 'tpo-service', scope });

  it.each(['EnrolTrainee', 'RecordTrainingAttendance', 'RecordTrainingAbsence'])(
    'given %s is entrusted to it, then it sees the sessions and the whole roster',
    async work => {
      const story = [...attended, entrusted(work)];
      expect(await ask('ListTrainees', story, { trainingId }, THIRD_PARTY)).toMatchObject([{ name: '张伟' }]);
      expect(await ask('ListTrainings', story, undefined, THIRD_PARTY)).toHaveLength(1);
    },
  );

  it('given other work is entrusted to it, or nothing, then there is no roster for it', async () => {
    for (const story of [attended, [...attended, entrusted('OpenApplications')]]) {
      const reader = readerOf(models, { events: logOf(story), names });
      expect(await askRoute(routes, 'ListTrainees', { trainingId }, THIRD_PARTY, reader)).toBeUndefined();
      expect(await askRoute(routes, 'ListTrainings', { year: '2024' }, THIRD_PARTY, reader)).toBeUndefined();
    }
  });
});

describe('第十四条 培训安排', () => {
  it('given sessions, then each with what became of it, in the order of their days', async () => {
    const second = { trainingId: '2024-second', heldOn: '2024-07-22' };
    const story = [
      ...attended,
      told('training.scheduled', second),
      told('training.cancelled', { trainingId: second.trainingId, reason: '场地变更' }),
    ];
    expect(await ask('ListTrainings', story)).toMatchObject([
      { trainingId: second.trainingId, status: 'cancelled', cancelledBecause: '场地变更' },
      { trainingId, status: 'delivered', deliveredOn: '2024-07-25' },
    ]);
  });

  it('DL-8 given a session was delivered, then the deadline of the work plan is met, or met late', async () => {
    const { plan } = samples['work-plan.published'];
    const stateUnder = async (training: string, story: readonly Told[]) => {
      const published = told('work-plan.published', {
        plan: { ...plan, deadlines: { ...plan.deadlines, training } },
      });
      const reader = readerOf([deadlines], { events: logOf([published, ...story]), now: '2024-10-01T02:00:00.000Z' });
      return (await deadlinesOf(reader, 2024)).find(({ item }) => item === 'training')?.state;
    };
    expect(await stateUnder('2024-08-30', attended)).toBe('met');
    expect(await stateUnder('2024-07-24', attended)).toBe('met-late');
    expect(await stateUnder('2024-08-30', enrolled)).toBe('overdue');
  });
});
