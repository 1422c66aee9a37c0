/** The only write path: load, fold, decide, append at the expected revision; idempotent by command id. */
import type { Actor, RecordedEvent } from '../events/envelope.ts';
import type { AccountId, Position, StreamId } from '../events/ids.ts';
import { type Instant, shanghaiDate } from '../events/time.ts';
import { authorise } from './authorise.ts';
import type { AnyCommand } from './command.ts';
import { createDeciding } from './deciding.ts';
import { givenAt } from './decision.ts';
import { createStates, type States } from './loading.ts';
import type { BlobStore, Clock, EventStore, Vault } from './ports.ts';
import { createRecordedTime, type RecordedTime } from './recorded-time.ts';
import { isRejection, type Rejection, refuseForm } from './rejection.ts';
import type { SeenStates } from './seen.ts';
import { LogSources } from './sources.ts';
import { authorityFault, timingFault } from './stated-time.ts';
import { streamQueue } from './stream-queue.ts';

/** A command as it arrives: from whom, under which key, having seen what. */
export interface CommandRequest {
  readonly actor: Actor;
  readonly commandId: string;
  /** Digest of the body; the same command id with another digest is refused. */
  readonly requestDigest: string;
  readonly correlationId: string;
  readonly causationId?: string;
  /** What the caller has seen (If-Match). */
  readonly seen?: SeenStates;
  readonly effectiveAt?: Instant;
  readonly reason?: string;
}

export interface Accepted {
  readonly rejected?: false;
  readonly streamId: StreamId;
  readonly revision: number;
  readonly position: Position;
  /** Events recorded now; empty when the command had been recorded before or changes nothing. */
  readonly events: readonly RecordedEvent[];
  /** What the very same command recorded when it was sent before; absent when it is new. */
  readonly before?: readonly RecordedEvent[];
}

export type CommandOutcome = Accepted | Rejection;

export interface HandlerPorts {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** When events are recorded; the clock's time, held where it would go back, unless told. */
  readonly time?: RecordedTime;
  /** Current states, where others ask for them too; its own unless told. */
  readonly states?: States;
  /** Waits between two attempts, milliseconds; the system's timer unless told. */
  pause?(ms: number): Promise<void>;
}

export type Handle = (command: AnyCommand, input: unknown, request: CommandRequest) => Promise<CommandOutcome>;

/** Who sends what no person asked for by name. */
export const SYSTEM: Actor = { accountId: 'system' as AccountId, orgId: 'system', role: 'SYS' };

/** The write path over a set of ports. */
export function createHandle(ports: HandlerPorts): Handle {
  const { store, vault, clock } = ports;
  const time = ports.time ?? createRecordedTime({ clock });
  const states = ports.states ?? createStates(store, time.learn);
  const inTurn = streamQueue(
    createDeciding({
      ports,
      time,
      states,
      reserve: ({ command, input }, cause) => carryOut(command, input, onBehalfOf(cause)),
    }),
  );

  const [now, lately] = [new LogSources(ports, states, 'now'), new LogSources(ports, states, 'lately')];

  /** What was refused on what is remembered may be allowed by what the log says now. */
  async function authorised(command: AnyCommand, { actor }: CommandRequest, at: Instant): Promise<Actor | Rejection> {
    const found = await authorise(command, actor, shanghaiDate(at), lately);
    return isRejection(found) && store.isRemote ? authorise(command, actor, shanghaiDate(at), now) : found;
  }

  async function carryOut(command: AnyCommand, input: unknown, request: CommandRequest): Promise<CommandOutcome> {
    const at = clock.now();
    // First: whoever may not send a command is not told either what it would need.
    const actor = await authorised(command, request, at);
    if (isRejection(actor)) return actor;
    const parsed = command.input.safeParse(input);
    if (!parsed.success) return invalidInput(parsed.error.issues);
    const untimely = timingFault(command, request, at);
    if (untimely) return untimely;
    const notThen = await authorityFault(states, command, request);
    if (notThen) return notThen;
    const stream = command.stream(parsed.data, givenAt(at, actor, request));
    return new Promise((resolve, reject) => {
      inTurn(stream, { command, input: parsed.data, request, actor, resolve, reject });
    });
  }

  // The log keeps the digest keyed: a name in the request could be guessed from a plain one, also after its erasure.
  return (command, input, request) =>
    carryOut(command, input, { ...request, requestDigest: vault.keyed(request.requestDigest) });
}

/** The request of a reservation: repeated with its cause, it is the same command again. */
function onBehalfOf(cause: CommandRequest): CommandRequest {
  return {
    actor: SYSTEM,
    commandId: `${cause.commandId}/first`,
    requestDigest: cause.requestDigest,
    correlationId: cause.correlationId,
    causationId: cause.commandId,
  };
}

function invalidInput(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly code?: string; readonly message: string }[],
): Rejection {
  return refuseForm(
    'invalid',
    'invalid-input',
    '请求内容不符合要求',
    'The request content is not valid',
    issues.map(issue => ({
      pointer: issue.path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      code: issue.code ?? 'invalid',
      detail: issue.message,
    })),
  );
}
