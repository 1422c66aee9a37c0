/** What queries have in common: typed reading, paging, organisation scope, names, freshness. */
import { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../events/envelope.ts';
import { START, yearSchema } from '../events/ids.ts';
import type { Sealed } from '../events/personal.ts';
import { ARTICLE_IDS, articleLabel, articleNamed, citationError } from '../events/statute.ts';
import type { Caller, Page, Query, Reader } from './ports.ts';
import type { Projection } from './projection.ts';
import type { Answer } from './route.ts';

type Where = NonNullable<Query['where']>;

/** Parameters of every paged query. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(500).default(50).meta({ description: 'Rows a page' }),
  cursor: z
    .string()
    .max(2000)
    .optional()
    .meta({
      override: { type: 'string', maxLength: 2000, pattern: '^[A-Za-z0-9_-]+$' },
      description: '`next` of the page before',
    }),
};

/** A programme year as a path or query-string parameter. */
export const yearParameter = z.coerce
  .number()
  .pipe(yearSchema)
  .meta({ override: { type: 'integer', minimum: yearSchema.minValue, maximum: yearSchema.maxValue } });

/** An article by its id or its label, e.g. 第十二条; what the print does not have is refused with the reason. */
export const articleParameter = z
  .string()
  .transform(cited => articleNamed(cited) ?? cited)
  .pipe(
    z.enum(ARTICLE_IDS, {
      error: ({ input }) => {
        const fault = citationError(String(input));
        return fault && `${fault.zh} (${fault.en})`;
      },
    }),
  )
  .meta({
    override: {
      type: 'string',
      pattern: `^(${ARTICLE_IDS.flatMap(id => [id, articleLabel(id)]).join('|')})$`,
      description: '条款，如 art-12 或第十二条 (article, by id or label)',
    },
  });

/** The part of a query that asks for one page. */
export function pageAsked(input: { readonly limit: number; readonly cursor?: string | undefined }) {
  return { limit: input.limit, ...(input.cursor !== undefined && { cursor: input.cursor }) };
}

/** Equality on the parameters that were given. */
export function given(parameters: Readonly<Record<string, string | number | undefined>>): Where {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}

/** A page whose items were made from stored rows for this answer. */
export function pageMade(page: Page, items: readonly unknown[]): Answer {
  return {
    kind: 'json',
    text: JSON.stringify({ items, ...(page.next && { next: page.next }) }),
    ...(page.next && { next: page.next }),
  };
}

/** The same, with how many there are on all pages together. */
export function pageCounted(found: {
  readonly items: readonly unknown[];
  readonly total: number;
  readonly next?: string;
}): Answer {
  const { items, total, next } = found;
  const more = next !== undefined && { next };
  return { kind: 'json', text: JSON.stringify({ items, total, ...more }), ...more };
}

/** A row by its id; undefined when there is none. */
export async function load<Row>(reader: Reader, projection: Projection<Row>, id: string): Promise<Row | undefined> {
  const text = await reader.get(projection, id);
  return text === undefined ? undefined : (JSON.parse(text) as Row);
}

/** Rows by their ids; those that are not there are missing. */
export async function loadMany<Row>(
  reader: Reader,
  projection: Projection<Row>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const texts = await reader.getMany(projection, ids);
  return new Map([...texts].map(([id, text]) => [id, JSON.parse(text) as Row]));
}

/** The rows of a page. */
export function parsed<Row>(_projection: Projection<Row>, page: Page): Row[] {
  return page.rows.map(text => JSON.parse(text) as Row);
}

const BATCH = 500;

/** All rows that match, page by page. */
export async function* pagesOf<Row>(reader: Reader, projection: Projection<Row>, where: Where): AsyncIterable<Row[]> {
  let cursor: string | undefined;
  do {
    const page = await reader.find(projection, { where, ...pageAsked({ limit: BATCH, cursor }) });
    yield parsed(projection, page);
    cursor = page.next;
  } while (cursor !== undefined);
}

/** All rows that match, in memory: for questions whose answers are bounded. */
export async function all<Row>(reader: Reader, projection: Projection<Row>, where: Where): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pagesOf(reader, projection, where)) rows.push(...page);
  return rows;
}

/** Roles that see across organisations. */
export const OVERSIGHT = ['MSR', 'SUP'] as const satisfies readonly Role[];

/** Whether the caller sees across organisations. */
export function oversees(caller: Caller): boolean {
  return caller !== undefined && (OVERSIGHT as readonly Role[]).includes(caller.role);
}

/** Whether the caller acts for a body that recommends. */
export function isRecommending(caller: Caller): boolean {
  return caller !== undefined && (RECOMMENDING_ROLES as readonly Role[]).includes(caller.role);
}

/** Whether the caller acts for the applicant unit. */
export function isUnit(caller: Caller, uscc: string): boolean {
  return caller?.role === 'UNIT' && caller.orgId === uscc;
}

/** Whether the caller acts for the recommending body. */
export function isBody(caller: Caller, bodyId: string): boolean {
  return isRecommending(caller) && caller?.orgId === bodyId;
}

/** Stands where the name of an erased person stood. */
export const ERASED = '（已删除）';

/** The name behind a sealed value, for a reader who may know it. */
export async function nameOf(reader: Reader, value: Sealed): Promise<string> {
  return (await reader.open(value)) ?? ERASED;
}

export const freshnessSchema = z.strictObject({
  /** Everything up to this position of the log is counted. */
  asOfPosition: z.string(),
  /** Events that are not counted yet; 0 when nothing is missing, and at most {@link COUNTED_BEHIND}. */
  lag: z.int(),
});

/** How far the live rows of a projection have come. */
export async function freshness(
  reader: Reader,
  projection: { readonly name: string },
): Promise<z.infer<typeof freshnessSchema>> {
  const checkpoints = await reader.checkpoints();
  const live = checkpoints.find(({ projection: name, state }) => name === projection.name && state === 'live');
  const position = live?.position ?? START;
  return { asOfPosition: position, lag: await reader.behind(position) };
}
