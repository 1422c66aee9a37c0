/** A whole programme year, by people who use nothing but pages in a browser; of seven experts three do, the others do the same by program. */
import { afterAll, beforeAll, beforeEach, expect, it, onTestFailed } from 'vitest';
import { opener } from '../programme-year/open.ts';
import { describeInChromium } from '../support/chromium.ts';
import { application } from './year/application.ts';
import { launchedByProgram } from './year/before.ts';
import { evaluation } from './year/evaluation.ts';
import { fraud } from './year/fraud.ts';
import { implementation } from './year/implementation.ts';
import { panel } from './year/panel.ts';
import { YearOfPeople } from './year/people.ts';
import { recognition } from './year/recognition.ts';
import { results } from './year/results.ts';
import { supervision } from './year/supervision.ts';

describeInChromium('一个年度，全程只用页面 (a year by pages alone)', () => {
  const year = new YearOfPeople();

  beforeAll(async () => {
    await year.open(opener({}, { scheduling: true }), '2024-01-16');
    await launchedByProgram(year);
    await year.openBrowser();
  }, 120_000);
  afterAll(() => year.close());

  // One year: what comes after a failure would wait in vain for what has not happened.
  let hasFailed = false;
  beforeEach(({ skip }) => {
    skip(hasFailed, 'an earlier story has failed');
    onTestFailed(() => {
      hasFailed = true;
    });
  });

  application(year);
  implementation(year);
  results(year);
  panel(year);
  evaluation(year);
  recognition(year);
  fraud(year);
  supervision(year);

  it('浏览器没有对任何页面提出异议', () => {
    expect(year.complaints).toEqual([]);
  });
});
