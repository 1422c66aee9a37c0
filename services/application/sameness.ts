/**
 * Evidence of sameness (雷同, art-08 （三）, D-11): how much of a work also stands in an excellent result of an earlier year.
 *
 * A text is its set of three-character sequences after it is levelled. With A and B such sets,
 *   Jaccard      |A ∩ B| / |A ∪ B|       is 1 for identical texts, and
 *   containment  |A ∩ B| / min(|A|,|B|)  is 1 when the shorter text is wholly inside the longer one.
 * The score is the largest of
 *   the whole work, its fields as one text, so that moved text is found: Jaccard, or 0.9 × containment;
 *   each field alone, times its weight: Jaccard, and of the title its likeness (title-likeness.ts).
 * The score only signals; a person adjudicates.
 */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../events/canonical.ts';
import type { EventsOf } from '../../events/event-type.ts';
import { type Position, type ResultId, START } from '../../events/ids.ts';
import { earlierResultRecorded, excellentResultRecognised } from '../../events/recognition.ts';
import { type Fold, stateOfLog } from '../command.ts';
import { type Grams, GramTable, gramsOf, type Shared } from './grams.ts';
import { type Passage, sharedPassages } from './passages.ts';
import { type ComparableTitle, comparableTitle, likeness } from './title-likeness.ts';

export const ALGORITHM_VERSION = 'char3-jaccard-containment-fields/2';

const CONTAINMENT_WEIGHT = 0.9;
const MAX_HITS = 10;

/** The parts of a work that are compared. */
export interface Work {
  readonly title: string;
  readonly problem: string;
  readonly methods: readonly string[];
  readonly results: string;
}

type Field = keyof Work;
const FIELDS = ['title', 'problem', 'methods', 'results'] as const satisfies readonly Field[];
const TITLE = FIELDS.indexOf('title');
type ByField<T> = Readonly<Record<Field, T>>;

/**
 * What a field alone can score. Methods have names that everybody uses, and results are told in much the same words: alike,
 * they say less than a problem that is alike.
 */
const WEIGHTS: ByField<number> = { title: 0.9, problem: 0.9, methods: 0.2, results: 0.6 };

/** A work made ready for comparison. */
interface Prepared {
  /** Levelled text by field. */
  readonly texts: ByField<string>;
  readonly grams: Grams;
  readonly comparableTitle: ComparableTitle;
}

export interface EarlierWork extends Prepared {
  readonly resultId: ResultId;
  readonly year: number;
  readonly title: string;
  readonly uscc: string | undefined;
  readonly textHash: string;
}

export interface Corpus {
  readonly works: readonly EarlierWork[];
  /** Of the last excellent result in the log. */
  readonly position: Position;
}

const CORPUS_KINDS = [earlierResultRecorded, excellentResultRecognised] as const;

/** The excellent results, entered or recognised here; each one is prepared once, when it is folded in. */
export const corpus: Fold<Corpus, EventsOf<typeof CORPUS_KINDS>> = {
  name: 'application/corpus',
  initial: { works: [], position: START },
  evolve(state, event) {
    const { resultId, year, title, uscc, problem, methods, results } = event.data;
    const work = { title, problem, methods, results };
    const earlier = { ...prepare(work), resultId, year, title, uscc, textHash: hash('sha256', canonicalJson(work)) };
    return { works: [...state.works, earlier], position: event.position };
  },
};

/** The corpus as the log has it now. */
export const corpusNow = stateOfLog(
  corpus,
  CORPUS_KINDS.map(({ type }) => type),
  'lately',
);

/** The works an application of a year is compared with (D-12). */
export function worksBefore(state: Corpus, year: number): readonly EarlierWork[] {
  return state.works.filter(work => work.year < year);
}

/** What the works say, in one digest: the same corpus, the same hash. */
export function corpusHash(works: readonly EarlierWork[]): string {
  return hash('sha256', canonicalJson(works.map(work => [work.resultId, work.textHash])));
}

export interface Hit {
  readonly resultId: ResultId;
  readonly title: string;
  /** From 0 to 1, as `fields`: each with four decimals. */
  readonly score: number;
  /** How alike each field is, without its weight. */
  readonly fields: ByField<number>;
  readonly ownEarlierWork: boolean;
  readonly passages: Passage[];
}

/**
 * The earlier works a person should look at, closest first: from half the threshold on for the whole work, from the threshold
 * on for a field alone, for short texts are a little alike by chance.
 */
export function findHits(work: Work, uscc: string, works: readonly EarlierWork[], threshold: number): Hit[] {
  const prepared = prepare(work);
  const asked = new GramTable(prepared.grams);
  return works
    .map(earlier => ({ earlier, ...compared(asked, prepared, earlier) }))
    .filter(({ whole, score }) => whole >= threshold / 2 || score >= threshold)
    .sort((a, b) => b.score - a.score || (a.earlier.resultId < b.earlier.resultId ? -1 : 1))
    .slice(0, MAX_HITS)
    .map(({ earlier, score, shared }) => ({
      resultId: earlier.resultId,
      title: earlier.title,
      score,
      fields: fieldScores(prepared, earlier, shared),
      ownEarlierWork: earlier.uscc === uscc,
      passages: sharedPassages(prepared.texts, earlier.texts),
    }));
}

/**
 * Levels what does not tell two texts apart: width (NFKC), case, spaces, punctuation and invisible characters. A decimal mark
 * between digits stays, as a full stop: 3.2 is not 32.
 */
export function level(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<=\d)([.·])(?=\d)|[\p{P}\p{Z}\p{C}]/gu, (_mark, decimal?: string) => (decimal ? '.' : ''));
}

function prepare(work: Work): Prepared {
  const texts = {
    title: level(work.title),
    problem: level(work.problem),
    methods: level(work.methods.join('、')),
    results: level(work.results),
  };
  return { texts, grams: gramsOf(FIELDS.map(field => texts[field])), comparableTitle: comparableTitle(texts.title) };
}

interface Compared {
  /** The score of the whole work. */
  readonly whole: number;
  readonly score: number;
  readonly shared: Shared;
}

function compared(asked: GramTable, work: Prepared, earlier: Prepared): Compared {
  const shared = asked.shared(earlier.grams);
  const [a, b] = [work.grams.pairs.length, earlier.grams.pairs.length];
  const whole = rounded(Math.max(jaccard(shared.whole, a, b), CONTAINMENT_WEIGHT * containment(shared.whole, a, b)));
  let score = whole;
  for (let at = 0; at < FIELDS.length; at += 1) {
    score = Math.max(score, WEIGHTS[FIELDS[at] as Field] * fieldScore(at, work, earlier, shared));
  }
  return { whole, score: rounded(score), shared };
}

function fieldScore(at: number, work: Prepared, earlier: Prepared, { byField }: Shared): number {
  if (at === TITLE) return likeness(work.comparableTitle, earlier.comparableTitle);
  return jaccard(byField[at] as number, work.grams.sizes[at] as number, earlier.grams.sizes[at] as number);
}

function fieldScores(work: Prepared, earlier: Prepared, shared: Shared): ByField<number> {
  const scores = FIELDS.map((field, at) => [field, rounded(fieldScore(at, work, earlier, shared))]);
  return Object.fromEntries(scores) as ByField<number>;
}

function jaccard(shared: number, a: number, b: number): number {
  return shared === 0 ? 0 : shared / (a + b - shared);
}

function containment(shared: number, a: number, b: number): number {
  return shared === 0 ? 0 : shared / Math.min(a, b);
}

/** Four decimals, so that the stored number is the one that was compared with the threshold. */
function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
