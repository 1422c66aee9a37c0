/** Current states: folds over streams and over the log, kept in memory and brought up to date on each use. */
import type { RecordedEvent } from '../events/envelope.ts';
import { comparePositions, type Position, START, type StreamId } from '../events/ids.ts';
import type { Instant } from '../events/time.ts';
import type { Fold } from './command.ts';
import { type EventStore, type Freshness, isFreshness, NO_STREAM, readable, UnreadableEvent } from './ports.ts';
import { recentlyUsed } from './recently-used.ts';
import { type Done, RecordedCommands } from './recorded-commands.ts';
import { SharedQuestion } from './shared-question.ts';

/** A stream's state with all that a writer must know of the stream. */
export interface Loaded<S = unknown> {
  readonly state: S;
  readonly revision: number;
  readonly position: Position;
  /** Commands already recorded in the stream; shared by successive states of one stream. */
  readonly done: RecordedCommands;
}

/** What has been read of one stream, by the revision after which it begins: what one fold has had read, others share. */
export type StreamReads = Map<number, Promise<readonly RecordedEvent[]>>;

export interface States {
  /** The stream as the log has it; now unless told. */
  load<S>(fold: Fold<S>, stream: StreamId, freshness?: Freshness, reads?: StreamReads): Promise<Loaded<S>>;
  /** The same of a stream that is taken for empty where nothing is known of it: the append at its revision finds out. */
  loadOrBegin<S>(fold: Fold<S>, stream: StreamId, reads: StreamReads): Promise<Loaded<S>>;
  /** The stream as it stood at an instant: what took effect later is left out. */
  loadAsOf<S>(fold: Fold<S>, stream: StreamId, at: Instant): Promise<S>;
  /** Where a command left the stream, if it has been recorded in it. */
  findDone(stream: StreamId, loaded: Loaded, commandId: string): Done | undefined | Promise<Done | undefined>;
  /** What a command recorded on a stream, whose last event of it has the revision that is told. */
  recordedBy(stream: StreamId, commandId: string, last: number): Promise<readonly RecordedEvent[]>;
  /** Takes over events just appended; gives the state after them. */
  advance<S>(fold: Fold<S>, stream: StreamId, from: Loaded<S>, events: readonly RecordedEvent[]): Loaded<S>;
  /**
   * A fold over all events of some types, up to a position or as fresh as is asked for. Folds of the same name must be the
   * same.
   */
  loadLog<S>(fold: Fold<S>, types: readonly string[], upTo: Position | Freshness): Promise<S>;
}

/** What a fold over the log has come to at a position. */
interface LogState<S = unknown> {
  readonly state: S;
  readonly position: Position;
}

const CACHED_STATES = 5_000;
const CACHED_LOG_STATES = 100;
/** Events that one command is first looked for among. */
const TOGETHER = 16;

