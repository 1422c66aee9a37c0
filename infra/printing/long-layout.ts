/** How a long paper stands on its pages: A4 upright, from top to bottom, each page with its head and its number. */
import { type Block, LONG_PAPER_WORDS, type LongPaper, type Tone } from './long-paper.ts';
import type { PageSheet, Style } from './sheet.ts';

const [WIDTH, HEIGHT] = [595.28, 841.89];
const [LEFT, RIGHT] = [56, WIDTH - 56];
const [TOP, BOTTOM] = [84, HEIGHT - 64];
const BROAD = RIGHT - LEFT;

const INK = '#1a1a1a';
const GREY = '#5f5f5f';
const RED = '#a61b1b';
const RULE = '#c8c8c8';

/** From one baseline to the next. */
const LEADING = 1.5;
const BODY = 10;
const SMALL = 8;
const GAP = 12;

const COLOURS: Readonly<Record<Tone, string>> = { plain: INK, verdict: INK, alert: RED, fine: GREY };

/** Draws all pages of a long paper. The document keeps its pages open until then. All lengths in points. */
export function layOutLong(document: PDFKit.PDFDocument, sheet: PageSheet, longPaper: LongPaper): void {
  const flow = new Flow(document, sheet);
  for (const block of longPaper.blocks) flow.draw(block);
  flow.tellSubstituted();
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    document.switchToPage(page);
    drawEdges(document, sheet, longPaper, [page - start + 1, count]);
  }
}

function drawEdges(
  document: PDFKit.PDFDocument,
  sheet: PageSheet,
  { title, number, foot }: LongPaper,
  [page, of]: readonly [number, number],
): void {
  const style = { size: SMALL, colour: GREY };
  sheet.write(title, LEFT, 44, style);
  sheet.write(number, RIGHT, 44, { ...style, align: 'right' });
  sheet.write(foot, LEFT, HEIGHT - 36, style);
  sheet.write(LONG_PAPER_WORDS.page(page, of), RIGHT, HEIGHT - 36, { ...style, align: 'right' });
  for (const y of [52, HEIGHT - 50]) drawRule(document, LEFT, RIGHT, y);
}

function drawRule(document: PDFKit.PDFDocument, from: number, to: number, y: number): void {
  document.moveTo(from, y).lineTo(to, y).lineWidth(0.5).stroke(RULE);
}

/** Lines in columns that stand beside each other. */
interface Cell {
  readonly x: number;
  readonly lines: readonly string[];
  readonly style: Style;
}

/** Sets blocks below each other, and goes on to the next page where one is full. */
class Flow {
  readonly #document: PDFKit.PDFDocument;
  readonly #sheet: PageSheet;
  /** The upper edge of what comes next. */
  #y = TOP;

  constructor(document: PDFKit.PDFDocument, sheet: PageSheet) {
    this.#document = document;
    this.#sheet = sheet;
  }

  draw(block: Block): void {
    if (block.kind === 'heading') this.#heading(block.text, block.level);
    else if (block.kind === 'paragraph') this.#paragraph(block.text, block.tone);
    else if (block.kind === 'facts') this.#facts(block.facts);
    else if (block.kind === 'list') this.#list(block.items);
    else this.#table(block.heads, block.rows);
  }

  /** Which characters stand substituted, so that none is lost. */
  tellSubstituted(): void {
    const { substituted } = this.#sheet;
    if (substituted.size === 0) return;
    const codes = [...substituted].map(character => `U+${character.codePointAt(0)?.toString(16).toUpperCase()}`);
    this.#paragraph(`${LONG_PAPER_WORDS.substituted}${codes.join(' ')}`, 'fine');
  }

