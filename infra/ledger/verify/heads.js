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

/** Checkpoints of one log. Those whose signature is right tell where the first bad event is. */
export class Heads {
  #origin;
  #findings;
  #signatures;
  /** @type {Checkpoint[]} */
  #trusted = [];

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
      this.#trusted.push(checkpoint);
    }
  }

  /**
   * Takes another checkpoint.
   * @param {Checkpoint} checkpoint
   * @param {string} name
   */
  async takeOther(checkpoint, name) {
    if (await this.#signatures.judgeOther(checkpoint, name)) this.#trusted.push(checkpoint);
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

  /**
   * Compares all with the roots that were recomputed. The smallest that differs tells before where the first bad event
   * stands, the largest before it that does not from where on.
   * @param {(size: number) => Uint8Array | undefined} rootAt
   */
  compare(rootAt) {
    const sorted = [...this.#trusted].sort((one, other) => one.size - other.size);
    const differing = sorted.find(({ size, root }) => {
      const anew = rootAt(size);
      return anew !== undefined && !sameBytes(anew, root);
    });
    if (!differing) return;
    const before = differing.size;
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
