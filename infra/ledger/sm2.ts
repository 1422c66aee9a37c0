/**
 * SM2 signatures over SM3 (GB/T 32918.2, GB/T 35276): r and s, 32 bytes each, with the identity that GM/T 0009 names. Node's
 * own signatures of such keys are ECDSA, which no verifier of SM2 takes.
 */
import { createHmac, createPrivateKey } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { digest } from './hashing.ts';

/** What is signed is hashed together with it (GM/T 0009, section 10). */
const IDENTITY = '1234567812345678';

/** What a public key begins with: the algorithm, which C2SP gives no byte of its own. SM2 with SM3 (GM/T 0006). */
const ALGORITHM = Buffer.from('oid/1.2.156.10197.1.501');
/** Coordinates, after 0x04 (GB/T 32918.1, section 4.2.8). */
const POINT_BYTES = 65;
const NUMBER_BYTES = 32;
const SIGNATURE_BYTES = 2 * NUMBER_BYTES;

/** The order of the curve of GB/T 32918.5. */
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const numberOf = (bytes: Uint8Array) => BigInt(`0x${hexOf(bytes)}`);
const isWithin = (number: bigint, order: bigint) => number > 0n && number < order;

/** The point of a public key; undefined for what is none. */
function pointOfKey(publicKey: Uint8Array): string | undefined {
  const isOfAlgorithm = ALGORITHM.equals(publicKey.subarray(0, ALGORITHM.length));
  if (!isOfAlgorithm || publicKey.length !== ALGORITHM.length + POINT_BYTES) return undefined;
  const point = hexOf(publicKey.subarray(ALGORITHM.length));
  try {
    return sm2.verifyPublicKey(point) ? point : undefined;
  } catch {
    // It throws for a point that is not on the curve.
    return undefined;
  }
}

/** False also for what is no key, or no signature. */
export function verifiesSm2(publicKey: Uint8Array, content: Uint8Array, signature: Uint8Array): boolean {
  const parts = [signature.subarray(0, NUMBER_BYTES), signature.subarray(NUMBER_BYTES)];
  if (signature.length !== SIGNATURE_BYTES || !parts.every(part => isWithin(numberOf(part), ORDER))) return false;
  const point = pointOfKey(publicKey);
  return (
    point !== undefined && sm2.doVerifySignature(content, hexOf(signature), point, { hash: true, userId: IDENTITY })
  );
}

export interface Sm2Key {
  /** As it stands in verifier lines and on the log: the algorithm, and the point. */
  readonly publicKey: Buffer;
  /** The same each time for the same content. */
  sign(content: Uint8Array): Buffer;
}

/** From a secret of 32 bytes; the rare one that is no key stands for its SM3. */
export function sm2OfSecret(secret: Uint8Array): Sm2Key {
  let bytes: Buffer = Buffer.from(secret);
  while (!isWithin(numberOf(bytes), ORDER - 1n)) bytes = digest('sm3', bytes);
  const privateKey = hexOf(bytes);
  const point = sm2.getPublicKeyFromPrivateKey(privateKey);
  return {
    publicKey: Buffer.concat([ALGORITHM, Buffer.from(point, 'hex')]),
    sign(content) {
      const hashed = Buffer.from(sm2.getHash(content, point, IDENTITY), 'hex');
      const pointPool = [pointOf(nonceOf(bytes, hashed))];
      return Buffer.from(sm2.doSignature(hashed, privateKey, { pointPool }), 'hex');
    },
  };
}

/** What stands before the secret in PKCS #8 of such a key, from the identifiers of the algorithm and of the curve on. */
const BEFORE_SECRET = Buffer.from('301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420', 'hex');

/** From PEM (PKCS #8). Throws TypeError when it is no key of SM2. */
export function sm2FromPem(pem: string): Sm2Key {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  const at = der.indexOf(BEFORE_SECRET);
  if (at < 0) throw new TypeError('no key of SM2');
  const from = at + BEFORE_SECRET.length;
  return sm2OfSecret(der.subarray(from, from + NUMBER_BYTES));
}

/** The point that a number leads to, as a signature needs it. */
function pointOf(nonce: Buffer): { readonly k: bigint; readonly x1: bigint } {
  const point = sm2.getPublicKeyFromPrivateKey(hexOf(nonce));
  return { k: numberOf(nonce), x1: BigInt(`0x${point.slice(2, 2 + 2 * NUMBER_BYTES)}`) };
}

/**
 * The number that must not be used for two contents, nor be guessed: RFC 6979, section 3.2, with HMAC-SM3, so that it does
 * not hang on chance.
 */
function nonceOf(secret: Buffer, hashed: Buffer): Buffer {
  const mac = (key: Buffer, ...parts: readonly Uint8Array[]) =>
    createHmac('sm3', key).update(Buffer.concat(parts)).digest();
  const reduced = Buffer.from((numberOf(hashed) % ORDER).toString(16).padStart(2 * NUMBER_BYTES, '0'), 'hex');
  let key: Buffer = Buffer.alloc(NUMBER_BYTES);
  let value: Buffer = Buffer.alloc(NUMBER_BYTES, 0x01);
  for (const round of [0x00, 0x01]) {
    key = mac(key, value, Buffer.of(round), secret, reduced);
    value = mac(key, value);
  }
  for (;;) {
    value = mac(key, value);
    if (isWithin(numberOf(value), ORDER)) return value;
    key = mac(key, value, Buffer.of(0x00));
    value = mac(key, value);
  }
}
