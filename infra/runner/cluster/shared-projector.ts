/** Projecting by several processes into one read store: each read model has one owner at a time, and all see it. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { comparePositions, type Position, START } from '../../../events/ids.ts';
import type { Checkpoint, CollectionSpec, EventLog, NamedProjection, ReadStore } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';
import { StoreUnavailable } from '../../../services/ports.ts';
import { collectionOf } from '../core/generation.ts';
import type { OnProgress, Projector, ProjectorState, RebuildReport } from '../core/projector.ts';
import { ProjectionRunner } from '../core/runner.ts';
import { slowest, Waiters } from '../core/waiters.ts';
import { CheckpointPoller } from './checkpoint-poller.ts';
import { LEASE_TIMES, LeaseManager, type LeaseTimes } from './lease-manager.ts';
import type { LeaseStore } from './leases.ts';
import { RebuildRequestHandler } from './rebuild-request-handler.ts';
import { outcomeOfRequest, type RebuildRequestKind, type RebuildRequestStore } from './rebuild-requests.ts';

export interface SharedProjectorOptions extends Partial<LeaseTimes> {
  readonly log: EventLog;
  readonly store: ReadStore;
  readonly leases: LeaseStore;
  readonly requests: RebuildRequestStore;
  readonly projections: readonly Projection[];
  now(): string;
  alarm(message: string, details: object): void;
  /** Whether this process makes read models itself, or only watches others make them. */
  readonly projects: boolean;
  /** Tells this process from every other, and from itself before a restart. */
  readonly owner?: string;
}

/** Milliseconds. */
const REFRESH_MS = 250;
const WATCH_MS = 50;
/** A first start, or a rebuild by others, may take an hour: who waits for it asks less and less often. */
const LONGEST_PAUSE_MS = 500;
const SAVE_WITHIN_MS = 100;
const RETRY_MS = 500;
/** A view that is older may name rows that have been dropped since. */
const VIEW_MAX_AGE_MS = 2_000;
/** The generation before a swap stays at least for so long. */
const SWAP_HEARD_WITHIN_MS = VIEW_MAX_AGE_MS + 500;

/**
 * A projection belongs to the processes that know its newest version: when one is deployed, they take it over and build
 * it beside the old rows, and older processes let go of it. Those go on reading the rows they know, which stand still
 * from then on, so that their {@link reached} says no; when the newer processes are withdrawn, they take it up again.
 */
export class SharedProjector implements Projector {
  readonly #options: SharedProjectorOptions;
  readonly #runner: ProjectionRunner;
  readonly #leases: LeaseManager;
  readonly #handler: RebuildRequestHandler;
  readonly #poller: CheckpointPoller;
  /** Those who wait for the read models this process makes. */
  readonly #waiters = new Waiters();
  readonly #stopping = new AbortController();
  #started = false;

