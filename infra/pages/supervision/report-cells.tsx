/** What stands in the cells of a report, as people read it: names where the report keeps ids, words where it keeps codes. */
import { ROLE_WORDS } from '../../../events/words.ts';
import { type Called, ID_IN_CELL } from '../../../projections/report/called.ts';
import { cellWord } from '../../../projections/report/cell-words.ts';
import type { Answered } from '../../../projections/report/export.ts';
import type { Asking } from '../page.ts';
import { panelName } from '../parts/format.ts';
import { entrustmentNames } from './asked-about.tsx';

interface CellName {
  readonly name: string;
  /** The page of what is so called; none where it has none. */
  readonly address?: string;
}

/** By the id as it stands in a cell. */
export type CellNames = ReadonlyMap<string, CellName>;

const ADDRESSES: Readonly<Record<Called[number]['kind'], (id: string) => string>> = {
  project: id => `/projects/${id}/timeline`,
  unit: id => `/units/${id}`,
  body: id => `/bodies/${id}`,
  expert: id => `/experts/${id}`,
};

/** Organisations that stand under no name in the log. */
const ALWAYS: readonly (readonly [string, CellName])[] = [
  ['msr', { name: ROLE_WORDS.MSR }],
  ['sup', { name: ROLE_WORDS.SUP }],
];

/** The names of all ids in the cells of an answer. */
export async function cellNamesOf({ called, columns }: Answered, asking: Asking): Promise<CellNames> {
  const names = new Map<string, CellName>(ALWAYS);
  for (const { id, kind, name } of called) names.set(id, { name, address: ADDRESSES[kind](id) });
  if ('entrustment' in columns) {
    for (const [id, name] of await entrustmentNames(asking)) names.set(id, { name, address: `/entrustments/${id}` });
  }
  return names;
}

/** Columns whose text is nobody’s id, whatever it looks like. */
const AS_IT_IS = ['id', 'reason', 'flaw', 'title', 'detail', 'readModel'];

interface CellShown {
  readonly column: string;
  readonly value: string | number | undefined;
  readonly names: CellNames;
}

export function Cell(cell: CellShown) {
  const { column, value } = cell;
  if (column === 'panel' && value !== undefined && value !== '')
    return <a href={`/panels/${value}`}>{panelName(String(value))}</a>;
  return <>{partsOf(cell).map(part => (typeof part === 'string' ? part : nameShown(part)))}</>;
}

/** Room that a cell takes in one line: a Chinese character takes that of two others. */
export function widthOf(cell: CellShown): number {
  const text = partsOf(cell)
    .map(part => (typeof part === 'string' ? part : part.name))
    .join('');
  return text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0);
}

/** Its text, with names where it keeps ids. */
function partsOf({ column, value, names }: CellShown): readonly (string | CellName)[] {
  if (value === undefined || value === '') return [];
  const text = String(value);
  const word = cellWord(column, text);
  if (word !== undefined) return [word];
  return AS_IT_IS.includes(column) ? [text] : named(text, names);
}

function named(text: string, names: CellNames): readonly (string | CellName)[] {
  const whole = names.get(text);
  if (whole) return [whole];
  const parts: (string | CellName)[] = [];
  let done = 0;
  for (const { 0: id, index } of text.matchAll(ID_IN_CELL)) {
    const found = names.get(id);
    if (!found) continue;
    parts.push(text.slice(done, index), found);
    done = index + id.length;
  }
  return [...parts, text.slice(done)];
}

const nameShown = ({ name, address }: CellName) => (address === undefined ? name : <a href={address}>{name}</a>);
