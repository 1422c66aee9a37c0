// @ts-check
/**
 * RFC 3161 responses, as far as a verifier without certificates can judge them: over which text, and which time is claimed.
 * Who signed the time is judged by `openssl ts -verify`.
 */
import { hexOf } from './bytes.js';

/** @typedef {{ tag: number, content: Uint8Array }} Element */

/**
 * The DER elements of some bytes. Throws RangeError where they are none.
 * @param {Uint8Array} bytes
 * @returns {Element[]}
 */
function elementsOf(bytes) {
  const elements = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    let start = at + 2;
    if (length > 0x80) {
      const digits = bytes.subarray(start, start + length - 0x80);
      start += digits.length;
      length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
    }
    if (length === 0x80 || start + length > bytes.length) throw new RangeError('no DER');
    const content = bytes.subarray(start, start + length);
    elements.push({ tag, content });
    at = start + length;
  }
  return elements;
}

/**
 * The element that a path leads to. Throws RangeError where there is none.
 * @param {Uint8Array} bytes
 * @param {readonly number[]} path Of each level, which one.
 * @returns {Element}
 */
function elementAt(bytes, [at = 0, ...rest]) {
  const element = elementsOf(bytes)[at];
  if (!element) throw new RangeError('no such element');
  return rest.length === 0 ? element : elementAt(element.content, rest);
}

/** Paths within a response, and within the TSTInfo that it holds. */
const STATUS = [0, 0, 0];
const INFO = [0, 1, 1, 0, 2, 1, 0];
const ALGORITHM = [0, 2, 0, 0];
const IMPRINT = [0, 2, 1];
const TIME = [0, 4];

const SHA256 = '608648016503040201';
const GENERALIZED_TIME = 0x18;

/**
 * @param {Uint8Array} response
 * @returns {{ imprint: string, time: string } | undefined} The hashed message (SHA-256, hex) and the time (RFC 3339);
 * undefined for what is no granted response.
 */
export function timestampOf(response) {
  try {
    const isGranted = ['00', '01'].includes(hexOf(elementAt(response, STATUS).content));
    const info = elementAt(response, INFO).content;
    const isSha256 = hexOf(elementAt(info, ALGORITHM).content) === SHA256;
    const { tag, content } = elementAt(info, TIME);
    const [, year, month, day, hour, minute, second] =
      /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d(?:\.\d+)?)Z$/.exec(String.fromCharCode(...content)) ?? [];
    if (!isGranted || !isSha256 || tag !== GENERALIZED_TIME || second === undefined) return undefined;
    const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
    return { imprint: hexOf(elementAt(info, IMPRINT).content), time };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
