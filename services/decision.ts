/** One decision: its circumstances, what it must know from outside its stream, and the events that it makes. */
import type { Actor } from '../events/envelope.ts';
import { type CivilDate, type Instant, shanghaiDate } from '../events/time.ts';
import type { AnyCommand, Decision, Dependencies, Given, Reservation, Sources } from './command.ts';
import type { CommandRequest } from './handle.ts';
import { derivedId } from './identifiers.ts';
import type { NewEvent } from './ports.ts';
import { reachFault } from './reach.ts';
import { record } from './recording.ts';
import { isRejection, type Rejection } from './rejection.ts';

/** A command whose form and sender are in order. */
export interface Sent {
  readonly command: AnyCommand;
  readonly input: unknown;
  readonly request: CommandRequest;
  readonly actor: Actor;
}

/** What a command decides, ready to be appended. */
export function decided(
  { command, input, request }: Sent,
  state: unknown,
  given: Given,
  known: never,
): readonly NewEvent[] | Rejection {
  const decision = decisionOf(command, state, input, given, known);
  if (isRejection(decision)) return decision;
  if (decision.length === 0) return [];
  const outOfReach = reachFault(command.reach, input as Readonly<Record<string, unknown>>, given.today);
  if (outOfReach) return outOfReach;
  const about = command.about(state, input, given);
  const circumstance = { given, request, about, planVersion: command.planVersion?.(known) };
  return decision.map((draft, index) => record(draft, index, circumstance));
}

/** What a command decides: what is said again stands, else its gate is asked, and what it lets through is decided on. */
export function decisionOf(
  command: AnyCommand,
  state: unknown,
  input: unknown,
  given: Given,
  known: unknown,
): Decision {
  const standing = command.saidAgain?.(state, input, given);
  if (standing) return standing;
  const passed = passing(command, state, input, given, known);
  return isRejection(passed) ? passed : command.decide(passed, input, given, known as never);
}

/** The state as the gate of a command lets it through, or why it does not. */
export function passing({ gate }: AnyCommand, state: unknown, on: unknown, given: Given, known: unknown): unknown {
  return gate ? gate(state, given, known as never, on) : state;
}

/** What a command that passes its gate asks for on another stream, ahead of itself. */
export function reservationOf(
  { command, input }: Sent,
  state: unknown,
  given: Given,
  known: never,
): Reservation | undefined {
  if (!command.reservation) return undefined;
  const passed = passing(command, state, input, given, known);
  return isRejection(passed) ? undefined : command.reservation(passed, input, given, known);
}

type Stated = Pick<CommandRequest, 'commandId' | 'effectiveAt' | 'reason'>;

/** The circumstances of a command at an instant. */
export function givenAt(now: Instant, actor: Actor, request: Stated): Given {
  return new Circumstances(now, actor, request);
}

class Circumstances implements Given {
  readonly actor: Actor;
  readonly commandId: string;
  readonly now: Instant;
  readonly today: CivilDate;
  readonly effectiveAt: Instant;
  readonly reason?: string;

  constructor(now: Instant, actor: Actor, { commandId, effectiveAt, reason }: Stated) {
    this.actor = actor;
    this.commandId = commandId;
    this.now = now;
    this.today = shanghaiDate(now);
    this.effectiveAt = effectiveAt ?? now;
    if (reason !== undefined) this.reason = reason;
  }

  /** Most commands make no new thing: the id is derived when it is asked for. */
  get newId(): string {
    return derivedId(this.commandId);
  }
}

/** What the decision needs from outside its stream. */
export async function knownTo(
  { command, input }: Pick<Sent, 'command' | 'input'>,
  state: unknown,
  given: Given,
  sources: Sources,
): Promise<never> {
  const known = await knownToGate({ command, input }, state, given, sources);
  const typed: Dependencies = command.readsTyped?.(input, state, given) ?? {};
  return Object.assign(known, await resolved(typed, sources)) as never;
}

/** The same without what is typed in. */
export function knownToGate(
  { command, input }: Pick<Sent, 'command' | 'input'>,
  state: unknown,
  given: Given,
  sources: Sources,
): Promise<Record<string, unknown>> {
  return resolved(command.reads?.(input, state, given) ?? {}, sources);
}

async function resolved(dependencies: Dependencies, sources: Sources): Promise<Record<string, unknown>> {
  const known: Record<string, unknown> = {};
  for (const [name, reading] of Object.entries(dependencies)) known[name] = await reading.resolve(sources);
  return known;
}
