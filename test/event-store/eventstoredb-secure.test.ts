/** The line to EventStoreDB is encrypted and its ends are known, as an installation sets it up for itself. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { START } from '../../events/ids.ts';
import { EngineRefused } from '../../infra/compose/engine-refused.ts';
import { openEventStoreDb } from '../../infra/event-store/eventstoredb.ts';
import { InProcessServer } from '../support/eventstoredb/server.ts';
import { append, eventually, ids, TIMING, unavailable } from '../support/eventstoredb/wiring.ts';
import { temporaryDirectory } from '../support/log.ts';
import { describeWithSecrets, makeSecrets } from '../support/secrets.ts';

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());
const secret = (path: string) => readFileSync(join(directory.path, path), 'utf8');

describeWithSecrets('EventStoreDB with the certificate and the password of an installation', () => {
  let server: InProcessServer;
  let follower: InProcessServer;
  beforeAll(async () => {
    for (const reader of ['eventstoredb', 'mongodb', 'redis', 'gongguan']) mkdirSync(join(directory.path, reader));
    makeSecrets(directory.path);
    const protection = {
      certificate: { cert: secret('eventstoredb/node.crt'), key: secret('eventstoredb/node.key') },
      user: 'admin',
      password: secret('eventstoredb/admin-password'),
    };
    server = await InProcessServer.start(undefined, protection);
    follower = await InProcessServer.start(server.log, protection);
    follower.follow(server);
  });
  afterAll(async () => {
    await follower.close();
    await server.close();
  });

  /** The URL that the processes of the installation are given, but for where the server and the files are. */
  const urlOf = ({ address }: InProcessServer) =>
    secret('gongguan/eventstoredb-url')
      .replace('@eventstoredb:2113', `@${address}`)
      .replace('/secrets/', join(directory.path, 'gongguan/'));
  const open = (url: string) => openEventStoreDb(url, { namespace: 'test', alarm: () => undefined, ...TIMING });

  it('appends, reads and follows', async () => {
    const store = await open(urlOf(server));
    const told: string[] = [];
    store.onAppend(events => told.push(...ids(events)));
    const appended = await append(store, 2);
    expect(ids(await store.readAll(START, 10))).toEqual(ids(appended));
    await eventually(() => expect(told).toEqual(ids(appended)));
    await store.close();
  });

  it.each(['esdb+discover', 'kurrentdb+discover'])('finds the leader through any node: %s', async scheme => {
    const store = await open(urlOf(follower).replace('esdb:', `${scheme}:`));
    await append(store, 1);
    expect(follower.asked).toEqual({ append: 0, read: 0, subscribe: 0 });
    await store.close();
  });

  it('sent to a node that does not lead, goes on with the leader it names', async () => {
    const store = await open(urlOf(server));
    await append(store, 1);
    server.follow(follower);
    follower.follow(undefined);
    await unavailable(append(store, 1));
    await eventually(() => append(store, 1).then(() => undefined));
    expect(follower.asked.append).toBeGreaterThan(0);
    await store.close();
    server.follow(undefined);
    follower.follow(server);
  });

  it('whose certificate an unknown authority signed is not spoken to', async () => {
    await unavailable(open(urlOf(server).replace(/&tlsCAFile=.*/, '')));
  });

  it('at an IP address is reached, or says that newer engines want a name', async () => {
    const atAddress = urlOf(server).replace('@localhost:', '@127.0.0.1:');
    const said = await open(atAddress).then(store => store.close(), String);
    if (said !== undefined) expect(said).toContain('Give the nodes names');
  });

  it('reached without encryption does not answer', async () => {
    await unavailable(open(`esdb://${server.address}?tls=false`));
  });

  it('refuses a wrong password, which no waiting would mend, and says what to correct', async () => {
    const refused = await open(urlOf(server).replace(/admin:[^@]*@/, 'admin:changeit@')).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(EngineRefused);
    expect(refused).toMatchObject({ kind: 'sign-in', reason: 'refused' });
    expect(String(refused)).toMatch(/拒绝登录.*EVENTSTOREDB_URL_FILE.*refuses the sign-in.*not-authenticated/);
    expect(String(refused)).not.toContain('changeit');
  });
});
