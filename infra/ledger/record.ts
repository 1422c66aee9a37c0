/** The record of an event: the bytes that stand for it in the ledger (README.md, section 1). */
import { createHmac, hash } from 'node:crypto';
import type { RecordedEvent } from '../../events/envelope.ts';
import { digest, HASH_BYTES, type HashName } from './hashing.ts';

/** What of an event is committed to: all but its position, which is another in every store. */
export type CommittedEvent = Pick<
  RecordedEvent,
  'id' | 'streamId' | 'revision' | 'type' | 'schemaVersion' | 'dataText' | 'metaText'
>;

/** 32 bytes each. Whoever has one can confirm a guess of its text. */
export interface Salts {
  readonly data: Uint8Array;
  readonly meta: Uint8Array;
}

const BLOCK_BYTES = 128;
const SHA512_BYTES = 64;
const ID_BYTES = 16;

/** What a commitment is of. */
const DATA = 0x02;
const META = 0x03;

/**
 * Makes the salts of events from one secret: HMAC-SHA-512 of the event's id, the first half and the second; with SM3 one
 * HMAC-SM3 for each, of the part that it is for and the id.
 */
export class SaltKey {
  readonly #secret: Uint8Array;
  readonly #name: HashName;
  /** The padded key and what is authenticated, of the inner and of the outer hash (RFC 2104). */
  readonly #inner = Buffer.alloc(BLOCK_BYTES + ID_BYTES, 0x36);
  readonly #outer = Buffer.alloc(BLOCK_BYTES + SHA512_BYTES, 0x5c);

  /** Throws RangeError unless the secret has 32 to 128 bytes. */
  constructor(secret: Uint8Array, name: HashName = 'sha256') {
    if (secret.length < HASH_BYTES || secret.length > BLOCK_BYTES) {
      throw new RangeError(`a key of salts has ${HASH_BYTES} to ${BLOCK_BYTES} bytes, not ${secret.length}`);
    }
    this.#secret = secret;
    this.#name = name;
    secret.forEach((byte, at) => {
      this.#inner[at] = byte ^ 0x36;
      this.#outer[at] = byte ^ 0x5c;
    });
  }

  /** Of the event with this id, a UUID. */
  saltsOf(eventId: string): Salts {
    const id = eventId.replaceAll('-', '');
    if (this.#name === 'sm3') return { data: this.#bySm3(DATA, id), meta: this.#bySm3(META, id) };
    this.#inner.write(id, BLOCK_BYTES, 'hex');
    this.#outer.write(hash('sha512', this.#inner, 'binary'), BLOCK_BYTES, 'binary');
    const bytes = Buffer.from(hash('sha512', this.#outer, 'binary'), 'binary');
    return { data: bytes.subarray(0, HASH_BYTES), meta: bytes.subarray(HASH_BYTES) };
  }

  #bySm3(part: number, id: string): Buffer {
    return createHmac('sm3', this.#secret).update(Buffer.of(part)).update(id, 'hex').digest();
  }
}

const BYTES_PER_UNIT = 3;

/** Where a salted text is put together, time and again: a hash needs its bytes in one piece. */
let scratch = Buffer.alloc(1 << 16);

/** The digest of a salted text, in hex. */
function commitment(name: HashName, part: number, salt: Uint8Array, text: string): string {
  const most = 1 + HASH_BYTES + text.length * BYTES_PER_UNIT;
  if (scratch.length < most) scratch = Buffer.alloc(most);
  scratch[0] = part;
  scratch.set(salt, 1);
  const written = scratch.write(text, 1 + HASH_BYTES);
  return hash(name, scratch.subarray(0, 1 + HASH_BYTES + written), 'hex');
}

const TIME = '"recordedAt":"';

/** What stands in the metadata as the time of recording; empty where nothing does. */
function recordedAt(metaText: string): string {
  const at = metaText.indexOf(TIME);
  if (at < 0) return '';
  const end = metaText.indexOf('"', at + TIME.length);
  return end < 0 ? '' : escaped(metaText.slice(at + TIME.length, end));
}

/** Nothing that is escaped stands in the names that this program gives. */
const PLAIN = /^[!-$&-~]*$/;

/** One line whatever the text holds, and another one for another text. */
function escaped(text: string): string {
  if (PLAIN.test(text)) return text;
  let line = '';
  for (const byte of Buffer.from(text)) {
    const isPlain = byte > 0x20 && byte !== 0x25 && byte !== 0x7f && byte < 0x80;
    line += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return line;
}

/** The record as text: eight lines, each with its LF. */
export function recordOf(event: CommittedEvent, salts: Salts, name: HashName = 'sha256'): string {
  const { id, schemaVersion, type, streamId, revision, dataText, metaText } = event;
  const data = commitment(name, DATA, salts.data, dataText);
  const meta = commitment(name, META, salts.meta, `${revision}\n${metaText}`);
  const time = recordedAt(metaText);
  return `gongguan.event/v1\n${id}\n${schemaVersion}\n${time}\n${data}\n${meta}\n${escaped(type)}\n${escaped(streamId)}\n`;
}

/** The 32 bytes by which a record stands in the Merkle log. */
export function entryOf(record: string, name: HashName = 'sha256'): Buffer {
  return digest(name, record);
}
