/**
 * What somebody can do now with a thing, and why not: the commands that his role may send on it, each with what its gate
 * says. The write path asks the same gates before it decides, so that an offer and a refusal cannot differ.
 */
import type { Actor, LegalBasis, RecordedEvent } from '../events/envelope.ts';
import type { Position, StreamId } from '../events/ids.ts';
import { type CivilDate, shanghaiDate } from '../events/time.ts';
import { authorise } from './authorise.ts';
import type { AnyCommand, Fold } from './command.ts';
import { givenAt, knownToGate, passing } from './decision.ts';
import type { States } from './loading.ts';
import type { Clock, Freshness } from './ports.ts';
import { isRejection, type Rejection } from './rejection.ts';
import type { CommandRoute } from './route.ts';
import { LogSources, type SourcePorts } from './sources.ts';

/** The values that name a thing, by the names of input fields, e.g. `{ projectId }` or `{ panelId, projectId }`. */
export type On = Readonly<Record<string, unknown>>;

export interface Offer {
  readonly command: string;
  /** What the command is called, in Chinese. */
  readonly title: string;
  /** What of its input the thing gives. */
  readonly values: On;
  /** Whether nothing stands in the way, whatever is typed in. */
  readonly may: boolean;
  /** The refusal that the command would get, where it may not be sent now. */
  readonly why?: { readonly code: string; readonly zh: string; readonly en: string; readonly rule?: LegalBasis };
  /** The day by which it is to be done, where a plan or a request says one. */
  readonly dueOn?: CivilDate;
}

/**
 * Offers on each of some things to somebody, in the order of the routes; none for what he may not know of. Of the commands
 * that are named, where some are. What is read for one thing is not read again for the next.
 */
export type OffersOn = (
  things: readonly On[],
  actor: Actor,
  named?: readonly string[],
) => Promise<readonly (readonly Offer[])[]>;

export interface OfferPorts extends SourcePorts {
  readonly states: States;
  readonly clock: Clock;
}

/** Asks the gates of the commands at these routes. Nothing is recorded. */
export function createOffers(ports: OfferPorts, routes: readonly CommandRoute[]): OffersOn {
  return async (things, actor, named) => {
    const now = ports.clock.now();
    const sources = new RememberedSources(ports, ports.states, 'now');
    const among = routes.filter(({ command }) => named?.includes(command.name) ?? true);
    const offersOf = async (on: On) => {
      const offers: Offer[] = [];
      for (const { command } of among.filter(route => isOn(route, on))) {
        const sender = await authorise(command, actor, shanghaiDate(now), sources);
        if (isRejection(sender)) continue;
        const offer = await offerOf(command, on, givenAt(now, sender, NOT_SENT), sources);
        if (offer) offers.push(offer);
      }
      return offers;
    };
    const told: (readonly Offer[])[] = [];
    for (const on of things) told.push(await offersOf(on));
    return told;
  };
}

/** A command that nobody sends makes no thing of its own. */
const NOT_SENT = { commandId: 'offer' };

/** Whether these values together name something that commands are about. */
export function namesAThing(routes: readonly CommandRoute[], on: On): boolean {
  return routes.some(route => isOn(route, on));
}

/** A command is about a thing when the thing gives all that names it, and it takes everything by which the thing is named. */
function isOn({ path, command }: CommandRoute, on: On): boolean {
  const named = Object.keys(on);
  return (
    fieldsNaming({ path, command }).every(name => named.includes(name)) &&
    named.every(name => name in command.input.shape)
  );
}

/** The fields that name what a command is about. */
export function fieldsNaming({ path, command }: CommandRoute): readonly string[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(match => match[1] as string);
  return [...inPath, ...(command.names ?? [])];
}

async function offerOf(
  command: AnyCommand,
  on: On,
  given: ReturnType<typeof givenAt>,
  sources: RememberedSources,
): Promise<Offer | undefined> {
  const plain = { command: command.name, title: command.title, values: on };
  // What no gate is declared for, the role alone decides.
  if (!command.gate) return { ...plain, may: true };
  const state = await sources.stream(command.fold, command.stream(on, given));
  const known = await knownToGate({ command, input: on }, state, given, sources);
  const passed = passing(command, state, on, given, known);
  if (isRejection(passed))
    return passed.kind === 'hidden' ? undefined : { ...plain, may: false, why: reasonOf(passed) };
  if (command.done?.(passed, given, known as never, on)) return undefined;
  const dueOn = command.dueOn?.(passed, given, known as never, on);
  return { ...plain, may: true, ...(dueOn !== undefined && { dueOn }) };
}

function reasonOf({ code, zh, en, rule }: Rejection): NonNullable<Offer['why']> {
  return { code, zh, en, ...(rule && { rule }) };
}

/** What has been read for one offer is not read again for the next. */
class RememberedSources extends LogSources {
  readonly #read = new Map<string, Promise<unknown>>();

  override stream<S, E extends RecordedEvent>(fold: Fold<S, E>, stream: StreamId): Promise<S> {
    return this.#once(`${fold.name} ${stream}`, () => super.stream(fold, stream));
  }

  override log<S, E extends RecordedEvent>(
    fold: Fold<S, E>,
    types: readonly string[],
    upTo: Position | Freshness,
  ): Promise<S> {
    return this.#once(`${fold.name} up to ${upTo}`, () => super.log(fold, types, upTo));
  }

  #once<S>(key: string, read: () => Promise<S>): Promise<S> {
    const found = this.#read.get(key) ?? read();
    this.#read.set(key, found);
    return found as Promise<S>;
  }
}
