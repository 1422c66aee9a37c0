/** The state machine of domain 1.5 from forwarded results to an overturned revocation, by random walks as well. */
import { expect, it } from 'vitest';
import { walkAll } from './check.ts';
import { HONOURS_COURSE } from './courses.ts';
import { HONOUR_PLACES } from './honours.ts';
import { HONOURS_ALPHABET } from './honours-alphabet.ts';
import { RULES } from './line.ts';

const MINUTES = 60_000;

it('every rule of the model is a command of the program, and the other way about', () => {
  expect(Object.keys(HONOURS_ALPHABET).sort()).toEqual(Object.keys(RULES).sort());
});

it('program and model agree on every command, and every command meets every state', { timeout: 30 * MINUTES }, () =>
  walkAll(HONOURS_COURSE, { from: 1_226, commands: 45_000, places: HONOUR_PLACES }),
);
