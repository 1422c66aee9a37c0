/**
 * What goes into the tables for BI tools. Whoever reads these tables opens no record one by one and signs for none, so they
 * are made of events as they are declared: of those for few eyes nothing at all, of those that hold material (art-26) only
 * that they happened, of all others what is sealed for nobody. A table never gets hold of more than it may tell.
 */
import type { About, RecordedEvent, Visibility } from '../../events/envelope.ts';
import type { AnyEventType, EventOf } from '../../events/event-type.ts';
import type { Sealed } from '../../events/personal.ts';
import { type MATERIAL_EVENT_TYPES, materialIn } from '../../events/rules/material.ts';
import type { Instant } from '../../events/time.ts';
import type { Handler } from '../projection.ts';
import { withoutHidden } from '../redaction.ts';

const REPORTABLE: ReadonlySet<Visibility> = new Set(['public', 'parties', 'internal']);

type Material = typeof MATERIAL_EVENT_TYPES;
type MaterialType = Material[keyof Material][number];

/** Data without the fields that {@link withoutHidden} takes away. */
type Open<Data> = Data extends string | number | boolean | null | undefined
  ? Data
  : Data extends readonly (infer Item)[]
    ? readonly Open<Item>[]
    : { readonly [Name in keyof Data as OpenName<Data, Name>]: Open<Data[Name]> };

type OpenName<Data, Name extends keyof Data> = Name extends 'position' | 'corpusPosition'
  ? never
  : NonNullable<Data[Name]> extends Sealed
    ? never
    : Name;

/** An event as a table is told of it. */
export interface ReportedEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly recordedAt: Instant;
  readonly about: Pick<About, 'year' | 'projectId' | 'uscc' | 'bodyId'>;
  readonly data: Data;
}

type ReportedOf<Kind extends AnyEventType> =
  EventOf<Kind> extends RecordedEvent<infer Type, infer Data>
    ? ReportedEvent<Type, Type extends MaterialType ? Readonly<Record<string, never>> : Open<Data>>
    : never;

/** The event as tables are told of it; undefined for one of which they are told nothing. */
export function reportable({ type, meta, data }: RecordedEvent): ReportedEvent | undefined {
  if (!REPORTABLE.has(meta.visibility)) return undefined;
  const { year, projectId, uscc, bodyId } = meta.about;
  return {
    type,
    recordedAt: meta.recordedAt,
    about: { year, projectId, uscc, bodyId },
    data: materialIn(type) === undefined ? withoutHidden(data) : {},
  };
}

/**
 * Rows of a table change when one of these kinds is recorded. Throws for a kind of which tables are told nothing: a column
 * that rests on it would always be empty.
 */
export function reported<const Kinds extends readonly AnyEventType[], Row>(
  kinds: Kinds,
  key: (event: ReportedOf<Kinds[number]>) => string | undefined | readonly string[],
  evolve: (row: Row | undefined, event: ReportedOf<Kinds[number]>, key: string) => Row | undefined,
): Handler<Row> {
  const untold = kinds.find(({ visibility }) => !REPORTABLE.has(visibility));
  if (untold) throw new RangeError(`${untold.type} is ${untold.visibility}: no table may tell of it`);
  return {
    types: kinds.map(({ type }) => type),
    rowIds(event) {
      const told = reportable(event);
      return told ? [key(told as never)].flat().filter(id => id !== undefined) : [];
    },
    evolve: (row, event, id) => evolve(row, reportable(event) as never, id),
  };
}
