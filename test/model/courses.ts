/** The two halves of the line as courses of a walk. */
import { ALPHABET } from './alphabet.ts';
import { CASE_RULES } from './case-rules.ts';
import { forwardedYear, newCity } from './forwarded.ts';
import type { Year } from './honours.ts';
import { HONOURS_ALPHABET } from './honours-alphabet.ts';
import { newItem } from './model.ts';
import type { Random } from './random.ts';
import { type Folds, PROJECTS, World } from './world.ts';

/** One half of the line: what it begins with, and the commands that lead on in it. */
export interface Course {
  readonly test: string;
  readonly steps: number;
  /** Commands that are chosen where they lead on; those of the other half meet every place as well. */
  readonly home: readonly string[];
  /** Places that few projects come to, or that are soon left: there the walk tries more before it goes on. */
  readonly rare: ReadonlySet<string>;
  begin(name: string, random: Random, folds: Folds): Promise<{ readonly world: World; readonly year: Year }>;
}

const CASES = Object.keys(CASE_RULES);

/** From nothing to results that are forwarded. */
export const APPLICATION_COURSE: Course = {
  test: 'project.test.ts',
  steps: 500,
  home: [...Object.keys(ALPHABET), ...CASES],
  rare: new Set([
    'results-submitted',
    'results-compiled',
    'results-recommended',
    'results-not-recommended',
    'results-forwarded',
    'held',
    'terminated',
  ]),
  async begin(name, random, folds) {
    // Some years begin when the window is about to close.
    const start = random.next() < 0.2 ? '2024-04-27T01:00:00.000Z' : '2024-03-18T01:00:00.000Z';
    // In some the unit's two projects bear one title.
    const isShared = random.next() < 0.2;
    const items = PROJECTS.map(spec => newItem(isShared ? spec : { ...spec, title: `${spec.title}${spec.suffix}` }));
    return { world: new World(name, start, folds), year: newCity(items) };
  },
};

/** From forwarded results to a revocation that is overturned. */
export const HONOURS_COURSE: Course = {
  test: 'honours.test.ts',
  steps: 800,
  home: Object.keys(HONOURS_ALPHABET),
  rare: new Set(['not-proposed', 'kept', 'under-notice', 'removed', 'recognised', 'revoked', 'overturned']),
  async begin(name, random, folds) {
    const { beginning, year } = await forwardedYear();
    const world = new World(name, '2024-11-04T01:00:00.000Z', folds, beginning);
    if (random.next() < 0.5) {
      await world.amendPlan();
      year.options = { notice: true, certificates: true };
    }
    return { world, year };
  },
};
