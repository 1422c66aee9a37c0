/** Where processors are short, those who append come before the ledger. */
import { setPriority } from 'node:os';

/** A third of the share of another thread, so that it cannot be starved for long. */
const NICE = 5;

/** On Linux the niceness is the calling thread's own; elsewhere nothing is done. */
export function yieldToWriters(): void {
  if (process.platform === 'linux') setPriority(NICE);
}
