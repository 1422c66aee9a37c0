/** Stream `account-{loginName}`: who may act, in which role, for which organisation, and since when. */
import { z } from 'zod';
import { roleSchema } from './envelope.ts';
import { type EventsOf, fact } from './fact.ts';
import { statedIdentitySchema } from './identity.ts';
import { type AccountId, accountIdSchema, streamId } from './ids.ts';
import { sealedSchema } from './personal.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema } from './time.ts';

export const accountStream = (id: AccountId) => streamId(`account-${id}`);

/** The organisation id of the municipal authority. */
export const MUNICIPAL_AUTHORITY = 'msr';
/** The organisation id of the supervising body (D-40). */
export const SUPERVISING_BODY = 'sup';

const options = {
  article: 'art-05',
  item: '（四）',
  phase: '监督管理',
  visibility: 'internal',
} as const;

export const grantSchema = z.strictObject({
  role: roleSchema.exclude(['SYS']),
  /** Body id, credit code, entrustment id, expert id, `msr` or `sup`. */
  orgId: z.string().min(2).max(64),
  orgName: lineSchema,
  from: dateSchema,
  /** Last day of the grant; absent means until revoked. */
  lastDay: dateSchema.optional(),
});
export type Grant = z.infer<typeof grantSchema>;

export const accountRegistered = fact(
  'account.registered',
  { ...options, version: 2, title: '登记账户' },
  z.strictObject({
    accountId: accountIdSchema,
    name: sealedSchema,
    grant: grantSchema,
    /** Who he is; not stated in early records. */
    identity: statedIdentitySchema.optional(),
    /** Accounts that the same person had already. */
    otherAccounts: z.array(accountIdSchema).min(1).optional(),
  }),
);

/** Who the holder is, of an account registered without it; or a further number of his. */
export const accountIdentityStated = fact(
  'account.identity-stated',
  { ...options, title: '登记账户持有人身份' },
  z.strictObject({
    accountId: accountIdSchema,
    identity: statedIdentitySchema,
    otherAccounts: z.array(accountIdSchema).min(1).optional(),
  }),
);

export const roleGranted = fact(
  'account.role-granted',
  { ...options, title: '授予角色' },
  z.strictObject({ accountId: accountIdSchema, grant: grantSchema }),
);

export const roleRevoked = fact(
  'account.role-revoked',
  { ...options, title: '收回角色' },
  z.strictObject({
    accountId: accountIdSchema,
    role: roleSchema,
    orgId: z.string(),
    lastDay: dateSchema,
    reason: paragraphSchema,
  }),
);

export const accountDisabled = fact(
  'account.disabled',
  { ...options, title: '停用账户' },
  z.strictObject({ accountId: accountIdSchema, reason: paragraphSchema }),
);

export const accountEnabled = fact(
  'account.enabled',
  { ...options, title: '启用账户' },
  z.strictObject({ accountId: accountIdSchema, reason: paragraphSchema }),
);

export const accountFacts = [
  accountRegistered,
  accountIdentityStated,
  roleGranted,
  roleRevoked,
  accountDisabled,
  accountEnabled,
] as const;
export type AccountEvent = EventsOf<typeof accountFacts>;
