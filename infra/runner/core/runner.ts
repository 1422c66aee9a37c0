/** Keeps every projection it owns at the head of the log, and builds new generations beside the live ones. */
import type { Position } from '../../../events/ids.ts';
import type { Checkpoint, CollectionSpec, NamedProjection } from '../../../projections/ports.ts';
import { StoreUnavailable } from '../../../services/ports.ts';
import { CatchUpReader } from './catch-up-reader.ts';
import type { GenerationProjector, HeldLease } from './generation-projector.ts';
import { type Claimed, Generations, type HeldProjection } from './generations.ts';
import { LiveSubscription } from './live-subscription.ts';
import type { OnProgress, Projector, ProjectorState, RebuildReport } from './projector.ts';
import { LogRegressed, type RunnerPorts, RunnerStopped } from './runner-ports.ts';
import { taskQueue } from './task-queue.ts';

export type { ProjectionProgress, RebuildReport } from './projector.ts';

/** The term of a projector that nobody contends with. */
const UNCONTENDED = 0;
const TAKEN_UP_AT_ONCE = 8;

export class ProjectionRunner implements Projector {
  readonly #ports: RunnerPorts;
  readonly #reader: CatchUpReader;
  readonly #subscription: LiveSubscription;
  readonly #generations: Generations;
  readonly #held = new Map<string, HeldProjection>();
  /** Of every projection that is held or being taken up. */
  readonly #leases = new Map<string, HeldLease>();
  /** Whoever builds a generation. */
  readonly #making = taskQueue();
  #started = false;

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
    this.#reader = new CatchUpReader(ports, name => this.#ousted(name));
    this.#subscription = new LiveSubscription(ports, this.#reader);
    this.#generations = new Generations(ports, this.#reader, this.#subscription, name => this.#ousted(name));
  }

  /**
   * Takes up every projection where its checkpoint left it, catches up, and follows the log. A version that has no live
   * generation yet is built first; the call returns when all are at the head.
   */
  async start(onProgress?: OnProgress): Promise<void> {
    await this.adopt(new Map(this.#ports.projections.map(({ name }) => [name, UNCONTENDED])), onProgress);
    if (this.#subscription.halted) return;
    await this.#finishBuilding([...this.#held.values()], onProgress);
    this.#started = true;
  }

  /**
   * Takes projections over, each with the term of its lease: catches up beside those that are followed already, and
   * joins them without a gap. Resolves when all have live rows at the head of the log; a generation that was being built
   * beside them waits for the next rebuild to finish it. When it throws, none was taken.
   */
  async adopt(terms: ReadonlyMap<string, number>, onProgress?: OnProgress): Promise<void> {
    this.#subscription.follow();
    const projections = this.#ports.projections.filter(({ name }) => terms.has(name));
    for (const { name } of projections) this.drop(name);
    const claims = projections.map(
      (projection): Claimed => ({
        projection,
        lease: { term: terms.get(projection.name) as number, over: false },
      }),
    );
    for (const { projection, lease } of claims) this.#leases.set(projection.name, lease);
    try {
      const holdings = await this.#takeUp(claims);
      await this.#joinLive(holdings, onProgress);
      await this.#finishBuilding(
        holdings.filter(({ live }) => !live),
        onProgress,
      );
    } catch (error) {
      if (error instanceof LogRegressed) {
        this.#subscription.halt(error);
        return;
      }
      for (const { lease } of claims) lease.over = true;
      for (const { name } of projections) if (this.#leases.get(name)?.over) this.drop(name);
      throw error;
    }
  }

  /** A few at once: where the store is far away each one takes several answers of it. */
  async #takeUp(claims: readonly Claimed[]): Promise<readonly HeldProjection[]> {
    const fenced = await this.#generations.fence(claims);
    const holdings: HeldProjection[] = [];
    const queue = claims.values();
    const takeUpNext = async (): Promise<void> => {
      for (const claim of queue) {
        const stored = fenced.get(claim.projection.name);
        if (!stored || claim.lease.over) continue;
        const holding = await this.#generations.takeUp(claim, stored);
        if (claim.lease.over) continue;
        this.#held.set(claim.projection.name, holding);
        holdings.push(holding);
      }
    };
    const done = await Promise.allSettled(Array.from({ length: TAKEN_UP_AT_ONCE }, takeUpNext));
    const failed = done.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
    return holdings;
  }

  async #joinLive(holdings: readonly HeldProjection[], onProgress?: OnProgress): Promise<void> {
    const live = holdings.flatMap(holding => holding.live ?? []);
    await this.#reader.verify(
      holdings.flatMap(({ live, retired, building }) =>
        [live, retired, building].flatMap(generation => generation ?? []),
      ),
    );
    await this.#reader.approachHead(live, onProgress);
    await this.#subscription.exclusively(async () => {
      await this.#reader.verify(live);
      await this.#reader.catchUp(live, onProgress);
      this.#subscription.join(live.filter(generation => !generation.abandoned));
    });
  }

  #finishBuilding(holdings: readonly HeldProjection[], onProgress?: OnProgress): Promise<void> {
    return this.#making.run(async () => {
      for (const holding of holdings) {
        const generation = holding.building;
        if (!generation) continue;
        try {
          await this.#generations.finish(holding, generation, onProgress);
        } catch (error) {
          if (!generation.abandoned) throw error;
        }
      }
    });
  }

  /** Gives a projection up for another to go on with: finishes the batch in hand and stores where it is. */
  async relinquish(name: string): Promise<void> {
    const lease = this.#leases.get(name);
    await this.#subscription.exclusively(async () => {
      const generation = this.#subscription.liveGenerations.get(name);
      if (lease?.over || !generation) return;
      await this.#reader.save([generation]);
      if (!lease?.over) this.drop(name);
    });
    // Being taken up still.
    if (lease && !lease.over) this.drop(name);
  }

  /** Lets go of a projection at once; nothing more is written for it. */
  drop(name: string): void {
    const lease = this.#leases.get(name);
    if (lease) lease.over = true;
    this.#leases.delete(name);
    this.#held.delete(name);
    this.#subscription.leave(name);
  }

  #ousted(name: string): void {
    this.drop(name);
    this.#ports.alarm('a projection is another projector’s now', { projection: name });
    this.#ports.ousted?.(name);
  }

  /** Finishes the batch in hand and stops. */
  async stop(): Promise<void> {
    this.#reader.stop();
    await this.#making.idle();
    await this.#subscription.stop();
  }

  state(): ProjectorState {
    if (this.#subscription.halted) return 'halted';
    return this.#started ? 'following' : 'starting';
  }

  /** Resolves true as soon as every live projection has taken the event at `position`, false after `ms`. */
  reached(position: Position, ms: number): Promise<boolean> {
    return this.#subscription.reached(position, ms);
  }

  /** Where every generation stands, the live ones to the last event. */
  async checkpoints(): Promise<readonly Checkpoint[]> {
    const building = [...this.#held.values()].flatMap(holding => holding.building ?? []);
    const moving = [...this.#subscription.liveGenerations.values(), ...building].map(
      generation => generation.checkpoint,
    );
    const current = (stored: Checkpoint) =>
      moving.find(({ projection, generation }) => projection === stored.projection && generation === stored.generation);
    return (await this.#ports.store.checkpoints()).map(stored => current(stored) ?? stored);
  }

  /** The generations that follow the log, by name of projection. */
  get liveGenerations(): ReadonlyMap<string, GenerationProjector> {
    return this.#subscription.liveGenerations;
  }

  /** The live generation of a projection. Throws {@link StoreUnavailable} while there is none. */
  live({ name }: NamedProjection): GenerationProjector {
    const generation = this.#subscription.liveGenerations.get(name);
    if (!generation) throw new StoreUnavailable(`read model ${name} is being built`, { retryAfter: 5 });
    return generation;
  }

  specOf(projection: NamedProjection): CollectionSpec {
    return this.live(projection).spec;
  }

  /** The live collections by name of projection. */
  specs(): ReadonlyMap<string, CollectionSpec> {
    return new Map([...this.#subscription.liveGenerations].map(([name, generation]) => [name, generation.spec]));
  }

  /** Builds a new generation from the first event beside the live one, compares both, and swaps. */
  async rebuild(name: string, onProgress?: OnProgress): Promise<RebuildReport> {
    this.#known(name);
    return this.#making.run(async () => {
      const holding = this.#holding(name);
      return this.#generations.finish(holding, await this.#generations.building(holding), onProgress);
    });
  }

  /** Builds new generations of several projections in one pass over the log; tells of each when it is live. */
  async rebuildAll(
    names: readonly string[],
    onProgress?: OnProgress,
    onReport?: (report: RebuildReport) => Promise<void>,
  ): Promise<RebuildReport[]> {
    for (const name of names) this.#known(name);
    return this.#making.run(async () => {
      const holdings = names.map(name => this.#holding(name));
      const generations: GenerationProjector[] = [];
      for (const holding of holdings) generations.push(await this.#generations.building(holding));
      await this.#reader.catchUp(generations, onProgress);
      const reports: RebuildReport[] = [];
      for (const [at, holding] of holdings.entries()) {
        const report = await this.#generations.finish(holding, generations[at] as GenerationProjector);
        reports.push(report);
        await onReport?.(report);
      }
      return reports;
    });
  }

  /** Makes the generation before the last swap the live one again; with `from`, only if that is the live one. */
  async rollback(name: string, from?: number): Promise<void> {
    this.#known(name);
    await this.#making.run(() => this.#generations.rollback(this.#holding(name), from));
  }

  #known(name: string): void {
    if (!this.#ports.projections.some(projection => projection.name === name))
      throw new RangeError(`no projection ${name}`);
  }

  #holding(name: string): HeldProjection {
    const holding = this.#held.get(name);
    if (!holding) throw new RunnerStopped(name);
    return holding;
  }
}
