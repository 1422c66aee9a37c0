/** Projectors lose their database for a while: they let go, come back by themselves, and have missed nothing. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openMongo } from '../../infra/mongodb.ts';
import { MongoReadStore } from '../../infra/read-store/mongodb.ts';
import { MongoLeases } from '../../infra/runner/cluster/leases-mongodb.ts';
import { MongoRebuildRequests } from '../../infra/runner/cluster/rebuild-requests-mongodb.ts';
import { SharedProjector } from '../../infra/runner/cluster/shared-projector.ts';
import { testDatabase, through, writableServer } from '../support/mongodb.ts';
import { entries, streams, testProjections } from '../support/projections.ts';
import { openProxy } from '../support/proxy.ts';
import { describeWith } from '../support/servers.ts';
import { MemoryLog } from './support/memory-log.ts';

const OUTAGE_MS = 6_000;
/** Milliseconds. */
const CAUGHT_UP_MS = 30_000;

describeWith('MONGODB_URL', url => {
  describe('a projector behind a failing network', () => {
    it.each(['refuse', 'black-hole', 'half-open'] as const)(
      'catches up by itself, no event skipped or taken twice: %s',
      async mode => {
        const database = testDatabase(url);
        await using proxy = await openProxy(await writableServer(url));
        await database.connect();
        const mongo = await openMongo(through(database.url, proxy.port), { namespace: 'unused' });
        const log = new MemoryLog();
        const store = new MongoReadStore(mongo);
        const projector = new SharedProjector({
          log,
          store,
          leases: new MongoLeases(mongo.aside),
          requests: new MongoRebuildRequests(mongo.db),
          projections: testProjections,
          now: () => '2024-03-20T02:00:00.000Z',
          alarm: () => undefined,
          projects: true,
        });
        try {
          log.append('a');
          await projector.start();
          await proxy.switchTo(mode);
          for (let left = OUTAGE_MS; left > 0; left -= 20) {
            log.append('a');
            await pause(20);
          }
          await proxy.switchTo('pass');
          expect(await projector.reached(await log.head(), CAUGHT_UP_MS)).toBe(true);
          const written = Number(await log.head());
          const row = (await store.getMany(projector.specOf(streams), ['test-a'])).get('test-a');
          expect(JSON.parse(row as string)).toMatchObject({ events: written });
          expect(await store.count(projector.specOf(entries))).toBe(written);
        } finally {
          await projector.stop();
          await mongo.close();
          await database.close();
        }
      },
      90_000,
    );
  });
});
