/**
 * Keys with which a program reads for an account, on the stream of that account: who had one issued, for what, until when,
 * and who took it back. The key itself is never an event: it is shown once, and a digest of it is kept in the vault.
 */
import { z } from 'zod';
import { eventType } from './event-type.ts';
import { accountIdSchema } from './ids.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema } from './time.ts';

/** What a key opens, of what its account may read; none lets anybody act. */
export const API_KEY_SCOPES = ['events', 'data', 'webhooks'] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** Part of the key, by which it is recognised; it opens nothing. */
export const apiKeyIdSchema = z.string().regex(/^[0-9a-z]{4,32}$/);

/** Requests a minute that a key may make, unless its holder asks for fewer or more. */
export const USUAL_REQUESTS_PER_MINUTE = 600;

export const apiKeyIssued = eventType(
  'account.api-key-issued',
  { houseRule: 'integration', phase: '监督管理', visibility: 'internal', title: '发放接口密钥' },
  z.strictObject({
    accountId: accountIdSchema,
    keyId: apiKeyIdSchema,
    /** The system that is to use it. */
    system: lineSchema,
    scopes: z.array(z.enum(API_KEY_SCOPES)).min(1).max(API_KEY_SCOPES.length),
    /** It opens nothing after this day. */
    lastDay: dateSchema,
    requestsPerMinute: z.int().min(1).max(6_000),
  }),
);

export const apiKeyRevoked = eventType(
  'account.api-key-revoked',
  { houseRule: 'integration', phase: '监督管理', visibility: 'internal', title: '收回接口密钥' },
  z.strictObject({ accountId: accountIdSchema, keyId: apiKeyIdSchema, reason: paragraphSchema }),
);

export const apiKeyEventTypes = [apiKeyIssued, apiKeyRevoked] as const;
