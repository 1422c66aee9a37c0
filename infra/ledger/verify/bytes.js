// @ts-check
/** Bytes as text and back, strictly: what is not written as the specification writes it is no bytes. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param {string} text */
export const utf8 = text => encoder.encode(text);

/**
 * @param {Uint8Array} bytes
 * @returns {string} Throws TypeError where the bytes are no UTF-8.
 */
export const textOf = bytes => decoder.decode(bytes);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** What Node has is faster where it is there. */
const NodeBuffer = globalThis.Buffer;

/**
 * @param {Uint8Array} bytes
 * @returns {string} Lower case.
 */
export function hexOf(bytes) {
  if (NodeBuffer) return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/**
 * @param {unknown} text
 * @returns {Uint8Array | undefined} Undefined for anything but pairs of lower-case digits.
 */
export function bytesOfHex(text) {
  if (typeof text !== 'string' || text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

/** @param {Uint8Array} bytes */
export function base64Of(bytes) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * @param {unknown} text
 * @returns {Uint8Array | undefined} Undefined for anything but RFC 4648, section 4, with its padding.
 */
export function bytesOfBase64(text) {
  if (typeof text !== 'string') return undefined;
  try {
    const binary = atob(text);
    if (btoa(binary) !== text) return undefined;
    return Uint8Array.from(binary, character => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** @param {readonly Uint8Array[]} parts */
export function joined(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function sameBytes(one, other) {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

const BYTES_PER_UNIT = 3;
let scratch = new Uint8Array(1 << 16);

/**
 * A byte, a salt and a text, joined: to be read before the next call, which writes over it.
 * @param {number} part
 * @param {Uint8Array} salt
 * @param {string} text
 * @returns {Uint8Array}
 */
export function salted(part, salt, text) {
  const head = 1 + salt.length;
  const most = head + text.length * BYTES_PER_UNIT;
  if (scratch.length < most) scratch = new Uint8Array(most);
  scratch[0] = part;
  scratch.set(salt, 1);
  const { written } = encoder.encodeInto(text, scratch.subarray(head));
  return scratch.subarray(0, head + written);
}
