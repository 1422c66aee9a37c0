/** Brings events from the log to lanes, and their rows to the store. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position } from '../../events/ids.ts';
import { StaleTerm } from '../../projections/ports.ts';
import { isOfAnother } from '../log-check.ts';
import type { Batch } from './batch.ts';
import type { Lane } from './lane.ts';
import { EventPage } from './page.ts';
import type { OnProgress } from './projector.ts';
import { LogRegressed, type RunnerPorts } from './runner-ports.ts';
import { slowest } from './waiters.ts';

/** Events between two yields to the event loop while catching up. */
const PAGE = 1_000;
const RECHECK_MS = 1_000;

/** What events make of the lanes that had not taken them yet; nothing is written. */
type Prepared = ReadonlyMap<Lane, Batch>;
const NOTHING: Prepared = new Map();

export class Feeder {
  readonly #ports: RunnerPorts;
  readonly #oust: (projection: string) => void;
  #stopped = false;

  /** `oust` gives a projection up: all of its lanes are abandoned when it returns. */
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
   * Feeds events to the lanes. A lane that turns out to be another projector's is given up, and the others go on.
   * `save` stores every checkpoint.
   */
  async feed(lanes: readonly Lane[], events: readonly RecordedEvent[], save = false): Promise<void> {
    await this.#write(await this.#prepare(lanes, events, { save, after: NOTHING }));
  }

  /** Nothing of it counts until it is written, after that what was prepared before. */
  async #prepare(
    lanes: readonly Lane[],
    events: readonly RecordedEvent[],
    { save, after }: { readonly save: boolean; readonly after: Prepared },
  ): Promise<Prepared> {
    const { log, store } = this.#ports;
    const taking = { store, now: this.#ports.now(), log: await log.identity(), save };
    const own = lanes.filter(lane => !lane.abandoned);
    const page = new EventPage(events);
    // Together: where rows are far away, the lanes would wait for each other's.
    const batches = await Promise.all(own.map(lane => lane.take(page, { ...taking, after: after.get(lane) })));
    const prepared = new Map<Lane, Batch>();
    own.forEach((lane, at) => {
      const batch = batches[at];
      if (batch) prepared.set(lane, batch);
    });
    return prepared;
  }

  async #write(prepared: Prepared): Promise<void> {
    const { alarm, store } = this.#ports;
    const written = await this.standing([...prepared.keys()], async own => {
      const batches = own.map(lane => prepared.get(lane) as Batch);
      const due = batches.filter(batch => batch.due);
      if (due.length > 0) {
        await store.commit(
          due.map(batch => batch.writes),
          due.map(batch => batch.checkpoint),
          due.flatMap(batch => batch.quarantined),
        );
      }
      for (const batch of batches) batch.settle();
      return batches;
    });
    for (const event of written.flatMap(batch => batch.quarantined)) alarm('event quarantined', event);
  }

  /** Stores where lanes are. */
  async save(lanes: readonly Lane[]): Promise<void> {
    await this.standing(lanes, async own => {
      const checkpoints = own.map(lane => lane.checkpoint);
      if (checkpoints.length === 0) return;
      await this.#ports.store.commit([], checkpoints, []);
      own.forEach((lane, at) => {
        lane.settle(checkpoints[at] as (typeof checkpoints)[number]);
      });
    });
  }

  /** Writes for those of the lanes that are not abandoned; again without those that the store refuses as stale. */
  async standing<T>(lanes: readonly Lane[], write: (own: readonly Lane[]) => Promise<T>): Promise<T> {
    for (;;) {
      const own = lanes.filter(lane => !lane.abandoned);
      try {
        return await write(own);
      } catch (error) {
        if (!(error instanceof StaleTerm)) throw error;
        await this.#giveUpStale(own);
        if (own.every(lane => !lane.abandoned)) throw error;
      }
    }
  }

  async #giveUpStale(lanes: readonly Lane[]): Promise<void> {
    const stored = await this.#ports.store.checkpoints();
    for (const lane of lanes) {
      const { projection, term } = lane.checkpoint;
      // Given up meanwhile: this process may have taken the projection over again.
      if (lane.abandoned) continue;
      if (stored.some(other => other.projection === projection && other.term > term)) this.#oust(projection);
    }
  }

  /** Catches up while others go on, until at most a page is left. */
  async approachHead(lanes: readonly Lane[], onProgress?: OnProgress): Promise<void> {
    while ((await this.catchUp(lanes, onProgress)) > PAGE);
  }

  /**
   * Reads the log until the lanes are where its head was heard to be at the call, or the feeder is stopped; a head that
   * moves on would never be reached. While a page is being written the next one is read and folded. Returns the number of events
   * read.
   */
  async catchUp(lanes: readonly Lane[], onProgress?: OnProgress): Promise<number> {
    const { log } = this.#ports;
    const goal = await log.heard();
    let read = 0;
    for (let page = await this.#next(lanes, goal, NOTHING); page && !this.#stopped; ) {
      const { prepared, events } = page;
      const [written, next] = await Promise.allSettled([this.#write(prepared), this.#next(lanes, goal, prepared)]);
      if (written.status === 'rejected') throw written.reason;
      read += events.length;
      const done = (events.at(-1) as RecordedEvent).position;
      if (onProgress) onProgress({ projection: lanes[0]?.projection.name ?? '', done, head: await log.heard() });
      await turn();
      if (next.status === 'rejected') throw next.reason;
      page = next.value;
    }
    return read;
  }

  /** The page up to the goal behind what was prepared before; undefined at the goal, or when the feeder is stopped. */
  async #next(
    lanes: readonly Lane[],
    goal: Position,
    after: Prepared,
  ): Promise<{ readonly prepared: Prepared; readonly events: readonly RecordedEvent[] } | undefined> {
    const own = lanes.filter(lane => !lane.abandoned);
    const from = slowest([goal, ...own.map(lane => (after.get(lane)?.checkpoint ?? lane.checkpoint).position)]);
    if (this.#stopped || comparePositions(from, goal) >= 0) return undefined;
    const page = await this.#ports.log.readAll(from, PAGE);
    const events = page.filter(event => comparePositions(event.position, goal) <= 0);
    if (events.length === 0) return undefined;
    return { events, prepared: await this.#prepare(own, events, { save: false, after }) };
  }

  /**
   * Throws {@link LogRegressed} when the log twice denies an event that a lane has taken, or is not the log that it is of.
   */
  async verify(lanes: readonly Lane[]): Promise<void> {
    if ((await this.#denied(lanes)).length === 0) return;
    await pause(this.#ports.recheckMs ?? RECHECK_MS);
    const denied = await this.#denied(lanes);
    if (denied.length > 0) throw new LogRegressed(denied);
  }

  async #denied(lanes: readonly Lane[]): Promise<readonly Position[]> {
    const { log } = this.#ports;
    const identity = await log.identity();
    const byPosition = new Map(lanes.map(({ checkpoint }) => [checkpoint.position, checkpoint]));
    const foreign = lanes.filter(({ checkpoint }) => isOfAnother(checkpoint, identity)).map(({ position }) => position);
    if (foreign.length > 0) return [...new Set(foreign)];
    const places = [...byPosition.values()];
    const held = await Promise.all(places.map(({ position, eventId }) => log.holds(position, eventId)));
    return places.filter((_, at) => !held[at]).map(({ position }) => position);
  }
}
