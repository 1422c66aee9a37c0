// @ts-check
/** Reads a zip file (PKWARE APPNOTE): stored and deflated files, Zip64, no encryption. */
import { textOf } from './bytes.js';

/**
 * Where the bytes of a file come from: a file of the disk, or one that was chosen in a browser.
 * @typedef {object} Source
 * @property {number} size
 * @property {(start: number, end: number) => Promise<Uint8Array>} bytes
 * @property {(start: number, end: number) => ReadableStream<Uint8Array>} stream
 */

/**
 * @typedef {object} Member
 * @property {string} name
 * @property {number} method
 * @property {number} crc
 * @property {number} packed Bytes in the file.
 * @property {number} size Bytes of the content.
 * @property {number} offset Of its local header.
 */

/** The file is no zip that this program reads, or is damaged. */
export class BadZip extends Error {
  /**
   * @param {string} zh
   * @param {string} en
   */
  constructor(zh, en) {
    super(`${zh} (${en})`);
    this.zh = zh;
    this.en = en;
  }
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x1;
const FULL = 0xffffffff;
/** A directory larger than this is none of a bundle. */
const DIRECTORY_LIMIT = 1 << 26;

/** @param {Uint8Array} bytes */
const viewOf = bytes => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * @param {DataView} view
 * @param {number} at
 */
const number64 = (view, at) => Number(view.getBigUint64(at, true));

/** The files of a zip by name. Their content is read when it is asked for. */
export class Zip {
  #source;
  /** @type {ReadonlyMap<string, Member>} */
  members;

  /**
   * @param {Source} source
   * @param {ReadonlyMap<string, Member>} members
   */
  constructor(source, members) {
    this.#source = source;
    this.members = members;
  }

  /**
   * @param {Source} source
   * @returns {Promise<Zip>} Throws {@link BadZip}.
   */
  static async open(source) {
    const { entries, offset, length } = await directoryOf(source);
    if (length > DIRECTORY_LIMIT || offset + length > source.size) throw damaged();
    const bytes = await source.bytes(offset, offset + length);
    const view = viewOf(bytes);
    /** @type {Map<string, Member>} */
    const members = new Map();
    let at = 0;
    for (let entry = 0; entry < entries; entry += 1) {
      if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) throw damaged();
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map(place => view.getUint16(at + place, true));
      const next = at + 46 + Number(nameLength) + Number(extraLength) + Number(commentLength);
      if (next > bytes.length) throw damaged();
      const member = memberAt(bytes.subarray(at, next), Number(nameLength), Number(extraLength));
      if (members.has(member.name)) throw new BadZip(`压缩包内有两个 ${member.name}`, `two files ${member.name}`);
      members.set(member.name, member);
      at = next;
    }
    if (at !== bytes.length) throw damaged();
    return new Zip(source, members);
  }

  /**
   * The content, piece by piece. Throws {@link BadZip} where it is not what the directory says.
   * @param {string} name
   * @returns {AsyncGenerator<Uint8Array, void>}
   */
  async *pieces(name) {
    const member = this.members.get(name);
    if (!member) throw new BadZip(`压缩包内没有 ${name}`, `no file ${name}`);
    const start = await this.#startOf(member);
    const packed = this.#source.stream(start, start + member.packed);
    const stream = member.method === STORED ? packed : packed.pipeThrough(inflating());
    const reader = stream.getReader();
    let [size, crc] = [0, FULL];
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        size += value.length;
        if (size > member.size) break;
        crc = crcOf(value, crc);
        yield value;
      }
    } catch (error) {
      throw error instanceof BadZip ? error : broken(name);
    } finally {
      await reader.cancel().catch(() => undefined);
    }
    if (size !== member.size || (crc ^ FULL) >>> 0 !== member.crc) throw broken(name);
  }

  /**
   * The whole content. Throws {@link BadZip}.
   * @param {string} name
   * @param {number} limit In bytes.
   */
  async read(name, limit = 1 << 28) {
    const size = this.members.get(name)?.size ?? 0;
    if (size > limit) throw new BadZip(`${name} 过大`, `${name} is too large`);
    const content = new Uint8Array(size);
    let at = 0;
    for await (const piece of this.pieces(name)) {
      content.set(piece, at);
      at += piece.length;
    }
    return content;
  }

  /** @param {Member} member */
  async #startOf({ name, method, offset, packed }) {
    const header = await this.#source.bytes(offset, Math.min(offset + 30, this.#source.size));
    if (header.length < 30 || viewOf(header).getUint32(0, true) !== LOCAL) throw broken(name);
    const view = viewOf(header);
    const [nameLength, extraLength] = [view.getUint16(26, true), view.getUint16(28, true)];
    const start = offset + 30 + nameLength + extraLength;
    const own = await this.#source.bytes(offset + 30, Math.min(offset + 30 + nameLength, this.#source.size));
    // Another reader may go by the local headers alone: both have to say the same.
    if (nameIn(own) !== name || view.getUint16(8, true) !== method || start + packed > this.#source.size) {
      throw broken(name);
    }
    return start;
  }
}

