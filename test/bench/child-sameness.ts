/** Ten thousand earlier results in a process of their own, so that what it grows by is theirs; then questions to them. */
import type { EventOf } from '../../events/event-type.ts';
import { creditCodeSchema, resultIdSchema } from '../../events/ids.ts';
import { earlierResultRecorded } from '../../events/recognition.ts';
import { Chance } from '../../infra/demo/chance.ts';
import { corpus, corpusHash, findHits, type Hit, type Work, worksBefore } from '../../services/application/sameness.ts';
import { recorded } from '../support/given.ts';
import { answer, argument, type Compared, type Comparing } from './children.ts';
import { percentilesOf } from './measure.ts';
import { Works } from './works.ts';

const YEAR = 2024;
const USCC = creditCodeSchema.parse('91350100M000100Y43');
const THRESHOLD = 0.5;
const WARM_UP = 4;
/** Earlier results that a copied text is put together from; each is then a third of it, which is a hit. */
const SOURCES = 3;
const MIB = 1024 * 1024;

const { texts, questions, seed } = argument<Comparing>();
const works = new Works(new Chance(seed));
const copied = new Set(
  Array.from({ length: questions * SOURCES }, (_, at) => Math.floor((at * texts) / (questions * SOURCES))),
);
const sources: Work[] = [];

const residentBefore = process.memoryUsage.rss();
let state = corpus.initial;
for (let at = 0; at < texts; at += 1) {
  const work = works.next();
  if (copied.has(at)) sources.push(work);
  state = corpus.evolve(state, earlier(work, at));
}

const times: number[] = [];
for (let at = 0; at < WARM_UP + questions; at += 1) {
  const isCopied = at % 2 === 1;
  const work = isCopied ? works.stitched(sourcesOf(at)) : works.next();
  const before = process.cpuUsage();
  const hits = compare(work);
  const { user, system } = process.cpuUsage(before);
  if (hits.length !== (isCopied ? SOURCES : 0)) throw new Error(`question ${at} has ${hits.length} hits`);
  if (at >= WARM_UP) times.push((user + system) / 1_000);
}
const compared: Compared = { ...percentilesOf(times), grownMiB: (process.memoryUsage.rss() - residentBefore) / MIB };
answer(compared);
process.disconnect?.();

/** What RunSimilarityCheck does once it has the corpus. */
function compare(work: Work): Hit[] {
  const earlierWorks = worksBefore(state, YEAR);
  corpusHash(earlierWorks);
  return findHits(work, USCC, earlierWorks, THRESHOLD);
}

function earlier({ title, problem, methods, results }: Work, at: number): EventOf<typeof earlierResultRecorded> {
  const draft = earlierResultRecorded.of({
    resultId: resultIdSchema.parse(`result-${at}`),
    year: YEAR - 1 - (at % 20),
    title,
    unitName: '某单位',
    problem,
    methods: [...methods],
    results,
    source: { document: '津市监质发〔2022〕30号' },
  });
  return recorded(draft, at) as EventOf<typeof earlierResultRecorded>;
}

function sourcesOf(at: number): readonly Work[] {
  return Array.from({ length: SOURCES }, (_, part) => sources[(at * SOURCES + part) % sources.length] as Work);
}
