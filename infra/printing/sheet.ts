/** A page on which text is set line by line. */
import { type Face, SUBSTITUTE, type Typeface } from './typeface.ts';

const ALIGNMENT = { left: 0, centre: 0.5, right: 1 } as const;

export interface Style {
  readonly size: number;
  readonly colour: string;
  readonly align?: keyof typeof ALIGNMENT;
}

/** Characters in a row that one font has. */
interface Run {
  readonly face: Face;
  text: string;
}

/**
 * What is kept together on a line: a character or a word with its punctuation and the space behind it. A longer word is
 * broken.
 */
const PIECE = /[（《「『“‘〔【([]*(?:[!-~]{1,24}|.)[，。、；：？！）》」』”’〕】)\]]*\s*/gsu;

export class PageSheet {
  readonly #document: PDFKit.PDFDocument;
  readonly #typeface: Typeface;
  /** Characters that were to be written and are not in the typeface. */
  readonly substituted = new Set<string>();

  constructor(document: PDFKit.PDFDocument, typeface: Typeface) {
    this.#document = document;
    this.#typeface = typeface;
    for (const { name, file } of new Set(typeface.values())) document.registerFont(name, file);
  }

  /** One line on a baseline, which begins, has its middle or ends at `x`. */
  write(text: string, x: number, baseline: number, { size, colour, align = 'left' }: Style): void {
    let from = x - ALIGNMENT[align] * this.widthOf(text, size);
    for (const run of this.#runsOf(text)) {
      const width = this.#widthOfRun(run, size);
      this.#document.fillColor(colour).text(run.text, from, baseline, { lineBreak: false, baseline: 'alphabetic' });
      from += width;
    }
  }

  widthOf(text: string, size: number): number {
    return this.#runsOf(text).reduce((sum, run) => sum + this.#widthOfRun(run, size), 0);
  }

  #widthOfRun({ face, text }: Run, size: number): number {
    return this.#document.font(face.name).fontSize(size).widthOfString(text);
  }

  /** The text in lines of at most this width. */
  linesOf(text: string, size: number, width: number): readonly string[] {
    const lines = [''];
    let room = width;
    for (const [piece] of text.matchAll(PIECE)) {
      if (lines.at(-1) !== '' && this.widthOf(piece.trimEnd(), size) > room) {
        lines.push('');
        room = width;
      }
      lines[lines.length - 1] += piece;
      room -= this.widthOf(piece, size);
    }
    return lines.map(line => line.trimEnd());
  }

  #runsOf(text: string): readonly Run[] {
    const runs: Run[] = [];
    for (const character of visibleIn(text)) {
      const known = this.#typeface.has(character);
      if (!known) this.substituted.add(character);
      const set = known ? character : SUBSTITUTE;
      const face = this.#typeface.get(set) as Face;
      const last = runs.at(-1);
      if (last?.face === face) last.text += set;
      else runs.push({ face, text: set });
    }
    return runs;
  }
}

/** What is to be seen of a text: neither joiners, marks of order and the like, nor breaks that a line cannot have. */
function visibleIn(text: string): string {
  const unbroken = text.normalize().replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
  return unbroken.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
}
