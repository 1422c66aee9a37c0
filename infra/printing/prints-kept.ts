/** The prints that were asked for, whoever makes them: one at a time, and the last of them kept. */
import { LRUCache } from 'lru-cache';
import type { Printable } from '../../projections/printable.ts';
import { type Bounded, withConcurrency } from '../bounded.ts';
import type { LongPaper } from './long-paper.ts';

export type Print = (paper: Printable) => Promise<Uint8Array>;
export type PrintLong = (longPaper: LongPaper) => Promise<Uint8Array>;

/** Prints that are kept, each of some 80 kB: anyone may ask for one, and making one takes a tenth of a second or two. */
const KEPT = 100;
/** One holds a processor; whoever would wait for longer than some seconds comes again. */
export const PRINTING = { atOnce: 1, waiting: 50 };

/** One print at a time; the last are kept, and found again by their words. Throws TooBusy when too many wait. */
export function printsKept(print: Print, printing: Bounded = withConcurrency(PRINTING)): Print {
  const kept = new LRUCache<string, Promise<Uint8Array>>({ max: KEPT });
  return paper => {
    const words = JSON.stringify(paper);
    const printed = kept.get(words) ?? printing(() => print(paper));
    kept.set(words, printed);
    printed.catch(() => kept.delete(words));
    return printed;
  };
}
