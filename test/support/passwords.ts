/** Passwords of the people of a test's story, put in place without the events that a password has in the product. */
import type { AccountId } from '../../events/ids.ts';
import { createCredentials } from '../../infra/identity/credentials.ts';
import type { KeyStore } from '../../infra/vault/key-store.ts';

export function givePassword(keyStore: KeyStore, accountId: AccountId, password: string): Promise<void> {
  return createCredentials(keyStore).setPassword(accountId, password);
}
