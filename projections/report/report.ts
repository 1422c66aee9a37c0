/**
 * How a report of the supervisor's pack (domain 3) is declared. A report is computed from the log itself, event after
 * event up to a cut, and from no read model, so that a read model that went wrong cannot hide a fault. The same log, the
 * same cut and the same parameters give the same answer, whatever has been recorded since.
 */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import type { RecordedEvent, Role } from '../../events/envelope.ts';
import { type Position, positionSchema } from '../../events/ids.ts';
import { bounded } from '../../events/input-bounds.ts';
import type { MaterialKind, Owned } from '../../events/rules/material.ts';
import { type CivilDate, dateSchema, instantSchema, shanghaiDate } from '../../events/time.ts';
import type { Checkpoint, Quarantined } from '../ports.ts';
import { type ValidTime, type View, validAtParameter } from './valid-time.ts';

/** Someone or something that has a name; the names are filled in for those who may know them. */
export interface Named {
  readonly kind: 'account' | 'unit' | 'body' | 'project';
  readonly id: string;
}

/** An act, said as the supervision trail says it. */
export interface Act {
  readonly kind: 'act';
  readonly event: RecordedEvent;
}

/** A Chinese text with names and acts to be filled in. */
export type Text = readonly (string | Named | Act)[];

export const account = (id: string): Named => ({ kind: 'account', id });
export const unit = (id: string): Named => ({ kind: 'unit', id });
export const body = (id: string): Named => ({ kind: 'body', id });
export const project = (id: string): Named => ({ kind: 'project', id });
export const act = (event: RecordedEvent): Act => ({ kind: 'act', event });

/** Composes a text: zh`${unit(uscc)}有${count}项`. */
export function zh(strings: TemplateStringsArray, ...parts: readonly (string | number | Named | Act | Text)[]): Text {
  return strings.flatMap((string, index) => {
    const part = parts[index] ?? '';
    return [string, ...(isText(part) ? part : [typeof part === 'number' ? String(part) : part])];
  });
}

/** `Array.isArray` does not narrow readonly arrays. */
function isText(part: string | number | Named | Act | Text): part is Text {
  return Array.isArray(part);
}

/** An event that a row rests on. */
export interface Reference {
  readonly position: Position;
  readonly eventId: string;
  readonly type: string;
}

export function reference({ position, id, type }: RecordedEvent): Reference {
  return { position, eventId: id, type };
}

export interface Row<Column extends string = string> {
  /** Whether it is a fault, or merely part of the answer. */
  readonly fault: boolean;
  readonly says: Text;
  readonly cells: Readonly<Record<Column, string | number | Named>>;
  readonly rests: readonly Reference[];
  /** Projects whose material the row shows, in a report that shows any. */
  readonly shows?: readonly Owned[];
}

export interface Findings<Column extends string = string> {
  /** The answer to the question, in a sentence. */
  readonly verdict: Text;
  readonly rows: readonly Row<Column>[];
}

/** One asking of a report: a notebook that is filled while the log passes by. */
export interface Inquiry<Column extends string = string> {
  /** Whether an event matters; asked of every one, so that most need not be parsed. */
  wants(event: RecordedEvent): boolean;
  take(event: DomainEvent): void;
  /** `today` is the civil date at the cut, or of the valid time asked for; undefined while the log is empty. */
  findings(today: CivilDate | undefined): Findings<Column>;
}

/** What the read side says of itself: the one thing a report cannot learn from the log. */
export interface Account {
  readonly checkpoint: Checkpoint;
  /** Whether the projection takes events of a type. */
  readonly takes: (type: string) => boolean;
}

export interface Circumstances extends Omit<View, 'day'> {
  /** The last position that is looked at. */
  readonly upTo: Position;
  readonly readModels: readonly Account[];
  readonly quarantine: readonly Quarantined[];
}

export interface Report<Parameters extends z.ZodObject = z.ZodObject, Column extends string = string> {
  /** As numbered in the list of acceptance questions. */
  readonly number: number;
  /** Unique among the endpoints. */
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly allow: readonly Role[];
  readonly parameters: Parameters;
  readonly validTime: ValidTime;
  /**
   * The kind of material that rows show, each that of the projects it names; or what they show instead. Said of every
   * report that looks at facts with material (art-26).
   */
  readonly material?: { readonly kind: MaterialKind } | { readonly none: string };
  /** Headers of the columns besides those that every report has. */
  readonly columns: Readonly<Record<Column, string>>;
  /** Takes every event to the head of the log, those for the supervising body alone included: it counts, and tells nothing. */
  readonly countsAll?: true;
  begin(parameters: z.infer<Parameters>, circumstances: Circumstances): Inquiry<Column>;
}

export type AnyReport = Omit<Report, 'begin'> & {
  /** Throws when the parameters are not those of the report. */
  begin(parameters: unknown, circumstances: Circumstances): Inquiry;
};

/** Declares a report. Among others it takes its parameters as they come, and reads them itself. */
export function report<P extends z.ZodObject, C extends string>(definition: Report<P, C>): AnyReport {
  const { parameters, begin } = definition;
  return { ...definition, begin: (given, circumstances) => begin(parameters.parse(given), circumstances) };
}

/** Up to where a report looks: a position, an instant before which was recorded, or the end of a day. */
export const asOfSchema = z
  .union([positionSchema, instantSchema, dateSchema])
  .meta({ description: '截至某一位置、时刻之前或某日终了所知 (position, instant or day)' });

/** All that a report may be asked with: what it asks about, as known by when, as valid at which time. */
export function askingSchema({ parameters, validTime }: AnyReport) {
  const asking = z.strictObject({
    ...parameters.shape,
    asOf: asOfSchema.optional(),
    validAt: validAtParameter(validTime),
  });
  return bounded(asking);
}

/** Wants events of these kinds only. */
export function among(kinds: readonly { readonly type: string }[]): (event: RecordedEvent) => boolean {
  const types = new Set(kinds.map(({ type }) => type));
  return ({ type }) => types.has(type);
}

export function recordedOn({ meta }: RecordedEvent): string {
  return shanghaiDate(meta.recordedAt);
}

/** The faults among rows, counted. */
export function faultsAmong(rows: readonly Row[]): number {
  return rows.filter(({ fault }) => fault).length;
}
