/** The model check can fail: faults planted on either side are found, and the seed that finds them is told. */
import { expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type Application, application } from '../../services/application/decider.ts';
import type { Fold } from '../../services/command.ts';
import { ask } from './model.ts';
import { Mismatch, newTally, type Variant, walk } from './walk.ts';

const sound = application as Fold<Application | undefined>;

/** The program's fold with another way with one kind of event. */
function folding(type: string, evolve: (state: Application, event: RecordedEvent) => Application): Variant {
  return {
    folds: {
      application: {
        ...sound,
        evolve: (state, event) => (state && event.type === type ? evolve(state, event) : sound.evolve(state, event)),
      },
    },
  };
}

/** A model that answers otherwise about one command. */
function answering(command: string, change: (answer: ReturnType<typeof ask>) => ReturnType<typeof ask>): Variant {
  return {
    ask: (item, say, city) => (say.command === command ? change(ask(item, say, city)) : ask(item, say, city)),
  };
}

/** The first mismatch within a number of walks. */
async function found(variant: Variant): Promise<unknown> {
  const tally = newTally();
  for (let seed = 1; seed <= 200; seed += 1) {
    try {
      await walk(seed, tally, variant);
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

it.each([
  [
    'a return that leaves the stage',
    folding('application.returned', state => ({ ...state, undertakingSigned: false })),
  ],
  ['a hold that is not kept', folding('project.held', state => state)],
  ['a recommender who is forgotten', folding('project.recommended', state => ({ ...state, stage: 'recommended' }))],
  ['a listing that is missed', folding('project.listed', state => state)],
  ['a model that lets nobody decline', answering('DeclineToRecommendProject', () => ({ verdict: 'refused' }))],
  [
    'a model in which a verifier may approve',
    answering('StartMunicipalReview', answer => (answer.verdict === 'refused' ? { verdict: 'recorded' } : answer)),
  ],
  [
    'a model that takes a repetition for news',
    answering('StartVerification', answer => (answer.verdict === 'nothing' ? { verdict: 'recorded' } : answer)),
  ],
] as const)('finds %s', async (_fault, variant) => {
  const error = await found(variant);
  expect(error).toBeInstanceOf(Mismatch);
  expect((error as Mismatch).message).toMatch(/MODEL_SEED=\d+/);
});
