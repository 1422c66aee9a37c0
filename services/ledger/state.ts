/** Which keys have signed the ledger and which one does, and where a rotation stands. House rules: the regulation says nothing of it. */
import { type EventsOf, untouched } from '../../events/event-type.ts';
import type { AccountId, Position } from '../../events/ids.ts';
import type {
  LEDGER_SUITES,
  LedgerEvent,
  ledgerKeyIntroduced,
  ledgerKeyRetired,
  RotationId,
} from '../../events/ledger.ts';
import type { Instant } from '../../events/time.ts';
import type { Fold } from '../command.ts';

/** Where on the log something stands, and since when. */
interface Place {
  readonly position: Position;
  readonly at: Instant;
}

/** A key of the ledger, in use until it is retired. */
export interface LedgerKey {
  readonly name: string;
  /** base64 */
  readonly publicKey: string;
  readonly suite: (typeof LEDGER_SUITES)[number];
  /** The order of two persons by which it was introduced. */
  readonly rotationId?: RotationId | undefined;
  readonly introduced: Place;
  readonly retired?: Place & { readonly reason: string };
}

type KeyEvent = EventsOf<readonly [typeof ledgerKeyIntroduced, typeof ledgerKeyRetired]>;

/** In the order of their introduction. */
export const ledgerKeys: Fold<readonly LedgerKey[], KeyEvent> = {
  name: 'ledger/keys',
  initial: [],
  evolve(keys, { type, data, position, meta: { recordedAt: at } }) {
    switch (type) {
      case 'ledger.key-introduced': {
        const { name, publicKey, suite, rotationId } = data;
        return [...keys, { name, publicKey, suite, rotationId, introduced: { position, at } }];
      }
      case 'ledger.key-retired': {
        const { publicKey, reason } = data;
        const retired = { position, at, reason };
        return keys.map(key => (key.publicKey === publicKey ? { ...key, retired } : key));
      }
    }
  },
};

/** The key in use; undefined before the first. */
export function keyInUse(keys: readonly LedgerKey[]): LedgerKey | undefined {
  return keys.findLast(({ retired }) => !retired);
}

/** Whether what two persons have ordered has been done. */
export function isCarriedOut(keys: readonly LedgerKey[], rotationId: string): boolean {
  return keys.some(key => key.rotationId === rotationId);
}

export interface Rotation {
  readonly rotationId: RotationId;
  readonly orderedBy: AccountId;
  readonly reason: string;
  /** The key that is to follow one that is lost. */
  readonly publicKey?: string | undefined;
  readonly stage: 'ordered' | 'confirmed';
}

type RotationEvent = Exclude<LedgerEvent, KeyEvent>;

/** Undefined until it is ordered. Whether it was carried out stands with the keys. */
export const rotation: Fold<Rotation | undefined, RotationEvent> = {
  name: 'ledger/rotation',
  initial: undefined,
  evolve(state, event) {
    switch (event.type) {
      case 'ledger.key-rotation-ordered':
        return { ...event.data, orderedBy: event.meta.actor.accountId, stage: 'ordered' };
      case 'ledger.key-rotation-confirmed':
        return state && { ...state, stage: 'confirmed' };
      default:
        return untouched(state, event);
    }
  },
};
