/** Walks of one course until so many commands are spoken, and what they must have met. */
import { expect } from 'vitest';
import type { Course } from './courses.ts';
import { LETTERS } from './line.ts';
import { newTally, walk } from './walk.ts';

const SEED = process.env.MODEL_SEED;

/**
 * Walks from the seed `from` on, from which few lead to every state. MODEL_COMMANDS asks for another number of commands,
 * MODEL_SEED for one walk. What they must have met is asked of a whole run only: fewer commands still tell whether program and
 * model agree.
 */
export async function walkAll(
  course: Course,
  { from, commands, places }: { readonly from: number; readonly commands: number; readonly places: readonly string[] },
): Promise<void> {
  const tally = newTally();
  if (SEED !== undefined) return walk(Number(SEED), tally, course);
  const wanted = Number(process.env.MODEL_COMMANDS ?? commands);
  for (let seed = from; tally.commands < wanted; seed += 1) await walk(seed, tally, course);
  const depths = tally.depths.sort((one, other) => one - other);
  const median = depths[Math.floor(depths.length / 2)] as number;
  const pairs = places.flatMap(place => Object.keys(LETTERS).map(command => `${place} × ${command}`));
  const unmet = pairs.filter(pair => !tally.met.has(pair));
  console.info(
    `${tally.commands} commands, ${pairs.length - unmet.length} of ${pairs.length} pairs, median depth ${median}`,
  );
  if (wanted < commands) return;
  expect(unmet).toEqual([]);
  expect(median).toBeGreaterThanOrEqual(20);
}
