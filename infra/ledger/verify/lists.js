// @ts-check
/** Published lists, made anew from the events (sections 5 and 7 of the page). */
import { hexOf, utf8 } from './bytes.js';
import { isAfter } from './lines.js';
import { sha256 } from './suites.js';

/** @typedef {import('./lines.js').ToldEvent} ToldEvent */
/** @typedef {import('./verdict.js').Findings} Findings */

/**
 * One text for a JSON value (RFC 8785).
 * @param {unknown} value
 * @returns {string}
 */
export function canonicalOf(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalOf).join(',')}]`;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalOf(member)}`).join(',')}}`;
}

/** @param {unknown} list */
const hashOf = list => hexOf(sha256(utf8(canonicalOf(list))));

/**
 * Kinds of event that say what a list holds: of which kind of list, and which of their members stand in it.
 * @type {Readonly<Record<string, readonly [string, readonly string[]]>>}
 */
const ENTRIES = {
  'project.listed': ['项目计划', ['projectId', 'title', 'unitName', 'bodyName']],
  'excellent-result.recognised': ['优秀成果', ['projectId', 'resultId', 'title', 'unitName', 'bodyId']],
};
/** @type {Readonly<Record<string, string>>} */
const PUBLICATIONS = {
  'project-plan.published': '项目计划',
  'project-plan.amended': '项目计划',
  'excellent-results.published': '优秀成果',
};
/** The version of what makes lists that is described on the page. */
const PROJECTION_VERSION = 1;
const CHANGES = new Set(['fraud-decision.taken', 'revocation.overturned']);

/** @typedef {{ index: number, position: string | undefined }} Place */
/** @typedef {Place & { label: string, year: number, projectId: string, resultId?: string, text: string, changes: (Place & { live: boolean, caseId: string })[] }} Standing */
/** @typedef {{ label: string, year: number, version: number, projectionVersion?: number, index: number, position: string, listHash: string, list: any[] }} PublishedList */

/** Remembers what events say of lists, and judges lists by it. */
export class ListBook {
  #findings;
  /** @type {Standing[]} */
  #standings = [];
  /** @type {{ label: string, data: any, index: number }[]} */
  #publications = [];
  /** Something that lists are made of is not told to the reader of this bundle. */
  #isIncomplete = false;

  /** @param {Findings} findings */
  constructor(findings) {
    this.#findings = findings;
  }

  /** @param {ToldEvent} event */
  take(event) {
    const type = event.record?.type;
    if (type === undefined || !(type in ENTRIES || type in PUBLICATIONS || CHANGES.has(type))) return;
    const data = dataOf(event);
    if (!data) {
      this.#isIncomplete = true;
    } else if (type in ENTRIES) {
      const [label, names] = /** @type {[string, string[]]} */ (ENTRIES[type]);
      const entry = Object.fromEntries(names.map(name => [name, data[name]]));
      const { projectId, resultId, year } = data;
      this.#standings.push({
        label,
        year,
        index: event.index,
        position: event.position,
        projectId,
        resultId,
        text: canonicalOf(entry),
        changes: [],
      });
    } else if (type in PUBLICATIONS) {
      this.#publications.push({ label: /** @type {string} */ (PUBLICATIONS[type]), data, index: event.index });
    } else {
      this.#change(type, data, event);
    }
  }

  /**
   * @param {string} type
   * @param {any} data
   * @param {ToldEvent} event
   */
  #change(type, { caseId, revoked }, { index, position }) {
    const live = type === 'revocation.overturned';
    const taken = new Set(Array.isArray(revoked) ? revoked.map((/** @type {any} */ result) => result?.resultId) : []);
    for (const { resultId, changes } of this.#standings) {
      const isMeant = live ? changes.at(-1)?.caseId === caseId : resultId !== undefined && taken.has(resultId);
      if (isMeant) changes.push({ index, position, live, caseId });
    }
  }

  /**
   * @param {unknown} lists The content of `lists.json`.
   * @param {boolean} wholeLog
   */
  judge(lists, wholeLog) {
    if (!Array.isArray(lists) || !lists.every(isList)) {
      this.#violation('lists.json 不是名单', 'lists.json holds no lists');
      return;
    }
    let anew = 0;
    for (const list of lists) {
      const name = `${list.year}年度${list.label}第${list.version}版`;
      if (hashOf(list.list) !== list.listHash)
        this.#violation(`${name}：内容与其摘要不符`, 'a list is not as its hash says');
      if ((list.projectionVersion ?? PROJECTION_VERSION) !== PROJECTION_VERSION) {
        const [zh, en] = [
          `${name}：编制规则的版本不是本程序所知的`,
          'a list is made by a version that is not known here',
        ];
        this.#violation(`${zh}（${PROJECTION_VERSION}）`, en);
      }
      if (!wholeLog || this.#isIncomplete) continue;
      anew += 1;
      this.#compare(list, name);
    }
    if (wholeLog) this.#missing(lists);
    this.#findings.says(
      'lists',
      `${lists.length}份，其中${anew}份由事件重新得出`,
      `${lists.length} lists, ${anew} of them made anew from the events`,
    );
    if (lists.length > anew) {
      this.#findings.remark(
        '名单所依的事件未全部向本包的读者公开，只核对了名单的摘要。',
        'Lists whose events this bundle does not tell were checked by their hash alone.',
      );
    }
  }

  /** Nothing was published. */
  get isEmpty() {
    return this.#publications.length === 0;
  }

  /** Lists as their publications pin them, without their content: made anew, each has the hash that was published. */
  judgeOwn() {
    for (const { label, data, index } of this.#publications) {
      const list = { label, year: data.year, version: data.version };
      const expected = this.#at(list, index, String(data.position));
      const projects = projectsOf(data);
      const texts = projects.map(projectId => expected.get(projectId));
      const isWhole = new Set(projects).size === expected.size && hashOfTexts(texts) === data.listHash;
      const name = `${list.year}年度${label}第${list.version}版`;
      if (!isWhole) this.#violation(`${name}：与日志不符`, 'a list is not what the log says', index);
    }
    const { length } = this.#publications;
    this.#findings.says('lists', `${length}份，均由事件重新得出`, `${length} lists, made anew from the events`);
  }

  /**
   * A list beside its publication and the events before it.
   * @param {PublishedList} list
   * @param {string} name
   */
  #compare(list, name) {
    const published = this.#publicationOf(list);
    if (!published) {
      this.#violation(`${name}：日志中没有这次公布`, 'a list was never published');
      return;
    }
    const { data, index } = published;
    if (data.listHash !== list.listHash)
      this.#violation(`${name}：摘要与公布时的不同`, 'a list has another hash than was published', index);
    const expected = this.#at(list, index, String(data.position));
    const given = new Map(list.list.map(entry => [entry?.projectId, canonicalOf(entry)]));
    for (const [projectId, text] of given) {
      if (expected.get(projectId) !== text)
        this.#violation(`${name}：项目 ${projectId} 与日志不符`, `project ${projectId} is not as the log says`, index);
    }
    for (const projectId of expected.keys()) {
      if (!given.has(projectId))
        this.#violation(`${name}：缺项目 ${projectId}`, `project ${projectId} is missing`, index);
    }
  }

  /**
   * What the list should hold, by project: the last word of the events up to the position that it names.
   * @param {Pick<PublishedList, 'label' | 'year'> & { index?: number }} list Its index is of use where positions are not told.
   * @param {number} before Index of its publication.
   * @param {string} position
   */
  #at({ label, year, index }, before, position) {
    // Of a log of files positions are counts of events, and remain so within the events when the log is moved elsewhere.
    const counted = Number(position);
    const isUpTo = (/** @type {Place} */ at) => {
      if (counted <= before) return at.index < counted;
      if (at.position === undefined) return index === undefined || at.index <= index;
      return !isAfter(at.position, position);
    };
    const isWithin = (/** @type {Place} */ at) => at.index < before && isUpTo(at);
    const live = this.#standings.filter(
      standing =>
        standing.label === label &&
        standing.year === year &&
        isWithin(standing) &&
        (standing.changes.findLast(isWithin)?.live ?? true),
    );
    return new Map(live.map(({ projectId, text }) => [projectId, text]));
  }

  /** @param {PublishedList} list */
  #publicationOf({ label, year, version }) {
    return this.#publications.find(of => of.label === label && of.data.year === year && of.data.version === version);
  }

  /** @param {PublishedList[]} lists */
  #missing(lists) {
    for (const { label, data, index } of this.#publications) {
      const isThere = lists.some(
        list => list.label === label && list.year === data.year && list.version === data.version,
      );
      if (!isThere)
        this.#violation(`缺${data.year}年度${label}第${data.version}版`, 'a published list is missing', index);
    }
  }

  /**
   * @param {string} zh
   * @param {string} en
   * @param {number} [publication] Its index: the list is bad, not the event.
   */
  #violation(zh, en, publication) {
    const at = publication === undefined ? '' : `（公布于序号 ${publication} 的事件）`;
    this.#findings.violation('lists', `${zh}${at}。`, `${en}.`);
  }
}

/** @param {any} list */
const isList = list => typeof list?.label === 'string' && typeof list.listHash === 'string' && Array.isArray(list.list);

/** @param {ToldEvent} event */
function dataOf({ data }) {
  if (data === undefined) return undefined;
  try {
    const value = JSON.parse(data);
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Of canonical texts, as an array.
 * @param {readonly (string | undefined)[]} texts
 */
const hashOfTexts = texts => hexOf(sha256(utf8(`[${texts.join(',')}]`)));

/**
 * Lists of the first version hold whole entries.
 * @param {any} data Of a publication.
 * @returns {string[]}
 */
const projectsOf = ({ projects, list }) => projects ?? (list ?? []).map((/** @type {any} */ entry) => entry?.projectId);
