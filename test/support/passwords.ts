/** Passwords of the people of a test's story, put in place without the events that a password has in the product. */
import type { AccountId } from '../../events/ids.ts';
import { createCredentials } from '../../infra/identity/credentials.ts';
import type { KeyStore } from '../../infra/vault/key-store.ts';

/** By password, what a key store keeps of it: hashing takes as long as it does so that guessing does. */
const hashes = new Map<string, Promise<string>>();

export async function givePassword(keyStore: KeyStore, accountId: AccountId, password: string): Promise<void> {
  const known = hashes.get(password) ?? hashOf(password);
  hashes.set(password, known);
  await keyStore.setCredential(accountId, await known);
}

async function hashOf(password: string): Promise<string> {
  let kept = '';
  const credentials = createCredentials({
    credential: async () => undefined,
    setCredential: async (_accountId, hash) => {
      kept = hash;
    },
  });
  await credentials.setPassword('anybody' as AccountId, password);
  return kept;
}
