/** Loading the demo year from the command line: progress, then passwords for the accounts people will try. */
import type { AccountId } from '../../events/ids.ts';
import { withProgress } from '../cli/progress-bar.ts';
import { commandsByName, type System } from '../compose/system.ts';
import type { IdentityService } from '../identity/identity.ts';
import { Pace, type PaceOptions } from '../pace.ts';
import { demoAccounts } from './cast.ts';
import { loadDemo, TOGETHER } from './load.ts';

/** Set only for accounts of the demo year, and only when the demo is loaded. */
export const DEMO_PASSWORD = 'gongguan-2024';

/** Best before the system follows its log: the read models then take the year in large batches. */
export async function loadDemoYear(
  system: System,
  identity: IdentityService,
  options: Pick<PaceOptions, 'signal' | 'alarm'>,
): Promise<void> {
  const pace = new Pace({ ...options, most: TOGETHER });
  const ports = {
    pace,
    store: system.events,
    vault: system.vault,
    blobs: system.blobs,
    commands: commandsByName,
    directory: system.directory,
    async finish() {
      for (const { accountId } of demoAccounts)
        await pace.run(() => identity.setFirstPassword(accountId as AccountId, DEMO_PASSWORD, 'demo'));
    },
  };
  await withProgress('载入演示年度 loading the demo year {bar} {percentage}% | {value}/{total} | {day}', show =>
    loadDemo(ports, ({ done, total, at }) => show(done, total, { day: at.slice(0, 10) })),
  );
}
