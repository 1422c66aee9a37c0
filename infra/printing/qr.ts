/** A QR code as shapes: prints sharp at any size. */
import { create } from 'qrcode';

/** Draws the code in a square, dark on the paper; around it four of its modules must stay blank. */
export function drawQrCode(document: PDFKit.PDFDocument, text: string, x: number, y: number, side: number): void {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const module = side / modules.size;
  for (let row = 0; row < modules.size; row += 1) {
    for (const [from, to] of darkRuns(modules, row)) {
      document.rect(x + from * module, y + row * module, (to - from) * module, module);
    }
  }
  document.fill('#000000');
}

interface Modules {
  readonly size: number;
  get(row: number, column: number): number;
}

/** Dark modules side by side, as one shape: between two, some viewers would show a gap. */
export function* darkRuns(modules: Modules, row: number): Iterable<readonly [from: number, to: number]> {
  let from: number | undefined;
  for (let column = 0; column <= modules.size; column += 1) {
    const dark = column < modules.size && modules.get(row, column) === 1;
    if (dark) from ??= column;
    else if (from !== undefined) {
      yield [from, column];
      from = undefined;
    }
  }
}
