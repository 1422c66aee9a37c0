/** R-P2: which projects are in the project plan of a year, and how anyone can check the list against the log. */
import { z } from 'zod';
import { projectListed } from '../../events/application.ts';
import { positionSchema, sha256Schema, yearSchema } from '../../events/ids.ts';
import { type PlanEntry, planEntrySchema, projectPlanAmended, projectPlanPublished } from '../../events/programme.ts';
import { urlSchema } from '../../events/text.ts';
import { instantSchema } from '../../events/time.ts';
import { nameNowSchema, withNamesNow } from '../names-now.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { proofAddress } from '../proof-address.ts';
import { LIST_PROJECTION_VERSION } from '../published-lists.ts';
import { all, given, load, parsed } from '../query.ts';
import { pageOfFound, searcher } from '../search.ts';

export const planHeaderRowSchema = z.strictObject({
  year: yearSchema,
  version: z.int(),
  /** The list is what was listed at this position of the log. */
  position: positionSchema,
  listHash: sha256Schema,
  count: z.int(),
  url: urlSchema,
  publishedAt: instantSchema,
  /** Where the checkpoint stands that covers its publication. */
  proof: z.string(),
  amendment: z
    .strictObject({ added: z.array(z.string()), removed: z.array(z.string()), reason: z.string() })
    .optional(),
});
export type PlanHeaderRow = z.infer<typeof planHeaderRowSchema>;

export const planEntrySchemaOfVersion = z.strictObject({
  year: yearSchema,
  version: z.int(),
  /** Place in the published list, from 1. */
  ordinal: z.int(),
  ...planEntrySchema.shape,
  unitNameNow: nameNowSchema,
  bodyNameNow: nameNowSchema,
});
type PlanEntryOfVersion = z.infer<typeof planEntrySchemaOfVersion>;

/** A listed project, with the versions of the plan that it stands in. */
interface ListedRow extends PlanEntry {
  readonly year: number;
  readonly uscc: string;
  readonly bodyId: string;
  /** Oldest first. */
  readonly editions: readonly { readonly version: number; readonly ordinal: number }[];
  /** The first and the last of these versions; absent while it stands in none. */
  readonly first?: number;
  readonly last?: number;
}

const publications = [projectPlanPublished, projectPlanAmended] as const;
const idOf = (year: number, version: number) => `${year}-v${version}`;

export const projectPlan = projection<PlanHeaderRow>({
  name: 'project-plan',
  version: 2,
  question: '项目计划各版本及其核验依据 (Which versions of the project plan were published, and how are they checked?)',
  indexes: [{ fields: ['year', 'version'] }],
  handlers: [
    on(
      publications,
      ({ data }) => idOf(data.year, data.version),
      (_row, event) => {
        const { year, version, position, listHash, count, url } = event.data;
        const header = {
          year,
          version,
          position,
          listHash,
          count,
          url,
          publishedAt: event.meta.effectiveAt,
          proof: proofAddress(event.id),
        };
        if (event.type === 'project-plan.published') return header;
        const { added, removed, reason } = event.data;
        return { ...header, amendment: { added, removed, reason } };
      },
    ),
  ],
});

const rowIdOf = (year: number, projectId: string) => `${year}/${projectId}`;

export const projectPlanEntries = projection<ListedRow>({
  name: 'project-plan-entries',
  version: 3,
  question: '项目计划列有哪些项目 (Which projects are in the project plan?)',
  indexes: [
    { fields: ['year', 'projectId', 'first', 'last'] },
    { fields: ['year', 'bodyName', 'projectId'] },
    { fields: ['year', 'unitName', 'projectId'] },
  ],
  handlers: [
    on(
      [projectListed],
      ({ data }) => rowIdOf(data.year, data.projectId),
      (row, { data: { year, projectId, title, uscc, unitName, bodyId, bodyName } }) => ({
        editions: [],
        ...row,
        year,
        projectId,
        title,
        uscc,
        unitName,
        bodyId,
        bodyName,
      }),
    ),
    on(
      publications,
      ({ data }) => data.projects.map(projectId => rowIdOf(data.year, projectId)),
      (row, { data: { version, projects } }) => {
        const ordinal = row && placesIn(projects).get(row.projectId);
        if (!row || ordinal === undefined) return row;
        const editions = [...row.editions.filter(each => each.version !== version), { version, ordinal }];
        return { ...row, editions, first: row.first ?? version, last: version };
      },
    ),
  ],
});

