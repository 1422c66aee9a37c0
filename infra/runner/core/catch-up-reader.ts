/** Brings events from the log to generations, and their rows to the store. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { RecordedEvent } from '../../../events/envelope.ts';
import { comparePositions, type Position } from '../../../events/ids.ts';
import { StaleTerm } from '../../../projections/ports.ts';
import { isOfAnother } from '../../compose/log-check.ts';
import type { GenerationBatch } from './batch.ts';
import type { GenerationProjector } from './generation-projector.ts';
import { EventPage } from './page.ts';
import type { OnProgress } from './projector.ts';
import { LogRegressed, type RunnerPorts } from './runner-ports.ts';
import { slowest } from './waiters.ts';

/** Events between two yields to the event loop while catching up. */
const PAGE = 1_000;
const RECHECK_MS = 1_000;

/** What events make of the generations that had not taken them yet; nothing is written. */
type Prepared = ReadonlyMap<GenerationProjector, GenerationBatch>;
const NOTHING: Prepared = new Map();

export class CatchUpReader {
  readonly #ports: RunnerPorts;
  readonly #oust: (projection: string) => void;
  #stopped = false;

  /** `oust` gives a projection up: all of its generations are abandoned when it returns. */
  constructor(ports: RunnerPorts, oust: (projection: string) => void) {
    this.#ports = ports;
    this.#oust = oust;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Ends every catching up after the page in hand. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Feeds events to the generations. A generation that turns out to be another projector's is given up, and the others go on.
   * `save` stores every checkpoint.
   */
  async feed(
    generations: readonly GenerationProjector[],
    events: readonly RecordedEvent[],
    save = false,
  ): Promise<void> {
    await this.#write(await this.#prepare(generations, events, { save, after: NOTHING }));
  }

  /** Nothing of it counts until it is written, after that what was prepared before. */
  async #prepare(
    generations: readonly GenerationProjector[],
    events: readonly RecordedEvent[],
    { save, after }: { readonly save: boolean; readonly after: Prepared },
  ): Promise<Prepared> {
    const { log, store } = this.#ports;
    const taking = { store, now: this.#ports.now(), log: await log.identity(), save };
    const own = generations.filter(generation => !generation.abandoned);
    const page = new EventPage(events);
    // Together: where rows are far away, the generations would wait for each other's.
    const batches = await Promise.all(
      own.map(generation => generation.take(page, { ...taking, after: after.get(generation) })),
    );
    const prepared = new Map<GenerationProjector, GenerationBatch>();
    own.forEach((generation, at) => {
      const batch = batches[at];
      if (batch) prepared.set(generation, batch);
    });
    return prepared;
  }

  async #write(prepared: Prepared): Promise<void> {
    const { alarm, store } = this.#ports;
    const written = await this.writeFor([...prepared.keys()], async own => {
      const batches = own.map(generation => prepared.get(generation) as GenerationBatch);
      const due = batches.filter(batch => batch.due);
      if (due.length > 0) {
        await store.commit(
          due.map(batch => batch.writes),
          due.map(batch => batch.checkpoint),
          due.flatMap(batch => batch.quarantined),
          due.flatMap(batch => batch.marks),
        );
      }
      for (const batch of batches) batch.settle();
      return batches;
    });
    for (const event of written.flatMap(batch => batch.quarantined)) alarm('event quarantined', event);
  }

  /** Stores where generations are. */
  async save(generations: readonly GenerationProjector[]): Promise<void> {
    await this.writeFor(generations, async own => {
      const checkpoints = own.map(generation => generation.checkpoint);
      if (checkpoints.length === 0) return;
      await this.#ports.store.commit([], checkpoints, []);
      own.forEach((generation, at) => {
        generation.settle(checkpoints[at] as (typeof checkpoints)[number]);
      });
    });
  }

