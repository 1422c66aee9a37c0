/** The state machine of domain 1.5, checked against a plain model by random walks. MODEL_COMMANDS asks for more of them. */
import { expect, it } from 'vitest';
import { ALPHABET } from './alphabet.ts';
import { PLACES, TABLE } from './model.ts';
import { newTally, walk } from './walk.ts';

const SEED = process.env.MODEL_SEED;
const COMMANDS = Number(process.env.MODEL_COMMANDS ?? 300_000);
const MINUTES = 60_000;

it('every command of the table is a command of the program, and the other way about', () => {
  expect(Object.keys(ALPHABET).sort()).toEqual(Object.keys(TABLE).sort());
});

it('program and model agree on every command, and every command meets every state', {
  timeout: 30 * MINUTES,
}, async () => {
  const tally = newTally();
  if (SEED !== undefined) return walk(Number(SEED), tally);
  for (let seed = 1; tally.commands < COMMANDS; seed += 1) await walk(seed, tally);
  const depths = tally.depths.sort((one, other) => one - other);
  const median = depths[Math.floor(depths.length / 2)] as number;
  const unmet = PLACES.flatMap(place =>
    Object.keys(ALPHABET)
      .filter(command => !tally.met.has(`${place} × ${command}`))
      .map(command => `${place} × ${command}`),
  );
  console.info(`${tally.commands} commands, ${tally.met.size} pairs, median depth ${median}`);
  expect(unmet).toEqual([]);
  expect(median).toBeGreaterThanOrEqual(20);
});
