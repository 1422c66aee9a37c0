import { hash } from 'node:crypto';
import { create as openFont } from 'fontkit';
import PDFDocument from 'pdfkit';
import { create as createQrCode } from 'qrcode';
import { describe, expect, it } from 'vitest';
import { TooBusy } from '../../infra/bounded.ts';
import { printerAt } from '../../infra/printing/print.ts';
import { printApart } from '../../infra/printing/print-apart.ts';
import { printsKept } from '../../infra/printing/prints-kept.ts';
import { PageSheet } from '../../infra/printing/sheet.ts';
import { typefaceFor } from '../../infra/printing/typeface.ts';
import type { Printable } from '../../projections/printable.ts';
import { readPdf } from './pdf.ts';

const ADDRESS = 'https://gongguan.example.cn/api/v1';
const print = printsKept(printerAt(ADDRESS));

const paper: Printable = {
  title: { zh: '天津市质量攻关优秀成果证书', en: 'Certificate' },
  number: '2024-00001',
  entries: [
    { label: { zh: '项目名称', en: 'Project' }, text: '提高减速机箱体铸件一次交验合格率（AX-200型）' },
    { label: { zh: '参与人员', en: 'Participant' }, text: '张伟' },
  ],
  statement: { zh: '该项目成果被认定为优秀成果。', en: 'The result was recognised.' },
  issuer: { zh: '天津市市场监督管理委员会', en: 'The Authority' },
  issuedOn: { zh: '2024年12月16日', en: '2024-12-16' },
  issuedAt: '2024-12-16T01:00:00.000Z',
  check: '/certificates/2024-00001',
};
const named = (text: string): Printable => ({
  ...paper,
  entries: [{ label: { zh: '参与人员', en: 'Participant' }, text }],
});
const revoked = { stamp: { zh: '已撤销', en: 'REVOKED' }, reason: { zh: '该成果的认定已撤销。', en: 'Revoked.' } };
const textsOf = async (printed: Printable) => readPdf(await print(printed)).lines.map(({ text }) => text);

/** Every word that a paper holds. */
function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsOf) : [];
}

describe('the words of a paper', () => {
  it('stand on the page, and can be copied from it as they are', async () => {
    const texts = await textsOf({ ...paper, revoked });
    const { issuedAt: _instant, check: _path, number, ...words } = { ...paper, revoked };
    for (const text of wordsOf(words)) expect(texts).toContain(text);
    expect(texts).toContain(`证书编号 No. ${number}`);
    expect(texts).toContain(`${ADDRESS}${paper.check}`);
  });

  it('are all set in one typeface, whose fonts are in the file', async () => {
    const { raw } = readPdf(await print(paper));
    const named = [...raw.matchAll(/\/BaseFont \/\w+\+(\w+)/g)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(['NotoSansSC']));
    expect(raw.match(/\/FontFile2 \d+ 0 R/g)).toHaveLength(named.length / 2);
  });

  it('given the longest there can be, then they break into lines and shrink until they stay on the page', async () => {
    const long = ['题'.repeat(200), '（位）'.repeat(66), 'abcdefghij'.repeat(20)];
    const entries = long.map(text => ({ label: { zh: '项目名称', en: 'Project' }, text }));
    const reason = { zh: `（${'号'.repeat(200)}）`, en: 'Revoked.' };
    const { lines } = readPdf(await print({ ...paper, entries, revoked: { ...revoked, reason } }));
    const set = lines.filter(({ text }) => !wordsOf(revoked.stamp).includes(text));
    for (const { text, x, y, width } of set) {
      expect([text, x >= 35, x + width <= 807, y >= 35]).toEqual([text, true, true, true]);
    }
    const inOrder = set.map(({ text }) => text).join('');
    expect(inOrder).toContain(reason.zh);
    for (const text of long) expect(inOrder.replaceAll(/项目名称|Project/g, '')).toContain(text);
    const ofEntries = set.filter(({ text }) => /[题位]/.test(text) && !text.includes('项')).map(({ y }) => y);
    const below = set.find(({ text }) => text === paper.statement.zh)?.y ?? 0;
    expect(Math.min(...ofEntries)).toBeGreaterThan(below + 10);
  });

  it.each([
    [1, 16],
    [5, 10],
  ])(
    'given %i entries of two lines, then they are set in %i points, the most there is room for',
    async (count, size) => {
      const entry = { label: { zh: '项目名称', en: 'Project' }, text: '题'.repeat(60) };
      const { lines } = readPdf(await print({ ...paper, entries: Array.from({ length: count }, () => entry) }));
      const ofEntries = lines.filter(({ text }) => /^题+$/.test(text));
      expect(ofEntries.length).toBe(2 * count);
      expect(new Set(ofEntries.map(line => line.size))).toEqual(new Set([size]));
    },
  );

  it.each([
    ['字'.repeat(12), ['字'.repeat(10), '字字']],
    [`${'字'.repeat(10)}。`, ['字'.repeat(9), '字。']],
    [`${'字'.repeat(9)}（字）`, ['字'.repeat(9), '（字）']],
    [`${'字'.repeat(8)} word`, ['字'.repeat(8), 'word']],
    ['w'.repeat(30), ['w'.repeat(24), 'w'.repeat(6)]],
  ])('%s breaks where print may break', async (text, lines) => {
    const sheet = new PageSheet(new PDFDocument(), await typefaceFor(text));
    expect(sheet.linesOf(text, 10, 100)).toEqual(lines);
  });
});

