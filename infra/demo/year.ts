/**
 * The demo year of 2024 size as a list of commands with their instants: 1,164 projects in the plan out of more
 * applications, with the returns, refusals and late acts that a real year has; a part of them goes on to results,
 * evaluation and recognition. Seeded: the same every time.
 */
import { castUnits } from './cast.ts';
import { Chance } from './chance.ts';
import { enforcementSteps } from './stages/enforcement.ts';
import { demoPanelsOf, evaluationSteps } from './stages/evaluation.ts';
import { earlierResult, foundationSteps, register } from './stages/foundation.ts';
import { implementationSteps } from './stages/implementation.ts';
import { irregularSteps } from './stages/irregular.ts';
import { newestYearSteps } from './stages/newest-year.ts';
import { programmeSteps } from './stages/programme.ts';
import { projects } from './stages/projects.ts';
import { recognitionSteps } from './stages/recognition.ts';
import { resultSteps } from './stages/results.ts';
import { trainingSteps } from './stages/training.ts';
import type { DemoStep } from './step.ts';

const UNITS = 900;
const EARLIER_RESULTS = 240;
/** Projects followed beyond the plan, and how many of them hand in results. */
const CARRIED_OUT = 300;
const WITH_RESULTS = 90;

/** All steps in the order of their instants. */
export function demoYear(): readonly DemoStep[] {
  const chance = new Chance(20_240_103);
  const units = castUnits(UNITS, chance);
  const earlier = Array.from({ length: EARLIER_RESULTS }, (_, index) => earlierResult(index + 1, chance));
  const foundation = foundationSteps(earlier, chance);
  const upToThePlan = [...foundation.steps, ...register(units, chance), ...programmeSteps()];
  const applications = projects(units, earlier, chance);
  const carriedOut = applications.listed.slice(0, CARRIED_OUT);
  const finished = carriedOut.slice(0, WITH_RESULTS);
  const handedIn = resultSteps(finished, chance);
  const panels = demoPanelsOf(handedIn.recommended, chance);
  const steps = [
    ...upToThePlan,
    ...applications.steps,
    ...trainingSteps(carriedOut, chance),
    ...implementationSteps(carriedOut, WITH_RESULTS, chance),
    ...handedIn.steps,
    ...evaluationSteps(panels, foundation.expertNames, chance),
    ...recognitionSteps(panels),
    ...enforcementSteps(panels),
    ...irregularSteps(carriedOut, applications.listed.slice(CARRIED_OUT)),
    ...newestYearSteps({ units, earlier, expertNames: foundation.expertNames }, chance),
  ];
  return steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
