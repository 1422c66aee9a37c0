/**
 * Who signs checkpoints. A key may lie where only its signatures come from: in a hardware module, or with a service. What
 * signs here is a key in PEM, named by the configuration, or one that the house makes for itself and keeps in its key store.
 */
import { createPrivateKey } from 'node:crypto';
import type { KeyStore } from '../vault/key-store.ts';
import { ed25519FromPem } from './note.ts';
import { type Sm2Key, sm2FromPem, sm2OfSecret } from './sm2.ts';
import type { Suite } from './suite.ts';

export interface Signer {
  readonly suite: Suite;
  /** As it stands in verifier lines after its type: 32 bytes of an Ed25519 key; the algorithm and the point of SM2. */
  readonly publicKey: Uint8Array;
  /** Of a text as UTF-8; the same each time it is asked for the same. Throws StoreUnavailable while the key cannot be reached. */
  sign(text: string): Promise<Uint8Array>;
}

/** The signers an installation has, and which of them it means to use. */
export interface Keyring {
  /** The one to sign with after so many keys, of which `current` was the last; another one than that where it is to be `renewed`. */
  wanted(keys: number, current: string | undefined, renewed: boolean): Promise<Signer>;
  /** The signer of a public key (base64), among those of an installation that has had so many; undefined where it does not have it. */
  of(publicKey: string, keys: number): Promise<Signer | undefined>;
}

/** As it stands in events and lists. */
export function publicKeyText({ publicKey }: Pick<Signer, 'publicKey'>): string {
  return Buffer.from(publicKey).toString('base64');
}

/** A private key from PEM (PKCS #8), of Ed25519 or SM2. Throws when it is none. */
export function pemSigner(pem: string): Signer {
  if (createPrivateKey(pem).asymmetricKeyType !== 'ed25519') return sm2Signer(sm2FromPem(pem));
  const { publicKey, sign } = ed25519FromPem(pem);
  return { suite: 'ed25519', publicKey, sign: async text => sign(text) };
}

function sm2Signer({ publicKey, sign }: Sm2Key): Signer {
  return { suite: 'sm', publicKey, sign: async text => sign(Buffer.from(text)) };
}

const PEM = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g;

/** Keys in PEM, one after the other: the first signs; one after it is the key before, and signs for its successor. Throws when one is no key, or there is none. */
export function configuredKeyring(pems: string): Keyring {
  const signers = (pems.match(PEM) ?? []).map(pemSigner);
  const [first] = signers;
  if (!first) throw new TypeError('no PKCS #8 private key in PEM');
  return {
    wanted: async () => first,
    of: async publicKey => signers.find(signer => publicKeyText(signer) === publicKey),
  };
}

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Of 32 bytes that nobody else knows. */
function signerOfSecret(suite: Suite, seed: Uint8Array): Signer {
  if (suite === 'sm') return sm2Signer(sm2OfSecret(seed));
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  return pemSigner(key.export({ format: 'pem', type: 'pkcs8' }) as string);
}

/** Keys that are made here when they are first asked for, and kept among the secrets: the n-th of the log is always the same. */
export function keptKeyring(keyStore: Pick<KeyStore, 'secret'>, suite: Suite): Keyring {
  const nth = async (n: number) => signerOfSecret(suite, await keyStore.secret(`ledger-key-${n}`));
  const of = async (publicKey: string, keys: number) => {
    for (let n = keys; n > 0; n -= 1) {
      const signer = await nth(n);
      if (publicKeyText(signer) === publicKey) return signer;
    }
    return undefined;
  };
  return {
    of,
    async wanted(keys, current, renewed) {
      const own = current === undefined || renewed ? undefined : await of(current, keys);
      return own ?? nth(keys + 1);
    },
  };
}
