// @ts-check
/**
 * Checkpoints beside what was recomputed: that of the bundle or the store, earlier ones, and those from outside (sections 3, 4
 * and 7 of the page).
 */
import { sameBytes } from './bytes.js';
import { checkpointOf } from './notes.js';

/** @typedef {import('./notes.js').Checkpoint} Checkpoint */
/** @typedef {import('./signatures.js').Signatures} Signatures */
/** @typedef {import('./verdict.js').Findings} Findings */

/** @typedef {(size: number) => Uint8Array | undefined} RootAt What was recomputed over the first events, where it was. */

/** Checkpoints of one log. Those whose signature is right tell where the first bad event is. */
export class Heads {
  #origin;
  #findings;
  #signatures;
  /** @type {Checkpoint[]} */
  #own = [];
  /** @type {Checkpoint[]} */
  #outside = [];

  /**
   * @param {string} origin
   * @param {Findings} findings
   * @param {Signatures} signatures
   */
  constructor(origin, findings, signatures) {
    this.#origin = origin;
    this.#findings = findings;
    this.#signatures = signatures;
  }

  /**
   * Takes the checkpoint that all else rests on.
   * @param {Checkpoint} checkpoint
   */
  async takeMain(checkpoint) {
    const { origin } = checkpoint;
    if (origin !== this.#origin) {
      this.#bad('checkpoint', `检查点属于另一台账 ${origin}`, `The checkpoint is of the log ${origin}`);
    } else if (await this.#signatures.judge(checkpoint)) {
      this.#own.push(checkpoint);
    }
  }

  /**
   * Takes another one that comes with what is verified.
   * @param {Checkpoint} checkpoint
   * @param {string} name
   */
  async takeOther(checkpoint, name) {
    if (await this.#signatures.judgeOther(checkpoint, name)) this.#own.push(checkpoint);
  }

  /**
   * Takes one from outside.
   * @param {Checkpoint} checkpoint
   */
  async takeOutside(checkpoint) {
    const name = `外来检查点（${checkpoint.size}个事件）`;
    if (await this.#signatures.judgeOther(checkpoint, name)) this.#outside.push(checkpoint);
  }

  /**
   * Reads checkpoints from outside; what is none of this log is a violation.
   * @param {readonly Uint8Array[]} contents
   */
  outsideOf(contents) {
    return contents.flatMap(content => {
      const checkpoint = checkpointOf(content);
      if (checkpoint?.origin === this.#origin) return [checkpoint];
      if (!checkpoint) this.#bad('checkpoints', '外来检查点无法读取', 'The checkpoint from outside cannot be read');
      else {
        const { origin } = checkpoint;
        this.#bad(
          'checkpoints',
          `外来检查点属于另一台账 ${origin}`,
          `The checkpoint from outside is of the log ${origin}`,
        );
      }
      return [];
    });
  }

  /** How many events the largest covers. */
  get largest() {
    return Math.max(0, ...[...this.#own, ...this.#outside].map(({ size }) => size));
  }

  /**
   * Whether a checkpoint that covers an event says the same as what was recomputed.
   * @param {number} index
   * @param {RootAt} rootAt
   */
  confirms(index, rootAt) {
    const all = [...this.#own, ...this.#outside];
    return !all.some(differsFrom(rootAt)) && all.some(({ size }) => size > index && rootAt(size) !== undefined);
  }

  /**
   * Compares all with the roots that were recomputed. The smallest that differs tells before where the first bad event
   * stands, the largest before it that does not from where on. Whoever rewrote a log and signed it anew has made its own
   * checkpoints too: beside one from outside, only others from outside count.
   * @param {RootAt} rootAt
   */
  compare(rootAt) {
    const differs = differsFrom(rootAt);
    const all = [...this.#own, ...this.#outside];
    if (this.#own.some(differs)) this.#tellRange(all, differs);
    else this.#tellRange(this.#outside, differs);
    for (const given of this.#outside.filter(({ size }) => rootAt(size) !== undefined)) {
      const [zh, en] = [`外来检查点（${given.size}个事件）`, `The checkpoint of ${given.size} events from outside`];
      if (differs(given)) this.#bad('checkpoints', `${zh}与此不符`, `${en} is another`);
      else this.#findings.remark(`${zh}与此相符。`, `${en} is as it should be.`);
    }
  }

  /**
   * @param {readonly Checkpoint[]} checkpoints
   * @param {(checkpoint: Checkpoint) => boolean} differs
   */
  #tellRange(checkpoints, differs) {
    const sorted = [...checkpoints].sort((one, other) => one.size - other.size);
    const before = sorted.find(differs)?.size;
    if (before === undefined) return;
    const index = sorted.filter(({ size }) => size < before).at(-1)?.size ?? 0;
    this.#findings.violation(
      'tree',
      `重算的树根与检查点不符：序号 ${index} 至 ${before - 1} 之间有事件被改动、删去、调换或插入。`,
      `The root is another: events between indexes ${index} and ${before - 1} were changed.`,
      { index, before },
    );
  }

  /** The log may have been rewritten as a whole. */
  remarkOnNoneFromOutside() {
    this.#findings.remark(
      '没有外来的检查点：整个台账若被改写并重新签名，只有见证人联署或另处保存的检查点能够发现。',
      'No checkpoint from outside: only a witness, or a checkpoint kept elsewhere, shows that a log was rewritten and signed anew.',
    );
  }

  /**
   * @param {'checkpoint' | 'checkpoints'} step
   * @param {string} zh
   * @param {string} en
   */
  #bad(step, zh, en) {
    this.#findings.violation(step, `${zh}。`, `${en}.`);
  }
}

/**
 * @param {RootAt} rootAt
 * @returns {(checkpoint: Checkpoint) => boolean}
 */
function differsFrom(rootAt) {
  return ({ size, root }) => {
    const anew = rootAt(size);
    return anew !== undefined && !sameBytes(anew, root);
  };
}
