/** Verifying a live store on one core, beside a plain scan of the log that parses every event. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStored } from '../../infra/compose/stored.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import { ledgerIdentity } from '../../infra/ledger/identity.ts';
import { LedgerReader } from '../../infra/ledger/reader.ts';
import { SqliteLedgerStore } from '../../infra/ledger/sqlite-store.ts';
import { verifyLive } from '../../infra/ledger/verify/live.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import type { Area } from './bench.ts';
import { count, inTurn, secondsOf } from './measure.ts';

const SCAN_PAGE = 1_000;
const AT_LEAST = 0.35;

export const verification: Area = {
  name: 'verification',
  async run({ lab, report, rounds, ...bench }) {
    const events = bench.size(200_000, (await lab.year()).length);
    const directory = await lab.systemWith(events);
    await keepLedger(directory, events);
    const stored = await openStored({ dataDirectory: directory, engines: {}, namespace: 'gongguan' }, () => undefined);
    const { violations } = await verifyLive(stored);
    if (violations.length > 0) throw new Error(JSON.stringify(violations));
    const took = await inTurn(rounds, {
      scan: () => secondsOf(() => scan(join(directory, 'events.db'))),
      verify: () => secondsOf(() => verifyLive(stored)),
    });
    await stored.close();
    const speed = (seconds: readonly number[]) =>
      `${count((events * seconds.length) / seconds.reduce((sum, each) => sum + each, 0))} events/s`;
    report.ratioOf(
      {
        area: `verification of ${count(events)} events as they are stored`,
        values: took.verify.map((seconds, at) => (took.scan[at] as number) / seconds),
        limit: `plain scan + parse: ${speed(took.scan)}`,
        must: { atLeast: AT_LEAST },
      },
      speed(took.verify),
    );
  },
};

async function keepLedger(directory: string, events: number): Promise<void> {
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
  const { salts } = await ledgerIdentity(keyStore);
  const log = new SqliteEventStore({ path: join(directory, 'events.db') });
  const store = new SqliteLedgerStore(join(directory, 'ledger.db'));
  const alarm = (message: string) => {
    throw new Error(message);
  };
  const reader = new LedgerReader({ log, store, tree: new TreeHash('sha256'), salts, alarm });
  reader.start();
  while (((await store.frontier())?.size ?? 0) < events) await pause(20);
  await reader.stop();
  await Promise.all([store.close(), log.close(), keyStore.close()]);
}

/** What no verification can do without: read every event, and what is in it. */
function scan(path: string): number {
  const database = openDatabase(path, { synchronous: 'FULL', readOnly: true });
  const page = database.prepare(
    'SELECT position, stream, type, data, meta FROM events WHERE position > ? ORDER BY position LIMIT ?',
  );
  page.setReturnArrays(true);
  let parsed = 0;
  for (let after = 0; ; ) {
    const rows = page.all(after, SCAN_PAGE) as unknown as [number, number, number, string, string][];
    for (const [position, , , data, meta] of rows) {
      if (JSON.parse(data) !== undefined && JSON.parse(meta) !== undefined) parsed += 1;
      after = position;
    }
    if (rows.length < SCAN_PAGE) break;
  }
  database.close();
  return parsed;
}
