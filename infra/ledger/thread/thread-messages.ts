/** What the two ends of the thread of the ledger say to each other. */
import type { Position } from '../../../events/ids.ts';
import type { HashName } from '../hashing.ts';
import type { LeafPage } from '../leaves.ts';
import type { Grown, LedgerReaderState } from '../reader.ts';

export interface LedgerThreadData {
  readonly directory: string;
  readonly hash: HashName;
  /** The key of the salts. */
  readonly secret: Uint8Array;
}

export type ToLedgerThread = { readonly kind: 'appended'; readonly interrupted: boolean } | { readonly kind: 'stop' };

export type FromLedgerThread =
  | { readonly kind: 'grown'; readonly grown: Grown }
  | { readonly kind: 'alarm'; readonly message: string; readonly details: object; readonly state: LedgerReaderState };

/** Asks for the leaves of so many events. */
export interface ToLeavesThread {
  readonly after: Position;
  readonly limit: number;
}

export type FromLeavesThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'page'; readonly after: Position; readonly page: LeafPage };
