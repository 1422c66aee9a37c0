/**
 * Printing on a thread of its own. It is started with the first paper, since most processes never print, and ended when
 * nobody has printed for a while: its typeface is some tens of megabytes.
 */
import { Worker } from 'node:worker_threads';
import type { Printable } from '../../projections/printable.ts';
import { type Bounded, withConcurrency } from '../bounded.ts';
import type { LongPaper } from './long-paper.ts';
import { PRINTING, type Print, type PrintLong, printsKept } from './prints-kept.ts';

/** What the thread is given. */
export type ToPrint = { readonly paper: Printable } | { readonly longPaper: LongPaper };

/** What the thread answers to each. */
export type Printed = { readonly bytes: Uint8Array } | { readonly fault: string };

export interface ApartOptions {
  readonly idleMs?: number;
  /** The module that the thread runs. */
  readonly entry?: URL;
}

const ENTRY = new URL('./print-thread.js', import.meta.url);
const IDLE_MS = 60_000;

export interface PrintingApart {
  readonly print: Print;
  readonly printLong: PrintLong;
}

/** Prints papers, whose checks the public finds below `address`, and long papers, one at a time. Both throw TooBusy. */
export function printApart(address: string, { idleMs = IDLE_MS, entry = ENTRY }: ApartOptions = {}): PrintingApart {
  const inTurn: Bounded = withConcurrency(PRINTING);
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;

  const forget = (thread: Worker) => {
    if (worker === thread) worker = undefined;
  };
  const running = (): Worker => {
    clearTimeout(idle);
    if (worker) return worker;
    const started = new Worker(entry, { workerData: { address }, execArgv: [] });
    for (const end of ['error', 'exit']) started.once(end, () => forget(started));
    worker = started;
    return started;
  };

  const printed = async (asked: ToPrint): Promise<Uint8Array> => {
    const thread = running();
    // While somebody waits for a print, the process does.
    thread.ref();
    thread.postMessage(asked);
    try {
      const answer = await answerOf(thread);
      if ('fault' in answer) throw new Error(answer.fault);
      return answer.bytes;
    } finally {
      thread.unref();
      idle = setTimeout(() => {
        forget(thread);
        void thread.terminate();
      }, idleMs).unref();
    }
  };
  return {
    print: printsKept(paper => printed({ paper }), inTurn),
    printLong: longPaper => inTurn(() => printed({ longPaper })),
  };
}

function answerOf(thread: Worker): Promise<Printed> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      thread.off('message', answer).off('error', fail).off('exit', end);
      act();
    };
    const answer = (printed: Printed) => settle(() => resolve(printed));
    const fail = (error: Error) => settle(() => reject(error));
    const end = () => fail(new Error('the printing thread ended'));
    thread.on('message', answer).on('error', fail).on('exit', end);
  });
}
