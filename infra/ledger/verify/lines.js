// @ts-check
/** The events of a bundle, line by line: steps 3 to 5 of section 7 of the page. */
import { bytesOfBase64, bytesOfHex, hexOf } from './bytes.js';
import { dataCommitment, metaCommitment, recordedAtOf, recordOf } from './records.js';
import { isIncluded, Tree } from './tree.js';

/** @typedef {import('./records.js').EventRecord} EventRecord */
/** @typedef {import('./verdict.js').Findings} Findings */
/** @typedef {import('./suites.js').Suite} Suite */

/** @typedef {{ index: number, position: string | undefined }} Where */

/**
 * An event as far as the bundle tells it.
 * @typedef {Where & { record: EventRecord | undefined, data: string | undefined, meta: string | undefined }} ToldEvent
 */

/** Members of a line that come together, or not at all. */
const TOGETHER = [
  ['data', 'dataSalt'],
  ['revision', 'meta', 'metaSalt'],
];
const MEMBERS = new Set(['index', 'entry', 'position', 'record', 'proof', ...TOGETHER.flat()]);

/** Takes the lines of `events.ndjson` one after the other. */
export class Lines {
  #suite;
  #findings;
  /** @type {{ size: number, root: Uint8Array } | undefined} */
  #checkpoint;
  #wholeLog;
  #tree;
  /** Roots at the sizes that are asked for. */
  #roots = new Map();
  #wanted;
  #count = 0;
  #told = { records: 0, data: 0, meta: 0 };
  #lastIndex = -1;
  /** @type {string | undefined} */
  #lastPosition;
  /** Revision of the last event of each stream. */
  #revisions = new Map();
  #ids = new Set();
  /** An event of any stream may have been before this one, and is not told. */
  #hidden = false;
  #onEvent;

  /**
   * @param {object} asked
   * @param {Suite} asked.suite
   * @param {Findings} asked.findings
   * @param {{ size: number, root: Uint8Array } | undefined} asked.checkpoint
   * @param {boolean} asked.wholeLog Every index has its line.
   * @param {Iterable<number>} asked.sizes Where the root is to be known.
   * @param {(event: ToldEvent) => void} asked.onEvent
   */
  constructor({ suite, findings, checkpoint, wholeLog, sizes, onEvent }) {
    this.#suite = suite;
    this.#findings = findings;
    this.#checkpoint = checkpoint;
    this.#wholeLog = wholeLog;
    this.#tree = new Tree(suite.digest);
    this.#wanted = new Set(sizes);
    this.#onEvent = onEvent;
  }

  get count() {
    return this.#count;
  }

  /** How many lines tell which part. */
  get told() {
    return this.#told;
  }

  /** @param {number} size */
  rootAt(size) {
    return size === this.#tree.size ? this.#tree.root() : /** @type {Uint8Array | undefined} */ (this.#roots.get(size));
  }

  /** @param {string} text One line. */
  take(text) {
    const expected = this.#wholeLog ? this.#count : this.#lastIndex + 1;
    this.#count += 1;
    const line = lineOf(text);
    if (!line) return this.#events('不是事件行', 'is no line of an event', { index: expected, position: undefined });
    const { index, position } = line;
    const where = { index: this.#wholeLog ? expected : index, position };
    if (this.#wholeLog ? index !== expected : index < expected) {
      this.#order(`序号应为 ${expected}，实为 ${index}`, `has index ${index}, not ${expected}`, where);
    }
    this.#lastIndex = Math.max(this.#lastIndex, index);
    this.#positioned(where);
    this.#placed(line, where);
    const record = this.#content(line, where);
    if (record) this.#numbered(record, line, where);
    this.#onEvent({ ...where, record, data: line.data, meta: line.meta });
  }

  /**
   * @param {string} zh
   * @param {string} en
   * @param {Where} where
   */
  #events(zh, en, where) {
    this.#findings.violation('events', `${nameOf(where)}：${zh}。`, `Event ${where.index} ${en}.`, where);
  }

