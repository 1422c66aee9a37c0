import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import type { AccountId } from '../../events/ids.ts';
import { programmeYear } from '../../events/rules/plan.ts';
import type { AnyCommand } from '../../services/command.ts';
import * as commands from '../../services/training/commands.ts';
import { trainedProject } from '../../services/training/reads.ts';
import { control, samples } from '../support/controls.ts';
import { folded } from '../support/folded.ts';
import { decide, factsOf, MSR, refusalOf } from '../support/given.ts';

const NOW = '2024-07-20T02:00:00.000Z';
const { trainingId, year, title, topics, heldOn, place } = samples['training.scheduled'];
const { uscc, projectId } = samples['trainee.enrolled'];
const UNIT: Actor = { accountId: 'haihe.zhang' as AccountId, orgId: uscc, role: 'UNIT' };
const OTHER_UNIT: Actor = { ...UNIT, orgId: '91120110MA05Y56789' };
const person = { subject: 'person-lina', sealed: 'A'.repeat(40) };

const open = folded(programmeYear, [control('programme.opened'), control('work-plan.published')]);
const listed = folded(trainedProject, [control('application.started'), control('project.listed')]);
const around = { programme: open, project: listed, person };

interface Case {
  readonly past?: readonly DecidedEvent[];
  readonly actor?: Actor;
  readonly known?: object;
  readonly now?: string;
}

const ask = (command: AnyCommand, input: object, { past = [], actor = MSR, known = {}, now = NOW }: Case = {}) =>
  decide(command, { past, input: { trainingId, ...input }, actor, now, known: { ...around, ...known } });

const scheduled = [control('training.scheduled')];
const enrolled = [...scheduled, control('trainee.enrolled')];
const delivered = [...enrolled, control('training.delivered')];
const cancelled = [...scheduled, control('training.cancelled')];
const { traineeId } = samples['trainee.enrolled'];
const enrolment = { projectId, role: '技术骨干', name: '李娜' };

describe('第十四条 安排培训', () => {
  const session = { year, title, topics, heldOn, place };
  const schedule = (change: object = {}, known: object = {}, past: readonly DecidedEvent[] = []) =>
    decide(commands.scheduleTraining, {
      past,
      input: { ...session, ...change },
      now: NOW,
      known: { ...around, ...known },
      commandId: 'schedule',
    });

  it('given the year is open, then the session is scheduled with its topics, once', () => {
    expect(factsOf(schedule())).toMatchObject([{ type: 'training.scheduled', data: session }]);
    expect(factsOf(schedule({}, {}, scheduled))).toEqual([]);
  });

  it('given the year is not open, then it is refused under 第四条', () => {
    const closed = folded(programmeYear, []);
    expect(refusalOf(schedule({}, { programme: closed }))).toMatchObject({
      code: 'programme-not-open',
      rule: { article: 'art-04' },
    });
  });

  it('given a day gone by, then it is refused; today will do', () => {
    expect(refusalOf(schedule({ heldOn: '2024-07-19' })).code).toBe('training-in-past');
    expect(factsOf(schedule({ heldOn: '2024-07-20' }))).toHaveLength(1);
  });
});

