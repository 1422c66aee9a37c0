/**
 * Two processes write the same streams, each with its memory of them, while the server drops and breaks what keeps it up:
 * every decision must be one that the order of the log allows, each recorded once, and nobody refused without cause.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accountStream } from '../../events/account.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type Position, START } from '../../events/ids.ts';
import { organisingWorkRecorded } from '../../events/rulebook.ts';
import { command, type Fold } from '../../services/command.ts';
import { type CommandOutcome, createHandle } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { type EventStore, NO_STREAM, StoreUnavailable } from '../../services/ports.ts';
import { refuse } from '../../services/rejection.ts';
import { randomFrom } from '../model/random.ts';
import { control } from '../support/controls.ts';
import { eventually, type Store, wired } from '../support/eventstoredb/wiring.ts';
import { MSR, NOW } from '../support/given.ts';
import { newFact, stream } from '../support/log.ts';

const wire = wired();
const STREAMS = 6;
/** Works that a stream takes. */
const LIMIT = 60;
const COMMANDS = 600;

const works: Fold<number> = { name: 'works', initial: 0, evolve: count => count + 1 };

const recordWork = command({
  name: 'RegisterUnit',
  title: '记录工作',
  records: [organisingWorkRecorded],
  summary: 'A small command for this test: tells how many works it has seen, and refuses beyond a limit.',
  input: z.strictObject({ to: z.string() }),
  allow: ['MSR'],
  fold: works,
  stream: ({ to }) => stream(to),
  about: () => ({ year: 2024 }),
  decide: state =>
    state >= LIMIT
      ? refuse('art-05', 'enough', '已足', 'Enough')
      : [organisingWorkRecorded.of({ kind: '会议', detail: `${state}` })],
});

const grant = { role: 'MSR', orgId: 'msr', orgName: '市市场监督管理委员会', from: '2024-01-01' } as const;

/** Repeats what was answered with an outage, as a client does. */
function sending(store: EventStore, name: string) {
  const vault = { keyed: (text: string) => text } as never;
  const handle = createHandle({ store, vault, blobs: {} as never, clock: { now: () => NOW } });
  return async (to: string, number: number): Promise<CommandOutcome> => {
    const commandId = `${name}-${number}`;
    const request = { actor: MSR, commandId, requestDigest: digestOf({ to }), correlationId: commandId };
    for (;;) {
      try {
        return await handle(recordWork, { to }, request);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    }
  };
}

async function wholeLog(store: EventStore): Promise<readonly RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for (let from: Position = START; ; ) {
    const page = await store.readAll(from, 500);
    const last = page.at(-1);
    if (!last) return log;
    log.push(...page);
    from = last.position;
  }
}

describe('two processes that write the same streams', () => {
  let other: Store;
  beforeEach(async () => {
    other = await wire.open();
    const account = newFact('account-msr', control('account.registered', { accountId: MSR.accountId, grant }));
    await wire.store.append(accountStream(MSR.accountId), NO_STREAM, [account]);
  });
  afterEach(() => other.close());

  it.each([1, 2, 3])(
    'decide nothing that the order of the log forbids, whatever happens to what they hear (seed %i)',
    async seed => {
      const random = randomFrom(seed);
      const senders = [sending(wire.store, 'one'), sending(other, 'two')];
      const disturb = [
        () => wire.server.subscriptions.overwhelm(),
        () => wire.server.subscriptions.break(),
        () => wire.server.subscriptions.end(),
        () => wire.server.subscriptions.silence(),
        () => wire.server.subscriptions.redeliver(1 + random.below(10)),
        () => {
          wire.server.appends.cutAfterNext = true;
        },
        async () => {
          wire.server.refuse('unavailable');
          await new Promise(resolve => setTimeout(resolve, 30));
          wire.server.refuse(undefined);
        },
      ];
      const sent = new Map<string, Promise<CommandOutcome>>();
      const asked = new Map<string, string>();
      for (let number = 0; number < COMMANDS; number += 1) {
        const send = random.of(senders);
        const name = send === senders[0] ? 'one' : 'two';
        const to = `s${random.below(STREAMS)}`;
        asked.set(`${name}-${number}`, to);
        sent.set(`${name}-${number}`, send(to, number));
        if (random.next() < 0.05) void random.of(disturb)();
        if (random.next() < 0.3) await new Promise(resolve => setTimeout(resolve, random.below(15)));
      }
      const outcomes = await Promise.all([...sent].map(async ([id, outcome]) => [id, await outcome] as const));
      const recorded = (await wholeLog(wire.store)).filter(({ type }) => type === organisingWorkRecorded.type);
      expect(recorded.filter(({ data, revision }) => (data as { detail: string }).detail !== `${revision}`)).toEqual(
        [],
      );
      expect(new Set(recorded.map(({ meta }) => meta.commandId)).size).toBe(recorded.length);
      const accepted = outcomes.filter(([, outcome]) => !outcome.rejected).map(([id]) => id);
      expect(accepted.toSorted()).toEqual(recorded.map(({ meta }) => meta.commandId).toSorted());
      const full = new Set(outcomes.filter(([, outcome]) => outcome.rejected).map(([id]) => asked.get(id) as string));
      expect(full.size).toBeGreaterThan(0);
      for (const to of new Set(asked.values())) {
        const count = recorded.filter(({ streamId }) => streamId === stream(to)).length;
        if (full.has(to)) expect(count).toBe(LIMIT);
        else expect(count).toBeLessThanOrEqual(LIMIT);
      }
      await eventually(() => expect(wire.server.subscriptions.size).toBe(2));
    },
  );
});
