/** Uploads that no event names: counted for each organisation, and taken back after a time. */
import type { RecordedEvent } from '../../events/envelope.ts';
import type { BlobStore, StoredBlob } from '../../services/ports.ts';
import { DEFAULT_LIMIT } from './receive.ts';

/** A file as an organisation has uploaded it. */
export interface Upload {
  readonly orgId: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Instant of the last time that it was uploaded. */
  readonly at: string;
  /** As the organisation called it. */
  readonly name?: string;
}

/** What a store of files knows of uploads that no event is known to name. */
export interface UnattachedUploads {
  /** Of one organisation, or of all. */
  unattached(orgId?: string): Promise<readonly Upload[]>;
  /** An event names the file: whoever has uploaded it, it is not counted any more, and stays. */
  attached(sha256: string): Promise<void>;
  /** The organisation can attach the file no more, unless it uploads it again. */
  hide(upload: Upload): Promise<void>;
  /** Forgets an upload that was hidden; the file is gone unless it is somebody else's too, or was uploaded again. */
  drop(upload: Upload): Promise<void>;
}

/** For each organisation. */
export interface UploadQuota {
  readonly files: number;
  readonly bytes: number;
}

/** The organisation has more uploads that nothing names than it may have. */
export class QuotaExceeded extends Error {
  readonly quota: UploadQuota;
  constructor(quota: UploadQuota) {
    super(`an organisation may have ${quota.files} files, ${quota.bytes} bytes, that are not attached to anything`);
    this.name = 'QuotaExceeded';
    this.quota = quota;
  }
}

/**
 * The same store, for callers whose uploads are counted. An upload under way counts as the largest there can be, so that
 * many at once do not pass together.
 */
export function withQuota<Store extends BlobStore & UnattachedUploads>(blobs: Store, quota: UploadQuota): BlobStore {
  const underWay = new Map<string, number>();

  async function makeRoom(orgId: string): Promise<void> {
    const uploads = await blobs.unattached(orgId);
    const coming = underWay.get(orgId) ?? 0;
    const bytes = uploads.reduce((sum, { size }) => sum + size, 0) + (coming - 1) * DEFAULT_LIMIT;
    if (uploads.length + coming > quota.files || bytes >= quota.bytes) throw new QuotaExceeded(quota);
  }

  return {
    async put(content: AsyncIterable<Uint8Array>, orgId: string, name?: string): Promise<StoredBlob> {
      underWay.set(orgId, (underWay.get(orgId) ?? 0) + 1);
      try {
        await makeRoom(orgId);
        return await blobs.put(content, orgId, name);
      } finally {
        const left = (underWay.get(orgId) ?? 1) - 1;
        if (left > 0) underWay.set(orgId, left);
        else underWay.delete(orgId);
      }
    },
    stat: sha256 => blobs.stat(sha256),
    statUploadedBy: (orgId, sha256) => blobs.statUploadedBy(orgId, sha256),
    open: sha256 => blobs.open(sha256),
  };
}

const HASH = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
/** The digest that an event has of its own request looks like a file's hash and is none. */
const HASH_BUT_DIGEST = /(?<![0-9a-f]|"requestDigest":")[0-9a-f]{64}(?![0-9a-f])/g;

/** Every hash that stands anywhere in the texts of an event: the files it may name, and none that it names is missing. */
export function hashesIn({ dataText, metaText }: Pick<RecordedEvent, 'dataText' | 'metaText'>): readonly string[] {
  return [...(dataText.match(HASH) ?? []), ...(metaText.match(HASH_BUT_DIGEST) ?? [])];
}
