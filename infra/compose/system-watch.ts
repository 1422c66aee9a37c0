/** Looks every few seconds, as long as a system follows its log, whether its stores can be used and belong together. */
import { projections } from '../../projections/index.ts';
import type { Handle } from '../../services/handle.ts';
import type { LedgerKeeper } from '../ledger/reader.ts';
import type { LedgerStore } from '../ledger/store.ts';
import type { Alarm } from '../observability/alarm.ts';
import type { Stores } from '../observability/instrumentation.ts';
import type { Troubles } from '../observability/troubles.ts';
import type { Projector } from '../runner/core/projector.ts';
import { bindKeys, type LogMismatch, ledgerOfAnotherLog, mismatchOf, rowsOfAnotherLog } from './log-check.ts';

const LOOK_MS = 5_000;

export interface SystemWatch {
  /** Why nothing may be written or served. */
  mismatch(): LogMismatch | undefined;
  start(): void;
  stop(): void;
  /** A write path that takes no command while there is a mismatch. */
  guarded(handle: Handle): Handle;
}

export interface WatchedSystem {
  readonly stores: Stores & { readonly ledgerStore: LedgerStore };
  readonly projector: Projector;
  readonly ledgerKeeper: LedgerKeeper | undefined;
}

/** Why the stores do not belong together; where they do, the keys are bound to the log as soon as it has an event. */
async function beside(stores: WatchedSystem['stores']): Promise<LogMismatch | undefined> {
  const mismatch = await mismatchOf({ ...stores, projections });
  if (!mismatch) await bindKeys(stores);
  return mismatch;
}

/** What the stores of the system refuse is noted among the troubles by whoever observes them. */
export function watchOver(
  { stores, projector, ledgerKeeper }: WatchedSystem,
  troubles: Troubles,
  alarm: Alarm,
): SystemWatch {
  let found: LogMismatch | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    await troubles.askAgain(stores);
    // Jobs may not be asked for anything for long, and a sign-in that is refused is to be seen before.
    await stores.jobs.counts().catch(() => undefined);
    found = await beside(stores).catch(() => undefined);
    if (found) alarm('log and rows do not belong together', { error: found.message });
    else timer?.refresh();
  };
  const mismatch = () => {
    if (found) return found;
    if (projector.state() === 'halted') return rowsOfAnotherLog();
    return ledgerKeeper?.state() === 'halted' ? ledgerOfAnotherLog() : undefined;
  };
  return {
    mismatch,
    start() {
      timer ??= setTimeout(() => void look(), LOOK_MS).unref();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
    guarded: (handle): Handle => {
      return async (command, input, request) => {
        const fault = mismatch();
        if (fault) throw fault;
        return handle(command, input, request);
      };
    },
  };
}
