/** Moving house: the log is the same in its new store, whatever happened on the way, and the service goes on from there. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { catalogue } from '../events/catalogue.ts';
import type { RecordedEvent } from '../events/envelope.ts';
import type { DecidedEvent } from '../events/event-type.ts';
import { type Position, positionSchema, projectIdSchema, START } from '../events/ids.ts';
import { createDirectoryBlobs } from '../infra/blobs/directory.ts';
import { backup } from '../infra/compose/backup.ts';
import { openBeside } from '../infra/compose/beside.ts';
import { registerFirstAccount } from '../infra/compose/bootstrap.ts';
import { LogMismatch } from '../infra/compose/log-check.ts';
import { openSystem, type System, type SystemOptions } from '../infra/compose/system.ts';
import { readConfig } from '../infra/config.ts';
import { demoIdentityOf } from '../infra/demo/identity.ts';
import { openEventStoreDb } from '../infra/event-store/eventstoredb.ts';
import { SqliteEventStore } from '../infra/event-store/sqlite.ts';
import { startProcess } from '../infra/main.ts';
import { migrate, moveLog } from '../infra/migrate.ts';
import { copyFiles } from '../infra/migration/files.ts';
import { POSITIONS_HELD } from '../infra/migration/pins.ts';
import { MigrationRefused } from '../infra/migration/refused.ts';
import { copyVault } from '../infra/migration/vault.ts';
import { AlreadyRunning, openDatabase } from '../infra/sqlite.ts';
import { SqliteKeyStore } from '../infra/vault/sqlite-key-store.ts';
import { createVault } from '../infra/vault/vault.ts';
import { answerReport, reportNumbered } from '../projections/report/answer.ts';
import type { AnyReport } from '../projections/report/report.ts';
import { MAX_APPEND_BYTES } from '../services/append-size.ts';
import { listHashOf } from '../services/list-hash.ts';
import type { EventStore } from '../services/ports.ts';
import { chunks } from './contracts/blobs.ts';
import { control } from './support/controls.ts';
import { InProcessServer } from './support/eventstoredb/server.ts';
import { newEvent, newFact, stream, temporaryDirectory } from './support/log.ts';
import { testDatabase } from './support/mongodb.ts';
import fc from './support/properties.ts';
import { describeWith } from './support/servers.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory[Symbol.dispose]());

function openFile(): SqliteEventStore {
  const store = new SqliteEventStore({ path: join(directory.path, `${randomUUID()}.db`) });
  onTestFinished(() => store.close());
  return store;
}

/** Appends one event to each named stream, in order. */
async function write(store: EventStore, streams: readonly string[], prefix = 'event'): Promise<void> {
  const revisions = new Map<string, number>();
  for (const [at, name] of streams.entries()) {
    const revision = revisions.get(name) ?? -1;
    await store.append(stream(name), revision, [newFact(`${prefix}-${at}`)]);
    revisions.set(name, revision + 1);
  }
}

const bare = ({ id, streamId, revision, type, schemaVersion, dataText, metaText }: RecordedEvent) => ({
  id,
  streamId,
  revision,
  type,
  schemaVersion,
  dataText,
  metaText,
});
const contentOf = async (store: EventStore) => (await store.readAll(START, 10_000)).map(bare);

/** The target loses its connection at the nth append: before it is made, or after it was made but not acknowledged. */
function breaking(target: SqliteEventStore, at: number, acknowledged: boolean): EventStore {
  let appends = 0;
  return {
    readStream: (...call) => target.readStream(...call),
    readAll: (...call) => target.readAll(...call),
    readTypes: (...call) => target.readTypes(...call),
    head: () => target.head(),
    newest: () => target.newest(),
    async append(...call) {
      appends += 1;
      if (appends === at && !acknowledged) await target.append(...call);
      if (appends === at) throw new Error('the line is cut');
      return target.append(...call);
    },
  };
}

