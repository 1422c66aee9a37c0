/** Messages by Standard Webhooks: what is sent, with which headers, signed with which secrets. */
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { AccountId } from '../../events/ids.ts';
import type { Vault } from '../../services/ports.ts';
import type { KeptSecret, WebhookState } from './store.ts';

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;
/** How long messages are signed with the secret before the present one too; milliseconds. */
export const OVERLAP_MS = 24 * 3_600_000;
/** How many sign a message at most, so that changing them again and again makes no header that nobody takes. */
const MOST_SECRETS = 10;

/** A new secret as its receiver is given it. */
export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** It goes with the person of the account: once he is erased nothing is signed any more. */
export async function sealSecret(
  accountId: AccountId,
  secret: string,
  vault: Pick<Vault, 'seal'>,
): Promise<KeptSecret> {
  return { sealed: await vault.seal(`account-${accountId}`, secret) };
}

/** The new secret before those that still sign. */
export function rotated(secrets: readonly KeptSecret[], fresh: KeptSecret, now: number): readonly KeptSecret[] {
  const earlier = secrets
    .filter(({ until }) => until === undefined || until > now)
    .map(secret => ({ ...secret, until: secret.until ?? now + OVERLAP_MS }));
  return [fresh, ...earlier].slice(0, MOST_SECRETS);
}

export interface Message {
  /** The same whenever it is sent again. */
  readonly id: string;
  readonly body: string;
}

/** The headers of a message sent now. Throws RangeError when there is nothing to sign it with. */
export async function signedHeaders(
  { id, body }: Message,
  { secrets }: Pick<WebhookState, 'secrets'>,
  now: number,
  vault: Pick<Vault, 'open'>,
): Promise<Readonly<Record<string, string>>> {
  const at = new Date(now);
  const opened = await Promise.all(
    secrets.filter(({ until }) => until === undefined || until > now).map(({ sealed }) => vault.open(sealed)),
  );
  const signatures = opened.flatMap(secret => (secret === undefined ? [] : [new Webhook(secret).sign(id, at, body)]));
  if (signatures.length === 0) throw new RangeError('没有签名密钥 (there is no secret to sign with)');
  return {
    'Content-Type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}
