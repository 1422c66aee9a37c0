/** Bits flipped all over the file of a log of more than 1 MiB: no change of an event goes unseen, and none is made up. */
import { afterAll, expect, it } from 'vitest';
import { temporaryDirectory } from '../../support/log.ts';
import { bytesOf, flip } from './flips.ts';
import { storedHouse } from './stored-house.ts';

const SAMPLES = 4_096;
/** Prime: the samples meet every place within a page. */
const STEP = 1_000_003;

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());

it('given one bit of the log flipped, then whatever changes an event is found and named, and nothing else is', async () => {
  const house = await storedHouse(directory.path, { events: 120, text: 3_000, signedAt: [] });
  const size = bytesOf(house);
  expect(size).toBeGreaterThan(1 << 20);
  const offsets = Array.from({ length: SAMPLES }, (_, at) => (at * STEP) % size);
  const { events, named, file, unread, wrong } = await flip(house, new Set(offsets));
  expect(wrong).toEqual([]);
  expect(named).toBe(events);
  expect(events).toBeGreaterThan(SAMPLES / 2);
  expect(events + file + unread).toBe(SAMPLES);
}, 900_000);
