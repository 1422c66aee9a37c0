// @ts-check
/** Verifies a bundle: section 7 of the page, step by step. */
import { bytesOfBase64, hexOf, textOf } from './bytes.js';
import { Heads } from './heads.js';
import { Lines } from './lines.js';
import { ListBook } from './lists.js';
import { checkpointOf } from './notes.js';
import { Signatures } from './signatures.js';
import { beginSha256, SUITES, sha256 } from './suites.js';
import { timestampOf } from './timestamps.js';
import { isConsistent } from './tree.js';
import { Findings } from './verdict.js';
import { BadZip, linesOf, Zip } from './zip.js';

/** @typedef {import('./notes.js').Checkpoint} Checkpoint */
/** @typedef {import('./notes.js').Key} Key */
/** @typedef {import('./suites.js').Suite} Suite */
/** @typedef {import('./verdict.js').Verdict} Verdict */
/** @typedef {import('./zip.js').Source} Source */

/**
 * What comes from outside, and how to tell of progress.
 * @typedef {object} Asked
 * @property {readonly Uint8Array[]} [checkpoints] Notes.
 * @property {readonly Key[]} [keys] Of the log; they are used instead of the bundle's.
 * @property {readonly Key[]} [witnesses] Whose cosignatures must be there.
 * @property {(done: number, total: number) => void} [onProgress] Of the events.
 * @property {() => void | Promise<void>} [pause] Between pieces of work of some milliseconds.
 */

/** @typedef {{ format: string, origin: string, suite: string, size: number, scope: { kind: string }, reader: unknown, madeAt: string, files: Record<string, string> }} Manifest */

const FORMAT = 'gongguan.bundle/v1';
const REQUIRED = ['checkpoint', 'keys.json', 'events.ndjson'];
const KNOWN =
  /^(checkpoint|checkpoints\/\d+(\.consistency)?|timestamps\/\d+\.tsr|keys\.json|events\.ndjson|lists\.json|verify\.html|verify\.mjs|README\.md)$/;

/** @type {Readonly<Record<string, string>>} */
const SCOPES = { log: '全部日志', year: '年度', project: '项目', person: '人员' };
/** @type {Readonly<Record<string, string>>} */
const READERS = { public: '公众', MSR: '市市场监管部门', SUP: '监督机构' };

/**
 * @param {Source} source The zip.
 * @param {Asked} [asked]
 * @returns {Promise<Verdict>}
 */
export async function verifyBundle(source, asked = {}) {
  const findings = new Findings();
  try {
    const zip = await Zip.open(source);
    const manifest = await manifestOf(zip, findings);
    if (manifest) await new BundleCheck(zip, manifest, findings, asked).run();
  } catch (error) {
    if (!(error instanceof BadZip)) throw error;
    findings.violation('manifest', `${error.zh}。`, `${error.en}.`);
  }
  return findings.verdict();
}

/**
 * @param {Zip} zip
 * @param {Findings} findings
 * @returns {Promise<Manifest | undefined>}
 */
async function manifestOf(zip, findings) {
  const value = jsonOf(await zip.read('manifest.json', 1 << 24));
  const isManifest =
    value?.format === FORMAT &&
    typeof value.origin === 'string' &&
    Number.isSafeInteger(value.size) &&
    typeof value.scope?.kind === 'string' &&
    typeof value.madeAt === 'string' &&
    typeof value.files === 'object';
  if (isManifest && Object.hasOwn(SUITES, value.suite)) return value;
  if (isManifest)
    findings.violation('manifest', `不认识算法套件 ${value.suite}。`, `The suite ${value.suite} is not known.`);
  else findings.violation('manifest', 'manifest.json 不是证据包的清单。', 'manifest.json is no manifest of a bundle.');
  return undefined;
}

/** @param {Uint8Array} bytes */
function jsonOf(bytes) {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    return undefined;
  }
}

/** One bundle on its way through the steps. */
class BundleCheck {
  #zip;
  #manifest;
  #findings;
  #asked;
  /** @type {Suite} */
  #suite;
  #wholeLog;
  /** @type {Map<string, Uint8Array>} */
  #contents = new Map();

