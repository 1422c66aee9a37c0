/** The catalogue of events: what each kind means, rests on and holds, who sees it, and how its shape has changed. */
import { basisLabel } from '../../events/basis-label.ts';
import { catalogue } from '../../events/catalogue.ts';
import type { Visibility } from '../../events/envelope.ts';
import type { EventType } from '../../events/event-type.ts';
import { shapeChanges } from '../../events/upcasters.ts';
import { SEEN_BY } from '../../events/words/seen-by.ts';
import { codeName, fieldWord, type Word } from '../../events/words.ts';
import { type EventSchema, schemaWithoutHidden, withoutHidden } from '../../projections/redaction.ts';
import { type SchemaNode, visitSchema } from '../http/schema-places.ts';
import { type ReleasedVersion, readReleased } from './released.ts';

export interface KindSummary {
  readonly type: string;
  readonly version: number;
  /** What was done, in Chinese. */
  readonly title: string;
  readonly noun: string;
  readonly phase: string;
  readonly visibility: Visibility;
  readonly seenBy: Word;
  /** Absent where it rests on a rule of the house. */
  readonly article?: string;
  readonly basis: string;
}

export interface FieldTold extends Word {
  /** E.g. `participants.unitUscc`. */
  readonly place: string;
  readonly types: readonly string[];
  readonly required: boolean;
  /** Sealed with the key of a person; told to those who oversee alone, sealed. */
  readonly personal: boolean;
  readonly codes: readonly { readonly value: string; readonly zh: string }[];
}

export interface VersionTold {
  readonly version: number;
  /** What became of the version before; absent for the first. */
  readonly change?: { readonly zh: string; readonly en: string };
  readonly schema: EventSchema;
  readonly example: unknown;
  /** What those who do not oversee are told of it, where anybody else sees it. */
  readonly redacted?: { readonly schema: EventSchema; readonly example: unknown };
}

export interface KindTold extends KindSummary {
  /** The ledger is signed as soon as it holds one. */
  readonly milestone: boolean;
  readonly fields: readonly FieldTold[];
  /** Newest first. What is read from the log has the shape of the newest. */
  readonly versions: readonly VersionTold[];
}

/** Where the schema of a version stands, below the address of the service; `redacted` as those who do not oversee see it. */
export function schemaAddress(type: string, version: number, redacted: boolean): string {
  return `/api/v1/catalogue/schemas/${type}/${version}${redacted ? '/redacted' : ''}`;
}

/** All kinds by noun and life; reads the released files once. */
export class EventCatalogue {
  #released: ReadonlyMap<string, readonly ReleasedVersion[]> | undefined;

  get summaries(): readonly KindSummary[] {
    return [...catalogue.values()].map(summaryOf);
  }

  /** One kind; undefined for what is none. */
  kind(type: string): KindTold | undefined {
    const kind = catalogue.get(type);
    if (!kind) return undefined;
    const versions = this.#versionsOf(kind);
    const schema = versions.at(-1)?.schema ?? {};
    return {
      ...summaryOf(kind),
      milestone: kind.milestone ?? false,
      fields: fieldsOf(schema, type),
      versions: versions.map(each => versionTold(kind, each)).toReversed(),
    };
  }

  #versionsOf({ type }: EventType): readonly ReleasedVersion[] {
    this.#released ??= readReleased();
    return this.#released.get(type) ?? [];
  }
}

function summaryOf({ type, version, title, phase, visibility, basis }: EventType): KindSummary {
  return {
    type,
    version,
    title,
    noun: nounOf(type),
    phase,
    visibility,
    seenBy: SEEN_BY[visibility],
    ...('article' in basis && { article: basis.article }),
    basis: basisLabel(basis),
  };
}

/** What an event is of: `unit` of `unit.registered`. */
export function nounOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}

/** Whether anybody sees events of a kind who does not oversee. */
export function isToldOutside({ visibility }: Pick<EventType, 'visibility'>): boolean {
  return visibility === 'public' || visibility === 'parties';
}

function versionTold(kind: EventType, { version, schema, example }: ReleasedVersion): VersionTold {
  const change = shapeChanges[`${kind.type}@${version - 1}`];
  return {
    version,
    ...(change && { change: { zh: change.zh, en: change.en } }),
    schema,
    example,
    ...(isToldOutside(kind) && {
      redacted: { schema: schemaWithoutHidden(schema), example: withoutHidden(example) },
    }),
  };
}

/** With the names of people; of a sealed value nothing further is told. */
function fieldsOf(schema: EventSchema, owner: string): FieldTold[] {
  const fields = new Map<string, FieldTold>();
  const sealed: string[] = [];
  const isWithin = (place: string) => sealed.some(outer => place.startsWith(`${outer}.`));
  visitSchema(
    schema as unknown as SchemaNode,
    {
      field(place, node, required) {
        if (isWithin(place)) return;
        const personal = isPersonal(node);
        if (personal) sealed.push(place);
        const before = fields.get(place);
        const types = [...new Set([...(before?.types ?? []), ...typesOf(node)])];
        const both = required && (before?.required ?? true);
        fields.set(place, { place, ...fieldWord(place, owner), types, required: both, personal, codes: [] });
      },
      codes(place, values) {
        const field = fields.get(place);
        if (!field || isWithin(place)) return;
        const told = values.map(value => ({ value, zh: codeName(place, value, owner)?.zh ?? value }));
        const known = field.codes.filter(({ value }) => !values.includes(value));
        fields.set(place, { ...field, codes: [...known, ...told] });
      },
    },
    () => undefined,
  );
  return [...fields.values()];
}

function isPersonal(node: SchemaNode): boolean {
  return node.personal === true || (node.items !== undefined && isPersonal(node.items));
}

function typesOf({ type, anyOf, oneOf, enum: values, const: only }: SchemaNode): readonly string[] {
  if (type !== undefined) return [type];
  if (values !== undefined || only !== undefined) return ['string'];
  return (anyOf ?? oneOf ?? []).flatMap(typesOf);
}
