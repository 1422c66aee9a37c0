/**
 * A server that refuses this system, and a log that is another under its name: callers are told 503, readiness is taken
 * back with the reason, operators are told once, and a changed password needs no restart.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerFirstAccount } from '../infra/compose/bootstrap.ts';
import { openSystem } from '../infra/compose/system.ts';
import { readConfig } from '../infra/config.ts';
import { demoIdentityOf as documentOf } from '../infra/demo/identity.ts';
import { createIdentityFor } from '../infra/identity/installation.ts';
import { type RunningProcess, serveSystem } from '../infra/main.ts';
import { gongguan } from './support/command-line.ts';
import { InProcessServer } from './support/eventstoredb/server.ts';
import { newFact, stream, temporaryDirectory } from './support/log.ts';
import { describeWithSecrets, makeSecrets } from './support/secrets.ts';

const OFFICE = { accountId: 'msr.office', password: 'refused by an engine' };
/** Two looks of the system and one at the file. */
const SOON = { timeout: 30_000, interval: 200 };

let data: ReturnType<typeof temporaryDirectory>;
let application: RunningProcess;
let alarms: string[];

/** Starts the whole product, with an alarm that can be read. */
async function start(environment: Record<string, string>): Promise<void> {
  const config = readConfig({
    GONGGUAN_DATA: data.path,
    PORT: '0',
    GONGGUAN_SECOND_FACTOR: 'optional',
    ...environment,
  });
  const alarm = (message: string, details: object) => alarms.push(`${message} ${JSON.stringify(details)}`);
  const system = await openSystem(config, { alarm, projecting: 'here' });
  await system.follow();
  await registerFirstAccount(
    system,
    await createIdentityFor(system, config),
    { ...OFFICE, name: '王建国', supervisor: false, identity: documentOf(OFFICE.accountId) },
    OFFICE.password,
  );
  application = await serveSystem(system, config, pino({ level: 'silent' }), { scheduling: false });
}

const call = (method: string, path: string, body?: object, token?: string) =>
  fetch(`${application.url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
const signIn = () => call('POST', '/api/v1/sessions', OFFICE);
const command = (token: string) => call('POST', '/api/v1/organising-work', { kind: '动员', detail: '无' }, token);
const readiness = async () => {
  const answer = await call('GET', '/readyz');
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, code };
};

beforeEach(() => {
  data = temporaryDirectory();
  alarms = [];
});
afterEach(() => data[Symbol.dispose]());

describeWithSecrets('a log on a server with a password', () => {
  const secrets = temporaryDirectory();
  afterAll(() => secrets[Symbol.dispose]());
  const secret = (path: string) => readFileSync(join(secrets.path, path), 'utf8');
  const protection = { certificate: { cert: '', key: '' }, user: 'gongguan', password: 'before' };
  let server: InProcessServer;
  let urlFile: string;
  const writeUrl = (password: string) =>
    writeFileSync(
      urlFile,
      `esdb://gongguan:${password}@${server.address}?tls=true&tlsCAFile=${join(secrets.path, 'gongguan/ca.crt')}\n`,
    );

  beforeAll(() => {
    for (const reader of ['eventstoredb', 'mongodb', 'redis', 'gongguan']) mkdirSync(join(secrets.path, reader));
    makeSecrets(secrets.path);
    protection.certificate = { cert: secret('eventstoredb/node.crt'), key: secret('eventstoredb/node.key') };
  });
  beforeEach(async () => {
    protection.password = 'before';
    server = await InProcessServer.start(undefined, protection);
    urlFile = join(data.path, 'eventstoredb-url');
    writeUrl('before');
  });
  afterEach(() => server.close());

  it.each(['a wrong password', 'no right to read $all'])('%s ends the start with a sentence', async trouble => {
    if (trouble === 'a wrong password') writeUrl('not-this');
    else server.refuse('access-denied', ['read', 'subscribe']);
    const environment = { EVENTSTOREDB_URL_FILE: urlFile };
    const { code, stderr } = await gongguan(['serve'], { data: data.path, environment });
    expect(stderr).toMatch(trouble === 'a wrong password' ? /^EventStoreDB 拒绝登录：/m : /^EventStoreDB 不许.*\$all/m);
    expect(stderr).not.toMatch(/\n\s+at |not-this/);
    expect(code).toBe(1);
  });

  it('whose password is changed: 503, not ready, one alarm; and on with it once it stands in the file', async () => {
    await start({ EVENTSTOREDB_URL_FILE: urlFile });
    const { token } = (await (await signIn()).json()) as { token: string };
    expect((await command(token)).status).toBe(201);
    expect(await readiness()).toMatchObject({ status: 200 });

    protection.password = 'after';
    for (const refused of [await command(token), await signIn()]) {
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await refused.json()).toMatchObject({ code: 'storage-refused' });
    }
    expect(await readiness()).toMatchObject({ status: 503, code: 'storage-refused' });
    for (let more = 0; more < 5; more += 1) expect((await command(token)).status).toBe(503);
    expect(alarms.filter(told => told.includes('拒绝登录'))).toHaveLength(1);

    writeUrl('after');
    await vi.waitFor(async () => expect(await readiness()).toMatchObject({ status: 200 }), SOON);
    expect((await command(token)).status).toBeLessThan(300);
    expect((await signIn()).status).toBe(201);
    expect(alarms.join('\n')).not.toMatch(/:before@|:after@/);
    await application.close();
  });

  it('given another server in the file, then it says that this takes a restart, and stays where it is', async () => {
    await start({ EVENTSTOREDB_URL_FILE: urlFile });
    const { token } = (await (await signIn()).json()) as { token: string };
    writeFileSync(urlFile, 'esdb://gongguan:before@elsewhere:2113?tls=true');
    await vi.waitFor(() => expect(alarms.join()).toContain('重新启动后生效'), SOON);
    expect(alarms.join()).not.toContain(':before@');
    expect((await command(token)).status).toBe(201);
    await application.close();
  });
});

describe('a log in a file', () => {
  it('that is replaced under the process takes readiness back, though nobody appends', async () => {
    await start({});
    expect(await readiness()).toMatchObject({ status: 200 });
    renameSync(join(data.path, 'events.db'), join(data.path, 'events.aside'));
    writeFileSync(join(data.path, 'events.db'), '');
    await vi.waitFor(
      async () => expect(await readiness()).toMatchObject({ status: 503, code: 'storage-replaced' }),
      SOON,
    );
    await application.close();
  });
});

describe('a log that has lost events under the process', () => {
  it('takes readiness back with the reason', async () => {
    const server = await InProcessServer.start();
    await start({ EVENTSTOREDB_URL: server.url });
    const { token } = (await (await signIn()).json()) as { token: string };
    await application.system.events.append(stream('a'), -1, [newFact('one')]);
    expect((await command(token)).status).toBe(201);
    server.log.truncate(3);
    await vi.waitFor(async () => expect(await readiness()).toMatchObject({ status: 503, code: 'log-mismatch' }), SOON);
    expect((await command(token)).status).toBe(503);
    await application.close();
    await server.close();
  });
});
