/** How the adapter stands beside others on a server, and what it does when the server does not answer. */
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type Position, START } from '../../events/ids.ts';
import { NoSuchPosition } from '../../projections/ports.ts';
import { NO_STREAM, WrongExpectedRevision } from '../../services/ports.ts';
import type { Refusal } from '../support/eventstoredb/refusals.ts';
import { InProcessServer } from '../support/eventstoredb/server.ts';
import { append, event, eventually, ids, TIMING, unavailable, wired } from '../support/eventstoredb/wiring.ts';
import { stream } from '../support/log.ts';
import { openProxy, type TcpProxy } from '../support/proxy.ts';

const wire = wired();

describe('on a server of many', () => {
  it('sees only the streams of its namespace, whoever writes between them', async () => {
    const other = await wire.open(wire.server.url, { namespace: 'testing' });
    const [mine] = await append(wire.store, 1);
    await append(other, 2);
    expect(ids(await wire.store.readAll(START, 100))).toEqual([mine?.id]);
    expect(await wire.store.head()).toBe(mine?.position);
    expect(await wire.store.holds(await other.head())).toBe(false);
    expect(await other.readAll(START, 100)).toHaveLength(2);
    await eventually(() => expect(wire.told).toEqual([mine?.id]));
    await other.close();
  });

  it('gives the server metadata by which its own projections find a correlation', async () => {
    const caused = { ...event(), schemaVersion: 3 };
    await wire.store.append(stream('a'), NO_STREAM, [{ ...caused, meta: { ...caused.meta, causationId: 'cause' } }]);
    const [record] = wire.server.log.stream('test.test-a');
    expect(JSON.parse(Buffer.from(record?.metadata ?? []).toString())).toMatchObject({
      schemaVersion: 3,
      $correlationId: caused.meta.correlationId,
      $causationId: 'cause',
      meta: { causationId: 'cause' },
    });
    expect(record).toMatchObject({ contentType: 'application/json', id: caused.id, type: caused.type });
  });

  it('passes on what a stranger wrote into its streams, for the reader to set aside', async () => {
    const [proposal] = wire.server.log.records;
    wire.server.log.append('test.test-a', NO_STREAM, [
      { ...(proposal as NonNullable<typeof proposal>), id: 'stranger' },
    ]);
    expect(await wire.store.readAll(START, 10)).toMatchObject([{ id: 'stranger', schemaVersion: 0, metaText: '{}' }]);
  });

  it('takes the texts of an event as they are stored, byte by byte', async () => {
    await append(wire.store, 1);
    const [proposal] = wire.server.log.records;
    const metaText =
      '{ "recordedAt" : "2026-01-01T00:00:00.000Z", "10":1.0, "2":"\\u0041", "nested":{"meta":{}},"meta":[ ] }';
    const dataText = '{ "10":1e2, "2":[ ] }';
    wire.server.log.append('test.test-z', NO_STREAM, [
      {
        ...(proposal as NonNullable<typeof proposal>),
        id: 'as-it-is',
        data: Buffer.from(dataText),
        metadata: Buffer.from(`{"schemaVersion":3,"$correlationId":"c,\\"meta\\":1","meta":${metaText}}`),
      },
    ]);
    const read = (await wire.store.readAll(START, 10)).at(-1);
    expect(read).toMatchObject({ id: 'as-it-is', schemaVersion: 3, dataText, metaText });
  });

  it('does not wait while the server searches on for what was not asked', async () => {
    const appended = await append(wire.store, 3);
    const [record] = wire.server.log.records;
    const others = Array.from({ length: 100 }, () => record as NonNullable<typeof record>);
    wire.server.log.append('other.account-c', NO_STREAM, others);
    await wire.store.head();
    wire.server.reads.searchMs = 1_000;
    const [first, , last] = appended.map(({ position }) => position);
    expect(ids(await wire.store.readAll(START, 2))).toEqual(ids(appended.slice(0, 2)));
    expect(ids(await wire.store.readAll(first as Position, 1))).toEqual([appended[1]?.id]);
    expect(ids(await wire.store.readAll(first as Position, 100))).toEqual(ids(appended.slice(1)));
    expect(await wire.store.holds(last as Position)).toBe(true);
    expect(await wire.store.holds(String(Number(last) - 1) as Position)).toBe(false);
    expect(wire.server.reads.brokenOff).toBe(0);
    await eventually(() => expect(wire.server.reads.brokenOff).toBeGreaterThan(0));
    expect(ids(await wire.store.readAll(START, 2))).toEqual(ids(appended.slice(0, 2)));
    expect(wire.alarms).toEqual([]);
  });

  it('may read as often as it likes: a server ends the connection of a client that breaks off a thousand reads', async () => {
    await append(wire.store, 3);
    for (let reads = 0; reads < 1_500; reads += 1) expect(await wire.store.readAll(START, 2)).toHaveLength(2);
  });

  it.each([
    ['24.2 to 25.0', () => undefined],
    ['before', () => wire.server.speakAsOldServers()],
    ['25.1 and later', () => wire.server.speakAsNewServers()],
  ])(
    'tells a position where nothing stands from an outage, on servers of %s: what follows the kind of answer counts for nothing',
    async (_which, speak) => {
      speak();
      const [{ position }] = (await append(wire.store, 1)) as [RecordedEvent];
      for (const none of [Number(position) - 1, Number(position) + 1, Number(position) + 1_000_000]) {
        expect(await wire.store.holds(String(none) as Position)).toBe(false);
        await expect(wire.store.readAll(String(none) as Position, 10)).rejects.toBeInstanceOf(NoSuchPosition);
      }
      expect(await wire.store.readAll(position, 10)).toEqual([]);
    },
  );

  it('refuses a namespace that could be part of another', async () => {
    await expect(wire.open(wire.server.url, { namespace: 'a.b' })).rejects.toBeInstanceOf(RangeError);
  });

  it('accepts credentials where a server asks for none', async () => {
    const named = await wire.open(wire.server.url.replace('esdb://', 'esdb://admin:changeit@'));
    await append(named, 1);
    await named.close();
  });

  it('finds the leader of a cluster by gossip, also under the newer scheme', async () => {
    const follower = await InProcessServer.start(wire.server.log);
    follower.follow(wire.server);
    const found = await wire.open(`kurrentdb://${follower.address},${wire.server.address}?tls=false`);
    await append(found, 1);
    expect(follower.asked.append).toBe(0);
    await found.close();
    await follower.close();
  });
});

