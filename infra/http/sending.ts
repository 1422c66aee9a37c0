/**
 * A command on its way from whoever asks over HTTP to the write path: the JSON endpoint and the form on a page send through
 * here, so that both are decided, refused and handed over to alike.
 */
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { paragraphSchema, textFault } from '../../events/text.ts';
import { instantSchema, shanghaiDate } from '../../events/time.ts';
import type { AnyCommand } from '../../services/command.ts';
import type { Accepted, CommandRequest, Handle } from '../../services/handle.ts';
import { derivedId, digestOf } from '../../services/identifiers.ts';
import type { Clock } from '../../services/ports.ts';
import { isRejection, type Rejection } from '../../services/rejection.ts';
import type { CommandRoute } from '../../services/route.ts';
import type { SeenStates } from '../../services/seen.ts';
import { parametersOf } from './endpoint.ts';
import type { HandOvers } from './handover.ts';
import { faultsOf, invalidInput } from './input.ts';
import { languageOf } from './language.ts';
import { invalid, Problem, problemOfRejection } from './problem.ts';
import { callerOf, type RequestContext } from './request-context.ts';
import { contentTagsAbove, type ReadingPorts, readAbove, seenOf, tagsOf } from './seen.ts';

export interface SendingPorts extends ReadingPorts {
  readonly handle: Handle;
  readonly clock: Clock;
  readonly handOvers: HandOvers;
}

/** What is sent, as it came. */
export interface Submission {
  /** The input without what the path gives. */
  readonly body: unknown;
  /** Parameters of the command's path. */
  readonly params: Readonly<Record<string, string | string[]>>;
  /** The idempotency key. */
  readonly key?: unknown;
  /** Tags of what has been seen, or `*`. */
  readonly ifMatch?: string | undefined;
  readonly effectiveAt?: unknown;
  /** Why it is entered later, as text. */
  readonly reason?: string | undefined;
}

export interface SentAndAccepted {
  readonly input: unknown;
  readonly outcome: Accepted;
  /** Shown once; undefined where the command hands nothing over. */
  readonly handedOver: object | undefined;
}

export type Send = (context: RequestContext, sent: Submission) => Promise<SentAndAccepted>;

/** How a command is sent. A refusal is thrown as a {@link Problem}. */
export function commandSender({ path, command }: Pick<CommandRoute, 'path' | 'command'>, ports: SendingPorts): Send {
  const parameters = pathParameters(path, command);
  const handOver = ports.handOvers.get(command.name);
  const above = readAbove(path, ports.queries);
  return async (context, sent) => {
    const { actor } = callerOf(context);
    const input = withParameters(sent.body, sent.params, parameters);
    const request = requestOf(context, command, actor, input, sent);
    const read = () => contentTagsAbove(above, sent.params, context, ports);
    const seen = seenBy(sent, context, () => streamOf(command, input, request, ports.clock), read);
    const fault = pathFault(sent.body, parameters) ?? (seen instanceof Problem ? seen : undefined);
    const whole = seen && !fault ? { ...request, seen: seen as SeenStates } : request;
    const outcome = await ports.handle(command, fault ? UNREADABLE : input, whole);
    if (isRejection(outcome)) {
      throw fault && isInvalid(outcome) ? fault : problemInLanguage(outcome, command, input, context.req);
    }
    return { input, outcome, handedOver: await handOver?.of(outcome) };
  };
}

/** Throws the {@link Problem} that whoever may not send a command at all would get; nothing is decided or recorded. */
export async function mustBeAllowedTo(
  command: AnyCommand,
  context: RequestContext,
  { handle }: Pick<SendingPorts, 'handle'>,
): Promise<void> {
  const { requestId, correlationId } = context;
  const { actor } = callerOf(context);
  const request = { actor, commandId: requestId, requestDigest: digestOf([]), correlationId };
  const outcome = await handle(command, UNREADABLE, request);
  if (isRejection(outcome) && !isInvalid(outcome)) throw problemOfRejection(outcome);
}

/** Fits no command: with it the write path says whether the caller may send one at all, and no more. */
const UNREADABLE = undefined;

const isInvalid = ({ code }: Rejection) => code === 'invalid-input';

export interface PathParameter {
  readonly name: string;
  readonly numeric: boolean;
}

export function pathParameters(path: string, command: AnyCommand): readonly PathParameter[] {
  return parametersOf(path).map(name => {
    const schema = command.input.shape[name] as z.ZodType | undefined;
    if (!schema) throw new Error(`${command.name}: path parameter ${name} is no field of the input`);
    const { type } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return { name, numeric: type === 'integer' || type === 'number' };
  });
}

const WHOLE_NUMBER = /^(0|[1-9]\d{0,15})$/;

