/** Parts of TrueType files, written. All numbers have two bytes, the highest first, unless they are said to have four. */
export type Tables = ReadonlyMap<string, Uint8Array>;

const TRUE_TYPE = 0x00010000;
const HEADER_BYTES = 12;
const ENTRY_BYTES = 16;

/** Header, directory and tables, each from a multiple of four. Readers here need neither checksums nor search ranges. */
export function fileOf(tables: Tables): Buffer {
  const start = HEADER_BYTES + ENTRY_BYTES * tables.size;
  const file = Buffer.alloc([...tables.values()].reduce((sum, table) => sum + padded(table.length), start));
  file.writeUInt32BE(TRUE_TYPE, 0);
  file.writeUInt16BE(tables.size, 4);
  let entry = HEADER_BYTES;
  let offset = start;
  for (const [tag, table] of tables) {
    file.write(tag, entry, 'latin1');
    file.writeUInt32BE(offset, entry + 8);
    file.writeUInt32BE(table.length, entry + 12);
    file.set(table, offset);
    entry += ENTRY_BYTES;
    offset += padded(table.length);
  }
  return file;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** Glyphs one after the other, and where each begins; the last offset is where all end. */
export function glyphTables(glyphs: readonly Uint8Array[]): { readonly glyf: Uint8Array; readonly loca: Uint8Array } {
  let end = 0;
  const ends = glyphs.map(({ length }) => {
    end += length;
    return end;
  });
  return { glyf: Buffer.concat(glyphs), loca: longs(0, ...ends) };
}

/** `head`, saying that offsets of glyphs have four bytes. */
export function withLongOffsets(head: Uint8Array): Uint8Array {
  return withNumber(head, 50, 1);
}

/** `hhea`, saying how many glyphs have a width of their own. */
export function withWidths(hhea: Uint8Array, count: number): Uint8Array {
  return withNumber(hhea, 34, count);
}

function withNumber(table: Uint8Array, at: number, value: number): Uint8Array {
  const changed = Buffer.from(table);
  changed.writeUInt16BE(value, at);
  return changed;
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly onCurve: boolean;
}
export type Contours = readonly (readonly Point[])[];

/** A glyph of its own contours, without instructions; without contours it is empty. */
export function simpleGlyph(contours: Contours): Uint8Array {
  const points = contours.flat();
  if (points.length === 0) return new Uint8Array();
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  let last = -1;
  const lasts = contours.map(({ length }) => {
    last += length;
    return last;
  });
  return Buffer.concat([
    shorts(contours.length, ...box, ...lasts, 0),
    Uint8Array.from(points, ({ onCurve }) => (onCurve ? 1 : 0)),
    shorts(...stepsOf(xs), ...stepsOf(ys)),
  ]);
}

function stepsOf(values: readonly number[]): number[] {
  return values.map((value, at) => value - (values[at - 1] ?? 0));
}

export function shorts(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, index * 2);
  return bytes;
}

/** Of four bytes each. */
export function longs(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}