describe('a log moved from file to file', () => {
  it('given any log, cut at any append, then the next call goes on, and both are equal to the letter', async () => {
    const streams = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 40 });
    const property = fc.asyncProperty(streams, fc.nat(40), fc.boolean(), async (names, cut, acknowledged) => {
      const [source, target] = [openFile(), openFile()];
      await write(source, names);
      await moveLog(source, breaking(target, cut + 1, acknowledged)).catch(() => undefined);
      const move = await moveLog(source, target);
      expect(await contentOf(target)).toEqual(await contentOf(source));
      expect(move.source).toEqual(move.target);
      expect(move.source.events).toBe(names.length);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('given a target that is done, then moving again changes nothing and tells the same digest', async () => {
    const [source, target] = [openFile(), openFile()];
    await write(source, ['a', 'b', 'a']);
    const first = await moveLog(source, target);
    const head = await target.head();
    expect(await moveLog(source, target)).toEqual(first);
    expect(await target.head()).toBe(head);
  });

  it.each([
    ['another event', ['a', 'b'], 'foreign'],
    ['more events than the source', ['a', 'b', 'a', 'b'], 'event'],
  ])('given a target with %s, then it is refused, and nothing is added to it', async (_what, names, prefix) => {
    const [source, target] = [openFile(), openFile()];
    await write(source, ['a', 'b', 'a']);
    await write(target, names, prefix);
    const before = await contentOf(target);
    await expect(moveLog(source, target)).rejects.toThrow(MigrationRefused);
    expect(await contentOf(target)).toEqual(before);
  });

  it.each([
    ['data', { ...newFact('event-0'), data: { kind: '宣传', detail: '改动过的' } }],
    ['meta', { ...newFact('event-0'), meta: { ...newFact('event-0').meta, reason: '改动过的' } }],
    ['type', { ...newFact('event-0'), type: 'organising-work.altered' }],
    ['schema version', { ...newFact('event-0'), schemaVersion: 2 }],
  ])('given a target whose event has other %s under the same id, then it is refused', async (_what, altered) => {
    const [source, target] = [openFile(), openFile()];
    await write(source, ['a', 'b']);
    await target.append(stream('a'), -1, [altered]);
    await expect(moveLog(source, target)).rejects.toThrow(MigrationRefused);
  });

  it('given an event that fits no append, then the first such one is named, and nothing is copied', async () => {
    const path = join(directory.path, 'large.db');
    await new SqliteEventStore({ path }).close();
    const database = openDatabase(path, { synchronous: 'FULL' });
    database.exec("INSERT INTO streams VALUES (1, 'a'); INSERT INTO types VALUES (1, 'organising-work.recorded', 1)");
    const insert = database.prepare("INSERT INTO events VALUES (?, 1, ?, ?, 1, ?, '{}')");
    for (const [at, size] of [1, 1, MAX_APPEND_BYTES, MAX_APPEND_BYTES].entries()) {
      insert.run(at + 1, at, new Uint8Array(16).fill(at), JSON.stringify({ detail: 'x'.repeat(size) }));
    }
    database.close();
    const [source, target] = [new SqliteEventStore({ path }), openFile()];
    onTestFinished(() => source.close());
    await expect(moveLog(source, target)).rejects.toThrow(
      /位置 3 的事件（a@2，organising-work.recorded）需 \d+ 字节，超过一次可记入的 917504 字节，未复制任何内容/,
    );
    expect(await target.head()).toBe(START);
  });

  it('given an event whose text would not be written again to the letter, then it is refused', async () => {
    const [source, target] = [openFile(), openFile()];
    await write(source, ['a']);
    const path = join(directory.path, 'spaced.db');
    await new SqliteEventStore({ path }).close();
    const database = openDatabase(path, { synchronous: 'FULL' });
    database.exec("INSERT INTO streams VALUES (1, 'a'); INSERT INTO types VALUES (1, 'organising-work.recorded', 1)");
    database.exec(`INSERT INTO events VALUES (1, 1, 0, x'${'ab'.repeat(16)}', 1, '{"detail" : 1}', '{}')`);
    database.close();
    const spaced = new SqliteEventStore({ path });
    onTestFinished(() => spaced.close());
    await expect(moveLog(spaced, target)).rejects.toThrow('cannot be written again to the letter');
    expect(await contentOf(target)).toEqual([]);
  });
});

describe('positions that events hold', () => {
  const entry = (id: string) => ({
    projectId: projectIdSchema.parse(id),
    title: '项目',
    unitName: '单位',
    bodyName: '机构',
  });

  async function publish(source: EventStore, listHash: string): Promise<void> {
    const listed = control('project.listed');
    const facts = ['2024-0aaa1bbb', '2024-0ccc1ddd'].map((id): DecidedEvent => {
      const data = { ...(listed.data as object), ...entry(id) };
      return { ...listed, data };
    });
    for (const [at, fact] of facts.entries())
      await source.append(stream(`p${at}`), -1, [newFact(`listed-${at}`, fact)]);
    const compiled = control('project-plan.compiled');
    const data = { ...(compiled.data as object), position: '2', listHash };
    await source.append(stream('plan'), -1, [newEvent('compiled', data, compiled.type)]);
  }

  it('given a list pinned to a position, then it is found at its place in the target, where it can be made again', async () => {
    const [source, server] = [openFile(), await InProcessServer.start()];
    onTestFinished(() => server.close());
    await publish(source, await listHashOf([entry('2024-0aaa1bbb'), entry('2024-0ccc1ddd')]));
    const target = await openEventStoreDb(server.url, { namespace: 'moved', alarm: () => undefined });
    onTestFinished(() => target.close());
    const { pins } = await moveLog(source, target);
    const [, second] = await target.readAll(START, 2);
    expect(pins).toEqual([
      { eventId: expect.any(String), type: 'project-plan.compiled', position: '2', target: second?.position },
    ]);
    expect(second?.position).not.toBe('2');
  });

  /** Two results recognised at the second and third place, the latter revoked later, and published as they stood at the third. */
  async function publishResults(source: EventStore, listHash?: string): Promise<void> {
    const fact = (type: Parameters<typeof control>[0], data: object = {}): DecidedEvent => {
      const { data: example, ...kind } = control(type);
      return { ...kind, data: { ...(example as object), ...data } } as DecidedEvent;
    };
    const results = ['2024-0aaa1bbb', '2024-0ccc1ddd'].map((id, at) => ({
      projectId: projectIdSchema.parse(id),
      resultId: `result-2024-00${at + 1}`,
      title: '项目',
      unitName: '单位',
      bodyId: 'district-binhai',
    }));
    const published = {
      year: 2024,
      position: '3',
      projects: results.map(({ projectId }) => projectId),
      listHash: listHash ?? (await listHashOf(results)),
    };
    const revoked = results
      .slice(1)
      .map(({ resultId, projectId, title }) => ({ resultId, projectId, title, year: 2024 }));
    const facts = [
      control('organising-work.recorded'),
      ...results.map(result => fact('excellent-result.recognised', { ...result, year: 2024 })),
      fact('fraud-decision.taken', { revoked }),
      fact('excellent-results.published', published),
    ];
    for (const [at, each] of facts.entries()) await source.append(stream(`r${at}`), -1, [newFact(`fact-${at}`, each)]);
  }

  const reported = async (log: EventStore) => {
    const reader = {
      open: async () => undefined,
      checkpoints: async () => [],
      marks: async () => [],
      quarantine: async () => [],
    };
    const report = reportNumbered(8) as AnyReport;
    return answerReport(report, { parameters: {} }, { role: 'SUP' }, { log, reader });
  };

  it('given published lists, then report 8 finds them equal to the log where they were published and where it is now', async () => {
    const [source, server] = [openFile(), await InProcessServer.start()];
    onTestFinished(() => server.close());
    await publishResults(source);
    const target = await openEventStoreDb(server.url, { namespace: 'moved', alarm: () => undefined });
    onTestFinished(() => target.close());
    const { pins } = await moveLog(source, target);
    expect(pins).toMatchObject([{ type: 'excellent-results.published', position: '3' }]);
    for (const log of [source, target]) {
      const { faults, rows, verdict } = await reported(log);
      expect(rows).toMatchObject([{ cells: { position: '3', events: 3, published: 2, inLog: 2 } }]);
      expect([verdict, faults]).toEqual(['公布的名单1份，均与日志一致。', 0]);
    }
    // What is published there goes by its own positions.
    const position = await target.head();
    const again = control('excellent-results.published');
    const projects = ['2024-0aaa1bbb'];
    const listHash = '0'.repeat(64);
    const later = { ...(again.data as object), year: 2024, version: 2, position, projects, listHash };
    await target.append(stream('later'), -1, [newFact('later', { ...again, data: later } as DecidedEvent)]);
    expect((await reported(target)).rows[1]).toMatchObject({
      fault: true,
      cells: { events: 5, inLog: 1, flaw: '清单内容与其摘要不符' },
    });
  });

  it('given a list of results that the log does not bear out, then the move is refused', async () => {
    const [source, target] = [openFile(), openFile()];
    await publishResults(source, '0'.repeat(64));
    await expect(moveLog(source, target)).rejects.toThrow('is not what the copy lists there');
  });

  it('every kind of event that holds a position of the log is followed', () => {
    const { pattern } = z.toJSONSchema(positionSchema);
    expect(pattern).toBeDefined();
    const holding = [...catalogue].flatMap(([type, { schema }]) => {
      const { properties = {} } = z.toJSONSchema(schema, { unrepresentable: 'any' });
      const names = Object.entries(properties).filter(
        ([, of]) => (of as { readonly pattern?: string }).pattern === pattern,
      );
      return names.map(([name]) => [type, name] as const);
    });
    expect(new Map(holding)).toEqual(new Map(POSITIONS_HELD));
  });

  it('given a list that the log does not bear out, then the move is refused', async () => {
    const [source, target] = [openFile(), openFile()];
    await publish(source, '0'.repeat(64));
    await expect(moveLog(source, target)).rejects.toThrow('is not what the copy lists there');
  });
});

describe('the vault', () => {
  const open = (name: string) => {
    const keyStore = new SqliteKeyStore(join(directory.path, name));
    onTestFinished(() => keyStore.close());
    return keyStore;
  };

  it('given keys, erased persons and passwords, then values open, erased ones stay closed, and epochs are kept', async () => {
    const [source, target] = [open('one'), open('other')];
    const vault = await createVault(source);
    const values = [
      await vault.seal('kept', '张三'),
      await vault.seal('erased', '李四'),
      await vault.seal('back', '王五'),
    ];
    await vault.erase('erased');
    await vault.erase('back');
    values.push(await vault.seal('back', '王五再来'));
    for (const hash of ['a', 'b']) await source.setCredential('msr.chen' as never, hash);
    await source.keepApiKey('d1', { accountId: 'msr.chen' as never, keyId: 'k7m2p9qx' });
    expect(await copyVault(source, target)).toEqual({
      destroyed: 2,
      secret: 1,
      key: 2,
      credential: 1,
      'second-factor': 0,
      'api-key': 1,
    });
    const moved = await createVault(target);
    expect(await Promise.all(values.map(value => moved.open(value)))).toEqual([
      '张三',
      undefined,
      undefined,
      '王五再来',
    ]);
    expect(moved.subjectOf('msr', '张三')).toBe(vault.subjectOf('msr', '张三'));
    expect(await target.credential('msr.chen' as never)).toMatchObject({ hash: 'b', epoch: 2 });
  });

  it('given a person erased between an interrupted move and the next, then the key is gone from the target too', async () => {
    const [source, target] = [open('one'), open('other')];
    const vault = await createVault(source);
    const value = await vault.seal('person', '张三');
    await copyVault(source, target);
    await vault.erase('person');
    await copyVault(source, target);
    expect(await (await createVault(target)).open(value)).toBeUndefined();
  });

  it('given a target that was used before, then it is refused', async () => {
    const [source, target] = [open('one'), open('other')];
    await createVault(source);
    await createVault(target);
    await expect(copyVault(source, target)).rejects.toThrow(MigrationRefused);
  });
});

describe('files', () => {
  it('then each is in the target as it was, and a second run copies nothing', async () => {
    const source = createDirectoryBlobs(join(directory.path, 'one'));
    const target = createDirectoryBlobs(join(directory.path, 'other'));
    const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n%%EOF\n');
    const { sha256, size, mediaType } = await source.put(chunks(pdf), 'unit');
    expect(await copyFiles(source, target)).toEqual({ files: 1, bytes: size });
    expect(await target.stat(sha256)).toEqual({ sha256, size, mediaType });
    expect(await copyFiles(source, target)).toEqual({ files: 1, bytes: size });
  });

  it('then each is whose it was, also where it had come in an earlier run, and nobody’s where it was nobody’s', async () => {
    const source = createDirectoryBlobs(join(directory.path, 'one'));
    const target = createDirectoryBlobs(join(directory.path, 'other'));
    const { sha256 } = await source.keep(chunks('检测报告'));
    await copyFiles(source, target);
    expect(await target.uploadersOf(sha256)).toEqual([]);
    for (const orgId of ['unit', 'body']) await source.put(chunks('检测报告'), orgId);
    await copyFiles(source, target);
    expect([...(await target.uploadersOf(sha256))].sort()).toEqual(['body', 'unit']);
  });

  it('given a target that does not keep whose they are, then it is refused', async () => {
    const source = createDirectoryBlobs(join(directory.path, 'one'));
    const target = createDirectoryBlobs(join(directory.path, 'other'));
    await source.put(chunks('检测报告'), 'unit');
    await expect(copyFiles(source, { ...target, giveTo: async () => undefined })).rejects.toThrow(MigrationRefused);
  });
});

const PASSWORD = '质量攻关 correct horse';

/** A system of files with an account in it, moved, and opened where it is now. */
async function moveSystem(servers: Readonly<Record<string, string>>): Promise<void> {
  const base = { GONGGUAN_DATA: directory.path, PORT: '0', LOG_LEVEL: 'silent', GONGGUAN_SECOND_FACTOR: 'optional' };
  const before = await startProcess(readConfig(base), { projecting: 'here' });
  const account = { accountId: 'msr.chen', name: '陈某某', supervisor: false, identity: demoIdentityOf('msr.chen') };
  await registerFirstAccount(before.system, before.identity, account, PASSWORD);
  const ledger = await signedLedger(before.system);
  const config = readConfig({ ...base, ...servers });
  await expect(migrate(config, { alarm: () => undefined })).rejects.toThrow(AlreadyRunning);
  await before.close();

  const { source, target } = await migrate(config, { alarm: () => undefined });
  expect(target).toEqual(source);
  const after = await startProcess(config, { projecting: 'here' });
  onTestFinished(() => after.close());
  expect(after.system.projector.state()).toBe('following');
  const login = { accountId: 'msr.chen' as never, password: PASSWORD, address: '127.0.0.1' };
  const { token } = await after.identity.login(login);
  const answer = await fetch(`${after.url}/api/v1/organising-work`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ kind: '宣传', detail: '迁移之后' }),
  });
  expect(answer.status).toBe(201);
  const { position } = (await answer.json()) as { position: never };
  expect(await after.system.projector.reached(position, 20_000)).toBe(true);
  expect(await after.system.reader.count({ name: 'accounts' })).toBe(1);
  await ledger.expectIn(after.system);
}

