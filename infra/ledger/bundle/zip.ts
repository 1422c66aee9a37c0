/** Files as a zip, made at the pace of whoever takes it: no file need be in memory as a whole. */
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { BundleFile } from './files.ts';

/** The bytes of the zip. Throws what a content throws. */
export async function* zipOf(files: readonly BundleFile[], mtime: Date): AsyncIterable<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let source: Readable | undefined;
  for (const { name, content } of files) {
    zip.addReadStreamLazy(name, { mtime }, give => {
      source = Readable.from(content(), { objectMode: true });
      source.once('error', error => output.destroy(error));
      give(null, source);
    });
  }
  zip.end();
  try {
    yield* output as AsyncIterable<Uint8Array>;
  } finally {
    // Whoever has stopped listening ends what was still being made.
    source?.destroy();
    output.destroy();
  }
}
