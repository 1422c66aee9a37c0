/**
 * The typeface of papers: Noto Sans SC, kept as some hundred variable fonts, each with the characters of a few ranges. Each
 * is drawn at regular weight by HarfBuzz before it is used, since fontkit, with which pdfkit embeds fonts, fails to write
 * outlines it has varied (foliojs/pdfkit#1632).
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import ranges from '@fontsource-variable/noto-sans-sc/unicode.json' with { type: 'json' };
import { create } from 'fontkit';
import subsetFont from 'subset-font';

/** One font of the typeface. */
export interface Face {
  readonly name: string;
  /** TrueType, of one weight. */
  readonly file: Buffer;
  has(character: string): boolean;
}

/** For each character that the typeface has, the font that has it. */
export type Typeface = ReadonlyMap<string, Face>;

/** Stands for a character that the typeface lacks, as in Chinese print. */
export const SUBSTITUTE = '□';

/** With {@link SUBSTITUTE}, whatever the text. */
export async function typefaceFor(text: string): Promise<Typeface> {
  const typeface = new Map<string, Face>();
  for (const character of new Set(text.normalize() + SUBSTITUTE)) {
    const face = await faceOf(character);
    if (face?.has(character)) typeface.set(character, face);
  }
  return typeface;
}

/** The characters of each file, by its name. */
const filed = new Map(
  Object.entries(ranges).map(([subset, listed]) => [
    `noto-sans-sc-${subset.replaceAll(/[[\]]/g, '')}-wght-normal`,
    charactersIn(listed),
  ]),
);
/** The file of each character; of several, the one listed last, as in a style sheet. */
const fileNames = new Map([...filed].flatMap(([name, characters]) => characters.map(character => [character, name])));

/** The characters of ranges as style sheets write them: `U+4e00-4e03,U+4e07`. */
function charactersIn(listed: string): readonly string[] {
  return listed.split(',').flatMap(range => {
    const [first = 0, last = first] = range
      .replace('U+', '')
      .split('-')
      .map(digits => Number.parseInt(digits, 16));
    return Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));
  });
}

/** What was read once is kept: all faces together are some ten megabytes. */
const faces = new Map<string, Promise<Face>>();

function faceOf(character: string): Promise<Face> | undefined {
  const name = fileNames.get(character);
  if (name === undefined) return undefined;
  const face = faces.get(name) ?? readFace(name);
  faces.set(name, face);
  return face;
}

const { resolve } = createRequire(import.meta.url);

async function readFace(name: string): Promise<Face> {
  const packed = await readFile(resolve(`@fontsource-variable/noto-sans-sc/files/${name}.woff2`));
  const characters = filed.get(name)?.join('') ?? '';
  const file = await subsetFont(packed, characters, { targetFormat: 'truetype', variationAxes: { wght: 400 } });
  const font = create(file);
  return { name, file, has: character => font.hasGlyphForCodePoint(character.codePointAt(0) as number) };
}
