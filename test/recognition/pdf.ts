/** Reads back what a printed paper or long paper says and draws, compressed or not. */
import { inflateSync } from 'node:zlib';

interface Line {
  readonly text: string;
  /** Where it begins, in points from the left and from the bottom. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ReadPdf {
  /** Of all pages, one after the other. */
  readonly lines: readonly Line[];
  readonly pages: readonly (readonly Line[])[];
  /** Filled ones; the frame is only drawn round. */
  readonly rectangles: readonly Rectangle[];
  /** The whole file, a character a byte. */
  readonly raw: string;
}

export function readPdf(bytes: Uint8Array): ReadPdf {
  const raw = unpacked(Buffer.from(bytes).toString('latin1'));
  const drawn = [...raw.matchAll(STREAM)].map(([, text = '']) => text).filter(text => text.includes(' Tm\n'));
  const fonts = fontsIn(raw);
  const pages = drawn.map(page => joined(runsIn(page, fonts)));
  return { lines: pages.flat(), pages, rectangles: drawn.flatMap(filledIn), raw };
}

const STREAM = /stream\n([\s\S]*?)\nendstream/g;

function unpacked(file: string): string {
  if (!file.includes('/FlateDecode')) return file;
  return file.replaceAll(
    STREAM,
    (_, packed: string) => `stream\n${inflateSync(Buffer.from(packed, 'latin1')).toString('latin1')}\nendstream`,
  );
}

/** What a glyph stands for, as the document tells those who copy text from it, and how wide it is. */
interface Font {
  readonly letters: readonly string[];
  readonly widths: readonly number[];
}

function fontsIn(raw: string): ReadonlyMap<string, Font> {
  const objects = new Map(
    [...raw.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)].map(([, id, text = '']) => [id, text]),
  );
  const referred = (text: string, key: string) =>
    objects.get(new RegExp(`/${key} \\[?(\\d+) 0 R`).exec(text)?.[1] ?? '') ?? '';
  return new Map(
    [...raw.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => {
      const font = objects.get(id) ?? '';
      const widths = numbersIn(/\/W \[0 \[([^\]]*)\]/.exec(referred(font, 'DescendantFonts'))?.[1] ?? '');
      return [name, { letters: lettersOf(referred(font, 'ToUnicode')), widths }];
    }),
  );
}

function runsIn(page: string, fonts: ReadonlyMap<string, Font>): Line[] {
  const shown = page.matchAll(/1 0 0 1 (\S+) (\S+) Tm\n\/(F\d+) (\S+) Tf\n\[(.*)\] TJ/g);
  return [...shown].map(([, x, y, name = '', size, pieces = '']) => {
    const { letters = [], widths = [] } = fonts.get(name) ?? {};
    const glyphs = [...pieces.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => glyphsIn(hex));
    const closer = [...pieces.matchAll(/> (-?[\d.]+)/g)].reduce((sum, [, by]) => sum + Number(by), 0);
    const width = glyphs.reduce((sum, glyph) => sum + (widths[glyph] ?? 0), -closer);
    const text = glyphs.map(glyph => letters[glyph]).join('');
    return { text, x: Number(x), y: Number(y), size: Number(size), width: (width / 1000) * Number(size) };
  });
}

/** Runs of several fonts that follow one another are one line. */
function joined(runs: readonly Line[]): Line[] {
  const lines: Line[] = [];
  for (const run of runs) {
    const last = lines.at(-1);
    const follows = last && last.y === run.y && last.size === run.size && Math.abs(last.x + last.width - run.x) < 0.2;
    if (!follows) lines.push(run);
    else lines[lines.length - 1] = { ...last, text: last.text + run.text, width: run.x + run.width - last.x };
  }
  return lines;
}

function lettersOf(table: string): string[] {
  const listed = /\[(.*)\]/.exec(table.slice(table.indexOf('beginbfrange')))?.[1] ?? '';
  return [...listed.matchAll(/<([0-9a-f ]*)>/g)].map(([, hex = '']) => String.fromCharCode(...glyphsIn(hex)));
}

function glyphsIn(hex: string): number[] {
  return (hex.match(/[0-9a-f]{4}/g) ?? []).map(digits => Number.parseInt(digits, 16));
}

function numbersIn(text: string): number[] {
  return text.split(' ').map(Number);
}

function filledIn(page: string): Rectangle[] {
  const [, path = ''] = /((?:^[\d.]+ [\d.]+ [\d.]+ [\d.]+ re\n)+)(?:.*cs\n.*scn\n)?f$/m.exec(page) ?? [];
  return path
    .trim()
    .split('\n')
    .map(line => {
      const [x = 0, y = 0, width = 0, height = 0] = numbersIn(line);
      return { x, y, width, height };
    });
}
