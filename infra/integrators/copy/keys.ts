/** The keys of a ledger that follow one that is trusted: its log names them, and each is vouched for by the one before it. */
import type { GongguanClient } from '../../client/index.ts';
import { base64Of, bytesOfBase64, utf8 } from '../../ledger/verify/bytes.js';
import { type Key, keyOf } from '../../ledger/verify/notes.js';
import { SUITES } from '../../ledger/verify/suites.js';

const INTRODUCED = 'ledger.key-introduced';

/** What such an event says; everything in base64. */
interface Introduction {
  readonly name: string;
  readonly suite: string;
  readonly publicKey: string;
  /** The signature of the key itself. */
  readonly proof: string;
  /** The key before it; without its signature where that key was lost. */
  readonly predecessor?: { readonly publicKey: string; readonly proof?: string };
}

/** In their order. Where a key was lost it ends: the one after it is trusted on somebody's word, and comes from outside. */
export async function successorsOf(trusted: Key, client: GongguanClient): Promise<readonly Key[]> {
  const found: Key[] = [];
  for await (const { events } of client.pull({ types: [INTRODUCED] })) {
    for (const { data } of events) {
      const next = await successorIn(data as Introduction, found.at(-1) ?? trusted);
      if (next) found.push(next);
    }
  }
  return found;
}

async function successorIn(introduced: Introduction, before: Key): Promise<Key | undefined> {
  const { name, suite, publicKey, proof, predecessor } = introduced;
  const kind = SUITES[suite];
  const [key, own, vouched] = [publicKey, proof, predecessor?.proof].map(text => bytesOfBase64(text));
  const follows = name === before.name && predecessor?.publicKey === base64Of(before.publicKey);
  if (!follows || !kind || !key || !own || !vouched) return undefined;
  const text = utf8(`gongguan.ledger-key/v1\n${name}\n${suite}\n${publicKey}\n${predecessor.publicKey}\n`);
  if (!(await kind.verifies(key, text, own)) || !(await kind.verifies(before.publicKey, text, vouched))) {
    return undefined;
  }
  return keyOf(name, kind.signatureType, key);
}