describe('第十四条 报名', () => {
  it('given a listed project, then its unit enrols a person in one of the three roles, once', () => {
    const decision = ask(commands.enrolTrainee, enrolment, { past: scheduled, actor: UNIT });
    expect(decision).toMatchObject([
      { data: { projectId, uscc, year, role: '技术骨干', person }, about: { projectId, uscc, year } },
    ]);
    const again = [...scheduled, control('trainee.enrolled', { role: '技术骨干', person })];
    expect(factsOf(ask(commands.enrolTrainee, enrolment, { past: again, actor: UNIT }))).toEqual([]);
  });

  it('anyone else of the unit may listen in; a role the text does not name is no role', () => {
    const listener = { ...enrolment, role: '旁听' };
    expect(factsOf(ask(commands.enrolTrainee, listener, { past: scheduled }))).toHaveLength(1);
    const role = commands.enrolTrainee.input.safeParse({ trainingId, ...enrolment, role: '会计' });
    expect(role.success).toBe(false);
  });

  it('given the same person in a second role, then that is another enrolment', () => {
    const past = [...scheduled, control('trainee.enrolled', { person })];
    expect(factsOf(ask(commands.enrolTrainee, enrolment, { past }))).toHaveLength(1);
  });

  it('given the project is not listed, or of another year, then it is refused', () => {
    const unlisted = folded(trainedProject, [control('application.started')]);
    expect(
      refusalOf(ask(commands.enrolTrainee, enrolment, { past: scheduled, known: { project: unlisted } })),
    ).toMatchObject({ code: 'project-not-listed', rule: { article: 'art-14' } });
    const next = [control('training.scheduled', { year: 2025 })];
    expect(refusalOf(ask(commands.enrolTrainee, enrolment, { past: next }))).toMatchObject({
      code: 'project-of-another-year',
      rule: { article: 'art-04' },
    });
    const carried = folded(trainedProject, [
      control('application.started'),
      control('project.listed'),
      control('project.carried-over'),
    ]);
    expect(factsOf(ask(commands.enrolTrainee, enrolment, { past: next, known: { project: carried } }))).toHaveLength(1);
  });

  it('given a foreign project, an unknown one or an unknown session, then it is not found', () => {
    for (const unknown of [
      { past: scheduled, actor: OTHER_UNIT },
      { past: scheduled, known: { project: undefined, person: undefined } },
      { past: [] },
    ]) {
      expect(refusalOf(ask(commands.enrolTrainee, enrolment, unknown)).kind).toBe('hidden');
    }
  });

  it('given it was delivered, then only the authority adds who came; given it was cancelled, nobody does', () => {
    expect(refusalOf(ask(commands.enrolTrainee, enrolment, { past: delivered, actor: UNIT })).code).toBe(
      'training-delivered',
    );
    expect(factsOf(ask(commands.enrolTrainee, enrolment, { past: delivered }))).toHaveLength(1);
    expect(refusalOf(ask(commands.enrolTrainee, enrolment, { past: cancelled })).code).toBe('training-cancelled');
  });
});

describe('第十四条 开展与取消', () => {
  const delivery = { deliveredOn: '2024-07-25', summary: '讲授八学时', evidence: [] };
  const after = { now: '2024-07-25T10:00:00.000Z' };

  it('given it is scheduled, then it is delivered, once', () => {
    expect(factsOf(ask(commands.deliverTraining, delivery, { past: enrolled, ...after }))).toMatchObject([
      { type: 'training.delivered', data: { year, deliveredOn: '2024-07-25' } },
    ]);
    expect(refusalOf(ask(commands.deliverTraining, delivery, { past: delivered, ...after })).code).toBe(
      'training-delivered',
    );
    expect(refusalOf(ask(commands.deliverTraining, delivery, after)).code).toBe('not-found');
  });

  it('given a day to come, then it is refused', () => {
    expect(refusalOf(ask(commands.deliverTraining, delivery, { past: enrolled })).code).toBe('delivered-in-future');
  });

  it('DL-8 given the planned day has passed, then it is recorded and flagged under the work plan', () => {
    const { plan } = samples['work-plan.published'];
    const planned = (training: string) =>
      folded(programmeYear, [
        control('programme.opened'),
        control('work-plan.published', { plan: { ...plan, deadlines: { ...plan.deadlines, training } } }),
      ]);
    const deviationsBy = (day: string) =>
      ask(commands.deliverTraining, delivery, { past: enrolled, ...after, known: { programme: planned(day) } });
    expect(deviationsBy('2024-07-24')).toMatchObject([
      { deviations: [{ code: 'training-late', basis: { plan: year, version: 1, item: 'deadlines.training' } }] },
    ]);
    expect(deviationsBy('2024-07-25')).toMatchObject([{ deviations: [] }]);
  });

  it('given it took place, then it is not cancelled; cancelled twice is cancelled once', () => {
    const reason = { reason: (control('training.cancelled').data as { reason: string }).reason };
    expect(factsOf(ask(commands.cancelTraining, reason, { past: enrolled }))).toMatchObject([
      { type: 'training.cancelled' },
    ]);
    expect(factsOf(ask(commands.cancelTraining, reason, { past: cancelled }))).toEqual([]);
    expect(refusalOf(ask(commands.cancelTraining, { reason: '另一理由' }, { past: cancelled })).code).toBe(
      'recorded-otherwise',
    );
    expect(refusalOf(ask(commands.cancelTraining, reason, { past: delivered })).code).toBe('training-delivered');
    expect(refusalOf(ask(commands.cancelTraining, reason)).code).toBe('not-found');
    expect(refusalOf(ask(commands.deliverTraining, delivery, { past: cancelled, ...after })).code).toBe(
      'training-cancelled',
    );
  });
});

