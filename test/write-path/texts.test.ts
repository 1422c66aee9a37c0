/** Every text from outside is one that people can read; names are one however they are spelt. */
import { describe, expect, it } from 'vitest';
import { levelledName } from '../../events/rules/person-name.ts';
import { textFault } from '../../events/text.ts';
import { validInput, type Words } from '../../infra/http/valid-input.ts';
import { inputs } from '../http/authorisation-asking.ts';
import { STORY } from '../http/two-organisations.ts';
import { samples } from '../support/controls.ts';

const WORDS: Words = Object.assign({}, ...Object.values(samples), STORY, { on: '2024-12-28' });

/** Of no text, be it a line or a paragraph. */
const UNREADABLE = {
  'a null': '文\u0000字',
  'an escape': '文\u001B[31m字',
  'a control of C1': '文\u009F字',
  'an override of the order': '文\u202E字',
  'an isolate': '文\u2067字',
  'a mark of order': '文\u200F字',
  'a code point that is none': '文\uFFFE字',
  'one of a later plane': '文\u{1FFFF}字',
  'nothing but what has no width': '\u200B\u2060',
  'a blank that is a letter': '\u3164',
  'an empty pattern of Braille': '\u2800',
} as const;
const BROKEN = ['文\n字', '文\r字', '文\u2028字', '文\u0085字'];
const READABLE = ['阿卜杜拉·买买提', 'AX-200型（二期）', '𠮷田', '字\u{E0101}', '\uE000', '①', '…', '№ 5'];

/** Paths of all texts of an input. */
function textsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => textsIn(part, [...path, key]));
}

function changed(value: unknown, [key, ...rest]: readonly string[], text: string): unknown {
  if (key === undefined) return text;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  (copy as Record<string, unknown>)[key] = changed((value as Record<string, unknown>)[key], rest, text);
  return copy;
}

const places = [...inputs].flatMap(([name, schema]) => {
  const input = validInput(schema, WORDS, '', true);
  return textsIn(input).map(path => ({
    name,
    path,
    takes: (text: string) => schema.safeParse(changed(input, path, text)),
  }));
});
const takersOf = (text: string) =>
  places.filter(({ takes }) => takes(text).success).map(({ name, path }) => `${name} ${path.join('/')}`);

describe('the texts that commands, queries and reports are given', () => {
  it('are many', () => {
    expect(takersOf('文字').length).toBeGreaterThan(150);
  });

  it.each(Object.entries(UNREADABLE))('given %s, then none takes it', (_what, text) => {
    expect(takersOf(text)).toEqual([]);
  });

  it.each(BROKEN)('given %j, then paragraphs take it and lines do not', text => {
    const takers = takersOf(text);
    expect(takers).toContain('RecordOtherOrganisingWork detail');
    expect(takers.filter(place => /\b(title|name|document|orgName)$/.test(place))).toEqual([]);
  });

  it('given a line break in a line, then the refusal points at it and says so', () => {
    const place = places.find(({ name, path }) => name === 'StartApplication' && path[0] === 'title');
    expect(place?.takes('提高\n合格率').error?.issues).toMatchObject([
      { path: ['title'], message: expect.stringContaining('不得换行') },
    ]);
  });

  it('given an empty text, or one that is too long and broken, then one thing is said of it', () => {
    const place = places.find(({ name, path }) => name === 'StartApplication' && path[0] === 'title');
    for (const text of ['', '文\n'.repeat(300)])
      expect(place?.takes(text).error?.issues.map(({ path }) => path)).toEqual([['title']]);
  });

  it.each(READABLE)('given %j, then it is a text', text => {
    expect(textFault(text, 'line')).toBeUndefined();
  });
});

describe('names of people', () => {
  it.each([
    '阿卜杜拉•买买提',
    '阿卜杜拉・买买提',
    '阿卜杜拉．买买提',
    '阿卜杜拉･买买提',
    '阿卜杜拉 · 买买提',
    '阿卜杜拉\u200B·买买提',
  ])('%s is the name with the dot of the standard', spelt => {
    expect(levelledName(spelt)).toBe('阿卜杜拉·买买提');
  });

  it.each([
    ['张　伟', '张伟'],
    ['Ｊｏｈｎ  Smith', 'John Smith'],
    ['J. Smith', 'J. Smith'],
    ['张伟', '张伟'],
  ])('%s is %s', (spelt, name) => {
    expect(levelledName(spelt)).toBe(name);
  });
});
