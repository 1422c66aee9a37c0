/**
 * Keeps an instance's leases: beats for all of them at once, takes free ones, hands over surplus, and knows when they are
 * lost. The heart waits for nothing else: what is taken or handed over goes on beside it, however slow the store is.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Claim, type Instance, type Lease, type LeaseStore, planFor, type Register } from './leases.ts';

/** Milliseconds. */
export interface LeaseTimes {
  /** The leases of an owner whose beat stands still for so long may be taken over. */
  readonly ttlMs: number;
  readonly beatMs: number;
}

/** A store whose answers take half a second still hears of a beat in time. */
export const LEASE_TIMES: LeaseTimes = { ttlMs: 6_000, beatMs: 1_000 };

/** Of the ttl: who has not beaten for so long lets go by itself, before another may take over. */
const OWN_DEADLINE = 0.7;

export interface LeaseManagerOptions extends LeaseTimes {
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
  readonly beat: number;
  /** Milliseconds that it was seen to stand still. */
  readonly stillMs: number;
}

/** Of the ttl: what one look adds to a standstill at most. Who was asleep himself must not take others for silent. */
const LOOK_COUNTS = 0.25;

export class LeaseManager {
  readonly #options: LeaseManagerOptions;
  readonly #held = new Map<string, number>();
  #watched = new Map<string, Watched>();
  #lookedAt = 0;
  /** When the last beat that the store acknowledged was begun. */
  #beatenAt = 0;
  #taking: Promise<void> | undefined;
  #handingOver: Promise<void> | undefined;
  #beating: Promise<void> | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #silent = false;
  readonly #stopping = new AbortController();

  constructor(options: LeaseManagerOptions) {
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
      await store.leave(owner);
    } catch (error) {
      this.#options.alarm('leases could not be given back; they end by themselves', { error: String(error) });
    }
    this.#held.clear();
  }

  async #end(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#watchdog);
    await this.#beating;
    await this.#taking;
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
    // Connections are opened before the first beat: it counts from when it was begun.
    await this.#options.store.read().catch(() => undefined);
    while (!signal.aborted) {
      const begun = performance.now();
      await this.#turn().then(
        () => {
          this.#silent = false;
        },
        error => this.#unheard(error),
      );
      const left = Math.max(0, begun + this.#options.beatMs - performance.now());
      await pause(left, undefined, { signal }).catch(() => undefined);
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
    const gone = register.instances.filter(instance => instance.owner !== owner && this.#expired(instance));
    const living = register.instances.filter(instance => !gone.includes(instance));
    this.#share(register.leases, living);
    await Promise.all(gone.map(instance => store.forget(instance)));
  }

  /** Takes and gives what the plan says. While some are being taken no more are, or the plan would count them as free. */
  #share(leases: readonly Lease[], instances: readonly Instance[]): void {
    if (this.#taking) return;
    const { owner } = this.#options;
    const alive = new Set(instances.map(instance => instance.owner));
    const owners = new Map(leases.map(lease => [lease.name, this.#ownerOf(lease, alive)]));
    const { take, surplus } = planFor({ me: owner, instances, owners });
    const left = leases.filter(
      lease => lease.owner === owner && !this.#held.has(lease.name) && !take.includes(lease.name),
    );
    if (take.length > 0 || left.length > 0) this.#take(take, leases, left);
    if (surplus !== undefined) this.#handOver(surplus);
  }

  /** Adds up for how long each beat has stood still. */
  #watch({ instances }: Register): void {
    const now = performance.now();
    const passed = Math.min(now - this.#lookedAt, this.#options.ttlMs * LOOK_COUNTS);
    const before = this.#watched;
    this.#lookedAt = now;
    this.#watched = new Map();
    for (const { owner, beat } of instances) {
      const known = before.get(owner);
      this.#watched.set(owner, { beat, stillMs: known?.beat === beat ? known.stillMs + passed : 0 });
    }
  }

  #expired({ owner }: Instance): boolean {
    return (this.#watched.get(owner)?.stillMs ?? 0) >= this.#options.ttlMs;
  }

  /** Undefined for a lease that is free; one that an earlier moment of this process left behind is free for it too. */
  #ownerOf(lease: Lease, alive: ReadonlySet<string>): string | undefined {
    if (lease.owner === this.#options.owner) return this.#held.has(lease.name) ? lease.owner : undefined;
    return lease.owner !== undefined && alive.has(lease.owner) ? lease.owner : undefined;
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

  #late(): boolean {
    return performance.now() - this.#beatenAt >= this.#options.ttlMs * OWN_DEADLINE;
  }

  #letGoIfLate(): void {
    if (this.#late()) this.#lose([...this.#held.keys()]);
  }

  /** Beside the beat. `left` are this owner's in the store alone: others must not wait for what nobody holds. */
  #take(names: readonly string[], leases: readonly Lease[], left: readonly Lease[]): void {
    const { owner, store } = this.#options;
    const claims = names.map(name => this.#claim(name, leases));
    this.#taking = (async () => {
      if (left.length > 0) await store.release(new Map(left.map(({ name, term }) => [name, term])), owner);
      if (claims.length > 0) this.#gain(claims, await store.take(claims, owner));
    })()
      .catch(error => this.#unheard(error))
      .finally(() => {
        this.#taking = undefined;
      });
  }

  #claim(name: string, leases: readonly Lease[]): Claim {
    const seen = leases.find(lease => lease.name === name);
    return { name, seen, term: Math.max(seen?.term ?? 0, this.#options.writtenTerm(name)) + 1 };
  }

  #gain(claims: readonly Claim[], taken: ReadonlySet<string>): void {
    const gained = new Map(claims.filter(({ name }) => taken.has(name)).map(({ name, term }) => [name, term]));
    // Too late to be sure of them: they are taken again, or by another.
    if (gained.size === 0 || this.#late()) return;
    for (const [name, term] of gained) this.#held.set(name, term);
    this.#options.gained(gained);
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
        await store.release(new Map([[name, term]]), owner);
      })
      .catch(error => alarm('a projection could not be handed over', { projection: name, error: String(error) }))
      .finally(() => {
        this.#handingOver = undefined;
      });
  }
}