  /**
   * @param {string} zh
   * @param {string} en
   * @param {Where} where
   */
  #order(zh, en, where) {
    this.#findings.violation('order', `${nameOf(where)}：${zh}。`, `Event ${where.index} ${en}.`, where);
  }

  /** @param {Where} where */
  #positioned(where) {
    if (where.position === undefined) return;
    if (this.#lastPosition !== undefined && !isAfter(where.position, this.#lastPosition)) {
      this.#order(`位置 ${where.position} 不在 ${this.#lastPosition} 之后`, 'stands before its predecessor', where);
    }
    this.#lastPosition = where.position;
  }

  /**
   * The entry in the tree.
   * @param {Line} line
   * @param {Where} where
   */
  #placed({ entry, proof }, where) {
    if (this.#wholeLog) {
      this.#tree.add(entry);
      const { size } = this.#tree;
      if (this.#wanted.has(size)) this.#roots.set(size, this.#tree.root());
      if (proof) this.#events('不应有存在证明', 'has a proof that it needs not', where);
      return;
    }
    if (!this.#checkpoint) return;
    const isProved =
      proof !== undefined && isIncluded(this.#suite.digest, { ...this.#checkpoint, index: where.index, entry, proof });
    if (isProved) return;
    const zh = `${nameOf(where)}：存在证明不通向检查点的树根。`;
    this.#findings.violation('tree', zh, `Event ${where.index} is not proved to be in the tree.`, where);
  }

  /**
   * The record and the texts that it commits to.
   * @param {Line} line
   * @param {Where} where
   */
  #content({ entry, record: text, data, dataSalt, revision, meta, metaSalt }, where) {
    const { digest, digestText } = this.#suite;
    if (text === undefined) {
      this.#hidden = true;
      return undefined;
    }
    if (hexOf(digestText(text)) !== hexOf(entry))
      this.#events('记录与条目不符', 'has a record that is not its entry', where);
    const record = recordOf(text);
    if (!record) {
      this.#events('记录不是规定的八行', 'has a record that is not of eight lines', where);
      return undefined;
    }
    this.#told.records += 1;
    if (data !== undefined && dataSalt) {
      this.#told.data += 1;
      if (dataCommitment(digest, dataSalt, data) !== record.data)
        this.#events('数据与记录不符', 'has other data', where);
    }
    if (meta !== undefined && metaSalt && revision !== undefined) {
      this.#told.meta += 1;
      const isIts = metaCommitment(digest, metaSalt, revision, meta) === record.meta;
      if (!isIts) this.#events('元数据或修订号与记录不符', 'has other metadata or another revision', where);
      if (recordedAtOf(meta) !== record.recordedAt) this.#events('记录时间与元数据不符', 'has another time', where);
    }
    return record;
  }

  /**
   * @param {EventRecord} record
   * @param {Line} line
   * @param {Where} where
   */
  #numbered({ id, stream }, { revision }, where) {
    if (this.#ids.has(id)) this.#order('编号与前面的事件重复', 'has the id of an earlier event', where);
    this.#ids.add(id);
    if (revision === undefined) {
      // From here on it is not known how many events the stream has.
      this.#revisions.set(stream, undefined);
      return;
    }
    const last = this.#revisions.has(stream) ? this.#revisions.get(stream) : -1;
    const allAreTold = this.#wholeLog && !this.#hidden;
    const follows = last === undefined || (allAreTold ? revision === last + 1 : revision > last);
    const zh = `流 ${stream} 的修订号 ${last} 之后不应是 ${revision}`;
    if (!follows) this.#order(zh, `has revision ${revision} after ${last}`, where);
    this.#revisions.set(stream, revision);
  }
}

/** @param {Where} where */
export const nameOf = ({ index, position }) =>
  `序号 ${index} 的事件${position === undefined ? '' : `（位置 ${position}）`}`;

/**
 * @param {string} one Decimal.
 * @param {string} other
 */
export const isAfter = (one, other) => (one.length === other.length ? one > other : one.length > other.length);

/**
 * @typedef {object} Line
 * @property {number} index
 * @property {Uint8Array} entry
 * @property {string | undefined} position
 * @property {string | undefined} record
 * @property {string | undefined} data
 * @property {Uint8Array | undefined} dataSalt
 * @property {number | undefined} revision
 * @property {string | undefined} meta
 * @property {Uint8Array | undefined} metaSalt
 * @property {readonly Uint8Array[] | undefined} proof
 */

/**
 * @param {string} text
 * @returns {Line | undefined} Undefined for anything but a line as the page describes it.
 */
function lineOf(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Object.keys(value).some(name => !MEMBERS.has(name)))
    return undefined;
  for (const names of TOGETHER) if (new Set(names.map(name => name in value)).size > 1) return undefined;
  const { index, position, record, data, revision, meta } = value;
  const entry = bytesOfHex(value.entry);
  const [dataSalt, metaSalt] = [bytesOfHex(value.dataSalt), bytesOfHex(value.metaSalt)];
  const proof = Array.isArray(value.proof) ? value.proof.map(bytesOfBase64) : undefined;
  const isLine =
    isCount(index) &&
    entry?.length === 32 &&
    (position === undefined || (typeof position === 'string' && /^(0|[1-9]\d*)$/.test(position))) &&
    [record, data, meta].every(member => member === undefined || typeof member === 'string') &&
    (value.data === undefined || (record !== undefined && dataSalt?.length === 32)) &&
    (value.meta === undefined || (record !== undefined && metaSalt?.length === 32 && isCount(revision))) &&
    (value.proof === undefined || proof?.every((/** @type {Uint8Array | undefined} */ hash) => hash?.length === 32));
  if (!isLine) return undefined;
  return {
    index,
    entry: /** @type {Uint8Array} */ (entry),
    position,
    record,
    data,
    dataSalt,
    revision,
    meta,
    metaSalt,
    proof: /** @type {Uint8Array[] | undefined} */ (proof),
  };
}

/** @param {unknown} value */
const isCount = value => Number.isSafeInteger(value) && Number(value) >= 0;
