/**
 * The gRPC messages of EventStoreDB as this application uses them. The client's own calls cannot filter a read of
 * `$all`, and they parse and write JSON anew on each passage; here the server filters, and bytes pass through.
 */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages, {
  type AppendReq,
  type BatchAppendReq,
  type ReadReq as ReadRequest,
  type ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { type Position, START, type StreamId } from '../../events/ids.ts';
import { type NewEvent, NO_STREAM } from '../../services/ports.ts';
import { StoredEvent } from './stored-event.ts';

const { Empty, StreamIdentifier, UUID } = shared;
const { ReadReq } = messages;
const { Options } = ReadReq;

/** Records that the server looks through for ours before it answers or reports where it is. */
const SEARCH_WINDOW = 500;
const ALL_EVENTS = '18446744073709551615';
/** What a server older than 22.6 says of an event read from its stream. */
const NO_POSITION = ALL_EVENTS;

/** The streams of one installation among all that a server holds: those whose name begins with `<namespace>.`. */
export class Namespace {
  readonly prefix: string;

  /** Throws RangeError unless the name is made of letters, digits, `-` and `_`: a dot would let two overlap. */
  constructor(name: string) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) throw new RangeError(`no namespace: ${name}`);
    this.prefix = `${name}.`;
  }

  streamName(stream: StreamId): string {
    return this.prefix + stream;
  }

  streamId(name: string): StreamId {
    return name.slice(this.prefix.length) as StreamId;
  }
}

export interface AllRead {
  /** Forwards from the event at this position on, backwards from the last event before it. */
  readonly from: Position | 'end';
  readonly direction: 'forwards' | 'backwards';
  readonly count: number;
  /** Only events of these streams, or of types that begin so: a server takes one of the two. */
  readonly only?: Namespace | readonly string[];
}

/** Reads so many events of `$all`; positions are commit positions. */
export function readAllRequest({ from, direction, count, only }: AllRead): ReadRequest {
  const options = optionsOf(from, only);
  options.setReadDirection(direction === 'forwards' ? Options.ReadDirection.FORWARDS : Options.ReadDirection.BACKWARDS);
  options.setCount(String(count));
  return new ReadReq().setOptions(options);
}

/** Every event of the namespace after a position, those to come too. */
export function followRequest(after: Position, within: Namespace): ReadRequest {
  const options = optionsOf(after, within);
  options.setSubscription(new Options.SubscriptionOptions());
  return new ReadReq().setOptions(options);
}

/** Reads a stream forwards from a revision on; `name` is the stream as the server knows it, with its prefix. */
export function readStreamRequest(name: string, fromRevision: number, count = ALL_EVENTS): ReadRequest {
  const stream = new Options.StreamOptions();
  stream.setStreamIdentifier(identifierOf(name)).setRevision(String(fromRevision));
  const options = new Options().setStream(stream).setCount(count).setNoFilter(new Empty());
  return new ReadReq().setOptions(options.setUuidOption(idsAsText()));
}

function optionsOf(from: Position | 'end', only: AllRead['only']) {
  const all = new Options.AllOptions();
  if (from === 'end') all.setEnd(new Empty());
  else if (from === START) all.setStart(new Empty());
  else all.setPosition(new Options.Position().setCommitPosition(from).setPreparePosition(from));
  const options = new Options().setAll(all).setUuidOption(idsAsText());
  if (!only) return options.setNoFilter(new Empty());
  const filter = new Options.FilterOptions();
  const { Expression } = Options.FilterOptions;
  if (only instanceof Namespace) filter.setStreamIdentifier(new Expression().setPrefixList([only.prefix]));
  else filter.setEventType(new Expression().setPrefixList([...only]));
  filter.setMax(SEARCH_WINDOW).setCheckpointintervalmultiplier(1);
  return options.setFilter(filter);
}

function idsAsText() {
  return new Options.UUIDOption().setString(new Empty());
}

function identifierOf(streamName: string) {
  return new StreamIdentifier().setStreamName(Buffer.from(streamName));
}

/** An event with its texts, which are what is stored. */
export interface ProposedEvent extends NewEvent {
  readonly dataText: string;
  readonly metaText: string;
}

/** One append: what is to follow the event of this revision in a stream. */
export interface Appending {
  readonly streamName: string;
  /** {@link NO_STREAM} for a new one. */
  readonly expected: number;
  readonly events: readonly ProposedEvent[];
}

/** The messages of an append that is a call of its own: where to, then event by event. */
export function appendRequests({ streamName, expected, events }: Appending): readonly AppendReq[] {
  const options = new messages.AppendReq.Options().setStreamIdentifier(identifierOf(streamName));
  if (expected === NO_STREAM) options.setNoStream(new Empty());
  else options.setRevision(String(expected));
  const header = new messages.AppendReq().setOptions(options);
  const proposed = (event: ProposedEvent) => describe(new messages.AppendReq.ProposedMessage(), event);
  return [header, ...events.map(event => new messages.AppendReq().setProposedMessage(proposed(event)))];
}

