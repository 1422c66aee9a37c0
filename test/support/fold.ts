/** Read models folded in memory: rows of a projection after some events, and a reader over them. */
import type { About, Actor, RecordedEvent } from '../../events/envelope.ts';
import type { EnvelopeAdditions } from '../../events/event-type.ts';
import { comparePositions, type Position, START } from '../../events/ids.ts';
import { type InMemory, projectInMemory } from '../../projections/in-memory.ts';
import type { Caller, Checkpoint, Condition, Query, Range, Reader, Scalar } from '../../projections/ports.ts';
import type { Projection } from '../../projections/projection.ts';
import type { QueryRoute } from '../../projections/route.ts';
import type { RowHandler } from '../../projections/row-changes.ts';
import { control, type FactName } from './controls.ts';
import { recorded } from './given.ts';

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** The projection with every fold put between what it is given and what it makes. */
export function through<Row>(
  projection: Projection<Row>,
  { given = row => row, made = row => row }: { given?(row: Row): Row; made?(row: Row): Row },
): Projection<Row> {
  const around = <F extends RowHandler<Row>>(fold: F): F => ({
    ...fold,
    rowIds: event => fold.rowIds(deepFreeze(event)),
    evolve(row, event, key) {
      const after = fold.evolve(row && given(row), event, key);
      return after && made(after);
    },
  });
  const { handlers, every } = projection;
  return { ...projection, handlers: handlers.map(around), ...(every && { every: around(every) }) };
}

/** Events and rows are frozen, so that a change in place throws; a row that JSON would alter throws too. */
function strict<Row>(projection: Projection<Row>): Projection<Row> {
  return through(projection, { made: frozenJson });
}

function folded(projections: readonly Projection[], events: readonly RecordedEvent[]): InMemory {
  const memory = projectInMemory(projections.map(strict));
  for (const event of events) memory.take(event);
  return memory;
}

/** The rows after the events. */
export function rowsOf<Row>(projection: Projection<Row>, events: readonly RecordedEvent[]): ReadonlyMap<string, Row> {
  return folded([projection as Projection], events).rows(projection);
}

/** Frozen to its last part. Undefined fields, dates and the like would be lost on the way to the store. */
function frozenJson<T>(value: T): T {
  if (value === undefined || typeof value === 'function' || (typeof value === 'number' && !Number.isFinite(value)))
    throw new TypeError(`not JSON: ${String(value)}`);
  // What is frozen was looked at in the row before, or belongs to the event.
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozenJson(part);
  return Object.freeze(value);
}

export interface Given {
  readonly events: readonly RecordedEvent[];
  readonly now?: string;
  /** Names by subject; a subject that is missing has been erased. */
  readonly names?: Readonly<Record<string, string>>;
}

/** A reader over the rows that the events make. Refuses a query on a field that the projection does not index. */
export function readerOf(projections: readonly Projection[], { events, now, names = {} }: Given): Reader {
  const head = events.at(-1)?.position ?? START;
  const memory = folded(projections, events);
  const matching = (name: string, where: Query['where'] = {}) => {
    const projection = projections.find(candidate => candidate.name === name);
    if (!projection) return [];
    const indexed = new Set(projection.indexes.flatMap(index => ('each' in index ? [index.each] : index.fields)));
    const fields = Object.keys(where);
    const stray = fields.find(field => !indexed.has(field));
    if (stray !== undefined) throw new Error(`${name} has no index on ${stray}`);
    return [...memory.rows(projection)].filter(([, row]) =>
      fields.every(field => meets(valueAt(row, field), where[field] as Condition)),
    );
  };
  return {
    now: now ?? '2024-06-01T02:00:00.000Z',
    get: memory.get,
    getMany: memory.getMany,
    async find(projection, { where, order, limit, cursor }) {
      const sign = order?.direction === 'desc' ? -1 : 1;
      const sorted = matching(projection.name, where).sort(
        ([one, a], [other, b]) => sign * compare([...valuesAt(a, order), one], [...valuesAt(b, order), other]),
      );
      const from = cursor === undefined ? 0 : sorted.findIndex(([id]) => id === cursor) + 1;
      const page = sorted.slice(from, from + limit);
      const last = page.at(-1);
      const more = last !== undefined && sorted.length > from + limit;
      return { rows: page.map(([, row]) => JSON.stringify(row)), ...(more && { next: last[0] }) };
    },
    count: async (projection, where) => matching(projection.name, where).length,
    checkpoints: async () => projections.map(({ name, version }) => checkpointOf(name, version, head, events.length)),
    quarantine: async () => [],
    marks: async () => [],
    head: async () => head,
    behind: async position => events.filter(event => comparePositions(event.position, position) > 0).length,
    ordinal: position => Number(position),
    open: async ({ subject }) => names[subject],
  };
}

