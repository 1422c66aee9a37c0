/** export trail: the supervision trail as a file. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { trailExport as linesOfTrail } from '../../projections/trail/export.ts';
import { trailExportInput } from '../../projections/trail/query.ts';
import { optionsOf, withReadable } from './opened.ts';

/** Writes the supervision trail as CSV or NDJSON to a file, or to standard output. */
export function writeTrail({ output, ...options }: Record<string, string>): Promise<void> {
  return withReadable(async system => {
    const { format, ...filter } = optionsOf(trailExportInput, { order: 'asc', ...options });
    const target = output ? createWriteStream(output) : process.stdout;
    await pipeline(Readable.from(linesOfTrail(filter, format, system.reader)), target, { end: output !== undefined });
  });
}
