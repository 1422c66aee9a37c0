/** Files and whose they are, copied from one store to another and read again there. */
import { createHash } from 'node:crypto';
import type { BlobStore } from '../../services/ports.ts';
import type { DirectoryBlobs } from '../blobs/directory.ts';
import type { MovableBlobs } from '../blobs/movable.ts';
import { Pace } from '../pace.ts';
import { MigrationRefused } from './refused.ts';

export interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

/** Can be repeated. Throws {@link MigrationRefused} when a file is not in the target as it is in the source. */
export async function copyFiles(source: DirectoryBlobs, target: MovableBlobs, pace = new Pace()): Promise<FileCount> {
  let count: FileCount = { files: 0, bytes: 0 };
  for await (const sha256 of source.list()) {
    const size = await pace.run(() => copyFile(sha256, source, target));
    count = { files: count.files + 1, bytes: count.bytes + size };
  }
  return count;
}

async function copyFile(sha256: string, source: MovableBlobs, target: MovableBlobs): Promise<number> {
  const blob = await source.stat(sha256);
  if (!blob) throw differs(sha256);
  const missing = (await target.stat(sha256)) ? undefined : await source.open(sha256);
  if (missing) await target.keep(missing);
  const there = await target.stat(sha256);
  if (there?.size !== blob.size || there.mediaType !== blob.mediaType) throw differs(sha256);
  if ((await digestIn(target, sha256)) !== sha256) throw differs(sha256);
  await copyUploaders(sha256, source, target);
  return blob.size;
}

/** A file from before uploads were marked has none, and gets none: what is attached is opened without. */
async function copyUploaders(sha256: string, source: MovableBlobs, target: MovableBlobs): Promise<void> {
  for (const orgId of await source.uploadersOf(sha256)) {
    await target.giveTo(orgId, sha256);
    if (!(await target.statUploadedBy(orgId, sha256))) throw differs(sha256);
  }
}

async function digestIn(blobs: BlobStore, sha256: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of (await blobs.open(sha256)) ?? []) digest.update(chunk);
  return digest.digest('hex');
}

function differs(sha256: string): MigrationRefused {
  return new MigrationRefused(`文件 ${sha256} 在目标中与原文件不同`, 'the file is not the same in the target');
}
