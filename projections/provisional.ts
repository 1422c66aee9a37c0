/**
 * Acts under a credential that the holder has not confirmed: its password was set with the code of a reset, which others
 * had in their hands. The acts are marked until the holder's second factor, or two administrators, confirm it.
 */
import { z } from 'zod';
import { type AccountEvent, credentialConfirmed, passwordSet } from '../events/account.ts';
import type { Reader } from './ports.ts';
import { on, projection } from './projection.ts';
import { loadMany } from './query.ts';

const credentialSchema = z.strictObject({
  /** Position, as a number, of the event that set the password. */
  since: z.number(),
  resetId: z.string().optional(),
  provisional: z.boolean(),
  /** Position of the event that confirmed it. */
  confirmed: z.number().optional(),
});
const credentialsRowSchema = z.strictObject({ credentials: z.array(credentialSchema) });
/** The credentials of an account, one after another. */
export type CredentialHistory = z.infer<typeof credentialsRowSchema>;

export const NO_CREDENTIALS: CredentialHistory = { credentials: [] };

/** A holder who changes his own password keeps the credential that he had: whoever had it could do so too. */
function credentialsAfter(before: CredentialHistory, event: AccountEvent): CredentialHistory {
  const at = Number(event.position);
  if (event.type === 'account.password-set' && event.data.means !== 'holder') {
    const { resetId, provisional = false } = event.data;
    return { credentials: [...before.credentials, { since: at, ...(resetId && { resetId }), provisional }] };
  }
  if (event.type !== 'account.credential-confirmed') return before;
  const { resetId } = event.data;
  return {
    credentials: before.credentials.map(credential =>
      credential.resetId === resetId && credential.confirmed === undefined
        ? { ...credential, confirmed: at }
        : credential,
    ),
  };
}

/** Whether what the account did at a position is provisional, as far as was known at another. */
export function isProvisional({ credentials }: CredentialHistory, at: number, knownUpTo: number): boolean {
  const credential = credentials.findLast(({ since }) => since < at);
  if (!credential?.provisional) return false;
  return credential.confirmed === undefined || credential.confirmed > knownUpTo;
}

export const credentials = projection<CredentialHistory>({
  name: 'credentials',
  version: 1,
  question: '哪些账户的凭据尚未确认由本人掌握 (Whose credential has the holder not confirmed, since when?)',
  indexes: [],
  handlers: [
    on(
      [passwordSet, credentialConfirmed],
      ({ data }) => data.accountId,
      (row, event) => credentialsAfter(row ?? NO_CREDENTIALS, event),
    ),
  ],
});

export function credentialsOf(
  reader: Reader,
  accountIds: Iterable<string>,
): Promise<ReadonlyMap<string, CredentialHistory>> {
  return loadMany(reader, credentials, [...new Set(accountIds)]);
}