/** `learn` is told the recorded times that are come by. */
export function createStates(store: EventStore, learn: (recordedAt: Instant) => void = () => {}): States {
  const states = recentlyUsed<string, Loaded>(CACHED_STATES);
  const logStates = recentlyUsed<string, LogState>(CACHED_LOG_STATES);
  /** How the log stands now, by the name of the fold. */
  const questions = recentlyUsed<string, SharedQuestion<unknown>>(CACHED_LOG_STATES);

  /** Folds for which the log is being read, by name. */
  const reading = new Map<string, Promise<void>>();

  const nothingOf = <S>(fold: Fold<S>): Loaded<S> => ({
    state: fold.initial,
    revision: NO_STREAM,
    position: START,
    done: new RecordedCommands(),
  });

  async function loadOrBegin<S>(fold: Fold<S>, stream: StreamId, reads: StreamReads): Promise<Loaded<S>> {
    const isKnown = states.has(`${fold.name} ${stream}`) || store.recall?.(stream, NO_STREAM, 'lately');
    return isKnown ? load(fold, stream, 'lately', reads) : nothingOf(fold);
  }

  async function load<S>(
    fold: Fold<S>,
    stream: StreamId,
    freshness: Freshness = 'now',
    reads?: StreamReads,
  ): Promise<Loaded<S>> {
    const key = `${fold.name} ${stream}`;
    const cached = states.get(key) as Loaded<S> | undefined;
    const from = cached ?? nothingOf(fold);
    const events = store.recall?.(stream, from.revision, freshness) ?? (await read(stream, from.revision, reads));
    if (events.length === 0) return from;
    const loaded = foldOver(fold, from, events);
    learnFrom(events);
    return remember(key, loaded);
  }

  function read(stream: StreamId, after: number, reads?: StreamReads): Promise<readonly RecordedEvent[]> {
    const events = reads?.get(after) ?? store.readStream(stream, after);
    reads?.set(after, events);
    return events;
  }

  async function loadAsOf<S>(fold: Fold<S>, stream: StreamId, at: Instant): Promise<S> {
    const events = await store.readStream(stream, NO_STREAM);
    const before = events.filter(({ meta }) => meta.effectiveAt <= at);
    return before.reduce((state, event) => fold.evolve(state, event) ?? state, fold.initial);
  }

  function findDone(
    stream: StreamId,
    { done }: Loaded,
    commandId: string,
  ): Done | undefined | Promise<Done | undefined> {
    const found = done.find(commandId);
    return found === 'perhaps' ? lookUp(stream, commandId) : found;
  }

  async function lookUp(stream: StreamId, commandId: string): Promise<Done | undefined> {
    const events = readable(await store.readStream(stream, NO_STREAM));
    const event = events.findLast(({ meta }) => meta.commandId === commandId);
    return event && { digest: event.meta.requestDigest, revision: event.revision, position: event.position };
  }

  /** Rarely asked, of a command that is sent again: the events of one stand together, nearly always few. */
  async function recordedBy(stream: StreamId, commandId: string, last: number): Promise<readonly RecordedEvent[]> {
    for (let reach = TOGETHER; ; reach *= TOGETHER) {
      const after = Math.max(NO_STREAM, last - reach);
      const events = await store.readStream(stream, after);
      const own = events.filter(event => event.revision <= last && !event.fault && event.meta.commandId === commandId);
      if (after === NO_STREAM || own[0]?.revision !== after + 1) return own;
    }
  }

  /** Events read together are nearly in the order of their times: the last one says enough. */
  function learnFrom(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (last && !last.fault) learn(last.meta.recordedAt);
  }

  function remember<S>(key: string, loaded: Loaded<S>): Loaded<S> {
    const present = states.get(key);
    if (!present || present.revision < loaded.revision) states.set(key, loaded);
    return loaded;
  }

  async function loadLog<S>(fold: Fold<S>, types: readonly string[], upTo: Position | Freshness): Promise<S> {
    if (upTo === 'now') return readToEnd(fold, types);
    // A log of a year is read once for all who wait for the same fold.
    while (reading.has(fold.name)) await reading.get(fold.name);
    if (!isFreshness(upTo)) return readLog(fold, types, upTo);
    const kept = logStates.get(fold.name) as LogState<S> | undefined;
    const tail = kept && store.recallLog?.(kept.position, upTo);
    if (!tail) return readToEnd(fold, types);
    const state = foldOverLog(fold, types, kept.state, tail.events);
    logStates.set(fold.name, { state, position: tail.events.at(-1)?.position ?? kept.position });
    // Others' events may come to stand between: not kept.
    return foldOverLog(fold, types, state, tail.own);
  }

  /** Those who ask while the log is being read share the next answer, which begins after they asked. */
  function readToEnd<S>(fold: Fold<S>, types: readonly string[]): Promise<S> {
    const asked = questions.get(fold.name) ?? new SharedQuestion<unknown>(() => readLog(fold, types, 'end'));
    questions.set(fold.name, asked);
    return asked.ask() as Promise<S>;
  }

  async function readLog<S>(fold: Fold<S>, types: readonly string[], upTo: Position | 'end'): Promise<S> {
    while (reading.has(fold.name)) await reading.get(fold.name);
    const found = readOn(fold, types, upTo);
    const ended = found.then(
      () => undefined,
      () => undefined,
    );
    reading.set(fold.name, ended);
    try {
      return await found;
    } finally {
      reading.delete(fold.name);
    }
  }

  async function readOn<S>(fold: Fold<S>, types: readonly string[], upTo: Position | 'end'): Promise<S> {
    // Of the log of now the store tells on the way where it ends.
    const end = upTo === 'end' ? undefined : upTo;
    const isBeyond = (position: Position) => end !== undefined && comparePositions(position, end) > 0;
    const kept = logStates.get(fold.name) as LogState<S> | undefined;
    const usable = kept && !isBeyond(kept.position);
    let { state, position } = usable ? kept : { state: fold.initial, position: START };
    while (position !== end) {
      const { events, reached, isEnd } = await store.readTypes(types, position);
      state = foldOverLog(
        fold,
        types,
        state,
        events.filter(event => !isBeyond(event.position)),
      );
      learnFrom(events);
      position = isBeyond(reached) ? (end as Position) : reached;
      if (isEnd) break;
      // A long log is read without keeping other callers waiting.
      await new Promise(resolve => setImmediate(resolve));
    }
    // What has been asked of an earlier place does not make forget what is known of a later one.
    if (usable || !kept) logStates.set(fold.name, { state, position });
    return state;
  }

  return {
    load,
    loadOrBegin,
    loadAsOf,
    findDone,
    recordedBy,
    loadLog,
    advance: (fold, stream, from, events) => remember(`${fold.name} ${stream}`, foldOver(fold, from, events)),
  };
}

/** Throws {@link UnreadableEvent} also for a kind that this version does not know: what it changes is not known either. */
function foldOver<S>(fold: Fold<S>, from: Loaded<S>, events: readonly RecordedEvent[]): Loaded<S> {
  let { state, revision, position } = from;
  for (const event of readable(events)) {
    state = fold.evolve(state, event) ?? state;
    ({ revision, position } = event);
    from.done.add(event.meta.commandId, { digest: event.meta.requestDigest, revision, position });
  }
  return { state, revision, position, done: from.done };
}

/** Throws {@link UnreadableEvent} for one that the fold would have to take in. */
function foldOverLog<S>(fold: Fold<S>, types: readonly string[], from: S, events: readonly RecordedEvent[]): S {
  let state = from;
  for (const event of events) {
    if (!types.includes(event.type)) continue;
    if (event.fault) throw new UnreadableEvent(event, event.fault);
    state = fold.evolve(state, event);
  }
  return state;
}
