/** What every event store promises. An adapter's test opens one and runs this suite on it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../events/ids.ts';
import { type EventLog, NoSuchPosition } from '../../projections/ports.ts';
import { MAX_APPEND_BYTES } from '../../services/append-size.ts';
import {
  AppendTooLarge,
  type EventStore,
  NO_STREAM,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../services/ports.ts';
import { newEvent, stream, temporaryDirectory } from '../support/log.ts';

export type ClosableEventStore = EventStore & EventLog & { close(): Promise<void> };

export interface EventStoreTraits {
  /** Positions count 1, 2, 3; else they only rise. */
  readonly densePositions?: true;
}

/** `open` opens the log that lives at a directory; the same directory again is the same log. */
export function eventStoreContract(
  name: string,
  open: (directory: string) => Promise<ClosableEventStore>,
  traits: EventStoreTraits = {},
): void {
  describe(`event store: ${name}`, () => {
    let directory: ReturnType<typeof temporaryDirectory>;
    let store: ClosableEventStore;
    let start: Position;
    let command = 0;

    const event = (data?: unknown) => {
      command += 1;
      return newEvent(`command-${command}`, data);
    };
    const all = (after = start) => store.readAll(after, 10_000);
    const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

    beforeEach(async () => {
      directory = temporaryDirectory();
      store = await open(directory.path);
      start = await store.head();
      command = 0;
    });
    afterEach(async () => {
      await store.close();
      directory[Symbol.dispose]();
    });

    it('a stream that is not there reads as empty', async () => {
      expect(await store.readStream(stream('none'), NO_STREAM)).toEqual([]);
      expect(await all()).toEqual([]);
    });

    it('what is appended is returned and read back in order, in its stream and in the log', async () => {
      const [first, second, third] = [event(), event(), event()];
      const appended = await store.append(stream('a'), NO_STREAM, [first, second]);
      await store.append(stream('b'), NO_STREAM, [third]);
      expect(appended.map(({ id, revision }) => [id, revision])).toEqual([
        [first.id, 0],
        [second.id, 1],
      ]);
      const read = await store.readStream(stream('a'), NO_STREAM);
      expect(read.map(shape)).toEqual(appended.map(shape));
      expect(ids(await store.readStream(stream('a'), 0))).toEqual([second.id]);
      expect(ids(await all())).toEqual(ids([first, second, third]));
      expect((await all()).map(({ streamId }) => streamId)).toEqual([stream('a'), stream('a'), stream('b')]);
    });

    it('positions rise, and the head is that of the last event', async () => {
      for (let count = 0; count < 5; count += 1) await store.append(stream(`s${count}`), NO_STREAM, [event(), event()]);
      const positions = (await all()).map(({ position }) => position);
      for (const [at, position] of positions.entries()) {
        expect(comparePositions(position, positions[at - 1] ?? start)).toBeGreaterThan(0);
        if (traits.densePositions) expect(position).toBe(String(at + 1));
      }
      expect(await store.head()).toBe(positions.at(-1));
      expect(await all(positions.at(-1))).toEqual([]);
    });

    it('holds every position where an event stands, and the start, but no other', async () => {
      await store.append(stream('a'), NO_STREAM, [event(), event()]);
      await store.append(stream('b'), NO_STREAM, [event()]);
      const positions = (await all()).map(({ position }) => position);
      for (const position of [START, ...positions]) expect(await store.holds(position)).toBe(true);
      const nearby = positions.map(position => String(BigInt(position) + 1n) as Position);
      const empty = nearby.filter(position => !positions.includes(position));
      expect(empty).not.toEqual([]);
      for (const position of empty) expect(await store.holds(position)).toBe(false);
    });

    it('holds an event at its position under its own id alone', async () => {
      const [first, second] = await store.append(stream('a'), NO_STREAM, [event(), event()]);
      const position = second?.position as Position;
      expect(await store.holds(position, second?.id)).toBe(true);
      expect(await store.holds(position, first?.id)).toBe(false);
      expect(await store.holds(START, first?.id)).toBe(true);
    });

    it('keeps its identity while it grows', async () => {
      await store.append(stream('a'), NO_STREAM, [event()]);
      const identity = await store.identity();
      await store.append(stream('a'), 0, [event()]);
      expect(identity).toEqual(expect.any(String));
      expect(await store.identity()).toBe(identity);
    });

    it('refuses to read on from a position that it has not come to: it is another log’s', async () => {
      const [last] = await store.append(stream('a'), NO_STREAM, [event()]);
      const beyond = String(BigInt(last?.position as string) + 1_000_000n) as Position;
      await expect(store.readAll(beyond, 10)).rejects.toBeInstanceOf(NoSuchPosition);
      expect(await all(last?.position)).toEqual([]);
    });

    it.each([
      ['a stream that is there, as if it were not', NO_STREAM],
      ['an older revision', 0],
      ['a revision that is not there yet', 2],
    ])('refuses %s', async (_what, expected) => {
      await store.append(stream('a'), NO_STREAM, [event(), event()]);
      await expect(store.append(stream('a'), expected, [event()])).rejects.toBeInstanceOf(WrongExpectedRevision);
      expect(await store.readStream(stream('a'), NO_STREAM)).toHaveLength(2);
    });

    it('refuses to append after an event that was never there', async () => {
      await expect(store.append(stream('none'), 0, [event()])).rejects.toBeInstanceOf(WrongExpectedRevision);
      expect(await all()).toEqual([]);
    });

    it('of many writers who saw the same revision exactly one wins, round after round', async () => {
      let revision = NO_STREAM;
      for (let round = 0; round < 10; round += 1) {
        const writers = Array.from({ length: 12 }, () => event());
        const outcomes = await Promise.allSettled(
          writers.map(async (written, at) => {
            if (at % 3 === 0) await Promise.resolve();
            if (at % 4 === 0) await new Promise(resolve => setImmediate(resolve));
            return store.append(stream('raced'), revision, [written]);
          }),
        );
        const winners = writers.filter((_, at) => outcomes[at]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongExpectedRevision);
        }
        revision += 1;
        expect((await store.readStream(stream('raced'), NO_STREAM)).at(-1)?.id).toBe(winners[0]?.id);
      }
      expect(await all()).toHaveLength(10);
    });

    it('a refused append does not refuse its neighbours of the same moment', async () => {
      await store.append(stream('a'), NO_STREAM, [event()]);
      const outcomes = await Promise.allSettled([
        store.append(stream('b'), NO_STREAM, [event()]),
        store.append(stream('a'), NO_STREAM, [event()]),
        store.append(stream('c'), NO_STREAM, [event()]),
        store.append(stream('d'), NO_STREAM, [event()]),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      expect(await all()).toHaveLength(4);
    });

    it.each([
      ['one event', () => [event({ text: '长'.repeat(MAX_APPEND_BYTES / 3) })]],
      ['many events', () => Array.from({ length: 10 }, () => event({ text: 'x'.repeat(MAX_APPEND_BYTES / 10) }))],
      ['very many small events', () => Array.from({ length: MAX_APPEND_BYTES / 512 }, () => event())],
    ])('refuses an append above the bound by name, and its neighbours go on: %s', async (_what, tooMuch) => {
      const outcomes = await Promise.allSettled([
        store.append(stream('a'), NO_STREAM, [event()]),
        store.append(stream('b'), NO_STREAM, tooMuch()),
        store.append(stream('c'), NO_STREAM, [event()]),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const { reason } = outcomes[1] as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(AppendTooLarge);
      expect(reason.size).toBeGreaterThan(reason.limit);
      expect((await all()).map(({ streamId }) => streamId).sort()).toEqual([stream('a'), stream('c')]);
    });

    it.each([
      ['one event', () => [event({ text: '长'.repeat(MAX_APPEND_BYTES / 3 - 500) })]],
      [
        'many events',
        () => Array.from({ length: 10 }, () => event({ text: 'x'.repeat(MAX_APPEND_BYTES / 10 - 1500) })),
      ],
    ])('takes an append just below the bound: %s', async (_what, much) => {
      const written = much();
      expect(ids(await store.append(stream('a'), NO_STREAM, written))).toEqual(ids(written));
      expect(ids(await store.readStream(stream('a'), NO_STREAM))).toEqual(ids(written));
    });

    it('an append of nothing changes nothing', async () => {
      expect(await store.append(stream('a'), NO_STREAM, [])).toEqual([]);
      expect(await store.head()).toBe(start);
      await store.append(stream('a'), NO_STREAM, [event()]);
      expect(await store.readStream(stream('a'), NO_STREAM)).toHaveLength(1);
    });

    it('a reader who pages while others append skips nothing and sees nothing twice', async () => {
      const streams = ['a', 'b', 'c'];
      const total = 600;
      const writing = (async () => {
        const revisions = new Map(streams.map(name => [name, NO_STREAM]));
        for (let written = 0; written < total; ) {
          const burst = streams.map(name => {
            const revision = revisions.get(name) as number;
            revisions.set(name, revision + 2);
            written += 2;
            return store.append(stream(name), revision, [event(), event()]);
          });
          await Promise.all(burst);
        }
      })();
      const seen: RecordedEvent[] = [];
      for (let at = start; seen.length < total; ) {
        const page = await store.readAll(at, 7);
        expect(page.length).toBeLessThanOrEqual(7);
        seen.push(...page);
        at = page.at(-1)?.position ?? at;
        await new Promise(resolve => setImmediate(resolve));
      }
      await writing;
      expect(ids(seen)).toEqual(ids(await all()));
      expect(new Set(ids(seen)).size).toBe(total);
    });

    it('a subscriber is told each durable event once, in the order of the log, until it leaves', async () => {
      const told: RecordedEvent[] = [];
      const leave = store.onAppend(events => told.push(...events));
      const raced = await Promise.allSettled([
        store.append(stream('a'), NO_STREAM, [event(), event()]),
        store.append(stream('a'), NO_STREAM, [event()]),
        store.append(stream('b'), NO_STREAM, [event()]),
      ]);
      const won = raced.flatMap(outcome => (outcome.status === 'fulfilled' ? outcome.value : []));
      for (let count = 0; count < 20; count += 1) await store.append(stream(`s${count}`), NO_STREAM, [event()]);
      const total = won.length + 20;
      await vi.waitFor(() => expect(told).toHaveLength(total), { timeout: 10_000 });
      expect(told.map(shape)).toEqual((await all()).map(shape));
      leave();
      await store.append(stream('after'), NO_STREAM, [event()]);
      await new Promise(resolve => setTimeout(resolve, 20));
      expect(told).toHaveLength(total);
    });

    it.each([
      ['Chinese and symbols outside the basic plane', { text: '质量攻关 𠮷 🀄 e\u0301', empty: '' }],
      ['control characters and a lone surrogate', { text: '\u0000\u2028\u2029\ud800 "\\/' }],
      ['numbers as text, beyond what a number holds', { sum: '123456789012345678901234567890.10', exponent: 1e21 }],
      ['members that look like integers or like prototypes', JSON.parse('{"10":1,"9":2,"__proto__":{"x":1}}')],
      ['deep nesting', JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`)],
      ['a long text', { text: '长'.repeat(50_000) }],
    ])('passes bytes through unchanged: %s', async (_what, data) => {
      const written = event(data);
      const [returned] = await store.append(stream('a'), NO_STREAM, [written]);
      await store.close();
      store = await open(directory.path);
      const [read] = await store.readStream(stream('a'), NO_STREAM);
      const [listed] = await all();
      for (const seen of [returned, read, listed]) {
        expect(seen?.dataText).toBe(JSON.stringify(data));
        expect(seen?.metaText).toBe(JSON.stringify(written.meta));
        expect(JSON.stringify(seen?.data)).toBe(seen?.dataText);
        expect(seen?.meta).toEqual(written.meta);
      }
    });

    it('keeps type and schema version, of kinds it has never heard of too', async () => {
      const unknown = { ...event(), type: 'thing.from-the-future', schemaVersion: 7 };
      await store.append(stream('a'), NO_STREAM, [unknown, { ...event(), schemaVersion: 2 }]);
      expect((await all()).map(({ type, schemaVersion }) => [type, schemaVersion])).toEqual([
        ['thing.from-the-future', 7],
        ['organising-work.recorded', 2],
      ]);
    });

    it('reopened, it keeps all and goes on', async () => {
      await store.append(stream('a'), NO_STREAM, [event(), event()]);
      const before = (await all()).map(shape);
      const head = await store.head();
      await store.close();
      store = await open(directory.path);
      expect((await all()).map(shape)).toEqual(before);
      expect(await store.head()).toBe(head);
      await expect(store.append(stream('a'), NO_STREAM, [event()])).rejects.toBeInstanceOf(WrongExpectedRevision);
      const [next] = await store.append(stream('a'), 1, [event()]);
      expect(comparePositions((next as RecordedEvent).position, head)).toBeGreaterThan(0);
    });

    it('closing acknowledges what was asked before, and refuses everything after', async () => {
      const asked = store.append(stream('a'), NO_STREAM, [event()]);
      await store.close();
      await expect(asked).resolves.toHaveLength(1);
      await expect(store.append(stream('a'), 0, [event()])).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(store.readStream(stream('a'), NO_STREAM)).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(store.readAll(start, 10)).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(store.head()).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(store.holds(start)).rejects.toBeInstanceOf(StoreUnavailable);
    });
  });
}

/** The parts of an event that every reader must see alike. */
function shape({ position, streamId, revision, id, type, schemaVersion, dataText, metaText }: RecordedEvent) {
  return { position, streamId, revision, id, type, schemaVersion, dataText, metaText };
}
