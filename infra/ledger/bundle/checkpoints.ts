/** The checkpoints of a bundle: the newest, and those of milestones, each with the proof that it is a beginning of the newest. */
import { eventTypes } from '../../../events/catalogue.ts';
import type { Ledger, SignedCheckpoint } from '../ledger.ts';
import { type BundleFile, fileOf } from './files.ts';
import { base64 } from './lines.ts';
import type { BundleReader } from './reader.ts';

const PUBLIC_TYPES: ReadonlySet<string> = new Set(
  eventTypes.filter(({ visibility }) => visibility === 'public').map(({ type }) => type),
);

export async function checkpointFiles(
  newest: SignedCheckpoint,
  reader: BundleReader,
  ledger: Ledger,
): Promise<readonly BundleFile[]> {
  const all = await ledger.checkpoints();
  const others = all.filter(each => each.size < newest.size && isTold(each, reader));
  const files: BundleFile[] = [fileOf('checkpoint', () => newest.note)];
  for (const { size, note } of others) {
    const proof = await ledger.consistency(size, newest.size);
    files.push(fileOf(`checkpoints/${size}`, () => note));
    files.push(fileOf(`checkpoints/${size}.consistency`, () => proof.map(hash => `${base64(hash)}\n`).join('')));
  }
  for (const { size, timestamp } of [...others, newest]) {
    if (timestamp) files.push(fileOf(`timestamps/${size}.tsr`, () => timestamp));
  }
  return files;
}

/** Where a checkpoint was signed for a milestone, it tells that the act was done, and when. */
function isTold({ milestone }: SignedCheckpoint, reader: BundleReader): boolean {
  return reader !== undefined || milestone === undefined || PUBLIC_TYPES.has(milestone);
}
