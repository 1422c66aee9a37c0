/** What moving to other engines asks of a store of files beside the port: content and whose it is, one without the other. */
import type { BlobStore, StoredBlob } from '../../services/ports.ts';
import type { UnattachedUploads } from './unattached.ts';

export interface MovableBlobs extends BlobStore, UnattachedUploads {
  /** As `put`, but the file becomes nobody's by it. */
  keep(content: AsyncIterable<Uint8Array>): Promise<StoredBlob>;
  /** Durably makes a kept file one that the organisation has uploaded. */
  giveTo(orgId: string, sha256: string): Promise<void>;
  /** The organisations that have uploaded a file. */
  uploadersOf(sha256: string): Promise<readonly string[]>;
}
