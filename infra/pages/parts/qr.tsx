/** A QR code as one shape; the blank around it is part of it. */
import { create } from 'qrcode';
import { darkRuns } from '../../printing/qr.ts';

const BLANK = 4;

export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const rows = Array.from({ length: modules.size }, (_, row) => [...darkRuns(modules, row)]);
  const shape = rows.flatMap((runs, row) => runs.map(([from, to]) => `M${from} ${row}h${to - from}v1H${from}z`));
  const side = modules.size + 2 * BLANK;
  return (
    <svg class="qr" viewBox={`${-BLANK} ${-BLANK} ${side} ${side}`} role="img" aria-label={label}>
      <path d={shape.join('')} />
    </svg>
  );
}
