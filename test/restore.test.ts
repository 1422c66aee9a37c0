/** A copy put in the place of a data directory that was lost: checked, whole or absent, and erased people stay erased. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Position, START } from '../events/ids.ts';
import type { Sealed } from '../events/personal.ts';
import { rulebookStream } from '../events/rulebook.ts';
import { backup } from '../infra/compose/backup.ts';
import { CopyDamaged } from '../infra/compose/copy-damaged.ts';
import { replayOnEngines, restore } from '../infra/compose/restore.ts';
import { openSystem, type System } from '../infra/compose/system.ts';
import { SqliteDrafts } from '../infra/drafts/sqlite-drafts.ts';
import { SqliteLog } from '../infra/event-store/sqlite-log.ts';
import { SqliteSignIns } from '../infra/identity/sqlite-sign-ins.ts';
import { logCheckpointText, parseCheckpoint } from '../infra/ledger/checkpoint.ts';
import { ed25519FromPem, isSignedBy, keyIdOf, noteText, parseNote, SIGNATURE_TYPES } from '../infra/ledger/note.ts';
import { openDatabase } from '../infra/sqlite.ts';
import { listErasures } from '../infra/vault/erasures.ts';
import { digestOfKey } from '../infra/vault/key-store.ts';
import { SqliteKeyStore } from '../infra/vault/sqlite-key-store.ts';
import { createVault } from '../infra/vault/vault.ts';
import { SqliteWebhooks } from '../infra/webhooks/sqlite-store.ts';
import { webhookState } from './contracts/webhooks.ts';
import { consistent } from './ledger/rfc6962.ts';
import { USCC, WANG, World } from './privacy/world.ts';
import { gongguan } from './support/command-line.ts';
import { newFact, temporaryDirectory } from './support/log.ts';

const ZHAO = { orgId: USCC, name: '赵敏' };
const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n');

let root: ReturnType<typeof temporaryDirectory>;
let world: World;
/** The backup, and where it is restored. */
let copy: string;
let target: string;
let wang: Sealed;

beforeEach(async () => {
  root = temporaryDirectory();
  [copy, target] = [join(root.path, 'copy'), join(root.path, 'target')];
  world = await World.open();
  await world.keyStore.belongTo(await world.store.identity());
  wang = await world.named();
  await world.yearClosed();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  root[Symbol.dispose]();
});

const place = (dataDirectory: string) => ({ dataDirectory, engines: {}, namespace: 'test' });
const backUp = () => backup(place(world.path), copy);
const restored = (erasures: Parameters<typeof restore>[2] = { directory: world.path }) =>
  restore(place(target), copy, erasures);

/** As the worker carries it out. */
async function erase(person = WANG): Promise<void> {
  await world.confirmed(await world.ordered(person));
  await world.vault.erase(world.vault.subjectOf(person.orgId, person.name));
}

/** What a value says in a directory. */
async function opened(directory: string, value: Sealed): Promise<string | undefined> {
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'), { readOnly: true });
  try {
    return await (await createVault(keyStore)).open(value);
  } finally {
    await keyStore.close();
  }
}

async function textsIn(directory: string): Promise<readonly string[]> {
  const log = new SqliteLog(join(directory, 'events.db'));
  const events = await log.readAll(START, 1_000_000);
  log.close();
  return events.map(({ id, dataText, metaText }) => `${id} ${dataText} ${metaText}`);
}

/** The list that an installation exports, as a file. */
async function exported(directory = world.path): Promise<{ readonly file: string }> {
  const file = join(root.path, `erasures-${readdirSync(root.path).length}.json`);
  const { code, stderr } = await gongguan(['export', 'erasures', '--output', file], { data: directory });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { file };
}

const bytesIn = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name)));

