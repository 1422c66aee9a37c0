/** The generations of the projections this runner owns: taken up, built beside the live one, swapped, rolled back. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Checkpoint, StaleTerm } from '../../projections/ports.ts';
import type { Projection } from '../../projections/projection.ts';
import { compareGenerations } from './compare.ts';
import type { Feeder } from './feeder.ts';
import type { Follower } from './follower.ts';
import { collectionOf, firstCheckpoint, liveOf } from './generation.ts';
import { Lane, type Tenure } from './lane.ts';
import type { OnProgress, RebuildReport } from './projector.ts';
import { type RunnerPorts, RunnerStopped } from './runner-ports.ts';

/** A projection that this runner has been given a term for. */
export interface Claimed {
  readonly projection: Projection;
  readonly tenure: Tenure;
}

/** A projection in this runner's hands. */
export interface Holding {
  readonly projection: Projection;
  readonly tenure: Tenure;
  /** The live lane as it was taken up; the one that follows the log is the follower's. */
  readonly live?: Lane;
  retired?: Lane;
  building?: Lane;
  /** When the live generation became so, as far as this process knows; milliseconds of its own clock. */
  swappedAt: number;
}

export class Generations {
  readonly #ports: RunnerPorts;
  readonly #feeder: Feeder;
  readonly #follower: Follower;
  readonly #oust: (projection: string) => void;

  /** `oust` gives a projection up: its tenure is over when it returns. */
  constructor(ports: RunnerPorts, feeder: Feeder, follower: Follower, oust: (projection: string) => void) {
    this.#ports = ports;
    this.#feeder = feeder;
    this.#follower = follower;
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
      for (const { projection, tenure } of claims) {
        if (tenure.over) continue;
        const stored = all.filter(checkpoint => checkpoint.projection === projection.name);
        const renewed = stored.map(inTerm(projection, tenure.term, stored));
        fenced.set(projection.name, renewed);
        if (stored.some(({ term }) => term !== tenure.term)) changed.push(...renewed);
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
  async takeUp({ projection, tenure }: Claimed, all: readonly Checkpoint[]): Promise<Holding> {
    const own = all.filter(({ version }) => version === projection.version);
    const lane = async (state: Checkpoint['state']): Promise<Lane | undefined> => {
      const checkpoint = own.findLast(candidate => candidate.state === state);
      return checkpoint && this.#lane(projection, checkpoint, tenure);
    };
    const [live, retired, building] = await Promise.all([lane('live'), lane('retired'), lane('building')]);
    const opened = live || building ? {} : await this.#openFirst(projection, tenure, all);
    return {
      projection,
      tenure,
      swappedAt: performance.now(),
      ...(live && { live }),
      ...(retired && { retired }),
      ...(building && { building }),
      ...opened,
    };
  }

  async #openFirst(
    projection: Projection,
    tenure: Tenure,
    earlier: readonly Checkpoint[],
  ): Promise<{ live: Lane } | { building: Lane }> {
    if (earlier.length > 0) return { building: await this.#openNext(projection, tenure, earlier) };
    return { live: await this.#open(projection, firstCheckpoint(projection, 1, 'live'), tenure) };
  }

  #openNext(projection: Projection, tenure: Tenure, earlier: readonly Checkpoint[]): Promise<Lane> {
    const generation = Math.max(0, ...earlier.map(checkpoint => checkpoint.generation)) + 1;
    return this.#open(projection, firstCheckpoint(projection, generation, 'building'), tenure);
  }

  async #lane(projection: Projection, checkpoint: Checkpoint, tenure: Tenure): Promise<Lane> {
    const lane = new Lane(projection, checkpoint, tenure);
    await this.#ports.store.ensure(lane.spec);
    return lane;
  }

  /** A new generation, on record before its first event so that no other takes its number. */
  async #open(projection: Projection, checkpoint: Checkpoint, tenure: Tenure): Promise<Lane> {
    const lane = await this.#lane(projection, checkpoint, tenure);
    await this.#feeder.save([lane]);
    return lane;
  }

