/**
 * A process of the kill test: projects what another process appends, until it is killed. Prints `following` once it has
 * caught up. Arguments: path of the log, URL of the MongoDB database.
 */
import { writeSync } from 'node:fs';
import { SqliteLog } from '../../../infra/event-store/sqlite-log.ts';
import { openMongo } from '../../../infra/mongodb.ts';
import { MongoReadStore } from '../../../infra/read-store/mongodb.ts';
import { MongoLeases } from '../../../infra/runner/cluster/leases-mongodb.ts';
import { MongoRebuildRequests } from '../../../infra/runner/cluster/rebuild-requests-mongodb.ts';
import { SharedProjector } from '../../../infra/runner/cluster/shared-projector.ts';
import { testProjections } from '../../support/projections.ts';

const LOOK_MS = 20;
const [path = '', url = ''] = process.argv.slice(2);
const log = new SqliteLog(path);
setInterval(() => log.grown(), LOOK_MS);
const mongo = await openMongo(url, { namespace: 'unused' });
const projector = new SharedProjector({
  log,
  store: new MongoReadStore(mongo),
  leases: new MongoLeases(mongo.aside),
  requests: new MongoRebuildRequests(mongo.db),
  projections: testProjections,
  now: () => new Date().toISOString(),
  alarm: (message, details) => console.error(message, details),
  projects: true,
  ttlMs: 1_500,
  beatMs: 200,
});
await projector.start();
writeSync(1, 'following\n');