describe('somebody who was erased after the backup', () => {
  it('by the directory that is replaced, then he is erased in the copy too, to the last byte of his key', async () => {
    const key = Buffer.from((await world.keyStore.key(wang.subject)) as Uint8Array);
    await backUp();
    await erase();
    expect(await opened(copy, wang)).toBe('王芳');
    expect(await restored()).toMatchObject({ erasedAgain: [wang.subject] });
    expect(await opened(target, wang)).toBeUndefined();
    expect(bytesIn(copy).some(bytes => bytes.includes(key))).toBe(true);
    expect(bytesIn(target).some(bytes => bytes.includes(key))).toBe(false);
  });

  it('by the exported list, which names nobody and holds no key', async () => {
    const key = Buffer.from((await world.keyStore.key(wang.subject)) as Uint8Array);
    await backUp();
    await erase();
    const list = await exported();
    const text = readFileSync(list.file, 'utf8');
    expect(text).toContain(digestOfKey(key));
    for (const form of ['王芳', key.toString('hex'), key.toString('base64'), key.toString('base64url')]) {
      expect(text).not.toContain(form);
    }
    expect(await restored(list)).toMatchObject({ erasedAgain: [wang.subject] });
    expect(await opened(target, wang)).toBeUndefined();
  });

  it('is known in the restored house from then on, also to a second restore by what that house tells', async () => {
    await backUp();
    await erase();
    await restored();
    const list = await exported(target);
    rmSync(target, { recursive: true });
    expect(await restored(list)).toMatchObject({ erasedAgain: [wang.subject] });
  });

  it('whose erasure was confirmed and not carried out yet, then it is in the copy', async () => {
    await backUp();
    await world.confirmed(await world.ordered());
    expect(await restored()).toMatchObject({ erasedAgain: [wang.subject] });
    expect(await opened(target, wang)).toBeUndefined();
  });

  it('given a copy whose log has the confirmation and whose keys are older, then he is erased, whatever is told', async () => {
    await backUp();
    await world.confirmed(await world.ordered());
    rmSync(join(copy, 'events.db'));
    const log = openDatabase(join(world.path, 'events.db'), { synchronous: 'FULL', readOnly: true });
    log.prepare('VACUUM INTO ?').run(join(copy, 'events.db'));
    log.close();
    expect(await restored('nobody')).toMatchObject({ erasedAgain: [wang.subject] });
  });

  it('given that the replaced log cannot be read, then what was carried out is known by the keys', async () => {
    await backUp();
    await erase();
    const lost = join(root.path, 'lost');
    mkdirSync(lost);
    for (const suffix of ['', '-wal']) cpSync(join(world.path, `vault.db${suffix}`), join(lost, `vault.db${suffix}`));
    writeFileSync(join(lost, 'events.db'), 'torn');
    expect(await restored({ directory: lost })).toMatchObject({
      erasedAgain: [wang.subject],
      erasuresUpTo: undefined,
    });
  });

  it('and has come back before the backup, then his new name stays open, and the old one closed', async () => {
    await erase();
    const again = await world.named();
    await backUp();
    expect(await restored()).toMatchObject({ erasedAgain: [] });
    expect(await opened(target, again)).toBe('王芳');
    expect(await opened(target, wang)).toBeUndefined();
  });

  it('a second time, having come back, then that key is destroyed too', async () => {
    await erase();
    const again = await world.named();
    await backUp();
    await world.vault.erase(again.subject);
    expect(await restored()).toMatchObject({ erasedAgain: [again.subject] });
    expect(await opened(target, again)).toBeUndefined();
  });

  it('given a vault of an earlier program, which remembers no digest, then he is erased; who had come back is left', async () => {
    await world.named(ZHAO);
    await erase(ZHAO);
    const zhao = await world.named(ZHAO);
    await backUp();
    await erase();
    const old = join(root.path, 'old');
    cpSync(world.path, old, { recursive: true });
    const vault = openDatabase(join(old, 'vault.db'), { synchronous: 'FULL' });
    vault.exec('DROP TABLE destroyed_keys');
    vault.close();
    expect(await restored({ directory: old })).toMatchObject({ erasedAgain: [wang.subject] });
    expect(await opened(target, zhao)).toBe('赵敏');
  });

  it('is not known to the copy: without a list it is refused and says so; whoever answers for it gets the copy as it was', async () => {
    await backUp();
    await erase();
    const without = await gongguan(['restore', copy], { data: target });
    expect(without).toMatchObject({ code: 1, stderr: expect.stringMatching(/其中还有这些人的密钥[\s\S]*none/) });
    expect(existsSync(target)).toBe(false);
    const answered = await gongguan(['restore', copy, '--erasures', 'none'], { data: target });
    expect(answered).toMatchObject({ code: 0, stdout: expect.stringContaining('无从得知') });
    expect(await opened(target, wang)).toBe('王芳');
  });

  it('given the list of another vault, then nothing is restored', async () => {
    await using other = await World.open();
    await backUp();
    const list = await listErasures(other.store, other.keyStore);
    const file = join(root.path, 'other.json');
    writeFileSync(file, JSON.stringify(list));
    await expect(restored({ file })).rejects.toThrow(/属于另一密钥库/);
    expect(existsSync(target)).toBe(false);
  });
});

