/** Keys, secrets and credentials, handed from one key store to another. None of them is ever shown. */
import { destroyAlike } from '../vault/erasures.ts';
import type { Kept, KeyStore } from '../vault/key-store.ts';
import { MigrationRefused } from './refused.ts';

/** How many things of each kind are kept. */
export type VaultCount = Readonly<Record<Kept['kind'], number>>;

/**
 * Can be repeated, also when persons were erased in the source in between. Throws {@link MigrationRefused} when the target
 * keeps something else.
 */
export async function copyVault(source: KeyStore, target: KeyStore): Promise<VaultCount> {
  for await (const kept of source.contents()) await hand(kept, target);
  return compare(source, target);
}

/** A key is destroyed before one is kept: a person may have been erased, also since the last time, and come back. */
async function hand(kept: Kept, target: KeyStore): Promise<void> {
  switch (kept.kind) {
    case 'destroyed':
      await destroyAlike(target, kept);
      return;
    case 'secret':
      await target.keepSecret(kept.id, kept.value);
      return;
    case 'key':
      await target.keepKey(kept.id, kept.value);
      return;
    case 'credential':
      return target.putCredential(kept.id, kept.credential);
    case 'second-factor':
      return target.putSecondFactor(kept.id, kept.factor);
    case 'api-key':
      return target.keepApiKey(kept.id, kept.apiKey);
  }
}

async function compare(source: KeyStore, target: KeyStore): Promise<VaultCount> {
  const [here, there] = [await textsOf(source), await textsOf(target)];
  const count = { destroyed: 0, secret: 0, key: 0, credential: 0, 'second-factor': 0, 'api-key': 0 };
  for (const [name, { kind, text }] of here) {
    if (there.get(name)?.text !== text) throw differs(name);
    count[kind] += 1;
  }
  for (const name of there.keys()) if (!here.has(name)) throw differs(name);
  return count;
}

async function textsOf(
  keyStore: KeyStore,
): Promise<ReadonlyMap<string, { readonly kind: Kept['kind']; readonly text: string }>> {
  const texts = new Map<string, { readonly kind: Kept['kind']; readonly text: string }>();
  for await (const kept of keyStore.contents()) {
    texts.set(`${kept.kind} ${kept.id}`, { kind: kept.kind, text: textOf(kept) });
  }
  return texts;
}

function textOf(kept: Kept): string {
  switch (kept.kind) {
    case 'destroyed':
      return kept.digests.join(' ');
    case 'secret':
    case 'key':
      return Buffer.from(kept.value).toString('hex');
    case 'credential':
      return `${kept.credential.epoch} ${kept.credential.hash}`;
    case 'second-factor': {
      const { sealed, confirmed, lastStep, recovery } = kept.factor;
      return [sealed.subject, sealed.sealed, confirmed, lastStep, ...recovery].join(' ');
    }
    case 'api-key':
      return `${kept.apiKey.accountId} ${kept.apiKey.keyId}`;
  }
}

function differs(name: string): MigrationRefused {
  return new MigrationRefused(
    `目标密钥库与原密钥库不同：${name}；目标须为空，或只含前次迁移的内容`,
    'the target must be empty, or hold nothing but what was moved before',
  );
}
