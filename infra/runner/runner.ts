/** Keeps every projection at the head of the log, and builds new generations beside the live ones. */
import { setImmediate as turn } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position } from '../../events/ids.ts';
import type { Checkpoint, CollectionSpec, EventLog, Named, Quarantined, ReadStore } from '../../projections/ports.ts';
import type { Projection } from '../../projections/projection.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { type Comparison, compareGenerations } from './compare.ts';
import { feed, firstCheckpoint, Lane } from './lane.ts';
import type { Projector } from './projector.ts';
import { slowest, Waiters } from './waiters.ts';

export interface RunnerPorts {
  readonly log: EventLog;
  readonly store: ReadStore;
  readonly projections: readonly Projection[];
  now(): string;
  /** A poison event was set aside, or projecting failed and will be tried again. */
  alarm(message: string, details: object): void;
  /** The slowest live generation stands here now. */
  moved?(position: Position): void;
  /** Another generation has gone live. */
  swapped?(): void;
}

export interface Progress {
  readonly projection: string;
  readonly done: Position;
  readonly head: Position;
}

export interface RebuildReport extends Comparison {
  readonly projection: string;
  readonly generation: number;
}

/** Events between two yields to the event loop while catching up. */
const PAGE = 1_000;
/** Events kept in memory between two batches; past that the log is read again. */
const BUFFER = 20_000;
const RETRY_MS = 500;

/** The runner was stopped before a generation was complete; the build resumes with the next start. */
export class RunnerStopped extends Error {
  constructor(projection: string) {
    super(`stopped while building ${projection}; it resumes with the next start`);
    this.name = 'RunnerStopped';
  }
}