  /**
   * @param {Zip} zip
   * @param {Manifest} manifest
   * @param {Findings} findings
   * @param {Asked} asked
   */
  constructor(zip, manifest, findings, asked) {
    this.#zip = zip;
    this.#manifest = manifest;
    this.#findings = findings;
    this.#asked = asked;
    this.#suite = /** @type {Suite} */ (SUITES[manifest.suite]);
    this.#wholeLog = manifest.scope.kind === 'log';
  }

  async run() {
    const { scope, size, origin, madeAt, reader } = this.#manifest;
    const of = Object.values(scope).slice(1).join(' ');
    const time = madeAt.replace(/T(\d\d:\d\d).*/, ' $1 UTC');
    const [scopeZh, readerZh] = [SCOPES[scope.kind] ?? scope.kind, READERS[String(reader)] ?? reader];
    this.#findings.subject(`台账 ${origin}，检查点含 ${size} 个事件`, `log ${origin}, checkpoint of ${size} events`);
    this.#findings.subject(
      `范围：${scopeZh} ${of}；读者：${readerZh}；制作于 ${time}`,
      `scope ${scope.kind} ${of}, reader ${reader}, made at ${time}`,
    );
    await this.#files();
    const heads = new Heads(origin, this.#findings, this.#signatures());
    const checkpoint = await this.#checkpoint(heads);
    const others = this.#others();
    const outside = heads.outsideOf(this.#asked.checkpoints ?? []);
    const book = new ListBook(this.#findings);
    const sizes = [...others, ...outside].map(other => other.size);
    const lines = await this.#events(checkpoint, sizes, book);
    this.#complete(checkpoint, lines);
    await this.#otherCheckpoints(checkpoint, heads, others);
    for (const given of outside) await heads.takeOutside(given);
    const known = [...(checkpoint ? [checkpoint] : []), ...others];
    heads.compare(size => (this.#wholeLog ? lines.rootAt(size) : known.find(of => of.size === size)?.root));
    this.#remarkOnOutside(outside, size => (this.#wholeLog ? size <= lines.count : known.some(of => of.size === size)));
    if (outside.length === 0) heads.remarkOnNoneFromOutside();
    this.#timestamps(checkpoint, others);
    this.#lists(book);
  }

  /** Step 1; the events are read once, in their own step. */
  async #files() {
    const { files } = this.#manifest;
    for (const name of REQUIRED) {
      if (!Object.hasOwn(files, name)) this.#bad('manifest', `清单缺 ${name}`, `the manifest lacks ${name}`);
    }
    for (const name of this.#zip.members.keys()) {
      if (name === 'manifest.json') continue;
      if (!Object.hasOwn(files, name)) this.#bad('manifest', `${name} 不在清单中`, `${name} is not in the manifest`);
      else if (!KNOWN.test(name)) this.#bad('manifest', `${name} 不是证据包的文件`, `${name} is no file of a bundle`);
    }
    for (const [name, hash] of Object.entries(files)) {
      if (!this.#zip.members.has(name)) this.#bad('manifest', `缺文件 ${name}`, `the file ${name} is missing`);
      else if (name !== 'events.ndjson') await this.#file(name, hash);
    }
    const count = Object.keys(files).length;
    this.#findings.says('manifest', `${count}个文件齐全，摘要相符`, `${count} files, each with its hash`);
  }

  /**
   * @param {string} name
   * @param {string} hash
   */
  async #file(name, hash) {
    try {
      const content = await this.#zip.read(name);
      if (hexOf(sha256(content)) !== hash)
        this.#bad('manifest', `${name} 与清单摘要不符`, `${name} is not as the manifest says`);
      this.#contents.set(name, content);
    } catch (error) {
      if (!(error instanceof BadZip)) throw error;
      this.#bad('manifest', error.zh, error.en);
    }
  }

  #signatures() {
    const signatures = new Signatures({ suite: this.#suite, findings: this.#findings, given: this.#asked });
    const content = this.#contents.get('keys.json');
    const value = content && jsonOf(content);
    const isHistory = Array.isArray(value?.keys) && Array.isArray(value.witnesses);
    if (isHistory && signatures.learn(value.keys, value.witnesses)) return signatures;
    this.#bad('checkpoint', 'keys.json 不是密钥清单', 'keys.json holds no keys');
    return signatures;
  }

  /**
   * Step 2.
   * @param {Heads} heads
   */
  async #checkpoint(heads) {
    const content = this.#contents.get('checkpoint');
    const checkpoint = content && checkpointOf(content);
    if (!checkpoint) {
      this.#bad('checkpoint', '检查点无法读取', 'the checkpoint cannot be read');
      return undefined;
    }
    await heads.takeMain(checkpoint);
    const { size } = checkpoint;
    if (size === this.#manifest.size) return checkpoint;
    this.#bad('checkpoint', `检查点含 ${size} 个事件，与清单不符`, `the checkpoint is of ${size} events`);
    return checkpoint;
  }

  /** @returns {Checkpoint[]} The smallest first. */
  #others() {
    const found = [];
    for (const [name, content] of this.#contents) {
      const [, size] = /^checkpoints\/(\d+)$/.exec(name) ?? [];
      if (size === undefined) continue;
      const checkpoint = checkpointOf(content);
      if (checkpoint?.size === Number(size) && checkpoint.origin === this.#manifest.origin) found.push(checkpoint);
      else this.#bad('checkpoints', `${name} 不是本台账的检查点`, `${name} is no such checkpoint of this log`);
    }
    return found.sort((one, other) => one.size - other.size);
  }

  /**
   * Steps 3 and 5, and the entries of step 4.
   * @param {Checkpoint | undefined} checkpoint
   * @param {Iterable<number>} sizes
   * @param {ListBook} book
   */
  async #events(checkpoint, sizes, book) {
    const findings = this.#findings;
    const { size, files } = this.#manifest;
    const { onProgress, pause } = this.#asked;
    const lines = new Lines({
      suite: this.#suite,
      findings,
      checkpoint,
      wholeLog: this.#wholeLog,
      sizes,
      onEvent: event => book.take(event),
    });
    const digester = beginSha256();
    const pieces = digested(this.#zip.pieces('events.ndjson'), digester);
    try {
      for await (const texts of linesOf(pieces)) {
        for (const text of texts) lines.take(text);
        onProgress?.(lines.count, this.#wholeLog ? size : lines.count);
        await pause?.();
      }
      if (hexOf(digester.digest()) !== files['events.ndjson'])
        this.#bad('manifest', 'events.ndjson 与清单摘要不符', 'events.ndjson is not as the manifest says');
    } catch (error) {
      if (!(error instanceof BadZip || error instanceof TypeError)) throw error;
      const index = lines.count;
      findings.violation(
        'events',
        `序号 ${index} 及其后的事件无法读取。`,
        `Events from index ${index} on cannot be read.`,
        { index },
      );
    }
    const { records, data, meta } = lines.told;
    const { count } = lines;
    findings.says(
      'events',
      `${count}个事件，公开记录${records}条、数据${data}份、元数据${meta}份，均与条目相符`,
      `${count} events: ${records} records, ${data} data, ${meta} metadata`,
    );
    findings.says('order', '序号、修订号、编号相符', 'indexes, revisions and ids');
    return lines;
  }

  /**
   * Step 4: as many events as the checkpoint covers; their root is compared with all checkpoints later.
   * @param {Checkpoint | undefined} checkpoint
   * @param {Lines} lines
   */
  #complete(checkpoint, lines) {
    const findings = this.#findings;
    if (!checkpoint) return;
    if (!this.#wholeLog) {
      findings.says('tree', `${lines.count}份存在证明均通向树根`, `${lines.count} proofs of inclusion`);
      return;
    }
    const { size } = checkpoint;
    const { count } = lines;
    if (count < size) {
      const zh = `末尾缺 ${size - count} 个事件，自序号 ${count} 起。`;
      findings.violation('order', zh, `Events from index ${count} on are missing.`, { index: count });
    } else if (count > size) {
      const zh = `自序号 ${size} 起的事件不在检查点之内。`;
      findings.violation('order', zh, `Events from index ${size} on are not within the checkpoint.`, { index: size });
    }
    if (lines.rootAt(size)) {
      findings.says('tree', `由${size}个条目重算的树根与检查点相符`, `the root of ${size} entries is the checkpoint's`);
    } else findings.unchecked('tree', '条目不全，无从重算', 'entries are missing');
  }

  /**
   * Step 6: those of the bundle.
   * @param {Checkpoint | undefined} checkpoint
   * @param {Heads} heads
   * @param {readonly Checkpoint[]} others
   */
  async #otherCheckpoints(checkpoint, heads, others) {
    for (const other of others) {
      const name = `checkpoints/${other.size}`;
      await heads.takeOther(other, name);
      const proof = this.#proofOf(name);
      const isProved = proof && checkpoint && isConsistent(this.#suite.digest, other, checkpoint, proof);
      if (!isProved)
        this.#bad('checkpoints', `${name} 与检查点不一致`, `${name} is not consistent with the checkpoint`);
    }
    if (others.length === 0) this.#findings.unchecked('checkpoints', '包内没有其他检查点', 'none in the bundle');
    else
      this.#findings.says('checkpoints', `${others.length}个，均是检查点的前段`, `${others.length}, each a part of it`);
  }

  /**
   * @param {string} name
   * @returns {Uint8Array[] | undefined}
   */
  #proofOf(name) {
    const content = this.#contents.get(`${name}.consistency`);
    if (!content) return undefined;
    try {
      const lines = textOf(content).split('\n');
      if (lines.at(-1) === '') lines.pop();
      const hashes = lines.map(bytesOfBase64);
      return hashes.every(hash => hash?.length === 32) ? /** @type {Uint8Array[]} */ (hashes) : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * @param {readonly Checkpoint[]} outside
   * @param {(size: number) => boolean} isWithin
   */
  #remarkOnOutside(outside, isWithin) {
    for (const { size } of outside.filter(given => !isWithin(given.size))) {
      const zh = `外来检查点（${size}个事件）无法用本包核对：它比本包新，或包内没有通向它的证明。`;
      this.#findings.remark(zh, `The checkpoint of ${size} events from outside cannot be checked by this bundle.`);
    }
  }

  /**
   * Step 7.
   * @param {Checkpoint | undefined} checkpoint
   * @param {readonly Checkpoint[]} others
   */
  #timestamps(checkpoint, others) {
    const names = [...this.#contents.keys()].filter(name => name.startsWith('timestamps/'));
    for (const name of names) {
      const size = Number(/\d+/.exec(name)?.[0]);
      const stamped = [checkpoint, ...others].find(of => of?.size === size);
      const timestamp = timestampOf(/** @type {Uint8Array} */ (this.#contents.get(name)));
      const imprint = stamped && hexOf(sha256(new TextEncoder().encode(stamped.note.text)));
      if (!timestamp || timestamp.imprint !== imprint)
        this.#bad('timestamps', `${name} 不是该检查点的时间戳`, `${name} is of another text`);
      else
        this.#findings.remark(
          `${name}：${timestamp.time}；签发者须用 openssl ts -verify 核验。`,
          `${name} says ${timestamp.time}; who signed it is for openssl ts -verify.`,
        );
    }
    if (names.length === 0) this.#findings.unchecked('timestamps', '包内没有时间戳', 'none in the bundle');
    else this.#findings.says('timestamps', `${names.length}个，所盖为检查点`, `${names.length} over checkpoints`);
  }

  /**
   * Step 8.
   * @param {ListBook} book
   */
  #lists(book) {
    const content = this.#contents.get('lists.json');
    if (content) book.judge(jsonOf(content), this.#wholeLog);
    else this.#findings.unchecked('lists', '包内没有名单', 'none in the bundle');
  }

  /**
   * @param {import('./verdict.js').StepName} step
   * @param {string} zh
   * @param {string} en
   */
  #bad(step, zh, en) {
    this.#findings.violation(step, `${zh}。`, `${en.charAt(0).toUpperCase()}${en.slice(1)}.`);
  }
}

/**
 * @param {AsyncIterable<Uint8Array>} pieces
 * @param {import('./suites.js').Digester} digester
 */
async function* digested(pieces, digester) {
  for await (const piece of pieces) {
    digester.update(piece);
    yield piece;
  }
}
