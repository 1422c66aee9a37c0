/**
 * What is wrong with an input, as people say it, in the language they read. Issues are those of Zod 4; a message that a
 * schema gives itself is in both languages, 中文 (English), and told in one.
 */
import type { z } from 'zod';
import { codeName, fieldWord } from '../../events/words.ts';
import type { BilingualText, Language } from './language.ts';
import { patternWords } from './patterns.ts';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** Messages in a language, for {@link z.core.ParseContext}; codes are named as of the command or query that is asked. */
export function messagesIn(language: Language, owner?: string): z.core.$ZodErrorMap {
  return issue => messageOf(issue, language, owner)[language];
}

const OWN = /^(?<zh>.*\p{Script=Han}.*?) \((?<en>[^\p{Script=Han}]+)\)$/u;

/** What a schema says itself, in one language. */
export function ownMessageIn(message: string, language: Language): string {
  return OWN.exec(message)?.groups?.[language] ?? message;
}

/** The names of fields around a place: numbers of list entries are left out. */
export const placeOf = (path: readonly PropertyKey[] = []) => path.filter(part => typeof part === 'string').join('.');

function messageOf(issue: Issue, language: Language, owner: string | undefined): BilingualText {
  switch (issue.code) {
    case 'invalid_type':
      return isLeftOut(issue.input) ? MISSING : (TYPES[issue.expected] ?? ODD);
    case 'too_small':
      return leastOf(issue);
    case 'too_big':
      return mostOf(issue);
    case 'invalid_format':
      return FORMATS[issue.format] ?? patternWords(String(issue.pattern)) ?? ODD;
    case 'not_multiple_of':
      return { zh: `应为 ${issue.divisor} 的倍数`, en: `Must be a multiple of ${issue.divisor}` };
    case 'unrecognized_keys':
      return { zh: `没有这样的字段：${issue.keys.join('、')}`, en: `Unknown: ${issue.keys.join(', ')}` };
    case 'invalid_value':
      return isLeftOut(issue.input) ? MISSING : oneOf(issue.values.map(String), placeOf(issue.path), owner);
    case 'invalid_union':
      return isLeftOut(issue.input) ? MISSING : oneOfUnion(issue, language, owner);
    default:
      return ODD;
  }
}

const isLeftOut = (input: unknown) => input === undefined || input === null;

const MISSING: BilingualText = { zh: '必须填写', en: 'This is needed' };
const ODD: BilingualText = { zh: '格式不符合要求', en: 'This is not in the form that is needed' };

const NUMBER: BilingualText = { zh: '请填写数字', en: 'Must be a number' };
const GROUP: BilingualText = { zh: '请逐项填写', en: 'Must be an object' };
const LIST: BilingualText = { zh: '应为列表', en: 'Must be a list' };

/** By the type that was expected. */
const TYPES: Readonly<Record<string, BilingualText>> = {
  string: { zh: '请填写文字', en: 'Must be text' },
  number: NUMBER,
  nan: NUMBER,
  int: { zh: '请填写整数', en: 'Must be a whole number' },
  boolean: { zh: '请选择是或者否', en: 'Must be true or false' },
  array: LIST,
  tuple: LIST,
  object: GROUP,
  record: GROUP,
};

/** By the format that was expected. */
const FORMATS: Readonly<Record<string, BilingualText>> = {
  date: { zh: '应为存在的日期，如 2024-12-28', en: 'Must be a day of the calendar such as 2024-12-28' },
  datetime: {
    zh: '应为精确到毫秒的 UTC 时间，如 2024-12-28T02:00:00.000Z',
    en: 'Must be a UTC time with milliseconds such as 2024-12-28T02:00:00.000Z',
  },
  url: { zh: '应为 http 或 https 网址', en: 'Must be an http or https address' },
  uuid: { zh: '应为 UUID', en: 'Must be a UUID' },
};

function leastOf({ origin, minimum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): BilingualText {
  if (origin === 'string') {
    if (minimum === 1) return { zh: '不能为空', en: 'Must not be empty' };
    return { zh: `至少 ${minimum} 个字`, en: `At least ${minimum} characters` };
  }
  if (origin === 'array' || origin === 'set') {
    if (minimum === 1) return { zh: '至少填写一项', en: 'At least one item' };
    return { zh: `至少 ${minimum} 项`, en: `At least ${minimum} items` };
  }
  return inclusive === false
    ? { zh: `应大于 ${minimum}`, en: `Must be more than ${minimum}` }
    : { zh: `不得小于 ${minimum}`, en: `Must not be less than ${minimum}` };
}

function mostOf({ origin, maximum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): BilingualText {
  if (origin === 'string') return { zh: `不得超过 ${maximum} 个字`, en: `At most ${maximum} characters` };
  if (origin === 'array' || origin === 'set') return { zh: `不得超过 ${maximum} 项`, en: `At most ${maximum} items` };
  return inclusive === false
    ? { zh: `应小于 ${maximum}`, en: `Must be less than ${maximum}` }
    : { zh: `不得大于 ${maximum}`, en: `Must not be more than ${maximum}` };
}

/** Of unions that a field tells apart, Zod lists the values which that field may have; of others, what each of them wants. */
function oneOfUnion(
  issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>,
  language: Language,
  owner: string | undefined,
): BilingualText {
  const { options, discriminator, path = [], errors = [] } = issue as typeof issue & { readonly options?: unknown };
  if (Array.isArray(options)) return oneOf(options.map(String), placeOf([...path, discriminator ?? '']), owner);
  const wanted = new Set(
    errors.flatMap(branch =>
      branch.every(({ path }) => path.length === 0) ? branch.map(({ message }) => message) : [],
    ),
  );
  if (wanted.size === 0) return oneOfGroups(path, errors, owner);
  const said = [...wanted].map(message => ownMessageIn(message, language));
  return { zh: said.join('，或者'), en: said.join(', or ') };
}

/** Of unions of groups of fields: what each group begins with. */
function oneOfGroups(
  path: readonly PropertyKey[],
  branches: readonly (readonly { readonly path: readonly PropertyKey[] }[])[],
  owner: string | undefined,
): BilingualText {
  const firsts = branches.flatMap(([first]) => (first ? [placeOf([...path, ...first.path])] : []));
  const words = [...new Set(firsts)].map(place => fieldWord(place, owner));
  return {
    zh: `请填写${words.map(({ zh }) => zh).join('或者')}`,
    en: `Must be with ${words.map(({ en }) => en.toLowerCase()).join(' or ')}`,
  };
}

/** More than these are not listed in a sentence. */
const LISTED = 12;

function oneOf(values: readonly string[], place: string, owner: string | undefined): BilingualText {
  if (values.length > LISTED) return { zh: '请从所列各项中选择', en: `Must be one of ${values.length} values` };
  const words = values.map(value => codeName(place, value, owner)?.zh ?? value);
  return {
    zh: `应为：${words.join('、')}${words.length > 1 ? ' 之一' : ''}`,
    en: `Must be ${values.join(' or ')}`,
  };
}
