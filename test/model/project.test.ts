/** The state machine of domain 1.5 up to forwarded results, checked against a plain model by random walks. */
import { expect, it } from 'vitest';
import { ALPHABET } from './alphabet.ts';
import { walkAll } from './check.ts';
import { APPLICATION_COURSE } from './courses.ts';
import { PLACES, TABLE } from './model.ts';

const MINUTES = 60_000;

it('every command of the table is a command of the program, and the other way about', () => {
  expect(Object.keys(ALPHABET).sort()).toEqual(Object.keys(TABLE).sort());
});

it('program and model agree on every command, and every command meets every state', { timeout: 30 * MINUTES }, () =>
  walkAll(APPLICATION_COURSE, { from: 735, commands: 75_000, places: PLACES }),
);
