/** R-O11: which acts on a project are overdue, and by whom. The clock says so, no event does. */
import { z } from 'zod';
import { MUNICIPAL_AUTHORITY } from '../../events/account.ts';
import type { WorkPlan } from '../../events/programme.ts';
import { daysLate, isOver } from '../../events/rules/lateness.ts';
import { addDays, type CivilDate, dateSchema, shanghaiDate } from '../../events/time.ts';
import { inChargeToday } from '../charges.ts';
import type { Page, Query, Reader } from '../ports.ts';
import { type DeadlineRow, deadlines } from '../programme/deadlines.ts';
import { all, parsed } from '../query.ts';
import { boards } from './boards.ts';
import { owesKey, type ProgressAct, type ProjectProgress, projectProgressSchema } from './progress.ts';

type PlannedAct = Exclude<ProgressAct, 'supplement'>;

/** Item of the work plan that dates each act. */
const ITEMS = {
  verification: 'verification',
  'municipal-review': 'municipalReview',
  listing: 'projectPlanPublication',
} as const satisfies Record<PlannedAct, keyof WorkPlan['deadlines']>;

export const overdueSchema = projectProgressSchema.extend({
  dueOn: dateSchema,
  daysLate: z.int(),
  /** The plan version and item that set the day; absent for a supplement, whose day the request set. */
  plan: z.strictObject({ version: z.int(), item: z.string() }).optional(),
});
type Overdue = z.infer<typeof overdueSchema>;

interface Due {
  readonly dueOn: CivilDate;
  readonly plan?: { readonly version: number; readonly item: string };
}

const actsOf = (owedBy: string): readonly PlannedAct[] =>
  owedBy === MUNICIPAL_AUTHORITY ? ['municipal-review', 'listing'] : ['verification'];

/** Days of the planned acts whose last day is over, by what is owed. */
function passedBy(
  planned: readonly DeadlineRow[],
  acts: readonly PlannedAct[],
  today: CivilDate,
): ReadonlyMap<string, Due> {
  const passed = new Map<string, Due>();
  for (const { year, item, dueOn, planVersion: version } of planned) {
    const act = acts.find(each => ITEMS[each] === item);
    if (act && dueOn !== undefined && isOver(dueOn, today))
      passed.set(owesKey(year, act), { dueOn, plan: { version, item } });
  }
  return passed;
}

function late(row: ProjectProgress, due: Due, today: CivilDate): Overdue {
  return {
    ...row,
    dueOn: due.dueOn,
    daysLate: daysLate(due.dueOn, today),
    ...(due.plan && { plan: { ...due.plan } }),
  };
}

/** What the authority owes; of a body, what is in its charge today and waits for a body. */
async function owing(reader: Reader, owedBy: string) {
  return owedBy === MUNICIPAL_AUTHORITY ? { owedBy } : inChargeToday(reader, owedBy);
}

/** Units owe supplements, each with its own day; bodies and the municipal authority owe what the plan dates. */
export async function overdueOf(
  reader: Reader,
  owedBy: string,
  isUnit: boolean,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: Overdue[] }> {
  const today = shanghaiDate(reader.now);
  const passed = isUnit ? new Map<string, Due>() : passedBy(await all(reader, deadlines, {}), actsOf(owedBy), today);
  const query: Query = isUnit
    ? {
        where: { owedBy, dueOn: { $gt: '', $lte: addDays(today, -1) } },
        order: { by: ['dueOn'], direction: 'asc' },
        ...asked,
      }
    : { where: { ...(await owing(reader, owedBy)), owes: { $in: [...passed.keys()] } }, ...asked };
  if (!isUnit && passed.size === 0) return { page: { rows: [] }, items: [] };
  const page = await reader.find(boards, query);
  const items = parsed(boards, page).flatMap(row => {
    const due = row.dueOn !== undefined ? { dueOn: row.dueOn } : passed.get(row.owes ?? '');
    return due ? [late(row, due, today)] : [];
  });
  return { page, items };
}
