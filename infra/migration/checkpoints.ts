/** Checkpoints of the ledger, with what others have added to them: all of it that cannot be made again from the log. */
import type { KeptCheckpoint, LedgerStore } from '../ledger/store.ts';

/** Can be repeated, also when witnesses have cosigned in the source in between. */
export async function copyCheckpoints(source: LedgerStore, target: LedgerStore): Promise<void> {
  for (const checkpoint of await source.checkpointsAbove(0)) {
    if (!(await target.keep(checkpoint))) await complete(checkpoint, target);
  }
}

async function complete({ size, note, timestamp }: KeptCheckpoint, target: LedgerStore): Promise<void> {
  const there = await target.covering(size);
  const lines = note.slice(note.indexOf('\n\n') + 2).split(/(?<=\n)/);
  const missing = lines.filter(line => !there?.note.includes(line));
  if (missing.length > 0) await target.cosign(size, missing);
  if (timestamp) await target.stamp(size, timestamp);
}
