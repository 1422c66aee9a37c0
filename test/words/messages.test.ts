import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bounded } from '../../events/input-bounds.ts';
import { lineSchema, paragraphSchema, urlSchema } from '../../events/text.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import { faultsOf } from '../../infra/http/input.ts';
import { sentenceOfFault } from '../../infra/http/problem.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';

const details = (schema: z.ZodType, input: unknown, owner?: string) =>
  (['zh', 'en'] as const).map(language =>
    faultsOf(schema, input, language, owner)
      .map(fault => sentenceOfFault(fault, language))
      .join(' | '),
  );

describe('what is wrong with a field', () => {
  const many = Array.from({ length: 13 }, (_, at) => `v${at}`) as [string, ...string[]];
  it.each<[string, z.ZodType, unknown, zh: string, en: string]>([
    ['is left out', z.string(), undefined, '必须填写', 'This is needed'],
    ['is empty where one of some is wanted', z.enum(['a', 'b']), null, '必须填写', 'This is needed'],
    ['is no text', z.string(), 1, '请填写文字', 'Must be text'],
    ['is no number', z.coerce.number(), 'late', '请填写数字', 'Must be a number'],
    ['is no whole number', z.int(), 1.5, '请填写整数', 'Must be a whole number'],
    ['is neither yes nor no', z.boolean(), 'perhaps', '请选择是或者否', 'Must be true or false'],
    ['is no list', z.array(z.string()), 'a', '应为列表', 'Must be a list'],
    ['is no group of fields', z.object({}), 'a', '请逐项填写', 'Must be an object'],
    ['is empty', z.string().min(1), '', '不能为空', 'Must not be empty'],
    ['is too short', z.string().min(10), 'short', '至少 10 个字', 'At least 10 characters'],
    ['is too long', lineSchema, '长'.repeat(201), '不得超过 200 个字', 'At most 200 characters'],
    ['is a list of none', z.array(z.string()).min(1), [], '至少填写一项', 'At least one item'],
    ['is a list of too few', z.array(z.string()).min(2), ['a'], '至少 2 项', 'At least 2 items'],
    ['is a list of too many', z.array(z.string()).max(1), ['a', 'b'], '不得超过 1 项', 'At most 1 items'],
    ['is too small', z.number().min(1), 0, '不得小于 1', 'Must not be less than 1'],
    ['is too large', z.number().max(9), 10, '不得大于 9', 'Must not be more than 9'],
    ['is not more', z.number().gt(1), 1, '应大于 1', 'Must be more than 1'],
    ['is not less', z.number().lt(1), 1, '应小于 1', 'Must be less than 1'],
    ['is no multiple', z.number().multipleOf(5), 3, '应为 5 的倍数', 'Must be a multiple of 5'],
    [
      'is no date',
      dateSchema,
      '2023-02-29',
      '应为存在的日期，如 2024-12-28',
      'Must be a day of the calendar such as 2024-12-28',
    ],
    [
      'is no time',
      instantSchema,
      '12:00',
      '应为精确到毫秒的 UTC 时间，如 2024-12-28T02:00:00.000Z',
      'Must be a UTC time with milliseconds such as 2024-12-28T02:00:00.000Z',
    ],
    ['is no address', urlSchema, 'ftp://a', '应为 http 或 https 网址', 'Must be an http or https address'],
    ['is no UUID', z.uuid(), 'a', '应为 UUID', 'Must be a UUID'],
    ['is written otherwise', z.string().regex(/^\d{6}$/), 'a', '应为 6 位数字', 'Must be 6 digits'],
    ['is none of the codes', z.enum(['a', 'b']), 'c', '应为：a、b 之一', 'Must be a or b'],
    ['is none of many codes', z.enum(many), 'c', '请从所列各项中选择', 'Must be one of 13 values'],
    [
      'is neither of two forms',
      z.union([dateSchema, z.uuid()]),
      'a',
      '应为存在的日期，如 2024-12-28，或者应为 UUID',
      'Must be a day of the calendar such as 2024-12-28, or Must be a UUID',
    ],
    [
      'is refused by a rule of its own',
      z.string().refine(() => false, '应为单数 (must be odd)'),
      'a',
      '应为单数',
      'must be odd',
    ],
  ])('given one that %s, then it is said in Chinese or English, after its name', (_, schema, value, zh, en) => {
    expect(details(z.object({ title: schema }), { title: value })).toEqual([`名称：${zh}`, `Title: ${en}`]);
  });

  it('given an entry of a list, then it is told which one', () => {
    const people = z.object({ participants: z.array(z.object({ name: lineSchema })) });
    const input = { participants: [{ name: '甲' }, { name: '' }] };
    expect(details(people, input, 'SubmitApplication')).toEqual([
      '姓名（第 2 项）：不能为空',
      'Name (item 2): Must not be empty',
    ]);
  });

  it('given a code, then the others are named as people name them', () => {
    expect(details(z.object({ visibility: z.enum(['public', 'internal']) }), { visibility: 'secret' })).toEqual([
      '公开范围：应为：公开、内部 之一',
      'Visibility: Must be public or internal',
    ]);
    const either = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('护照') }),
      z.object({ kind: z.literal('其他') }),
    ]);
    expect(details(z.object({ identity: either }), { identity: { kind: '工作证' } })[0]).toBe(
      '证件类型：应为：护照、其他 之一',
    );
  });

  it('given none of several groups of fields, then they are named', () => {
    const charge = z.union([z.object({ industry: lineSchema }), z.object({ district: lineSchema })]);
    expect(details(z.object({ jurisdiction: charge }), { jurisdiction: {} })).toEqual([
      '主管范围：请填写行业或者区',
      'Charge: Must be with industry or district',
    ]);
  });

  it('given a field that there is none of, then it is named as it was sent', () => {
    expect(details(z.strictObject({}), { colour: 'red' })).toEqual(['没有这样的字段：colour', 'Unknown: colour']);
  });

  it('given a date out of bounds or a text that cannot be read, then the rule is told in the language', () => {
    const schema = bounded(z.object({ heldOn: dateSchema, title: lineSchema, detail: paragraphSchema }));
    expect(details(schema, { heldOn: '1066-10-14', title: '一\n二', detail: '\u200b' })).toEqual([
      '举办日期：日期应在 1949-10-01 至 2199-12-31 之间 | 名称：应为一行文字，不得换行 | 详情：没有可见的文字',
      'Held on: a date from 1949-10-01 to 2199-12-31 | Title: one line of text, without U+000A | Detail: nothing in it can be seen',
    ]);
  });
});

