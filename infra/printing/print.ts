/**
 * Prints papers and long papers as PDF. The same paper gives the same bytes, on any machine and at any time, so that prints can be
 * compared by their digests: all times are those of the paper, and nothing is compressed, since one zlib packs the same
 * bytes otherwise than the next.
 */
import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import type { Printable } from '../../projections/printable.ts';
import { layOut, PAGE_WORDS } from './layout.ts';
import { layOutLong } from './long-layout.ts';
import { LONG_PAPER_WORDS, type LongPaper } from './long-paper.ts';
import type { Print } from './prints-kept.ts';
import { PageSheet } from './sheet.ts';
import { typefaceFor } from './typeface.ts';

const CREATOR = '攻关台账 Gongguan';

/** Prints papers whose checks the public finds below `address`. */
export function printerAt(address: string): Print {
  return paper => made(paper, `${address}${paper.check}`);
}

/**
 * Prints a long paper, which may have some hundred pages and is not kept. It is compressed: what it proves stands in it, and
 * nobody compares two prints of it by their bytes.
 */
export async function printLong(longPaper: LongPaper): Promise<Uint8Array> {
  const { title, number, madeAt } = longPaper;
  const typeface = await typefaceFor(
    JSON.stringify([longPaper, Object.values(LONG_PAPER_WORDS), LONG_PAPER_WORDS.page(0, 0), '0123456789']),
  );
  const document = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    compress: true,
    lang: 'zh-CN',
    displayTitle: true,
    info: { Title: `${title} ${number}`, Creator: CREATOR, CreationDate: new Date(madeAt) },
  });
  layOutLong(document, new PageSheet(document, typeface), longPaper);
  document.end();
  return buffer(document);
}

async function made(paper: Printable, check: string): Promise<Uint8Array> {
  const typeface = await typefaceFor(JSON.stringify([paper, PAGE_WORDS, check]));
  const document = openDocument(paper);
  layOut(document, new PageSheet(document, typeface), paper, check);
  document.end();
  return buffer(document);
}

function openDocument({ title, number, issuer, issuedAt }: Printable): PDFKit.PDFDocument {
  return new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margin: 0,
    pdfVersion: '1.4',
    compress: false,
    lang: 'zh-CN',
    displayTitle: true,
    info: {
      Title: `${title.zh} ${number}`,
      Author: issuer.zh,
      Creator: CREATOR,
      CreationDate: new Date(issuedAt),
    },
  });
}
