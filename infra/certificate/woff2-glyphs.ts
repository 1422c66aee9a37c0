/** The outlines of a WOFF2 font, stored there as streams of alike numbers, put together glyph by glyph again. */
import { Bytes } from './bytes.ts';
import { type Contours, simpleGlyph } from './sfnt.ts';

const STREAMS = ['contours', 'points', 'flags', 'steps', 'composites', 'boxes', 'instructions'] as const;
type Streams = Readonly<Record<(typeof STREAMS)[number], Bytes>>;

/** Boxes are made anew from the points, and instructions, which are for coarse screens, are left out. */
export function restoredGlyphs(table: Bytes): readonly Uint8Array[] {
  table.take(4);
  const count = table.u16();
  table.take(2);
  const sizes = STREAMS.map(() => table.u32());
  const streams = Object.fromEntries(
    STREAMS.map((name, index) => [name, new Bytes(table.take(sizes[index] as number))]),
  ) as Streams;
  return Array.from({ length: count }, () => simpleGlyph(contoursOf(streams)));
}

function contoursOf({ contours, points, flags, steps }: Streams): Contours {
  const count = contours.i16();
  if (count < 0) throw new TypeError('a glyph is made of others, which is not provided for');
  const lengths = Array.from({ length: count }, () => points.short255());
  let [x, y] = [0, 0];
  const found = lengths.map(length =>
    Array.from({ length }, () => {
      const flag = flags.u8();
      const [dx, dy] = stepOf(flag & 0x7f, steps);
      [x, y] = [x + dx, y + dy];
      return { x, y, onCurve: flag < 0x80 };
    }),
  );
  if (count > 0) steps.short255();
  return found;
}

/** The step to the next point, in as few bytes as it needs; the flag says how many and holds the highest bits. */
function stepOf(flag: number, bytes: Bytes): readonly [dx: number, dy: number] {
  if (flag < 10) return [0, signed(flag, ((flag & 14) << 7) + bytes.u8())];
  if (flag < 20) return [signed(flag, (((flag - 10) & 14) << 7) + bytes.u8()), 0];
  if (flag < 84) {
    const [high, low] = [flag - 20, bytes.u8()];
    return [signed(flag, 1 + (high & 0x30) + (low >> 4)), signed(flag >> 1, 1 + ((high & 0x0c) << 2) + (low & 0x0f))];
  }
  if (flag < 120) {
    const high = flag - 84;
    const dx = 1 + (Math.floor(high / 12) << 8) + bytes.u8();
    const dy = 1 + (((high % 12) >> 2) << 8) + bytes.u8();
    return [signed(flag, dx), signed(flag >> 1, dy)];
  }
  if (flag < 124) {
    const [first, middle, last] = [bytes.u8(), bytes.u8(), bytes.u8()];
    return [signed(flag, (first << 4) + (middle >> 4)), signed(flag >> 1, ((middle & 0x0f) << 8) + last)];
  }
  return [signed(flag, bytes.u16()), signed(flag >> 1, bytes.u16())];
}

function signed(flag: number, size: number): number {
  return flag & 1 ? size : -size;
}
