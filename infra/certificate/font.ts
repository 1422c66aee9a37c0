/**
 * A font made to measure: exactly the characters of one text, from however many files of the typeface, at one weight.
 * pdfkit could embed the files as they are, were it not that fontkit fails to write outlines it has varied
 * (foliojs/pdfkit#1632).
 */
import { fileOf, glyphTables, longs, shorts, simpleGlyph, withWidths } from './sfnt.ts';
import { type Face, faceOf, type Outline } from './typeface.ts';

export interface Font {
  /** TrueType. */
  readonly file: Buffer;
  /** Those of the text that the typeface has. */
  readonly characters: ReadonlySet<string>;
}

/** Stands for a character that the typeface lacks, as in Chinese print. */
export const SUBSTITUTE = '□';
const NAME = 'NotoSansSC-Regular';

/** With {@link SUBSTITUTE}, whatever the text. */
export async function fontFor(text: string): Promise<Font> {
  const outlines = new Map<string, Outline>();
  for (const character of [...new Set(text.normalize())].sort()) {
    const face = await faceOf(character);
    if (face) outlines.set(character, face.outlineOf(character));
  }
  const face = (await faceOf(SUBSTITUTE)) as Face;
  outlines.set(SUBSTITUTE, face.outlineOf(SUBSTITUTE));
  return { file: fileOf(tablesOf(face, outlines)), characters: new Set(outlines.keys()) };
}

/** Measures that all faces share are of any of them. The first glyph is, by rule, for characters that are not there. */
function tablesOf({ tables }: Face, outlines: ReadonlyMap<string, Outline>): Map<string, Uint8Array> {
  const glyphs = [outlines.get(SUBSTITUTE) as Outline, ...outlines.values()];
  const { glyf, loca } = glyphTables(glyphs.map(({ contours }) => simpleGlyph(contours)));
  const shared = (tag: string) => tables.get(tag) as Uint8Array;
  return new Map([
    ['OS/2', shared('OS/2')],
    ['cmap', cmapOf([...outlines.keys()])],
    ['glyf', glyf],
    ['head', shared('head')],
    ['hhea', withWidths(shared('hhea'), glyphs.length)],
    ['hmtx', shorts(...glyphs.flatMap(({ contours, width }) => [width, leftmostOf(contours)]))],
    ['loca', loca],
    ['maxp', maxpOf(glyphs)],
    ['name', nameOf(NAME)],
    ['post', shared('post')],
  ]);
}

/** Which glyph a character has: the first after the substitute, and so on. */
function cmapOf(characters: readonly string[]): Uint8Array {
  const [WINDOWS, ALL_UNICODE, GROUPS] = [3, 10, 12];
  const groups = characters.flatMap((character, index) => {
    const code = character.codePointAt(0) as number;
    return [code, code, index + 1];
  });
  const body = longs(16 + groups.length * 4, 0, characters.length, ...groups);
  return Buffer.concat([shorts(0, 1, WINDOWS, ALL_UNICODE), longs(12), shorts(GROUPS, 0), body]);
}

function leftmostOf(contours: Outline['contours']): number {
  const points = contours.flat();
  return points.length === 0 ? 0 : Math.min(...points.map(({ x }) => x));
}

/** How much room the largest glyphs take; nothing of it is for instructions, which are not kept. */
function maxpOf(glyphs: readonly Outline[]): Uint8Array {
  const points = Math.max(...glyphs.map(({ contours }) => contours.flat().length));
  const contours = Math.max(...glyphs.map(glyph => glyph.contours.length));
  return shorts(1, 0, glyphs.length, points, contours, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
}

/** By which the font is known in documents. */
function nameOf(name: string): Uint8Array {
  const [WINDOWS, UNICODE, ENGLISH, POSTSCRIPT_NAME] = [3, 1, 0x0409, 6];
  const text = Buffer.from(name, 'utf16le').swap16();
  return Buffer.concat([shorts(0, 1, 18, WINDOWS, UNICODE, ENGLISH, POSTSCRIPT_NAME, text.length, 0), text]);
}
