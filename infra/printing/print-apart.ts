/**
 * Printing on a thread of its own. It is started with the first paper, since most processes never print, and ended when
 * nobody has printed for a while: its typeface is some tens of megabytes.
 */
import { Worker } from 'node:worker_threads';
import { type Print, printsKept } from './print.ts';

/** What the thread answers to each paper. */
export type Printed = { readonly bytes: Uint8Array } | { readonly fault: string };

export interface ApartOptions {
  readonly idleMs?: number;
  /** The module that the thread runs. */
  readonly entry?: URL;
}

const ENTRY = new URL('./print-thread.js', import.meta.url);
const IDLE_MS = 60_000;

/** Prints papers whose checks the public finds below `address`, one at a time. Throws TooBusy. */
export function printApart(address: string, { idleMs = IDLE_MS, entry = ENTRY }: ApartOptions = {}): Print {
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

  return printsKept(async paper => {
    const thread = running();
    // While somebody waits for a paper, the process does.
    thread.ref();
    thread.postMessage(paper);
    try {
      const printed = await answerOf(thread);
      if ('fault' in printed) throw new Error(printed.fault);
      return printed.bytes;
    } finally {
      thread.unref();
      idle = setTimeout(() => {
        forget(thread);
        void thread.terminate();
      }, idleMs).unref();
    }
  });
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
