/** How the in-process server answers appends, in calls of their own and in one that many share. */
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type * as grpc from '@grpc/grpc-js';
import type { Commits } from './commits.ts';
import { type Appended, type Log, link } from './log.ts';
import * as answers from './messages.ts';
import { appendTooLarge, commitTimeout, faultOf, type Refused } from './refusals.ts';

export interface AppendPorts {
  readonly log: Log;
  /** What an append over a call with this metadata is answered instead; counts it. */
  refusal(metadata: grpc.Metadata): Refused | undefined;
  /** Cuts all connections. */
  cut(): void;
}

type Outcome = Appended | 'too-large' | 'timeout' | 'cut';

export class Appends {
  /** Whether appends may share a call, as on servers from 21.10 on. */
  areShared = true;
  /** Commits the next append, and cuts all connections instead of acknowledging it. */
  cutAfterNext = false;
  /** Appends are prepared and not committed, as without followers; they are answered by a timeout after so many ms. */
  commitTimeoutMs: number | undefined;
  /** When appends become durable; at once unless told. */
  commits: Commits | undefined;
  /** Bytes of events that one append may have. */
  maxBytes = 1_048_576;
  /** Calls that carried appends, shared or not. */
  calls = 0;
  readonly #ports: AppendPorts;

  constructor(ports: AppendPorts) {
    this.#ports = ports;
  }

  append(call: grpc.ServerReadableStream<AppendReq, AppendResp>, done: grpc.sendUnaryData<AppendResp>): void {
    this.calls += 1;
    const requests: AppendReq[] = [];
    call.on('data', (request: AppendReq) => requests.push(request));
    call.on('end', () => {
      const refused = this.#ports.refusal(call.metadata);
      if (refused === 'hang') return;
      if (refused) {
        done(faultOf(refused));
        return;
      }
      this.#carryOut(answers.appendAsked(requests), outcome => {
        if (outcome === 'too-large') done(appendTooLarge(this.maxBytes));
        else if (outcome === 'timeout') done(commitTimeout());
        else if (outcome !== 'cut') done(null, answers.appendAnswer(outcome));
      });
    });
  }

  /** What concerns one append is answered among the others; what concerns all ends the call. */
  share(call: grpc.ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    this.calls += 1;
    let isOver = false;
    call.on('data', (request: BatchAppendReq) => {
      if (isOver) return;
      const refused = this.#ports.refusal(call.metadata);
      if (refused === 'hang') return;
      if (refused === 'access-denied' || refused === 'not-ready') {
        call.write(answers.sharedRefusal(request, refused));
      } else if (refused) {
        isOver = true;
        call.emit('error', faultOf(refused));
      } else {
        this.#carryOut(answers.sharedAppendAsked(request), outcome => {
          if (outcome === 'too-large') call.write(answers.sharedTooLarge(request, this.maxBytes));
          else if (outcome === 'timeout') call.write(answers.sharedRefusal(request, 'timeout'));
          else if (outcome !== 'cut') call.write(answers.sharedAnswer(request, outcome));
        });
      }
    });
    call.on('end', () => call.end());
  }

  /** `answer` is called at once, except where a commit is waited for. */
  #carryOut(asked: answers.AppendAsked, answer: (outcome: Outcome) => void): void {
    const { log } = this.#ports;
    const { stream, expected, proposals } = asked;
    const size = proposals.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
    if (size > this.maxBytes) {
      answer('too-large');
      return;
    }
    if (this.commitTimeoutMs !== undefined) {
      const isPrepared = log.prepare(stream, expected, proposals);
      if (isPrepared) setTimeout(() => answer('timeout'), this.commitTimeoutMs);
      else answer('wrong-revision');
      return;
    }
    if (this.commits) this.commits.add(() => this.#commit(asked, answer));
    else this.#commit(asked, answer);
  }

  #commit({ stream, expected, proposals }: answers.AppendAsked, answer: (outcome: Outcome) => void): void {
    const { log, cut } = this.#ports;
    const appended = log.append(stream, expected, proposals);
    if (this.cutAfterNext) {
      this.cutAfterNext = false;
      cut();
      answer('cut');
      return;
    }
    answer(appended);
    log.append(`$ce-${stream.split('-')[0]}`, undefined, [link(stream)]);
  }
}