/** From 1; made once a list, whose every project asks. */
function placesIn(projects: readonly string[]): ReadonlyMap<string, number> {
  const known = places.get(projects);
  if (known) return known;
  const made = new Map(projects.map((projectId, index) => [projectId, index + 1]));
  places.set(projects, made);
  return made;
}

const places = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** How the list hash is made, for whoever recomputes it. */
const RECIPE = {
  zh: 'listHash 为已公布清单的 SHA-256：按项目编号排序，每项含 projectId、title、unitName、bodyName，数组以 RFC 8785 规范 JSON（UTF-8）表示；清单即日志在 position 处的“列入项目计划”事件集合',
  en: 'listHash is the SHA-256 of the published list as RFC 8785 canonical JSON (UTF-8): an array in the order of project ids, each item with projectId, title, unitName and bodyName. The list is the set of project.listed events of the year up to `position`.',
};

export const planHeaderSchema = planHeaderRowSchema.extend({
  current: z.boolean(),
  projectionVersion: z.int(),
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
  const isCurrent = header?.version === current?.version;
  return (
    header && {
      ...header,
      current: isCurrent,
      projectionVersion: LIST_PROJECTION_VERSION,
      verification: RECIPE,
    }
  );
}

export function headersOf(
  reader: Reader,
  year: number,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(projectPlan, { where: { year }, order: { by: ['version'], direction: 'desc' }, ...page });
}

interface EntryFilter {
  readonly version?: number | undefined;
  readonly bodyName?: string | undefined;
  readonly unitName?: string | undefined;
  /** Words of titles, names and project ids. */
  readonly q?: string | undefined;
}

interface Entries {
  readonly items: readonly PlanEntryOfVersion[];
  /** On all pages together. */
  readonly total: number;
  readonly next?: string;
}

/** Entries in the order of the list; of the newest version unless one is named. Undefined before a publication. */
export async function entriesOf(
  reader: Reader,
  year: number,
  filter: EntryFilter,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<Entries | undefined> {
  const header = await headerOf(reader, year, filter.version);
  if (!header) return undefined;
  const { items, ...page } = await pageOfEntries(reader, header, filter, asked);
  const named = await withNamesNow(reader, items);
  return { ...page, items: named.map(({ uscc: _unit, bodyId: _body, ...entry }) => entry) };
}

/** The whole list is paged through as it is stored; what is looked for in it is found by reading it all. */
async function pageOfEntries(
  reader: Reader,
  { year, version, count }: PlanHeaderRow,
  { bodyName, unitName, q }: EntryFilter,
  asked: { readonly limit: number; readonly cursor?: string },
) {
  const where = {
    year,
    first: { $lte: version },
    last: { $gte: version },
    ...given({ bodyName, unitName }),
  };
  const entriesIn = (rows: readonly ListedRow[]) => rows.flatMap(row => entryOf(row, version));
  if (bodyName === undefined && unitName === undefined && q === undefined) {
    const order = { by: ['projectId'], direction: 'asc' } as const;
    const page = await reader.find(projectPlanEntries, { where, order, ...asked });
    const items = entriesIn(parsed(projectPlanEntries, page));
    return { items, total: count, ...(page.next !== undefined && { next: page.next }) };
  }
  const holds = searcher(q);
  const found = entriesIn(await all(reader, projectPlanEntries, where))
    .filter(({ title, projectId, ...names }) => holds([title, projectId, names.unitName, names.bodyName]))
    .sort((one, other) => one.ordinal - other.ordinal);
  return pageOfFound(found, asked);
}

/** Nothing for a project that was taken off before this version and put on again after it. */
function entryOf(row: ListedRow, version: number) {
  const edition = row.editions.find(each => each.version === version);
  const { year, projectId, title, uscc, unitName, bodyId, bodyName } = row;
  return edition ? [{ year, ...edition, projectId, title, uscc, unitName, bodyId, bodyName }] : [];
}
