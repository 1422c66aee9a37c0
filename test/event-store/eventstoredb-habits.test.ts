/** What real servers do that concerns no outage: shared calls, sizes, compression, slowness, writes that hang. */
import { EventStoreDBClient } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { type Position, START } from '../../events/ids.ts';
import { AppendTooLarge, NO_STREAM, WrongExpectedRevision } from '../../services/ports.ts';
import type { Refusal } from '../support/eventstoredb/refusals.ts';
import { InProcessServer } from '../support/eventstoredb/server.ts';
import { append, event, eventually, ids, TIMING, unavailable, wired } from '../support/eventstoredb/wiring.ts';
import { newEvent, stream } from '../support/log.ts';

const wire = wired();

const KINDS: readonly (readonly [which: string, areShared: boolean])[] = [
  ['share a call', true],
  ['have a call each', false],
];

describe('appends that are under way together', () => {
  it('share one call, and each is recorded and answered for itself', async () => {
    const before = wire.server.appends.calls;
    const written = Array.from({ length: 64 }, (_, at) => [stream(`together-${at}`), event()] as const);
    const answers = await Promise.all(written.map(([id, one]) => wire.store.append(id, NO_STREAM, [one])));
    expect(answers.map(([recorded]) => [recorded?.streamId, recorded?.id])).toEqual(
      written.map(([id, { id: eventId }]) => [id, eventId]),
    );
    expect(answers.flatMap(([recorded]) => recorded?.position).toSorted()).toEqual(
      (await wire.store.readAll(START, 100)).map(({ position }) => position).toSorted(),
    );
    await append(wire.store, 3);
    expect(wire.server.appends.calls - before).toBe(1);
    expect(wire.server.asked.append).toBe(67);
  });

  it('are calls of their own on a server that does not offer to share one', async () => {
    wire.server.appends.areShared = false;
    await append(wire.store, 5);
    expect(wire.server.appends.calls).toBe(5);
  });

  it('are refused one by one: what another is refused for concerns none of the others', async () => {
    wire.server.appends.maxBytes = 10_000;
    const first = event();
    await wire.store.append(stream('taken'), NO_STREAM, [first]);
    const large = newEvent('large', { text: 'x'.repeat(10_000) });
    const [taken, tooLarge, right] = await Promise.allSettled([
      wire.store.append(stream('taken'), NO_STREAM, [event()]),
      wire.store.append(stream('large'), NO_STREAM, [large]),
      wire.store.append(stream('taken'), 0, [event()]),
    ]);
    expect(taken).toMatchObject({ reason: expect.any(WrongExpectedRevision) });
    expect(tooLarge).toMatchObject({ reason: expect.any(AppendTooLarge) });
    expect(right).toMatchObject({ value: [{ revision: 1 }] });
    expect(wire.server.appends.calls).toBe(1);
  });

  it.each<Refusal>(['ended', 'invalid', 'exhausted', 'unavailable'])(
    'are all in doubt when the call ends for what one of them did (%s): none is taken for refused, and the next call is new',
    async why => {
      await append(wire.store, 1);
      wire.server.refuse(why, ['append']);
      const many = Array.from({ length: 8 }, (_, at) => wire.store.append(stream(`doubt-${at}`), NO_STREAM, [event()]));
      await Promise.all(many.map(unavailable));
      wire.server.refuse(undefined);
      await eventually(() => append(wire.store, 1).then(() => undefined));
      expect(wire.alarms).toEqual([]);
    },
  );
});

describe.each(KINDS)('where appends %s', (_which, areShared) => {
  it('one above the size that the server takes is refused by name, with the bound', async () => {
    wire.server.appends.areShared = areShared;
    wire.server.appends.maxBytes = 1_000;
    const large = newEvent('large', { text: 'x'.repeat(1_000) });
    const refused = await wire.store.append(stream('a'), NO_STREAM, [large]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppendTooLarge);
    expect(refused).toMatchObject({ limit: 1_000 });
  });

  it.each<Refusal>(['unavailable', 'unknown', 'ended', 'not-ready', 'cancelled', 'reset', 'hang'])(
    'one that meets an outage is in doubt, and the outage ends by itself: %s',
    async refusal => {
      wire.server.appends.areShared = areShared;
      await append(wire.store, 1);
      wire.server.refuse(refusal, ['append']);
      await unavailable(append(wire.store, 1));
      wire.server.refuse(undefined);
      await eventually(() => append(wire.store, 1).then(() => undefined));
    },
  );

  it('one whose answer was lost is recorded once when it is repeated', async () => {
    wire.server.appends.areShared = areShared;
    const lost = event();
    wire.server.appends.cutAfterNext = true;
    await unavailable(wire.store.append(stream('a'), NO_STREAM, [lost]));
    await eventually(async () =>
      expect(ids(await wire.store.append(stream('a'), NO_STREAM, [lost]))).toEqual([lost.id]),
    );
    expect(ids(await wire.store.readAll(START, 10))).toEqual([lost.id]);
  });

  it('one that a deposed leader is sent fails, and the next goes to the leader that it names', async () => {
    const leader = await InProcessServer.start(wire.server.log);
    wire.server.appends.areShared = areShared;
    leader.appends.areShared = areShared;
    await append(wire.store, 1);
    wire.server.follow(leader);
    await unavailable(append(wire.store, 1));
    await append(wire.store, 1);
    expect(leader.asked.append).toBe(1);
    wire.server.follow(undefined);
    await leader.close();
  });

  it.runIf(!areShared)('one that is too large for a message is refused by name', async () => {
    wire.server.appends.areShared = areShared;
    await append(wire.store, 1);
    wire.server.refuse('exhausted', ['append']);
    await expect(append(wire.store, 1)).rejects.toBeInstanceOf(AppendTooLarge);
  });

  it.each([
    ['commit', 'is found recorded'],
    ['forget', 'is recorded'],
  ] as const)(
    'one that is prepared and not committed is an outage or another revision, never a fault; after a %s it %s when repeated',
    async (how, _found) => {
      wire.server.appends.areShared = areShared;
      wire.server.appends.commitTimeoutMs = 100;
      const hanging = event();
      await unavailable(wire.store.append(stream('a'), NO_STREAM, [hanging]));
      for (let attempts = 0; attempts < 3; attempts += 1) {
        const repeated = wire.store.append(stream('a'), NO_STREAM, [hanging]);
        await expect(repeated).rejects.toBeInstanceOf(WrongExpectedRevision);
        expect(await wire.store.readStream(stream('a'), NO_STREAM)).toEqual([]);
      }
      wire.server.appends.commitTimeoutMs = undefined;
      wire.server.log.settle(how);
      expect(ids(await wire.store.append(stream('a'), NO_STREAM, [hanging]))).toEqual([hanging.id]);
      expect(ids(await wire.store.readAll(START, 10))).toEqual([hanging.id]);
    },
  );
});

