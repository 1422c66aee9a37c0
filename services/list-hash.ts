/** What pins a published list: its hash, made without keeping anybody waiting, and the position of the log that it is read at. */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../events/canonical.ts';
import { type Rejection, refuseForm } from './rejection.ts';

/** Entries in one turn of the event loop; some milliseconds. */
const ENTRIES_A_TURN = 1_000;

/** SHA-256 of the canonical JSON of the list: what readers can recompute from what it says. */
export async function listHashOf(list: readonly Json[]): Promise<string> {
  const digest = createHash('sha256').update('[');
  for (let at = 0; at < list.length; at += ENTRIES_A_TURN) {
    if (at > 0) await new Promise(resolve => setImmediate(resolve));
    const texts = list.slice(at, at + ENTRIES_A_TURN).map(canonicalJson);
    digest.update(at > 0 ? `,${texts.join(',')}` : texts.join(','));
  }
  return digest.update(']').digest('hex');
}

/** A list is published as it stands at a position that the log has: 422 for one that is still to come. */
export function positionNotReached(): Rejection {
  return refuseForm(
    'invalid',
    'position-not-reached',
    '台账尚未到达该位置',
    'The log has not reached this position yet',
  );
}
