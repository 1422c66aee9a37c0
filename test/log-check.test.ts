/** Rows and keys know the log they are of: beside another one nothing is written or served until people have decided. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { START } from '../events/ids.ts';
import { rulebookStream } from '../events/rulebook.ts';
import { openBeside } from '../infra/compose/beside.ts';
import { LogMismatch, rowsOfAnotherLog } from '../infra/compose/log-check.ts';
import { openSystem, type System } from '../infra/compose/system.ts';
import { SqliteReadStore } from '../infra/read-store/sqlite.ts';
import { openDatabase } from '../infra/sqlite.ts';
import { SqliteKeyStore } from '../infra/vault/sqlite-key-store.ts';
import { trailEntries } from '../projections/trail/entries.ts';
import { recordOtherOrganisingWork } from '../services/rulebook/commands.ts';
import { webhookState } from './contracts/webhooks.ts';
import { openSite } from './http/support.ts';
import { MSR } from './support/given.ts';
import { newFact, temporaryDirectory } from './support/log.ts';

const SEEN_WITHIN_MS = 15_000;

let data: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  data = temporaryDirectory();
});
afterEach(() => data[Symbol.dispose]());

const logOf = (directory = data.path) => join(directory, 'events.db');

/** Opens a system for a task, and closes it. */
async function inSystem<T>(
  task: (system: System) => Promise<T>,
  { directory = data.path, acceptLog = false } = {},
): Promise<T> {
  const config = { dataDirectory: directory, engines: {}, namespace: 'test' };
  const system = await openSystem(config, { alarm: () => undefined, acceptLog });
  try {
    await system.follow();
    return await task(system);
  } finally {
    await system.close();
  }
}

/** Appends facts whose command ids begin with a name. */
const work = (name: string, count: number) => async (system: System) => {
  for (let at = 0; at < count; at += 1) {
    const revision = (await system.events.readStream(rulebookStream, -1)).length - 1;
    const [event] = await system.events.append(rulebookStream, revision, [newFact(`${name}-${at}`)]);
    await system.projector.reached(event?.position as never, SEEN_WITHIN_MS);
  }
};

/** Waits for the ledger; tells how many events it has. */
const ledgerAtHead = async ({ events, ledger }: System) => {
  // The system may append of its own accord meanwhile.
  return vi.waitFor(async () => {
    const size = await ledger.size();
    expect(Number(await events.head())).toBe(size);
    return size;
  }, SEEN_WITHIN_MS);
};

function ledgersIn(directory: string): readonly object[] {
  const database = openDatabase(join(directory, 'ledger.db'), { synchronous: 'FULL', readOnly: true });
  const rows = database.prepare('SELECT number, size FROM ledgers ORDER BY number').all();
  database.close();
  return rows.map(row => ({ ...row }));
}

const opening = () => inSystem(async () => undefined);

function expectRefusal(promise: Promise<unknown>): Promise<void> {
  return expect(promise).rejects.toSatisfy(
    error =>
      error instanceof LogMismatch && /^[^a-z]*[一-龥]/.test(error.message) && error.message.includes('--accept-log'),
  );
}

describe('a system does not open', () => {
  beforeEach(() => inSystem(work('first', 3)));

  it('on an older log under newer rows', async () => {
    cpSync(logOf(), join(data.path, 'older'));
    await inSystem(work('more', 2));
    cpSync(join(data.path, 'older'), logOf());
    await expectRefusal(opening());
  });

  it('on an older log that others have appended to up to the same position', async () => {
    cpSync(logOf(), join(data.path, 'older'));
    await inSystem(work('more', 2));
    using elsewhere = temporaryDirectory();
    cpSync(join(data.path, 'older'), logOf(elsewhere.path));
    await inSystem(work('other', 2), { directory: elsewhere.path });
    cpSync(logOf(elsewhere.path), logOf());
    await expectRefusal(opening());
  });

  it('on an older log under a newer ledger alone', async () => {
    cpSync(logOf(), join(data.path, 'older'));
    await inSystem(work('more', 2));
    await inSystem(ledgerAtHead);
    cpSync(join(data.path, 'older'), logOf());
    rmSync(join(data.path, 'rows.db'));
    await expectRefusal(opening());
    // The ledger is kept as it was, and tells that there was another log.
    const [kept, current] = [ledgersIn(data.path), await inSystem(ledgerAtHead, { acceptLog: true })];
    expect(kept).toEqual([{ number: 1, size: 5 }]);
    expect(current).toBe(3);
    expect(ledgersIn(data.path)).toEqual([
      { number: 1, size: 5 },
      { number: 2, size: 3 },
    ]);
    await opening();
  });

  it('on another log of the same length and content', async () => {
    using elsewhere = temporaryDirectory();
    await inSystem(work('first', 3), { directory: elsewhere.path });
    cpSync(logOf(elsewhere.path), logOf());
    await expectRefusal(opening());
  });

  it('on an empty log beside rows; nor can they be looked at beside it', async () => {
    rmSync(logOf());
    await expectRefusal(opening());
    const config = { dataDirectory: data.path, engines: {}, namespace: 'test' };
    await expectRefusal(openBeside(config, () => undefined));
  });

  it('on an empty log beside keys alone, also those of a program that did not say which log they are of', async () => {
    for (const name of ['events.db', 'rows.db']) rmSync(join(data.path, name));
    await expectRefusal(opening());
    rmSync(join(data.path, 'vault.db'));
    const keyStore = new SqliteKeyStore(join(data.path, 'vault.db'));
    await keyStore.keepKey('person-1', new Uint8Array(32));
    await keyStore.close();
    await expectRefusal(opening());
  });

  it('on a whole log beside the keys of another', async () => {
    using elsewhere = temporaryDirectory();
    await inSystem(work('first', 3), { directory: elsewhere.path });
    cpSync(join(elsewhere.path, 'vault.db'), join(data.path, 'vault.db'));
    await expectRefusal(opening());
  });
});