/**
 * The message of an append that shares a call with others, answered under the same id. It names no deadline: that would be
 * a time by our clock, which need not be the server's.
 */
export function sharedAppendRequest(id: string, { streamName, expected, events }: Appending): BatchAppendReq {
  const options = new messages.BatchAppendReq.Options().setStreamIdentifier(identifierOf(streamName));
  if (expected === NO_STREAM) options.setNoStream(new Empty());
  else options.setStreamPosition(String(expected));
  return new messages.BatchAppendReq()
    .setCorrelationId(new UUID().setString(id))
    .setOptions(options)
    .setProposedMessagesList(events.map(event => describe(new messages.BatchAppendReq.ProposedMessage(), event)))
    .setIsFinal(true);
}

/** The two kinds of proposed messages have the same members. */
function describe<M extends AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage>(
  message: M,
  event: ProposedEvent,
): M {
  message.setId(new UUID().setString(event.id));
  message.getMetadataMap().set('type', event.type).set('content-type', 'application/json');
  message.setData(Buffer.from(event.dataText));
  message.setCustomMetadata(Buffer.from(metadataTextOf(event)));
  return message;
}

/** Stands between the members for EventStoreDB and the metadata text. */
const META = ',"meta":';

/** The `$` members are EventStoreDB's: its own projections list the events of a correlation by them. */
function metadataTextOf({ schemaVersion, meta, metaText }: ProposedEvent): string {
  const links = JSON.stringify({
    schemaVersion,
    $correlationId: meta.correlationId,
    ...(meta.causationId !== undefined && { $causationId: meta.causationId }),
  });
  return `${links.slice(0, -1)}${META}${metaText}}`;
}

/** The events among the answers to a read, as the log keeps them. */
export function eventsOf(answers: readonly ReadResp[], namespace: Namespace): readonly StoredEvent[] {
  return answers.flatMap(answer => receivedEventOf(answer, namespace) ?? []);
}

/** Undefined for an answer that carries no event: a confirmation, a checkpoint. */
export function receivedEventOf(answer: ReadResp, namespace: Namespace): StoredEvent | undefined {
  const recorded = answer.getEvent()?.getEvent();
  if (!recorded) return undefined;
  const streamName = textOf(recorded.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());
  const position = recorded.getCommitPosition();
  if (position === NO_POSITION) throw new Error(`the server gives no position for an event of ${streamName}`);
  const { schemaVersion, metaText } = surroundingsOf(textOf(recorded.getCustomMetadata_asU8()));
  return new StoredEvent(
    position as Position,
    namespace.streamId(streamName),
    Number(recorded.getStreamRevision()),
    recorded.getId()?.getString() ?? '',
    recorded.getMetadataMap().get('type') ?? '',
    schemaVersion,
    textOf(recorded.getData_asU8()),
    metaText,
  );
}

/** Whether an answer carries an event of a namespace. */
export function isOf(answer: ReadResp, { prefix }: Namespace): boolean {
  const name = answer.getEvent()?.getEvent()?.getStreamIdentifier()?.getStreamName_asU8();
  return name !== undefined && textOf(name).startsWith(prefix);
}

/** Where an event stands, whoever wrote it. */
export function receivedPositionOf(answer: ReadResp): Position | undefined {
  return answer.getEvent()?.getEvent()?.getCommitPosition() as Position | undefined;
}

/** The id of the event that an answer carries. */
export function receivedIdOf(answer: ReadResp): string | undefined {
  return answer.getEvent()?.getEvent()?.getId()?.getString();
}

/**
 * What {@link metadataTextOf} wrote, as it is stored: parsed and written anew it would be other bytes than those that the
 * ledger has hashed. An event that another program wrote into our streams is passed on without meta, for its readers to set
 * aside.
 */
function surroundingsOf(metadataText: string): { readonly schemaVersion: number; readonly metaText: string } {
  const at = metadataText.indexOf(META);
  if (at < 0) return OF_ANOTHER;
  const metaText = metadataText.slice(at + META.length, metadataText.lastIndexOf('}'));
  try {
    const { schemaVersion } = JSON.parse(`${metadataText.slice(0, at)}}`) as { schemaVersion?: number };
    JSON.parse(metaText);
    return { schemaVersion: schemaVersion ?? 0, metaText };
  } catch {
    return OF_ANOTHER;
  }
}

const OF_ANOTHER = { schemaVersion: 0, metaText: '{}' };

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
