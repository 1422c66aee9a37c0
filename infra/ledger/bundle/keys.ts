/** Which keys have signed the ledger, as the log itself tells: from the index of the introduction to that of the retirement. */
import type { RecordedEvent } from '../../../events/envelope.ts';
import { isOneOf } from '../../../events/event-type.ts';
import type { Position } from '../../../events/ids.ts';
import { ledgerKeyIntroduced, ledgerKeyRetired } from '../../../events/ledger.ts';
import { ledgerKeys } from '../../../services/ledger/state.ts';

interface BundledKey {
  readonly name: string;
  /** Base64. */
  readonly publicKey: string;
  readonly suite: string;
  readonly introducedAt: number;
  readonly retiredAt?: number;
}

const isOfKeys = isOneOf([ledgerKeyIntroduced, ledgerKeyRetired]);

export class KeyHistory {
  readonly #indexes = new Map<Position, number>();
  #keys = ledgerKeys.initial;

  take(event: RecordedEvent, index: number): void {
    if (!isOfKeys(event) || event.fault) return;
    this.#indexes.set(event.position, index);
    this.#keys = ledgerKeys.evolve(this.#keys, event);
  }

  /** In the order of their introduction. */
  get all(): readonly BundledKey[] {
    const indexOf = (position: Position) => this.#indexes.get(position) as number;
    return this.#keys.map(({ name, publicKey, suite, introduced, retired }) => ({
      name,
      publicKey,
      suite,
      introducedAt: indexOf(introduced.position),
      ...(retired && { retiredAt: indexOf(retired.position) }),
    }));
  }
}
