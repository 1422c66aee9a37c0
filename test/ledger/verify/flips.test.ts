/** Bits flipped all over the file of a log of more than 1 MiB: no change of an event goes unseen, and none is made up. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryDirectory } from '../../support/log.ts';
import { bytesOf, flip } from './flips.ts';
import { storedHouse } from './stored-house.ts';

/** Some two in every page of the file, at other places of each. */
const SAMPLES = 512;
/** With `FLIPS=all` one bit of every byte: about two hours of one core. */
const EVERY_BYTE = process.env.FLIPS === 'all';
/** Of the file: steps of the golden section leave no part of it out. */
const STEP = (Math.sqrt(5) - 1) / 2;

/** Bytes of a page of SQLite. */
const PAGE = 4_096;

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());
const house = await storedHouse(directory.path, { events: 84, text: 9_500, signedAt: [] });

it(
  'given one bit of the log flipped, then whatever changes an event is found and named, and nothing else is',
  async () => {
    const size = bytesOf(house);
    expect(size).toBeGreaterThan(1 << 20);
    const samples = EVERY_BYTE ? size : SAMPLES;
    const offsetOf = (at: number) => (EVERY_BYTE ? at : Math.floor(((at * STEP) % 1) * size));
    const offsets = Array.from({ length: samples }, (_, at) => offsetOf(at));
    expect(new Set(offsets.map(at => Math.floor(at / PAGE))).size).toBe(size / PAGE);
    const { events, named, file, unread, wrong } = await flip(house, new Set(offsets));
    expect(wrong).toEqual([]);
    expect(named).toBe(events);
    expect(events).toBeGreaterThan(samples / 2);
    expect(events + file + unread).toBe(samples);
  },
  EVERY_BYTE ? 24 * 3_600_000 : 900_000,
);

/** In the head of a row: the key, a stream, the revision 0 (which lies in no byte of its own), sixteen bytes of an id. */
const FIRST_OF_A_STREAM = Buffer.of(0, 1, 8, 0x2c);

it('given a revision that is no number any more, then it is not taken for 0', async () => {
  const bytes = readFileSync(join(directory.path, 'events.db'));
  const types: number[] = [];
  for (let at = bytes.indexOf(FIRST_OF_A_STREAM); at >= 0; at = bytes.indexOf(FIRST_OF_A_STREAM, at + 1))
    types.push(at + 2);
  expect(types.length).toBeGreaterThan(8);
  for (let bit = 0; bit < 8; bit += 1) {
    const { events, named, wrong } = await flip(house, types, () => bit);
    expect({ bit, named, wrong }).toEqual({ bit, named: events, wrong: [] });
    expect(events).toBeGreaterThan(8);
  }
});

/** What a page of SQLite begins with, where it is one of a table or an index. */
const KINDS: readonly (number | undefined)[] = [2, 5, 10, 13];
/** Bytes of its head, and of the first places in it. */
const HEAD = 16;

it('given the head of a page flipped, then what can still be read is judged, and the first that cannot is named', async () => {
  const bytes = readFileSync(join(directory.path, 'events.db'));
  const pages = Array.from({ length: bytes.length / PAGE }, (_, at) => at * PAGE);
  const heads = pages.filter(at => KINDS.includes(bytes[at]));
  expect(heads.length).toBeGreaterThan(12);
  const offsets = heads.flatMap(at => Array.from({ length: HEAD }, (_, place) => at + place));
  const { events, named, wrong } = await flip(house, offsets);
  expect({ named, wrong }).toEqual({ named: events, wrong: [] });
  expect(events).toBeGreaterThan(heads.length);
});
