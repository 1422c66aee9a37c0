/** Files in a directory, named by their content: `<root>/ab/ab12….`, with the media type in `<same>.type` beside it. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Schema } from '../../events/ids.ts';
import { BlobRefused, type BlobStore, type StoredBlob } from '../../services/ports.ts';
import { detectMediaType } from './media-type.ts';
import { DEFAULT_LIMIT, receive } from './receive.ts';

export interface DirectoryOptions {
  /** Bytes; 20 MiB unless told. */
  readonly limit?: number;
}

const INCOMING = 'incoming';
/** An upload that has not been written to for so long has no process behind it. */
const ABANDONED_MS = 3_600_000;

export interface DirectoryBlobs extends BlobStore {
  /** The SHA-256 of every file. */
  list(): AsyncIterable<string>;
}

export function createDirectoryBlobs(root: string, options: DirectoryOptions = {}): DirectoryBlobs {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const incoming = join(root, INCOMING);
  mkdirSync(incoming, { recursive: true });
  removeAbandoned(incoming);

  const folderOf = (sha256: string) => join(root, sha256.slice(0, 2));
  const pathOf = (sha256: string) => join(folderOf(sha256), sha256);

  async function statBlob(sha256: string): Promise<StoredBlob | undefined> {
    if (!sha256Schema.safeParse(sha256).success) return undefined;
    try {
      const { size } = await stat(pathOf(sha256));
      return { sha256, size, mediaType: await readFile(`${pathOf(sha256)}.type`, 'utf8') };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The type file is durable first, so that content in place always has one. */
  async function keep(temporary: string, blob: StoredBlob): Promise<void> {
    const path = pathOf(blob.sha256);
    await mkdir(folderOf(blob.sha256), { recursive: true });
    await writeDurably(`${temporary}.type`, blob.mediaType);
    await rename(`${temporary}.type`, `${path}.type`);
    await rename(temporary, path);
    await syncFolder(folderOf(blob.sha256));
    await syncFolder(root);
  }

  return {
    async put(content) {
      const temporary = join(incoming, randomUUID());
      try {
        const { sha256, size } = await receive(temporary, content, limit);
        const present = await statBlob(sha256);
        if (present) return present;
        const mediaType = await detectMediaType(temporary);
        if (!mediaType) throw new BlobRefused('unsupported-type', 'the content is of no accepted type');
        const blob = { sha256, size, mediaType };
        await keep(temporary, blob);
        return blob;
      } finally {
        await Promise.all([rm(temporary, { force: true }), rm(`${temporary}.type`, { force: true })]);
      }
    },

    stat: statBlob,

    async *list() {
      for (const folder of await readdir(root)) {
        const names = folder === INCOMING ? [] : await readdir(join(root, folder));
        yield* names.filter(name => sha256Schema.safeParse(name).success);
      }
    },

    async open(sha256) {
      if (!(await statBlob(sha256))) return undefined;
      const file = await open(pathOf(sha256));
      return file.createReadStream();
    },
  };
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes renames into a folder durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function removeAbandoned(incoming: string): void {
  for (const name of readdirSync(incoming)) {
    const path = join(incoming, name);
    if (Date.now() - statSync(path).mtimeMs > ABANDONED_MS) rmSync(path);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
