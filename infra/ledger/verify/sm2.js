// @ts-check
/** Verification of SM2 signatures (GB/T 32918.2) over the curve of GB/T 32918.5, which no browser has. */
import { hexOf, joined, utf8 } from './bytes.js';

/** @typedef {{ x: bigint, y: bigint, z: bigint }} Sm2Point Jacobian: the point (x / z², y / z³); z is 0 at infinity. */

const SM2_P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const SM2_A = SM2_P - 3n;
const SM2_B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const SM2_N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
/** @type {Sm2Point} */
const SM2_G = {
  x: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  y: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
  z: 1n,
};
const SM2_IDENTITY = '1234567812345678';
/** What a public key begins with; after it 0x04 and two coordinates. */
const SM2_ALGORITHM = utf8('oid/1.2.156.10197.1.501');
const SM2_KEY_BYTES = SM2_ALGORITHM.length + 65;

/** @param {bigint} number */
function modP(number) {
  const rest = number % SM2_P;
  return rest < 0n ? rest + SM2_P : rest;
}

/** @param {Uint8Array} bytes */
const sm2Number = bytes => BigInt(`0x${hexOf(bytes)}`);

/** @param {bigint} number */
function sm2Bytes(number) {
  const bytes = new Uint8Array(32);
  for (let [at, rest] = [31, number]; at >= 0; at -= 1, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}

/**
 * @param {Sm2Point} point
 * @returns {Sm2Point}
 */
function doubled({ x, y, z }) {
  if (z === 0n) return { x, y, z };
  const yy = modP(y * y);
  const s = modP(4n * x * yy);
  const zz = modP(z * z);
  // The curve's a is -3.
  const m = modP(3n * (x - zz) * (x + zz));
  const x3 = modP(m * m - 2n * s);
  return { x: x3, y: modP(m * (s - x3) - 8n * yy * yy), z: modP(2n * y * z) };
}

/**
 * @param {Sm2Point} one
 * @param {Sm2Point} other
 * @returns {Sm2Point}
 */
function added(one, other) {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const [zz1, zz2] = [modP(one.z * one.z), modP(other.z * other.z)];
  const [u1, u2] = [modP(one.x * zz2), modP(other.x * zz1)];
  const [s1, s2] = [modP(one.y * zz2 * other.z), modP(other.y * zz1 * one.z)];
  if (u1 === u2) return s1 === s2 ? doubled(one) : { x: 1n, y: 1n, z: 0n };
  const [h, r] = [modP(u2 - u1), modP(s2 - s1)];
  const hh = modP(h * h);
  const hhh = modP(h * hh);
  const v = modP(u1 * hh);
  const x = modP(r * r - hhh - 2n * v);
  return { x, y: modP(r * (v - x) - s1 * hhh), z: modP(h * one.z * other.z) };
}

/**
 * The sum of two multiples, both made at once.
 * @param {bigint} a
 * @param {Sm2Point} p
 * @param {bigint} b
 * @param {Sm2Point} q
 */
function sumOfMultiples(a, p, b, q) {
  const both = added(p, q);
  /** @type {Sm2Point} */
  let sum = { x: 1n, y: 1n, z: 0n };
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    sum = doubled(sum);
    const [inA, inB] = [(a >> bit) & 1n, (b >> bit) & 1n];
    if (inA && inB) sum = added(sum, both);
    else if (inA) sum = added(sum, p);
    else if (inB) sum = added(sum, q);
  }
  return sum;
}

/**
 * By Fermat: the power p - 2.
 * @param {bigint} number
 */
function inverseModP(number) {
  let [result, base] = [1n, number];
  for (let rest = SM2_P - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modP(result * base);
    base = modP(base * base);
  }
  return result;
}

/**
 * @param {Uint8Array} publicKey
 * @returns {Sm2Point | undefined} Undefined for what is no key of this algorithm, or not on the curve.
 */
function sm2PointOf(publicKey) {
  const head = joined(SM2_ALGORITHM, Uint8Array.of(0x04));
  if (publicKey.length !== SM2_KEY_BYTES || !head.every((byte, at) => publicKey[at] === byte)) return undefined;
  const [x, y] = [sm2Number(publicKey.subarray(-64, -32)), sm2Number(publicKey.subarray(-32))];
  const isOnCurve = x < SM2_P && y < SM2_P && modP(y * y - x * x * x - SM2_A * x - SM2_B) === 0n;
  return isOnCurve ? { x, y, z: 1n } : undefined;
}

/**
 * @param {(bytes: Uint8Array) => Uint8Array} sm3
 * @param {Uint8Array} publicKey As it stands in verifier lines.
 * @param {Uint8Array} message
 * @param {Uint8Array} signature r and s, 32 bytes each.
 */
export function verifiesSm2(sm3, publicKey, message, signature) {
  const point = sm2PointOf(publicKey);
  if (!point || signature.length !== 64) return false;
  const [r, s] = [sm2Number(signature.subarray(0, 32)), sm2Number(signature.subarray(32))];
  const t = (r + s) % SM2_N;
  if (r < 1n || r >= SM2_N || s < 1n || s >= SM2_N || t === 0n) return false;
  const curve = [SM2_A, SM2_B, SM2_G.x, SM2_G.y, point.x, point.y].map(sm2Bytes);
  // Before the identity its length in bits, 16 bits.
  const z = sm3(joined(Uint8Array.of(0x00, 0x80), utf8(SM2_IDENTITY), ...curve));
  const sum = sumOfMultiples(s, SM2_G, t, point);
  if (sum.z === 0n) return false;
  const inverse = inverseModP(sum.z);
  return (sm2Number(sm3(joined(z, message))) + modP(sum.x * inverse * inverse)) % SM2_N === r;
}
