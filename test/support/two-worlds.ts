/**
 * Two worlds that differ only in what a caller may not know: every query open to him must answer byte for byte the same
 * in both. All query routes of the product that his role may call are asked, with every id, year, day and word that
 * either log holds — those he should not know among them — page by page, valid cursors and made-up ones, found or not;
 * then the event feed and the files. What recusal leaks through is seldom the thing itself: it is a count, a page that
 * ends early, a 404 that should have been a 403.
 *
 * To cover more facts, tell a story in which they happen and name those to be hidden:
 * `leaks(worldsOf(log, event => isHidden(event) ? elsewhere(event) : event), expert)` must be empty.
 */
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../events/ids.ts';
import { shanghaiDate } from '../../events/time.ts';
import { type FeedPage, feedFor, seesByRole } from '../../infra/http/feed-sources.ts';
import { openingOfFile } from '../../projections/application/files.ts';
import { toldEvents } from '../../projections/feed/told-events.ts';
import { projections } from '../../projections/index.ts';
import { BadCursor, type Caller, type Reader } from '../../projections/ports.ts';
import type { QueryRoute } from '../../projections/route.ts';
import { queryRoutes } from '../../projections/routes.ts';
import type { HandlerPorts } from '../../services/handle.ts';
import type { BlobStore, Vault } from '../../services/ports.ts';
import { control, samples } from './controls.ts';
import { readerOf } from './fold.ts';
import { createMemoryStore } from './memory-store.ts';

type Log = readonly RecordedEvent[];

const FAILED = 'failed:';

/** What the write path of one world stands on; nothing is sealed so that it differs, and no file is there. */
export function writePortsOf(world: Log, now: string): Pick<HandlerPorts, 'store' | 'vault' | 'blobs' | 'clock'> {
  return { store: createMemoryStore(withoutGaps(world)), vault, blobs, clock: { now: () => now } };
}

const vault: Vault = {
  subjectOf: (_orgId, name) => name,
  keyed: text => text,
  seal: async subject => ({ subject, sealed: 'A'.repeat(40) }),
  open: async () => undefined,
  erase: async () => undefined,
};
const blobs: BlobStore = {
  put: () => Promise.reject(new Error('nothing is uploaded here')),
  stat: async () => undefined,
  statUploadedBy: async () => undefined,
  open: async () => undefined,
};

/** What lies elsewhere in the other world leaves no gap in its stream. */
function withoutGaps(world: Log): Log {
  const lengths = new Map<string, number>();
  return world.map(event => {
    const revision = lengths.get(event.streamId) ?? 0;
    lengths.set(event.streamId, revision + 1);
    return { ...whole(event), revision };
  });
}

export interface Worlds {
  readonly here: Log;
  readonly there: Log;
}

/** The log, and the log as `change` has it; events keep their places, so that positions tell nothing. */
export function worldsOf(log: Log, change: (event: RecordedEvent) => RecordedEvent): Worlds {
  const here = log.map(whole);
  const there = here.map(change);
  if (there.every((event, index) => event === here[index])) throw new Error('the worlds do not differ');
  return { here, there };
}

/** A store may read the parts of an event when they are asked for; a change needs them all. */
function whole({
  position,
  streamId,
  revision,
  id,
  type,
  schemaVersion,
  data,
  meta,
  dataText,
  metaText,
}: RecordedEvent) {
  return { position, streamId, revision, id, type, schemaVersion, data, meta, dataText, metaText };
}

/** The log, and the log in which what is hidden never happened: places and revisions close up. */
export function worldsWithout(log: Log, isHidden: (event: RecordedEvent) => boolean): Worlds {
  const here = log.map(whole);
  const revisions = new Map<string, number>();
  const there = here
    .filter(event => !isHidden(event))
    .map((event, index) => {
      const revision = (revisions.get(event.streamId) ?? -1) + 1;
      revisions.set(event.streamId, revision);
      return { ...event, position: String(index + 1) as Position, revision };
    });
  if (there.length === here.length) throw new Error('the worlds do not differ');
  return { here, there };
}

/** In the other world something else happened at that moment, of no concern to the caller. */
export function elsewhere(event: RecordedEvent): RecordedEvent {
  const { kind, data, type } = control('organising-work.recorded');
  const meta = { ...event.meta, about: {}, basis: [kind.basis], phase: kind.phase, visibility: kind.visibility };
  const text = { dataText: JSON.stringify(data), metaText: JSON.stringify(meta) };
  return { ...event, streamId: 'rulebook' as never, type, schemaVersion: kind.version, data, meta, ...text };
}

