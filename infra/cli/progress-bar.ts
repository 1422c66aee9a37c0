/** Progress on the terminal. */
import { SingleBar } from 'cli-progress';

/** Where no terminal shows a bar, a line now and then. */
const QUIET_ELSEWHERE = { noTTYOutput: true, notTTYSchedule: 5_000 };
/** The library would take SIGTERM and SIGINT for itself, stop the bar, and let the process run on for ever. */
const SIGNALS_ARE_OURS = { gracefulExit: false };

/** How far a task has come; `says` fills the other places of the format. */
export type Show = (done: number, total: number, says?: object) => void;

/**
 * Shows how far a task is, from the first step it tells of until it ends, however it ends: a bar that is left standing
 * keeps its process alive for ever. `format` is as cli-progress has it.
 */
export async function withProgress<T>(format: string, task: (show: Show) => Promise<T>): Promise<T> {
  const bar = new SingleBar({ format, ...QUIET_ELSEWHERE, ...SIGNALS_ARE_OURS });
  let started = false;
  const show: Show = (done, total, says = {}) => {
    if (!started) bar.start(total, 0, says);
    started = true;
    bar.update(done, says);
  };
  try {
    return await task(show);
  } finally {
    if (started) bar.stop();
  }
}
