/** How the in-process server serves groups of consumers whose place it keeps: persistent subscriptions to `$all`. */
import persistent, { type CreateReq, type ReadReq } from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import * as grpc from '@grpc/grpc-js';
import type { Log, LogRecord } from './log.ts';
import { eventAnswer } from './messages.ts';

type GroupCall = grpc.ServerDuplexStream<ReadReq, unknown>;

interface Group {
  readonly prefixes: readonly string[];
  /** Ids that a consumer has taken, and those that he was sent and has not. */
  readonly taken: Set<string>;
  readonly sent: Set<string>;
}

export class Groups {
  readonly #log: Log;
  readonly #groups = new Map<string, Group>();

  constructor(log: Log) {
    this.#log = log;
  }

  create(call: { readonly request: CreateReq }, done: grpc.sendUnaryData<unknown>): void {
    const options = call.request.getOptions();
    const name = options?.getGroupName() ?? '';
    if (this.#groups.has(name)) {
      const metadata = new grpc.Metadata();
      metadata.set('exception', 'persistent-subscription-exists');
      done({
        code: grpc.status.ALREADY_EXISTS,
        details: `Subscription group ${name} on stream $all exists.`,
        metadata,
      });
      return;
    }
    const prefixes = options?.getAll()?.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [''];
    this.#groups.set(name, { prefixes, taken: new Set(), sent: new Set() });
    done(null, new persistent.CreateResp());
  }

  /** What a consumer was sent and has not taken when he leaves is sent to the next. */
  read(call: GroupCall): void {
    let group: Group | undefined;
    const send = () => group && this.#send(call, group);
    const unfollow = this.#log.onAppend(send);
    const leave = () => {
      unfollow();
      group?.sent.clear();
      group = undefined;
    };
    call.on('data', (request: ReadReq) => {
      const options = request.getOptions();
      if (options) {
        group = this.#groups.get(options.getGroupName());
        const { SubscriptionConfirmation } = persistent.ReadResp;
        const confirmation = new SubscriptionConfirmation().setSubscriptionId(options.getGroupName());
        call.write(new persistent.ReadResp().setSubscriptionConfirmation(confirmation));
      }
      for (const id of request.getAck()?.getIdsList() ?? []) group?.taken.add(id.getString());
      send();
    });
    call.on('end', () => {
      leave();
      call.end();
    });
    call.on('cancelled', leave);
    call.on('error', leave);
  }

  #send(call: GroupCall, { prefixes, taken, sent }: Group): void {
    const isSought = ({ id, stream }: LogRecord) =>
      !taken.has(id) && !sent.has(id) && prefixes.some(prefix => stream.startsWith(prefix));
    for (const record of this.#log.records.filter(isSought)) {
      sent.add(record.id);
      call.write(eventToGroup(record));
    }
  }
}

function eventToGroup(record: LogRecord) {
  const read = eventAnswer(record).getEvent()?.getEvent();
  const { ReadEvent } = persistent.ReadResp;
  const recorded = ReadEvent.RecordedEvent.deserializeBinary(read?.serializeBinary() ?? new Uint8Array());
  const event = new ReadEvent()
    .setEvent(recorded)
    .setCommitPosition(String(record.position))
    .setNoRetryCount(new shared.Empty());
  return new persistent.ReadResp().setEvent(event);
}
