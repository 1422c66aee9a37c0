/** R-P2: which projects are in the project plan of a year, and how anyone can check the list against the log. */
import { z } from 'zod';
import { positionSchema, sha256Schema, yearSchema } from '../../events/ids.ts';
import { planEntrySchema, projectPlanAmended, projectPlanPublished } from '../../events/programme.ts';
import { urlSchema } from '../../events/text.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { given, load, parsed } from '../query.ts';

export const planHeaderRowSchema = z.strictObject({
  year: yearSchema,
  version: z.int(),
  /** The list is what was listed at this position of the log. */
  position: positionSchema,
  listHash: sha256Schema,
  count: z.int(),
  url: urlSchema,
  publishedAt: instantSchema,
  amendment: z
    .strictObject({ added: z.array(z.string()), removed: z.array(z.string()), reason: z.string() })
    .optional(),
});
export type PlanHeaderRow = z.infer<typeof planHeaderRowSchema>;

export const planEntryRowSchema = z.strictObject({
  year: yearSchema,
  version: z.int(),
  /** Place in the published list, from 1. */
  ordinal: z.int(),
  ...planEntrySchema.shape,
});
export type PlanEntryRow = z.infer<typeof planEntryRowSchema>;

const publications = [projectPlanPublished, projectPlanAmended] as const;
const idOf = (year: number, version: number) => `${year}-v${version}`;

export const projectPlan = projection<PlanHeaderRow>({
  name: 'project-plan',
  version: 1,
  question: '项目计划各版本及其核验依据 (Which versions of the project plan were published, and how are they checked?)',
  indexes: [{ fields: ['year', 'version'] }],
  handlers: [
    when(
      publications,
      ({ data }) => idOf(data.year, data.version),
      (_row, event) => {
        const { year, version, position, listHash, count, url } = event.data;
        const header = { year, version, position, listHash, count, url, publishedAt: event.meta.effectiveAt };
        if (event.type === 'project-plan.published') return header;
        const { added, removed, reason } = event.data;
        return { ...header, amendment: { added, removed, reason } };
      },
    ),
  ],
});

export const projectPlanEntries = projection<PlanEntryRow>({
  name: 'project-plan-entries',
  version: 1,
  question: '项目计划列有哪些项目 (Which projects are in the project plan?)',
  appendOnly: true,
  indexes: [
    { fields: ['year', 'version', 'ordinal'] },
    { fields: ['year', 'version', 'bodyName', 'ordinal'] },
    { fields: ['year', 'version', 'unitName', 'ordinal'] },
  ],
  handlers: [
    when(
      publications,
      ({ data }) => data.list.map(entry => `${idOf(data.year, data.version)}/${entry.projectId}`),
      (_row, { data }, key) => {
        const at = data.list.findIndex(entry => key.endsWith(`/${entry.projectId}`));
        const entry = data.list[at];
        return entry && { year: data.year, version: data.version, ordinal: at + 1, ...entry };
      },
    ),
  ],
});

/** How the list hash is made, for whoever recomputes it. */
const RECIPE = {
  zh: 'listHash 为已公布清单的 SHA-256：按项目编号排序，每项含 projectId、title、unitName、bodyName，数组以 RFC 8785 规范 JSON（UTF-8）表示；清单即日志在 position 处的“列入项目计划”事件集合',
  en: 'listHash is the SHA-256 of the published list as RFC 8785 canonical JSON (UTF-8): an array in the order of project ids, each item with projectId, title, unitName and bodyName. The list is the set of project.listed events of the year up to `position`.',
};

export const planHeaderSchema = planHeaderRowSchema.extend({
  current: z.boolean(),
  verification: z.strictObject({ zh: z.string(), en: z.string() }),
});

/** The newest version of a year. */
async function newest(reader: Reader, year: number): Promise<PlanHeaderRow | undefined> {
  const order = { by: ['version'], direction: 'desc' } as const;
  const page = await reader.find(projectPlan, { where: { year }, order, limit: 1 });
  return parsed(projectPlan, page)[0];
}

/** One version, or the newest, with what is needed to check it. */
export async function headerOf(
  reader: Reader,
  year: number,
  version: number | undefined,
): Promise<z.infer<typeof planHeaderSchema> | undefined> {
  const current = await newest(reader, year);
  const header = version === undefined ? current : await load(reader, projectPlan, idOf(year, version));
  return header && { ...header, current: header.version === current?.version, verification: RECIPE };
}

export function headersOf(
  reader: Reader,
  year: number,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(projectPlan, { where: { year }, order: { by: ['version'], direction: 'desc' }, ...page });
}

/** Entries in the order of the list; of the newest version unless one is named. Undefined before a publication. */
export async function entriesOf(
  reader: Reader,
  year: number,
  filter: {
    readonly version?: number | undefined;
    readonly bodyName?: string | undefined;
    readonly unitName?: string | undefined;
  },
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page | undefined> {
  const version = filter.version ?? (await newest(reader, year))?.version;
  if (version === undefined) return undefined;
  const where = { year, version, ...given({ bodyName: filter.bodyName, unitName: filter.unitName }) };
  return reader.find(projectPlanEntries, { where, order: { by: ['ordinal'], direction: 'asc' }, ...page });
}
