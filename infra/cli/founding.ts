/** demo, bootstrap, reset: what comes first into an empty system, and how somebody comes back in who is locked out. */
import { type Announced, bootstrap, orderResetByOperator } from '../compose/bootstrap.ts';
import type { System } from '../compose/system.ts';
import type { Config } from '../config.ts';
import { loadDemoYear } from '../demo/command.ts';
import { createIdentityFor } from '../identity/installation.ts';
import { alarm, withSystem } from './opened.ts';
import { toldToStop } from './told.ts';

/** Loads the demo year into the configured data directory; gone on with where it was when it is run again. */
export function demo(): Promise<void> {
  const signal = toldToStop();
  const load = async (system: System, config: Config) =>
    loadDemoYear(system, await createIdentityFor(system, config), { signal, alarm });
  return withSystem(load, 'stand still');
}

/** Registers a founder and sets his password; number and password are read from standard input. */
export function registerFirst(account: Announced): Promise<void> {
  return withSystem(async (system, config) => bootstrap(system, await createIdentityFor(system, config), account));
}

/**
 * Orders the reset of a password in the place of the first of two administrators. Throws RangeError for an account
 * that is not there.
 */
export function orderReset(accountId: string, reason: string): Promise<void> {
  return withSystem(system => orderResetByOperator(system, accountId, reason), 'stand still');
}
