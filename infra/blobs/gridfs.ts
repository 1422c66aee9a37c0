/**
 * Files in GridFS, found by their content: `filename` is the SHA-256, the media type stands in `metadata`. Who has uploaded
 * a file stands in a collection of its own, one document an organisation.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Db, GridFSBucket, type GridFSFile } from 'mongodb';
import { sha256Schema } from '../../events/ids.ts';
import { type StoredBlob, StoreUnavailable } from '../../services/ports.ts';
import { thenEnd } from '../compose/closing.ts';
import { answered, isDuplicate } from '../mongodb.ts';
import { detectMediaType } from './media-type.ts';
import type { MovableBlobs } from './movable.ts';
import { DEFAULT_LIMIT, receive } from './receive.ts';

export interface GridFsOptions {
  /** Bytes; 20 MiB unless told. */
  readonly limit?: number;
}

interface Upload {
  /** See {@link uploadId}. */
  readonly _id: string;
  readonly orgId: string;
  /** Bytes, the instant of the upload, and what the organisation called it, as long as no event is known to name the file. */
  readonly size?: number;
  readonly at?: string;
  readonly name?: string;
  /** Being taken back: the file is not the organisation's for now. */
  readonly hidden?: true;
}

const HASH_LENGTH = 64;
/** A large file over a slow line. */
const UPLOAD_MS = 120_000;

/** From the blank that parts the two halves of an id up to the character after it. */
const ofFile = (sha256: string) => ({ $gte: `${sha256} `, $lt: `${sha256}!` });

/** Those of one file stand together. */
const uploadId = (sha256: string, orgId: string) => `${sha256} ${orgId}`;

/**
 * A file counts once its entry is written, which GridFS does last; the same content uploaded by two processes at once
 * is kept twice and served once.
 */
export function createGridFsBlobs(database: Db, { limit = DEFAULT_LIMIT }: GridFsOptions = {}): MovableBlobs {
  const bucket = new GridFSBucket(database, { bucketName: 'files', writeConcern: { w: 'majority' } });
  const uploads = database.collection<Upload>('files.uploads');

  async function entryOf(sha256: string): Promise<GridFSFile | undefined> {
    if (!sha256Schema.safeParse(sha256).success) return undefined;
    const [entry] = await answered(bucket.find({ filename: sha256 }).limit(1).toArray());
    return entry;
  }

  async function keep(content: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    const temporary = join(tmpdir(), `gongguan-${randomUUID()}`);
    const taking = async () => {
      const received = await receive(temporary, content, limit);
      const { sha256, size } = received;
      const present = await entryOf(sha256);
      if (present) return blobOf(present);
      const mediaType = await detectMediaType(received);
      const upload = bucket.openUploadStream(sha256, { metadata: { mediaType } });
      try {
        await answered(pipeline(createReadStream(temporary), upload), UPLOAD_MS);
      } catch (error) {
        // Of a file without its entry nothing must stay; the pipeline has ended the stream, so that this may be refused.
        await upload.abort().catch(() => undefined);
        throw error;
      }
      return { sha256, size, mediaType };
    };
    return thenEnd(taking, () => rm(temporary, { force: true }));
  }

  async function giveTo(orgId: string, sha256: string): Promise<void> {
    try {
      await answered(uploads.insertOne({ _id: uploadId(sha256, orgId), orgId }));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      await answered(uploads.updateOne({ _id: uploadId(sha256, orgId) }, { $unset: { hidden: '' } }));
    }
  }

  async function statBlob(sha256: string): Promise<StoredBlob | undefined> {
    const entry = await entryOf(sha256);
    return entry && blobOf(entry);
  }

  return {
    keep,
    giveTo,
    stat: statBlob,

    async put(content, orgId, name) {
      const blob = await keep(content);
      const { sha256, size } = blob;
      const noted = {
        $setOnInsert: { orgId, size, at: new Date().toISOString(), ...(name !== undefined && { name }) },
      };
      const again = { $set: { at: new Date().toISOString() }, $unset: { hidden: '' } } as const;
      const _id = uploadId(sha256, orgId);
      await answered(uploads.updateOne({ _id }, noted, { upsert: true })).catch(error => {
        if (!isDuplicate(error)) throw error;
      });
      await answered(uploads.updateOne({ _id, hidden: true }, again));
      if (await entryOf(sha256)) return blob;
      throw new StoreUnavailable('the same file was taken back meanwhile');
    },

    async unattached(orgId) {
      const noted = { at: { $gt: '' }, ...(orgId !== undefined && { orgId }) };
      const found = await answered(uploads.find(noted).toArray());
      return found.map(({ _id, orgId, size = 0, at = '' }) => ({ orgId, sha256: _id.slice(0, HASH_LENGTH), size, at }));
    },

    async attached(sha256) {
      await answered(uploads.updateMany({ _id: ofFile(sha256) }, { $unset: { at: '', size: '', name: '' } }));
    },

    async hide({ orgId, sha256, at }) {
      await answered(uploads.updateOne({ _id: uploadId(sha256, orgId), at }, { $set: { hidden: true } }));
    },

    /** The document goes only as it was hidden: a file that was uploaded again meanwhile stays. */
    async drop({ orgId, sha256, at }) {
      const { deletedCount } = await answered(uploads.deleteOne({ _id: uploadId(sha256, orgId), at, hidden: true }));
      if (deletedCount === 0 || (await answered(uploads.countDocuments({ _id: ofFile(sha256) }))) > 0) return;
      for (const { _id } of await answered(bucket.find({ filename: sha256 }).toArray()))
        await answered(bucket.delete(_id));
    },

    /** The organisation's own document comes first: what is there of others takes no part in the answer. */
    async statUploadedBy(orgId, sha256) {
      const upload = await answered(uploads.findOne({ _id: uploadId(sha256, orgId) }));
      const blob = upload && !upload.hidden ? await statBlob(sha256) : undefined;
      return blob && { ...blob, ...(upload?.name !== undefined && { name: upload.name }) };
    },

    async uploadersOf(sha256) {
      const found = await answered(uploads.find({ _id: ofFile(sha256) }).toArray());
      return found.filter(({ hidden }) => !hidden).map(({ orgId }) => orgId);
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
