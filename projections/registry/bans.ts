/** R-O10: which units are excluded from applying, until when; was a unit excluded on a day? (art-25) */
import { z } from 'zod';
import { addDays, dateSchema } from '../../events/time.ts';
import { applicationBanImposed, applicationBanLifted, unitRegistered } from '../../events/unit.ts';
import type { Page, Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { load, parsed } from '../query.ts';

const banSchema = z.strictObject({
  decision: z.string(),
  from: dateSchema,
  lastDay: dateSchema,
  lifted: z.strictObject({ from: dateSchema, reason: z.string() }).optional(),
});
type Ban = z.infer<typeof banSchema>;

const banRowSchema = z.strictObject({
  uscc: z.string(),
  unitName: z.string().optional(),
  bans: z.array(banSchema),
  /** The last day of any exclusion, lifting counted in; absent for a unit that never had one. */
  lastDay: dateSchema.optional(),
});
export type BanRow = z.infer<typeof banRowSchema>;

const unitOf = (event: { readonly data: { readonly uscc: string } }) => event.data.uscc;

export const bans = projection<BanRow>({
  name: 'bans',
  version: 1,
  question: '哪些单位在不受理申报期内 (Which units are excluded from applying, and until when?)',
  indexes: [{ fields: ['lastDay'] }],
  handlers: [
    when([unitRegistered], unitOf, (row, { data: { uscc, name } }) => ({ bans: [], ...row, uscc, unitName: name })),
    when([applicationBanImposed], unitOf, (row, { data: { uscc, decision, from, lastDay } }) =>
      summed({ ...row, uscc, bans: [...(row?.bans ?? []), { decision, from, lastDay }] }),
    ),
    when(
      [applicationBanLifted],
      unitOf,
      (row, { data: { decision, from, reason } }) =>
        row &&
        summed({
          ...row,
          bans: row.bans.map(ban => (ban.decision === decision ? { ...ban, lifted: { from, reason } } : ban)),
        }),
    ),
  ],
});

/** The last day on which a ban holds. */
function endOf({ lastDay, lifted }: Ban): string {
  const beforeLifting = lifted && addDays(lifted.from, -1);
  return beforeLifting !== undefined && beforeLifting < lastDay ? beforeLifting : lastDay;
}

function summed(row: BanRow): BanRow {
  const lastDay = row.bans.map(endOf).sort().at(-1);
  return { ...row, ...(lastDay !== undefined && { lastDay }) };
}

export const banStateSchema = z.strictObject({
  uscc: z.string(),
  on: dateSchema,
  banned: z.boolean(),
  /** Days left, the day asked about included. */
  daysLeft: z.int(),
  lastDay: dateSchema.optional(),
  bans: z.array(banSchema),
});
type BanState = z.infer<typeof banStateSchema>;

function stateOn(uscc: string, held: readonly Ban[], on: string): BanState {
  const holding = held.filter(ban => ban.from <= on && on <= endOf(ban));
  const lastDay = holding.map(endOf).sort().at(-1);
  return {
    uscc,
    on,
    banned: lastDay !== undefined,
    daysLeft: lastDay === undefined ? 0 : (Date.parse(lastDay) - Date.parse(on)) / 86_400_000 + 1,
    ...(lastDay !== undefined && { lastDay }),
    bans: [...held],
  };
}

/** Says nothing about whether the unit is registered. */
export async function banOn(reader: Reader, uscc: string, on: string): Promise<BanState> {
  const row = await load(reader, bans, uscc);
  return stateOn(uscc, row?.bans ?? [], on);
}

export const bannedUnitSchema = banStateSchema.extend({ unitName: z.string().optional() });

/** Units that are excluded on a day, the next to end first. */
export async function bannedOn(
  reader: Reader,
  on: string,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof bannedUnitSchema>[] }> {
  const order = { by: ['lastDay'], direction: 'asc' } as const;
  const page = await reader.find(bans, { where: { lastDay: { $gte: on } }, order, ...asked });
  const items = parsed(bans, page).map(({ uscc, unitName, bans: held }) => ({
    ...stateOn(uscc, held, on),
    ...(unitName !== undefined && { unitName }),
  }));
  return { page, items: items.filter(({ banned }) => banned) };
}
