/** What is wrong with an input, as people say it; what a schema says itself stands. Issues are those of zod 4. */
import type { z } from 'zod';
import type { BilingualText, Language } from './language.ts';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** Messages in a language, for {@link z.core.ParseContext}. */
export function messagesIn(language: Language): z.core.$ZodErrorMap {
  return issue => messageOf(issue)[language];
}

function messageOf(issue: Issue): BilingualText {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.input === null ? MISSING : (TYPES[issue.expected] ?? ODD);
    case 'too_small':
      return leastOf(issue);
    case 'too_big':
      return mostOf(issue);
    case 'invalid_format':
      return FORMATS[issue.format] ?? ODD;
    case 'not_multiple_of':
      return { zh: `应为 ${issue.divisor} 的倍数`, en: `Must be a multiple of ${issue.divisor}` };
    case 'unrecognized_keys':
      return { zh: `没有这样的字段：${issue.keys.join('、')}`, en: `Unknown: ${issue.keys.join(', ')}` };
    case 'invalid_value':
      return issue.input === undefined ? MISSING : oneOf(issue.values.map(String));
    case 'invalid_union':
      return oneOfUnion((issue as { readonly options?: unknown }).options);
    default:
      return ODD;
  }
}

const MISSING: BilingualText = { zh: '必须填写', en: 'This is needed' };
const ODD: BilingualText = { zh: '格式不符合要求', en: 'This is not in the form that is needed' };

const NUMBER: BilingualText = { zh: '应为数字', en: 'Must be a number' };
const FIELDS: BilingualText = { zh: '应为一组字段', en: 'Must be an object' };

/** By the type that was expected. */
const TYPES: Readonly<Record<string, BilingualText>> = {
  string: { zh: '应为文字', en: 'Must be text' },
  number: NUMBER,
  int: { zh: '应为整数', en: 'Must be a whole number' },
  boolean: { zh: '应为 true 或 false', en: 'Must be true or false' },
  array: { zh: '应为列表', en: 'Must be a list' },
  object: FIELDS,
  record: FIELDS,
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
    return { zh: `至少 ${minimum} 个字符`, en: `At least ${minimum} characters` };
  }
  if (origin === 'array' || origin === 'set') return { zh: `至少 ${minimum} 项`, en: `At least ${minimum} items` };
  return inclusive === false
    ? { zh: `应大于 ${minimum}`, en: `Must be more than ${minimum}` }
    : { zh: `不得小于 ${minimum}`, en: `Must not be less than ${minimum}` };
}

function mostOf({ origin, maximum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): BilingualText {
  if (origin === 'string') return { zh: `最多 ${maximum} 个字符`, en: `At most ${maximum} characters` };
  if (origin === 'array' || origin === 'set') return { zh: `最多 ${maximum} 项`, en: `At most ${maximum} items` };
  return inclusive === false
    ? { zh: `应小于 ${maximum}`, en: `Must be less than ${maximum}` }
    : { zh: `不得大于 ${maximum}`, en: `Must not be more than ${maximum}` };
}

/** Of unions that a field tells apart, zod lists the values which that field may have. */
function oneOfUnion(options: unknown): BilingualText {
  return Array.isArray(options) ? oneOf(options.map(String)) : ODD;
}

function oneOf(values: readonly string[]): BilingualText {
  return { zh: `应为：${values.join('、')}${values.length > 1 ? ' 之一' : ''}`, en: `Must be ${values.join(' or ')}` };
}
