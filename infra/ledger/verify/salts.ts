/** The salts of events, made from their key as the page says (sections 1 and 8). */
import { createHmac, hash } from 'node:crypto';

export interface Salts {
  readonly data: Uint8Array;
  readonly meta: Uint8Array;
}

const BLOCK = 128;
const SHA512 = 64;
const HALF = 32;
const ID = 16;

/** HMAC-SHA-512 (RFC 2104) of many ids: the key is padded once. */
function bySha512(key: Uint8Array): (id: string) => Salts {
  const inner = Buffer.alloc(BLOCK + ID, 0x36);
  const outer = Buffer.alloc(BLOCK + SHA512, 0x5c);
  key.forEach((byte, at) => {
    inner[at] = byte ^ 0x36;
    outer[at] = byte ^ 0x5c;
  });
  return id => {
    inner.fill(0, BLOCK);
    inner.write(id, BLOCK, 'hex');
    outer.write(hash('sha512', inner, 'binary'), BLOCK, 'binary');
    const both = Buffer.from(hash('sha512', outer, 'binary'), 'binary');
    return { data: both.subarray(0, HALF), meta: both.subarray(HALF) };
  };
}

function bySm3(key: Uint8Array): (id: string) => Salts {
  const of = (part: number, id: string) => createHmac('sm3', key).update(Buffer.of(part)).update(id, 'hex').digest();
  return id => ({ data: of(0x02, id), meta: of(0x03, id) });
}

/** By the id of an event, a UUID. */
export function saltsBy(suite: 'ed25519' | 'sm', key: Uint8Array): (eventId: string) => Salts {
  const ofDigits = suite === 'sm' ? bySm3(key) : bySha512(key);
  return eventId => ofDigits(eventId.replaceAll('-', ''));
}