/** In the other world the same act had another content. */
export function otherwise(event: RecordedEvent, change: object): RecordedEvent {
  const data = { ...(event.data as object), ...change };
  return { ...event, data, dataText: JSON.stringify(data) };
}

export interface Asking {
  /** Further query routes: those of a test, with a leak planted. */
  readonly routes?: readonly QueryRoute[];
  readonly names?: Readonly<Record<string, string>>;
  readonly now?: string;
}

/**
 * The questions that are answered differently in the two worlds, with both answers; and those that fail in both, which
 * would prove nothing.
 */
export async function leaks({ here, there }: Worlds, caller: Caller, asking: Asking = {}): Promise<string[]> {
  const words = wordsOf([...here, ...there]);
  // It is the same day in both, however much has happened.
  const now = here.at(-1)?.meta.recordedAt;
  const at = { ...asking, ...(now !== undefined && { now }) };
  const [one, other] = [await answersIn(here, words, caller, at), await answersIn(there, words, caller, at)];
  const questions = [...new Set([...one.keys(), ...other.keys()])];
  return questions
    .filter(question => one.get(question) !== other.get(question) || one.get(question)?.startsWith(FAILED))
    .map(question => `${question}\n  here:  ${one.get(question)}\n  there: ${other.get(question)}`);
}

/** How many questions of which route would be asked: a harness that asks nothing finds nothing. */
export async function questionsAsked(log: Log, caller: Caller): Promise<ReadonlyMap<string, number>> {
  const answers = await answersIn(log, wordsOf(log), caller, {});
  const counts = new Map<string, number>();
  for (const question of answers.keys()) {
    const [name = ''] = question.split(' ');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** The routes a role may call. */
export function routesOpenTo(caller: Caller, routes: readonly QueryRoute[] = queryRoutes): readonly QueryRoute[] {
  return routes.filter(({ allow }) => allow === 'public' || (caller !== undefined && allow.includes(caller.role)));
}

async function answersIn(
  log: Log,
  words: Words,
  caller: Caller,
  { routes = [], names = {}, now = log.at(-1)?.meta.recordedAt }: Asking,
): Promise<ReadonlyMap<string, string>> {
  const reader = readerOf(projections, { events: log, names, ...(now !== undefined && { now }) });
  const answers = new Map<string, string>();
  for (const route of routesOpenTo(caller, [...queryRoutes, ...routes])) {
    for (const input of inputsOf(route, words)) await askAllPages(route, input, caller, reader, answers);
  }
  for (const sha256 of words.get('sha256') ?? []) {
    const opening = caller && (await openingOfFile(reader, caller, String(sha256), async () => false));
    answers.set(`file ${sha256}`, JSON.stringify(opening) ?? '');
  }
  answers.set('feed', JSON.stringify(await feedOf(log, caller, reader)));
  return answers;
}

/** The bytes of all pages of a caller's feed. */
export async function feedTold(log: Log, caller: Caller): Promise<string> {
  const pages = await feedOf(log, caller, readerOf([toldEvents], { events: log }));
  return JSON.stringify(
    pages.map(({ events, ...page }) => ({ ...page, events: events.map(({ cursor, text }) => [cursor, text]) })),
  );
}

/** What the feed tells the caller, page by page. */
async function feedOf(log: Log, caller: Caller, reader: Reader): Promise<readonly FeedPage[]> {
  const readAll = async (after: Position, limit: number) =>
    log.filter(({ position }) => comparePositions(position, after) > 0).slice(0, limit);
  const source = feedFor(caller, {
    log: { readAll },
    reader,
    reached: async () => true,
    maySee: seesByRole,
    address: 'http://localhost',
    accountsOf: async id => new Set([id]),
  });
  const pages: FeedPage[] = [];
  for (let cursor: string | undefined = START; cursor !== undefined; ) {
    const page: FeedPage = await source.after(cursor, 10);
    pages.push(page);
    cursor = page.last;
  }
  return pages;
}

async function askAllPages(
  route: QueryRoute,
  input: object,
  caller: Caller,
  reader: Reader,
  answers: Map<string, string>,
): Promise<void> {
  const cursors: (string | undefined)[] = [undefined];
  while (cursors.length > 0) {
    const cursor = cursors.pop();
    const asked = { ...input, ...(cursor !== undefined && { cursor }) };
    const { text, next } = await answerTo(route, asked, caller, reader);
    answers.set(`${route.name} ${JSON.stringify(asked)}`, text);
    if (next !== undefined) cursors.push(next);
  }
}

interface Answered {
  readonly text: string;
  readonly next?: string;
}

async function answerTo(route: QueryRoute, input: object, caller: Caller, reader: Reader): Promise<Answered> {
  const parsed = route.input.safeParse(input);
  if (!parsed.success) return { text: `invalid: ${JSON.stringify(parsed.error.issues)}` };
  try {
    const answer = await route.answer(parsed.data as never, caller, reader);
    if (answer.kind === 'none') return { text: 'none' };
    if (answer.kind === 'paper') return { text: `paper ${JSON.stringify(answer.paper)}` };
    if (answer.kind === 'json') return { text: `json ${answer.text}`, ...(answer.next && { next: answer.next }) };
    let text = `stream ${answer.mediaType} ${answer.filename} `;
    for await (const chunk of answer.chunks) text += chunk;
    return { text };
  } catch (error) {
    // Told over HTTP as 400: an answer like another.
    if (error instanceof BadCursor) return { text: 'bad cursor' };
    return { text: `${FAILED} ${String(error)}` };
  }
}

type Word = string | number;
/** Values by the name of the field that holds them. */
type Words = ReadonlyMap<string, ReadonlySet<Word>>;

function wordsOf(log: Log): Words {
  const words = wordsIn(log.flatMap(({ data, meta, position }) => [data, meta.about, { position }]));
  const days = new Set(log.map(({ meta }) => shanghaiDate(meta.recordedAt)));
  return new Map([...words, ...['on', 'from', 'to', 'asOf'].map(name => [name, days] as const)]);
}

function wordsIn(values: readonly unknown[]): Words {
  const words = new Map<string, Set<Word>>();
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'string' || typeof value === 'number') {
      words.set(name, (words.get(name) ?? new Set()).add(value));
    } else if (Array.isArray(value)) {
      for (const item of value) walk(item, name.replace(/s$/, ''));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, part] of Object.entries(value)) walk(part, key);
    }
  };
  for (const value of values) walk(value, '');
  return words;
}

