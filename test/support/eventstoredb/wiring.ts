/** A store on an in-process server for each test, with what its listener and its operator were told. */
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { RecordedEvent } from '../../../events/envelope.ts';
import { openEventStoreDb } from '../../../infra/event-store/eventstoredb.ts';
import { type NewEvent, NO_STREAM, StoreUnavailable } from '../../../services/ports.ts';
import { newEvent, stream } from '../log.ts';
import { InProcessServer } from './server.ts';

export type Store = Awaited<ReturnType<typeof openEventStoreDb>>;

export const TIMING = { deadlineMs: 800, checkMs: 100, silenceMs: 800, doubtMs: 50, pauseMs: 10 };

export const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
export const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);
export const unavailable = (call: Promise<unknown>) => expect(call).rejects.toBeInstanceOf(StoreUnavailable);

let commands = 0;

export function event(): NewEvent {
  commands += 1;
  return newEvent(`command-${commands}`);
}

/** Appends events one by one, each to a stream of its own. */
export async function append(to: Store, count: number): Promise<readonly RecordedEvent[]> {
  const appended: RecordedEvent[] = [];
  for (let written = 0; written < count; written += 1) {
    const next = event();
    appended.push(...(await to.append(stream(`s${commands}`), NO_STREAM, [next])));
  }
  return appended;
}

export class Wiring {
  server!: InProcessServer;
  store!: Store;
  alarms: string[] = [];
  /** Event ids, and `interrupted` for a call without events. */
  told: string[] = [];

  get toldEvents(): readonly string[] {
    return this.told.filter(entry => entry !== 'interrupted');
  }

  open(
    url = this.server.url,
    options: { namespace?: string; doubtMs?: number; checkMs?: number } = {},
  ): Promise<Store> {
    const alarm = (message: string, details: object) => this.alarms.push(`${message} ${JSON.stringify(details)}`);
    return openEventStoreDb(url, { namespace: 'test', alarm, ...TIMING, ...options });
  }

  follow(store: Store): void {
    store.onAppend(events => this.told.push(...(events.length > 0 ? ids(events) : ['interrupted'])));
  }
}

/** Wires a store to a server before each test, and takes both down after it. */
export function wired(): Wiring {
  const wiring = new Wiring();
  beforeEach(async () => {
    wiring.server = await InProcessServer.start();
    wiring.alarms = [];
    wiring.told = [];
    wiring.store = await wiring.open();
    wiring.follow(wiring.store);
    await eventually(() => expect(wiring.server.subscriptions.size).toBe(1));
  });
  afterEach(async () => {
    wiring.server.refuse(undefined);
    await wiring.store.close();
    await wiring.server.close();
  });
  return wiring;
}
