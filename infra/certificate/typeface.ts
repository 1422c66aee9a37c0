/** The typeface of papers: Noto Sans SC, kept as some hundred files, each with the characters of a few ranges. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import ranges from '@fontsource-variable/noto-sans-sc/unicode.json' with { type: 'json' };
import { create, type Font, type PathCommand } from 'fontkit';
import { type Contours, fileOf, type Point, type Tables } from './sfnt.ts';
import { tablesOf } from './woff2.ts';

/** One file of the typeface. */
export interface Face {
  readonly tables: Tables;
  /** The character at regular weight. */
  outlineOf(character: string): Outline;
}

export interface Outline {
  readonly contours: Contours;
  readonly width: number;
}

/** Unless told, a variable font is drawn at its lightest. */
const REGULAR = { wght: 400 };

/** The name of the file for each character; of several, the one listed last, as in a style sheet. */
const fileNames = new Map(
  Object.entries(ranges).flatMap(([subset, listed]) =>
    charactersIn(listed).map(character => [character, `noto-sans-sc-${subset.replaceAll(/[[\]]/g, '')}-wght-normal`]),
  ),
);

interface OpenFace extends Face {
  readonly font: Font;
}

/** What was read once is kept: all faces together are some ten megabytes. */
const faces = new Map<string, OpenFace>();

/** The face that has the character. */
export async function faceOf(character: string): Promise<Face | undefined> {
  const name = fileNames.get(character);
  if (name === undefined) return undefined;
  const face = faces.get(name) ?? (await readFace(name));
  faces.set(name, face);
  return face.font.hasGlyphForCodePoint(codeOf(character)) ? face : undefined;
}

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

const { resolve } = createRequire(import.meta.url);

/** Glyphs are varied one by one as they are asked for; fontkit remembers each. */
async function readFace(name: string): Promise<OpenFace> {
  const tables = tablesOf(await readFile(resolve(`@fontsource-variable/noto-sans-sc/files/${name}.woff2`)));
  const font = create(fileOf(tables)).getVariation(REGULAR);
  return {
    tables,
    font,
    outlineOf(character) {
      const { path, advanceWidth } = font.glyphForCodePoint(codeOf(character));
      return { contours: contoursOf(path.commands), width: Math.round(advanceWidth) };
    },
  };
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number;
}

/** The points a path goes through, and those that bend it. */
function contoursOf(commands: readonly PathCommand[]): Contours {
  const contours: Point[][] = [];
  for (const { command, args } of commands) {
    if (command === 'moveTo') contours.push([]);
    for (let at = 0; at < args.length; at += 2) {
      const [x = 0, y = 0] = args.slice(at, at + 2).map(Math.round);
      contours.at(-1)?.push({ x, y, onCurve: at === args.length - 2 });
    }
  }
  return contours;
}