  /** The generation being built, a new one if there is none. */
  async building(holding: Holding): Promise<Lane> {
    const { projection, tenure } = holding;
    if (!holding.building) {
      const stored = (await this.#ports.store.checkpoints()).filter(other => other.projection === projection.name);
      holding.building = await this.#openNext(projection, tenure, stored);
    }
    return holding.building;
  }

  /** Builds beside the live generation, compares both, and swaps. */
  async finish(holding: Holding, lane: Lane, onProgress?: OnProgress): Promise<RebuildReport> {
    const { name } = holding.projection;
    await this.#feeder.approachHead([lane], onProgress);
    await this.#untilSwapIsHeard(holding);
    return this.#follower.exclusively(async () => {
      const live = this.#follower.lanes.get(name);
      await this.#level(live, lane);
      const comparison = await compareGenerations(this.#ports.store, live, lane);
      await this.#swap(holding, live, lane);
      delete holding.building;
      if (!live) await this.#forgetVersionsBeforeLast(lane);
      return { projection: name, generation: lane.checkpoint.generation, ...comparison };
    });
  }

  /**
   * Makes the generation before the last swap the live one again. Throws RangeError when there is none. With `from` it
   * does nothing when another generation than that is live already.
   */
  async rollback(holding: Holding, from?: number): Promise<void> {
    const { name } = holding.projection;
    if (from !== undefined && this.#follower.lanes.get(name)?.checkpoint.generation !== from) return;
    const retired = await this.#retired(holding);
    await this.#feeder.approachHead([retired]);
    await this.#follower.exclusively(async () => {
      const live = this.#follower.lanes.get(name);
      await this.#level(live, retired);
      await this.#swap(holding, live, retired);
    });
  }

  /** An owner before this one may have dropped it while it was being taken up. */
  async #retired({ projection, retired }: Holding): Promise<Lane> {
    const generation = retired?.checkpoint.generation;
    const stored = await this.#ports.store.checkpoints();
    if (retired && stored.some(other => other.projection === projection.name && other.generation === generation)) {
      return retired;
    }
    throw new RangeError(`no earlier generation of ${projection.name}`);
  }

  /** The last version stays, for the program that knows it; those before it can no longer be needed. */
  async #forgetVersionsBeforeLast({ projection }: Lane): Promise<void> {
    const { store } = this.#ports;
    const earlier = (await store.checkpoints()).filter(
      ({ projection: name, version }) => name === projection.name && version < projection.version,
    );
    const last = Math.max(...earlier.map(({ version }) => version));
    for (const checkpoint of earlier.filter(({ version }) => version < last)) {
      await store.drop(collectionOf(projection, checkpoint), checkpoint);
    }
  }

  async #swap(holding: Holding, from: Lane | undefined, to: Lane): Promise<void> {
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
    this.#follower.join([to]);
    holding.swappedAt = performance.now();
    swapped?.();
    const earlier = holding.retired;
    if (from) holding.retired = from;
    else delete holding.retired;
    if (earlier && earlier !== to) await store.drop(earlier.spec, earlier.checkpoint);
  }

  async #proveTerm(lane: Lane): Promise<void> {
    await this.#feeder.save([lane]);
    if (lane.abandoned) throw new RunnerStopped(lane.projection.name);
  }

  /** Other processes may still read the generation before the last swap, which the next one drops. */
  async #untilSwapIsHeard({ retired, swappedAt }: Holding): Promise<void> {
    if (!retired) return;
    const left = swappedAt + (this.#ports.swapHeardWithinMs ?? 0) - performance.now();
    if (left > 0) await pause(left);
  }

  /** Brings two generations to the same position; one that is not at the head must not go live. */
  async #level(live: Lane | undefined, lane: Lane): Promise<void> {
    await this.#feeder.catchUp(live ? [live, lane] : [lane]);
    if (this.#feeder.stopped || lane.abandoned) throw new RunnerStopped(lane.projection.name);
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
