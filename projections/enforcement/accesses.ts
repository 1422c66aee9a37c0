/** R-S5: who opened whose material, and when (art-26). */
import { z } from 'zod';
import { MATERIAL_KINDS, materialAccessed } from '../../events/enforcement.ts';
import { roleSchema } from '../../events/envelope.ts';
import type { EventOf } from '../../events/event-type.ts';
import { sortablePosition } from '../../events/ids.ts';
import { instantSchema } from '../../events/time.ts';
import { Names, nameKey } from '../names.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, parsed } from '../query.ts';
import { namesByAccount } from './people.ts';

const accessRowSchema = z.strictObject({
  accountId: z.string(),
  orgId: z.string(),
  role: roleSchema,
  kind: z.enum(MATERIAL_KINDS),
  /** The endpoint it was opened through; early records do not tell it. */
  via: z.string().optional(),
  /** What was opened of the unit: files by SHA-256, or projects. */
  objects: z.array(z.string()),
  /** The unit whose material it is; absent for a file that belongs to none. */
  uscc: z.string().optional(),
  /** Of the first time on the day. */
  at: instantSchema,
  /** Place in the log, at fixed width. */
  position: z.string(),
});
type AccessRow = z.infer<typeof accessRowSchema>;

/** One row a unit concerned. */
export const materialAccesses = projection<AccessRow>({
  name: 'material-accesses',
  version: 2,
  question: '谁在何时调阅了哪个单位的材料 (Who opened whose material, and when?)',
  appendOnly: true,
  indexes: [
    { fields: ['position'] },
    { fields: ['accountId', 'position'] },
    { fields: ['uscc', 'position'] },
    { fields: ['accountId', 'uscc', 'position'] },
  ],
  handlers: [
    on(
      [materialAccessed],
      ({ position, data }) => [...unitsIn(data)].map(uscc => `${sortablePosition(position)}/${uscc}`),
      (_row, { position, data: { objects, ...access }, meta }, key) => {
        const uscc = key.slice(key.indexOf('/') + 1);
        const ofUnit = objects.filter(({ units }) =>
          uscc === '' ? units.length === 0 : units.some(id => id === uscc),
        );
        return {
          ...access,
          objects: ofUnit.map(({ objectId }) => objectId),
          ...(uscc !== '' && { uscc }),
          at: meta.recordedAt,
          position: sortablePosition(position),
        };
      },
    ),
  ],
});

/** What belongs to no unit stands under no name. */
function unitsIn({ objects }: EventOf<typeof materialAccessed>['data']): ReadonlySet<string> {
  return new Set(objects.flatMap(({ units }) => (units.length > 0 ? units : [''])));
}

export const accessSchema = accessRowSchema.extend({
  name: z.string().optional(),
  unitName: z.string().optional(),
  /** Of the objects those that are projects. */
  projects: z.array(z.strictObject({ projectId: z.string(), title: z.string() })),
});

/** The latest first. */
export async function accessesBy(
  reader: Reader,
  filter: { readonly person?: string | undefined; readonly unit?: string | undefined },
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof accessSchema>[] }> {
  const where = given({ accountId: filter.person, uscc: filter.unit });
  const page = await reader.find(materialAccesses, {
    where,
    order: { by: ['position'], direction: 'desc' },
    ...asked,
  });
  const rows = parsed(materialAccesses, page);
  const names = await namesByAccount(
    reader,
    rows.map(({ accountId }) => accountId),
  );
  const things = await Names.of(
    rows.flatMap(({ uscc, objects }) => [
      ...(uscc === undefined ? [] : [nameKey('unit', uscc)]),
      ...objects.map(id => nameKey('project', id)),
    ]),
    [],
    reader,
  );
  const items = rows.map(row => {
    const name = names.get(row.accountId);
    const unitName = row.uscc && things.named('unit', row.uscc);
    const projects = row.objects.flatMap(projectId => {
      const title = things.known('project', projectId);
      return title === undefined ? [] : [{ projectId, title }];
    });
    return { ...row, ...(name !== undefined && { name }), ...(unitName && { unitName }), projects };
  });
  return { page, items };
}
