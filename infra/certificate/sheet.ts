/** A page on which text is set line by line. */
import { type Font, SUBSTITUTE } from './font.ts';

const ALIGNMENT = { left: 0, centre: 0.5, right: 1 } as const;

export interface Style {
  readonly size: number;
  readonly colour: string;
  readonly align?: keyof typeof ALIGNMENT;
}

/**
 * What is kept together on a line: a character or a word with its punctuation and the space behind it. A longer word is
 * broken.
 */
const PIECE = /[（《「『“‘〔【([]*(?:[!-~]{1,24}|.)[，。、；：？！）》」』”’〕】)\]]*\s*/gsu;

export class Sheet {
  readonly #document: PDFKit.PDFDocument;
  readonly #characters: ReadonlySet<string>;
  /** Characters that were to be written and are not in the typeface. */
  readonly substituted = new Set<string>();

  constructor(document: PDFKit.PDFDocument, { file, characters }: Font) {
    this.#document = document.font(file);
    this.#characters = characters;
  }

  /** One line on a baseline, which begins, has its middle or ends at `x`. */
  write(text: string, x: number, baseline: number, { size, colour, align = 'left' }: Style): void {
    const from = x - ALIGNMENT[align] * this.widthOf(text, size);
    this.#document.fillColor(colour).fontSize(size);
    this.#document.text(this.#settable(text), from, baseline, { lineBreak: false, baseline: 'alphabetic' });
  }

  widthOf(text: string, size: number): number {
    return this.#document.fontSize(size).widthOfString(this.#settable(text));
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

  #settable(text: string): string {
    return Array.from(visibleIn(text), character => {
      if (this.#characters.has(character)) return character;
      this.substituted.add(character);
      return SUBSTITUTE;
    }).join('');
  }
}

/** What is to be seen of a text: neither joiners, marks of order and the like, nor breaks that a line cannot have. */
function visibleIn(text: string): string {
  const unbroken = text.normalize().replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
  return unbroken.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
}
