/** The exclusions of each unit and the units it succeeds to (art-25, D-32): read by whoever asks whether one holds. */
import { banEventTypes, endOf, NEVER_BANNED, type UnitBans, unitBansAfter } from '../events/rules/bans.ts';
import type { Related } from '../events/rules/organisations.ts';
import { unitRegistered, unitRenamed, unitSuccessorRecorded } from '../events/unit.ts';
import type { Reader } from './ports.ts';
import { on, projection } from './projection.ts';
import { loadMany } from './query.ts';

export interface BanRow extends UnitBans {
  readonly uscc: string;
  readonly unitName?: string;
  /** What it was called before. */
  readonly formerNames?: readonly string[];
  /** Units that succeed to it. */
  readonly successors: readonly Related[];
  /** The last day of any exclusion of its own, lifting counted in; absent for a unit that never had one. */
  readonly lastDay?: string;
}

const blank = (uscc: string): BanRow => ({ uscc, ...NEVER_BANNED, successors: [] });

export const bans = projection<BanRow>({
  name: 'bans',
  version: 4,
  question: '哪些单位在不受理申报期内 (Which units are excluded from applying, and until when?)',
  indexes: [{ fields: ['lastDay'] }],
  handlers: [
    on(
      [unitRegistered],
      ({ data }) => data.uscc,
      (row, { data: { uscc, name } }) => ({ ...(row ?? blank(uscc)), unitName: name }),
    ),
    on(
      [unitRenamed],
      ({ data }) => data.uscc,
      (row, { data: { formerName, name } }) =>
        row && { ...row, unitName: name, formerNames: [...(row.formerNames ?? []), formerName] },
    ),
    on(
      banEventTypes,
      ({ data }) => data.uscc,
      (row, event, uscc) => {
        const before = row ?? blank(uscc);
        const named = event.type === 'fraud-decision.taken' ? { unitName: event.data.unitName } : {};
        const after = unitBansAfter(before, event);
        const lastDay = after.bans.map(endOf).sort().at(-1);
        return { ...named, ...before, ...after, ...(lastDay !== undefined && { lastDay }) };
      },
    ),
    on(
      [unitSuccessorRecorded],
      ({ data }) => data.predecessor,
      (row, { data: { predecessor, uscc, effectiveOn: from } }) => {
        const before = row ?? blank(predecessor);
        return { ...before, successors: [...before.successors, { uscc, from }] };
      },
    ),
  ],
});

/** The bans of units and of all that are related to them by succession, either way, whenever. */
export async function bansAround(reader: Reader, units: readonly string[]): Promise<Readonly<Record<string, BanRow>>> {
  const found: Record<string, BanRow> = {};
  for (let asked = units; asked.length > 0; ) {
    const rows = await loadMany(reader, bans, asked);
    for (const uscc of asked) found[uscc] = rows.get(uscc) ?? blank(uscc);
    const related = asked.flatMap(uscc => [...(found[uscc]?.predecessors ?? []), ...(found[uscc]?.successors ?? [])]);
    asked = [...new Set(related.map(({ uscc }) => uscc))].filter(uscc => found[uscc] === undefined);
  }
  return found;
}
