/** Reads over one client, answer by answer. */
import grpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { argumentsOf, breakOff, type Cancellable, type Client } from './eventstoredb-client.ts';
import type { Deadlines, Wait } from './eventstoredb-deadlines.ts';

const { StreamsClient } = grpc;

/** An answer that comes piece by piece until the caller cancels it. */
export interface Stream extends AsyncIterable<ReadResp>, Cancellable {
  readonly readableLength: number;
}

/** Milliseconds that a server has to end a read by itself whose last event has come. */
const LINGER_MS = 500;

/**
 * The answers up to the last one that matters. Nearly every read ends right behind it; one that does not is broken off
 * later, since a server takes a client that breaks off many for an attacker.
 */
export function read(
  client: Client,
  request: ReadReq,
  isLast: (answer: ReadResp) => boolean,
  wait: Wait,
  deadlines: Deadlines,
): Promise<readonly ReadResp[]> {
  return client.execute(
    StreamsClient,
    'read',
    streams =>
      new Promise((resolve, reject) => {
        const answers: ReadResp[] = [];
        const call = streams.read(request, ...argumentsOf(client));
        let lingering: Wait | undefined;
        wait.cancel = () => breakOff(call);
        call.on('data', (answer: ReadResp) => {
          if (lingering) return;
          wait.heard();
          answers.push(answer);
          if (!isLast(answer)) return;
          lingering = deadlines.watch(LINGER_MS, () => breakOff(call));
          resolve(answers);
        });
        const end = (settle: () => void) => {
          lingering?.end();
          settle();
        };
        call.on('end', () => end(() => resolve(answers)));
        call.on('error', error => end(() => reject(error)));
      }),
  );
}

/** A read without an end. */
export function openEndlessRead(client: Client, request: ReadReq): Promise<Stream> {
  const create = client.createStream(StreamsClient, 'read', streams => streams.read(request, ...argumentsOf(client)));
  return create();
}
