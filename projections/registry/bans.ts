/** R-O10: which units are excluded from applying, until when; was a unit excluded on a day? (art-25) */
import { z } from 'zod';
import { type Bans, banOn, bansOf, endOf } from '../../events/rules/bans.ts';
import { lineOf } from '../../events/rules/organisations.ts';
import { dateSchema, daysBetween } from '../../events/time.ts';
import { bans, bansAround } from '../bans.ts';
import type { Page, Reader } from '../ports.ts';
import { parsed } from '../query.ts';

const banSchema = z.strictObject({
  decision: z.string(),
  /** The case it was imposed in; absent for a decision taken outside the system. */
  caseId: z.string().optional(),
  from: dateSchema,
  lastDay: dateSchema,
  lifted: z.strictObject({ from: dateSchema, reason: z.string() }).optional(),
  /** Whose it is, where that is a unit it succeeds to. */
  uscc: z.string().optional(),
});

export const banStateSchema = z.strictObject({
  uscc: z.string(),
  on: dateSchema,
  banned: z.boolean(),
  /** Days left, the day asked about included. */
  daysLeft: z.int(),
  lastDay: dateSchema.optional(),
  /** Its own and those of the units it succeeds to. */
  bans: z.array(banSchema),
});
type BanState = z.infer<typeof banStateSchema>;

/** Says nothing about whether the unit is registered. */
export async function banStateOf(reader: Reader, uscc: string, on: string): Promise<BanState> {
  return stateOn(await bansAround(reader, [uscc]), uscc, on);
}

function stateOn(known: Bans, uscc: string, on: string): BanState {
  const holding = banOn(known, uscc, on);
  const lastDay = holding && endOf(holding);
  return {
    uscc,
    on,
    banned: lastDay !== undefined,
    daysLeft: lastDay === undefined ? 0 : daysBetween(on, lastDay) + 1,
    ...(lastDay !== undefined && { lastDay }),
    bans: bansOf(known, uscc, on).map(({ uscc: whose, ...ban }) => (whose === uscc ? ban : { ...ban, uscc: whose })),
  };
}

export const bannedUnitSchema = banStateSchema.extend({
  unitName: z.string().optional(),
  /** Credit codes of the units that share its exclusion by then. */
  successors: z.array(z.string()),
});

/** Units that are excluded by a ban of their own on a day, the next to end first, each with those that succeed to it. */
export async function bannedOn(
  reader: Reader,
  on: string,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof bannedUnitSchema>[] }> {
  const order = { by: ['lastDay'], direction: 'asc' } as const;
  const page = await reader.find(bans, { where: { lastDay: { $gte: on } }, order, ...asked });
  const rows = parsed(bans, page);
  const known = await bansAround(
    reader,
    rows.map(({ uscc }) => uscc),
  );
  const items = rows.map(({ uscc, unitName }) => ({
    ...stateOn(known, uscc, on),
    ...(unitName !== undefined && { unitName }),
    successors: lineOf(uscc, on, unit => known[unit]?.successors ?? []).filter(heir => heir !== uscc),
  }));
  return { page, items: items.filter(({ banned }) => banned) };
}
