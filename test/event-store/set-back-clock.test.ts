/** A clock that was set back: recorded times never go back on a log, on either store, with one writer or two. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { accountStream } from '../../events/account.ts';
import { START } from '../../events/ids.ts';
import { organisingWorkRecorded } from '../../events/rulebook.ts';
import { openEventStoreDb } from '../../infra/event-store/eventstoredb.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { problemOf } from '../../infra/http/problem.ts';
import { watchRecordedTimes } from '../../infra/observability/clock-watch.ts';
import { type AnyCommand, command, type Dependency, type Fold } from '../../services/command.ts';
import { type CommandOutcome, createHandle } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { type BlobStore, ClockBehind, NO_STREAM, type Vault } from '../../services/ports.ts';
import { createRecordedTime } from '../../services/recorded-time.ts';
import type { ClosableEventStore } from '../contracts/event-store.ts';
import { control } from '../support/controls.ts';
import { InProcessServer } from '../support/eventstoredb/server.ts';
import { MSR } from '../support/given.ts';
import { newEvent, newFact, stream, temporaryDirectory } from '../support/log.ts';

const NOON = Date.parse('2024-03-20T04:00:00.000Z');
const at = (seconds: number) => new Date(NOON + seconds * 1_000).toISOString();

const works: Fold<number> = { name: 'works', initial: 0, evolve: count => count + 1 };
/** A decision may wait for what it reads, some longer than others. */
const waiting = (turns: number): Dependency<void> => ({
  async resolve() {
    for (let turn = 0; turn < turns; turn += 1) await new Promise(resolve => setImmediate(resolve));
  },
});
const recordWork: AnyCommand = command({
  name: 'RecordOtherOrganisingWork',
  title: '记录工作',
  records: [organisingWorkRecorded],
  summary: 'A small command for these tests.',
  input: z.strictObject({ to: z.string(), wait: z.int() }),
  allow: ['MSR'],
  fold: works,
  stream: input => stream(input.to),
  about: () => ({}),
  reads: ({ wait }) => ({ waited: waiting(wait) }),
  decide: () => [organisingWorkRecorded.of({ kind: '会议', detail: '一次' })],
});

/** One process: its own clock, and what it was alarmed of. */
class Writer {
  readonly alarms: string[] = [];
  readonly clock = { time: at(0), now: () => this.clock.time };
  readonly time;
  readonly store: ClosableEventStore;
  readonly #handle;
  #sent = 0;

  constructor(store: ClosableEventStore, toleranceMs = 5_000) {
    this.store = store;
    const alarm = (message: string) => this.alarms.push(message);
    this.time = createRecordedTime({ clock: this.clock, toleranceMs, alarm });
    const vault = { keyed: (text: string) => text.slice(0, 16) } as Vault;
    this.#handle = createHandle({ store, vault, blobs: {} as BlobStore, clock: this.clock, time: this.time });
  }

  watch(): Promise<() => void> {
    return watchRecordedTimes({ log: this.store, time: this.time, alarm: message => this.alarms.push(message) });
  }

  async record(to: string, wait = 0): Promise<string> {
    this.#sent += 1;
    const input = { to, wait };
    const commandId = `${to}-${this.#sent}-${randomUUID()}`;
    const outcome: CommandOutcome = await this.#handle(recordWork, input, {
      actor: MSR,
      commandId,
      requestDigest: digestOf(input),
      correlationId: commandId,
    });
    if (outcome.rejected) throw new Error(outcome.code);
    return outcome.events[0]?.meta.recordedAt as string;
  }
}

const timesOn = async (store: ClosableEventStore) =>
  (await store.readAll(START, 1_000)).map(({ meta }) => meta.recordedAt);

/** The account that acts, from before all else. */
async function found(store: ClosableEventStore): Promise<void> {
  const grant = { role: 'MSR', orgId: 'msr', orgName: '市市场监督管理委员会', from: '2024-01-01' } as const;
  const account = newFact('account-msr', control('account.registered', { accountId: MSR.accountId, grant }));
  const earlier = '2024-01-01T01:00:00.000Z';
  const meta = { ...account.meta, effectiveAt: earlier, recordedAt: earlier };
  await store.append(accountStream(MSR.accountId), NO_STREAM, [{ ...account, meta }]);
}