describe('a copy', () => {
  it('goes into an empty directory alone', async () => {
    await backUp();
    mkdirSync(target);
    writeFileSync(join(target, 'note'), 'mine');
    await expect(restored()).rejects.toThrow(/不是空目录/);
    rmSync(join(target, 'note'));
    await restored();
    expect(await textsIn(target)).toEqual(await textsIn(world.path));
  });

  it('that is none is refused', async () => {
    mkdirSync(copy);
    await expect(restored()).rejects.toThrow(/不是备份/);
  });

  it('made of the files of a directory at one moment, with what was not copied back yet, is restored too', async () => {
    cpSync(world.path, copy, { recursive: true });
    await restored();
    expect(await textsIn(target)).toEqual(await textsIn(world.path));
  });

  it('taken while events are recorded is a prefix of the log', async () => {
    let revision = -1;
    let [under, done] = [true, 0];
    const writing = (async () => {
      for (; under; done += 1) {
        await world.store.append(rulebookStream, revision, [newFact(`load-${done}`)]);
        revision += 1;
        await turn();
      }
    })();
    const taken = await gongguan(['backup', copy], { data: world.path });
    under = false;
    await writing;
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    const { events } = await restored();
    const all = await textsIn(world.path);
    expect(events).toBeGreaterThan(0);
    expect(await textsIn(target)).toEqual(all.slice(0, events));
  });

  it('has no session open that may have been ended since', async () => {
    const path = (directory: string) => join(directory, 'sign-ins.db');
    const before = new SqliteSignIns(path(world.path));
    const [openedAt, expiresAt] = ['2025-01-10T02:00:00.000Z', '2025-01-10T10:00:00.000Z'];
    const session = { id: 's', accountId: 'msr.chen', role: 'MSR', orgId: 'msr', openedAt, expiresAt, address: '::1' };
    await before.openSession({ ...session, epoch: 1, limited: false } as never);
    await backUp();
    expect(await before.session('s')).toBeDefined();
    await before.close();
    await restored();
    const after = new SqliteSignIns(path(target));
    expect(await after.session('s')).toBeUndefined();
    await after.close();
  });

  it('has forms that were begun and webhooks as they stood, under keys that open them, and nobody’s who was erased', async () => {
    const path = (directory: string, name: string) => join(directory, name);
    const drafts = new SqliteDrafts(path(world.path, 'drafts.db'));
    const kept = { owner: 'zhao', form: 'f', savedAt: '2025-01-10T02:00:00.000Z' };
    const own = await world.vault.seal('person-of-a-draft', '写了一半的总结');
    for (const [id, content] of [
      ['own', own],
      ['erased', wang],
    ] as const) {
      await drafts.keep({ ...kept, id, content }, 30);
    }
    await drafts.close();
    const webhooks = new SqliteWebhooks(path(world.path, 'webhooks.db'));
    const state = webhookState({ cursor: '3', secrets: [{ sealed: own }] });
    await webhooks.create(state);
    await webhooks.close();
    await backUp();
    await erase();
    await restored();

    const keyStore = new SqliteKeyStore(path(target, 'vault.db'));
    const vault = await createVault(keyStore);
    const [draftsAfter, webhooksAfter] = [
      new SqliteDrafts(path(target, 'drafts.db')),
      new SqliteWebhooks(path(target, 'webhooks.db')),
    ];
    const textOf = async (id: string) => vault.open((await draftsAfter.draft(id))?.content as Sealed);
    expect([await textOf('own'), await textOf('erased')]).toEqual(['写了一半的总结', undefined]);
    const [after] = await webhooksAfter.all();
    expect(after).toEqual(state);
    expect(await vault.open(after?.secrets[0]?.sealed as Sealed)).toBe('写了一半的总结');
    for (const store of [draftsAfter, webhooksAfter, keyStore]) await store.close();
  });

  it('serves by itself: read models that were ahead are not in it, and all is complete at the start', async () => {
    await backUp();
    await erase();
    await restored();
    const status = await gongguan(['status'], { data: target });
    expect(status.code).toBe(0);
    expect(status.stdout).toContain('是');
    expect(status.stdout).not.toContain('否');
  });
});

