/** What is on record before anybody applies: the people, the unit, the year with its work plan, and that applications are taken. */
import { REGULATION } from '../../../events/statute.ts';
import { OFFICE, PLAN, UNITS, YEAR } from '../../programme-year/cast.ts';
import { publication } from '../../programme-year/deeds.ts';
import type { Year } from '../../programme-year/year.ts';

export async function launchedByProgram(year: Year): Promise<void> {
  await year.deeds.found();
  await year.deeds.registerUnit(OFFICE, UNITS.haihe);
  const office = year.as(OFFICE);
  year.clock.set('2024-02-19');
  await office.post('/programmes', { year: YEAR, title: '2024年度天津市质量攻关活动', regulation: REGULATION });
  const options = { ...PLAN.options, publicNotice: { workingDays: 3 }, certificates: true };
  await office.post(`/programmes/${YEAR}/work-plan/drafts`, { plan: { ...PLAN, options } });
  await office.post(`/programmes/${YEAR}/work-plan/publication`, { version: 1, url: publication('gzfa') });
  year.clock.set('2024-03-01');
  await office.post(`/programmes/${YEAR}/applications/opening`);
}