describe('a server that compresses for whoever offers it', () => {
  it('is offered nothing, by no call', async () => {
    await append(wire.store, 3);
    await wire.store.readAll(START, 10);
    await wire.store.readStream(stream('a'), NO_STREAM);
    await wire.store.head();
    await eventually(() => expect(wire.told).toHaveLength(3));
    expect(wire.server.compression.answers).toBe(0);
  });

  it('planted: the client as it comes offers it', async () => {
    await append(wire.store, 1);
    const client = EventStoreDBClient.connectionString(wire.server.url);
    for await (const _answer of client.readAll());
    await client.dispose();
    expect(wire.server.compression.answers).toBeGreaterThan(0);
  });
});

describe('a server that is slow', () => {
  /** More than it may be silent for, as looks are counted. */
  const TOO_LONG = 2 * TIMING.deadlineMs;

  it('event by event is read to the end, since it is not silent', async () => {
    const appended = ids(await wire.store.append(stream('a'), NO_STREAM, Array.from({ length: 20 }, event)));
    wire.server.reads.eventMs = TOO_LONG / 20;
    expect(ids(await wire.store.readAll(START, 100))).toEqual(appended);
    expect(ids(await wire.store.readStream(stream('a'), NO_STREAM))).toEqual(appended);
    expect(wire.alarms).toEqual([]);
  });

  it('and sends nothing before it has all is asked for less at once', async () => {
    const appended = ids(await wire.store.append(stream('a'), NO_STREAM, Array.from({ length: 400 }, event)));
    wire.server.reads.inWholePages = true;
    wire.server.reads.eventMs = TOO_LONG / 400;
    // On a machine at work a part can be late all the same: whoever repeats his question is served in smaller ones.
    await eventually(async () => expect(ids(await wire.store.readAll(START, 1_000))).toEqual(appended));
    await eventually(async () => expect(ids(await wire.store.readAll(START, 300))).toEqual(appended.slice(0, 300)));
  });

  it('beyond that is served to whoever repeats his question', async () => {
    const appended = ids(await wire.store.append(stream('a'), NO_STREAM, Array.from({ length: 64 }, event)));
    wire.server.reads.inWholePages = true;
    wire.server.reads.eventMs = TOO_LONG / 64;
    await unavailable(wire.store.readAll(START, 1_000));
    await eventually(async () => expect(ids(await wire.store.readAll(START, 1_000))).toEqual(appended));
  });
});

describe('the end of the log', () => {
  it('is asked for once at a time, by however many', async () => {
    const [last] = await append(wire.store, 1);
    await wire.store.head();
    wire.server.reads.endMs = 50;
    wire.server.reads.ofTheEndAtOnce = 0;
    const before = wire.server.reads.ofTheEnd;
    const heads = await Promise.all(Array.from({ length: 100 }, () => wire.store.head()));
    expect(new Set(heads)).toEqual(new Set([last?.position]));
    expect(wire.server.reads.ofTheEndAtOnce).toBe(1);
    // One may have been under way, and the watch looks too.
    expect(wire.server.reads.ofTheEnd - before).toBeLessThanOrEqual(4);
  });

  it('is never older than the question: what others had recorded before it is in it', async () => {
    const other = await wire.open();
    wire.server.reads.endMs = 100;
    const early = wire.store.head();
    await new Promise(resolve => setTimeout(resolve, 50));
    const [recorded] = await append(other, 1);
    expect(await wire.store.head()).toBe(recorded?.position);
    await early;
    await other.close();
  });

  it('as far as it was heard costs no question, and has what this process and, once delivered, others recorded', async () => {
    const other = await wire.open();
    const [mine] = await append(wire.store, 1);
    const before = wire.server.asked.read;
    expect(await wire.store.knownHead()).toBe(mine?.position);
    const [theirs] = await append(other, 1);
    await eventually(() => expect(wire.told).toContain(theirs?.id));
    expect(await wire.store.knownHead()).toBe(theirs?.position);
    for (let asked = 0; asked < 50; asked += 1) await wire.store.knownHead();
    // The two watches look every now and then.
    expect(wire.server.asked.read - before).toBeLessThan(50);
    await other.close();
  });

  it('that was lost is not heard of any more once that is found out', async () => {
    const [kept, lost] = await append(wire.store, 2);
    wire.server.log.truncate(Number(lost?.position));
    await eventually(async () => expect(await wire.store.knownHead()).toBe(kept?.position as Position));
  });
});
