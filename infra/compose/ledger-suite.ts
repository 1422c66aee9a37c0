/** Which suite the ledger of an installation has. */
import type { EventStore } from '../../services/ports.ts';
import { BadConfiguration } from '../config.ts';
import { keysOf } from '../ledger/succession.ts';
import type { Suite } from '../ledger/suite.ts';

/** That of the keys on the log, which no configuration changes. Throws BadConfiguration where it says another. */
export async function ledgerSuite(log: Pick<EventStore, 'readStream'>, configured: Suite | undefined): Promise<Suite> {
  const [first] = await keysOf(log);
  if (!first) return configured ?? 'ed25519';
  if (configured === undefined || configured === first.suite) return first.suite;
  throw new BadConfiguration([
    `GONGGUAN_LEDGER_SUITE: 账本的套件是 ${first.suite}，此后不能更换 (the suite of this ledger is ${first.suite} for good)`,
  ]);
}