describe('a system opens', () => {
  it('on rows and keys of an earlier program, which do not say which log they are of', async () => {
    await inSystem(work('first', 3));
    const rows = new SqliteReadStore(join(data.path, 'rows.db'));
    const checkpoints = (await rows.checkpoints()).map(checkpoint => ({
      ...checkpoint,
      log: undefined,
      eventId: undefined,
    }));
    await rows.commit([], checkpoints, []);
    rows.close();
    await inSystem(work('more', 1));
    await inSystem(async system => {
      const trail = (await system.projector.checkpoints()).find(({ projection }) => projection === 'trail');
      expect(trail).toMatchObject({ log: await system.events.identity(), eventId: expect.any(String), position: '4' });
    });
  });

  it('once somebody has accepted the log: rows are made anew from it, and it opens from then on', async () => {
    await inSystem(work('first', 3));
    rmSync(logOf());
    await expectRefusal(opening());
    const rows = (system: System) => system.reader.count(trailEntries);
    expect(await inSystem(rows, { acceptLog: true })).toBe(0);
    await inSystem(work('new', 2));
    expect(await inSystem(rows)).toBe(2);
  });

  it('then webhooks that stood at places of the other log go on from their places in this one', async () => {
    await inSystem(work('first', 3));
    cpSync(logOf(), join(data.path, 'older'));
    await inSystem(work('more', 2));
    await inSystem(({ webhookStore }) => webhookStore.create(webhookState({ cursor: '5' })));
    cpSync(join(data.path, 'older'), logOf());
    const cursor = await inSystem(async ({ webhookStore }) => (await webhookStore.all())[0]?.cursor, {
      acceptLog: true,
    });
    expect(cursor).toBe(START);
  });
});

describe('a system that runs', () => {
  it('given rows of another log beside its own, then it notices and takes no command', async () => {
    await inSystem(async system => {
      await work('first', 3)(system);
      const [checkpoint] = await system.rows.checkpoints();
      await system.rows.commit([], [{ ...(checkpoint as object), log: 'another' } as never], []);
      await vi.waitFor(() => expect(system.mismatch()).toBeInstanceOf(LogMismatch), SEEN_WITHIN_MS);
      const request = { actor: MSR, commandId: 'c', requestDigest: 'd', correlationId: 'c' };
      const taking = system.handle(recordOtherOrganisingWork, { kind: '动员', detail: '无' }, request);
      await expect(taking).rejects.toBeInstanceOf(LogMismatch);
    });
  });

  it('given a ledger that was signed for another log, then it notices and takes no command', async () => {
    await inSystem(async system => {
      await work('first', 3)(system);
      await ledgerAtHead(system);
      const root = new Uint8Array(32);
      await system.ledgerStore.keep({ size: 2, root, note: 'a note\n', signedAt: '2026-01-01T00:00:00.000Z' });
      await system.ledgerStore.forgetTree();
    });
    await inSystem(async system => {
      await vi.waitFor(() => expect(system.mismatch()).toBeInstanceOf(LogMismatch), SEEN_WITHIN_MS);
      expect(system.mismatch()?.en).toContain('ledger');
    });
    const state = await inSystem(ledgerAtHead, { acceptLog: true });
    expect(state).toBe(3);
  });

  it('answers 503 on every route, and names the command that ends it; liveness and metrics go on', async () => {
    let fault: Error | undefined;
    const site = await openSite({ fault: () => fault });
    try {
      const token = await site.signIn('msr.chen');
      expect((await site.call('GET', '/readyz')).status).toBe(200);
      fault = rowsOfAnotherLog();
      for (const path of ['/readyz', '/api/v1/notices', '/api/v1/events', '/api/v1/me/organisation', '/docs']) {
        const answer = await site.call('GET', path, { token });
        expect(answer.status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('60');
        const body = (await answer.json()) as { code: string; detail: string };
        expect(body).toMatchObject({ code: 'log-mismatch', detail: expect.stringContaining('rebuild --accept-log') });
      }
      const command = await site.call('POST', '/api/v1/organising-work', {
        token,
        body: { kind: '动员', detail: '无' },
      });
      expect(command.status).toBe(503);
      expect((await site.call('GET', '/livez')).status).toBe(200);
      expect(await site.metrics()).toContain('process_cpu');
    } finally {
      await site.close();
    }
  });
});