/** Keeps a checkpoint over all events that there are, unless the system has signed one, as if it were cosigned and stamped. */
async function signedLedger({ events, ledger, ledgerStore }: System) {
  // The system may append of its own accord while one looks.
  await expect.poll(async () => Number(await events.head()) - (await ledger.size()), { timeout: 20_000 }).toBe(0);
  const size = await ledger.size();
  const root = await ledger.root(size);
  const unsigned = `${ledger.origin}\n${size}\n\n— a AAAA\n`;
  await ledgerStore.keep({
    size,
    root,
    note: unsigned,
    signedAt: '2026-01-01T00:00:00.000Z',
    milestone: 'work-plan.published',
  });
  await ledgerStore.cosign(size, ['— witness BBBB\n']);
  await ledgerStore.stamp(size, Uint8Array.of(1, 2));
  const note = (await ledger.covering(size))?.note;
  expect(note).toContain('— witness BBBB');
  return {
    /** The tree is made again there, the same; what was signed stays, and names the position that its last event has now. */
    async expectIn({ events: moved, ledger: again, ledgerKeeper }: System) {
      const all = await moved.readAll(START, 1_000);
      expect(all.length).toBeGreaterThan(size);
      await expect.poll(() => again.size(), { timeout: 20_000 }).toBe(all.length);
      expect(ledgerKeeper?.state()).toBe('following');
      expect(again.origin).toBe(ledger.origin);
      expect(Buffer.from(await again.root(size))).toEqual(Buffer.from(root));
      const checkpoint = await again.covering(size);
      const position = all[size - 1]?.position;
      expect(checkpoint).toMatchObject({ size, position, note });
      expect([...(checkpoint?.timestamp ?? [])]).toEqual([1, 2]);
      expect(await again.indexOf(position as Position)).toBe(size - 1);
    },
  };
}

