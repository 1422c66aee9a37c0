/** A log in memory, and commands decided on it with all that they read from it: no store, no vault, no disk. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position, START, type StreamId } from '../../events/ids.ts';
import { type Instant, shanghaiDate } from '../../events/time.ts';
import type { AnyCommand, Decision, Fold, Given, Sources } from '../../services/command.ts';
import { decisionOf, knownTo } from '../../services/decision.ts';
import { derivedId } from '../../services/identifiers.ts';
import { isFreshness } from '../../services/ports.ts';
import { MSR, NOW, type Past, recorded } from './given.ts';

/** From whom a command comes, and when; the authority's, at {@link NOW}, unless told. */
export interface Sent extends Partial<Pick<Given, 'actor' | 'commandId'>> {
  readonly now?: Instant;
  readonly effectiveAt?: Instant;
}

/** A decision with all that it was made from; nothing of it is recorded. */
export interface Made {
  readonly decision: Decision;
  readonly given: Given;
  readonly stream: StreamId;
  /** Events of the stream that were there. */
  readonly revision: number;
  readonly input: unknown;
  readonly state: unknown;
  readonly known: Readonly<Record<string, unknown>>;
}

export class PastLog {
  readonly events: RecordedEvent[] = [];
  readonly #others: Partial<Sources>;

  /** `others`: what decisions learn of persons and files, as far as a test looks at it. */
  constructor(others: Partial<Sources> = {}) {
    this.#others = others;
  }

  get head(): Position {
    return this.events.at(-1)?.position ?? START;
  }

  of(stream: StreamId): readonly RecordedEvent[] {
    return this.events.filter(event => event.streamId === stream);
  }

  append(streamId: StreamId, past: Past): void {
    const revision = this.of(streamId).length;
    this.events.push({ ...recorded(past, this.events.length), streamId, revision });
  }

  get sources(): Sources {
    return {
      stream: async (fold, stream) => folded(fold, this.of(stream)),
      log: async (fold, types, upTo) => {
        const reached = ({ position }: RecordedEvent) => isFreshness(upTo) || comparePositions(position, upTo) <= 0;
        return folded(
          fold,
          this.events.filter(event => types.includes(event.type) && reached(event)),
        );
      },
      head: async () => this.head,
      seal: async (subject, value) => ({ subject, sealed: sealedText(value) }),
      subjectOf,
      subjectAsWritten: subjectOf,
      keyed: text => text,
      open: async () => undefined,
      blob: async () => undefined,
      ...this.#others,
    };
  }

  async decide(
    command: AnyCommand,
    asked: unknown,
    { actor = MSR, now = NOW, effectiveAt = now, commandId = 'c' }: Sent = {},
  ): Promise<Made> {
    const newId = derivedId(commandId);
    const given: Given = { actor, commandId, now, today: shanghaiDate(now), effectiveAt, newId };
    const input = command.input.parse(asked);
    const stream = command.stream(input, given);
    const past = this.of(stream);
    const state = folded(command.fold, past);
    const known: Record<string, unknown> = await knownTo({ command, input }, state, given, this.sources);
    const decision: Decision = decisionOf(command, state, input, given, known);
    return { decision, given, stream, revision: past.length, input, state, known };
  }
}

function folded<S, E extends RecordedEvent>(fold: Fold<S, E>, events: readonly RecordedEvent[]): S {
  return events.reduce((state, event) => fold.evolve(state, event as E), fold.initial);
}

/** Told from that of any other person by name and organisation. */
export function subjectOf(orgId: string, name: string): string {
  return `person-${Buffer.from(`${orgId} ${name}`).toString('hex').slice(0, 60)}`;
}

/** In the form of a sealed value. */
export function sealedText(value: string): string {
  return Buffer.from(value.padEnd(60, '~')).toString('base64url');
}
