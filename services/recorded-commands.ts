/** Which commands a stream has recorded, so that none is recorded twice. */
import type { Position } from '../events/ids.ts';

/** Where a command left its stream. */
export interface Done {
  readonly digest: string;
  readonly revision: number;
  readonly position: Position;
}

/** Commands of a stream that are remembered in full; clients repeat what they sent just now. */
const IN_FULL = 32;

/** The last commands in full, all earlier ones by a number each, or a stream of many commands would fill the memory. */
export class RecordedCommands {
  readonly #last = new Map<string, Done>();
  readonly #earlier = new Set<number>();

  /** An event of the command has been recorded. */
  add(commandId: string, done: Done): void {
    this.#last.set(commandId, done);
    if (this.#last.size <= IN_FULL) return;
    const oldest = this.#last.keys().next().value as string;
    this.#last.delete(oldest);
    this.#earlier.add(numberOf(oldest));
  }

  /** `perhaps`: an earlier command has this id or shares its number; the log knows. */
  find(commandId: string): Done | 'perhaps' | undefined {
    const done = this.#last.get(commandId);
    if (done || this.#earlier.size === 0) return done;
    return this.#earlier.has(numberOf(commandId)) ? 'perhaps' : undefined;
  }
}

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a, cut to the 30 bits that take no memory of their own. */
function numberOf(commandId: string): number {
  let hash = OFFSET_BASIS;
  for (let at = 0; at < commandId.length; at += 1) hash = Math.imul(hash ^ commandId.charCodeAt(at), PRIME);
  return (hash ^ (hash >>> 30)) & 0x3fffffff;
}