describe('a copy is refused, and nothing is left of it', () => {
  const SQL = 'DROP TRIGGER IF EXISTS events_are_never_deleted; DROP TRIGGER IF EXISTS events_are_never_changed;';
  const inLog = (sql: string) => () => {
    const log = openDatabase(join(copy, 'events.db'), { synchronous: 'FULL' });
    log.exec(`${SQL} ${sql}`);
    log.close();
  };
  const page = (name: string) => () => {
    const bytes = readFileSync(join(copy, name));
    bytes.fill(0xff, 4_096, 4_200);
    writeFileSync(join(copy, name), bytes);
  };

  beforeEach(async () => {
    await world.blobs.put(
      (async function* () {
        yield PDF;
      })(),
      'msr',
    );
    await backUp();
  });

  it.each([
    ['a torn page of the log', page('events.db')],
    ['a torn page of the keys', page('vault.db')],
    ['a database that is none', () => writeFileSync(join(copy, 'sign-ins.db'), 'none')],
    ['an event that is missing', inLog('DELETE FROM events WHERE position = 2')],
    [
      'an event that does not follow its stream’s last',
      inLog('UPDATE events SET revision = 7 WHERE position = (SELECT max(position) FROM events)'),
    ],
    ['an event that cannot be read', inLog('UPDATE events SET data = substr(data, 2) WHERE position = 1')],
    ['a log that the keys are not of', inLog("UPDATE log SET id = 'another'")],
    [
      'a file that is not what its name says',
      () => {
        const files = readdirSync(join(copy, 'files'), { recursive: true, encoding: 'utf8' });
        const name = files.find(file => /\/[0-9a-f]{64}$/.test(file)) as string;
        appendFileSync(join(copy, 'files', name), 'x');
      },
    ],
  ])('for %s', async (_what, damage) => {
    damage();
    await expect(restored()).rejects.toBeInstanceOf(CopyDamaged);
    expect(readdirSync(root.path)).toEqual(['copy']);
  });
});

