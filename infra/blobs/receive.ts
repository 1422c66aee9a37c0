/** Taking in an upload: to a temporary file, hashed and measured on the way. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { BlobRefused } from '../../services/ports.ts';
import { thenEnd } from '../compose/closing.ts';
import { PRIVATE_FILE } from '../private-files.ts';

/** Bytes an upload may have unless told: 20 MiB. */
export const DEFAULT_LIMIT = 20 * 1024 * 1024;

/** Bytes up to which content is kept in memory as well until it is known what it is: nearly all that is uploaded of text. */
const KEPT_WHOLE = 64 * 1024;

/** An upload that has been taken in. */
export interface ReceivedUpload {
  /** The file that it was written to. */
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** The bytes themselves, where there are few. */
  readonly whole: Buffer | undefined;
}

/** Writes the content to a new file, durably. Throws {@link BlobRefused} for one that is too large or empty. */
export async function receive(
  path: string,
  content: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<ReceivedUpload> {
  const digest = createHash('sha256');
  let size = 0;
  let chunks: Uint8Array[] = [];
  const file = await open(path, 'wx', PRIVATE_FILE);
  const taking = async () => {
    for await (const chunk of content) {
      size += chunk.length;
      if (size > limit) throw new BlobRefused('too-large', `the content is larger than ${limit} bytes`);
      digest.update(chunk);
      if (size <= KEPT_WHOLE) chunks.push(chunk);
      else chunks = [];
      await writeAll(file, chunk);
    }
    if (size === 0) throw new BlobRefused('empty', 'the content is empty');
    await file.sync();
  };
  await thenEnd(taking, () => file.close());
  const whole = size <= KEPT_WHOLE ? Buffer.concat(chunks) : undefined;
  return { path, sha256: digest.digest('hex'), size, whole };
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await file.write(chunk, written)).bytesWritten;
  }
}
