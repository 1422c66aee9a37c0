/** demo, bootstrap: what comes first into an empty house. */
import { bootstrap, type FirstAccount } from '../bootstrap.ts';
import { loadDemoYear } from '../demo/command.ts';
import { identityOf } from '../main.ts';
import { withHouse } from './opened.ts';

export function demo(): Promise<void> {
  return withHouse(async (house, config) => loadDemoYear(house, await identityOf(house, config)), 'stand still');
}

export function registerFirst(account: FirstAccount): Promise<void> {
  return withHouse(async (house, config) => bootstrap(house, await identityOf(house, config), account));
}
