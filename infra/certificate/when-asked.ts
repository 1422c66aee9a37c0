/** A print that is loaded with the first paper: all processes would wait for it, and most never print. */
import type { Print } from './print.ts';

/** One for the process: what it keeps and what it bounds counts for all papers. */
export function printWhenAsked(address: string): Print {
  let print: Promise<Print> | undefined;
  return async paper => {
    print ??= import('./print.ts').then(({ createPrint }) => createPrint(address));
    return (await print)(paper);
  };
}
