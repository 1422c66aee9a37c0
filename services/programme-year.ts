/** What decisions know of a programme year, read from its stream. */
import { programmeStream } from '../events/programme.ts';
import { type PlanInForce, type ProgrammeYear, programmeYear } from '../events/rules/plan.ts';
import { type Dependency, stateOf } from './command.ts';
import { type Rejection, refuse } from './rejection.ts';

/** The programme year; not open and without a plan when nothing is recorded of it. */
export function programmeYearOf(year: number): Dependency<ProgrammeYear> {
  return stateOf(programmeYear, programmeStream(year));
}

/** The published work plan of a year; undefined before its publication (art-09). */
export function planInForceOf(year: number): Dependency<PlanInForce | undefined> {
  return { resolve: async sources => (await programmeYearOf(year).resolve(sources)).inForce };
}

/** Refuses what needs the programme of the year to be open (art-04). */
export function programmeNotOpen(year: number): Rejection {
  return refuse('art-04', 'programme-not-open', `${year} 年度活动未启动或已结束`, `The ${year} programme is not open`);
}