/** A field must come from one place only. */
function pathFault(body: unknown, parameters: readonly PathParameter[]): Problem | undefined {
  const twice = parameters.find(({ name }) => typeof body === 'object' && body !== null && Object.hasOwn(body, name));
  return (
    twice && invalid('field-in-path', `/${twice.name}`, '该字段由路径给出，请求体不得重复', 'The path gives this field')
  );
}

/** The input of the command. */
function withParameters(
  body: unknown,
  values: Readonly<Record<string, string | string[]>>,
  parameters: readonly PathParameter[],
): unknown {
  if (parameters.length === 0 || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const input: Record<string, unknown> = { ...body };
  for (const { name, numeric } of parameters) {
    const value = values[name];
    input[name] = numeric && typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value;
  }
  return input;
}

export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,100}$/;

function requestOf(
  context: RequestContext,
  command: AnyCommand,
  actor: CommandRequest['actor'],
  input: unknown,
  sent: Submission,
): CommandRequest {
  const effectiveAt = effectiveAtOf(sent);
  const reason = reasonOf(sent);
  return {
    actor,
    commandId: commandIdOf(context, command, actor.accountId, sent),
    requestDigest: digestOf([input, effectiveAt, reason]),
    correlationId: context.correlationId,
    ...(effectiveAt !== undefined && { effectiveAt }),
    ...(reason !== undefined && { reason }),
  };
}

/** A key belongs to an account, a command and the resource it is sent to. */
function commandIdOf(
  { requestId }: RequestContext,
  command: AnyCommand,
  accountId: string,
  { key, params }: Submission,
): string {
  if (key === undefined) return requestId;
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
    throw new Problem(400, 'malformed-key', '幂等键格式错误', 'Idempotency-Key needs 1 to 100 visible characters');
  }
  const resource = Object.values(params).join('/');
  return `k-${hash('sha256', [accountId, command.name, resource, key].join('|'), 'hex').slice(0, 32)}`;
}

function effectiveAtOf({ effectiveAt }: Submission): string | undefined {
  if (effectiveAt === undefined) return undefined;
  const parsed = instantSchema.safeParse(effectiveAt);
  if (parsed.success) return parsed.data;
  throw new Problem(
    400,
    'malformed-effective-at',
    'X-Effective-At 应为 UTC 时间，精确到毫秒',
    'X-Effective-At must be a UTC instant with milliseconds',
  );
}

function reasonOf({ reason }: Submission): string | undefined {
  if (reason === undefined) return undefined;
  const parsed = paragraphSchema.safeParse(reason);
  if (parsed.success && textFault(parsed.data, 'paragraph') === undefined) return parsed.data;
  throw new Problem(
    400,
    'malformed-reason',
    'X-Backdating-Reason 应为经 URI 编码的文字',
    'X-Backdating-Reason must be URI-encoded text',
  );
}

/** What the caller has seen, or that it was another thing: a tag of one never matches another, whatever its revision. */
function seenBy(
  { ifMatch }: Submission,
  context: RequestContext,
  streamOfCommand: () => string | undefined,
  read: () => Promise<readonly string[]>,
): SeenStates | Problem | undefined {
  if (ifMatch === undefined) return undefined;
  const tags = tagsOf(ifMatch);
  if (tags !== '*' && tags.some(tag => 'stream' in tag) && !maySeeRevisions(context)) {
    throw new Problem(
      400,
      'revision-not-offered',
      '专家账户的 If-Match 请用查询所得的 ETag',
      'Experts match what they have read: revisions are not offered to them',
    );
  }
  const stream = streamOfCommand();
  if (stream === undefined) return undefined;
  const other = () => new Problem(412, 'other-stream', 'If-Match 指向另一对象', 'If-Match names another thing');
  return seenOf(tags, stream, read) ?? other();
}

/** Undefined for an input that is refused anyway. */
function streamOf(command: AnyCommand, input: unknown, request: CommandRequest, clock: Clock): string | undefined {
  const parsed = command.input.safeParse(input);
  if (!parsed.success) return undefined;
  const now = clock.now();
  return command.stream(parsed.data, {
    actor: request.actor,
    commandId: request.commandId,
    now,
    today: shanghaiDate(now),
    effectiveAt: request.effectiveAt ?? now,
    newId: derivedId(request.commandId),
  });
}

/** The write path reports faults of form in one language; here they get the caller's. */
function problemInLanguage(rejection: Rejection, command: AnyCommand, input: unknown, req: IncomingMessage): Problem {
  const faults = isInvalid(rejection) ? faultsOf(command.input, input, languageOf(req), command.name) : [];
  return faults.length > 0 ? invalidInput(faults) : problemOfRejection(rejection);
}

/** An expert shares streams with others of whose acts he must learn nothing, not even how many there were (art-18). */
export function maySeeRevisions({ caller }: RequestContext): boolean {
  return caller?.actor.role !== 'EXPERT';
}

/** The stream's name without its kind: the id the thing has everywhere else in the API. */
export function idOf({ streamId }: Accepted): string {
  return streamId.slice(streamId.indexOf('-') + 1);
}