/** Well-formed, and of another story: for parameters that nothing in the log has a value for. */
const MADE_UP = wordsIn(Object.values(samples));

interface Parameter {
  readonly enum?: readonly Word[];
  readonly type?: string;
  readonly anyOf?: readonly Parameter[];
}

/** What to say for a parameter whose values stand under other names in events, or in none. */
const SPOKEN_AS: Readonly<Record<string, readonly string[]>> = {
  q: ['title', 'unitName'],
  owedBy: ['uscc', 'bodyId'],
  body: ['bodyId'],
  opinionOf: ['bodyId'],
  unit: ['uscc'],
  category: ['categorie'],
  method: ['method'],
};
const FIXED: Readonly<Record<string, readonly Word[]>> = { limit: [1, 500], cursor: ['made-up'] };

/** What nothing has: a year, or an id in the form of any. */
function absent(name: string): readonly Word[] {
  if (name === 'year') return [2031];
  return name.endsWith('Id') ? ['2031-nobody'] : [];
}

/** Required parameters in every combination; each optional one in turn with all it can be. */
function inputsOf(route: QueryRoute, words: Words): object[] {
  const { properties = {}, required = [] } = z.toJSONSchema(route.input, { io: 'input', unrepresentable: 'any' });
  const valuesFor = (name: string) => valuesOf(route, name, properties[name] as Parameter, words);
  let bases: object[] = [{}];
  for (const name of required) {
    bases = bases.flatMap(base => valuesFor(name).map(value => ({ ...base, [name]: value })));
  }
  const optional = Object.keys(properties).filter(name => !required.includes(name));
  return bases.flatMap(base => [
    base,
    ...optional.flatMap(name => valuesFor(name).map(value => ({ ...base, [name]: value }))),
  ]);
}

/** A parameter that the harness has no words for would go untested: it fails until it is taught some. */
function valuesOf(route: QueryRoute, name: string, parameter: Parameter, words: Words): readonly Word[] {
  if (FIXED[name]) return FIXED[name];
  const listed = parameter.enum ?? parameter.anyOf?.flatMap(part => part.enum ?? []);
  if (listed && listed.length > 0) return listed;
  const heard = (SPOKEN_AS[name] ?? [name]).flatMap(word => [...(words.get(word) ?? [])]);
  const madeUp = heard.length > 0 ? [] : [...(MADE_UP.get(name) ?? [])];
  const values = [...heard, ...madeUp, ...absent(name)];
  if (values.length > 0) return values;
  if (parameter.type === 'boolean') return ['true', 'false'];
  throw new Error(`two-worlds: no words for parameter ${name} of ${route.name}; teach SPOKEN_AS or FIXED`);
}
