/** Who projects what: one lease a projection, all kept by one heartbeat of their owner, taken over when it stops. */

/** What the store knows of a lease, or of an instance that announced itself. */
export interface Lease {
  /** The projection. */
  readonly name: string;
  /** Undefined when it was given back. */
  readonly owner: string | undefined;
  /** Rises with each change of owner. */
  readonly term: number;
}

export interface Instance {
  readonly owner: string;
  /** Rises while it lives. */
  readonly beat: number;
  /** Versions of the projections it knows, by name. */
  readonly versions: Readonly<Record<string, number>>;
}

export interface Register {
  readonly leases: readonly Lease[];
  readonly instances: readonly Instance[];
}

/** A lease that an instance asks for: as it was seen, and the term it would get. */
export interface Claim {
  readonly name: string;
  readonly seen: Lease | undefined;
  readonly term: number;
}

/** Where leases are kept. It compares no clocks: who watches decides by his own how long a beat has stood still. */
export interface LeaseStore {
  read(): Promise<Register>;
  /** The owner lives: it is announced and its beat rises. One write, however many leases it keeps alive. */
  beat(owner: string, versions: Instance['versions']): Promise<void>;
  /** Takes those leases that still are as they were seen, in one call; the names of those that are the owner's now. */
  take(claims: readonly Claim[], owner: string): Promise<ReadonlySet<string>>;
  /** Gives leases back, as far as they still are the owner's in these terms. */
  release(held: ReadonlyMap<string, number>, owner: string): Promise<void>;
  /** Gives every lease of the owner back and takes it off the register. */
  leave(owner: string): Promise<void>;
  /** Removes an instance that is gone, if it still is as it was seen. */
  forget(instance: Instance): Promise<void>;
}

/** What an instance sees at one moment; leases of an owner whose beat has stood still for too long have none. */
export interface Sight {
  readonly me: string;
  readonly instances: readonly Instance[];
  readonly owners: ReadonlyMap<string, string | undefined>;
}

export interface LeasePlan {
  /** Free, and for this instance to take. */
  readonly take: readonly string[];
  /** More than this instance's share, and another waits for it. */
  readonly surplus: string | undefined;
}

/**
 * Spreads leases evenly, without a coordinator. A projection belongs to those instances that know its newest version, so
 * that the newest program builds it and older ones leave it alone.
 */
export function planFor({ me, instances, owners }: Sight): LeasePlan {
  const newest = newestVersions(instances);
  const share = Math.ceil(newest.size / Math.max(1, instances.length));
  const held = (owner: string) => [...owners.values()].filter(other => other === owner).length;
  const may = ({ versions }: Instance, name: string) => versions[name] === newest.get(name);
  const wanted = (name: string) =>
    instances.some(other => other.owner !== me && may(other, name) && held(other.owner) < share);
  const self = instances.find(({ owner }) => owner === me);
  const own = [...newest.keys()].filter(name => owners.get(name) === me);
  const free = [...newest.keys()].filter(name => !owners.get(name) && self && may(self, name));
  const room = Math.max(0, share - own.length);
  const take = [...free.slice(0, room), ...free.slice(room).filter(name => !wanted(name))];
  const outdated = own.find(name => self && !may(self, name));
  const surplus = outdated ?? (own.length > share ? own.find(wanted) : undefined);
  return { take, surplus };
}

function newestVersions(instances: readonly Instance[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { versions } of instances) {
    for (const [name, version] of Object.entries(versions)) {
      newest.set(name, Math.max(version, newest.get(name) ?? 0));
    }
  }
  return newest;
}
