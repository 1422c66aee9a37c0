// @ts-check
/** What a verification found: step by step, in Chinese with English beside. */

/** @typedef {{ zh: string, en: string }} Words */

/**
 * What is not as it should be. `index` is the event's, from 0; where it cannot be named, the bad events begin at `index` or
 * later, before `before`.
 * @typedef {Words & { step: StepName, index?: number, before?: number, position?: string }} Violation
 */

/** @typedef {'storage' | 'manifest' | 'checkpoint' | 'events' | 'tree' | 'order' | 'checkpoints' | 'timestamps' | 'lists'} StepName */

/**
 * @typedef {object} Step
 * @property {StepName} name
 * @property {Words} title
 * @property {'passed' | 'failed' | 'unchecked'} outcome
 * @property {Words} says
 */

/**
 * @typedef {object} Verdict
 * @property {'whole' | 'violated' | 'unfinished'} outcome `unfinished`: something that must be judged could not be.
 * @property {Words} says
 * @property {readonly Words[]} subject What was verified.
 * @property {Violation | undefined} first The first bad event, or where it lies.
 * @property {readonly Step[]} steps
 * @property {readonly Violation[]} violations Of each step the first {@link SHOWN}.
 * @property {readonly Words[]} remarks What one should know who relies on it.
 */

/** @type {Readonly<Record<StepName, Words>>} */
const TITLES = {
  storage: { zh: '存储文件', en: 'files of the store' },
  manifest: { zh: '清单与文件', en: 'manifest and files' },
  checkpoint: { zh: '检查点的签名与联署', en: 'signatures of the checkpoint' },
  events: { zh: '每个事件的内容', en: 'content of each event' },
  tree: { zh: '默克尔树', en: 'Merkle tree' },
  order: { zh: '次序与编号', en: 'order and numbers' },
  checkpoints: { zh: '其他检查点', en: 'other checkpoints' },
  timestamps: { zh: '可信时间戳', en: 'time stamps' },
  lists: { zh: '公布的名单', en: 'published lists' },
};

/** Violations of one step that are told one by one. */
const SHOWN = 20;

/** Collects what is found. */
export class Findings {
  /** @type {Map<StepName, { count: number, shown: Violation[], says: Words | undefined, unchecked: boolean }>} */
  #steps = new Map();
  /** @type {Violation | undefined} */
  #first;
  /** @type {Words[]} */
  #remarks = [];
  /** @type {Words[]} */
  #subject = [];
  #unfinished = false;