/** What nobody means when he fills in a field. */
const ODDITIES = [
  undefined,
  null,
  '',
  ' ',
  '甲',
  'x'.repeat(5000),
  '一\n二',
  0,
  -1,
  1.5,
  1e9,
  Number.NaN,
  true,
  [],
  ['甲'],
  {},
];
/** Words of programmers, and what says nothing. */
const UNHELPFUL = /格式不符合要求|not in the form|NaN|undefined|null|Invalid|expected|received|\\|\^/;

const deepen = (shape: Readonly<Record<string, unknown>>, odd: unknown) =>
  Object.fromEntries(Object.keys(shape).map(name => [name, odd]));

describe('every command and every query', () => {
  const asked = [
    ...commandRoutes.map(({ command }) => [command.name, command.input] as const),
    ...queryRoutes.map(({ name, input }) => [name, input] as const),
  ];

  it('given anything in its fields, then what is wrong is said in Chinese, or in English, and says what to do', () => {
    const found = new Set<string>();
    for (const [name, input] of asked) {
      for (const odd of ODDITIES) {
        const [zh = '', en = ''] = details(input, deepen(input.shape, odd), name);
        for (const detail of [...zh.split(' | '), ...en.split(' | ')]) {
          if (UNHELPFUL.test(detail)) found.add(`${name}: ${detail}`);
        }
        if (zh !== '' && !zh.split(' | ').every(detail => /\p{Script=Han}/u.test(detail))) found.add(`${name}: ${zh}`);
      }
    }
    expect([...found]).toEqual([]);
  });

  it('given a form of writing that nobody described, then it is found out', () => {
    const [zh = ''] = details(z.object({ title: z.string().regex(/^unheard-of$/) }), { title: 'a' });
    expect(UNHELPFUL.test(zh)).toBe(true);
  });
});
