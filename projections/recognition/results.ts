/** R-P3: the excellent results as published, each with its later status; the versions of the list and how to check them. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../events/canonical.ts';
import { fraudDecisionTaken } from '../../events/enforcement.ts';
import { positionSchema, sha256Schema, yearSchema } from '../../events/ids.ts';
import {
  excellentEntrySchema,
  excellentResultRecognised,
  excellentResultsPublished,
} from '../../events/recognition.ts';
import { urlSchema } from '../../events/text.ts';
import { instantSchema } from '../../events/time.ts';
import { nameNowSchema, withNamesNow } from '../names-now.ts';
import type { Page, Query, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { proofAddress } from '../proof-address.ts';
import { LIST_PROJECTION_VERSION } from '../published-lists.ts';
import { all, freshness, freshnessSchema, given, parsed } from '../query.ts';
import { pageOfFound, searcher } from '../search.ts';
import { standingSchema, withStanding } from './revocations.ts';

const resultRowSchema = z.strictObject({
  year: yearSchema,
  ...excellentEntrySchema.shape,
  uscc: z.string(),
  /** Version of the list in which it was published first. */
  version: z.int(),
  publishedAt: instantSchema,
  /** The latest case in which the recognition was revoked. */
  caseId: z.string().optional(),
});
type ResultRow = z.infer<typeof resultRowSchema>;

/** Recognised, and published or not yet. */
type RecognisedRow = Omit<ResultRow, 'version' | 'publishedAt'> & Partial<ResultRow>;

export const publishedResults = projection<RecognisedRow>({
  name: 'published-results',
  version: 3,
  question: '公布的优秀成果 (Which excellent results were published?)',
  indexes: [{ fields: ['year', 'projectId', 'version'] }, { fields: ['year', 'bodyId', 'projectId'] }],
  handlers: [
    on(
      [excellentResultRecognised],
      ({ data }) => data.projectId,
      (row, { data: { year, projectId, resultId, title, uscc, unitName, bodyId } }) => ({
        ...row,
        uscc,
        year,
        projectId,
        resultId,
        title,
        unitName,
        bodyId,
      }),
    ),
    on(
      [excellentResultsPublished],
      ({ data }) => data.projects,
      (row, { data: { version }, meta }) =>
        row && (row.version === undefined ? { ...row, version, publishedAt: meta.effectiveAt } : row),
    ),
    on(
      [fraudDecisionTaken],
      ({ data }) => data.revoked.map(({ projectId }) => projectId),
      (row, { data }) => row && { ...row, caseId: data.caseId },
    ),
  ],
});

export const publishedResultSchema = resultRowSchema
  .omit({ caseId: true, uscc: true })
  .extend({ ...standingSchema.shape, unitNameNow: nameNowSchema });

interface Results {
  readonly items: readonly z.infer<typeof publishedResultSchema>[];
  /** On all pages together. */
  readonly total: number;
  readonly next?: string;
}

