/** R-O10: which units are excluded from applying, until when; was a unit excluded on a day? (art-25) */
import { z } from 'zod';
import { fraudDecisionTaken, revocationOverturned } from '../../events/enforcement.ts';
import { addDays, dateSchema, daysBetween } from '../../events/time.ts';
import {
  applicationBanImposed,
  applicationBanLifted,
  unitRegistered,
  unitSuccessorRecorded,
} from '../../events/unit.ts';
import type { Page, Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { load, parsed } from '../query.ts';

const banSchema = z.strictObject({
  decision: z.string(),
  /** The case it was imposed in; absent for a decision taken outside the system. */
  caseId: z.string().optional(),
  from: dateSchema,
  lastDay: dateSchema,
  lifted: z.strictObject({ from: dateSchema, reason: z.string() }).optional(),
});
type Ban = z.infer<typeof banSchema>;

const relativeSchema = z.strictObject({ uscc: z.string(), from: dateSchema });

const banRowSchema = z.strictObject({
  uscc: z.string(),
  unitName: z.string().optional(),
  bans: z.array(banSchema),
  /** Units it succeeds to, and units that succeed to it (D-32). */
  predecessors: z.array(relativeSchema).optional(),
  successors: z.array(relativeSchema).optional(),
  /** The last day of any exclusion, lifting counted in; absent for a unit that never had one. */
  lastDay: dateSchema.optional(),
});
export type BanRow = z.infer<typeof banRowSchema>;

const unitOf = (event: { readonly data: { readonly uscc: string } }) => event.data.uscc;

export const bans = projection<BanRow>({
  name: 'bans',
  version: 2,
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
    when([fraudDecisionTaken], unitOf, (row, { data: { uscc, unitName, caseId, circulation, ban } }) =>
      summed({
        unitName,
        ...row,
        uscc,
        bans: [...(row?.bans ?? []), { decision: circulation.document, caseId, ...ban }],
      }),
    ),
    when(
      [revocationOverturned],
      unitOf,
      (row, { data: { caseId, from, reason } }) =>
        row &&
        summed({
          ...row,
          bans: row.bans.map(ban => (ban.caseId === caseId ? { ...ban, lifted: { from, reason } } : ban)),
        }),
    ),
    when(
      [unitSuccessorRecorded],
      ({ data }) => [data.uscc, data.predecessor],
      (row, { data: { uscc, predecessor, effectiveOn: from } }, id) => {
        const { predecessors = [], successors = [], ...rest } = row ?? { uscc: id, bans: [] };
        return {
          ...rest,
          predecessors: id === uscc ? [...predecessors, { uscc: predecessor, from }] : predecessors,
          successors: id === uscc ? successors : [...successors, { uscc, from }],
        };
      },
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
  /** Its own and those of the units it succeeds to. */
  bans: z.array(banSchema.extend({ uscc: z.string().optional() })),
});
type BanState = z.infer<typeof banStateSchema>;

type Held = BanState['bans'][number];

function stateOn(uscc: string, held: readonly Held[], on: string): BanState {
  const holding = held.filter(ban => ban.from <= on && on <= endOf(ban));
  const lastDay = holding.map(endOf).sort().at(-1);
  return {
    uscc,
    on,
    banned: lastDay !== undefined,
    daysLeft: lastDay === undefined ? 0 : daysBetween(on, lastDay) + 1,
    ...(lastDay !== undefined && { lastDay }),
    bans: [...held],
  };
}

/** Says nothing about whether the unit is registered. */
export async function banOn(reader: Reader, uscc: string, on: string): Promise<BanState> {
  const held: Held[] = [];
  const line = new Set([uscc]);
  for (const unit of line) {
    const row = await load(reader, bans, unit);
    held.push(...(row?.bans ?? []).map(ban => (unit === uscc ? ban : { ...ban, uscc: unit })));
    for (const predecessor of row?.predecessors ?? []) if (predecessor.from <= on) line.add(predecessor.uscc);
  }
  return stateOn(uscc, held, on);
}

export const bannedUnitSchema = banStateSchema.extend({
  unitName: z.string().optional(),
  /** Credit codes of the units that share its exclusion by then. */
  successors: z.array(z.string()),
});

/** Units that are excluded on a day, the next to end first. */
export async function bannedOn(
  reader: Reader,
  on: string,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof bannedUnitSchema>[] }> {
  const order = { by: ['lastDay'], direction: 'asc' } as const;
  const page = await reader.find(bans, { where: { lastDay: { $gte: on } }, order, ...asked });
  const items = parsed(bans, page).map(({ uscc, unitName, bans: held, successors = [] }) => ({
    ...stateOn(uscc, held, on),
    ...(unitName !== undefined && { unitName }),
    successors: successors.filter(({ from }) => from <= on).map(successor => successor.uscc),
  }));
  return { page, items: items.filter(({ banned }) => banned) };
}