describe('an append', () => {
  it('repeated after it had succeeded records nothing twice, and is answered as before', async () => {
    const events = [event(), event()];
    const first = await wire.store.append(stream('a'), NO_STREAM, events);
    const again = await wire.store.append(stream('a'), NO_STREAM, events);
    expect(again.map(({ id, revision, position }) => [id, revision, position])).toEqual(
      first.map(({ id, revision, position }) => [id, revision, position]),
    );
    expect(await wire.store.readAll(START, 10)).toHaveLength(2);
  });

  it('whose answer was lost is unavailable to its caller, and recorded once when he repeats it', async () => {
    const lost = event();
    wire.server.appends.cutAfterNext = true;
    await unavailable(wire.store.append(stream('a'), NO_STREAM, [lost]));
    await eventually(async () => {
      const [recorded] = await wire.store.append(stream('a'), NO_STREAM, [lost]);
      expect(recorded?.id).toBe(lost.id);
    });
    expect(ids(await wire.store.readAll(START, 10))).toEqual([lost.id]);
    await expect(wire.store.append(stream('a'), NO_STREAM, [event()])).rejects.toBeInstanceOf(WrongExpectedRevision);
    await eventually(() => expect(wire.toldEvents).toEqual([lost.id]));
  });
});

/** A line to a server that can be cut. */
function lineTo(address: string): Promise<TcpProxy> {
  const [host = '', port] = address.split(':');
  return openProxy({ host, port: Number(port) });
}