  #heading(text: string, level: 1 | 2): void {
    const size = level === 1 ? 20 : 13;
    this.#y += level === 1 ? 0 : GAP;
    // Never the last on its page.
    this.#room(size * LEADING + 4 * BODY * LEADING);
    this.#row([this.#cell(text, LEFT, BROAD, { size, colour: INK })]);
    this.#y += GAP / 2;
  }

  #paragraph(text: string, tone: Tone): void {
    const isSaid = tone === 'verdict' || tone === 'alert';
    const indent = isSaid ? 10 : 0;
    const style = { size: tone === 'fine' ? SMALL : BODY, colour: COLOURS[tone] };
    const cell = this.#cell(text, LEFT + indent, BROAD - indent, style);
    this.#room(heightOf([cell]));
    const from = this.#y;
    this.#row([cell]);
    if (isSaid && this.#y > from) this.#bar(from, COLOURS[tone]);
    this.#y += GAP / 2;
  }

  #bar(from: number, colour: string): void {
    this.#document.rect(LEFT, from, 2, this.#y - from).fill(colour);
  }

  #facts(facts: readonly (readonly [name: string, value: string])[]): void {
    const names = 120;
    for (const [name, value] of facts) {
      this.#kept([
        this.#cell(name, LEFT, names - GAP, { size: BODY, colour: GREY }),
        this.#cell(value, LEFT + names, BROAD - names, { size: BODY, colour: INK }),
      ]);
    }
    this.#y += GAP / 2;
  }

  #list(items: readonly string[]): void {
    const style = { size: BODY, colour: INK };
    for (const [index, item] of items.entries()) {
      this.#kept([this.#cell(`${index + 1}.`, LEFT, 20, style), this.#cell(item, LEFT + 20, BROAD - 20, style)]);
    }
    this.#y += GAP / 2;
  }

  #table(heads: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = widthsOf(heads, rows, text => this.#sheet.widthOf(text, SMALL));
    const cells = (texts: readonly string[], colour: string) => {
      let x = LEFT;
      return texts.map((text, index) => {
        const width = widths[index] as number;
        const cell = this.#cell(text, x, width, { size: SMALL, colour });
        x += width + BETWEEN;
        return cell;
      });
    };
    const head = () => {
      this.#row(cells(heads, GREY));
      this.#rule();
    };
    this.#room(4 * SMALL * LEADING);
    head();
    for (const row of rows) {
      this.#kept(cells(row, INK), head);
      this.#rule();
    }
    this.#y += GAP / 2;
  }

  #rule(): void {
    drawRule(this.#document, LEFT, RIGHT, this.#y + 2);
    this.#y += 5;
  }

  #cell(text: string, x: number, width: number, style: Style): Cell {
    return { x, lines: this.#sheet.linesOf(text, style.size, width), style };
  }

  /** A row on one page, unless it is taller than that. */
  #kept(cells: readonly Cell[], onTurn?: () => void): void {
    this.#room(Math.min(heightOf(cells), BOTTOM - TOP - 3 * BODY * LEADING), onTurn);
    this.#row(cells, onTurn);
  }

  #row(cells: readonly Cell[], onTurn?: () => void): void {
    const step = stepOf(cells);
    const most = Math.max(...cells.map(({ lines }) => lines.length));
    for (let index = 0; index < most; index += 1) {
      this.#room(step, onTurn);
      for (const { x, lines, style } of cells) {
        const line = lines[index];
        if (line) this.#sheet.write(line, x, this.#y + step * 0.72, style);
      }
      this.#y += step;
    }
  }

  #room(height: number, onTurn?: () => void): void {
    if (this.#y + height <= BOTTOM) return;
    this.#document.addPage();
    this.#y = TOP;
    onTurn?.();
  }
}

const stepOf = (cells: readonly Cell[]) => Math.max(...cells.map(({ style }) => style.size)) * LEADING;

const heightOf = (cells: readonly Cell[]) => stepOf(cells) * Math.max(...cells.map(({ lines }) => lines.length));

const BETWEEN = 10;

/** Columns as broad as their broadest cell where there is room; those that want more than their share divide the rest. */
function widthsOf(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  widthOf: (text: string) => number,
): readonly number[] {
  // Measuring every cell would cost as much as setting it.
  const longest = heads.map((head, column) =>
    rows.reduce((found, row) => ((row[column]?.length ?? 0) > found.length ? (row[column] as string) : found), head),
  );
  const wanted = longest.map((text, column) => Math.max(widthOf(text), widthOf(heads[column] as string)) + 2);
  const widths = new Map<number, number>();
  let rest = BROAD - BETWEEN * (heads.length - 1);
  const narrowFirst = wanted.map((_, column) => column).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  for (const [done, column] of narrowFirst.entries()) {
    const width = Math.min(wanted[column] as number, rest / (heads.length - done));
    widths.set(column, width);
    rest -= width;
  }
  return heads.map((_, column) => widths.get(column) as number);
}
