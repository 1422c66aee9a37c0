/** A commit that is cut short where the store has no transactions leaves nothing behind that a restart does not mend. */

import { describe, expect, it } from 'vitest';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import type { Projection } from '../../projections/projection.ts';
import { entries } from '../support/projections.ts';
import fc from '../support/properties.ts';
import { MemoryLog } from './support/memory-log.ts';
import { Torn, TornReadStore } from './support/torn-store.ts';

interface Tally {
  readonly count: number;
  readonly seen: readonly string[];
}

/** Counts works by stream and in all; refuses one whose `refuseAt` is the count that its last row stands at just then. */
const fussy: Projection = {
  name: 'fussy',
  version: 1,
  question: 'How many works has each stream, and which?',
  indexes: [],
  handlers: [
    {
      types: ['organising-work.recorded'],
      rowIds: ({ streamId }) => [streamId, 'total'],
      evolve(row, { data, position }, key) {
        const { count, seen } = (row as Tally | undefined) ?? { count: 0, seen: [] };
        const { refuseAt, remove } = data as { refuseAt?: number; remove?: boolean };
        if (key === 'total' && count % 4 === refuseAt) throw new Error(`refused at ${count}`);
        return remove && key !== 'total' ? undefined : { count: count + 1, seen: [...seen, position] };
      },
    },
  ],
};
const projections = [fussy, entries];

async function runnerOver(log: MemoryLog, store: TornReadStore): Promise<ProjectionRunner> {
  const runner = new ProjectionRunner({ log, store, projections, now: () => '', alarm: () => undefined });
  await runner.start();
  return runner;
}

async function everythingIn(store: TornReadStore, runner: ProjectionRunner): Promise<object> {
  const rows: Record<string, unknown> = {};
  for (const projection of projections) {
    for await (const [id, text] of store.scan(runner.specOf(projection))) {
      rows[`${projection.name}/${id}`] = JSON.parse(text);
    }
  }
  return { rows, quarantine: await store.quarantine(), checkpoints: await store.checkpoints() };
}

const works = fc.array(
  fc.record(
    {
      stream: fc.constantFrom('a', 'b', 'c'),
      refuseAt: fc.constantFrom(undefined, undefined, 0, 1, 2, 3),
      remove: fc.constantFrom(undefined, undefined, true),
    },
    { requiredKeys: ['stream', 'refuseAt', 'remove'] },
  ),
  { minLength: 3, maxLength: 40 },
);

describe('a read store without transactions', () => {
  it('that fails after any write, and is gone on with by a new process each time, ends as if nothing had happened', async () => {
    await fc.assert(
      fc.asyncProperty(works, fc.array(fc.nat(25), { maxLength: 8 }), async (given, tears) => {
        const log = new MemoryLog();
        for (const { stream, ...data } of given) log.append(stream, data);
        const undisturbed = new TornReadStore();
        const quiet = await runnerOver(log, undisturbed);
        await quiet.stop();

        const store = new TornReadStore();
        for (const after of tears) {
          let left = after;
          store.tear = () => {
            left -= 1;
            return left < 0;
          };
          const outcome = await runnerOver(log, store).catch(error => error);
          if (!(outcome instanceof Torn)) await outcome.stop().catch(() => undefined);
        }
        store.tear = () => false;
        const runner = await runnerOver(log, store);
        await runner.stop();
        expect(await everythingIn(store, runner)).toEqual(await everythingIn(undisturbed, quiet));
      }),
      { numRuns: 400 },
    );
  });
});
