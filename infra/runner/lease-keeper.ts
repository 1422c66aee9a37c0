/** Keeps an instance's leases: beats for them, takes free ones, hands over surplus, and knows when they are lost. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Instance, type Lease, type LeaseStore, planFor, type Register } from './leases.ts';

/** Milliseconds. */
export interface LeaseTimes {
  /** A lease whose beat stands still for so long may be taken over. */
  readonly ttlMs: number;
  readonly beatMs: number;
}

export const LEASE_TIMES: LeaseTimes = { ttlMs: 4_000, beatMs: 1_000 };

/** Of the ttl: who has not beaten for so long lets go by itself, before another may take over. */
const OWN_DEADLINE = 0.7;

export interface LeaseKeeperOptions extends LeaseTimes {
  readonly store: LeaseStore;
  readonly owner: string;
  readonly versions: Instance['versions'];
  /** The highest term that was ever written for a projection: a register that was lost must not start below it. */
  writtenTerm(name: string): number;
  /** Leases by name with their terms. */
  gained(leases: ReadonlyMap<string, number>): void;
  /** No longer this instance's: it must stop at once. */
  lost(names: readonly string[]): void;
  /** To be handed over: the lease is given back when this resolves. */
  handOver(name: string): Promise<void>;
  alarm(message: string, details: object): void;
}

interface Watched {
  readonly state: string;
  /** Milliseconds that it was seen to stand still. */
  readonly stillMs: number;
}

/** Of the ttl: what one look adds to a standstill at most. Who was asleep himself must not take others for silent. */
const LOOK_COUNTS = 0.25;

export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #held = new Map<string, number>();
  #watched = new Map<string, Watched>();
  #lookedAt = 0;
  /** When the last beat that the store acknowledged was begun. */
  #beatenAt = 0;
  #handingOver: Promise<void> | undefined;
  #beating: Promise<void> | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #silent = false;
  readonly #stopping = new AbortController();

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#watchdog = setInterval(() => this.#letGoIfLate(), this.#options.beatMs / 2);
    this.#beating = this.#keepBeating();
  }

  /** Stops beating and gives every lease back; call it once nothing is written for them any more. */
  async stop(): Promise<void> {
    await this.#end();
    const { store, owner } = this.#options;
    try {
      for (const [name, term] of this.#held) await store.release(name, owner, term);
      const { instances } = await store.read();
      for (const instance of instances) if (instance.owner === owner) await store.forget(instance);
    } catch (error) {
      this.#options.alarm('leases could not be given back; they end by themselves', { error: String(error) });
    }
    this.#held.clear();
  }

  async #end(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#watchdog);
    await this.#beating;
    await this.#handingOver;
  }

  /** The term of a lease that is held. */
  term(name: string): number | undefined {
    return this.#held.get(name);
  }

  /** The store of read models says that the term is over. */
  drop(name: string): void {
    this.#held.delete(name);
  }

  async #keepBeating(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#turn().then(
        () => {
          this.#silent = false;
        },
        error => this.#unheard(error),
      );
      await pause(this.#options.beatMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #unheard(error: unknown): void {
    if (!this.#silent) this.#options.alarm('leases cannot be kept now', { error: String(error) });
    this.#silent = true;
  }

  async #turn(): Promise<void> {
    const { owner, store, versions } = this.#options;
    const begun = performance.now();
    await store.beat(owner, versions);
    const register = await store.read();
    this.#watch(register);
    this.#loseTaken(register.leases);
    this.#beatenAt = begun;
    const instances = register.instances.filter(instance => instance.owner === owner || !this.#expired(instance));
    const owners = new Map(register.leases.map(lease => [lease.name, this.#ownerOf(lease)]));
    const plan = planFor({ me: owner, instances, owners });
    await this.#take(plan.take, register.leases);
    if (plan.surplus !== undefined) this.#handOver(plan.surplus);
    for (const instance of register.instances) if (!instances.includes(instance)) await store.forget(instance);
  }

  /** Adds up for how long each beat has stood still. */
  #watch({ leases, instances }: Register): void {
    const now = performance.now();
    const passed = Math.min(now - this.#lookedAt, this.#options.ttlMs * LOOK_COUNTS);
    const before = this.#watched;
    this.#lookedAt = now;
    this.#watched = new Map();
    for (const watched of [...leases, ...instances]) {
      const [key, state] = [keyOf(watched), stateOf(watched)];
      const known = before.get(key);
      this.#watched.set(key, { state, stillMs: known?.state === state ? known.stillMs + passed : 0 });
    }
  }

  #expired(watched: Lease | Instance): boolean {
    return (this.#watched.get(keyOf(watched))?.stillMs ?? 0) >= this.#options.ttlMs;
  }

  /** Undefined for a lease that is free; one that an earlier moment of this process left behind is free for it too. */
  #ownerOf(lease: Lease): string | undefined {
    if (lease.owner === this.#options.owner) return this.#held.has(lease.name) ? lease.owner : undefined;
    return this.#expired(lease) ? undefined : lease.owner;
  }

  #loseTaken(leases: readonly Lease[]): void {
    const { owner } = this.#options;
    const own = new Map(leases.filter(lease => lease.owner === owner).map(lease => [lease.name, lease.term]));
    this.#lose([...this.#held].filter(([name, term]) => own.get(name) !== term).map(([name]) => name));
  }

  #lose(names: readonly string[]): void {
    if (names.length === 0) return;
    for (const name of names) this.#held.delete(name);
    this.#options.lost(names);
  }

  #letGoIfLate(): void {
    if (performance.now() - this.#beatenAt < this.#options.ttlMs * OWN_DEADLINE) return;
    this.#lose([...this.#held.keys()]);
  }

  async #take(names: readonly string[], leases: readonly Lease[]): Promise<void> {
    const { gained, owner, store, writtenTerm } = this.#options;
    const taken = new Map<string, number>();
    for (const name of names) {
      const seen = leases.find(lease => lease.name === name);
      const term = Math.max(seen?.term ?? 0, writtenTerm(name)) + 1;
      if (this.#stopping.signal.aborted) break;
      if (await store.take(name, seen, owner, term)) taken.set(name, term);
    }
    if (taken.size === 0) return;
    for (const [name, term] of taken) this.#held.set(name, term);
    gained(taken);
  }

  /** One at a time, beside the beat: what is in hand may take longer than a beat. */
  #handOver(name: string): void {
    const { alarm, handOver, owner, store } = this.#options;
    const term = this.#held.get(name);
    if (this.#handingOver || term === undefined) return;
    this.#handingOver = handOver(name)
      .then(async () => {
        if (this.#held.get(name) !== term) return;
        this.#held.delete(name);
        await store.release(name, owner, term);
      })
      .catch(error => alarm('a projection could not be handed over', { projection: name, error: String(error) }))
      .finally(() => {
        this.#handingOver = undefined;
      });
  }
}

function keyOf(watched: Lease | Instance): string {
  return 'name' in watched ? `lease ${watched.name}` : `instance ${watched.owner}`;
}

function stateOf(watched: Lease | Instance): string {
  return 'name' in watched ? `${watched.owner} ${watched.term} ${watched.beat}` : String(watched.beat);
}
