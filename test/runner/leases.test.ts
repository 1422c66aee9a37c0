/** Leases on MongoDB: spread evenly, one owner a term, taken over when their owner falls silent. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeaseManager } from '../../infra/runner/cluster/lease-manager.ts';
import type { LeaseStore } from '../../infra/runner/cluster/leases.ts';
import { MongoLeases } from '../../infra/runner/cluster/leases-mongodb.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';

const TIMES = { ttlMs: 2_500, beatMs: 200 };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** The leases as a process sees them that can be cut off from them. */
class CutLeases implements LeaseStore {
  readonly #inner: LeaseStore;
  cut = false;
  constructor(inner: LeaseStore) {
    this.#inner = inner;
  }
  read = () => this.#through(() => this.#inner.read());
  beat = (...args: Parameters<LeaseStore['beat']>) => this.#through(() => this.#inner.beat(...args));
  take = (...args: Parameters<LeaseStore['take']>) => this.#through(() => this.#inner.take(...args));
  release = (...args: Parameters<LeaseStore['release']>) => this.#through(() => this.#inner.release(...args));
  leave = (...args: Parameters<LeaseStore['leave']>) => this.#through(() => this.#inner.leave(...args));
  forget = (...args: Parameters<LeaseStore['forget']>) => this.#through(() => this.#inner.forget(...args));
  async #through<T>(call: () => Promise<T>): Promise<T> {
    if (this.cut) throw new Error('planted: cut off');
    return call();
  }
}

class Player {
  readonly owner = randomUUID();
  readonly held = new Map<string, number>();
  readonly leases: CutLeases;
  readonly keeper: LeaseManager;

  constructor(leases: LeaseStore, record: (name: string, term: number, owner: string) => void, version = 1) {
    this.leases = new CutLeases(leases);
    this.keeper = new LeaseManager({
      ...TIMES,
      store: this.leases,
      owner: this.owner,
      versions: Object.fromEntries(NAMES.map(name => [name, version])),
      writtenTerm: () => 0,
      gained: terms => {
        for (const [name, term] of terms) {
          this.held.set(name, term);
          record(name, term, this.owner);
        }
      },
      lost: names => {
        for (const name of names) this.held.delete(name);
      },
      handOver: async name => {
        this.held.delete(name);
      },
      alarm: () => undefined,
    });
    this.keeper.start();
  }

  /** Its leases are free the moment they are given back. */
  async leave(): Promise<void> {
    this.held.clear();
    await this.keeper.stop();
  }
}

describeWith('MONGODB_URL', url => {
  let database: TestDatabase;
  let players: Player[];
  /** Who had which term, and what should not have been. */
  let owners: Map<string, string>;
  let conflicts: string[];

  beforeEach(() => {
    database = testDatabase(url);
    players = [];
    owners = new Map();
    conflicts = [];
  });
  afterEach(async () => {
    for (const player of players) await player.leave();
    await database.close();
    expect(conflicts).toEqual([]);
  });

  async function join(version = 1): Promise<Player> {
    const { db } = await database.connect();
    const record = (name: string, term: number, owner: string) => {
      const key = `${name}@${term}`;
      if (owners.has(key)) conflicts.push(`${key} twice`);
      if (players.some(other => other.owner !== owner && other.held.has(name))) conflicts.push(`${key} too early`);
      owners.set(key, owner);
    };
    const player = new Player(new MongoLeases(db), record, version);
    players.push(player);
    return player;
  }

  const shares = (among: readonly Player[]) => among.map(({ held }) => held.size).sort();
  async function eventually(holds: () => boolean): Promise<void> {
    for (let turn = 0; turn < 1_000; turn += 1) {
      if (holds()) return;
      await new Promise(resolve => setTimeout(resolve, 25));
    }
    expect.fail(`did not come to be: ${JSON.stringify(players.map(({ held }) => [...held]))}`);
  }

  describe('leases on MongoDB', () => {
    it('spread over three instances as they come, and over two when one falls silent', async () => {
      const first = await join();
      await eventually(() => first.held.size === 7);
      const [second, third] = [await join(), await join()];
      await eventually(() => String(shares(players)) === '1,3,3' || String(shares(players)) === '2,2,3');
      second.leases.cut = true;
      await eventually(() => second.held.size === 0);
      await eventually(() => String(shares([first, third])) === '3,4');
      const names = [...first.held.keys(), ...third.held.keys()].sort();
      expect(names).toEqual(NAMES);
    });

    it('are let go by an owner that cannot beat before another can take them', async () => {
      const first = await join();
      await eventually(() => first.held.size === 7);
      const second = await join();
      await eventually(() => second.held.size === 3);
      const kept = new Map(first.held);
      first.leases.cut = true;
      await eventually(() => [...kept.keys()].some(name => second.held.has(name)));
      expect(first.held.size).toBe(0);
    });

    it('given back at a stop, are taken over at once, with a higher term', async () => {
      const first = await join();
      await eventually(() => first.held.size === 7);
      const before = first.held.get('a') as number;
      await first.leave();
      const second = await join();
      await eventually(() => second.held.size === 7);
      expect(second.held.get('a')).toBe(before + 1);
    });

    it('of an owner that was cut off for a while come back to it with a new term when nobody else wants them', async () => {
      const only = await join();
      await eventually(() => only.held.size === 7);
      only.leases.cut = true;
      await eventually(() => only.held.size === 0);
      only.leases.cut = false;
      await eventually(() => only.held.size === 7);
      expect([...only.held.values()]).toEqual(NAMES.map(() => 2));
    });

    it('go to the instance that knows a newer version', async () => {
      const older = await join();
      await eventually(() => older.held.size === 7);
      const newer = await join(2);
      await eventually(() => newer.held.size === 7);
      expect(older.held.size).toBe(0);
    });

    it('are never two owners’ in one term, however instances come and go', async () => {
      for (let round = 0; round < 6; round += 1) {
        await join();
        const silent = players[(round * 5) % players.length] as Player;
        silent.leases.cut = true;
        await new Promise(resolve => setTimeout(resolve, 400));
        silent.leases.cut = round % 2 === 0;
      }
      for (const { leases } of players) leases.cut = false;
      await eventually(() => shares(players).reduce((sum, held) => sum + held, 0) === 7);
      expect(owners.size).toBeGreaterThanOrEqual(7);
    });
  });
});