describe('a character that the typeface lacks', () => {
  it('is shown as □, and which one it is stands below', async () => {
    const texts = await textsOf(named('张𠮷龘'));
    expect(texts).toContain('张□龘');
    expect(texts.filter(text => text.includes('字库未收'))).toMatchObject([expect.stringContaining(' U+20BB7 ')]);
  });

  it('given a file that is listed for it and has it not, then the same', async () => {
    const texts = await textsOf(named('张\u{1F300}伟'));
    expect(texts).toContain('张□伟');
    expect(texts.find(text => text.includes('字库未收'))).toContain(' U+1F300 ');
  });

  it('given none, then nothing is said of it', async () => {
    expect((await textsOf(paper)).filter(text => text.includes('字库未收'))).toEqual([]);
  });

  it('given what cannot be seen, then nothing stands in its place', async () => {
    const texts = await textsOf(named('张\u200B\u{E0101}伟\u00AD\u2060·\u202E买\u061C'));
    expect(texts).toContain('张伟·买');
    expect(texts.filter(text => text.includes('字库未收'))).toEqual([]);
  });

  it('given letters with their marks apart, then they are put together', async () => {
    expect(await textsOf(named('Jose\u0301'))).toContain('José');
  });
});

describe('the QR code', () => {
  it('is drawn as shapes, module by module the code of the public check', async () => {
    const { rectangles } = readPdf(await print(paper));
    const { modules } = createQrCode(`${ADDRESS}/certificates/2024-00001`, { errorCorrectionLevel: 'M' });
    const left = Math.min(...rectangles.map(({ x }) => x));
    const top = Math.min(...rectangles.map(({ y }) => y));
    const module = rectangles[0]?.height ?? 0;
    const drawn = new Uint8Array(modules.size ** 2);
    for (const { x, y, width } of rectangles) {
      const from = Math.round((y - top) / module) * modules.size + Math.round((x - left) / module);
      drawn.fill(1, from, from + Math.round(width / module));
    }
    expect(Buffer.from(drawn).toString('hex')).toBe(Buffer.from(modules.data).toString('hex'));
  });

  it('is a link as well, to the same address and no other', async () => {
    const { raw } = readPdf(await print(paper));
    expect([...raw.matchAll(/\/URI \((.*)\)/g)].map(([, address]) => address)).toEqual([`${ADDRESS}${paper.check}`]);
  });
});

describe('a crowd that wants papers', () => {
  it('then so many wait, and who comes then is told to come again', async () => {
    const crowded = printsKept(printerAt(ADDRESS));
    const asked = Array.from({ length: 60 }, (_, at) => crowded(named(`第${at}人`)));
    const answers = await Promise.allSettled(asked);
    const refused = answers.filter(answer => answer.status === 'rejected').map(({ reason }) => reason);
    expect(refused).toHaveLength(60 - 51);
    for (const reason of refused) expect(reason).toBeInstanceOf(TooBusy);
  });
});

describe('printing on a thread of its own', () => {
  it('gives the same bytes; given the thread has ended, then the next paper starts another', async () => {
    const { print: apart } = printApart(ADDRESS, { idleMs: 0 });
    expect(Buffer.from(await apart(paper))).toEqual(Buffer.from(await print(paper)));
    await new Promise(resolve => setTimeout(resolve, 50));
    const other = named('李四');
    expect(Buffer.from(await apart(other))).toEqual(Buffer.from(await print(other)));
  });

  it('given a thread that fails, then the paper is refused with its reason, and not kept', async () => {
    const failing = new URL('data:text/javascript,throw new Error("no typeface")');
    const { print: apart } = printApart(ADDRESS, { entry: failing });
    await expect(apart(paper)).rejects.toThrow('no typeface');
    await expect(apart(paper)).rejects.toThrow('no typeface');
  });
});

describe('the same paper', () => {
  it('gives the same bytes, whatever was printed before', async () => {
    const first = await print(paper);
    await print(named('完全不同的人员和文字'));
    // Another printer, for one keeps what it has printed.
    expect(Buffer.from(await printerAt(ADDRESS)(structuredClone(paper))).equals(first)).toBe(true);
    expect(Buffer.from(await print(named('张伟'))).equals(first)).toBe(false);
  });

  it('is printed once, however often it is asked for', async () => {
    expect(await print(structuredClone(paper))).toBe(await print(paper));
  });

  /** Changes with the layout, the typeface and pdfkit: who kept the digest of a certificate should then be told. */
  it('gives the same bytes on every machine', async () => {
    const digest = '471d51e58a6cd3340d85584c24b77f262da5553bc13ba193985dd762ee37f2ce';
    expect(hash('sha256', await print(paper))).toBe(digest);
  });

  it('bears the time at which it was issued, and no other', async () => {
    const { raw } = readPdf(await print(paper));
    expect(raw).toContain('(D:20241216010000Z)');
    expect(raw).toContain('<xmp:CreateDate>2024-12-16T01:00:00Z</xmp:CreateDate>');
    const years = [...raw.matchAll(/\b(20\d\d)-\d\d-\d\dT|D:(20\d\d)/g)].map(([, one, other]) => one ?? other);
    expect(new Set(years)).toEqual(new Set(['2024']));
  });
});

describe('the typeface', () => {
  it('is drawn at its regular weight, not at the lightest', async () => {
    const { file } = (await typefaceFor('一')).get('一') ?? {};
    const { minY, maxY } = openFont(file as Buffer).glyphForCodePoint('一'.charCodeAt(0)).bbox;
    expect(maxY - minY).toBe(82);
  });
});