  /** @param {StepName} name */
  #step(name) {
    const step = this.#steps.get(name) ?? { count: 0, shown: [], says: undefined, unchecked: false };
    this.#steps.set(name, step);
    return step;
  }

  /**
   * @param {StepName} name
   * @param {string} zh
   * @param {string} en
   * @param {{ index?: number | undefined, before?: number | undefined, position?: string | undefined }} [where]
   */
  violation(name, zh, en, { index, before, position } = {}) {
    const step = this.#step(name);
    step.count += 1;
    /** @type {Violation} */
    const violation = {
      step: name,
      zh,
      en,
      ...(index !== undefined && { index }),
      ...(before !== undefined && { before }),
      ...(position !== undefined && { position }),
    };
    if (step.shown.length < SHOWN) step.shown.push(violation);
    if (index !== undefined && isEarlier(violation, this.#first)) this.#first = violation;
  }

  /**
   * What a step has looked at.
   * @param {StepName} name
   * @param {string} zh
   * @param {string} en
   */
  says(name, zh, en) {
    this.#step(name).says = { zh, en };
  }

  /**
   * Nothing of this kind is there, or it cannot be judged here.
   * @param {StepName} name
   * @param {string} zh
   * @param {string} en
   */
  unchecked(name, zh, en) {
    const step = this.#step(name);
    step.unchecked = true;
    step.says = { zh, en };
  }

  /**
   * What must be judged for a verdict cannot be judged.
   * @param {StepName} name
   * @param {string} zh
   * @param {string} en
   */
  unfinished(name, zh, en) {
    this.unchecked(name, zh, en);
    this.#unfinished = true;
  }

  /**
   * @param {string} zh
   * @param {string} en
   */
  remark(zh, en) {
    this.#remarks.push({ zh, en });
  }

  /**
   * @param {string} zh
   * @param {string} en
   */
  subject(zh, en) {
    this.#subject.push({ zh, en });
  }

  /** @returns {Verdict} */
  verdict() {
    const names = /** @type {StepName[]} */ (Object.keys(TITLES)).filter(name => this.#steps.has(name));
    const steps = names.map(name => {
      const { count, says, unchecked } = this.#step(name);
      /** @type {Step['outcome']} */
      const outcome = count > 0 ? 'failed' : unchecked ? 'unchecked' : 'passed';
      const failed = { zh: `不符${count}处`, en: `${count} violations` };
      return {
        name,
        title: TITLES[name],
        outcome,
        says: count > 0 ? failed : (says ?? { zh: '相符', en: 'as it should be' }),
      };
    });
    const violations = names.flatMap(name => this.#step(name).shown);
    const outcome = violations.length > 0 ? 'violated' : this.#unfinished ? 'unfinished' : 'whole';
    return {
      outcome,
      says: sentenceOf(outcome, this.#first),
      subject: this.#subject,
      first: this.#first,
      steps,
      violations,
      remarks: this.#remarks,
    };
  }
}

/**
 * The one that stands earlier; of a range and an event within it, the event.
 * @param {Violation} one
 * @param {Violation | undefined} other
 */
function isEarlier(one, other) {
  if (!other) return true;
  const [from, wasFrom] = [one.index ?? 0, other.index ?? 0];
  if (one.before !== undefined && other.before === undefined) return one.before <= wasFrom;
  if (one.before === undefined && other.before !== undefined) return from < other.before;
  return from < wasFrom;
}

/**
 * @param {Verdict['outcome']} outcome
 * @param {Violation | undefined} first
 * @returns {Words}
 */
function sentenceOf(outcome, first) {
  if (outcome === 'whole')
    return { zh: '完好：与检查点相符，未见改动。', en: 'Whole: as the checkpoint says, nothing changed.' };
  if (outcome === 'unfinished') return { zh: '未能完成核验。', en: 'The verification could not be finished.' };
  if (first?.index === undefined) return { zh: '不完好：见下列不符之处。', en: 'Violated: see below.' };
  const { index, before, position } = first;
  if (before !== undefined) {
    return {
      zh: `不完好：坏事件在序号 ${index} 至 ${before - 1} 之间。`,
      en: `Violated: the first bad event is among indexes ${index} to ${before - 1}.`,
    };
  }
  return {
    zh: `不完好：第一个坏事件的序号是 ${index}${position === undefined ? '' : `（位置 ${position}）`}。`,
    en: `Violated: the first bad event has index ${index}${position === undefined ? '' : ` (position ${position})`}.`,
  };
}

const MARKS = { passed: '✓', failed: '✗', unchecked: '－' };

/**
 * The verdict as a text for a terminal.
 * @param {Verdict} verdict
 */
export function reportOf({ says, subject, steps, violations, remarks }) {
  const both = (/** @type {Words} */ { zh, en }) => `${zh} ${en}`;
  const lines = [
    `核验结论 Verdict：${both(says)}`,
    '',
    ...subject.map(both),
    '',
    ...steps.map(
      ({ outcome, title, says: said }) => `${MARKS[outcome]} ${title.zh}：${said.zh} (${title.en}: ${said.en})`,
    ),
  ];
  if (violations.length > 0)
    lines.push('', '不符之处 Violations：', ...violations.map(violation => `✗ ${both(violation)}`));
  if (remarks.length > 0) lines.push('', '说明 Remarks：', ...remarks.map(remark => `· ${both(remark)}`));
  return `${lines.join('\n')}\n`;
}
