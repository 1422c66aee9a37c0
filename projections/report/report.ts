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
export interface NameReference {
  readonly kind: 'account' | 'unit' | 'body' | 'project';
  readonly id: string;
}

/** An act, said as the supervision trail says it. */
export interface NarratedAct {
  readonly kind: 'act';
  readonly event: RecordedEvent;
}

/** A Chinese text with names and acts to be filled in. */
export type NarratedText = readonly (string | NameReference | NarratedAct)[];

/** An account, to be told by the name of its person. */
export const accountNamed = (id: string): NameReference => ({ kind: 'account', id });
/** A unit, to be told by its name. */
export const unitNamed = (id: string): NameReference => ({ kind: 'unit', id });
/** A recommending body, to be told by its name. */
export const body = (id: string): NameReference => ({ kind: 'body', id });
/** A project, to be told by its title. */
export const projectNamed = (id: string): NameReference => ({ kind: 'project', id });
/** An act, to be told as the trail tells it. */
export const act = (event: RecordedEvent): NarratedAct => ({ kind: 'act', event });

/** Composes a text: zh`${unit(uscc)}有${count}项`. */
export function zh(
  strings: TemplateStringsArray,
  ...parts: readonly (string | number | NameReference | NarratedAct | NarratedText)[]
): NarratedText {
  return strings.flatMap((string, index) => {
    const part = parts[index] ?? '';
    return [string, ...(isText(part) ? part : [typeof part === 'number' ? String(part) : part])];
  });
}

/** `Array.isArray` does not narrow readonly arrays. */
function isText(part: string | number | NameReference | NarratedAct | NarratedText): part is NarratedText {
  return Array.isArray(part);
}

/** An event that a row rests on. */
export interface Reference {
  readonly position: Position;
  readonly eventId: string;
  readonly type: string;
}

/** Where the event stands that a row rests on. */
export function reference({ position, id, type }: RecordedEvent): Reference {
  return { position, eventId: id, type };
}

export interface ReportRow<Column extends string = string> {
  /** Whether it is a fault, or merely part of the answer. */
  readonly fault: boolean;
  readonly says: NarratedText;
  readonly cells: Readonly<Record<Column, string | number | NameReference>>;
  readonly rests: readonly Reference[];
  /** Projects whose material the row shows, in a report that shows any. */
  readonly shows?: readonly Owned[];
}

export interface Findings<Column extends string = string> {
  /** The answer to the question, in a sentence. */
  readonly verdict: NarratedText;
  readonly rows: readonly ReportRow<Column>[];
}

/** One asking of a report: a notebook that is filled while the log passes by. */
export interface Inquiry<Column extends string = string> {
  /** Every event in log order, before anything else is asked of it: its place counts, whoever may see it. */
  pass?(event: Pick<RecordedEvent, 'position'>): void;
  /** Whether an event matters; asked of every one that is read, so that most need not be parsed. */
  wants(event: RecordedEvent): boolean;
  /** The types of all that it wants, where they can be told and nothing else passes by it: no other event is read then. */
  readonly types?: ReadonlySet<string>;
  take(event: DomainEvent): void;
  /** `today` is the civil date at the cut, or of the valid time asked for; undefined while the log is empty. */
  findings(today: CivilDate | undefined): Findings<Column>;
}

/** What the read side says of itself: the one thing a report cannot learn from the log. */
export interface ReadModelAccount {
  readonly checkpoint: Checkpoint;
  /** Whether the projection takes events of a type. */
  readonly takes: (type: string) => boolean;
  /** Checkpoints that were kept on its way, the oldest first. */
  readonly marks: readonly Checkpoint[];
}

/** What the verifier of exported bundles says of the whole log, in Chinese: the other thing that a report cannot tell by itself. */
export interface LedgerVerdict {
  readonly outcome: 'whole' | 'violated' | 'unfinished';
  readonly says: string;
  /** The newest checkpoint, its cosignatures and time stamps. */
  readonly checkpoint: string;
  readonly steps: readonly {
    readonly title: string;
    readonly outcome: 'passed' | 'failed' | 'unchecked';
    readonly says: string;
  }[];
  readonly violations: readonly {
    readonly says: string;
    readonly index: number | undefined;
    readonly position: Position | undefined;
  }[];
  readonly remarks: readonly string[];
}

export interface ReportContext extends Omit<View, 'day'> {
  /** The last position that is looked at. */
  readonly upTo: Position;
  readonly readModels: readonly ReadModelAccount[];
  readonly quarantine: readonly Quarantined[];
  /** For a report that judges the ledger; undefined before the first checkpoint. */
  readonly ledger: LedgerVerdict | undefined;
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
   * report that looks at events with material (art-26).
   */
  readonly material?: { readonly kind: MaterialKind } | { readonly none: string };
  /** Headers of the columns besides those that every report has. */
  readonly columns: Readonly<Record<Column, string>>;
  /** Takes every event to the head of the log, those for the supervising body alone included: it counts, and tells nothing. */
  readonly countsAll?: true;
  /** Tells what the verifier of bundles says of the whole log. */
  readonly judgesLedger?: true;
  begin(parameters: z.infer<Parameters>, circumstances: ReportContext): Inquiry<Column>;
}

export type AnyReport = Omit<Report, 'begin'> & {
  /** Throws when the parameters are not those of the report. */
  begin(parameters: unknown, circumstances: ReportContext): Inquiry;
};

/** Declares a report. Among others it takes its parameters as they come, and reads them itself. */
export function declareReport<P extends z.ZodObject, C extends string>(definition: Report<P, C>): AnyReport {
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

/** Whether an event is of one of these kinds. */
export function among(kinds: readonly { readonly type: string }[]): (event: RecordedEvent) => boolean {
  return only(kinds).wants;
}

/** Wants events of these kinds alone. */
export function only(
  kinds: readonly { readonly type: string }[],
): Required<Pick<Inquiry, 'types'>> & { readonly wants: (event: RecordedEvent) => boolean } {
  const types = new Set(kinds.map(({ type }) => type));
  return { types, wants: ({ type }) => types.has(type) };
}

/** The day of recording in Asia/Shanghai. */
export function recordedOn({ meta }: RecordedEvent): string {
  return shanghaiDate(meta.recordedAt);
}

/** The faults among rows, counted. */
export function faultsAmong(rows: readonly ReportRow[]): number {
  return rows.filter(({ fault }) => fault).length;
}