function checkpointOf(projection: string, version: number, position: Position, handled: number): Checkpoint {
  const none = { ignored: 0, unknown: 0, quarantined: 0, updatedAt: '2024-06-01T02:00:00.000Z', term: 0 };
  return { projection, version, generation: 1, state: 'live', position, handled, ...none };
}

function valueAt(row: unknown, field: string): Scalar | undefined {
  return field.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown>)?.[part], row) as Scalar;
}

function valuesAt(row: unknown, order: Query['order']): Scalar[] {
  return (order?.by ?? []).map(field => valueAt(row, field) ?? '');
}

function compare(one: readonly Scalar[], other: readonly Scalar[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  if (at < 0) return 0;
  return (one[at] as Scalar) < (other[at] as Scalar) ? -1 : 1;
}

function meets(value: Scalar | undefined, condition: Condition): boolean {
  if (value === undefined) return false;
  if (typeof condition !== 'object') return value === condition;
  if ('$in' in condition) return condition.$in.includes(value);
  if ('$all' in condition) return condition.$all.every(element => (value as unknown as string[]).includes(element));
  const { $gt, $gte, $lt, $lte } = condition as Range;
  return (
    ($gt === undefined || value > $gt) &&
    ($gte === undefined || value >= $gte) &&
    ($lt === undefined || value < $lt) &&
    ($lte === undefined || value <= $lte)
  );
}

/** What a query answers to a caller; undefined when it says that there is nothing. */
export async function ask(
  routes: readonly QueryRoute[],
  name: string,
  input: unknown,
  caller: Caller,
  reader: Reader,
): Promise<unknown> {
  const route = routes.find(candidate => candidate.name === name);
  if (!route) throw new Error(`no query ${name}`);
  const answer = await route.answer(route.input.parse(input) as never, caller, reader);
  return answer.kind === 'json' ? JSON.parse(answer.text) : undefined;
}

/** One fact of a story: its kind, how it differs from the control, and the circumstances. */
export interface Told<Name extends FactName = FactName> {
  readonly name: Name;
  readonly change?: object;
  readonly at?: string;
  readonly actor?: Actor;
  readonly about?: About;
  readonly circumstances?: EnvelopeAdditions;
}

export function told<Name extends FactName>(
  name: Name,
  change: Parameters<typeof control<Name>>[1] = {},
  rest: Omit<Told<Name>, 'name' | 'change'> = {},
): Told {
  return { name, change: change as object, ...rest };
}

/** What an application's events are about, as the write side stamps it. */
export const ABOUT = { year: 2024, uscc: '91350100M000100Y43', bodyId: 'district-binhai' } as const;

/** The story as it stands in the log, one event a day from 2024-03-01 unless a time is told. */
export function logOf(story: readonly Told[]): RecordedEvent[] {
  return story.map(({ name, change, at, actor, about, circumstances }, index) => {
    const draft = control(name, change as never, circumstances);
    const { projectId } = draft.data as { readonly projectId?: string };
    const subject = projectId === undefined ? {} : { ...ABOUT, projectId };
    const day = new Date(Date.parse('2024-03-01T02:00:00.000Z') + index * 86_400_000).toISOString();
    return recorded(
      {
        draft: { ...draft, about: { ...subject, ...about } },
        at: at ?? day,
        ...(actor && { actor }),
      },
      index,
    );
  });
}
