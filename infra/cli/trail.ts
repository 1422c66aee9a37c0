/** export trail: the supervision trail as a file. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportTrail as linesOfTrail } from '../../projections/trail/export.ts';
import { trailExportInput } from '../../projections/trail/query.ts';
import { optionsOf, withReadable } from './opened.ts';

export function exportTrail({ output, ...options }: Record<string, string>): Promise<void> {
  return withReadable(async house => {
    const { format, ...filter } = optionsOf(trailExportInput, { order: 'asc', ...options });
    const target = output ? createWriteStream(output) : process.stdout;
    await pipeline(Readable.from(linesOfTrail(filter, format, house.reader)), target, { end: output !== undefined });
  });
}
