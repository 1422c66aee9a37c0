/** What is used of fontkit, which brings no types of its own. */
declare module 'fontkit' {
  export interface Font {
    hasGlyphForCodePoint(codePoint: number): boolean;
    /** Bounds in units of the font, a thousandth of its size. */
    glyphForCodePoint(codePoint: number): { readonly bbox: { readonly minY: number; readonly maxY: number } };
  }
  export function create(file: Uint8Array): Font;
}
