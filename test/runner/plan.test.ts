/** How instances share projections between them, without a coordinator. */

import { describe, expect, it } from 'vitest';
import { type Instance, planFor } from '../../infra/runner/cluster/leases.ts';
import fc from '../support/properties.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

function versionsOf(names: readonly string[], version: number): Record<string, number> {
  return Object.fromEntries(names.map(name => [name, version]));
}

/** Lets the instances act in turn until none wants to change anything; whoever is given nothing new goes on. */
function settle(
  instances: readonly Instance[],
  owners: Map<string, string | undefined>,
  request: readonly number[],
): number {
  for (let turn = 0; turn < 500; turn += 1) {
    const quiet = instances.every(({ owner }) => {
      const { take, surplus } = planFor({ me: owner, instances, owners });
      return take.length === 0 && surplus === undefined;
    });
    if (quiet) return turn;
    const { owner: me } = instances[(request[turn % request.length] as number) % instances.length] as Instance;
    const { take, surplus } = planFor({ me, instances, owners });
    for (const name of take) owners.set(name, me);
    if (surplus !== undefined) owners.set(surplus, undefined);
  }
  return Number.POSITIVE_INFINITY;
}

describe('leases', () => {
  it('end up evenly spread, each with an owner that knows the newest version, whoever acts when', () => {
    const scenario = fc.record({
      versions: fc.array(fc.record({ names: fc.constant(NAMES), version: fc.integer({ min: 1, max: 2 }) }), {
        minLength: 1,
        maxLength: 5,
      }),
      owned: fc.array(fc.option(fc.nat(4)), { minLength: NAMES.length, maxLength: NAMES.length }),
      order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
    });
    fc.assert(
      fc.property(scenario, ({ versions, owned, order: request }) => {
        const instances = versions.map(({ names, version }, at) => {
          // The newer program has changed only some of the projections.
          const changed = { ...versionsOf(names, 1), ...versionsOf(names.slice(0, 3), version) };
          return { owner: `i${at}`, beat: 1, versions: changed };
        });
        const owners = new Map(NAMES.map((name, at) => [name, instances[owned[at] ?? 9]?.owner]));
        expect(settle(instances, owners, request)).toBeLessThan(500);
        const newest = Math.max(...versions.map(({ version }) => version));
        for (const name of NAMES.slice(0, 3)) {
          expect(instances.find(({ owner }) => owner === owners.get(name))?.versions[name]).toBe(newest);
        }
        expect([...owners.values()].every(owner => owner !== undefined)).toBe(true);
        if (versions.every(({ version }) => version === newest)) {
          const share = Math.ceil(NAMES.length / instances.length);
          for (const { owner } of instances) {
            expect([...owners.values()].filter(other => other === owner).length).toBeLessThanOrEqual(share);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
