/** What is used of fontkit, which brings no types of its own. */
declare module 'fontkit' {
  export interface PathCommand {
    readonly command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'bezierCurveTo' | 'closePath';
    /** x and y in turn; of a curve, first the points that bend it. */
    readonly args: readonly number[];
  }
  export interface Glyph {
    readonly path: { readonly commands: readonly PathCommand[] };
    readonly advanceWidth: number;
  }
  export interface Font {
    readonly numGlyphs: number;
    getGlyph(id: number): Glyph;
    glyphForCodePoint(codePoint: number): Glyph;
    hasGlyphForCodePoint(codePoint: number): boolean;
    getVariation(axes: Readonly<Record<string, number>>): Font;
  }
  export function create(file: Uint8Array): Font;
}
