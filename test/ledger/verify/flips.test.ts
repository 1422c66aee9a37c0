/** Bits flipped all over the file of a log of more than 1 MiB: no change of an event goes unseen, and none is made up. */
import { afterAll, expect, it } from 'vitest';
import { temporaryDirectory } from '../../support/log.ts';
import { bytesOf, flip } from './flips.ts';
import { storedHouse } from './stored-house.ts';

/** Some sixteen in every page of the file, at other places of each. */
const SAMPLES = 4_096;
/** Of the file: steps of the golden section leave no part of it out. */
const STEP = (Math.sqrt(5) - 1) / 2;

/** Bytes of a page of SQLite. */
const PAGE = 4_096;

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());

it('given one bit of the log flipped, then whatever changes an event is found and named, and nothing else is', async () => {
  const house = await storedHouse(directory.path, { events: 84, text: 9_500, signedAt: [] });
  const size = bytesOf(house);
  expect(size).toBeGreaterThan(1 << 20);
  const offsets = Array.from({ length: SAMPLES }, (_, at) => Math.floor(((at * STEP) % 1) * size));
  expect(new Set(offsets.map(at => Math.floor(at / PAGE))).size).toBe(size / PAGE);
  const { events, named, file, unread, wrong } = await flip(house, new Set(offsets));
  expect(wrong).toEqual([]);
  expect(named).toBe(events);
  expect(events).toBeGreaterThan(SAMPLES / 2);
  expect(events + file + unread).toBe(SAMPLES);
}, 900_000);
