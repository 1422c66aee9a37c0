/** Files in GridFS, found by their content: `filename` is the SHA-256, the media type stands in `metadata`. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Db, GridFSBucket, type GridFSFile } from 'mongodb';
import { sha256Schema } from '../../events/ids.ts';
import { BlobRefused, type BlobStore, type StoredBlob } from '../../services/ports.ts';
import { answered } from '../mongodb.ts';
import { detectMediaType } from './media-type.ts';
import { DEFAULT_LIMIT, receive } from './receive.ts';

export interface GridFsOptions {
  /** Bytes; 20 MiB unless told. */
  readonly limit?: number;
}

/**
 * A file counts once its entry is written, which GridFS does last; the same content uploaded by two processes at once
 * is kept twice and served once.
 */
export function createGridFsBlobs(database: Db, { limit = DEFAULT_LIMIT }: GridFsOptions = {}): BlobStore {
  const bucket = new GridFSBucket(database, { bucketName: 'files', writeConcern: { w: 'majority' } });

  async function entryOf(sha256: string): Promise<GridFSFile | undefined> {
    if (!sha256Schema.safeParse(sha256).success) return undefined;
    const [entry] = await answered(bucket.find({ filename: sha256 }).limit(1).toArray());
    return entry;
  }

  return {
    async put(content) {
      const temporary = join(tmpdir(), `gongguan-${randomUUID()}`);
      try {
        const { sha256, size } = await receive(temporary, content, limit);
        const present = await entryOf(sha256);
        if (present) return blobOf(present);
        const mediaType = await detectMediaType(temporary);
        if (!mediaType) throw new BlobRefused('unsupported-type', 'the content is of no accepted type');
        const upload = bucket.openUploadStream(sha256, { metadata: { mediaType } });
        await answered(pipeline(createReadStream(temporary), upload));
        return { sha256, size, mediaType };
      } finally {
        await rm(temporary, { force: true });
      }
    },

    async stat(sha256) {
      const entry = await entryOf(sha256);
      return entry && blobOf(entry);
    },

    async open(sha256) {
      const entry = await entryOf(sha256);
      return entry && bucket.openDownloadStream(entry._id);
    },
  };
}

function blobOf({ filename, length, metadata }: GridFSFile): StoredBlob {
  return { sha256: filename, size: length, mediaType: metadata?.mediaType as string };
}
