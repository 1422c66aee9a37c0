/** A stored event that cannot be read is set aside by name on every reader, decides nothing, and stops no feed. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountId, START } from '../events/ids.ts';
import { faultOf } from '../events/readable.ts';
import { rulebookStream } from '../events/rulebook.ts';
import { registerFirstAccount } from '../infra/compose/bootstrap.ts';
import { readConfig } from '../infra/config.ts';
import { demoIdentityOf } from '../infra/demo/identity.ts';
import { idBytes } from '../infra/event-store/sqlite-rows.ts';
import { type RunningProcess, startProcess } from '../infra/main.ts';
import { copyLog } from '../infra/migration/log.ts';
import { MigrationRefused } from '../infra/migration/refused.ts';
import { openDatabase } from '../infra/sqlite.ts';
import { eventId } from '../services/identifiers.ts';
import { UnreadableEvent } from '../services/ports.ts';
import { recordOtherOrganisingWork } from '../services/rulebook/commands.ts';
import { MSR, NOW } from './support/given.ts';
import { metaOf, newEvent, stream, temporaryDirectory } from './support/log.ts';

const PASSWORD = 'unreadable in the house';
const KIND = 'organising-work.recorded';
const SECRET = '不可外传';

/** Written past the program, each to a stream of its own: the log takes what its own writers never would. */
const PLANTED = [
  { name: 'broken-json', data: `{"kind":"会议","detail":"${SECRET}`, meta: metaOf('broken-json'), version: 1 },
  { name: 'no-payload', data: '{}', meta: metaOf('no-payload'), version: 1 },
  { name: 'later-version', data: JSON.stringify({ kind: '会议', detail: SECRET }), meta: metaOf('later'), version: 9 },
  { name: 'no-meta', data: JSON.stringify({ kind: '会议', detail: SECRET }), meta: {}, version: 1 },
] as const;

function plant(path: string): void {
  const database = openDatabase(path, { synchronous: 'FULL' });
  const head = database.prepare('SELECT max(position) AS head FROM events').get()?.head as number;
  PLANTED.forEach(({ name, data, meta, version }, at) => {
    // The rulebook gets the first one: commands rest on it.
    const id = at === 0 ? rulebookStream : stream(name);
    database.prepare('INSERT INTO streams (id) VALUES (?) ON CONFLICT DO NOTHING').run(id);
    database.prepare('INSERT INTO types (type, version) VALUES (?, ?) ON CONFLICT DO NOTHING').run(KIND, version);
    database
      .prepare(
        `INSERT INTO events (position, stream, revision, id, type, data, meta) VALUES (?, (SELECT key FROM streams WHERE id = ?),
          (SELECT count(*) FROM events WHERE stream = (SELECT key FROM streams WHERE id = ?)), ?,
          (SELECT key FROM types WHERE type = ? AND version = ?), ?, ?)`,
      )
      .run(head + 1 + at, id, id, idBytes(eventId(name, 0, NOW)), KIND, version, data, JSON.stringify(meta));
  });
  database.close();
}

interface CloudEvent {
  readonly type: string;
  readonly position: string;
  readonly data: { readonly type?: string; readonly reason?: string };
}

