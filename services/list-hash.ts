/** The hash that pins a published list, made without keeping anybody waiting. */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../events/canonical.ts';

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
