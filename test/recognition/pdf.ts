/** Reads back what a printed paper says and draws. It is one page in one font, and not compressed. */

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
  readonly lines: readonly Line[];
  /** Filled ones; the frame is only drawn round. */
  readonly rectangles: readonly Rectangle[];
  /** The whole file, a character a byte. */
  readonly raw: string;
}

export function readPdf(bytes: Uint8Array): ReadPdf {
  const raw = Buffer.from(bytes).toString('latin1');
  const content = [...raw.matchAll(/stream\n([\s\S]*?)\nendstream/g)].map(([, text = '']) => text);
  const page = content.find(text => text.includes(' Tm\n')) ?? '';
  const letters = lettersOf(content.find(text => text.includes('beginbfrange')) ?? '');
  const widths = numbersIn(/\/W \[0 \[([^\]]*)\]/.exec(raw)?.[1] ?? '');
  const shown = page.matchAll(/1 0 0 1 (\S+) (\S+) Tm\n\/F\d+ (\S+) Tf\n\[(.*)\] TJ/g);
  const lines = [...shown].map(([, x, y, size, pieces = '']) => {
    const glyphs = [...pieces.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => glyphsIn(hex));
    const width = glyphs.reduce((sum, glyph) => sum + ((widths[glyph] ?? 0) / 1000) * Number(size), 0);
    return {
      text: glyphs.map(glyph => letters[glyph]).join(''),
      x: Number(x),
      y: Number(y),
      size: Number(size),
      width,
    };
  });
  return { lines, rectangles: filledIn(page), raw };
}

/** What each glyph stands for, as the document tells those who copy text from it. */
function lettersOf(table: string): string[] {
  const listed = /\[(.*)\]/.exec(table)?.[1] ?? '';
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