describe('stored events that cannot be read', () => {
  const data = temporaryDirectory();
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    GONGGUAN_SECOND_FACTOR: 'optional',
    GONGGUAN_DATA: data.path,
  });
  let application: RunningProcess;
  let first: number;

  beforeAll(async () => {
    const before = await startProcess(config, { projecting: 'here' });
    const { system, identity } = before;
    const office = {
      accountId: 'msr.office',
      name: '王建国',
      supervisor: false,
      identity: demoIdentityOf('msr.office'),
    };
    const supervisor = { accountId: 'sup.li', name: '李正', supervisor: true, identity: demoIdentityOf('sup.li') };
    await registerFirstAccount(system, identity, office, PASSWORD);
    await registerFirstAccount(system, identity, supervisor, PASSWORD);
    first = Number(await system.events.head()) + 1;
    await before.close();
    plant(join(data.path, 'events.db'));
    application = await startProcess(config, { projecting: 'here' });
    await application.system.events.append(stream('after'), -1, [newEvent('after')]);
  });
  afterAll(async () => {
    await application.close();
    data[Symbol.dispose]();
  });

  async function call(method: string, path: string, token?: string, body?: object): Promise<Response> {
    return fetch(`${application.url}/api/v1${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': 'unreadable',
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
  async function signIn(accountId: string): Promise<string> {
    const session = await call('POST', '/sessions', undefined, { accountId, password: PASSWORD });
    return ((await session.json()) as { token: string }).token;
  }
  const pulled = async (token?: string) =>
    (await (await call('GET', '/events?after=0&limit=1000', token)).json()) as readonly CloudEvent[];
  const unreadable = (events: readonly CloudEvent[]) =>
    events
      .filter(({ type }) => type === 'cn.gov.tj.gongguan.event.unreadable')
      .map(({ position }) => Number(position) - first);

  it('are set aside by every read model that takes their kind, by name, and counted', async () => {
    const { system } = application;
    const head = await system.events.head();
    expect(await system.projector.reached(head, 20_000)).toBe(true);
    const set = (await system.rows.quarantine()).filter(({ projection }) => projection === 'trail');
    expect(set.map(({ position, type }) => [Number(position) - first, type])).toEqual(
      PLANTED.map((_, at) => [at, KIND]),
    );
    expect(set.map(({ reason }) => reason)).toEqual([
      'its data is not JSON',
      `its data does not fit ${KIND}: /kind invalid_type, /detail invalid_type`,
      `version 9 of ${KIND} is not known`,
      expect.stringMatching(/^its meta does not fit: \/commandId invalid_type/),
    ]);
    for (const {
      projection,
      quarantined,
      handled,
      ignored,
      unknown,
      position,
    } of await system.projector.checkpoints()) {
      expect(handled + ignored + unknown + quarantined, projection).toBe(Number(position));
    }
  });

  it('are named by report 13, which counts every event', async () => {
    const answer = await call('GET', '/reports/13', await signIn('sup.li'));
    expect(answer.status).toBe(200);
    const { faults, rows } = (await answer.json()) as { faults: number; rows: { cells: Record<string, unknown> }[] };
    expect(faults).toBeGreaterThan(0);
    const trail = rows.find(({ cells }) => String(cells.readModel).startsWith('trail '));
    expect(trail?.cells).toMatchObject({ complete: '否', quarantined: PLANTED.length });
    expect(String(trail?.cells.flaw)).not.toContain('账上');
    for (const at of PLANTED.keys())
      expect(String(trail?.cells.flaw)).toContain(`位置 ${first + at} 的 ${KIND} 被隔离`);
  });

  it('keep their place in the feed for those who may see them, and say nothing of what they hold', async () => {
    const [office, supervisor, anybody] = [await signIn('msr.office'), await signIn('sup.li'), undefined];
    const [toOffice, toSupervisor, toAll] = [await pulled(office), await pulled(supervisor), await pulled(anybody)];
    expect(unreadable(toSupervisor)).toEqual([0, 1, 2, 3]);
    // Who may see the last one is said by nothing that can be read.
    expect(unreadable(toOffice)).toEqual([0, 1, 2]);
    expect(unreadable(toAll)).toEqual([]);
    expect(JSON.stringify([toOffice, toSupervisor])).not.toContain(SECRET);
    expect(toSupervisor.at(-1)).toMatchObject({
      type: `cn.gov.tj.gongguan.${KIND}`,
      position: await application.system.events.head(),
    });
  });

  it('stop no stream', async () => {
    const answer = await call('GET', `/events/stream?named=true&after=${first - 1}`, await signIn('sup.li'));
    const reader = (answer.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
    let told = '';
    while (!told.includes('event: caught-up')) {
      const { value, done } = await reader.read();
      expect(done).toBe(false);
      told += value;
    }
    await reader.cancel();
    expect(told.match(/event: event\.unreadable/g)).toHaveLength(PLANTED.length);
    expect(told).toContain(`event: ${KIND}`);
  });

  it('let no command be decided that rests on them, and do not tell of their stream', async () => {
    const token = await signIn('msr.office');
    const answer = await call('POST', '/organising-work', token, { kind: '动员', detail: '部署' });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      code: 'unreadable-event',
      detail: expect.stringContaining(`第 ${first} 位`),
    });
    expect(text).not.toMatch(/organising-work\.recorded|rulebook/);
    const { system } = application;
    const actor = { ...MSR, accountId: 'msr.office' as AccountId };
    const request = { actor, commandId: 'c', requestDigest: 'd', correlationId: 'c' };
    const deciding = system.handle(recordOtherOrganisingWork, { kind: '动员', detail: '无' }, request);
    await expect(deciding).rejects.toBeInstanceOf(UnreadableEvent);
  });

  it('are not moved to another store by a program that cannot write them to the letter, which names them', async () => {
    const target = {
      readAll: async () => [],
      append: async () => [],
      readStream: async () => [],
      head: async () => START,
    };
    await expect(copyLog(application.system.events, target as never)).rejects.toBeInstanceOf(MigrationRefused);
  });
});

describe('the check itself', () => {
  const texts = (data: unknown, meta: unknown = metaOf('c')) => ({ data: () => data, meta: () => meta });

  it('given an event as the program records it, then nothing is found', () => {
    expect(faultOf(KIND, 1, texts({ kind: '会议', detail: '部署' }))).toBeUndefined();
  });

  it('given a kind that nobody knows, then it is the kind', () => {
    expect(faultOf('nobody.knows', 1, texts({}))).toEqual({
      of: 'kind',
      reason: 'no kind of event is called nobody.knows',
    });
  });

  it('given content that does not fit, then its places are told and not its values', () => {
    const fault = faultOf(KIND, 1, texts({ kind: SECRET, detail: SECRET, [SECRET]: 1 }));
    expect(fault?.of).toBe('data');
    expect(fault?.reason).not.toContain(SECRET);
  });
});
