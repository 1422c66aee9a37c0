/** What the register calls a unit, for what was recorded before anything else named it. */
import type { Reader } from './ports.ts';
import { loadMany } from './query.ts';
import { units } from './registry/units.ts';

interface OfUnit {
  readonly uscc: string;
  readonly unitName?: string | undefined;
}

/** Rows about units, each with its unit's name: as the row has it, else as the register has it now. */
export async function withUnitNames<Row extends OfUnit>(reader: Reader, rows: readonly Row[]): Promise<readonly Row[]> {
  const nameless = rows.filter(({ unitName }) => unitName === undefined).map(({ uscc }) => uscc);
  if (nameless.length === 0) return rows;
  const known = await loadMany(reader, units, [...new Set(nameless)]);
  return rows.map(row => {
    const unitName = row.unitName ?? known.get(row.uscc)?.name;
    return unitName === undefined ? row : { ...row, unitName };
  });
}
