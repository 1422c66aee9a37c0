/** Projector processes that are killed, again and again, while events are appended: nothing is skipped, nothing twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { MongoReadStore } from '../../infra/read-store/mongodb.ts';
import { MongoLeases } from '../../infra/runner/cluster/leases-mongodb.ts';
import { MongoRebuildRequests } from '../../infra/runner/cluster/rebuild-requests-mongodb.ts';
import { SharedProjector } from '../../infra/runner/cluster/shared-projector.ts';
import { newEvent, stream, temporaryDirectory } from '../support/log.ts';
import { testDatabase } from '../support/mongodb.ts';
import { entries, streams, testProjections, types } from '../support/projections.ts';
import { describeWith } from '../support/servers.ts';

const KILLS = 4;
const WAIT_MS = 20_000;

function projectorProcess(log: string, url: string): ChildProcess {
  const program = 'test/runner/processes/project.ts';
  return spawn(process.execPath, ['--import', './infra/typescript.js', program, log, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describeWith('MONGODB_URL', url => {
  describe('projector processes', () => {
    it('given one of two is killed again and again, when events go on, then every row took every event once', async () => {
      using directory = temporaryDirectory();
      const database = testDatabase(url);
      const path = `${directory.path}/events.db`;
      const log = new SqliteEventStore({ path });
      const view = await watcherOf(log, database);
      const children: ChildProcess[] = [];
      const open = () => {
        const child = projectorProcess(path, database.url);
        children.push(child);
        return child;
      };
      try {
        const running = [open(), open()];
        await Promise.all(running.map(child => once(child.stdout as NodeJS.ReadableStream, 'data')));
        let writing = true;
        let written = 0;
        const writer = (async () => {
          while (writing) {
            await log.append(stream('a'), written - 1, [
              newEvent(`command-${written}`, { kind: '会议', detail: '部署' }),
            ]);
            written += 1;
            await pause(2);
          }
        })();
        for (let round = 0; round < KILLS; round += 1) {
          await pause(500);
          await kill(running.shift() as ChildProcess);
          running.push(open());
        }
        writing = false;
        await writer;
        expect(await view.projector.reached(await log.head(), WAIT_MS)).toBe(true);
        for (const projection of [streams, types, entries]) {
          const live = (await view.projector.checkpoints()).filter(({ projection: name }) => name === projection.name);
          expect(live).toMatchObject([{ generation: 1, handled: written, quarantined: 0 }]);
        }
        expect(await view.rows(streams)).toMatchObject([{ events: written, lastCommand: `command-${written - 1}` }]);
        expect(await view.rows(types)).toMatchObject([{ count: written }]);
        expect((await view.rows(entries)).length).toBe(written);
      } finally {
        for (const child of children) await kill(child);
        await view.projector.stop();
        await database.close();
        await log.close();
      }
    }, 90_000);
  });
});

async function watcherOf(log: SqliteEventStore, database: ReturnType<typeof testDatabase>) {
  const mongo = await database.connect();
  const store = new MongoReadStore(mongo);
  const projector = new SharedProjector({
    log,
    store,
    leases: new MongoLeases(mongo.aside),
    requests: new MongoRebuildRequests(mongo.db),
    projections: testProjections,
    now: () => '',
    alarm: () => undefined,
    projects: false,
  });
  void projector.start();
  const rows = async (projection: (typeof testProjections)[number]): Promise<object[]> => {
    const found: object[] = [];
    for await (const [, text] of store.scan(projector.specOf(projection))) found.push(JSON.parse(text) as object);
    return found;
  };
  return { projector, rows };
}
