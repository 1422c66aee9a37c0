/** Year board: what has happened in each programme year, and whether it was launched in the first half (art-04, art-09). */
import { z } from 'zod';
import { positionSchema, sha256Schema, yearSchema } from '../../events/ids.ts';
import {
  applicationWindowClosed,
  applicationWindowOpened,
  programmeClosed,
  programmeOpened,
  projectPlanAmended,
  projectPlanPublished,
} from '../../events/programme.ts';
import { endOfFirstHalf, isOver, isOverAt } from '../../events/rules/lateness.ts';
import { planEventTypes } from '../../events/rules/plan.ts';
import { urlSchema } from '../../events/text.ts';
import { dateSchema, endOfDay, instantSchema, shanghaiDate } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { load, parsed } from '../query.ts';

/** The launch of the year's applications and the publication of its first work plan, both due by 30 June (D-5). */
const halfYearSchema = z.strictObject({
  launchedOn: dateSchema.optional(),
  planPublishedOn: dateSchema.optional(),
  verdict: z.enum(['pending', 'on-time', 'late']),
});

export const programmeRowSchema = z.strictObject({
  year: yearSchema,
  title: z.string(),
  regulation: z.string(),
  openedAt: instantSchema,
  workPlan: z.strictObject({ version: z.int(), url: urlSchema, publishedAt: instantSchema }).optional(),
  window: z
    .strictObject({ opensAt: instantSchema, closesOn: dateSchema, closedAt: instantSchema.optional() })
    .optional(),
  projectPlan: z
    .strictObject({
      version: z.int(),
      count: z.int(),
      position: positionSchema,
      listHash: sha256Schema,
      url: urlSchema,
      publishedAt: instantSchema,
    })
    .optional(),
  halfYear: halfYearSchema,
  closed: z.strictObject({ at: instantSchema, summary: z.string() }).optional(),
});
export type ProgrammeRow = z.infer<typeof programmeRowSchema>;

const idOf = (event: { readonly data: { readonly year: number } }) => String(event.data.year);

export const programmes = projection<ProgrammeRow>({
  name: 'programmes',
  version: 2,
  question: '各年度活动的进展及上半年启动情况 (How far is each year, and was it launched in its first half?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    on([programmeOpened], idOf, (_row, { data, meta }) => ({
      ...data,
      openedAt: meta.effectiveAt,
      halfYear: { verdict: 'pending' },
    })),
    on(planEventTypes, idOf, (row, { data, meta }) => {
      if (!row) return row;
      const workPlan = { version: data.version, url: data.url, publishedAt: meta.effectiveAt };
      // A publication takes effect by being recorded: no time that is stated for it makes it earlier.
      const planPublishedOn = row.halfYear.planPublishedOn ?? shanghaiDate(meta.recordedAt);
      const closesOn = data.plan.deadlines.applicationCloses;
      return {
        ...row,
        workPlan,
        ...(row.window && { window: { ...row.window, closesOn } }),
        halfYear: judged(data.year, { ...row.halfYear, planPublishedOn }),
      };
    }),
    on([applicationWindowOpened], idOf, (row, { data }) => {
      const { year, opensAt, closesOn } = data;
      const launchedOn = shanghaiDate(opensAt);
      return row && { ...row, window: { opensAt, closesOn }, halfYear: judged(year, { ...row.halfYear, launchedOn }) };
    }),
    on(
      [applicationWindowClosed],
      idOf,
      (row, { data }) => row && { ...row, ...(row.window && { window: { ...row.window, closedAt: data.closedAt } }) },
    ),
    on([projectPlanPublished, projectPlanAmended], idOf, (row, { data, meta }) => {
      const { version, count, position, listHash, url } = data;
      return row && { ...row, projectPlan: { version, count, position, listHash, url, publishedAt: meta.effectiveAt } };
    }),
    on(
      [programmeClosed],
      idOf,
      (row, { data, meta }) => row && { ...row, closed: { at: meta.effectiveAt, summary: data.summary } },
    ),
  ],
});

function judged(year: number, acts: Omit<ProgrammeRow['halfYear'], 'verdict'>): ProgrammeRow['halfYear'] {
  const { launchedOn, planPublishedOn } = acts;
  const late = [launchedOn, planPublishedOn].some(date => date !== undefined && isOver(endOfFirstHalf(year), date));
  const complete = launchedOn !== undefined && planPublishedOn !== undefined;
  return {
    ...(launchedOn !== undefined && { launchedOn }),
    ...(planPublishedOn !== undefined && { planPublishedOn }),
    verdict: late ? 'late' : complete ? 'on-time' : 'pending',
  };
}

export const programmeSchema = programmeRowSchema.extend({
  halfYear: halfYearSchema.extend({
    verdict: z.enum(['pending', 'on-time', 'late', 'overdue']),
    /** First instant after the last day, 30 June 24:00 in Asia/Shanghai. */
    dueBefore: instantSchema,
  }),
});

/** A year whose launch is missing after 30 June is overdue; no event says so, the clock does. */
function asOf(row: ProgrammeRow, now: string): z.infer<typeof programmeSchema> {
  const lastDay = endOfFirstHalf(row.year);
  const overdue = row.halfYear.verdict === 'pending' && isOverAt(lastDay, now);
  const verdict = overdue ? 'overdue' : row.halfYear.verdict;
  return { ...row, halfYear: { ...row.halfYear, verdict, dueBefore: endOfDay(lastDay) } };
}

export async function programmesAsOf(
  reader: Reader,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof programmeSchema>[] }> {
  const page = await reader.find(programmes, { order: { by: ['year'], direction: 'desc' }, ...asked });
  return { page, items: parsed(programmes, page).map(row => asOf(row, reader.now)) };
}

export async function programmeAsOf(
  reader: Reader,
  year: number,
): Promise<z.infer<typeof programmeSchema> | undefined> {
  const row = await load(reader, programmes, String(year));
  return row && asOf(row, reader.now);
}
