import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSystem, type System, type SystemOptions } from '../../infra/compose/system.ts';
import { entryOf, recordOf } from '../../infra/ledger/record.ts';
import { newEvent, stream, temporaryDirectory } from '../support/log.ts';
import { treeHash } from './rfc6962.ts';

describe('the ledger of an installation', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let system: System | undefined;
  const alarms: string[] = [];

  beforeEach(() => {
    directory = temporaryDirectory();
    alarms.length = 0;
  });
  afterEach(async () => {
    await system?.close();
    directory[Symbol.dispose]();
  });

  async function open(options: Partial<SystemOptions> = {}, ledgerOrigin?: string): Promise<System> {
    await system?.close();
    const config = { dataDirectory: directory.path, engines: {}, namespace: 'test' };
    const alarm = (message: string) => void alarms.push(message);
    system = await openSystem({ ...config, ...(ledgerOrigin && { ledgerOrigin }) }, { alarm, ...options });
    return system;
  }

  async function append({ events }: System, name: string, count: number): Promise<void> {
    for (let at = 0; at < count; at += 1)
      await events.append(stream(name), at - 1, [newEvent(`command-${name}-${at}`, { kind: '会议', detail: '部署' })]);
  }

  const sizeOf = async ({ ledger }: System) => ledger.size();
  const grownTo = (of: System, size: number) =>
    expect.poll(() => sizeOf(of), { timeout: 15_000, interval: 10 }).toBe(size);

  async function isOfItsLog({ events, ledger }: System): Promise<void> {
    const all = await events.readAll('0' as never, 10_000);
    const entries = all.map(event => Uint8Array.from(entryOf(recordOf(event, ledger.saltsOf(event.id)))));
    expect(Buffer.from(await ledger.root(all.length))).toEqual(treeHash(entries));
  }

  it.each(['here', 'thread'] as const)('given a process that keeps it %s, then every event is in it', async keeping => {
    const opened = await open({ keepingLedger: keeping });
    await append(opened, 'a', 5);
    opened.ledgerKeeper?.start();
    await grownTo(opened, 5);
    await append(opened, 'b', 300);
    await grownTo(opened, 305);
    await isOfItsLog(opened);
    expect(opened.ledgerKeeper?.state()).toBe('following');
    expect(alarms).toEqual([]);
  });

  it('given a thread, then whoever signs is told how far the ledger has come', async () => {
    const opened = await open({ keepingLedger: 'thread' });
    await append(opened, 'a', 3);
    const sizes: number[] = [];
    opened.ledgerKeeper?.onGrown(({ size }) => sizes.push(size));
    opened.ledgerKeeper?.start();
    await expect.poll(() => sizes.at(-1), { timeout: 15_000 }).toBe(3);
    await append(opened, 'b', 4);
    await expect.poll(() => sizes.at(-1), { timeout: 15_000 }).toBe(7);
  });

  it('given a process that leaves it to others, then it only reads', async () => {
    const opened = await open({ keepingLedger: 'elsewhere' });
    expect(opened.ledgerKeeper).toBeUndefined();
    expect(await opened.ledger.size()).toBe(0);
    expect(existsSync(join(directory.path, 'ledger.db'))).toBe(true);
  });

  it('given an installation, then its origin is its own and stays, and another’s is another', async () => {
    const { origin } = (await open()).ledger;
    expect(origin).toMatch(/^gongguan\/[0-9a-f]{16}$/);
    expect((await open()).ledger.origin).toBe(origin);
    expect((await open({}, 'quality.example.cn/ledger')).ledger.origin).toBe('quality.example.cn/ledger');
    await system?.close();
    system = undefined;
    directory[Symbol.dispose]();
    directory = temporaryDirectory();
    expect((await open()).ledger.origin).not.toBe(origin);
  });

  it('given a ledger that was lost, then it is made again from the log, the same', async () => {
    const before = await open({ keepingLedger: 'here' });
    await append(before, 'a', 40);
    before.ledgerKeeper?.start();
    await grownTo(before, 40);
    const root = Buffer.from(await before.ledger.root(40));
    await before.ledgerStore.forgetTree();
    const again = await open({ keepingLedger: 'thread' });
    again.ledgerKeeper?.start();
    await grownTo(again, 40);
    expect(Buffer.from(await again.ledger.root(40))).toEqual(root);
  });
});
