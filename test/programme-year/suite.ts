/** One programme year through HTTP, from an empty application to recognition, revocation and the end of the year. */
import { afterAll, beforeAll, describe } from 'vitest';
import type { OpenApplication } from './application.ts';
import { applications } from './applications.ts';
import type { Asking } from './client.ts';
import { enforcement } from './enforcement.ts';
import { evaluation } from './evaluation.ts';
import { everyGateWasAsked, withGatesSeeingNames } from './gates.ts';
import { implementation } from './implementation.ts';
import { january } from './january.ts';
import { lateLaunch } from './late-launch.ts';
import { launch } from './launch.ts';
import { ledger } from './ledger.ts';
import { panel } from './panel.ts';
import { privacy } from './privacy.ts';
import { projectPlan } from './project-plan.ts';
import { readModels } from './read-models.ts';
import { recognition } from './recognition.ts';
import { reports } from './reports.ts';
import { result } from './result.ts';
import { review } from './review.ts';
import { training } from './training.ts';
import { Year } from './year.ts';
import { yearEnd } from './year-end.ts';

/** Each chapter goes on where the one before it ended. */
const CHAPTERS = [
  january,
  launch,
  applications,
  review,
  projectPlan,
  training,
  implementation,
  result,
  panel,
  evaluation,
  recognition,
  enforcement,
  yearEnd,
  privacy,
  ledger,
  readModels,
  reports,
];

/** The suite; `openApplication` says on which engines. */
export function programmeYear(engines: string, openApplication: OpenApplication, asking?: Asking): void {
  describe(engines, () => {
    const asked = withGatesSeeingNames();
    describe('一个年度 (a programme year)', () => chaptersOf('2024-01-04', CHAPTERS));
    describe('晚启动的年度 (a year that was launched late)', () => chaptersOf('2024-07-01', [lateLaunch]));
    describe('门槛 (gates)', () => everyGateWasAsked(asked));
  });

  function chaptersOf(on: string, chapters: readonly ((year: Year) => void)[]): void {
    const year = new Year();
    beforeAll(() => year.open(openApplication, on, asking));
    afterAll(() => year.app.close());
    for (const chapter of chapters) chapter(year);
  }
}
