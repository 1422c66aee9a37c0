/** Middle and upper end of durations, in days to a tenth. */
import { z } from 'zod';
import type { Definition } from './definitions.ts';

const DAY_MS = 86_400_000;

export const spreadSchema = z.strictObject({
  projects: z.int(),
  mean: z.number(),
  median: z.number(),
  p90: z.number(),
});
export type Spread = z.infer<typeof spreadSchema>;

export const SPREAD_DEFINITION: Definition = {
  zh: '天数按记录时间计算，一天为24小时，四舍五入到十分之一天；中位数在项目数为偶数时取中间两数的平均；p90 为至少九成项目不超过的最小天数',
  en: 'Days of 24 hours by recorded time, rounded to a tenth; the median of an even number is the mean of the two in the middle; p90 is the least number of days that at least nine projects in ten do not exceed',
};

/** Of durations in milliseconds, one a project; undefined without any. */
export function spreadOf(durations: readonly number[]): Spread | undefined {
  if (durations.length === 0) return undefined;
  const sorted = durations.toSorted((one, other) => one - other);
  const nth = (rank: number) => sorted[rank - 1] ?? 0;
  const { length } = sorted;
  return {
    projects: length,
    mean: days(sorted.reduce((sum, duration) => sum + duration, 0) / length),
    median: days((nth(Math.floor((length + 1) / 2)) + nth(Math.ceil((length + 1) / 2))) / 2),
    p90: days(nth(Math.ceil((length * 9) / 10))),
  };
}

function days(duration: number): number {
  return Math.round((duration / DAY_MS) * 10) / 10;
}
