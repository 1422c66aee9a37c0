/** What the answer to a command hands over besides the usual: something made once the command is on the log, shown once. */
import { z } from 'zod';
import { resetCodeIssued } from '../../events/account.ts';
import { apiKeyIssued } from '../../events/api-key.ts';
import type { EventOf } from '../../events/event-type.ts';
import type { AccountId } from '../../events/ids.ts';
import { instantSchema } from '../../events/time.ts';
import { webhookRegistered } from '../../events/webhook.ts';
import { confirmSecondFactorReset, endSessions, issueUnlockCode } from '../../services/account/access.ts';
import { issueApiKey, revokeApiKey } from '../../services/account/api-keys.ts';
import { confirmCredentialReset, orderCredentialReset } from '../../services/account/credentials.ts';
import { registerWebhook } from '../../services/account/webhooks.ts';
import type { Accepted } from '../../services/handle.ts';
import type { IdentityService } from '../identity/identity.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

export interface HandOver {
  /** Members of the answer, all optional. */
  readonly schema: z.ZodObject;
  of(outcome: Accepted): Promise<object>;
}

/** By name of the command. */
export type HandOvers = ReadonlyMap<string, HandOver>;

const codeSchema = z.object({
  code: z.string().optional().meta({
    description:
      'One-time code for the holder, who sets his password with it (POST /password-resets). Shown once: a repeated request has none, and the reset is ordered anew',
  }),
  expiresAt: instantSchema.optional().meta({ description: 'Until when the code can be used' }),
});

const unlockSchema = z.object({
  code: z.string().optional().meta({ description: '`unlockCode` of one sign-in. Shown once' }),
  expiresAt: instantSchema.optional().meta({ description: 'Until when it can be used' }),
});
const apiKeySchema = z.object({
  apiKey: z.string().optional().meta({
    description: 'The key, for `Authorization: Bearer`. Shown once: a repeated request has none, and another is issued',
  }),
});
const webhookSchema = z.object({
  webhookSecret: z.string().optional().meta({
    description: '`whsec_…` of Standard Webhooks, which messages are signed with. Shown once',
  }),
});
const NOTHING = z.object({});

/** What the answers to some commands have besides. */
export type HandedOnce = z.infer<typeof codeSchema> & z.infer<typeof apiKeySchema> & z.infer<typeof webhookSchema>;

/** Done again when the command is repeated: whatever was interrupted after it was recorded is made up for. */
const accountOf = ({ streamId }: Accepted) => streamId.slice('account-'.length) as AccountId;

type Handing = Pick<
  IdentityService,
  'makeResetCode' | 'issueUnlockCode' | 'endSessionsOf' | 'removeSecondFactor' | 'makeApiKey' | 'recheckStreams'
>;

/**
 * What is handed over, or done to accounts, once a command is on the log: codes are shown once, sessions and second
 * factors end. By name of command.
 */
export function handOversOf(identity: Handing, webhooks?: Pick<Webhooks, 'make'>): HandOvers {
  const unlocking: HandOver = {
    schema: unlockSchema,
    of: async outcome => (outcome.events.length > 0 ? identity.issueUnlockCode(accountOf(outcome)) : {}),
  };
  const after = (act: (accountId: AccountId) => Promise<void>): HandOver => ({
    schema: NOTHING,
    of: async outcome => {
      await act(accountOf(outcome));
      return {};
    },
  });
  const code: HandOver = {
    schema: codeSchema,
    async of({ events }) {
      const issued = events.find(({ type }) => type === resetCodeIssued.type) as
        | EventOf<typeof resetCodeIssued>
        | undefined;
      if (!issued) return {};
      const { accountId, resetId, expiresAt } = issued.data;
      return { code: await identity.makeResetCode(accountId, resetId), expiresAt };
    },
  };
  const apiKey: HandOver = {
    schema: apiKeySchema,
    async of({ events }) {
      const issued = events.find(({ type }) => type === apiKeyIssued.type) as EventOf<typeof apiKeyIssued> | undefined;
      return issued ? { apiKey: await identity.makeApiKey(issued.data.accountId, issued.data.keyId) } : {};
    },
  };
  const webhook: HandOver = {
    schema: webhookSchema,
    async of({ events }) {
      const registered = events.find(({ type }) => type === webhookRegistered.type) as
        | EventOf<typeof webhookRegistered>
        | undefined;
      if (!registered || !webhooks) return {};
      const { accountId, webhookId } = registered.data;
      return { webhookSecret: await webhooks.make(accountId, webhookId) };
    },
  };
  return new Map([
    ...[orderCredentialReset, confirmCredentialReset].map(({ name }) => [name, code] as const),
    [issueUnlockCode.name, unlocking],
    [issueApiKey.name, apiKey],
    [registerWebhook.name, webhook],
    [revokeApiKey.name, after(async () => identity.recheckStreams())],
    [endSessions.name, after(identity.endSessionsOf)],
    [confirmSecondFactorReset.name, after(identity.removeSecondFactor)],
  ]);
}
