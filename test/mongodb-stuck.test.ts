/** A socket that ends in the turn in which the driver writes to it: the driver waits for ever, the system does not. */
import { Socket } from 'node:net';
import { MongoClient, type ServerHeartbeatStartedEvent, type ServerHeartbeatSucceededEvent } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { answered, type Mongo, openMongo } from '../infra/mongodb.ts';
import { whenStuck } from '../infra/mongodb-stuck.ts';
import type { Alarm } from '../infra/observability/alarm.ts';
import { newDatabaseName, through, withDatabase, writableServer } from './support/mongodb.ts';
import { openProxy, type TcpProxy } from './support/proxy.ts';
import { describeWith } from './support/servers.ts';

const NEVER_MS = 30_000;
const WATCHED = 'unset.invalid:27017';
const noAlarm = () => undefined;

const endings: Ending[] = [];

beforeAll(endWhatIsMeant);
afterAll(() => void vi.restoreAllMocks());

describe('given a process that stands still for a minute while its driver waits', () => {
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['the answer comes as soon as it goes on, then the client is not given up', true, 0],
    ['no answer comes, then the client is given up', false, 1],
  ])('when %s', (_, isAnswered, times) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let [now, stuck] = [0, 0];
    const pass = (ms: number) => {
      now += ms;
      vi.advanceTimersByTime(1_000);
    };
    const client = new MongoClient('mongodb://unset.invalid');
    whenStuck(
      [client],
      () => (stuck += 1),
      () => now,
    );
    client.emit('serverHeartbeatStarted', { connectionId: WATCHED } as ServerHeartbeatStartedEvent);
    pass(60_000);
    if (isAnswered) client.emit('serverHeartbeatSucceeded', { connectionId: WATCHED } as ServerHeartbeatSucceededEvent);
    for (let second = 0; second < 60; second += 1) pass(1_000);
    expect(stuck).toBe(times);
  });
});

describeWith('MONGODB_URL', url => {
  describe.concurrent('given a socket that ends as the driver writes to it', () => {
    it('when it watched the server, then the server is seen again', async () => {
      await using proxy = await openProxy(await writableServer(url));
      const alarms: string[] = [];
      const mongo = await openedThrough(url, proxy, message => void alarms.push(message));
      const ending = endSockets(proxy, text => /ismaster|hello/.test(text), 1);
      await vi.waitFor(() => expect(ending.ended).toBe(1), NEVER_MS);
      await proxy.switchTo('refuse');
      await expect(answered(mongo.db.command({ ping: 1 }))).rejects.toThrow('MongoDB cannot serve now');
      await proxy.switchTo('pass');

      await vi.waitFor(() => answered(mongo.db.command({ ping: 1 })), NEVER_MS);
      expect(alarms).toEqual(['the driver of MongoDB waits for ever, connecting anew']);
      await mongo.close();
      expect(mongo.connections()).toBe(0);
    });

    it('when it bore questions, then no line stays handed out for ever', async () => {
      await using proxy = await openProxy(await writableServer(url));
      const mongo = await openedThrough(url, proxy);
      const ask = () => answered(mongo.aside.command({ ping: 1 }), 1_000);
      await ask();
      endSockets(proxy, text => text.includes('ping'), 3);
      for (let lost = 0; lost < 3; lost += 1) await expect(ask()).rejects.toThrow();
      await expect(answered(mongo.aside.command({ ping: 1 }))).rejects.toThrow();

      await vi.waitFor(ask, NEVER_MS);
      await mongo.close();
    });
  });
});

function openedThrough(url: string, { port }: TcpProxy, alarm: Alarm = noAlarm): Promise<Mongo> {
  return openMongo(through(withDatabase(url, newDatabaseName()), port), { namespace: 'unused', alarm });
}

/** Sockets to a proxy that are to end, each as a message is written on it that is meant. */
interface Ending {
  readonly port: number;
  readonly isMeant: (message: string) => boolean;
  readonly times: number;
  ended: number;
}

function endSockets({ port }: TcpProxy, isMeant: Ending['isMeant'], times: number): Ending {
  const ending = { port, isMeant, times, ended: 0 };
  endings.push(ending);
  return ending;
}

function endWhatIsMeant(): void {
  const write = Socket.prototype.write;
  vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...given: unknown[]) {
    const [bytes] = given;
    const message = bytes instanceof Uint8Array ? Buffer.from(bytes).toString('latin1') : '';
    const ending = endings.find(
      ({ port, isMeant, times, ended }) => port === this.remotePort && ended < times && isMeant(message),
    );
    if (ending) {
      ending.ended += 1;
      this.destroy();
    }
    return Reflect.apply(write, this, given);
  });
}
