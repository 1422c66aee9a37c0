/**
 * Evidence of sameness (雷同, art-08 （三）, D-11): how much of a text also stands in an excellent result of an earlier year.
 *
 * A text is its set of three-character sequences over title, problem, methods and results, after width, case, spaces and
 * punctuation are levelled. With A and B such sets, the score is the larger of
 *   Jaccard      |A ∩ B| / |A ∪ B|            1 for identical texts, and
 *   containment  0.9 × |A ∩ B| / min(|A|,|B|)  near 1 when the shorter text is wholly inside the longer one.
 * The score only signals; a person adjudicates.
 */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../events/canonical.ts';
import type { EventsOf } from '../../events/fact.ts';
import { type Position, type ResultId, START } from '../../events/ids.ts';
import { earlierResultRecorded, excellentResultRecognised } from '../../events/recognition.ts';
import { type Fold, stateOfLog } from '../command.ts';

export const ALGORITHM_VERSION = 'char3-jaccard-containment/1';

const GRAM = 3;
const CONTAINMENT_WEIGHT = 0.9;
const MAX_HITS = 10;
const MIN_RUN = 8;
const MAX_RUNS_A_FIELD = 3;

/** The parts of a work that are compared. */
export interface Work {
  readonly title: string;
  readonly problem: string;
  readonly methods: readonly string[];
  readonly results: string;
}

/** Three-character sequences (UTF-16 units), each once: the first two as one number, the last beside it. */
interface Grams {
  readonly pairs: Uint32Array;
  readonly lasts: Uint16Array;
}

/** A work made ready for comparison. */
interface Prepared {
  /** Levelled text by field. */
  readonly texts: Readonly<Record<keyof Work, string>>;
  readonly grams: Grams;
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
);

/** The works an application of a year is compared with (D-12). */
export function worksBefore(state: Corpus, year: number): readonly EarlierWork[] {
  return state.works.filter(work => work.year < year);
}

/** What the works say, in one digest: the same corpus, the same hash. */
export function corpusHash(works: readonly EarlierWork[]): string {
  return hash('sha256', canonicalJson(works.map(work => [work.resultId, work.textHash])));
}

interface Passage {
  readonly field: string;
  /** Levelled text. */
  readonly text: string;
}

export interface Hit {
  readonly resultId: ResultId;
  readonly title: string;
  readonly score: number;
  readonly ownEarlierWork: boolean;
  readonly passages: Passage[];
}

/** The earlier works a person should look at: half the threshold and above, closest first. */
export function findHits(work: Work, uscc: string, works: readonly EarlierWork[], threshold: number): Hit[] {
  const prepared = prepare(work);
  const asked = new GramTable(prepared.grams);
  return works
    .map(earlier => ({ earlier, score: score(asked, earlier.grams) }))
    .filter(candidate => candidate.score >= threshold / 2)
    .sort((a, b) => b.score - a.score || (a.earlier.resultId < b.earlier.resultId ? -1 : 1))
    .slice(0, MAX_HITS)
    .map(({ earlier, score }) => ({
      resultId: earlier.resultId,
      title: earlier.title,
      score,
      ownEarlierWork: earlier.uscc === uscc,
      passages: sharedPassages(prepared, earlier),
    }));
}

/** Levels what does not tell two texts apart: width (NFKC), case, spaces, punctuation and invisible characters. */
export function level(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{Z}\p{C}]/gu, '');
}

function prepare(work: Work): Prepared {
  const texts = {
    title: level(work.title),
    problem: level(work.problem),
    methods: level(work.methods.join('、')),
    results: level(work.results),
  };
  return { texts, grams: gramsOf(Object.values(texts)) };
}

function gramsOf(texts: readonly string[]): Grams {
  // Three UTF-16 units make 48 bits, which a double holds exactly.
  const grams = new Set<number>();
  for (const text of texts) {
    for (let at = 0; at + GRAM <= text.length; at += 1) {
      grams.add((text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1)) * 65_536 + text.charCodeAt(at + 2));
    }
  }
  const [pairs, lasts] = [new Uint32Array(grams.size), new Uint16Array(grams.size)];
  let at = 0;
  for (const gram of grams) {
    pairs[at] = Math.floor(gram / 65_536);
    lasts[at] = gram % 65_536;
    at += 1;
  }
  return { pairs, lasts };
}

