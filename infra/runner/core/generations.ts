/** The generations of the projections this runner owns: taken up, built beside the live one, swapped, rolled back. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Checkpoint, StaleTerm } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';
import type { CatchUpReader } from './catch-up-reader.ts';
import { compareGenerations } from './compare.ts';
import { collectionOf, firstCheckpoint, liveOf } from './generation.ts';
import { GenerationProjector, type HeldLease } from './generation-projector.ts';
import type { LiveSubscription } from './live-subscription.ts';
import type { OnProgress, RebuildReport } from './projector.ts';
import { type RunnerPorts, RunnerStopped } from './runner-ports.ts';

/** A projection that this runner has been given a term for. */
export interface Claimed {
  readonly projection: Projection;
  readonly lease: HeldLease;
}

/** A projection in this runner's hands. */
export interface HeldProjection {
  readonly projection: Projection;
  readonly lease: HeldLease;
  /** The live generation as it was taken up; the one that follows the log is the subscription's. */
  readonly live?: GenerationProjector;
  retired?: GenerationProjector;
  building?: GenerationProjector;
  /** When the live generation became so, as far as this process knows; milliseconds of its own clock. */
  swappedAt: number;
}

export class Generations {
  readonly #ports: RunnerPorts;
  readonly #reader: CatchUpReader;
  readonly #subscription: LiveSubscription;
  readonly #oust: (projection: string) => void;

  /** `oust` gives a projection up: its lease is over when it returns. */
  constructor(
    ports: RunnerPorts,
    reader: CatchUpReader,
    subscription: LiveSubscription,
    oust: (projection: string) => void,
  ) {
    this.#ports = ports;
    this.#reader = reader;
    this.#subscription = subscription;
    this.#oust = oust;
  }

  /**
   * Writes every checkpoint of the projections with the new terms, all in one: what an earlier owner writes after that is
   * refused. Those that another projector has taken over meanwhile are ousted. Of two live generations, which a swap that
   * was cut short may leave, the later counts. Returns all checkpoints by projection.
   */
  async fence(claims: readonly Claimed[]): Promise<ReadonlyMap<string, readonly Checkpoint[]>> {
    for (;;) {
      const all = await this.#ports.store.checkpoints();
      const fenced = new Map<string, readonly Checkpoint[]>();
      const changed: Checkpoint[] = [];
      for (const { projection, lease } of claims) {
        if (lease.over) continue;
        const stored = all.filter(checkpoint => checkpoint.projection === projection.name);
        const renewed = stored.map(inTerm(projection, lease.term, stored));
        fenced.set(projection.name, renewed);
        if (stored.some(({ term }) => term !== lease.term)) changed.push(...renewed);
      }
      try {
        if (changed.length > 0) await this.#ports.store.commit([], changed, []);
        return fenced;
      } catch (error) {
        if (!(error instanceof StaleTerm)) throw error;
        this.#oust(error.projection);
      }
    }
  }

  /** Takes a projection up where its checkpoints, which are fenced, left it. */
  async takeUp({ projection, lease }: Claimed, all: readonly Checkpoint[]): Promise<HeldProjection> {
    const own = all.filter(({ version }) => version === projection.version);
    const generation = async (state: Checkpoint['state']): Promise<GenerationProjector | undefined> => {
      const checkpoint = own.findLast(candidate => candidate.state === state);
      return checkpoint && this.#generation(projection, checkpoint, lease);
    };
    const [live, retired, building] = await Promise.all([
      generation('live'),
      generation('retired'),
      generation('building'),
    ]);
    const opened = live || building ? {} : await this.#openFirst(projection, lease, all);
    return {
      projection,
      lease,
      swappedAt: performance.now(),
      ...(live && { live }),
      ...(retired && { retired }),
      ...(building && { building }),
      ...opened,
    };
  }

