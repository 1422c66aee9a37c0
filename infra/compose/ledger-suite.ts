/** Which suite the ledger of an installation has. */
import type { EventStore } from '../../services/ports.ts';
import { BadConfiguration } from '../config.ts';
import { TreeHash } from '../ledger/hashing.ts';
import { isMadeWith } from '../ledger/reader.ts';
import type { LedgerStore } from '../ledger/store.ts';
import { keysOfLog } from '../ledger/succession.ts';
import type { Suite } from '../ledger/suite.ts';

/** That of the keys on the log, which no configuration changes. Throws BadConfiguration where it says another. */
export async function ledgerSuite(log: Pick<EventStore, 'readStream'>, configured: Suite | undefined): Promise<Suite> {
  const [first] = await keysOfLog(log);
  if (!first) return configured ?? 'ed25519';
  if (configured === undefined || configured === first.suite) return first.suite;
  throw new BadConfiguration([
    `GONGGUAN_LEDGER_SUITE: 账本的套件是 ${first.suite}，此后不能更换 (the suite of this ledger is ${first.suite} for good)`,
  ]);
}

/** The suite of the tree that is kept, by its first leaf; undefined where none can be read. */
export async function suiteKept(storeOf: () => LedgerStore | undefined): Promise<Suite | undefined> {
  try {
    const store = storeOf();
    const frontier = await store?.frontier();
    if (!store || !frontier) return undefined;
    return (await isMadeWith(new TreeHash('sm3'), frontier, store)) ? 'sm' : 'ed25519';
  } catch {
    // What cannot be read is a finding of whoever reads all of it.
    return undefined;
  }
}
