/** Who projects what: one lease a projection, kept by beating, taken over when the beat stops. */

/** What the store knows of a lease, or of an instance that announced itself. */
export interface Lease {
  /** The projection. */
  readonly name: string;
  /** Undefined when it was given back. */
  readonly owner: string | undefined;
  /** Rises with each change of owner. */
  readonly term: number;
  /** Rises while the owner lives. */
  readonly beat: number;
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

/** Where leases are kept. It compares no clocks: who watches decides by his own how long a beat has stood still. */
export interface LeaseStore {
  read(): Promise<Register>;
  /** The owner lives: it is announced, and its beat and that of its leases rise. */
  beat(owner: string, versions: Instance['versions']): Promise<void>;
  /** Takes a lease with a new term if it still is as it was seen; false when it is not. */
  take(name: string, seen: Lease | undefined, owner: string, term: number): Promise<boolean>;
  /** Gives a lease back, if it still is the owner's. */
  release(name: string, owner: string, term: number): Promise<void>;
  /** Removes an instance that is gone, if it still is as it was seen. */
  forget(instance: Instance): Promise<void>;
}

/** What an instance sees at one moment; leases whose beat has stood still for too long have no owner. */
export interface Sight {
  readonly me: string;
  readonly instances: readonly Instance[];
  readonly owners: ReadonlyMap<string, string | undefined>;
}

export interface Plan {
  /** Free, and for this instance to take. */
  readonly take: readonly string[];
  /** More than this instance's share, and another waits for it. */
  readonly surplus: string | undefined;
}

/**
 * Spreads leases evenly, without a coordinator. A projection belongs to those instances that know its newest version, so
 * that the newest program builds it and older ones leave it alone.
 */
export function planFor({ me, instances, owners }: Sight): Plan {
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
