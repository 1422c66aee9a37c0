/** One decision: its circumstances, what it must know from outside its stream, and the events that it makes. */
import type { Actor } from '../events/envelope.ts';
import { type CivilDate, type Instant, shanghaiDate } from '../events/time.ts';
import type { AnyCommand, Dependency, Given, Sources } from './command.ts';
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
  const decision = command.decide(state, input, given, known);
  if (isRejection(decision)) return decision;
  if (decision.length === 0) return [];
  const outOfReach = reachFault(command.reach, input as Readonly<Record<string, unknown>>, given.today);
  if (outOfReach) return outOfReach;
  const about = command.about(state, input, given);
  const circumstance = { given, request, about, planVersion: command.planVersion?.(known) };
  return decision.map((draft, index) => record(draft, index, circumstance));
}

/** The circumstances of a command at an instant. */
export function givenAt(now: Instant, actor: Actor, request: CommandRequest): Given {
  return new Circumstances(now, actor, request);
}

class Circumstances implements Given {
  readonly actor: Actor;
  readonly commandId: string;
  readonly now: Instant;
  readonly today: CivilDate;
  readonly effectiveAt: Instant;
  readonly reason?: string;

  constructor(now: Instant, actor: Actor, { commandId, effectiveAt, reason }: CommandRequest) {
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
  { command, input }: Sent,
  state: unknown,
  given: Given,
  sources: Sources,
): Promise<never> {
  const known: Record<string, unknown> = {};
  const dependencies: Readonly<Record<string, Dependency<unknown>>> = command.reads?.(input, state, given) ?? {};
  for (const [name, reading] of Object.entries(dependencies)) known[name] = await reading.resolve(sources);
  return known as never;
}