describe('第十四条 出勤只对已开展的培训记录 (D-18)', () => {
  const both = [commands.recordTrainingAttendance, commands.recordTrainingAbsence];

  it.each(both)('given the session was not delivered, or the person not enrolled, then it is refused', command => {
    expect(refusalOf(ask(command, { traineeId }, { past: enrolled }))).toMatchObject({
      code: 'training-not-delivered',
      rule: { article: 'art-14' },
    });
    expect(refusalOf(ask(command, { traineeId: 'somebody' }, { past: delivered })).code).toBe('trainee-not-enrolled');
    expect(refusalOf(ask(command, { traineeId })).code).toBe('not-found');
  });

  it('given it was delivered, then attendance and absence are recorded, each once', () => {
    const { person: _person, ...trainee } = samples['trainee.enrolled'];
    expect(factsOf(ask(commands.recordTrainingAttendance, { traineeId }, { past: delivered }))).toEqual([
      { type: 'training.attended', data: trainee },
    ]);
    const came = [...delivered, control('training.attended')];
    expect(factsOf(ask(commands.recordTrainingAttendance, { traineeId }, { past: came }))).toEqual([]);
    const reason = '出差';
    expect(factsOf(ask(commands.recordTrainingAbsence, { traineeId, reason }, { past: delivered }))).toEqual([
      { type: 'training.absence-recorded', data: { ...trainee, reason } },
    ]);
    const missing = [...delivered, control('training.absence-recorded')];
    expect(factsOf(ask(commands.recordTrainingAbsence, { traineeId }, { past: missing }))).toEqual([]);
    // Another reason is a correction, which is recorded.
    const corrected = ask(commands.recordTrainingAbsence, { traineeId, reason: '病假' }, { past: missing });
    expect(factsOf(corrected)).toMatchObject([{ type: 'training.absence-recorded', data: { reason: '病假' } }]);
    const again = [...missing, ...(corrected as readonly DecidedEvent[])];
    expect(factsOf(ask(commands.recordTrainingAbsence, { traineeId, reason: '病假' }, { past: again }))).toEqual([]);
  });

  it('given it was recorded otherwise, then it is put right with a reason only', () => {
    const came = [...delivered, control('training.attended')];
    expect(refusalOf(ask(commands.recordTrainingAbsence, { traineeId }, { past: came })).code).toBe(
      'correction-needs-reason',
    );
    const corrected = { traineeId, reason: '签到表更正' };
    expect(factsOf(ask(commands.recordTrainingAbsence, corrected, { past: came }))).toHaveLength(1);
    const missing = [...delivered, control('training.absence-recorded')];
    expect(refusalOf(ask(commands.recordTrainingAttendance, { traineeId }, { past: missing })).code).toBe(
      'correction-needs-reason',
    );
    expect(ask(commands.recordTrainingAttendance, corrected, { past: missing })).toMatchObject([
      { reason: '签到表更正' },
    ]);
  });
});
