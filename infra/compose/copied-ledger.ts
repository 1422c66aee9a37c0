/** Whether the events of a copied log are those that were signed for. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type Checkpoint, parseCheckpoint, type TreeHead } from '../ledger/checkpoint.ts';
import { GrowingTree } from '../ledger/growing-tree.ts';
import { TreeHash } from '../ledger/hashing.ts';
import { type LedgerIdentity, ledgerIdentity } from '../ledger/identity.ts';
import { parseNote } from '../ledger/note.ts';
import { entryOf, recordOf } from '../ledger/record.ts';
import { SqliteLedgerStore } from '../ledger/sqlite-store.ts';
import type { Suite } from '../ledger/suite.ts';
import { SqliteKeyStore } from '../vault/sqlite-key-store.ts';
import { thenEnd } from './closing.ts';
import { CopyDamaged } from './copy-damaged.ts';
import { suiteKept } from './ledger-suite.ts';

/** The newest checkpoint that a data directory holds; undefined where it has no ledger, or none that can be read. */
export async function newestCheckpoint(directory: string): Promise<Checkpoint | undefined> {
  const path = join(directory, 'ledger.db');
  if (!existsSync(path)) return undefined;
  try {
    const store = new SqliteLedgerStore(path, { readOnly: true });
    return await thenEnd(
      async () => {
        const newest = await store.newest();
        return newest && checkpointOf(newest.note);
      },
      () => store.close(),
    );
  } catch {
    // It is being replaced: what it cannot tell any more is asked of nobody.
    return undefined;
  }
}

/** From a signed note; its signatures are for a verifier to check. Throws MalformedNote. */
export function checkpointOf(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text);
}

/** Takes events in log order. Entries of pages that were checked are not kept. */
export class CopiedLedger {
  readonly #identity: LedgerIdentity;
  /** The smallest first. */
  readonly #heads: TreeHead[];
  readonly #outside: TreeHead | undefined;
  readonly #tree: GrowingTree;

  private constructor(identity: LedgerIdentity, heads: readonly TreeHead[], outside: TreeHead | undefined) {
    this.#identity = identity;
    this.#tree = new GrowingTree(new TreeHash(identity.hash));
    this.#heads = [...heads, ...(outside ? [outside] : [])].sort((a, b) => a.size - b.size);
    this.#outside = outside;
  }

  /** Undefined where there is nothing to compare with. Throws RangeError for the checkpoint of another log. */
  static async of(
    directory: string,
    outside: Checkpoint | undefined,
    origin: string | undefined,
  ): Promise<CopiedLedger | undefined> {
    const { heads, suite } = await headsIn(join(directory, 'ledger.db'));
    if (heads.length === 0 && !outside) return undefined;
    const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
    const identity = await thenEnd(
      () => ledgerIdentity(keyStore, origin, suite),
      () => keyStore.close(),
    );
    if (outside && outside.origin !== identity.origin) {
      throw new RangeError(`检查点属于另一台账 (the checkpoint is of another log): ${outside.origin}`);
    }
    return new CopiedLedger(identity, heads, outside);
  }

  /** Throws {@link CopyDamaged} when another root was signed. */
  addPage(events: readonly RecordedEvent[]): void {
    const { salts, hash } = this.#identity;
    for (const event of events) {
      const entry = entryOf(recordOf(event, salts.saltsOf(event.id), hash), hash);
      this.#tree.add({ entry, position: event.position, eventId: event.id });
      for (; this.#heads[0]?.size === this.#tree.size; this.#heads.shift()) this.#compare(this.#heads[0]);
    }
    if (events.length > 0) this.#tree.takePage(undefined);
  }

  #compare({ size, root }: TreeHead): void {
    if (this.#tree.root().equals(root)) return;
    throw new CopyDamaged(
      `台账的前${size}个事件不是签名时的事件`,
      `its first ${size} events are not those that were signed for`,
    );
  }

  /**
   * How many events the checkpoint from outside has, where that is more than the copy. Throws {@link CopyDamaged} when its own
   * ledger has more.
   */
  end(): number | undefined {
    const own = this.#heads.find(head => head !== this.#outside);
    if (own) {
      throw new CopyDamaged(
        `存证账本有${own.size}个事件，台账只有${this.#tree.size}个`,
        `its ledger has ${own.size} events, its log ${this.#tree.size}`,
      );
    }
    return this.#heads[0]?.size;
  }
}

/** How far a ledger has come, and all that it has checkpoints of. */
async function headsIn(
  path: string,
): Promise<{ readonly heads: readonly TreeHead[]; readonly suite?: Suite | undefined }> {
  if (!existsSync(path)) return { heads: [] };
  const store = new SqliteLedgerStore(path, { readOnly: true });
  return thenEnd(
    async () => {
      const frontier = await store.frontier();
      const heads = [...(await store.checkpointsAbove(0)), ...(frontier ? [frontier] : [])];
      return { heads, suite: await suiteKept(() => store) };
    },
    () => store.close(),
  );
}