function suite(name: string, open: (directory: string) => Promise<ClosableEventStore>, several: boolean): void {
  describe(`a set-back clock on ${name}`, () => {
    let directory: ReturnType<typeof temporaryDirectory>;
    let writer: Writer;
    const opened: ClosableEventStore[] = [];
    const another = async (tolerance?: number) => {
      const store = await open(directory.path);
      opened.push(store);
      return new Writer(store, tolerance);
    };

    beforeEach(async () => {
      directory = temporaryDirectory();
      writer = await another();
      await found(writer.store);
    });
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
      directory[Symbol.dispose]();
    });

    it('within the tolerance the latest time is held, on every stream, and told once', async () => {
      await writer.record('a');
      writer.clock.time = at(-3);
      expect([await writer.record('a'), await writer.record('b')]).toEqual([at(0), at(0)]);
      writer.clock.time = at(2);
      expect(await writer.record('b')).toBe(at(2));
      expect(writer.alarms).toEqual([expect.stringContaining('时钟落后'), expect.stringContaining('已赶上')]);
    });

    it('beyond it nothing is recorded, reads go on, and all is well when it has come up', async () => {
      await writer.record('a');
      writer.clock.time = at(-6);
      await expect(writer.record('b')).rejects.toBeInstanceOf(ClockBehind);
      await expect(writer.record('a')).rejects.toBeInstanceOf(ClockBehind);
      expect(await timesOn(writer.store)).toHaveLength(2);
      expect(writer.time.behindMs()).toBe(6_000);
      expect(writer.alarms).toEqual([expect.stringContaining('停止写入')]);
      writer.clock.time = at(1);
      expect(await writer.record('b')).toBe(at(1));
      expect(writer.time.behindMs()).toBe(0);
    });

    it('the tolerance is the installation’s', async () => {
      await writer.record('a');
      const patient = several ? await another(60_000) : new Writer(writer.store, 60_000);
      await patient.watch();
      patient.clock.time = at(-50);
      expect(await patient.record('b')).toBe(at(0));
    });

    it('a process that starts with a clock behind the newest event says so, and holds from its first event on', async () => {
      await writer.record('a');
      const started = new Writer(several ? (await another()).store : writer.store);
      started.clock.time = at(-4);
      await started.watch();
      expect(started.alarms).toEqual([expect.stringContaining('启动时系统时钟落后')]);
      expect(await started.record('b')).toBe(at(0));
    });

    it('commands that wait differently long for what they read are recorded in the order of their times', async () => {
      let ticks = 0;
      vi.spyOn(writer.clock, 'now').mockImplementation(() => {
        ticks += 1;
        return at(ticks);
      });
      await Promise.all(Array.from({ length: 40 }, (_, each) => writer.record(`s${each % 9}`, (each * 7) % 11)));
      const times = await timesOn(writer.store);
      expect(times).toHaveLength(41);
      expect(times).toEqual(times.toSorted());
    });

    it('planted: an event that another writer dates back raises an alarm where the log is followed', async () => {
      await writer.record('a');
      await writer.watch();
      const dated = (seconds: number) => {
        const event = newEvent(`dated-${seconds}`);
        return { ...event, meta: { ...event.meta, recordedAt: at(seconds) } };
      };
      await writer.store.append(stream('back'), NO_STREAM, [dated(-2)]);
      await writer.store.append(stream('further'), NO_STREAM, [dated(-60)]);
      await vi.waitFor(() => expect(writer.alarms).toHaveLength(1), { timeout: 15_000, interval: 20 });
      expect(writer.alarms[0]).toContain('台账记录时间倒退');
    });

    it('planted: many that are dated back, between others that are not, raise one alarm, and one when that has ceased', async () => {
      await writer.record('a');
      await writer.watch();
      const append = (seconds: number, each: number) => {
        const event = newEvent(`dated-${seconds}-${each}`);
        const dated = { ...event, meta: { ...event.meta, recordedAt: at(seconds) } };
        return writer.store.append(stream(`dated-${seconds}-${each}`), NO_STREAM, [dated]);
      };
      for (let each = 0; each < 5; each += 1) {
        await append(-60 - each, each);
        await append(each, each);
      }
      await append(63, 0);
      await append(64, 0);
      await append(-60, 9);
      await vi.waitFor(() => expect(writer.alarms).toHaveLength(3), { timeout: 15_000, interval: 20 });
      const [began, ceased, again] = writer.alarms;
      expect([began, again]).toEqual([expect.stringContaining('台账记录时间倒退'), began]);
      expect(ceased).toContain('台账记录时间不再倒退');
    });

    it.runIf(several)(
      'two writers: the one behind holds what it reads of the other, and what it is delivered',
      async () => {
        const other = await another();
        await other.watch();
        other.clock.time = at(-3);
        await writer.record('shared');
        expect(await other.record('shared')).toBe(at(0));
        writer.clock.time = at(1);
        const { length } = await timesOn(writer.store);
        await writer.record('elsewhere');
        await vi.waitFor(() => expect(other.time.behindMs()).toBe(4_000), { timeout: 15_000, interval: 20 });
        expect(await other.record('its-own')).toBe(at(1));
        other.clock.time = at(-30);
        await expect(other.record('its-own')).rejects.toBeInstanceOf(ClockBehind);
        const times = await timesOn(writer.store);
        expect(times).toHaveLength(length + 2);
        expect(times).toEqual(times.toSorted());
      },
    );
  });
}

suite('SQLite', async path => new SqliteEventStore({ path: `${path}/events.db` }), false);

let server: InProcessServer;
beforeAll(async () => {
  server = await InProcessServer.start();
});
afterAll(() => server.close());
const namespaces = new Map<string, string>();
suite(
  'EventStoreDB (in-process server)',
  async path => {
    const namespace = namespaces.get(path) ?? `test-${randomUUID()}`;
    namespaces.set(path, namespace);
    return openEventStoreDb(server.url, { namespace, alarm: () => {} });
  },
  true,
);

describe('what a caller is told', () => {
  it('503 with the cause in Chinese and English, and when to come again', () => {
    const problem = problemOf(new ClockBehind(at(-90), at(0)));
    expect(problem).toMatchObject({ status: 503, code: 'clock-behind' });
    expect(problem.text.zh).toContain('时钟比台账最新记录时间慢 90 秒');
    expect(problem.text.en).toContain('90 s behind');
    expect(problem.particulars.headers).toEqual({ 'Retry-After': '60' });
  });
});
