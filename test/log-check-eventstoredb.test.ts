/** The identity of the log on a server: rows and keys know the log they are of, at the start and under a running system. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBeside } from '../infra/compose/beside.ts';
import { registerFirstAccount } from '../infra/compose/bootstrap.ts';
import { LogMismatch } from '../infra/compose/log-check.ts';
import { openSystem, type System } from '../infra/compose/system.ts';
import { readConfig } from '../infra/config.ts';
import { demoIdentityOf as documentOf } from '../infra/demo/identity.ts';
import { createIdentityFor } from '../infra/identity/installation.ts';
import { StoreUnavailable } from '../services/ports.ts';
import { recordOtherOrganisingWork } from '../services/rulebook/commands.ts';
import { InProcessServer } from './support/eventstoredb/server.ts';
import { newFact, stream, temporaryDirectory } from './support/log.ts';

const SOON = { timeout: 40_000, interval: 100 };

let data: ReturnType<typeof temporaryDirectory>;
let server: InProcessServer;
beforeEach(async () => {
  data = temporaryDirectory();
  server = await InProcessServer.start();
});
afterEach(async () => {
  await server.close();
  data[Symbol.dispose]();
});

const configOf = () => ({ dataDirectory: data.path, engines: { eventStoreDb: server.url }, namespace: 'test' });

async function inSystem<T>(task: (system: System) => Promise<T>): Promise<T> {
  const system = await openSystem(configOf(), { alarm: () => undefined });
  try {
    await system.follow();
    return await task(system);
  } finally {
    await system.close();
  }
}

const OFFICER = { accountId: 'msr.office', role: 'MSR', orgId: 'msr' } as never;

/** A command of an officer's. */
async function work(system: System): Promise<void> {
  const outcome = await system.handle(
    recordOtherOrganisingWork,
    { kind: '动员', detail: randomUUID() },
    { actor: OFFICER, commandId: randomUUID(), requestDigest: 'd', correlationId: 'c' },
  );
  expect(outcome.rejected).toBeFalsy();
}

async function found(system: System): Promise<void> {
  const config = readConfig({ GONGGUAN_DATA: data.path });
  const account = { accountId: 'msr.office', name: '王建国', supervisor: false, identity: documentOf('msr.office') };
  await registerFirstAccount(system, await createIdentityFor(system, config), account, 'log of another house');
}

/** Facts of streams of their own, so that no expected revision can find out. */
async function write(system: System, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const [event] = await system.events.append(stream(`own-${randomUUID()}`), -1, [newFact(randomUUID())]);
    await system.projector.reached(event?.position as never, 15_000);
  }
}

/** What may become of a log while nobody looks. */
const CHANGES: readonly (readonly [string, (older: InProcessServer['log']['records']) => void | Promise<void>])[] = [
  ['an older copy of the log', older => server.log.restore(older)],
  ['a log cut off at its end', () => server.log.truncate(server.log.records.at(-3)?.position ?? 0)],
  [
    'an older copy that others have appended to, beyond where it was',
    older => {
      const end = server.log.records.at(-1)?.position ?? 0;
      server.log.restore(older);
      while ((server.log.records.at(-1)?.position ?? 0) <= end) server.log.append('others', undefined, [plain()]);
    },
  ],
  [
    'another log',
    async () => {
      server.log.restore([]);
      for (let at = 0; at < 40; at += 1) server.log.append('others', undefined, [plain()]);
    },
  ],
];

const plain = () => ({
  id: randomUUID(),
  type: 'other',
  contentType: 'application/json' as const,
  data: Buffer.from('{}'),
  metadata: Buffer.from('{}'),
});

describe('a system does not open on', () => {
  it.each(CHANGES)('%s', async (_what, change) => {
    const older = await inSystem(async system => {
      await write(system, 3);
      const records = [...server.log.records];
      await write(system, 3);
      return records;
    });
    await change(older);
    const refused = await inSystem(async () => undefined).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LogMismatch);
    expect(String(refused)).toMatch(/读模型不属于现有日志.*--accept-log/);
    await expect(openBeside(configOf(), () => undefined)).rejects.toBeInstanceOf(LogMismatch);
  });
});

describe('a system that runs takes no command, and says so, once its server is back with', () => {
  it.each(CHANGES)('%s', async (_what, change) => {
    await inSystem(async system => {
      await found(system);
      const older = [...server.log.records];
      await write(system, 3);
      await work(system);
      await server.stop();
      await change(older);
      await server.resume();
      // A stream of its own each: no expected revision would find out.
      const begin = () => system.events.append(stream(`own-${randomUUID()}`), -1, [newFact(randomUUID())]);
      let taken = 0;
      const working = setInterval(() => {
        for (const act of [() => work(system), begin])
          act()
            .then(() => (taken += 1))
            .catch(() => undefined);
      }, 50);
      await vi.waitFor(() => expect(system.trouble()).toBeInstanceOf(StoreUnavailable), SOON);
      clearInterval(working);
      await expect(work(system)).rejects.toBeInstanceOf(StoreUnavailable);
      expect(taken).toBe(0);
    });
  });
});

describe('a log that has no event yet', () => {
  it('given a key that was kept for an event that was never recorded, then the system opens again, and goes on', async () => {
    await inSystem(system => system.vault.seal('person-abcdef', '王建国'));
    await inSystem(async system => {
      await found(system);
      const first = await system.events.identity();
      expect(first).toBeDefined();
      await vi.waitFor(async () => expect(await system.keyStore.log()).toBe(first), SOON);
      expect(system.mismatch()).toBeUndefined();
    });
  });
});
