/**
 * Sets of events, each kept as a count and a root: the sum of its elements modulo 2^256 (infra/ledger/README.md, section 9).
 * What one event adds to the root of a set it adds to that of the whole log, so that disjoint sets that hold every event
 * exactly once add up to it, and one that was skipped or taken twice is what is missing.
 */
import { hash } from 'node:crypto';
import type { RecordedEvent } from '../events/envelope.ts';

/** The roots of the sets that a read model parts the log into. */
export type Roots = Readonly<Record<'handled' | 'ignored' | 'unknown' | 'quarantined', bigint>>;

export const NO_ROOTS: Roots = { handled: 0n, ignored: 0n, unknown: 0n, quarantined: 0n };

const BITS = 256;
const HEX_DIGITS = BITS / 4;

/** What stands for an event, with all that is stored of it but its position, which is another in every store. */
export function elementOf(event: RecordedEvent): bigint {
  const { id, streamId, revision, type, schemaVersion, dataText, metaText } = event;
  return BigInt(
    `0x${hash('sha256', `${id}\n${streamId}\n${revision}\n${type}\n${schemaVersion}\n${dataText}\n${metaText}`)}`,
  );
}

/** The root of two sets that have no event in common. */
export function together(one: bigint, other: bigint): bigint {
  return BigInt.asUintN(BITS, one + other);
}

/** What the first set holds beyond the second. */
export function beyond(one: bigint, other: bigint): bigint {
  return BigInt.asUintN(BITS, one - other);
}

/** A set of events while it is filled: how many there are, and the sum of their elements. */
export class Tally {
  events = 0;
  /** Not brought below 2^256 while it grows, which would cost as much as the addition. */
  #sum = 0n;

  get root(): bigint {
    return BigInt.asUintN(BITS, this.#sum);
  }

  add(element: bigint): void {
    this.events += 1;
    this.#sum += element;
  }

  /** Takes in a set that has no event in common with it. */
  join(other: Tally): void {
    this.events += other.events;
    this.#sum += other.#sum;
  }
}

/** As people and JSON are given a root: 64 hex digits. */
export function rootText(root: bigint): string {
  return root.toString(16).padStart(HEX_DIGITS, '0');
}
