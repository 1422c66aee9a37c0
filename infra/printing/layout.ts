/** How a paper stands on its page: one sheet of A4, broadside. */
import type { Printable, Wording } from '../../projections/printable.ts';
import { drawQrCode } from './qr.ts';
import type { PageSheet, Style } from './sheet.ts';

/** What the page says by itself; of code points, every digit. */
export const PAGE_WORDS = {
  number: { zh: '证书编号', en: 'No.' },
  check: { zh: '扫码查验', en: 'Scan to verify' },
  substituted: { zh: '□ 处为字库未收之字，以查验所示为准：', en: '□ is not in the typeface; the check shows it.' },
  codePoint: 'U+0123456789ABCDEF',
} as const;

const [WIDTH, HEIGHT] = [841.89, 595.28];
const [LEFT, CENTRE, RIGHT] = [96, WIDTH / 2, WIDTH - 96];
const VALUES = LEFT + 136;

const INK = '#1a1a1a';
const GREY = '#5f5f5f';
const RED = '#a61b1b';
const PALE_RED = '#f6cfcf';

/** From one baseline to the next. */
const LEADING = 1.45;

/**
 * Draws a paper on the one page of a document: stamp, title, entries, statement, issuer, and a QR code that leads to
 * `address`. All lengths in points.
 */
export function layOut(document: PDFKit.PDFDocument, sheet: PageSheet, paper: Printable, address: string): void {
  if (paper.revoked) drawStamp(document, sheet, paper.revoked.stamp);
  drawFrame(document);
  const below = drawHead(sheet, paper);
  drawEntries(sheet, paper.entries, Math.max(below + 32, 200), 376);
  writeBoth(sheet, paper.statement, LEFT, 396, { size: 12, colour: INK });
  drawCheck(document, sheet, address);
  drawIssue(sheet, paper);
  drawSubstituted(sheet);
}

/** Comes first and so lies below all else, which stays legible. */
function drawStamp(document: PDFKit.PDFDocument, sheet: PageSheet, { zh, en }: Wording): void {
  document.save().rotate(-18, { origin: [CENTRE, HEIGHT / 2] });
  sheet.write(zh, CENTRE, HEIGHT / 2 + 40, { size: 170, colour: PALE_RED, align: 'centre' });
  sheet.write(en, CENTRE, HEIGHT / 2 + 100, { size: 48, colour: PALE_RED, align: 'centre' });
  document.restore();
}

function drawFrame(document: PDFKit.PDFDocument): void {
  const lines = [
    { margin: 28, thickness: 2 },
    { margin: 35, thickness: 0.6 },
  ];
  for (const { margin, thickness } of lines) {
    document.rect(margin, margin, WIDTH - 2 * margin, HEIGHT - 2 * margin);
    document.lineWidth(thickness).stroke(RED);
  }
}

/** Answers with the last baseline. */
function drawHead(sheet: PageSheet, { title, number, revoked }: Printable): number {
  sheet.write(title.zh, CENTRE, 98, { size: 34, colour: RED, align: 'centre' });
  sheet.write(title.en, CENTRE, 120, { size: 11, colour: GREY, align: 'centre' });
  const { zh, en } = PAGE_WORDS.number;
  sheet.write(`${zh} ${en} ${number}`, CENTRE, 144, { size: 12, colour: INK, align: 'centre' });
  return revoked ? writeBoth(sheet, revoked.reason, CENTRE, 168, { size: 11, colour: RED, align: 'centre' }) : 144;
}

/** As large as they fit between two heights. */
function drawEntries(sheet: PageSheet, entries: Printable['entries'], from: number, to: number): void {
  const linesIn = (size: number, text: string) => sheet.linesOf(text, size, RIGHT - VALUES);
  const heightIn = (size: number) =>
    entries.reduce((sum, { text }) => sum + (linesIn(size, text).length * LEADING + 0.5) * size, 0);
  const size = [16, 14, 12, 10, 8].find(each => heightIn(each) <= to - from) ?? 7;
  let y = from;
  for (const { label, text } of entries) {
    sheet.write(label.zh, LEFT, y, { size, colour: GREY });
    const beside = LEFT + sheet.widthOf(label.zh, size) + 6;
    sheet.write(label.en, beside, y, { size: size * 0.6, colour: GREY });
    y = writeLines(sheet, linesIn(size, text), VALUES, y, { size, colour: INK }) + size * (LEADING + 0.5);
  }
}

function drawCheck(document: PDFKit.PDFDocument, sheet: PageSheet, address: string): void {
  const [top, side] = [424, 96];
  drawQrCode(document, address, LEFT, top, side);
  document.link(LEFT, top, side, side, address);
  const beside = LEFT + side + 16;
  writeBoth(sheet, PAGE_WORDS.check, beside, top + 14, { size: 12, colour: INK });
  writeLines(sheet, sheet.linesOf(address, 8, 230), beside, top + 52, { size: 8, colour: GREY });
}

function drawIssue(sheet: PageSheet, { issuer, issuedOn }: Printable): void {
  writeBoth(sheet, issuer, RIGHT, 468, { size: 15, colour: INK, align: 'right' });
  writeBoth(sheet, issuedOn, RIGHT, 506, { size: 13, colour: INK, align: 'right' });
}

/** Which characters stand substituted on the page, so that none is lost. */
function drawSubstituted(sheet: PageSheet): void {
  if (sheet.substituted.size === 0) return;
  const codes = [...sheet.substituted].map(character => `U+${character.codePointAt(0)?.toString(16).toUpperCase()}`);
  const { zh, en } = PAGE_WORDS.substituted;
  sheet.write([zh, ...codes, en].join(' '), LEFT, 546, { size: 8, colour: GREY });
}

/** Chinese, and English below it; each in as many lines as it needs. Answers with the last baseline. */
function writeBoth(sheet: PageSheet, { zh, en }: Wording, x: number, y: number, style: Style): number {
  const small = { ...style, size: 8.5, colour: style.colour === INK ? GREY : style.colour };
  const chinese = sheet.linesOf(zh, style.size, RIGHT - LEFT);
  const below = writeLines(sheet, chinese, x, y, style) + small.size * LEADING + 1;
  return writeLines(sheet, sheet.linesOf(en, small.size, RIGHT - LEFT), x, below, small);
}

/** Answers with the last baseline. */
function writeLines(sheet: PageSheet, lines: readonly string[], x: number, y: number, style: Style): number {
  const step = style.size * LEADING;
  for (const [index, line] of lines.entries()) sheet.write(line, x, y + index * step, style);
  return y + (lines.length - 1) * step;
}
