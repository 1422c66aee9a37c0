/** How often the work plan in force wants projects monitored and visited (DL-9, DL-10). */
import { z } from 'zod';
import { workPlanAmended, workPlanPublished } from '../../events/programme.ts';
import type { Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { load } from '../query.ts';

const rhythmRowSchema = z.strictObject({
  year: z.int(),
  planVersion: z.int(),
  monitoringEveryMonths: z.int(),
  visitsPerYear: z.int(),
});
export type Rhythm = z.infer<typeof rhythmRowSchema>;

export const rhythms = projection<Rhythm>({
  name: 'follow-up-rhythms',
  version: 1,
  question: '工作方案规定的监测和走访频次 (How often does the plan in force want projects monitored and visited?)',
  indexes: [],
  handlers: [
    when(
      [workPlanPublished, workPlanAmended],
      ({ data }) => String(data.year),
      (_row, { data: { year, version, plan } }) => ({
        year,
        planVersion: version,
        monitoringEveryMonths: plan.deadlines.monitoringEveryMonths,
        visitsPerYear: plan.deadlines.visitsPerYear,
      }),
    ),
  ],
});

/** A year without a published plan has the default rhythm (domain 1.4), under version 0. */
export async function rhythmOf(reader: Reader, year: number): Promise<Rhythm> {
  return (
    (await load(reader, rhythms, String(year))) ?? { year, planVersion: 0, monitoringEveryMonths: 3, visitsPerYear: 1 }
  );
}
