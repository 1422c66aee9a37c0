/**
 * Stores that cannot be used until people have seen to it: one that refuses this system, one whose file was replaced or is
 * damaged. An outage is none of them; it passes, and whoever waits for it is told so.
 */
import { START } from '../../events/ids.ts';
import { type OutageReason, StoreUnavailable } from '../../services/ports.ts';
import { EngineRefused } from '../compose/engine-refused.ts';
import type { Alarm } from './alarm.ts';
import type { StoreName, Stores } from './instrumentation.ts';

/** What no restart of a server mends, and nothing that is under way in this process. */
const FOR_GOOD: ReadonlySet<OutageReason | undefined> = new Set<OutageReason>(['replaced', 'damaged']);

interface Trouble {
  readonly error: StoreUnavailable;
  readonly since: number;
  last: number;
  calls: number;
}

/** What each store is asked when it has refused, to see whether it still does. */
const QUESTIONS: { readonly [N in StoreName]: (store: Stores[N]) => Promise<unknown> } = {
  events: events => events.readAll(START, 1),
  rows: rows => rows.checkpoints(),
  keyStore: keyStore => keyStore.log(),
  signIns: signIns => signIns.mark(''),
  blobs: blobs => blobs.stat('0'.repeat(64)),
  jobs: jobs => jobs.counts(),
};

/** Milliseconds for which a right that was missing is taken for missing still: the question may need another one. */
const RIGHT_MS = 30_000;

export class Troubles {
  readonly #alarm: Alarm;
  readonly #present = new Map<StoreName, Trouble>();

  constructor(alarm: Alarm) {
    this.#alarm = alarm;
  }

  /** A call of a store has failed. */
  readonly met = (store: StoreName, error: unknown): void => {
    if (!(error instanceof StoreUnavailable)) return;
    if (error.reason !== 'refused' && !FOR_GOOD.has(error.reason)) return;
    const now = performance.now();
    const known = this.#present.get(store);
    if (known) {
      known.calls += 1;
      known.last = now;
      return;
    }
    this.#present.set(store, { error, since: now, last: now, calls: 1 });
    this.#alarm('存储须由运维处理后才能使用 (a store cannot be used until somebody sees to it)', {
      store,
      error: error.message,
    });
  };

  /** The one that was met first. */
  worst(): StoreUnavailable | undefined {
    const [first] = this.#present.values();
    return first?.error;
  }

  /** Asks every store that has refused, and forgets the trouble with one that answers. */
  async askAgain(stores: Stores): Promise<void> {
    const asking = [...this.#present].map(async ([name, trouble]) => {
      const { error, since, calls } = trouble;
      if (!(error instanceof EngineRefused)) return;
      if (error.kind === 'right' && performance.now() - trouble.last < RIGHT_MS) return;
      if (!(await answers(name, stores))) return;
      this.#present.delete(name);
      const seconds = Math.round((performance.now() - since) / 1_000);
      this.#alarm('存储恢复可用 (the store can be used again)', { store: name, calls, seconds });
    });
    await Promise.all(asking);
  }
}

function answers<N extends StoreName>(name: N, stores: Stores): Promise<boolean> {
  return QUESTIONS[name](stores[name]).then(
    () => true,
    () => false,
  );
}
