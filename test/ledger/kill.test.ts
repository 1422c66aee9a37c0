/** A process that is killed, again and again, while it appends and keeps its ledger: what is left verifies, and goes on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { START } from '../../events/ids.ts';
import { openSystem } from '../../infra/compose/system.ts';
import { SqliteLog } from '../../infra/event-store/sqlite-log.ts';
import { GrowingTree } from '../../infra/ledger/growing-tree.ts';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import { entryOf, recordOf } from '../../infra/ledger/record.ts';
import { SqliteLedgerStore } from '../../infra/ledger/sqlite-store.ts';
import { temporaryDirectory } from '../support/log.ts';
import { treeHash } from './rfc6962.ts';

const ROUNDS = 4;
const hash = new TreeHash('sha256');

function keeping(directory: string): ChildProcess {
  const program = 'test/ledger/processes/keep.ts';
  const child = spawn(process.execPath, ['--import', './infra/typescript.js', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Lets it grow the ledger for some pages more, and kills it in the midst of the next. */
async function killAfter(child: ChildProcess, ms: number): Promise<void> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  for (let pages = 0; pages < 3; pages += 1) await once(lines, 'line');
  await pause(ms);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe('a process that keeps the ledger', () => {
  it('given that it is killed again and again, then the ledger is a whole prefix of the log each time, and goes on', async () => {
    using directory = temporaryDirectory();
    let before = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await killAfter(keeping(directory.path), round * 7);
      const [log, store] = [
        new SqliteLog(join(directory.path, 'events.db')),
        new SqliteLedgerStore(join(directory.path, 'ledger.db')),
      ];
      const frontier = await store.frontier();
      // Throws where the tiles that are kept are not those of the root.
      expect(new GrowingTree(hash, frontier).size).toBeGreaterThan(before);
      expect(await log.holds(frontier?.position as never, frontier?.eventId)).toBe(true);
      before = frontier?.size ?? 0;
      await store.close();
      log.close();
    }
    const system = await openSystem(
      { dataDirectory: directory.path, engines: {}, namespace: 'test' },
      { alarm: message => expect.unreachable(message), keepingLedger: 'here' },
    );
    onTestFinished(() => system.close());
    system.ledgerKeeper?.start();
    const all = await system.events.readAll(START, 1_000_000);
    await expect.poll(() => system.ledger.size(), { timeout: 20_000 }).toBe(all.length);
    const entries = all.map(event => Uint8Array.from(entryOf(recordOf(event, system.ledger.saltsOf(event.id)))));
    expect(Buffer.from(await system.ledger.root(all.length))).toEqual(treeHash(entries));
  }, 90_000);
});
