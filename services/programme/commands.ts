/** The annual programme and its application window (art-04, art-09). */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import {
  applicationWindowClosed,
  applicationWindowOpened,
  programmeClosed,
  programmeOpened,
} from '../../events/programme.ts';
import { rulebookStream } from '../../events/rulebook.ts';
import { dueDay, isOver, isOverAt } from '../../events/rules/lateness.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { type CivilDate, endOfDay } from '../../events/time.ts';
import { command, stateOf } from '../command.ts';
import { isRejection, type Rejection, refuse, refuseByHouse, refuseByPlan } from '../rejection.ts';
import { again } from '../repeat.ts';
import { planInForce } from './state.ts';
import { isAnyInForce, isEmpty, isInForce, isRegistered, type Validity, validity } from './validity.ts';
import { lateForHalfYear, notRunning, onYear, running, runningUnderPlan, underPlan } from './year.ts';

export const openAnnualProgramme = command({
  ...onYear,
  name: 'OpenAnnualProgramme',
  title: '启动年度活动',
  records: [programmeOpened],
  summary: 'Opens the programme of the current year under a regulation in force today.',
  input: z.strictObject({ year: yearSchema, title: lineSchema, regulation: lineSchema }),
  reads: () => ({ validity: stateOf(validity, rulebookStream) }),
  names: ['year'],
  gate(state, given, { validity: known }, { year }) {
    if (state.opened) return state;
    if (String(year) !== given.today.slice(0, 4)) {
      return refuse(
        'art-04',
        'not-the-current-year',
        `只能启动当年（${given.today.slice(0, 4)}年）的活动`,
        'Only the programme of the current year can be opened',
        'invalid',
      );
    }
    return noRegulation(known, given.today) ?? state;
  },
  done: ({ opened }) => opened,
  decide({ opened }, input, given, from) {
    if (opened) {
      return refuse('art-04', 'programme-exists', '该年度活动已启动，一年只组织一次', 'There is one programme a year');
    }
    if (!isRegistered(from.validity, input.regulation)) {
      return refuseByHouse(
        'rulebook',
        'regulation-unknown',
        `${input.regulation} 未登记`,
        `${input.regulation} is not registered`,
      );
    }
    if (!isInForce(from.validity, input.regulation, given.today)) {
      return refuse(
        'art-27',
        'regulation-not-in-force',
        `${input.regulation} 在 ${given.today} 不在有效期内`,
        `The regulation is not in force on ${given.today}`,
      );
    }
    return [programmeOpened.of(input)];
  },
});

/** Whatever regulation a programme is to be opened under. */
function noRegulation(known: Validity, today: CivilDate): Rejection | undefined {
  if (isEmpty(known)) {
    return refuseByHouse(
      'rulebook',
      'regulation-unknown',
      '尚未登记任何办法，不能启动年度活动',
      'no regulation is registered to open a programme under',
    );
  }
  if (isAnyInForce(known, today)) return undefined;
  return refuse(
    'art-27',
    'regulation-not-in-force',
    `在 ${today} 没有在有效期内的办法`,
    `No regulation is in force on ${today}`,
  );
}

export const closeAnnualProgramme = command({
  ...underPlan,
  name: 'CloseAnnualProgramme',
  title: '结束年度活动',
  records: [programmeClosed],
  summary: 'Closes the programme of a year; an application window must have been closed before.',
  input: z.strictObject({ year: yearSchema, summary: paragraphSchema }),
  gate(state) {
    if (state.closed) return state;
    if (state.window && !state.window.closedAt) {
      return refuse('art-04', 'applications-not-closed', '项目申报尚未截止', 'Applications have not been closed');
    }
    return running(state);
  },
  done: ({ closed }) => closed,
  decide(state, input) {
    if (state.closed) return again(state.summary, input.summary);
    return [programmeClosed.of(input)];
  },
});

export const openApplications = command({
  ...underPlan,
  name: 'OpenApplications',
  title: '启动项目申报',
  records: [applicationWindowOpened],
  summary: 'Opens the application window of the published work plan; after 30 June a deviation is recorded (D-5).',
  input: z.strictObject({ year: yearSchema }),
  gate(state, given, _known, { year }) {
    const planned = runningUnderPlan(state);
    if (isRejection(planned) || planned.window) return planned;
    const { version, plan } = planned.current;
    const { applicationOpens, applicationCloses } = plan.deadlines;
    if (given.today < applicationOpens) {
      return refuseByPlan(
        { year, version },
        'applicationOpens',
        'before-application-period',
        `工作方案规定 ${applicationOpens} 起申报`,
        `The work plan opens applications on ${applicationOpens}`,
      );
    }
    if (isOver(applicationCloses, given.today)) {
      return refuseByPlan(
        { year, version },
        'applicationCloses',
        'after-application-period',
        `工作方案规定的申报期已于 ${applicationCloses} 届满，请先修订工作方案`,
        `The application period of the work plan ended on ${applicationCloses}; amend the plan first`,
      );
    }
    return planned;
  },
  dueOn: ({ current }) => dueDay(applicationWindowOpened.type, current.year, current),
  done: ({ window }) => window !== undefined,
  decide({ current: { plan }, window }, { year }, given) {
    if (window) {
      return refuse('art-09', 'applications-already-opened', '项目申报已启动', 'Applications have been opened already');
    }
    const deviations = lateForHalfYear(year, given, {
      code: 'launch-late',
      zh: '年度项目申报启动',
      en: 'Applications were opened',
    });
    return [
      applicationWindowOpened.of(
        { year, opensAt: given.now, closesOn: plan.deadlines.applicationCloses },
        { deviations },
      ),
    ];
  },
});

export const closeApplications = command({
  ...underPlan,
  name: 'CloseApplications',
  title: '截止项目申报',
  records: [applicationWindowClosed],
  summary: 'Records that the application window has closed, once its last day is over.',
  input: z.strictObject({ year: yearSchema }),
  gate(state, given, _known, { year }) {
    const { window } = state;
    if (window?.closedAt) return { window };
    const fault = notRunning(state);
    if (fault) return fault;
    const current = planInForce(state);
    if (!window || !current) {
      return refuse('art-09', 'applications-not-opened', '项目申报尚未启动', 'Applications have not been opened');
    }
    if (!isOverAt(window.closesOn, given.now)) {
      return refuseByPlan(
        { year, version: current.version },
        'applicationCloses',
        'application-period-running',
        `申报期至 ${window.closesOn} 24:00，不得提前截止`,
        `The application period runs until ${window.closesOn}, 24:00; it cannot be cut short`,
      );
    }
    return { window };
  },
  done: ({ window }) => window.closedAt !== undefined,
  decide: ({ window }, { year }) =>
    window.closedAt ? [] : [applicationWindowClosed.of({ year, closedAt: endOfDay(window.closesOn) })],
});
