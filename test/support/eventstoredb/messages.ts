/** Between the in-process log and the gRPC messages of EventStoreDB. */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages, { type AppendReq, type ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
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

function proposalIn(request: AppendReq): Proposal {
  const message = request.getProposedMessage();
  if (!message) throw new TypeError('an append goes on with events');
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
  };
}

export function isAskedFor(record: LogRecord, { prefixes }: ReadAsked): boolean {
  return prefixes === undefined || prefixes.some(prefix => record.stream.startsWith(prefix));
}

function identifier(name: string) {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(name));
}

function nameIn(options: { getStreamIdentifier(): ReturnType<typeof identifier> | undefined }): string {
  return Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
}
