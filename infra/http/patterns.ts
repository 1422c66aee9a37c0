/** What a text of a certain form is, for those who wrote another: by the expression that the schema checks it with. */
import type { BilingualText } from './language.ts';

const told: readonly (readonly [RegExp, zh: string, en: string])[] = [
  [
    /^[a-z0-9][a-z0-9-]{1,62}$/,
    '应为 2 至 63 个小写字母、数字或连字符，以字母或数字开头',
    'Must be 2 to 63 lower-case letters, digits or hyphens, the first one no hyphen',
  ],
  [
    /^[a-z0-9][a-z0-9._-]{2,40}$/,
    '应为 3 至 41 个小写字母、数字、点、连字符或下划线，以字母或数字开头，如 msr.chen',
    'Must be 3 to 41 lower-case letters, digits, dots, hyphens or underscores such as msr.chen',
  ],
  [
    /^[a-z0-9][a-z0-9-]{0,30}$/,
    '应为 1 至 31 个小写字母、数字或连字符，以字母或数字开头',
    'Must be 1 to 31 lower-case letters, digits or hyphens, the first one no hyphen',
  ],
  [
    /^[a-z0-9][a-z0-9-]{3,40}$/,
    '应为 4 至 41 个小写字母、数字或连字符，以字母或数字开头',
    'Must be 4 to 41 lower-case letters, digits or hyphens, the first one no hyphen',
  ],
  [/^[0-9a-z]{4,32}$/, '应为 4 至 32 个小写字母或数字', 'Must be 4 to 32 lower-case letters or digits'],
  [
    /^[0-9a-f]{64}$/,
    '应为 64 位十六进制的文件摘要（SHA-256）',
    'Must be a SHA-256 of 64 lower-case hexadecimal digits',
  ],
  [
    /^[0-9A-HJ-NPQRTUWXY]{18}$/,
    '应为统一社会信用代码（18 位，不含 I、O、S、V、Z）',
    'Must be a unified social credit code of 18 characters, without I, O, S, V and Z',
  ],
  [
    /^1201\d{2}$/,
    '应为本市各区的区划代码，如 120101（和平区）',
    'Must be the code of a district of Tianjin such as 120101',
  ],
  [/^\+?[0-9][0-9 -]{5,19}$/, '应为电话号码，如 022-23456789', 'Must be a telephone number such as 022-23456789'],
  [/^\d{4}-[a-z0-9]{4,26}$/, '应为项目编号，如 2024-7k3m9qwz', 'Must be the id of a project such as 2024-7k3m9qwz'],
  [
    /^\d{4}-[a-z0-9][a-z0-9-]{0,40}$/,
    '应为评定组编号，如 2024-panel-1',
    'Must be the id of a panel such as 2024-panel-1',
  ],
  [/^\d{4}-\d{5}$/, '应为证书编号，如 2024-00001', 'Must be the number of a certificate such as 2024-00001'],
  [/^complaint-[a-z0-9]{1,40}$/, '应为投诉编号，如 complaint-7k3m9qwz', 'Must be the id of a complaint'],
  [/^(0|[1-9]\d{0,19})$/, '应为台账位置（不带前导零的数字）', 'Must be a position of the log, a number in digits'],
  [/^\d{1,19}$/, '应为台账位置（数字）', 'Must be a position of the log, a number in digits'],
  [
    /^(0|[1-9]\d{0,3})(\.\d{1,2})?$/,
    '应为分数，最多两位小数，如 87.5',
    'Must be points with at most two decimals such as 87.5',
  ],
  [/^[A-Z]{3}$/, '应为三位大写字母的国家或者地区代码，如 CHN', 'Must be a country code of three capital letters'],
  [/^[A-Z0-9]{5,20}$/, '应为证件号码（5 至 20 位大写字母或数字）', 'Must be 5 to 20 capital letters or digits'],
  [/^[HM]\d{8}(\d{2})?$/, '应为通行证号码（H 或 M 加 8 位或 10 位数字）', 'Must be H or M with 8 or 10 digits'],
  [/^\d{8}(\d{2})?$/, '应为通行证号码（8 位或 10 位数字）', 'Must be 8 or 10 digits'],
  [/^[A-Z]{3}\d{12}$/, '应为三位大写字母加 12 位数字', 'Must be three capital letters with 12 digits'],
  [/^[A-Z][A-Za-z]+$/, '应为事项的名称，如 AttachDocument', 'Must be the name of a command such as AttachDocument'],
  [/^[A-Za-z0-9+/]+={0,2}$/, '应为 Base64 编码', 'Must be in Base64'],
  [/^\d{6}$/, '应为 6 位数字', 'Must be 6 digits'],
  [
    /^[a-z0-9.-]{3,80}$/,
    '应为事件种类，如 application.submitted',
    'Must be a kind of event such as application.submitted',
  ],
];

const byPattern = new Map(told.map(([pattern, zh, en]) => [String(pattern), { zh, en }]));

/** What the text should have been, by the expression as Zod tells it, e.g. `/^\d{6}$/`; undefined for one that is not told. */
export function patternWords(pattern: string): BilingualText | undefined {
  return byPattern.get(pattern);
}