describe('a restore that is killed', () => {
  it.each(['events.db', 'vault.db', 'vault.db-wal', 'files'])(
    'once it has come to %s, then the directory is absent or whole, and the next one is whole',
    async name => {
      await backUp();
      const child = spawn(process.execPath, ['infra/gongguan.js', 'restore', copy, '--replacing', world.path], {
        env: { PATH: process.env.PATH, GONGGUAN_DATA: target },
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      const reached = join(root.path, '.target.unfinished', name);
      while (child.exitCode === null && !existsSync(reached)) await pause(1);
      child.kill('SIGKILL');
      await ended;
      if (existsSync(target)) expect(await textsIn(target)).toEqual(await textsIn(world.path));
      else expect(await restored()).toMatchObject({ events: (await textsIn(world.path)).length });
      expect(readdirSync(root.path).sort()).toEqual(['copy', 'target']);
    },
  );

  it('given another that is under way, then the second is refused', async () => {
    await backUp();
    const both = await Promise.allSettled([restored(), restored()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('the ledger of a copy', () => {
  let data: string;
  let house: System | undefined;
  const alarm = () => undefined;
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = ed25519FromPem(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());

  beforeEach(() => {
    data = join(root.path, 'house');
  });
  afterEach(async () => {
    await house?.close();
    house = undefined;
  });

  /** Opens a house and records so many events; gives a checkpoint over all of them, signed and kept. */
  async function grown(directory: string, count: number): Promise<{ readonly note: string; readonly size: number }> {
    await house?.close();
    house = await openSystem(place(directory), { alarm });
    const { events, ledger, ledgerStore, ledgerKeeper } = house;
    for (let at = 0; at < count; at += 1) {
      const { length } = await events.readStream(rulebookStream, -1);
      await events.append(rulebookStream, length - 1, [newFact(`act-${length}`)]);
    }
    ledgerKeeper?.start();
    const size = Number(await events.head());
    await expect.poll(() => ledger.size(), { timeout: 15_000, interval: 10 }).toBe(size);
    const head = await ledger.root(size);
    const text = logCheckpointText({ origin: ledger.origin, size, root: head });
    const key = { name: ledger.origin, type: SIGNATURE_TYPES.ed25519, publicKey: signer.publicKey };
    const signature = {
      name: ledger.origin,
      keyId: keyIdOf(key),
      signature: sign(null, Buffer.from(text), privateKey),
    };
    const note = noteText({ text, signatures: [signature] });
    expect(isSignedBy(key, parseNote(note))).toBe(true);
    await ledgerStore.keep({ size, root: head, note, signedAt: '2025-01-10T02:00:00.000Z' });
    return { note, size };
  }

  it('goes on as the same tree: a checkpoint from before the backup counts, and one from after it is ahead', async () => {
    const before = await grown(data, 300);
    await backup(place(data), copy);
    const after = await grown(data, 20);
    const known = await restore(place(target), copy, { directory: data });
    expect(known).toMatchObject({ events: before.size, ahead: after.size });
    const { size } = await grown(target, 5);
    const { ledger, ledgerKeeper } = house as System;
    expect(ledgerKeeper?.state()).toBe('following');
    const { origin, root: signed } = parseCheckpoint(parseNote(before.note).text);
    expect(ledger.origin).toBe(origin);
    expect(Buffer.from(await ledger.root(before.size))).toEqual(signed);
    const entries = [];
    for (let tile = 0; tile * 256 < size; tile += 1) {
      const bytes = Buffer.from((await ledger.entries(tile, Math.min(256, size - tile * 256))) as Uint8Array);
      for (let at = 0; at < bytes.length; at += 32) entries.push(bytes.subarray(at, at + 32));
    }
    expect(consistent(before.size, size, await ledger.consistency(before.size, size), entries)).toBe(true);
  });

  it('is told to be behind a checkpoint from outside, on the command line as an alarm', async () => {
    const { size } = await grown(data, 3);
    await backup(place(data), copy);
    const after = await grown(data, 2);
    await house?.close();
    house = undefined;
    const file = join(root.path, 'checkpoint');
    writeFileSync(file, after.note);
    const args = ['restore', copy, '--erasures', 'none', '--checkpoint', file];
    const told = await gongguan(args, { data: target });
    expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining('其后2个事件不在其中') });
    expect(told.stderr).toContain(`"restored":${size}`);
  });

  it('is refused when its log is not what was signed for, by its own ledger or by a checkpoint from outside', async () => {
    await grown(data, 10);
    await backup(place(data), copy);
    const log = openDatabase(join(copy, 'events.db'), { synchronous: 'FULL' });
    log.exec(
      `DROP TRIGGER events_are_never_changed; UPDATE events SET data = replace(data, '"', '"') || ' ' WHERE position = 4`,
    );
    log.close();
    await expect(restore(place(target), copy, 'nobody')).rejects.toThrow(/前10个事件不是签名时的事件/);
    rmSync(join(copy, 'ledger.db'));
    await expect(restore(place(target), copy, { directory: data })).rejects.toBeInstanceOf(CopyDamaged);
    expect(existsSync(target)).toBe(false);
  });

  it('is refused when the log of the copy ends before it, or for the checkpoint of another log', async () => {
    const { note } = await grown(data, 10);
    await backup(place(data), copy);
    const other = parseCheckpoint(parseNote(note).text);
    const foreign = restore(place(target), copy, 'nobody', { ...other, origin: 'gongguan/0000000000000000' });
    await expect(foreign).rejects.toThrow(/属于另一台账/);
    const log = openDatabase(join(copy, 'events.db'), { synchronous: 'FULL' });
    log.exec('DROP TRIGGER events_are_never_deleted; DELETE FROM events WHERE position > 7');
    log.close();
    await expect(restore(place(target), copy, 'nobody')).rejects.toThrow(/台账只有7个/);
  });
});

describe('engines that their own tools have restored', () => {
  /** A house on the files of the world, with an older log and newer rows and keys, as servers of two ages are. */
  async function unequal(): Promise<void> {
    await backUp();
    await erase();
    const log = new SqliteLog(join(copy, 'events.db'));
    const head: Position = await log.head();
    log.close();
    cpSync(world.path, target, { recursive: true });
    const newer = await openSystem(place(target), { alarm: () => undefined });
    await newer.follow();
    expect(await newer.events.head()).not.toBe(head);
    await newer.close();
    for (const name of ['events.db', 'vault.db']) {
      for (const suffix of ['-wal', '-shm']) rmSync(join(target, `${name}${suffix}`), { force: true });
      cpSync(join(copy, name), join(target, name));
    }
  }

  it('given read models that are ahead of the log, then they are made anew, and the erased are erased', async () => {
    await unequal();
    await expect(openSystem(place(target), { alarm: () => undefined })).rejects.toThrow(/读模型/);
    const list = await exported();
    const replayed = await replayOnEngines(place(target), list, () => undefined);
    expect(replayed).toMatchObject({ erasedAgain: [wang.subject], derivedAnew: true });
    const system = await openSystem(place(target), { alarm: () => undefined });
    await system.follow();
    expect(await system.vault.open(wang)).toBeUndefined();
    await system.close();
  });

  it('on the command line it wants the list too, or the word', async () => {
    await unequal();
    expect(await gongguan(['restore', '--replay-erasures'], { data: target })).toMatchObject({ code: 1 });
    const replayed = await gongguan(['restore', '--replay-erasures', '--erasures', 'none'], { data: target });
    expect(replayed).toMatchObject({ code: 0, stdout: expect.stringContaining('读模型或存证账本与台账不符') });
  });
});
