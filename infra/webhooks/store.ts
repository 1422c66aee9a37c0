/**
 * Where webhooks stand: how far each has come, what waits to be sent again, its secrets, and what became of deliveries.
 * Operational data: who has registered which webhook, and that one ended, stands on the log.
 */
import type { AccountId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import type { Instant } from '../../events/time.ts';
import type { Cursor } from '../http/feed-sources.ts';

/** A secret that messages are signed with. All numbers are milliseconds since 1970. */
export interface KeptSecret {
  readonly sealed: Sealed;
  /** Signs no more from then on; absent for the newest. */
  readonly until?: number;
}

/** An event that was not taken, or that waits behind one of its subject. */
export interface Parked {
  readonly eventId: string;
  readonly subject: string;
  /** The place before it in its feed, from which it is read again. */
  readonly after: Cursor;
  /** How often it was sent. */
  readonly attempts: number;
  /** When it is due; of one that waits behind another, when that is. */
  readonly dueAt: number;
  /** When it was first sent. */
  readonly since: number;
}

/** Where one webhook stands; changed as a whole, so that no step can be half done. */
export interface WebhookState {
  readonly id: string;
  readonly accountId: AccountId;
  /** Up to here everything was delivered or is {@link parked}. */
  readonly cursor: Cursor;
  /** In the order of the feed. */
  readonly parked: readonly Parked[];
  /** Newest first. */
  readonly secrets: readonly KeptSecret[];
  /** When the receiver answered the challenge. */
  readonly verifiedAt?: Instant;
  /** Nothing is sent before: the receiver has asked for it. */
  readonly pausedUntil: number;
  /** The number of the last entry of the delivery log. */
  readonly entries: number;
  /** Who sends for it, and until when it is his. */
  readonly owner: string;
  readonly ownedUntil: number;
  /** Rises with each change: who writes on an older one is refused. */
  readonly version: number;
}

export const DELIVERY_OUTCOMES = ['delivered', 'failed', 'refused', 'test', 'challenge', 'log-replaced'] as const;

/** One attempt. */
export interface DeliveryEntry {
  readonly webhookId: string;
  /** From 1, without gaps. */
  readonly number: number;
  readonly messageId: string;
  /** The place of the event in the feed: replaying after the one before it sends it again. Absent for tests. */
  readonly cursor?: Cursor;
  readonly type: string;
  readonly attempt: number;
  readonly at: Instant;
  readonly outcome: (typeof DELIVERY_OUTCOMES)[number];
  /** What the receiver answered. */
  readonly status?: number;
  /** Why there was no answer. */
  readonly reason?: string;
}

/** How many entries of a webhook are kept: the newest. */
export const ENTRIES_KEPT = 10_000;

/** Every method throws StoreUnavailable during an outage. */
export interface WebhookStore {
  /** Makes a webhook unless there is one of that id; whether it was made. */
  create(state: WebhookState): Promise<boolean>;
  get(id: string): Promise<WebhookState | undefined>;
  all(): Promise<readonly WebhookState[]>;
  /** Replaces a state if it still has the version before this one; whether it had. */
  replace(state: WebhookState): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Keeps an entry, in the place of one of its number; forgets those beyond {@link ENTRIES_KEPT}. */
  log(entry: DeliveryEntry): Promise<void>;
  /** Entries with smaller numbers, newest first. */
  entriesOf(webhookId: string, before: number, limit: number): Promise<readonly DeliveryEntry[]>;
  close(): Promise<void>;
}
