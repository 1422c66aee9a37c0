/**
 * Files in a directory, named by their content: `<root>/ab/ab12….`, with the media type in `<same>.type` beside it, and the
 * marks of those who have uploaded it.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Schema } from '../../events/ids.ts';
import { type StoredBlob, StoreUnavailable } from '../../services/ports.ts';
import { PRIVATE_FOLDER } from '../private-files.ts';
import { ifThere, syncFolder, writeDurably } from './durable-files.ts';
import { detectMediaType } from './media-type.ts';
import type { MovableBlobs } from './movable.ts';
import { DEFAULT_LIMIT, receive } from './receive.ts';
import { isMarked, mark, markedFor, unmark } from './upload-marks.ts';
import { UploadNotes } from './upload-notes.ts';

export interface DirectoryOptions {
  /** Bytes; 20 MiB unless told. */
  readonly limit?: number;
}

export const INCOMING = 'incoming';
const UNATTACHED = 'unattached';
/** An upload that has not been written to for so long has no process behind it. */
const ABANDONED_MS = 3_600_000;

export interface DirectoryBlobs extends MovableBlobs {
  /** The SHA-256 of every file. */
  list(): AsyncIterable<string>;
}

/**
 * Files under their SHA-256 in a directory, which is made if it is missing. Uploads of processes that died are removed
 * on opening; contents are durable before they are acknowledged. Throws what the file system throws; the limit is in
 * bytes.
 */
export function createDirectoryBlobs(root: string, options: DirectoryOptions = {}): DirectoryBlobs {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const incoming = join(root, INCOMING);
  mkdirSync(incoming, { recursive: true, mode: PRIVATE_FOLDER });
  removeAbandoned(incoming);
  const notes = new UploadNotes(join(root, UNATTACHED));

  /** Folders whose names are durable. */
  const named = new Set<string>();

  const folderOf = (sha256: string) => join(root, sha256.slice(0, 2));
  const pathOf = (sha256: string) => join(folderOf(sha256), sha256);

  async function statBlob(sha256: string): Promise<StoredBlob | undefined> {
    if (!isHash(sha256)) return undefined;
    const metric = Promise.all([stat(pathOf(sha256)), readFile(`${pathOf(sha256)}.type`, 'utf8')]);
    const [file, mediaType] = (await ifThere(metric)) ?? [];
    return file && mediaType !== undefined ? { sha256, size: file.size, mediaType } : undefined;
  }

  /** The type file is durable first, so that content in place always has one. */
  async function place(temporary: string, blob: StoredBlob): Promise<void> {
    const path = pathOf(blob.sha256);
    const folder = folderOf(blob.sha256);
    if (await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER })) named.delete(folder);
    await writeDurably(`${temporary}.type`, blob.mediaType);
    await rename(`${temporary}.type`, `${path}.type`);
    await rename(temporary, path);
  }

  /** The content is in place, but not durably so before {@link settle}. */
  async function take(content: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    const temporary = join(incoming, randomUUID());
    try {
      const received = await receive(temporary, content, limit);
      const { sha256, size } = received;
      const present = await statBlob(sha256);
      if (present) await rm(temporary);
      if (present) return present;
      const mediaType = await detectMediaType(received);
      const blob = { sha256, size, mediaType };
      await place(temporary, blob);
      return blob;
    } catch (error) {
      // The error that led here is the one to tell; what stays is removed on the next opening.
      await Promise.allSettled([temporary, `${temporary}.type`].map(path => rm(path, { force: true })));
      throw error;
    }
  }

  async function give(orgId: string, sha256: string): Promise<void> {
    if (!(await isMarked(pathOf(sha256), orgId))) await mark(pathOf(sha256), orgId, join(incoming, randomUUID()));
    await settle(sha256);
  }

  /** Also what another upload of the same content has put in place: it may not have come to its own sync yet. */
  async function settle(sha256: string): Promise<void> {
    const folder = folderOf(sha256);
    await syncFolder(folder);
    if (named.has(folder)) return;
    await syncFolder(root);
    named.add(folder);
  }

  return {
    async put(content, orgId, name) {
      const blob = await take(content);
      const { sha256, size } = blob;
      // Noted before it can be attached: what is attached is forgotten here, and must not be noted after that.
      if (!(await isMarked(pathOf(sha256), orgId))) {
        const upload = { orgId, sha256, size, at: new Date().toISOString(), ...(name !== undefined && { name }) };
        await notes.put(upload, join(incoming, randomUUID()));
        await mark(pathOf(sha256), orgId, join(incoming, randomUUID()));
      }
      await settle(sha256);
      if (await ifThere(stat(pathOf(sha256)))) return blob;
      throw new StoreUnavailable('the same file was taken back meanwhile');
    },

    unattached: orgId => notes.all(orgId),

    async attached(sha256) {
      for (const orgId of await markedFor(pathOf(sha256))) await notes.remove({ orgId, sha256 });
    },

    hide: ({ orgId, sha256 }) => unmark(pathOf(sha256), orgId),

    async drop(upload) {
      const { sha256 } = upload;
      const now = await notes.get(upload);
      if (now?.at !== upload.at) return;
      if ((await markedFor(pathOf(sha256))).length === 0) {
        await rm(pathOf(sha256), { force: true });
        await rm(`${pathOf(sha256)}.type`, { force: true });
      }
      await notes.remove(upload);
    },

    async keep(content) {
      const blob = await take(content);
      await settle(blob.sha256);
      return blob;
    },

    giveTo: give,
    uploadersOf: sha256 => markedFor(pathOf(sha256)),
    stat: statBlob,

    /** The mark comes first: what is there of others takes no part in the answer. */
    async statUploadedBy(orgId, sha256) {
      const blob = isHash(sha256) && (await isMarked(pathOf(sha256), orgId)) ? await statBlob(sha256) : undefined;
      const name = blob && (await notes.get({ orgId, sha256 }))?.name;
      return blob && { ...blob, ...(name !== undefined && { name }) };
    },

    async *list() {
      for (const folder of await readdir(root)) {
        const names = folder === INCOMING || folder === UNATTACHED ? [] : await readdir(join(root, folder));
        yield* names.filter(isHash);
      }
    },

    async open(sha256) {
      if (!(await statBlob(sha256))) return undefined;
      const file = await open(pathOf(sha256));
      return file.createReadStream();
    },
  };
}

/** Nothing else becomes part of a path. */
function isHash(text: string): boolean {
  return sha256Schema.safeParse(text).success;
}

function removeAbandoned(incoming: string): void {
  for (const name of readdirSync(incoming)) {
    const path = join(incoming, name);
    if (Date.now() - statSync(path).mtimeMs > ABANDONED_MS) rmSync(path);
  }
}