export class ProjectionRunner implements Projector {
  readonly #ports: RunnerPorts;
  readonly #live = new Map<string, Lane>();
  readonly #retired = new Map<string, Lane>();
  readonly #building = new Map<string, Lane>();
  #buffer: RecordedEvent[] = [];
  #overflowed = false;
  #pumping: Promise<void> | undefined;
  #stopped = false;
  /** Whoever moves a live lane: a batch of live events, or the swap of a generation. */
  readonly #moving = queue();
  /** Whoever builds a generation. */
  readonly #making = queue();
  readonly #waiters = new Waiters();
  #unsubscribe: (() => void) | undefined;

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
  }

  /**
   * Takes up every projection where its checkpoint left it, catches up, and follows the log. A version that has no live
   * generation yet is built first; the call returns when all are at the head.
   */
  async start(onProgress?: (progress: Progress) => void): Promise<void> {
    const { log, projections, store } = this.#ports;
    const checkpoints = await store.checkpoints();
    for (const projection of projections) await this.#takeUp(projection, checkpoints);
    this.#unsubscribe = log.onAppend(events => this.#arrive(events));
    await this.#moving.run(() => this.#catchUp([...this.#live.values()], onProgress));
    this.#wake();
    await this.#making.run(async () => {
      for (const lane of [...this.#building.values()]) await this.#finishBuilding(lane, onProgress);
    });
  }

  /** Finishes the batch in hand and stops. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe?.();
    await this.#making.idle();
    await this.#pumping;
    await this.#moving.idle();
    const live = [...this.#live.values()].map(lane => lane.checkpoint);
    if (live.length > 0) await this.#ports.store.commit([], live, []);
    this.#waiters.giveUp();
  }

  /** Resolves true as soon as every live projection has taken the event at `position`, false after `ms`. */
  reached(position: Position, ms: number): Promise<boolean> {
    return this.#waiters.until(position, ms);
  }

  /** Where every generation stands, the live ones to the last event. */
  async checkpoints(): Promise<readonly Checkpoint[]> {
    const moving = [this.#live, this.#building].flatMap(lanes => [...lanes.values()].map(lane => lane.checkpoint));
    const current = (stored: Checkpoint) =>
      moving.find(({ projection, generation }) => projection === stored.projection && generation === stored.generation);
    return (await this.#ports.store.checkpoints()).map(stored => current(stored) ?? stored);
  }

  /** The live generation of a projection. Throws {@link StoreUnavailable} while there is none. */
  live(projection: Pick<Projection, 'name'>): Lane {
    const lane = this.#live.get(projection.name);
    if (!lane) throw new StoreUnavailable(`read model ${projection.name} is being built`, { retryAfter: 5 });
    return lane;
  }

  specOf(projection: Named): CollectionSpec {
    return this.live(projection).spec;
  }

  /** The live collections by name of projection. */
  specs(): ReadonlyMap<string, CollectionSpec> {
    return new Map([...this.#live].map(([name, lane]) => [name, lane.spec]));
  }

  /** Builds a new generation from the first event beside the live one, compares both, and swaps. */
  async rebuild(name: string, onProgress?: (progress: Progress) => void): Promise<RebuildReport> {
    const projection = this.#ports.projections.find(candidate => candidate.name === name);
    if (!projection) throw new RangeError(`no projection ${name}`);
    return this.#making.run(async () => {
      const lane = this.#building.get(name) ?? (await this.#startBuilding(projection));
      return this.#finishBuilding(lane, onProgress);
    });
  }

  /** Builds new generations of several projections in one pass over the log. */
  async rebuildAll(names: readonly string[], onProgress?: (progress: Progress) => void): Promise<RebuildReport[]> {
    return this.#making.run(async () => {
      const lanes: Lane[] = [];
      for (const projection of this.#ports.projections.filter(({ name }) => names.includes(name))) {
        lanes.push(this.#building.get(projection.name) ?? (await this.#startBuilding(projection)));
      }
      await this.#catchUp(lanes, onProgress);
      const reports: RebuildReport[] = [];
      for (const lane of lanes) reports.push(await this.#finishBuilding(lane));
      return reports;
    });
  }

  /** Makes the generation before the last swap the live one again. */
  async rollback(name: string): Promise<void> {
    await this.#making.run(async () => {
      const retired = this.#retired.get(name);
      if (!retired) throw new RangeError(`no earlier generation of ${name}`);
      await this.#approachHead(retired);
      await this.#moving.run(async () => {
        const live = this.live({ name });
        await this.#level(live, retired);
        await this.#swap(live, retired);
      });
    });
  }

  async #takeUp(projection: Projection, checkpoints: readonly Checkpoint[]): Promise<void> {
    const own = checkpoints.filter(
      ({ projection: name, version }) => name === projection.name && version === projection.version,
    );
    const byState = (state: Checkpoint['state']) => own.findLast(checkpoint => checkpoint.state === state);
    const building = byState('building');
    const live = byState('live');
    const retired = byState('retired');
    if (live) this.#live.set(projection.name, await this.#lane(projection, live));
    if (retired) this.#retired.set(projection.name, await this.#lane(projection, retired));
    if (building) this.#building.set(projection.name, await this.#lane(projection, building));
    if (live || building) return;
    const earlier = checkpoints.filter(({ projection: name }) => name === projection.name);
    if (earlier.length > 0) await this.#startBuilding(projection);
    else this.#live.set(projection.name, await this.#open(projection, firstCheckpoint(projection, 1, 'live')));
  }

  async #lane(projection: Projection, checkpoint: Checkpoint): Promise<Lane> {
    const lane = new Lane(projection, checkpoint);
    await this.#ports.store.ensure(lane.spec);
    return lane;
  }

  /** A new generation, on record before its first event so that no other takes its number. */
  async #open(projection: Projection, checkpoint: Checkpoint): Promise<Lane> {
    const lane = await this.#lane(projection, checkpoint);
    await this.#ports.store.commit([], [checkpoint], []);
    return lane;
  }

  async #startBuilding(projection: Projection): Promise<Lane> {
    const generations = (await this.#ports.store.checkpoints())
      .filter(checkpoint => checkpoint.projection === projection.name)
      .map(checkpoint => checkpoint.generation);
    const lane = await this.#open(projection, firstCheckpoint(projection, Math.max(0, ...generations) + 1, 'building'));
    this.#building.set(projection.name, lane);
    return lane;
  }

  async #finishBuilding(lane: Lane, onProgress?: (progress: Progress) => void): Promise<RebuildReport> {
    await this.#approachHead(lane, onProgress);
    return this.#moving.run(async () => {
      const live = this.#live.get(lane.projection.name);
      await this.#level(live, lane);
      const comparison = await compareGenerations(this.#ports.store, live, lane);
      await this.#swap(live, lane);
      this.#building.delete(lane.projection.name);
      if (!live) await this.#forgetVersionsBeforeLast(lane);
      return { projection: lane.projection.name, generation: lane.checkpoint.generation, ...comparison };
    });
  }

  /** The last version stays, for the program that knows it; those before it can no longer be needed. */
  async #forgetVersionsBeforeLast({ projection }: Lane): Promise<void> {
    const { store } = this.#ports;
    const earlier = (await store.checkpoints()).filter(
      ({ projection: name, version }) => name === projection.name && version < projection.version,
    );
    const last = Math.max(...earlier.map(({ version }) => version));
    for (const checkpoint of earlier.filter(({ version }) => version < last)) {
      await store.drop(new Lane(projection, checkpoint).spec, checkpoint);
    }
  }

  async #swap(from: Lane | undefined, to: Lane): Promise<void> {
    const { store } = this.#ports;
    const live = to.withState('live');
    const retired = from?.withState('retired');
    await store.commit([], retired ? [live, retired] : [live], []);
    to.settle(live);
    this.#live.set(to.projection.name, to);
    this.#ports.swapped?.();
    const earlier = this.#retired.get(to.projection.name);
    if (earlier && earlier !== to) await store.drop(earlier.spec, earlier.checkpoint);
    this.#retired.delete(to.projection.name);
    if (from && retired) {
      from.settle(retired);
      this.#retired.set(from.projection.name, from);
    }
  }

  /** Catches up while the live lanes go on, until at most a page is left. */
  async #approachHead(lane: Lane, onProgress?: (progress: Progress) => void): Promise<void> {
    while ((await this.#catchUp([lane], onProgress)) > PAGE);
  }

  /** Brings two generations to the same position; one that is not at the head must not go live. */
  async #level(live: Lane | undefined, lane: Lane): Promise<void> {
    await this.#catchUp(live ? [live, lane] : [lane]);
    if (this.#stopped) throw new RunnerStopped(lane.projection.name);
  }

  /**
   * Reads the log until the lanes are where its head was at the call, or the runner is stopped; a head that moves on
   * would never be reached. Returns the number of events read.
   */
  async #catchUp(lanes: readonly Lane[], onProgress?: (progress: Progress) => void): Promise<number> {
    const { log } = this.#ports;
    const goal = await log.head();
    for (let read = 0; ; ) {
      const from = slowest([goal, ...lanes.map(lane => lane.position)]);
      if (this.#stopped || comparePositions(from, goal) >= 0) return read;
      const page = await log.readAll(from, PAGE);
      const events = page.filter(event => comparePositions(event.position, goal) <= 0);
      const last = events.at(-1);
      if (!last) return read;
      await this.#feed(lanes, events);
      read += events.length;
      if (onProgress)
        onProgress({ projection: lanes[0]?.projection.name ?? '', done: last.position, head: await log.head() });
      await turn();
    }
  }

  async #feed(lanes: readonly Lane[], events: readonly RecordedEvent[]): Promise<void> {
    const quarantined: readonly Quarantined[] = await feed(lanes, events, this.#ports.store, this.#ports.now());
    for (const event of quarantined) this.#ports.alarm('event quarantined', event);
  }

  #arrive(events: readonly RecordedEvent[]): void {
    if (this.#buffer.length + events.length > BUFFER) {
      this.#buffer = [];
      this.#overflowed = true;
    } else if (!this.#overflowed) {
      for (const event of events) this.#buffer.push(event);
    }
    this.#pump();
  }

  #pump(): void {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = this.#moving
      .run(() => this.#takeArrived())
      .catch(async error => {
        this.#ports.alarm('projecting failed, trying again', { error: String(error) });
        this.#buffer = [];
        this.#overflowed = true;
        await new Promise(resolve => setTimeout(resolve, RETRY_MS));
      })
      .finally(() => {
        this.#pumping = undefined;
        if (this.#buffer.length > 0 || this.#overflowed) this.#pump();
      });
  }

  /** One batch, so that a swap that waits its turn gets it however many events arrive. */
  async #takeArrived(): Promise<void> {
    const lanes = [...this.#live.values()];
    if (this.#overflowed) {
      this.#overflowed = false;
      await this.#catchUp(lanes);
    } else {
      const events = this.#buffer;
      this.#buffer = [];
      await this.#feed(lanes, events);
    }
    this.#wake();
    await turn();
  }

  #wake(): void {
    const position = slowest([...this.#live.values()].map(lane => lane.position));
    this.#waiters.moved(position);
    this.#ports.moved?.(position);
  }
}

/** Runs tasks one after another. */
function queue() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run<T>(task: () => Promise<T>): Promise<T> {
      const run = last.then(task);
      last = run.catch(() => undefined);
      return run;
    },
    idle: () => last,
  };
}
