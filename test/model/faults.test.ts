/** The model check can fail: faults planted on either side are found, and the seed that finds them is told. */
import { expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { ApplicationState } from '../../services/application/state.ts';
import type { Evaluation } from '../../services/evaluation/state.ts';
import type { ExcellentList } from '../../services/recognition/list.ts';
import { APPLICATION_COURSE, type Course, HONOURS_COURSE } from './courses.ts';
import { ask } from './line.ts';
import { Mismatch, newTally, type Variant, walk } from './walk.ts';
import { FOLDS, type Folds } from './world.ts';

/** The program's fold with another way with one kind of event. */
function folding<Name extends 'application' | 'evaluation' | 'list', State>(
  name: Name,
  type: string,
  evolve: (state: State, event: RecordedEvent) => State,
): Variant {
  const sound = FOLDS[name];
  const faulty = (state: never, event: RecordedEvent) =>
    state && event.type === type ? evolve(state, event) : sound.evolve(state, event as never);
  const folds: Partial<Folds> = { [name]: { ...sound, evolve: faulty } };
  return { folds };
}

/** A model that answers otherwise about one command. */
function answering(command: string, change: (answer: ReturnType<typeof ask>) => ReturnType<typeof ask>): Variant {
  return {
    ask: (item, say, year) => (say.command === command ? change(ask(item, say, year)) : ask(item, say, year)),
  };
}

/** The first mismatch within a number of walks. */
async function found(course: Course, variant: Variant): Promise<unknown> {
  const tally = newTally();
  for (let seed = 1; seed <= 200; seed += 1) {
    try {
      await walk(seed, tally, course, variant);
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

const unrefused = (answer: ReturnType<typeof ask>) =>
  answer.verdict === 'refused' ? ({ verdict: 'recorded' } as const) : answer;

it.each([
  [
    'a return that leaves the stage',
    folding(
      'application',
      'application.returned',
      (state: ApplicationState): ApplicationState => ({ ...state, undertakingSigned: undefined }),
    ),
  ],
  ['a hold that is not kept', folding('application', 'project.held', (state: ApplicationState) => state)],
  [
    'a recommender who is forgotten',
    folding(
      'application',
      'project.recommended',
      (state: ApplicationState): ApplicationState => ({ ...state, stage: 'recommended' }),
    ),
  ],
  ['a listing that is missed', folding('application', 'project.listed', (state: ApplicationState) => state)],
  ['a model that lets nobody decline', answering('DeclineToRecommendProject', () => ({ verdict: 'refused' }))],
  ['a model in which a verifier may approve', answering('StartMunicipalReview', unrefused)],
  [
    'a model that takes a repetition for news',
    answering('StartVerification', answer => (answer.verdict === 'nothing' ? { verdict: 'recorded' } : answer)),
  ],
] as const)('finds %s', async (_fault, variant) => {
  expectTold(await found(APPLICATION_COURSE, variant));
});

it.each([
  ['a closing of the scoring that is missed', folding('evaluation', 'scoring.closed', (state: Evaluation) => state)],
  [
    'an evaluation that is completed for another round',
    folding('evaluation', 'technical-evaluation.completed', (state: Evaluation) => ({ ...state, completedRound: 0 })),
  ],
  ['a return that leaves the review', folding('list', 'excellent-list.returned', (state: ExcellentList) => state)],
  ['a recognition that is lost', folding('list', 'excellent-result.recognised', (state: ExcellentList) => state)],
  ['a notice that never ends', folding('list', 'public-notice.closed', (state: ExcellentList) => state)],
  ['a model in which anybody may score', answering('SubmitScoreSheet', unrefused)],
  ['a model in which a stranger to the panel completes', answering('CompleteTechnicalEvaluation', unrefused)],
  ['a model in which what was not kept is recognised', answering('RecogniseExcellentResult', unrefused)],
  ['a model in which one person recognises and publishes', answering('PublishExcellentResults', unrefused)],
  ['a model in which nobody revokes', answering('RevokeRecognition', () => ({ verdict: 'refused' }))],
] as const)('finds %s', async (_fault, variant) => {
  expectTold(await found(HONOURS_COURSE, variant));
});

function expectTold(error: unknown): void {
  expect(error).toBeInstanceOf(Mismatch);
  expect((error as Mismatch).message).toMatch(/MODEL_SEED=\d+/);
}
