import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appendRequests, sharedAppendRequest } from '../../infra/event-store/eventstoredb-messages.ts';
import { problemBody, problemOf } from '../../infra/http/problem.ts';
import { eventSize, MAX_APPEND_BYTES, withTexts } from '../../services/append-size.ts';
import { AppendTooLarge, NO_STREAM, StoreUnavailable } from '../../services/ports.ts';
import { newEvent, stream } from '../support/log.ts';
import { createMemoryStore } from '../support/memory-store.ts';

/** What an EventStoreDB server takes in one append. */
const SERVER_LIMIT = 1_048_576;

/** Events of a size, as many as the bound allows. */
function fullAppend(bytesEach: number) {
  const sample = newEvent('command-0000', { text: 'x'.repeat(bytesEach) });
  const count = Math.floor(MAX_APPEND_BYTES / eventSize(withTexts(sample)));
  return Array.from({ length: count }, (_, at) => newEvent(`command-${String(at).padStart(4, '0')}`, sample.data));
}

describe('the bound of an append', () => {
  it.each([0, 100, 10_000, 900_000])('with events of %i bytes, what it allows a server takes', bytes => {
    const events = fullAppend(bytes).map(withTexts);
    expect(events.length).toBeGreaterThan(0);
    const sent = { streamName: 'a-namespace-of-some-length.stream', expected: NO_STREAM, events };
    const alone = appendRequests(sent).reduce((sum, request) => sum + request.serializeBinary().length, 0);
    expect(alone).toBeLessThan(SERVER_LIMIT * 0.95);
    expect(sharedAppendRequest(randomUUID(), sent).serializeBinary().length).toBeLessThan(SERVER_LIMIT * 0.95);
  });

  it('holds for the store in memory too', async () => {
    const store = createMemoryStore();
    const tooMuch = [...fullAppend(10_000), ...fullAppend(10_000)];
    await expect(store.append(stream('a'), NO_STREAM, tooMuch)).rejects.toBeInstanceOf(AppendTooLarge);
    expect(store.log).toEqual([]);
    expect(await store.append(stream('a'), NO_STREAM, fullAppend(10_000))).not.toEqual([]);
  });
});

describe('what a caller is told', () => {
  it('413 with both sizes in Chinese and English, what to do, no article, and not to come again', () => {
    const error = new AppendTooLarge(1_000_000, MAX_APPEND_BYTES);
    expect(error).not.toBeInstanceOf(StoreUnavailable);
    const problem = problemOf(error);
    expect(problem).toMatchObject({ status: 413, code: 'append-too-large', particulars: {} });
    expect(problem.text.zh).toMatch(/1000000.*917504.*制度.*未作任何记录.*分次办理/);
    expect(problem.text.en).toMatch(/1000000.*917504.*Nothing was recorded.*in parts/);
    expect(JSON.parse(problemBody(problem, 'zh', 'trace'))).not.toHaveProperty('rule');
  });
});
