/** What decisions know of a programme year, read from its stream. */
import { programmeStream } from '../events/programme.ts';
import { type PlanInForce, type ProgrammeYear, programmeYear } from '../events/rules/plan.ts';
import { type Reading, stateOf } from './command.ts';
import { type Rejection, refuse } from './rejection.ts';

export function programmeYearOf(year: number): Reading<ProgrammeYear> {
  return stateOf(programmeYear, programmeStream(year));
}

export function planInForceOf(year: number): Reading<PlanInForce | undefined> {
  return { resolve: async sources => (await programmeYearOf(year).resolve(sources)).inForce };
}

export function programmeNotOpen(year: number): Rejection {
  return refuse('art-04', 'programme-not-open', `${year} 年度活动未启动或已结束`, `The ${year} programme is not open`);
}