describe('an outage', () => {
  it('that leaves connections half open ends with new ones, for the subscription too', async () => {
    const line = await lineTo(wire.server.address);
    const distant = await wire.open(`esdb://127.0.0.1:${line.port}?tls=false`);
    await wire.store.close();
    wire.told = [];
    wire.follow(distant);
    await append(distant, 2);
    await eventually(() => expect(wire.told).toHaveLength(2));
    await line.switchTo('black-hole');
    await unavailable(append(distant, 1));
    await unavailable(distant.head());
    await line.switchTo('pass');
    await eventually(() => append(distant, 1).then(() => undefined));
    await eventually(async () => expect(wire.toldEvents).toEqual(ids(await distant.readAll(START, 100))));
    expect(wire.alarms).toHaveLength(1);
    await distant.close();
    await line[Symbol.asyncDispose]();
  });

  it.each<Refusal>(['unavailable', 'unknown', 'ended', 'not-ready', 'cancelled', 'reset', 'hang'])(
    'answers within the deadline and ends by itself: %s',
    async refusal => {
      await append(wire.store, 1);
      wire.server.refuse(refusal);
      const started = performance.now();
      await unavailable(wire.store.append(stream('a'), NO_STREAM, [event()]));
      await unavailable(wire.store.readStream(stream('a'), NO_STREAM));
      await unavailable(wire.store.readAll(START, 10));
      await unavailable(wire.store.head());
      await unavailable(wire.store.holds('4321' as Position));
      expect(performance.now() - started).toBeLessThan(5 * TIMING.deadlineMs + 4_000);
      wire.server.refuse(undefined);
      await eventually(() => append(wire.store, 1).then(() => undefined));
    },
  );

  it('of an old server that cannot read its files is none of its events’ loss', async () => {
    const [{ position }] = (await append(wire.store, 1)) as [RecordedEvent];
    wire.server.refuse('cannot-read', ['read']);
    await unavailable(wire.store.readStream(stream('a'), NO_STREAM));
    await unavailable(wire.store.readAll(START, 10));
    await unavailable(wire.store.head());
    await unavailable(wire.store.holds(position));
    await new Promise(resolve => setTimeout(resolve, 5 * (TIMING.checkMs + TIMING.doubtMs)));
    wire.server.refuse(undefined);
    await append(wire.store, 1);
    expect(wire.alarms).toEqual([]);
  });

  it('of refused connections answers at once, delivers everything after it, and needs no hands', async () => {
    const before = await append(wire.store, 2);
    await eventually(() => expect(wire.told).toHaveLength(2));
    await wire.server.stop();
    await unavailable(wire.store.append(stream('a'), NO_STREAM, [event()]));
    await unavailable(wire.store.head());
    await wire.server.resume();
    await eventually(() => append(wire.store, 1).then(() => undefined));
    const after = await append(wire.store, 2);
    await eventually(() => expect(wire.toldEvents.slice(-2)).toEqual(ids(after)));
    expect(wire.toldEvents).toEqual(ids(await wire.store.readAll(START, 100)));
    expect(wire.toldEvents.slice(0, 2)).toEqual(ids(before));
    expect(wire.told).toContain('interrupted');
    expect(wire.alarms).toEqual([]);
  });

  it('is told apart from a refusal that no waiting would mend', async () => {
    wire.server.refuse('access-denied');
    const refused = await wire.store.append(stream('a'), NO_STREAM, [event()]).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'EngineRefused', kind: 'right', reason: 'refused' });
    expect(String(refused)).toMatch(/请授予：读取 \$all.*grant him: to read \$all/);
  });

  it('of a whole cluster, whose nodes are silent, answers within seconds', async () => {
    const lines = [await lineTo(wire.server.address), await lineTo(wire.server.address)];
    for (const line of lines) await line.switchTo('black-hole');
    const started = performance.now();
    await unavailable(wire.open(`esdb://${lines.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`));
    expect(performance.now() - started).toBeLessThan(TIMING.deadlineMs + 2_000);
    for (const line of lines) await line[Symbol.asyncDispose]();
  });

  it('before the first call refuses to open', async () => {
    wire.server.refuse('unavailable');
    await unavailable(wire.open());
  });

  it('of a deposed leader lasts one call: the next goes to the new one', async () => {
    const leader = await InProcessServer.start(wire.server.log);
    wire.server.follow(leader);
    await unavailable(wire.store.append(stream('a'), NO_STREAM, [event()]));
    await append(wire.store, 1);
    expect(leader.asked.append).toBe(1);
    wire.server.follow(undefined);
    await leader.close();
  });
});
