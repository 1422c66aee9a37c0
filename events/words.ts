/**
 * What fields and codes are called among people, in Chinese and English: pages, forms, messages and the documentation of the
 * API all say them with these words. The words themselves stand in `words/`.
 *
 * A place is the name of a field with those around it, e.g. `grant.role` or `content.methods`; numbers of list entries are
 * left out. An owner is the command, query, report, page or kind of event that the field stands in: the same name can mean
 * another thing there. The longest place that has a word wins, and among equals that of the owner.
 */
import type { Role } from './envelope.ts';
import { ARTICLE_IDS, type ArticleId, articleLabel } from './statute.ts';
import { chineseCodes, codes, roles } from './words/codes.ts';
import type { WordEntry } from './words/entry.ts';
import { fieldTables } from './words/fields.ts';
import { Lookup } from './words/lookup.ts';

/** A name for people. */
export interface Word {
  readonly zh: string;
  readonly en: string;
  /** In Chinese, for those who fill the field in: a unit, an example, a default. */
  readonly hint?: string;
}

const FIELDS = new Lookup(fieldTables);
const CODES = new Lookup([codes]);

/** What a field is called; one without a word keeps its name. */
export function fieldWord(place: string, owner?: string): Word {
  const name = place.slice(place.lastIndexOf('.') + 1);
  return wordOf(FIELDS.find(place, owner, entry => entry)?.picked ?? name, name);
}

/**
 * What a value of a field is called, in Chinese: `codeWord('classification', 'trade-secret')` is 商业秘密. A text that is no
 * code is its own word.
 */
export function codeWord(place: string, value: string | number | boolean, owner?: string): string {
  return codeName(place, value, owner)?.zh ?? String(value);
}

/** The same in both languages; undefined for what is no code of the field. */
export function codeName(place: string, value: string | number | boolean, owner?: string): Word | undefined {
  const code = String(value);
  const entry =
    CODES.find(place, owner, ofPlace => (Object.hasOwn(ofPlace, code) ? ofPlace[code] : undefined))?.picked ??
    wordAnywhere(code);
  return entry === undefined ? undefined : wordOf(entry, code);
}

const YES_OR_NO: Readonly<Record<string, WordEntry>> = { true: ['是', 'Yes'], false: ['否', 'No'] };

/** Of what means the same wherever it stands. */
function wordAnywhere(code: string): WordEntry | undefined {
  if (Object.hasOwn(chineseCodes, code)) return [code, chineseCodes[code] ?? ''];
  if ((ARTICLE_IDS as readonly string[]).includes(code)) return [articleLabel(code as ArticleId), code];
  return Object.hasOwn(YES_OR_NO, code) ? YES_OR_NO[code] : undefined;
}

function wordOf(entry: WordEntry, name: string): Word {
  if (typeof entry === 'string') return { zh: entry, en: spelt(name) };
  const [zh, en, hint] = entry;
  return hint === undefined ? { zh, en } : { zh, en, hint };
}

/** The words of a name in camel case or with hyphens. */
function spelt(name: string): string {
  const words = name
    .replaceAll('-', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What each role is called, in Chinese. */
export const ROLE_WORDS = Object.fromEntries(Object.entries(roles).map(([role, [zh]]) => [role, zh])) as Readonly<
  Record<Role, string>
>;

/** The name of a district; one that is not known keeps its code. */
export function districtWord(code: string): string {
  return codeName('district', code)?.zh ?? `区划 ${code}`;
}