/** @returns {TransformStream<Uint8Array, Uint8Array>} */
const inflating = () => /** @type {any} */ (new DecompressionStream(/** @type {any} */ ('deflate-raw')));

const damaged = () => new BadZip('不是压缩包，或已损坏', 'no zip file, or a damaged one');

/** @param {string} name */
const broken = name => new BadZip(`压缩包内的 ${name} 已损坏`, `the file ${name} is damaged`);

/** @param {Source} source */
async function directoryOf(source) {
  if (source.size < END_BYTES) throw damaged();
  const end = viewOf(await source.bytes(source.size - END_BYTES, source.size));
  if (end.getUint32(0, true) !== END) throw damaged();
  const found = { entries: end.getUint16(10, true), offset: end.getUint32(16, true), length: end.getUint32(12, true) };
  if (found.entries !== 0xffff && found.offset !== FULL && found.length !== FULL) return found;
  const at = source.size - END_BYTES - LOCATOR_BYTES;
  if (at < 0) throw damaged();
  const locator = viewOf(await source.bytes(at, at + LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== LOCATOR_64) return found;
  const at64 = number64(locator, 8);
  if (at64 + 56 > source.size) throw damaged();
  const end64 = viewOf(await source.bytes(at64, at64 + 56));
  if (end64.getUint32(0, true) !== END_64) throw damaged();
  return { entries: number64(end64, 32), offset: number64(end64, 48), length: number64(end64, 40) };
}

/**
 * @param {Uint8Array} entry One of the directory.
 * @param {number} nameLength
 * @param {number} extraLength
 * @returns {Member}
 */
function memberAt(entry, nameLength, extraLength) {
  const view = viewOf(entry);
  const name = nameIn(entry.subarray(46, 46 + nameLength));
  const method = view.getUint16(10, true);
  if (view.getUint16(8, true) & ENCRYPTED) throw new BadZip(`${name} 已加密`, `${name} is encrypted`);
  if (method !== STORED && method !== DEFLATED) throw new BadZip(`${name} 的压缩方法不受支持`, `method of ${name}`);
  let [packed, size, offset] = [view.getUint32(20, true), view.getUint32(24, true), view.getUint32(42, true)];
  const large = extraOf(entry.subarray(46 + nameLength, 46 + nameLength + extraLength), 0x0001);
  // Zip64: what does not fit stands in the extra field, in this order.
  let at = 0;
  const next = () => {
    if (!large || at + 8 > large.length) throw damaged();
    at += 8;
    return number64(viewOf(large), at - 8);
  };
  if (size === FULL) size = next();
  if (packed === FULL) packed = next();
  if (offset === FULL) offset = next();
  return { name, method, crc: view.getUint32(16, true), packed, size, offset };
}

/** @param {Uint8Array} bytes */
function nameIn(bytes) {
  try {
    return textOf(bytes);
  } catch {
    throw damaged();
  }
}

/**
 * @param {Uint8Array} extra
 * @param {number} kind
 */
function extraOf(extra, kind) {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) === kind) return extra.subarray(at + 4, at + 4 + view.getUint16(at + 2, true));
  }
  return undefined;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/**
 * @param {Uint8Array} bytes
 * @param {number} crc Of what came before, not yet inverted.
 */
function crcOf(bytes, crc) {
  /** @type {any} */
  const table = CRC_TABLE;
  let sum = crc | 0;
  for (let at = 0; at < bytes.length; at += 1) sum = table[(sum ^ /** @type {any} */ (bytes)[at]) & 0xff] ^ (sum >>> 8);
  return sum;
}

/**
 * The lines of a text that comes in pieces. Throws TypeError where it is no UTF-8.
 * @param {AsyncIterable<Uint8Array>} pieces
 * @returns {AsyncGenerator<string[], void>} As many at a time as a piece holds; the last one may lack its LF.
 */
export async function* linesOf(pieces) {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}