  /** Writes for those of the generations that are not abandoned; again without those that the store refuses as stale. */
  async writeFor<T>(
    generations: readonly GenerationProjector[],
    write: (own: readonly GenerationProjector[]) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const own = generations.filter(generation => !generation.abandoned);
      try {
        return await write(own);
      } catch (error) {
        if (!(error instanceof StaleTerm)) throw error;
        await this.#giveUpStale(own);
        if (own.every(generation => !generation.abandoned)) throw error;
      }
    }
  }

  async #giveUpStale(generations: readonly GenerationProjector[]): Promise<void> {
    const stored = await this.#ports.store.checkpoints();
    for (const generation of generations) {
      const { projection, term } = generation.checkpoint;
      // Given up meanwhile: this process may have taken the projection over again.
      if (generation.abandoned) continue;
      if (stored.some(other => other.projection === projection && other.term > term)) this.#oust(projection);
    }
  }

  /** Catches up while others go on, until at most a page is left. */
  async approachHead(generations: readonly GenerationProjector[], onProgress?: OnProgress): Promise<void> {
    while ((await this.catchUp(generations, onProgress)) > PAGE);
  }

  /**
   * Reads the log until the generations are where its head was heard to be at the call, or the reader is stopped; a head that
   * moves on would never be reached. While a page is being written the next one is read and folded. Returns the number of events
   * read.
   */
  async catchUp(generations: readonly GenerationProjector[], onProgress?: OnProgress): Promise<number> {
    const { log } = this.#ports;
    const goal = await log.knownHead();
    let read = 0;
    for (let page = await this.#next(generations, goal, NOTHING); page && !this.#stopped; ) {
      const { prepared, events } = page;
      const [written, next] = await Promise.allSettled([
        this.#write(prepared),
        this.#next(generations, goal, prepared),
      ]);
      if (written.status === 'rejected') throw written.reason;
      read += events.length;
      const done = (events.at(-1) as RecordedEvent).position;
      if (onProgress)
        onProgress({ projection: generations[0]?.projection.name ?? '', done, head: await log.knownHead() });
      await turn();
      if (next.status === 'rejected') throw next.reason;
      page = next.value;
    }
    return read;
  }

  /** The page up to the goal behind what was prepared before; undefined at the goal, or when the reader is stopped. */
  async #next(
    generations: readonly GenerationProjector[],
    goal: Position,
    after: Prepared,
  ): Promise<{ readonly prepared: Prepared; readonly events: readonly RecordedEvent[] } | undefined> {
    const own = generations.filter(generation => !generation.abandoned);
    const from = slowest([
      goal,
      ...own.map(generation => (after.get(generation)?.checkpoint ?? generation.checkpoint).position),
    ]);
    if (this.#stopped || comparePositions(from, goal) >= 0) return undefined;
    const page = await this.#ports.log.readAll(from, PAGE);
    const events = page.filter(event => comparePositions(event.position, goal) <= 0);
    if (events.length === 0) return undefined;
    return { events, prepared: await this.#prepare(own, events, { save: false, after }) };
  }

  /**
   * Throws {@link LogRegressed} when the log twice denies an event that a generation has taken, or is not the log that it is of.
   */
  async verify(generations: readonly GenerationProjector[]): Promise<void> {
    if ((await this.#denied(generations)).length === 0) return;
    await pause(this.#ports.recheckMs ?? RECHECK_MS);
    const denied = await this.#denied(generations);
    if (denied.length > 0) throw new LogRegressed(denied);
  }

  async #denied(generations: readonly GenerationProjector[]): Promise<readonly Position[]> {
    const { log } = this.#ports;
    const identity = await log.identity();
    const byPosition = new Map(generations.map(({ checkpoint }) => [checkpoint.position, checkpoint]));
    const foreign = generations
      .filter(({ checkpoint }) => isOfAnother(checkpoint, identity))
      .map(({ position }) => position);
    if (foreign.length > 0) return [...new Set(foreign)];
    const places = [...byPosition.values()];
    const held = await Promise.all(places.map(({ position, eventId }) => log.holds(position, eventId)));
    return places.filter((_, at) => !held[at]).map(({ position }) => position);
  }
}
