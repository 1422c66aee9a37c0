// @ts-check
/**
 * Which hash and which signature a log uses, by the name that its manifest and its keys give. On Node both come from its own
 * cryptography, which is faster; in a browser the hash is ours and the signature WebCrypto's.
 */
import { joined, utf8 } from './bytes.js';
import { Sha256 } from './sha256.js';
import { verifiesSm2 } from './sm2.js';
import { sm3 } from './sm3.js';

/**
 * @typedef {object} Digester
 * @property {(bytes: Uint8Array) => unknown} update
 * @property {() => Uint8Array} digest
 */

/**
 * @typedef {object} Suite
 * @property {(bytes: Uint8Array) => Uint8Array} digest Gives 32 bytes.
 * @property {(text: string) => Uint8Array} digestText Of its UTF-8.
 * @property {Uint8Array} signatureType What stands for the signature of the log in a key id (C2SP signed-note).
 * @property {(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>} verifies
 */

/** The browser has no such signature: nothing is said about what it signs. */
export class NoSuchSignature extends Error {}

/** @type {typeof import('node:crypto') | undefined} */
const native = globalThis.process?.getBuiltinModule?.('node:crypto');

/**
 * Node gives a digest as text several times as fast as in bytes.
 * @param {'sha256' | 'sm3'} name
 * @returns {(content: Uint8Array | string) => Uint8Array}
 */
function nativeDigest(name) {
  const { hash } = /** @type {typeof import('node:crypto')} */ (native);
  return content => Buffer.from(hash(name, content, 'binary'), 'binary');
}

/** @param {Uint8Array} bytes */
function ownSha256(bytes) {
  return new Sha256().update(bytes).digest();
}

export const sha256 = native ? nativeDigest('sha256') : ownSha256;

/** @returns {Digester} For what comes piece by piece. */
export const beginSha256 = () => (native ? native.createHash('sha256') : new Sha256());

const SPKI_ED25519 = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/**
 * RFC 8032. Throws {@link NoSuchSignature}.
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 */
export async function verifiesEd25519(publicKey, message, signature) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (native) {
    const key = native.createPublicKey({
      key: /** @type {any} */ (joined(SPKI_ED25519, publicKey)),
      format: 'der',
      type: 'spki',
    });
    return native.verify(null, message, key, signature);
  }
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) throw new NoSuchSignature('no WebCrypto');
  /** @type {any} */
  const [keyBytes, signed, by] = [publicKey, message, signature];
  try {
    const key = await subtle.importKey('raw', keyBytes, 'Ed25519', false, ['verify']);
    return await subtle.verify('Ed25519', key, by, signed);
  } catch (error) {
    if (/** @type {Error} */ (error).name === 'NotSupportedError') throw new NoSuchSignature('no Ed25519');
    return false;
  }
}

// A Node that was built without it has ours, like a browser.
const digestSm3 = native?.getHashes().includes('sm3') ? nativeDigest('sm3') : sm3;

/** @type {Readonly<Record<string, Suite>>} */
export const SUITES = {
  ed25519: {
    digest: sha256,
    digestText: native ? nativeDigest('sha256') : text => ownSha256(utf8(text)),
    signatureType: Uint8Array.of(0x01),
    verifies: verifiesEd25519,
  },
  sm: {
    digest: digestSm3,
    digestText: text => digestSm3(utf8(text)),
    signatureType: Uint8Array.of(0xff),
    verifies: async (publicKey, message, signature) => verifiesSm2(sm3, publicKey, message, signature),
  },
};
