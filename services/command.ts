/** How a command is declared: input, who may send it, the stream it decides on, what else it must know, and the decision. */
import type { z } from 'zod';
import { citing } from '../events/citations.ts';
import type { About, Actor, RecordedEvent, Role } from '../events/envelope.ts';
import type { AnyEventType, DecidedEvent } from '../events/event-type.ts';
import type { Position, StreamId } from '../events/ids.ts';
import { bounded } from '../events/input-bounds.ts';
import type { Sealed } from '../events/personal.ts';
import type { CivilDate, Instant } from '../events/time.ts';
import type { Freshness, StoredBlob } from './ports.ts';
import type { Reaches } from './reach.ts';
import type { Rejection } from './rejection.ts';

/** A state as a left fold over events. Never refuses: a recorded event is a fact. */
export interface Fold<State, Event extends RecordedEvent = RecordedEvent> {
  /** Unique; names the cache entry. */
  readonly name: string;
  readonly initial: State;
  evolve(state: State, event: Event): State;
}

/** Circumstances of one command. Time and ids come in here; a decision has no other source of either. */
export interface Given {
  readonly actor: Actor;
  readonly commandId: string;
  readonly now: Instant;
  /** Civil date of `now` in Asia/Shanghai. */
  readonly today: CivilDate;
  /** When the act is stated to have taken place, if it is entered later; else `now`. */
  readonly effectiveAt: Instant;
  readonly reason?: string;
  /** Short id derived from the command id (lower-case base 32): the same command makes the same thing. */
  readonly newId: string;
}

/** Where a decision's outside knowledge comes from. */
export interface Sources {
  stream<S, E extends RecordedEvent>(fold: Fold<S, E>, stream: StreamId): Promise<S>;
  log<S, E extends RecordedEvent>(fold: Fold<S, E>, types: readonly string[], upTo: Position | Freshness): Promise<S>;
  head(): Promise<Position>;
  seal(subject: string, value: string): Promise<Sealed>;
  /** The subject of somebody whom an organisation names, whichever way the name is spelt. */
  subjectOf(orgId: string, name: string): string;
  /** The subject that this spelling alone had, before spellings were one. */
  subjectAsWritten(orgId: string, name: string): string;
  /** A digest that nobody can make without the vault. */
  keyed(text: string): string;
  /** Undefined for what was erased. */
  open(value: Sealed): Promise<string | undefined>;
  blob(orgId: string, sha256: string): Promise<StoredBlob | undefined>;
}

/** One thing a decision needs to know, fetched before it is made. */
export interface Dependency<T> {
  resolve(sources: Sources): Promise<T>;
}

/** The state of another stream. */
export function stateOf<S, E extends RecordedEvent>(fold: Fold<S, E>, stream: StreamId): Dependency<S> {
  return { resolve: sources => sources.stream(fold, stream) };
}

/**
 * A fold over all events of some types, up to a position, or of the log as it is `now`: for lists that must equal the log.
 * Where it need only be as fresh as the other streams that a decision looks at, `lately` saves questions to a server.
 */
export function stateOfLog<S, E extends RecordedEvent>(
  fold: Fold<S, E>,
  types: readonly string[],
  upTo: Position | Freshness = 'now',
): Dependency<S> {
  return { resolve: sources => sources.log(fold, types, upTo) };
}

/** A personal value sealed for the log. */
export function sealed(subject: string, value: string): Dependency<Sealed> {
  return { resolve: sources => sources.seal(subject, value) };
}

/** Names of people of an organisation, sealed under one subject a person. */
export function sealedPeople(orgId: string, names: readonly string[]): Dependency<readonly Sealed[]> {
  return {
    resolve: sources => Promise.all(names.map(name => sources.seal(sources.subjectOf(orgId, name), name))),
  };
}

/** What an organisation gives about one person, the name among it, sealed under that person's subject. */
export function sealedPerson<Field extends string>(
  orgId: string,
  person: Readonly<Record<Field | 'name', string>>,
): Dependency<Readonly<Record<Field | 'name', Sealed>>> {
  return {
    resolve: async sources => {
      const subject = sources.subjectOf(orgId, person.name);
      const fields = Object.entries<string>(person).map(async ([field, value]) => [
        field,
        await sources.seal(subject, value),
      ]);
      return Object.fromEntries(await Promise.all(fields));
    },
  };
}

/** A file that the actor's own organisation has uploaded, or undefined. */
export function blobOf({ orgId }: Actor, sha256: string): Dependency<StoredBlob | undefined> {
  return { resolve: sources => sources.blob(orgId, sha256) };
}

/** Nothing, for a branch that needs nothing. */
export function known<T>(value: T): Dependency<T> {
  return { resolve: () => Promise.resolve(value) };
}

export type Dependencies = Readonly<Record<string, Dependency<unknown>>>;
export type Known<R> = { readonly [K in keyof R]: R[K] extends Dependency<infer T> ? T : never };

