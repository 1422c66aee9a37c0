/** What is asked of all the log for a few kinds of events costs these events, not the log. */
import { describe, expect, it } from 'vitest';
import { type Position, START } from '../../events/ids.ts';
import type { Fold } from '../../services/command.ts';
import { createStates } from '../../services/loading.ts';
import { NO_STREAM } from '../../services/ports.ts';
import { ids, wired } from '../support/eventstoredb/wiring.ts';
import { newEvent, stream } from '../support/log.ts';

const wire = wired();

const RARE = 'organising-work.recorded';
const details: Fold<readonly string[]> = {
  name: 'details',
  initial: [],
  evolve: (list, { data }) => [...list, (data as { detail: string }).detail],
};

const rare = (name: string) => newEvent(name);

/** Events of another kind, in a stream of their own. */
function fill(name: string, count: number): Promise<unknown> {
  const events = Array.from({ length: count }, (_, at) => newEvent(`${name}-${at}`, {}, 'filling.noted'));
  return wire.store.append(stream(name), NO_STREAM, events);
}

const UNWATCHED = { checkMs: 600_000 };

describe('a fold over all events of one kind', () => {
  it('is sent those alone, by a process that has not folded any of the log', async () => {
    await fill('before', 300);
    await wire.store.append(stream('rare'), NO_STREAM, [rare('first')]);
    await fill('behind', 300);
    await wire.store.close();
    // Neither looks by the clock where the log ends.
    const another = await wire.open(undefined, UNWATCHED);
    await another.head();
    const before = wire.server.reads.sent;
    expect(await createStates(another).loadLog(details, [RARE], 'now')).toEqual(['first']);
    // The head may have to be looked for among what was delivered last.
    expect(wire.server.reads.sent - before).toBeLessThan(10);
    await another.close();
  });

  it('goes on with what has come since, as far as it has been asked', async () => {
    await fill('before', 3);
    await wire.store.close();
    // Neither looks by the clock where the log ends.
    const [one, other] = [await wire.open(undefined, UNWATCHED), await wire.open(undefined, UNWATCHED)];
    const states = createStates(one);
    const fold = () => states.loadLog(details, [RARE], 'now');
    await one.append(stream('rare'), NO_STREAM, [rare('first')]);
    expect(await fold()).toEqual(['first']);
    expect(await fold()).toEqual(['first']);
    await other.append(stream('rare'), 0, [rare('second')]);
    const before = wire.server.asked.read;
    expect(await fold()).toEqual(['first', 'second']);
    // Not where the log ends, and then what is new.
    expect(wire.server.asked.read - before).toBe(1);
    await other.append(stream('rare'), 1, [rare('third')]);
    expect(await fold()).toEqual(['first', 'second', 'third']);
    await Promise.all([one.close(), other.close()]);
  });

  it('given many who ask for it as it is now, then they share what the server is asked after the last of them', async () => {
    await wire.store.append(stream('rare'), NO_STREAM, [rare('first')]);
    await wire.store.close();
    const [one, other] = [await wire.open(undefined, UNWATCHED), await wire.open(undefined, UNWATCHED)];
    const states = createStates(one);
    const fold = () => states.loadLog(details, [RARE], 'now');
    await fold();
    const before = wire.server.asked.read;
    const asked = Array.from({ length: 20 }, fold);
    await other.append(stream('rare'), 0, [rare('second')]);
    asked.push(...Array.from({ length: 20 }, fold));
    const answers = await Promise.all(asked);
    expect(answers.slice(20)).toEqual(Array(20).fill(['first', 'second']));
    expect(wire.server.asked.read - before).toBeLessThanOrEqual(3);
    await Promise.all([one.close(), other.close()]);
  });

  it('up to a place on the log takes what stands there and nothing behind it', async () => {
    const [one, two] = await wire.store.append(stream('rare'), NO_STREAM, [rare('first'), rare('second')]);
    const states = createStates(wire.store);
    expect(await states.loadLog(details, [RARE], one?.position ?? START)).toEqual(['first']);
    expect(await states.loadLog(details, [RARE], two?.position ?? START)).toEqual(['first', 'second']);
  });
});

describe('events of some types', () => {
  it('come page by page, without those of other types and of other installations', async () => {
    const other = await wire.open(wire.server.url, { namespace: 'testing' });
    const own: string[] = [];
    for (let at = 0; at < 9; at += 1) {
      const events = Array.from({ length: 60 }, (_, n) => rare(`${at}-${n}`));
      own.push(...ids(events));
      await wire.store.append(stream(`own-${at}`), NO_STREAM, [
        ...events,
        newEvent(`filling-${at}`, {}, 'filling.noted'),
      ]);
      if (at % 4 === 0) await other.append(stream(`own-${at}`), NO_STREAM, [rare(`other-${at}`)]);
    }
    const found: string[] = [];
    let pages = 0;
    let after: Position = START;
    for (; ; pages += 1) {
      const { events, reached, isEnd } = await wire.store.readTypes(['application.submitted', RARE], after);
      found.push(...ids(events));
      after = reached;
      if (isEnd) break;
    }
    expect(found).toEqual(own);
    expect(pages).toBe(1);
    expect(after).toBe(await wire.store.head());
    await other.close();
  });
});
