// @ts-check
/** Who signed a checkpoint, by the keys that are known (sections 3 and 7 of the page). */
import { bytesOfBase64 } from './bytes.js';
import { cosignedAt, isWitness, keyOf, keyOfLine, lineOfKey, signedBy } from './notes.js';
import { NoSuchSignature } from './suites.js';

/** @typedef {import('./notes.js').Checkpoint} Checkpoint */
/** @typedef {import('./notes.js').Key} Key */
/** @typedef {import('./suites.js').Suite} Suite */
/** @typedef {import('./verdict.js').Findings} Findings */

/**
 * A key of the log, and for which checkpoints it counts.
 * @typedef {{ key: Key, introducedAt: number, retiredAt: number | undefined }} LogKey
 */

export class Signatures {
  #suite;
  #findings;
  /** @type {readonly Key[]} */
  #given;
  /** @type {readonly Key[]} */
  #demanded;
  /** @type {LogKey[]} */
  #history = [];
  /** @type {Key[]} */
  #witnesses = [];

  /**
   * @param {object} asked
   * @param {Suite} asked.suite
   * @param {Findings} asked.findings
   * @param {{ keys?: readonly Key[], witnesses?: readonly Key[] }} asked.given From outside.
   */
  constructor({ suite, findings, given }) {
    this.#suite = suite;
    this.#findings = findings;
    this.#given = given.keys ?? [];
    this.#demanded = given.witnesses ?? [];
  }

  /**
   * Keys that the bundle or the log itself names; false where they are none.
   * @param {readonly any[]} keys As in `keys.json`.
   * @param {readonly string[]} witnesses
   */
  learn(keys, witnesses) {
    for (const { name, publicKey, introducedAt, retiredAt } of keys) {
      const bytes = bytesOfBase64(publicKey);
      if (!bytes || typeof name !== 'string' || !Number.isSafeInteger(introducedAt)) return false;
      this.#history.push({ key: keyOf(name, this.#suite.signatureType, bytes), introducedAt, retiredAt });
    }
    for (const line of witnesses) {
      const key = keyOfLine(line);
      if (!key || !isWitness(key)) return false;
      this.#witnesses.push(key);
    }
    return true;
  }

  /**
   * Keys of the history that count for a size.
   * @param {number} size
   */
  #counting(size) {
    return this.#history
      .filter(({ introducedAt, retiredAt }) => size > introducedAt && (retiredAt === undefined || size <= retiredAt))
      .map(({ key }) => key);
  }

  /**
   * The checkpoint that all else rests on: whether its signature is right.
   * @param {Checkpoint} checkpoint
   */
  async judge(checkpoint) {
    const keys = this.#given.length > 0 ? this.#given : this.#counting(checkpoint.size);
    const by = await this.#signedByOneOf(checkpoint, keys, 'checkpoint', '检查点');
    const cosigned = await this.#cosignatures(checkpoint);
    if (!by) return false;
    const vkey = lineOfKey(by);
    this.#findings.says(
      'checkpoint',
      `由台账密钥签名，见证人联署${cosigned}份`,
      `signed by the log, ${cosigned} cosignatures`,
    );
    if (this.#given.length === 0) {
      this.#findings.remark(
        `签名密钥取自被核验者自身，请与另处得到的密钥比对：${vkey}`,
        `The key comes from what is verified; compare it with one from elsewhere: ${vkey}`,
      );
    }
    return true;
  }

  /**
   * Another one, of the bundle, the ledger or from outside, which an older key may have signed: whether it is right.
   * @param {Checkpoint} checkpoint
   * @param {string} name
   */
  async judgeOther(checkpoint, name) {
    const keys = [...this.#given, ...this.#counting(checkpoint.size)];
    return (await this.#signedByOneOf(checkpoint, keys, 'checkpoints', name)) !== undefined;
  }

  /**
   * @param {Checkpoint} checkpoint
   * @param {readonly Key[]} keys
   * @param {'checkpoint' | 'checkpoints'} step
   * @param {string} name
   * @returns {Promise<Key | undefined>}
   */
  async #signedByOneOf({ note, origin }, keys, step, name) {
    try {
      let by;
      for (const key of keys) {
        const said = await signedBy(note, key, this.#suite);
        if (said === 'false') {
          this.#findings.violation(step, `${name}的签名不对。`, `The signature of ${origin} is false.`);
          return undefined;
        }
        if (said === 'signed') by ??= key;
      }
      if (!by)
        this.#findings.violation(step, `${name}没有台账密钥的签名。`, 'No signature by a key of the log that counts.');
      return by;
    } catch (error) {
      this.#unfinished(error, step);
      return undefined;
    }
  }

  /**
   * How many witnesses cosigned.
   * @param {Checkpoint} checkpoint
   */
  async #cosignatures({ note }) {
    let count = 0;
    const demanded = new Set(this.#demanded.map(lineOfKey));
    const known = new Map([...this.#witnesses, ...this.#demanded].map(key => [lineOfKey(key), key]));
    try {
      for (const [line, key] of known) {
        const at = await cosignedAt(note, key);
        if (at === 'false') {
          this.#findings.violation(
            'checkpoint',
            `见证人 ${key.name} 的联署不对。`,
            `The cosignature of ${key.name} is false.`,
          );
        } else if (at !== 'absent') {
          count += 1;
          const time = new Date(at * 1000).toISOString();
          this.#findings.remark(`见证人 ${key.name} 于 ${time} 联署。`, `Cosigned by ${key.name} at ${time}.`);
        } else if (demanded.has(line)) {
          this.#findings.violation('checkpoint', `没有见证人 ${key.name} 的联署。`, `Not cosigned by ${key.name}.`);
        }
      }
    } catch (error) {
      this.#unfinished(error, 'checkpoint');
    }
    return count;
  }

  /**
   * @param {unknown} error
   * @param {'checkpoint' | 'checkpoints'} step
   */
  #unfinished(error, step) {
    if (!(error instanceof NoSuchSignature)) throw error;
    this.#findings.unfinished(
      step,
      '此浏览器不能核验签名（Ed25519）；请换新版浏览器，或用 Node 运行包内的 verify.mjs',
      'this browser cannot check signatures (Ed25519); use a newer one, or run verify.mjs of the bundle on Node',
    );
  }
}
