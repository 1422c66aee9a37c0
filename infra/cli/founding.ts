/** demo, bootstrap, reset: what comes first into an empty house, and how somebody comes back in who is locked out. */
import { type Announced, bootstrap, orderResetByOperator } from '../bootstrap.ts';
import { loadDemoYear } from '../demo/command.ts';
import { identityOf } from '../main.ts';
import { withHouse } from './opened.ts';

export function demo(): Promise<void> {
  return withHouse(async (house, config) => loadDemoYear(house, await identityOf(house, config)), 'stand still');
}

export function registerFirst(account: Announced): Promise<void> {
  return withHouse(async (house, config) => bootstrap(house, await identityOf(house, config), account));
}

export function orderReset(accountId: string, reason: string): Promise<void> {
  return withHouse(house => orderResetByOperator(house, accountId, reason), 'stand still');
}
