/** How a read model is declared: which events change which rows, and how. Pure; the runner does all I/O. */
import type { RecordedEvent } from '../events/envelope.ts';
import type { AnyEventType, EventOf } from '../events/event-type.ts';
import { type MaterialKind, materialIn, type Owned } from '../events/rules/material.ts';

/** A field, or a field of a field, that holds text or a number and that rows can be found by. */
export interface Index {
  /** Found by equality on the leading fields, by range or order on the last. */
  readonly fields: readonly string[];
}

/** Finds rows by each element of an array field, in the order of a numeric field. */
export interface ElementIndex {
  readonly each: string;
  readonly orderedBy: string;
}

export interface Handler<Row> {
  readonly types: readonly string[];
  /** Ids of the rows the event changes. */
  rowIds(event: RecordedEvent): readonly string[];
  /** The row after the event, or undefined for no row. Returns a new value; never changes the one it is given. */
  evolve(row: Row | undefined, event: RecordedEvent, key: string): Row | undefined;
}

/** What material rows hold, and of whom; or, though they come from events that hold material, why they hold none. */
export type MaterialDeclaration<Row = unknown> =
  | {
      readonly kind: MaterialKind;
      /** `id` is the row's, where it was asked for by its id; else undefined. */
      of(row: Row, id: string | undefined): readonly Owned[];
    }
  | { readonly none: string };

export interface Projection<Row = unknown> {
  /** Kebab-case; names its collection together with the version. */
  readonly name: string;
  /** Raised whenever rows would come out differently; a new version is built beside the old one. */
  readonly version: number;
  /** What a reader learns from it. */
  readonly question: string;
  readonly indexes: readonly (Index | ElementIndex)[];
  /** Rows are written once and never changed. */
  readonly appendOnly?: true;
  readonly handlers: readonly Handler<Row>[];
  /** Takes every event, known or not; for trails. */
  readonly every?: Omit<Handler<Row>, 'types'>;
  /** Said of every projection that takes events which hold material (art-26): from it the record of access is derived. */
  readonly material?: MaterialDeclaration<Row>;
}

/** Declares a read model; fixes the type of its rows. */
export function projection<Row>(definition: Projection<Row>): Projection<Row> {
  return definition;
}

/**
 * Whether an event is for the supervising body alone (art-26). It has read models of its own and stands in no other: a gap
 * in a page, a count or a name would tell the person concerned.
 */
export function isCaseOnly({ meta }: RecordedEvent): boolean {
  return meta.visibility === 'case-only';
}

/** Projections that take events with material and do not say what of it their rows hold. */
export function undeclaredMaterial(projections: readonly Projection[]): readonly string[] {
  const takesMaterial = ({ handlers, every }: Projection) =>
    every !== undefined || handlers.some(({ types }) => types.some(type => materialIn(type) !== undefined));
  return projections.filter(each => takesMaterial(each) && !each.material).map(({ name }) => name);
}

/** Rows change when one of these kinds is recorded. */
export function on<const L extends readonly AnyEventType[], Row>(
  kinds: L,
  key: (event: EventOf<L[number]>) => string | undefined | readonly (string | undefined)[],
  evolve: (row: Row | undefined, event: EventOf<L[number]>, key: string) => Row | undefined,
): Handler<Row> {
  return {
    types: kinds.map(kind => kind.type),
    rowIds: event => [key(event as never)].flat().filter(id => id !== undefined) as string[],
    evolve: (row, event, id) => evolve(row, event as never, id),
  };
}
