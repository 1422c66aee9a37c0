/** Passwords of the people of a test's story, put in place without the events that a password has in the product. */
import type { AccountId } from '../../events/ids.ts';
import { createCredentials } from '../../infra/identity/credentials.ts';
import type { Keeper } from '../../infra/vault/keeper.ts';

export function givePassword(keeper: Keeper, accountId: AccountId, password: string): Promise<void> {
  return createCredentials(keeper).setPassword(accountId, password);
}
