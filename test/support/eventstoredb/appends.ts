/** How the in-process server answers appends. */
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type * as grpc from '@grpc/grpc-js';
import { type Log, link } from './log.ts';
import * as answers from './messages.ts';
import type { Fault } from './refusals.ts';

export interface AppendPorts {
  readonly log: Log;
  /** What this call is answered instead. */
  refusal(metadata: grpc.Metadata): Fault | 'hang' | undefined;
  /** Cuts all connections. */
  cut(): void;
}

export class Appends {
  /** Commits the next append, and cuts all connections instead of acknowledging it. */
  cutAfterNext = false;
  readonly #ports: AppendPorts;

  constructor(ports: AppendPorts) {
    this.#ports = ports;
  }

  append(call: grpc.ServerReadableStream<AppendReq, AppendResp>, done: grpc.sendUnaryData<AppendResp>): void {
    const requests: AppendReq[] = [];
    call.on('data', (request: AppendReq) => requests.push(request));
    call.on('end', () => {
      const refusal = this.#ports.refusal(call.metadata);
      if (refusal === 'hang') return;
      if (refusal) {
        done(refusal);
        return;
      }
      const { stream, expected, proposals } = answers.appendAsked(requests);
      const appended = this.#ports.log.append(stream, expected, proposals);
      if (this.cutAfterNext) {
        this.cutAfterNext = false;
        this.#ports.cut();
        return;
      }
      done(null, answers.appendAnswer(appended));
      this.#ports.log.append(`$ce-${stream.split('-')[0]}`, undefined, [link(stream)]);
    });
  }
}
