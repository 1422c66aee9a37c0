// @ts-check
/** The record of an event, made anew from its texts (section 1 of the page). */
import { hexOf, salted, utf8 } from './bytes.js';

/** @typedef {import('./suites.js').Suite['digest']} Digest */

/**
 * What a record says; the texts are its own, escaped as they stand.
 * @typedef {object} EventRecord
 * @property {string} id
 * @property {string} schemaVersion
 * @property {string} recordedAt
 * @property {string} data Hex of the commitment.
 * @property {string} meta Hex of the commitment.
 * @property {string} type
 * @property {string} stream
 */

const VERSION = 'gongguan.event/v1';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const ESCAPED = /^(?:[!-$&-~]|%[0-9A-F]{2})*$/;

/**
 * @param {string} text
 * @returns {EventRecord | undefined} Undefined for anything but the eight lines of the page.
 */
export function recordOf(text) {
  const lines = text.split('\n');
  const [version, id = '', schemaVersion = '', recordedAt = '', data = '', meta = '', type = '', stream = ''] = lines;
  const isRecord =
    lines.length === 9 &&
    lines[8] === '' &&
    version === VERSION &&
    UUID.test(id) &&
    /^\d+$/.test(schemaVersion) &&
    [recordedAt, type, stream].every(line => ESCAPED.test(line)) &&
    DIGEST.test(data) &&
    DIGEST.test(meta);
  return isRecord ? { id, schemaVersion, recordedAt, data, meta, type, stream } : undefined;
}

const DATA = 0x02;
const META = 0x03;

/**
 * @param {Digest} digest
 * @param {Uint8Array} salt
 * @param {string} text
 */
export const dataCommitment = (digest, salt, text) => hexOf(digest(salted(DATA, salt, text)));

/**
 * @param {Digest} digest
 * @param {Uint8Array} salt
 * @param {number} revision
 * @param {string} text
 */
export const metaCommitment = (digest, salt, revision, text) =>
  hexOf(digest(salted(META, salt, `${revision}\n${text}`)));

const TIME = '"recordedAt":"';

/** @param {string} meta The text of the metadata. */
export function recordedAtOf(meta) {
  const start = meta.indexOf(TIME);
  const end = start < 0 ? -1 : meta.indexOf('"', start + TIME.length);
  return end < 0 ? '' : escaped(meta.slice(start + TIME.length, end));
}

/** @param {string} text */
export function escaped(text) {
  if (/^[!-$&-~]*$/.test(text)) return text;
  let line = '';
  for (const byte of utf8(text)) {
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x25;
    line += isPlain ? String.fromCharCode(byte) : `%${hexOf(Uint8Array.of(byte)).toUpperCase()}`;
  }
  return line;
}

/**
 * The text of a record that is made anew.
 * @param {EventRecord} record
 */
export const textOfRecord = ({ id, schemaVersion, recordedAt, data, meta, type, stream }) =>
  `${VERSION}\n${id}\n${schemaVersion}\n${recordedAt}\n${data}\n${meta}\n${type}\n${stream}\n`;
