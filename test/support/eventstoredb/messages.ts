/** Between the in-process log and the gRPC messages of EventStoreDB. */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import messages, {
  type AppendReq,
  type BatchAppendReq,
  type BatchAppendResp,
  type ReadReq,
  type ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import type { Appended, LogRecord, Proposal } from './log.ts';

const { ReadEvent, SubscriptionConfirmation, Checkpoint, CaughtUp, FellBehind, StreamNotFound } = messages.ReadResp;

export function eventAnswer(record: LogRecord): ReadResp {
  const position = String(record.position);
  const recorded = new ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(record.id))
    .setStreamIdentifier(identifier(record.stream))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(record.data)
    .setCustomMetadata(record.metadata);
  recorded.getMetadataMap().set('type', record.type).set('content-type', record.contentType).set('created', '0');
  return new messages.ReadResp().setEvent(new ReadEvent().setEvent(recorded).setCommitPosition(position));
}

export function confirmation(id: string): ReadResp {
  return new messages.ReadResp().setConfirmation(new SubscriptionConfirmation().setSubscriptionId(id));
}

/** Real servers are known to leave the prepare position of a checkpoint zero. */
export function checkpoint(position: number): ReadResp {
  const reached = new Checkpoint().setCommitPosition(String(position)).setPreparePosition('0');
  return new messages.ReadResp().setCheckpoint(reached);
}

export function caughtUp(): ReadResp {
  return new messages.ReadResp().setCaughtUp(new CaughtUp());
}

export function fellBehind(): ReadResp {
  return new messages.ReadResp().setFellBehind(new FellBehind());
}

export function streamNotFound(name: string): ReadResp {
  return new messages.ReadResp().setStreamNotFound(new StreamNotFound().setStreamIdentifier(identifier(name)));
}

export function appendAnswer(appended: Appended) {
  const answer = new messages.AppendResp();
  if (appended === 'wrong-revision') {
    return answer.setWrongExpectedVersion(new messages.AppendResp.WrongExpectedVersion());
  }
  const position = String(appended.position);
  const at = new messages.AppendResp.Position().setCommitPosition(position).setPreparePosition(position);
  const success = new messages.AppendResp.Success().setCurrentRevision(String(appended.revision)).setPosition(at);
  return answer.setSuccess(success);
}

export function sharedAnswer(request: BatchAppendReq, appended: Appended): BatchAppendResp {
  if (appended === 'wrong-revision') {
    const details = packed(new shared.WrongExpectedVersion(), 'WrongExpectedVersion');
    return refused(request, 6, 'WrongExpectedVersion', details);
  }
  const position = String(appended.position);
  const at = new shared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position);
  const { Success } = messages.BatchAppendResp;
  return answerTo(request).setSuccess(new Success().setCurrentRevision(String(appended.revision)).setPosition(at));
}

/** Why one of those who share a call is refused, in the words of a server. */
export function sharedRefusal(
  request: BatchAppendReq,
  why: 'access-denied' | 'not-ready' | 'timeout',
): BatchAppendResp {
  switch (why) {
    case 'access-denied':
      return refused(request, 7, 'AccessDenied', packed(new shared.AccessDenied(), 'AccessDenied'));
    case 'timeout':
      return refused(request, 4, 'Timeout', packed(new shared.Timeout(), 'Timeout'));
    case 'not-ready':
      // Said without a code.
      return refused(request, 0, 'Server Is Not Ready', packed(new shared.Empty(), 'Empty'));
  }
}

export function sharedTooLarge(request: BatchAppendReq, maxBytes: number): BatchAppendResp {
  const exceeded = new shared.MaximumAppendSizeExceeded().setMaxappendsize(maxBytes);
  const details = packed(exceeded, 'MaximumAppendSizeExceeded');
  return refused(request, 3, 'MaximumAppendSizeExceeded', details);
}

function answerTo(request: BatchAppendReq): BatchAppendResp {
  const answer = new messages.BatchAppendResp().setCorrelationId(request.getCorrelationId());
  return answer.setStreamIdentifier(request.getOptions()?.getStreamIdentifier());
}

function refused(request: BatchAppendReq, code: number, message: string, details: InstanceType<typeof any.Any>) {
  return answerTo(request).setError(new statuses.Status().setCode(code).setMessage(message).setDetails(details));
}

function packed(message: { serializeBinary(): Uint8Array }, name: string) {
  const details = new any.Any();
  details.pack(message.serializeBinary(), `event_store.client.${name}`);
  return details;
}

export interface AppendAsked {
  readonly stream: string;
  /** -1 for no stream; undefined for any. */
  readonly expected: number | undefined;
  readonly proposals: readonly Proposal[];
}

export function appendAsked(requests: readonly AppendReq[]): AppendAsked {
  const [header, ...rest] = requests;
  const options = header?.getOptions();
  if (!options) throw new TypeError('an append begins with its options');
  const expected = options.hasNoStream() ? -1 : options.hasRevision() ? Number(options.getRevision()) : undefined;
  return { stream: nameIn(options), expected, proposals: rest.map(proposalIn) };
}

export function sharedAppendAsked(request: BatchAppendReq): AppendAsked {
  const options = request.getOptions();
  if (!(options && request.getIsFinal())) throw new TypeError('a shared append is one message');
  const expected = options.hasNoStream()
    ? -1
    : options.hasStreamPosition()
      ? Number(options.getStreamPosition())
      : undefined;
  return { stream: nameIn(options), expected, proposals: request.getProposedMessagesList().map(proposalOf) };
}

function proposalIn(request: AppendReq): Proposal {
  const message = request.getProposedMessage();
  if (!message) throw new TypeError('an append goes on with events');
  return proposalOf(message);
}

function proposalOf(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): Proposal {
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export interface ReadAsked {
  /** Undefined for `$all`. */
  readonly stream: string | undefined;
  /** A revision or a position. */
  readonly from: number | 'start' | 'end';
  readonly backwards: boolean;
  readonly count: number;
  readonly subscribes: boolean;
  /** Prefixes of the names of the streams asked for; undefined for all. */
  readonly prefixes: readonly string[] | undefined;
  /** Prefixes of the types of the events asked for; undefined for all. */
  readonly types: readonly string[] | undefined;
}

export function readAsked(request: ReadReq): ReadAsked {
  const options = request.getOptions();
  const stream = options?.getStream();
  const all = options?.getAll();
  if (!options || !(stream || all)) throw new TypeError('a read names a stream or all');
  const place = stream?.hasRevision() ? stream.getRevision() : all?.getPosition()?.getCommitPosition();
  const filter = options.getFilter();
  if (filter && !filter.getMax() && !filter.hasCount()) throw new TypeError('a filter has a window');
  return {
    stream: stream && nameIn(stream),
    from: place === undefined ? ((stream ?? all)?.hasEnd() ? 'end' : 'start') : Number(place),
    backwards: options.getReadDirection() === messages.ReadReq.Options.ReadDirection.BACKWARDS,
    count: Number(options.getCount()),
    subscribes: options.hasSubscription(),
    prefixes: filter?.getStreamIdentifier()?.getPrefixList(),
    types: filter?.getEventType()?.getPrefixList(),
  };
}

export function isAskedFor({ stream, type }: LogRecord, { prefixes, types }: ReadAsked): boolean {
  const begins = (name: string, asked: readonly string[] | undefined) =>
    asked === undefined || asked.some(prefix => name.startsWith(prefix));
  return begins(stream, prefixes) && begins(type, types);
}

function identifier(name: string) {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(name));
}

function nameIn(options: { getStreamIdentifier(): ReturnType<typeof identifier> | undefined }): string {
  return Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
}
