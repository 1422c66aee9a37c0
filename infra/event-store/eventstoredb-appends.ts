/**
 * Appends over one client. Those that are under way together share one call where the server offers it (from 21.10 on),
 * which costs a fourth of the processor time of a call for each; each is answered for itself.
 */
import { randomUUID } from 'node:crypto';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import grpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendResp, BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { Position } from '../../events/ids.ts';
import { eventSize } from '../../services/append-size.ts';
import { AppendTooLarge } from '../../services/ports.ts';
import { argumentsOf, breakOff, type Client } from './eventstoredb-client.ts';
import type { Wait } from './eventstoredb-deadlines.ts';
import { type Appending, appendRequests, sharedAppendRequest } from './eventstoredb-messages.ts';
import { appendRefusalOf, endedUnderWay, exceededBound, isWrongRevision } from './eventstoredb-outcomes.ts';

const { StreamsClient, StreamsService } = grpc;
const { ServerFeaturesClient } = features;
const { Empty } = shared;

const UNIMPLEMENTED = 12;

/** `position` is that of the last event; undefined where the server names none for what had been appended before. */
export type Appended = { readonly position: Position | undefined } | 'wrong-revision';

export class Appends {
  readonly #client: Client;
  #offered: Promise<boolean> | undefined;
  #call: Promise<SharedCall> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Throws {@link AppendTooLarge} where the server refuses the size, and what the call ends with. */
  async append(append: Appending, wait: Wait): Promise<Appended> {
    try {
      return (await this.#isOffered()) ? await this.#together(append, wait) : await this.#alone(append, wait);
    } catch (error) {
      if (isWrongRevision(error)) return 'wrong-revision';
      const size = sizeOf(append);
      const bound = exceededBound(error, size);
      if (bound !== undefined) throw new AppendTooLarge(size, bound, { cause: error });
      throw error;
    }
  }

  /** No append comes any more; those under way are waited for. */
  retire(): void {
    this.#call?.then(
      call => call.retire(),
      () => undefined,
    );
  }

  /** Asked once, and again when the question or a call failed: the client may have gone on to another node. */
  #isOffered(): Promise<boolean> {
    this.#offered ??= this.#askFeatures().catch(error => {
      this.#offered = undefined;
      throw error;
    });
    return this.#offered;
  }

  #askFeatures(): Promise<boolean> {
    return this.#client.execute(
      ServerFeaturesClient,
      'getSupportedMethods',
      server =>
        new Promise((resolve, reject) => {
          server.getSupportedMethods(new Empty(), ...argumentsOf(this.#client), (error, answer) => {
            // Older servers have no such question.
            if (error && error.code !== UNIMPLEMENTED) reject(error);
            else resolve(!error && offersBatchAppend(answer));
          });
        }),
    );
  }

  async #together(append: Appending, wait: Wait): Promise<Appended> {
    this.#call ??= this.#open();
    const call = await this.#call;
    return appendedIn(await call.append(append, wait));
  }

  #alone(append: Appending, wait: Wait): Promise<Appended> {
    return this.#client.execute(
      StreamsClient,
      'append',
      streams =>
        new Promise((resolve, reject) => {
          const call = streams.append(...argumentsOf(this.#client), (error, answer) => {
            if (error) reject(error);
            else resolve(answer.hasWrongExpectedVersion() ? 'wrong-revision' : appendedIn(answer));
          });
          call.on('error', reject);
          wait.cancel = () => call.cancel();
          for (const request of appendRequests(append)) call.write(request);
          call.end();
        }),
    );
  }

  async #open(): Promise<SharedCall> {
    const forget = () => {
      this.#call = undefined;
      this.#offered = undefined;
    };
    try {
      const create = this.#client.createStream(StreamsClient, 'batchAppend', async streams =>
        streams.batchAppend(...argumentsOf(this.#client)),
      );
      return new SharedCall(await create(), forget);
    } catch (error) {
      forget();
      throw error;
    }
  }
}

/** An append that waits for its answer among others. */
interface UnderWay {
  resolve(answer: BatchAppendResp): void;
  reject(error: Error): void;
}

class SharedCall {
  readonly #call: ClientDuplexStream<BatchAppendReq, BatchAppendResp>;
  readonly #underWay = new Map<string, UnderWay>();
  #retired = false;
  #ended: Error | undefined;

  /** `forget` is called once, when the call has ended. */
  constructor(call: ClientDuplexStream<BatchAppendReq, BatchAppendResp>, forget: () => void) {
    this.#call = call;
    const end = (error: Error) => {
      if (this.#ended) return;
      this.#ended = endedUnderWay(error);
      forget();
      for (const append of this.#underWay.values()) append.reject(this.#ended);
      this.#underWay.clear();
    };
    call.on('data', (answer: BatchAppendResp) => this.#take(answer));
    call.on('error', end);
    call.on('end', () => {
      end(new Error('ended'));
      call.end();
    });
  }

  append(append: Appending, wait: Wait): Promise<BatchAppendResp> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      const id = randomUUID();
      this.#underWay.set(id, { resolve, reject });
      wait.cancel = () => this.#settle(id);
      this.#call.write(sharedAppendRequest(id, append));
    });
  }

  retire(): void {
    this.#retired = true;
    if (this.#underWay.size === 0) breakOff(this.#call);
  }

  #take(answer: BatchAppendResp): void {
    const append = this.#settle(answer.getCorrelationId()?.getString() ?? '');
    const refusal = answer.getError();
    if (refusal) append?.reject(appendRefusalOf(refusal));
    else append?.resolve(answer);
  }

  /** Undefined for one that nobody waits for any more. */
  #settle(id: string): UnderWay | undefined {
    const append = this.#underWay.get(id);
    this.#underWay.delete(id);
    if (this.#retired && this.#underWay.size === 0) breakOff(this.#call);
    return append;
  }
}

function appendedIn(answer: AppendResp | BatchAppendResp): { readonly position: Position | undefined } {
  return { position: answer.getSuccess()?.getPosition()?.getCommitPosition() as Position | undefined };
}

function offersBatchAppend(features: SupportedMethods): boolean {
  const { path } = StreamsService.batchAppend;
  return features
    .getMethodsList()
    .some(method => `/${method.getServiceName()}/${method.getMethodName()}`.toLowerCase() === path.toLowerCase());
}

function sizeOf({ events }: Appending): number {
  return events.reduce((size, event) => size + eventSize(event), 0);
}