  async #openFirst(
    projection: Projection,
    lease: HeldLease,
    earlier: readonly Checkpoint[],
  ): Promise<{ live: GenerationProjector } | { building: GenerationProjector }> {
    if (earlier.length > 0) return { building: await this.#openNext(projection, lease, earlier) };
    return { live: await this.#open(projection, firstCheckpoint(projection, 1, 'live'), lease) };
  }

  #openNext(projection: Projection, lease: HeldLease, earlier: readonly Checkpoint[]): Promise<GenerationProjector> {
    const generation = Math.max(0, ...earlier.map(checkpoint => checkpoint.generation)) + 1;
    return this.#open(projection, firstCheckpoint(projection, generation, 'building'), lease);
  }

  async #generation(projection: Projection, checkpoint: Checkpoint, lease: HeldLease): Promise<GenerationProjector> {
    const generation = new GenerationProjector(projection, checkpoint, lease);
    await this.#ports.store.ensure(generation.spec);
    return generation;
  }

  /** A new generation, on record before its first event so that no other takes its number. */
  async #open(projection: Projection, checkpoint: Checkpoint, lease: HeldLease): Promise<GenerationProjector> {
    const generation = await this.#generation(projection, checkpoint, lease);
    await this.#reader.save([generation]);
    return generation;
  }

  /** The generation being built, a new one if there is none. */
  async building(holding: HeldProjection): Promise<GenerationProjector> {
    const { projection, lease } = holding;
    if (!holding.building) {
      const stored = (await this.#ports.store.checkpoints()).filter(other => other.projection === projection.name);
      holding.building = await this.#openNext(projection, lease, stored);
    }
    return holding.building;
  }

  /** Builds beside the live generation, compares both, and swaps. */
  async finish(
    holding: HeldProjection,
    generation: GenerationProjector,
    onProgress?: OnProgress,
  ): Promise<RebuildReport> {
    const { name } = holding.projection;
    await this.#reader.approachHead([generation], onProgress);
    await this.#untilSwapIsHeard(holding);
    return this.#subscription.exclusively(async () => {
      const live = this.#subscription.liveGenerations.get(name);
      await this.#level(live, generation);
      const comparison = await compareGenerations(this.#ports.store, live, generation);
      await this.#swap(holding, live, generation);
      delete holding.building;
      if (!live) await this.#forgetVersionsBeforeLast(generation);
      return { projection: name, generation: generation.checkpoint.generation, ...comparison };
    });
  }

  /**
   * Makes the generation before the last swap the live one again. Throws RangeError when there is none. With `from` it
   * does nothing when another generation than that is live already.
   */
  async rollback(holding: HeldProjection, from?: number): Promise<void> {
    const { name } = holding.projection;
    if (from !== undefined && this.#subscription.liveGenerations.get(name)?.checkpoint.generation !== from) return;
    const retired = await this.#retired(holding);
    await this.#reader.approachHead([retired]);
    await this.#subscription.exclusively(async () => {
      const live = this.#subscription.liveGenerations.get(name);
      await this.#level(live, retired);
      await this.#swap(holding, live, retired);
    });
  }

  /** An owner before this one may have dropped it while it was being taken up. */
  async #retired({ projection, retired }: HeldProjection): Promise<GenerationProjector> {
    const generation = retired?.checkpoint.generation;
    const stored = await this.#ports.store.checkpoints();
    if (retired && stored.some(other => other.projection === projection.name && other.generation === generation)) {
      return retired;
    }
    throw new RangeError(`no earlier generation of ${projection.name}`);
  }

  /** The last version stays, for the program that knows it; those before it can no longer be needed. */
  async #forgetVersionsBeforeLast({ projection }: GenerationProjector): Promise<void> {
    const { store } = this.#ports;
    const earlier = (await store.checkpoints()).filter(
      ({ projection: name, version }) => name === projection.name && version < projection.version,
    );
    const last = Math.max(...earlier.map(({ version }) => version));
    for (const checkpoint of earlier.filter(({ version }) => version < last)) {
      await store.drop(collectionOf(projection, checkpoint), checkpoint);
    }
  }

  async #swap(holding: HeldProjection, from: GenerationProjector | undefined, to: GenerationProjector): Promise<void> {
    const { store, swapped } = this.#ports;
    const live = to.withState('live');
    const retired = from?.withState('retired');
    // First alone: an owner whose term is over must not get as far as making a generation live.
    if (from) await this.#proveTerm(from);
    await store.commit([], retired ? [live, retired] : [live], []);
    to.settle(live);
    if (from && retired) from.settle(retired);
    // Given up meanwhile: whoever owns it now finds it live, and follows it.
    if (to.abandoned) throw new RunnerStopped(to.projection.name);
    this.#subscription.join([to]);
    holding.swappedAt = performance.now();
    swapped?.();
    const earlier = holding.retired;
    if (from) holding.retired = from;
    else delete holding.retired;
    if (earlier && earlier !== to) await store.drop(earlier.spec, earlier.checkpoint);
  }

  async #proveTerm(generation: GenerationProjector): Promise<void> {
    await this.#reader.save([generation]);
    if (generation.abandoned) throw new RunnerStopped(generation.projection.name);
  }

  /** Other processes may still read the generation before the last swap, which the next one drops. */
  async #untilSwapIsHeard({ retired, swappedAt }: HeldProjection): Promise<void> {
    if (!retired) return;
    const left = swappedAt + (this.#ports.swapHeardWithinMs ?? 0) - performance.now();
    if (left > 0) await pause(left);
  }

  /** Brings two generations to the same position; one that is not at the head must not go live. */
  async #level(live: GenerationProjector | undefined, generation: GenerationProjector): Promise<void> {
    await this.#reader.catchUp(live ? [live, generation] : [generation]);
    if (this.#reader.stopped || generation.abandoned) throw new RunnerStopped(generation.projection.name);
  }
}

/** A checkpoint as the owner of the term leaves it; a live generation that a later one replaces is retired. */
function inTerm({ version }: Projection, term: number, stored: readonly Checkpoint[]) {
  const live = liveOf(stored.filter(checkpoint => checkpoint.version === version));
  return (checkpoint: Checkpoint): Checkpoint => {
    const surplus = checkpoint.version === version && checkpoint.state === 'live' && checkpoint !== live;
    return { ...checkpoint, term, ...(surplus && { state: 'retired' }) };
  };
}
