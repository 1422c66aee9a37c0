/** The caller's keys for programs, as the log has them; no key itself is kept. */
import { z } from 'zod';
import { API_KEY_SCOPES, apiKeyIdSchema } from '../../events/api-key.ts';
import { roleSchema } from '../../events/envelope.ts';
import { type ApiKey, keyOpensOn } from '../../events/rules/api-keys.ts';
import { dateSchema, instantSchema, shanghaiDate } from '../../events/time.ts';
import type { Clock } from '../../services/ports.ts';
import type { IdentityService } from '../identity/identity.ts';
import { question } from './question.ts';
import { callerOf } from './request-context.ts';

const shownSchema = z.object({
  keyId: apiKeyIdSchema.meta({ description: 'Stands in the key, after `ggk_`' }),
  system: z.string(),
  scopes: z.array(z.enum(API_KEY_SCOPES)),
  role: roleSchema,
  orgId: z.string(),
  issuedAt: instantSchema,
  lastDay: dateSchema,
  requestsPerMinute: z.int(),
  inForce: z.boolean().meta({ description: 'Neither revoked nor past its last day' }),
});

export function apiKeysQuestion(identity: Pick<IdentityService, 'apiKeysOf'>, clock: Clock) {
  return question({
    path: '/api-keys',
    name: 'ListOwnApiKeys',
    title: '本人的接口密钥',
    summary: 'The keys that the caller has had issued for his systems, newest first.',
    access: 'signed-in',
    input: z.strictObject({}),
    output: z.object({ items: z.array(shownSchema) }),
    async answer(_input, context) {
      const keys = await identity.apiKeysOf(callerOf(context).actor.accountId);
      const today = shanghaiDate(clock.now());
      return { items: keys.map(key => shownOf(key, today)).toReversed() };
    },
  });
}

function shownOf(key: ApiKey, today: string): z.infer<typeof shownSchema> {
  const { id: keyId, revokedFor: _, scopes, ...rest } = key;
  return { keyId, scopes: [...scopes], ...rest, inForce: keyOpensOn(key, today) };
}
