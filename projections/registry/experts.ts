/** R-O12: who is in the expert bank, with which standing on a day, and whose review is due (art-05 （三）). */
import { z } from 'zod';
import {
  expertAdmitted,
  expertProfileUpdated,
  expertReinstated,
  expertRemoved,
  expertRenamed,
  expertReviewed,
  expertSuspended,
} from '../../events/expert.ts';
import { sealedSchema } from '../../events/personal.ts';
import { employersAfter } from '../../events/rules/employment.ts';
import { isOver } from '../../events/rules/lateness.ts';
import { addMonths, dateSchema, shanghaiDate } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, load, parsed } from '../query.ts';
import { calledFrom, formerNamesSchema, formerSealedSchema, namesOpened } from './former-names.ts';
import { EXPERT_BANK_RULES, rules } from './rules.ts';

const standingSchema = z.enum(['active', 'suspended', 'removed']);
type Standing = z.infer<typeof standingSchema>;

export const expertRowSchema = z.strictObject({
  expertId: z.string(),
  name: sealedSchema,
  formerNames: formerSealedSchema,
  fields: z.array(z.string()),
  professionalTitle: z.string(),
  employerName: z.string(),
  employerUscc: z.string().optional(),
  /** Where he works and worked by the bank's own records, oldest first; `until` is the day on which another was entered. */
  employers: z.array(z.strictObject({ name: z.string(), uscc: z.string().optional(), until: dateSchema.optional() })),
  bankRulesVersion: z.int(),
  /** The latest standing. */
  standing: standingSchema,
  /** From which day on he had which standing, oldest first. */
  history: z.array(z.strictObject({ standing: standingSchema, from: dateSchema, reason: z.string().optional() })),
  reviews: z.array(z.strictObject({ on: dateSchema, outcome: z.enum(['retained', 'observed']), findings: z.string() })),
});
export type ExpertRow = z.infer<typeof expertRowSchema>;

const idOf = (event: { readonly data: { readonly expertId: string } }) => event.data.expertId;
const STANDING_AFTER = {
  'expert.suspended': 'suspended',
  'expert.reinstated': 'active',
  'expert.removed': 'removed',
} as const satisfies Record<string, Standing>;

export const experts = projection<ExpertRow>({
  name: 'experts',
  version: 3,
  question: '专家库成员、状态和考核情况 (Who is in the expert bank, with which standing and reviews?)',
  indexes: [{ fields: ['standing'] }],
  handlers: [
    on([expertAdmitted], idOf, (row, event) => {
      const { identity: _unshown, ...data } = event.data;
      const from = shanghaiDate(event.meta.effectiveAt);
      return {
        ...data,
        formerNames: [],
        employers: employersAfter(row?.employers ?? [], event),
        standing: 'active',
        history: [...(row?.history ?? []), { standing: 'active', from }],
        reviews: row?.reviews ?? [],
      };
    }),
    on([expertRenamed], idOf, (row, { data }) => calledFrom(row, data)),
    on([expertProfileUpdated], idOf, (row, event) => {
      if (!row) return row;
      const { employerUscc: _earlier, ...rest } = row;
      return { ...rest, ...event.data, employers: employersAfter(row.employers, event) };
    }),
    on([expertReviewed], idOf, (row, { data: { outcome, findings }, meta }) => {
      const review = { on: shanghaiDate(meta.effectiveAt), outcome, findings };
      return row && { ...row, reviews: [...row.reviews, review] };
    }),
    on([expertSuspended, expertReinstated, expertRemoved], idOf, (row, { type, data: { reason }, meta }) => {
      const standing = STANDING_AFTER[type];
      const from = shanghaiDate(meta.effectiveAt);
      return row && { ...row, standing, history: [...row.history, { standing, from, reason }] };
    }),
  ],
});

export const expertSchema = expertRowSchema.extend({
  name: z.string(),
  formerNames: formerNamesSchema,
  on: dateSchema,
  /** On the day asked about; absent for an expert not yet admitted then. */
  standing: standingSchema.optional(),
  /** The day by which the next review is due under the rules of the bank; only for experts still in it. */
  reviewDueOn: dateSchema.optional(),
  reviewOverdue: z.boolean(),
});
type Expert = z.infer<typeof expertSchema>;

async function expertOn(
  reader: Reader,
  row: ExpertRow,
  on: string,
  reviewEveryMonths: number | undefined,
): Promise<Expert> {
  const { standing: _latest, ...rest } = row;
  const standing = row.history.findLast(entry => entry.from <= on)?.standing;
  // An admission states no reason; suspension, reinstatement and removal do, and are no reviews.
  const admissions = row.history.filter(({ reason }) => reason === undefined).map(({ from }) => from);
  const lastLooked = [...admissions, ...row.reviews.map(review => review.on)]
    .filter(date => date <= on)
    .sort()
    .at(-1);
  const inBank = standing === 'active' || standing === 'suspended';
  const reviewDueOn =
    inBank && lastLooked !== undefined && reviewEveryMonths !== undefined
      ? addMonths(lastLooked, reviewEveryMonths)
      : undefined;
  return {
    ...rest,
    ...(await namesOpened(reader, row)),
    on,
    ...(standing && { standing }),
    ...(reviewDueOn !== undefined && { reviewDueOn }),
    reviewOverdue: reviewDueOn !== undefined && isOver(reviewDueOn, on),
  };
}

async function reviewInterval(reader: Reader): Promise<number | undefined> {
  return (await load(reader, rules, EXPERT_BANK_RULES))?.reviewEveryMonths;
}

/** The bank on a day; `standing` filters by the latest one. */
export async function expertsOn(
  reader: Reader,
  on: string,
  standing: Standing | undefined,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: Expert[] }> {
  const page = await reader.find(experts, { where: given({ standing }), ...asked });
  const interval = await reviewInterval(reader);
  const items = parsed(experts, page).map(row => expertOn(reader, row, on, interval));
  return { page, items: await Promise.all(items) };
}

export async function expertAsOf(reader: Reader, expertId: string, on: string): Promise<Expert | undefined> {
  const row = await load(reader, experts, expertId);
  return row && expertOn(reader, row, on, await reviewInterval(reader));
}