/** The sequences of one text, to count those of thousands of others that are among them: open addressing, no objects. */
class GramTable {
  readonly size: number;
  readonly #pairs: Uint32Array;
  readonly #lasts: Uint16Array;
  readonly #taken: Uint8Array;
  readonly #mask: number;

  constructor({ pairs, lasts }: Grams) {
    this.size = pairs.length;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(4, pairs.length * 16)));
    this.#mask = slots - 1;
    this.#pairs = new Uint32Array(slots);
    this.#lasts = new Uint16Array(slots);
    this.#taken = new Uint8Array(slots);
    for (let at = 0; at < pairs.length; at += 1) this.#put(pairs[at] as number, lasts[at] as number);
  }

  /** How many of the sequences are in the table. */
  count({ pairs, lasts }: Grams): number {
    let found = 0;
    for (let at = 0; at < pairs.length; at += 1) if (this.#has(pairs[at] as number, lasts[at] as number)) found += 1;
    return found;
  }

  #put(pair: number, last: number): void {
    let slot = slotOf(pair, last) & this.#mask;
    while (this.#taken[slot]) slot = (slot + 1) & this.#mask;
    this.#taken[slot] = 1;
    this.#pairs[slot] = pair;
    this.#lasts[slot] = last;
  }

  #has(pair: number, last: number): boolean {
    for (let slot = slotOf(pair, last) & this.#mask; this.#taken[slot]; slot = (slot + 1) & this.#mask) {
      if (this.#pairs[slot] === pair && this.#lasts[slot] === last) return true;
    }
    return false;
  }
}

function slotOf(pair: number, last: number): number {
  const mixed = Math.imul(pair ^ Math.imul(last, 0x85ebca6b), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** Four decimals, so that the stored number is the one that was compared with the threshold. */
function score(a: GramTable, b: Grams): number {
  const shared = a.count(b);
  if (shared === 0) return 0;
  const jaccard = shared / (a.size + b.pairs.length - shared);
  const containment = shared / Math.min(a.size, b.pairs.length);
  return Math.round(Math.max(jaccard, CONTAINMENT_WEIGHT * containment) * 10_000) / 10_000;
}

/** The longest passages of each field that stand anywhere in the earlier work, moved text included. */
function sharedPassages(work: Prepared, earlier: Prepared): Passage[] {
  // Levelled text holds no line feed, so no run crosses from one field into the next.
  const earlierText = Object.values(earlier.texts).join('\n');
  const starts = startsOf(earlierText);
  return Object.entries(work.texts).flatMap(([field, text]) =>
    commonRuns(text, earlierText, starts).map(run => ({ field, text: run })),
  );
}

/** Where each sequence of the least length begins. */
function startsOf(text: string): ReadonlyMap<string, readonly number[]> {
  const starts = new Map<string, number[]>();
  for (let at = 0; at + MIN_RUN <= text.length; at += 1) {
    const piece = text.slice(at, at + MIN_RUN);
    const found = starts.get(piece);
    if (found) found.push(at);
    else starts.set(piece, [at]);
  }
  return starts;
}

function commonRuns(text: string, other: string, starts: ReadonlyMap<string, readonly number[]>): string[] {
  const runs: string[] = [];
  for (let at = 0; at + MIN_RUN <= text.length; ) {
    const candidates = starts.get(text.slice(at, at + MIN_RUN)) ?? [];
    const length = Math.max(0, ...candidates.map(start => runLength(text, at, other, start)));
    if (length > 0) runs.push(text.slice(at, at + length));
    at += Math.max(1, length);
  }
  return runs.sort((a, b) => b.length - a.length).slice(0, MAX_RUNS_A_FIELD);
}

function runLength(a: string, i: number, b: string, j: number): number {
  let length = 0;
  while (i + length < a.length && a[i + length] === b[j + length]) length += 1;
  return length;
}
