/** demo, bootstrap, reset: what comes first into an empty house, and how somebody comes back in who is locked out. */
import { type Announced, bootstrap, orderResetByOperator } from '../bootstrap.ts';
import type { Config } from '../config.ts';
import { loadDemoYear } from '../demo/command.ts';
import type { House } from '../house.ts';
import { identityOf } from '../main.ts';
import { alarm, withHouse } from './opened.ts';
import { toldToStop } from './told.ts';

/** Loads the demo year into the configured data directory; gone on with where it was when it is run again. */
export function demo(): Promise<void> {
  const signal = toldToStop();
  const load = async (house: House, config: Config) =>
    loadDemoYear(house, await identityOf(house, config), { signal, alarm });
  return withHouse(load, 'stand still');
}

/** Registers a founder and sets his password; number and password are read from standard input. */
export function registerFirst(account: Announced): Promise<void> {
  return withHouse(async (house, config) => bootstrap(house, await identityOf(house, config), account));
}

/**
 * Orders the reset of a password in the place of the first of two administrators. Throws RangeError for an account
 * that is not there.
 */
export function orderReset(accountId: string, reason: string): Promise<void> {
  return withHouse(house => orderResetByOperator(house, accountId, reason), 'stand still');
}