  constructor(options: SharedProjectorOptions) {
    const { alarm, leases, log, now, requests, projections, store } = options;
    const { owner = `${hostname()}-${process.pid}-${randomUUID()}` } = options;
    const { ttlMs = LEASE_TIMES.ttlMs, beatMs = LEASE_TIMES.beatMs } = options;
    this.#options = options;
    this.#runner = new ProjectionRunner({
      log,
      store,
      projections,
      now,
      alarm,
      moved: position => this.#waiters.moved(position),
      ousted: name => this.#leases.drop(name),
      saveWithinMs: SAVE_WITHIN_MS,
      swapHeardWithinMs: SWAP_HEARD_WITHIN_MS,
    });
    this.#leases = new LeaseManager({
      store: leases,
      owner,
      ttlMs,
      beatMs,
      alarm,
      versions: Object.fromEntries(projections.map(({ name, version }) => [name, version])),
      writtenTerm: name => this.#poller.term(name),
      gained: terms => void this.#adopt(terms),
      lost: names => this.#lost(names),
      handOver: name => this.#runner.relinquish(name),
    });
    this.#handler = new RebuildRequestHandler({ requests, runner: this.#runner, alarm });
    this.#poller = new CheckpointPoller({
      store,
      projections,
      alarm,
      refreshMs: REFRESH_MS,
      ...(options.projects && { seen: () => this.#handler.look() }),
    });
  }

  /** Resolves when every read model, whoever makes it, is where the log was at the call. */
  async start(onProgress?: OnProgress): Promise<void> {
    const { log, projects } = this.#options;
    const goal = await log.head();
    await this.#poller.refresh();
    if (this.#stopping.signal.aborted) return;
    this.#poller.start();
    if (projects) this.#leases.start();
    let told: Position | undefined;
    let between = WATCH_MS;
    while (!(await this.reached(goal, WATCH_MS))) {
      if (this.#stopping.signal.aborted || this.#runner.state() === 'halted') return;
      const behind = this.#slowest();
      if (behind && behind.done !== told) onProgress?.({ ...behind, head: goal });
      told = behind?.done;
      await pause(between);
      between = Math.min(2 * between, LONGEST_PAUSE_MS);
    }
    this.#started = true;
  }

  /** Finishes what is in hand and gives every lease back, so that another takes over at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#poller.stop();
    if (this.#options.projects) {
      try {
        await this.#runner.stop();
      } catch (error) {
        this.#options.alarm('the last positions could not be stored', { error: String(error) });
      }
      await this.#handler.idle();
      await this.#leases.stop();
    }
    this.#waiters.giveUp();
  }

  state(): ProjectorState {
    if (this.#runner.state() === 'halted') return 'halted';
    return this.#started ? 'following' : 'starting';
  }

  async reached(position: Position, ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    for (let wait = 0; ; wait = WATCH_MS) {
      if (this.#runner.state() === 'halted') return false;
      if (this.#has(position)) return true;
      const left = until - performance.now();
      if ((left <= 0 && wait > 0) || this.#stopping.signal.aborted) return false;
      await this.#untilMoved(position, Math.max(0, left), wait);
    }
  }

  /** Waits for what is known here at once, and asks the store after `wait` milliseconds; no longer than `left`. */
  async #untilMoved(position: Position, left: number, wait: number): Promise<void> {
    if (this.#ownAreBehind(position)) {
      await this.#waiters.until(position, Math.min(WATCH_MS, left));
      return;
    }
    await pause(Math.min(wait, left));
    const seen = this.#poller.refresh().catch(() => undefined);
    await Promise.race([seen, pause(Math.max(left, WATCH_MS), undefined, { ref: false })]);
  }

  specOf({ name }: NamedProjection): CollectionSpec {
    const own = this.#runner.liveGenerations.get(name);
    if (own) return own.spec;
    const projection = this.#options.projections.find(candidate => candidate.name === name);
    const live = this.#poller.age < VIEW_MAX_AGE_MS ? this.#poller.live(name) : undefined;
    if (projection && live) return collectionOf(projection, live);
    throw new StoreUnavailable(`read model ${name} cannot be seen now`, { retryAfter: 5 });
  }

  checkpoints(): Promise<readonly Checkpoint[]> {
    return this.#runner.checkpoints();
  }

  async rebuild(name: string, onProgress?: OnProgress): Promise<RebuildReport> {
    return (await this.#request('rebuild', name, onProgress)) as RebuildReport;
  }

  rebuildAll(names: readonly string[], onProgress?: OnProgress): Promise<readonly RebuildReport[]> {
    return Promise.all(names.map(name => this.rebuild(name, onProgress)));
  }

  async rollback(name: string): Promise<void> {
    await this.#request('rollback', name);
  }

  async #request(kind: RebuildRequestKind, name: string, onProgress?: OnProgress): Promise<RebuildReport | undefined> {
    const { requests, projections, projects } = this.#options;
    if (!projections.some(projection => projection.name === name)) throw new RangeError(`no projection ${name}`);
    const request = { id: randomUUID(), kind, projection: name };
    const result = await outcomeOfRequest(request, {
      requests,
      signal: this.#stopping.signal,
      onProgress,
      ...(projects && { placed: () => this.#handler.look() }),
    });
    await this.#poller.refresh();
    return result;
  }

  /** Takes up what the leases allow, as long as they do; an outage is waited for. */
  async #adopt(terms: ReadonlyMap<string, number>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const own = new Map([...terms].filter(([name, term]) => this.#leases.term(name) === term));
      if (own.size === 0) return;
      try {
        await this.#runner.adopt(own);
        return;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#options.alarm('taking over failed, trying again', { projections: [...own.keys()], error: String(error) });
        await pause(RETRY_MS);
      }
    }
  }

  #lost(names: readonly string[]): void {
    this.#options.alarm('leases were lost; others go on', { projections: names });
    for (const name of names) this.#runner.drop(name);
  }

  #positionOf(name: string): Position | undefined {
    return (this.#runner.liveGenerations.get(name)?.checkpoint ?? this.#poller.live(name))?.position;
  }

  #has(position: Position): boolean {
    return this.#options.projections.every(({ name }) => {
      const at = this.#positionOf(name);
      return at !== undefined && comparePositions(at, position) >= 0;
    });
  }

  #ownAreBehind(position: Position): boolean {
    const own = [...this.#runner.liveGenerations.values()].map(generation => generation.position);
    return own.length > 0 && comparePositions(slowest(own), position) < 0;
  }

  #slowest(): { readonly projection: string; readonly done: Position } | undefined {
    return this.#options.projections
      .map(({ name }) => ({ projection: name, done: this.#positionOf(name) ?? START }))
      .toSorted((a, b) => comparePositions(a.done, b.done))[0];
  }
}
