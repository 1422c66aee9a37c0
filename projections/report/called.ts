/** What the ids in the cells of a report are called: the cells keep them, for whoever compares, and people read names. */
import { z } from 'zod';
import { type NamedKind, Names, nameKey } from '../names.ts';
import type { Reader } from '../ports.ts';
import type { ReportRow } from './report.ts';

const CALLED = ['project', 'unit', 'body', 'expert'] as const satisfies readonly NamedKind[];

export const calledSchema = z
  .array(z.strictObject({ id: z.string(), kind: z.enum(CALLED), name: z.string() }))
  .meta({ description: '单元格中各编号的名称 (what the ids in the cells are called)' });
export type Called = z.infer<typeof calledSchema>;

type Kind = (typeof CALLED)[number];

/** What the ids in a column may be of; of columns that hold no ids nothing is said. */
const KINDS_IN: Readonly<Record<string, readonly Kind[]>> = {
  project: ['project'],
  unit: ['unit'],
  expert: ['expert'],
  organisation: ['body', 'unit', 'expert'],
  thing: ['project', 'unit', 'body', 'expert'],
  recorded: ['expert', 'project'],
  again: ['expert', 'project'],
  missing: ['project'],
  surplus: ['project'],
  object: ['project', 'unit'],
};

/** An id as it stands in a cell among others. */
export const ID_IN_CELL = /[0-9A-Za-z][\w.-]*/g;

/** The names of all ids that rows have in such columns, each once, in the order of the rows. */
export async function calledIn(
  rows: readonly ReportRow[],
  { getMany }: Pick<Reader, 'getMany'>,
  { open }: Pick<Reader, 'open'>,
): Promise<Called> {
  const sought = new Map<string, { readonly id: string; readonly kind: Kind }>();
  for (const { cells } of rows) {
    for (const [column, kinds] of Object.entries(KINDS_IN)) {
      const cell = cells[column];
      if (typeof cell !== 'string') continue;
      for (const [id] of cell.matchAll(ID_IN_CELL)) {
        for (const kind of kinds) sought.set(nameKey(kind, id), { id, kind });
      }
    }
  }
  const names = await Names.of(sought.keys(), [], { getMany, open });
  const called = new Map<string, Called[number]>();
  for (const { id, kind } of sought.values()) {
    const name = names.known(kind, id);
    if (name !== undefined && !called.has(id)) called.set(id, { id, kind, name });
  }
  return [...called.values()];
}
