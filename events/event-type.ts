/** How an event type is declared: wire name and version, shape, legal basis, phase and visibility, once. */
import type { z } from 'zod';
import type { About, Deviation, Evidence, LegalBasis, Phase, RecordedEvent, Visibility } from './envelope.ts';
import type { HouseRule } from './house-rules.ts';
import { type ArticleId, REGULATION } from './statute.ts';
import type { Instant } from './time.ts';

/** What a kind always rests on: an article, or a rule of the house where the regulation says nothing (domain 1.9). */
type Ground =
  | {
      readonly article: ArticleId;
      /** Item within the article, e.g. （二）. */
      readonly item?: string;
    }
  | {
      readonly houseRule: HouseRule;
      /** Item of the work plan in force that is cited instead, e.g. `options.publicNotice`. */
      readonly planItem?: string;
    };

export type EventTypeOptions = Ground & {
  /** Schema version on the wire; raised with an upcaster, never edited in place. */
  readonly version?: number;
  readonly phase: Phase;
  readonly visibility: Visibility;
  /** What was done, in Chinese, for dictionaries and filters. */
  readonly title: string;
  /** An act of legal weight: the ledger is signed as soon as it holds one. */
  readonly milestone?: true;
};

export interface EventType<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly type: Type;
  readonly version: number;
  readonly schema: Schema;
  readonly basis: LegalBasis;
  /** Item of the work plan that is cited instead of {@link basis}, where a plan is in force. */
  readonly planItem?: string;
  readonly phase: Phase;
  readonly visibility: Visibility;
  readonly title: string;
  /** The ledger is signed as soon as it holds one. */
  readonly milestone?: true;
  /** A fact of this kind, not yet recorded. */
  of(data: z.infer<Schema>, circumstances?: EnvelopeAdditions): DecidedEvent<Type, z.infer<Schema>>;
}

/** What a decision may add to the envelope. */
export interface EnvelopeAdditions {
  readonly about?: About;
  /** Bases besides the one the kind always has. */
  readonly basis?: readonly LegalBasis[];
  readonly deviations?: readonly Deviation[];
  readonly evidence?: readonly Evidence[];
  readonly reason?: string;
  readonly effectiveAt?: Instant;
}

/** A decided event on its way to the log. */
export interface DecidedEvent<Type extends string = string, Data = unknown> extends EnvelopeAdditions {
  readonly kind: EventType;
  readonly type: Type;
  readonly data: Data;
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is inferred from the concrete kind
export type AnyEventType = EventType<string, any>;
/** The recorded event of a kind. */
export type EventOf<F extends AnyEventType> =
  F extends EventType<infer T, infer S> ? RecordedEvent<T, z.infer<S>> : never;
/** The recorded events of a noun's list of kinds. */
export type EventsOf<L extends readonly AnyEventType[]> = { [K in keyof L]: EventOf<L[K]> }[number];

export function eventType<Type extends string, Schema extends z.ZodType>(
  type: Type,
  options: EventTypeOptions,
  schema: Schema,
): EventType<Type, Schema> {
  const { phase, visibility, title, milestone, version = 1 } = options;
  const self: EventType<Type, Schema> = {
    type,
    version,
    schema,
    ...groundOf(options),
    phase,
    visibility,
    title,
    ...(milestone && { milestone }),
    of: (data, circumstances) => ({ ...circumstances, kind: self as unknown as EventType, type, data }),
  };
  return self;
}

/**
 * The `default` of a fold: the state as it is, for kinds that its stream also holds and that it does not declare to take.
 * One that it declares and has no case for does not compile.
 */
export function untouched<State>(state: State, _other: never): State {
  return state;
}

/** Tells the events of some kinds from all others. */
export function isOneOf<const L extends readonly AnyEventType[]>(
  kinds: L,
): (event: RecordedEvent) => event is EventsOf<L> {
  const types: ReadonlySet<string> = new Set(kinds.map(({ type }) => type));
  return (event): event is EventsOf<L> => types.has(event.type);
}

function groundOf(ground: Ground): Pick<EventType, 'basis' | 'planItem'> {
  if ('houseRule' in ground) {
    const { houseRule, planItem } = ground;
    return { basis: { houseRule }, ...(planItem !== undefined && { planItem }) };
  }
  const { article, item } = ground;
  return { basis: { doc: REGULATION, article, ...(item !== undefined && { item }) } };
}