describe('an installation', () => {
  it('given a system of files, when its log is moved, then people sign in, old rows do not mislead, and work goes on', async () => {
    const server = await InProcessServer.start();
    onTestFinished(() => server.close());
    await moveSystem({ EVENTSTOREDB_URL: server.url });
  });
});

describe('a system that was moved', () => {
  const files = () => readConfig({ GONGGUAN_DATA: directory.path });
  const opened = (options: Partial<SystemOptions> = {}) => openSystem(files(), { alarm: () => undefined, ...options });
  let server: InProcessServer;
  beforeEach(async () => {
    server = await InProcessServer.start();
    const system = await opened();
    await system.events.append(stream('a'), -1, [newFact('one')]);
    await system.close();
    const url = server.url.replace('//', '//gongguan:secret-of-the-url@');
    await migrate(readConfig({ GONGGUAN_DATA: directory.path, EVENTSTOREDB_URL: url }), { alarm: () => undefined });
  });
  afterEach(() => server.close());

  it('opened on its old files, or looked at there, then it says where it went, without the secrets of the URL', async () => {
    const openings = [() => opened(), () => openBeside(files(), () => undefined)];
    for (const opening of openings) {
      const refused = await opening().catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(LogMismatch);
      expect(String(refused)).toMatch(/已于 .* 迁往 esdb:\/\/127\.0\.0\.1:\d+（命名空间 gongguan）.*--accept-log/);
      expect(String(refused)).not.toContain('secret');
    }
  });

  it('given a backup of the old files, then it says so too', async () => {
    const copy = join(directory.path, 'copy');
    await backup(files(), copy);
    const opening = openSystem({ ...files(), dataDirectory: copy }, { alarm: () => undefined });
    await expect(opening).rejects.toBeInstanceOf(LogMismatch);
  });

  it('given that somebody has decided that the old files count, then it opens on them from then on', async () => {
    await (await opened({ acceptLog: true })).close();
    const system = await opened();
    await system.events.append(stream('a'), 0, [newFact('two')]);
    await system.close();
  });
});

describeWith('MONGODB_URL', url => {
  describe('an installation that moves into MongoDB too', () => {
    it('then keys and passwords are there', async () => {
      const server = await InProcessServer.start();
      onTestFinished(() => server.close());
      const database = testDatabase(url);
      onTestFinished(() => database.close());
      await moveSystem({ EVENTSTOREDB_URL: server.url, MONGODB_URL: database.url });
    });
  });
});