export type Decision = readonly DecidedEvent[] | Rejection;

/** A command that the system sends on another stream, ahead of the one that asks for it. */
export interface Reservation {
  readonly command: AnyCommand;
  readonly input: unknown;
}

export interface Command<
  I extends z.ZodObject = z.ZodObject,
  S = unknown,
  R extends Dependencies = Dependencies,
  Q extends Dependencies = Record<never, never>,
  P = S,
> {
  /** Field's term, e.g. `PublishWorkPlan`. */
  readonly name: string;
  /** Chinese and English title for the API documentation. */
  readonly title: string;
  readonly summary: string;
  /** Every kind of event that it can record; on their articles it rests. */
  readonly records: readonly AnyEventType[];
  readonly input: I;
  /** Roles that may send it. The third party may send clerical work within its entrustment (events/rules/mandate.ts). */
  readonly allow: readonly Role[];
  /** Other roles are told that the thing does not exist. */
  readonly hidden?: true;
  /**
   * The act takes place outside and may be entered later, with the time at which it took place (D-47). Absent: it takes
   * effect by being done here, and no other time can be stated for it.
   */
  readonly enteredLater?: true;
  /** How far the days that its input gives may lie, where the decision itself does not say. */
  readonly reach?: Reaches;
  /**
   * Its rules must not miss what another process has just recorded on a stream that it reads besides its own: no memory of
   * it will do (see {@link Freshness}).
   */
  readonly exact?: true;
  /**
   * Its stream nearly always begins with it: where nothing is known of the stream, it is decided as on an empty one, and the
   * append finds out, instead of a question to a server that is far away.
   */
  readonly begins?: true;
  readonly fold: Fold<S>;
  stream(input: z.infer<I>, given: Given): StreamId;
  about(state: S, input: z.infer<I>, given: Given): About;
  /** What the decision needs from outside its own stream. Of a command with a gate: what the object named leads to alone. */
  reads?(input: z.infer<I>, state: S, given: Given): R;
  /** What it needs besides of what is typed in: the gate does without. */
  readsTyped?(input: z.infer<I>, state: S, given: Given): Q;
  /**
   * For what is on record already and is only said again: asked before the gate, where saying it again changes nothing even
   * if saying it anew would be refused by now.
   */
  saidAgain?(state: S, input: z.infer<I>, given: Given): Decision | undefined;
  /** Fields besides the parameters of its path that name what the gate is about: without them it is not offered. */
  readonly names?: readonly (keyof z.infer<I> & string)[];
  /**
   * What stands in the way whatever is typed in, asked before {@link Command.decide} and by whoever wants to know what can
   * be done now (services/offers.ts). Of `on` it may read what names the object alone: the parameters of the command's path
   * and {@link Command.names}.
   * What it lets through is what is decided on.
   */
  gate?(state: S, given: Given, known: Known<R>, on: z.infer<I>): P | Rejection;
  /** Whether what it would record stands already, as far as one wants it once: it is not offered any more. */
  done?(passed: P, given: Given, known: Known<R>, on: z.infer<I>): boolean;
  /** The day by which it is to be done, where a plan or a request says one. Only asked of what passes the gate. */
  dueOn?(passed: P, given: Given, known: Known<R>, on: z.infer<I>): CivilDate | undefined;
  /**
   * A reservation this command rests on, asked for once nothing else stands in its way: a refused command records nothing.
   * Its refusal refuses this command; what is read is read again after it. It can stay recorded without this command when
   * another writer gets in between, so it must do no harm alone.
   */
  reservation?(passed: P, input: z.infer<I>, given: Given, known: Known<R & Q>): Reservation | undefined;
  /** The work-plan version in force, stamped on every event. */
  planVersion?(known: Known<R>): number | undefined;
  /** On the state, or on what the gate has made of it. */
  decide(passed: P, input: z.infer<I>, given: Given, known: Known<R & Q>): Decision;
}

/** Declares a command: fixes the types, bounds the dates of its input, and takes no citation that cannot be made. */
export function command<
  I extends z.ZodObject,
  S,
  E extends RecordedEvent,
  R extends Dependencies = Record<never, never>,
  Q extends Dependencies = Record<never, never>,
  P = S,
>(definition: Omit<Command<I, S, R, Q, P>, 'fold'> & { readonly fold: Fold<S, E> }): CommandOf<I> {
  return { ...definition, input: citing(bounded(definition.input)) } as unknown as CommandOf<I>;
}

/** A command of which what it takes is known by type, as clients need it. */
// biome-ignore lint/suspicious/noExplicitAny: a list of commands mixes states; each one was checked where it was declared
export type CommandOf<I extends z.ZodObject> = Command<I, any, any, any, any>;

// biome-ignore lint/suspicious/noExplicitAny: the same of what they take
export type AnyCommand = CommandOf<any>;