/** Results of a year, of one body if it is named; those that hold all words that are looked for. */
export async function resultsOf(
  reader: Reader,
  year: number,
  { bodyId, q }: { readonly bodyId?: string | undefined; readonly q?: string | undefined },
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<Results> {
  const where = { year, version: { $gte: 1 }, ...given({ bodyId }) };
  if (q !== undefined) {
    const { items, ...page } = pageOfFound(await resultsHolding(reader, where, q), asked);
    return { ...page, items: await told(reader, items) };
  }
  const order = { by: ['projectId'], direction: 'asc' } as const;
  const page = await reader.find(publishedResults, { where, order, ...asked });
  const items = await told(reader, parsed(publishedResults, page) as ResultRow[]);
  const total = await reader.count(publishedResults, where);
  return { items, total, ...(page.next !== undefined && { next: page.next }) };
}

async function resultsHolding(reader: Reader, where: Query['where'], q: string): Promise<ResultRow[]> {
  const holds = searcher(q);
  const rows = (await all(reader, publishedResults, where ?? {})) as ResultRow[];
  return rows.filter(row => holds([row.title, row.unitName, row.projectId, row.resultId]));
}

/** All published ones that hold the words, the latest year first. */
export async function publishedResultsHolding(
  reader: Reader,
  year: number | undefined,
  q: string,
): Promise<z.infer<typeof publishedResultSchema>[]> {
  const rows = await resultsHolding(reader, { version: { $gte: 1 }, ...given({ year }) }, q);
  return told(
    reader,
    rows.toSorted((one, other) => other.year - one.year || (one.projectId < other.projectId ? 1 : -1)),
  );
}

/** Of one year or of all, the latest first. */
export async function publishedResultsOf(
  reader: Reader,
  year: number | undefined,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly page: Page; readonly items: readonly z.infer<typeof publishedResultSchema>[] }> {
  const found = await reader.find(publishedResults, {
    where: { version: { $gte: 1 }, ...given({ year }) },
    order: { by: ['year', 'projectId'], direction: 'desc' },
    ...page,
  });
  return { page: found, items: await told(reader, parsed(publishedResults, found) as ResultRow[]) };
}

/** How many of them there are. */
export function countOfPublished(reader: Reader, year: number | undefined): Promise<number> {
  return reader.count(publishedResults, { version: { $gte: 1 }, ...given({ year }) });
}

/** Rows as the public reads them: with the names of today and their later status. */
async function told(reader: Reader, rows: readonly ResultRow[]): Promise<z.infer<typeof publishedResultSchema>[]> {
  return (await withStanding(reader, await withNamesNow(reader, rows))).map(({ uscc: _unit, ...item }) => item);
}

const listRowSchema = z.strictObject({
  year: yearSchema,
  version: z.int(),
  position: positionSchema,
  listHash: sha256Schema,
  count: z.int(),
  url: urlSchema,
  publishedAt: instantSchema,
  /** Where the checkpoint stands that covers its publication. */
  proof: z.string(),
});
type ListRow = z.infer<typeof listRowSchema>;

export const publishedLists = projection<ListRow>({
  name: 'published-lists',
  version: 2,
  question: '优秀成果名单各版本及其核验依据 (Which versions of the list were published, and how are they checked?)',
  appendOnly: true,
  indexes: [{ fields: ['year', 'version'] }],
  handlers: [
    on(
      [excellentResultsPublished],
      ({ data }) => `${data.year}-v${data.version}`,
      (_row, { id, data, meta: { effectiveAt: publishedAt } }) => {
        const { year, version, position, listHash, projects, url } = data;
        const proof = proofAddress(id);
        return { year, version, position, listHash, count: projects.length, url, publishedAt, proof };
      },
    ),
  ],
});

/** How the list hash is made, for whoever recomputes it. */
const RECIPE = {
  zh: 'listHash 为已公布名单的 SHA-256：按项目编号排序，每项含 projectId、resultId、title、unitName、bodyId，数组以 RFC 8785 规范 JSON（UTF-8）表示；名单即日志在 position 处已认定且未撤销的成果',
  en: 'listHash is the SHA-256 of the published list as RFC 8785 canonical JSON (UTF-8): an array in the order of project ids, each item with projectId, resultId, title, unitName and bodyId. The list is what was recognised and not revoked in the year at `position`.',
};

export const publishedListSchema = listRowSchema.extend({
  projectionVersion: z.int(),
  verification: z.strictObject({ zh: z.string(), en: z.string() }),
});

/** All versions, the newest first. */
export async function listsOf(
  reader: Reader,
  year: number,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly page: Page; readonly items: readonly z.infer<typeof publishedListSchema>[] }> {
  const found = await reader.find(publishedLists, {
    where: { year },
    order: { by: ['version'], direction: 'desc' },
    ...page,
  });
  const told = { projectionVersion: LIST_PROJECTION_VERSION, verification: RECIPE };
  return { page: found, items: parsed(publishedLists, found).map(row => ({ ...row, ...told })) };
}

const recognitionRowSchema = resultRowSchema.omit({ version: true, publishedAt: true, uscc: true });
type RecognitionRow = z.infer<typeof recognitionRowSchema>;

export const recognitions = projection<RecognitionRow>({
  name: 'recognitions',
  version: 1,
  question: '已认定的优秀成果 (Which results are recognised?)',
  indexes: [{ fields: ['year', 'projectId'] }],
  handlers: [
    on(
      [excellentResultRecognised],
      ({ data }) => data.resultId,
      (_row, { data: { year, projectId, resultId, title, unitName, bodyId } }) => ({
        year,
        projectId,
        resultId,
        title,
        unitName,
        bodyId,
      }),
    ),
    on(
      [fraudDecisionTaken],
      ({ data }) => data.revoked.map(({ resultId }) => resultId),
      (row, { data }) => row && { ...row, caseId: data.caseId },
    ),
  ],
});

export const draftListSchema = z.strictObject({
  year: yearSchema,
  list: z.array(excellentEntrySchema),
  listHash: sha256Schema,
  ...freshnessSchema.shape,
});

/** What a publication would say as of now: recognised and not revoked; and up to where the log is read, to publish it as of there. */
export async function draftListOf(reader: Reader, year: number): Promise<z.infer<typeof draftListSchema>> {
  const fresh = await freshness(reader, recognitions);
  const rows = await withStanding(reader, await all(reader, recognitions, { year }));
  const list = rows
    .filter(({ status }) => status === '有效')
    .map(({ projectId, resultId, title, unitName, bodyId }) => ({ projectId, resultId, title, unitName, bodyId }))
    .sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
  return { year, list, listHash: hash('sha256', canonicalJson(list)), ...fresh };
}
