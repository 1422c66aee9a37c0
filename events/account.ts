/**
 * Stream `account-{loginName}`: who may act, in which role, for which organisation, since when, and how he came to the
 * credential he signs in with. Passwords and codes themselves are never events: no secret stands on the log.
 */
import { z } from 'zod';
import { apiKeyEventTypes } from './api-key.ts';
import { roleSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { statedIdentitySchema } from './identity.ts';
import { type AccountId, accountIdSchema, streamId } from './ids.ts';
import { sealedSchema } from './personal.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema, instantSchema } from './time.ts';
import { webhookEventTypes } from './webhook.ts';

/** The life of one account, from its registration on. */
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

export const accountRegistered = eventType(
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

/** The holder is called otherwise from a day on: he is the same person, by the number of his document. */
export const accountHolderRenamed = eventType(
  'account.holder-renamed',
  { houseRule: 'particulars', phase: '监督管理', visibility: 'internal', title: '记录账户持有人更名' },
  z.strictObject({
    accountId: accountIdSchema,
    name: sealedSchema,
    /** First day of the new name. */
    changedOn: dateSchema,
    /** What shows the change, e.g. 户口簿变更记录. */
    document: lineSchema,
  }),
);

/** Who the holder is, of an account registered without it; or a further number of his. */
export const accountIdentityStated = eventType(
  'account.identity-stated',
  { ...options, title: '登记账户持有人身份' },
  z.strictObject({
    accountId: accountIdSchema,
    identity: statedIdentitySchema,
    otherAccounts: z.array(accountIdSchema).min(1).optional(),
  }),
);

export const roleGranted = eventType(
  'account.role-granted',
  { ...options, title: '授予角色' },
  z.strictObject({ accountId: accountIdSchema, grant: grantSchema }),
);

export const roleRevoked = eventType(
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

export const accountDisabled = eventType(
  'account.disabled',
  { ...options, title: '停用账户' },
  z.strictObject({ accountId: accountIdSchema, reason: paragraphSchema }),
);

export const accountEnabled = eventType(
  'account.enabled',
  { ...options, title: '启用账户' },
  z.strictObject({ accountId: accountIdSchema, reason: paragraphSchema }),
);

/** A change of a supervisor's account, as one of the two people of the supervising body proposes it (D-45). */
const change = <const Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, { shape }: z.ZodObject<Shape>) =>
  z.strictObject({ kind: z.literal(kind), ...shape });
export const accountChangeSchema = z.discriminatedUnion('kind', [
  change('register', accountRegistered.schema.omit({ accountId: true })),
  change('grant', roleGranted.schema.omit({ accountId: true })),
  change('revoke', roleRevoked.schema.omit({ accountId: true })),
  change('disable', accountDisabled.schema.omit({ accountId: true })),
  change('enable', accountEnabled.schema.omit({ accountId: true })),
]);
export type AccountChange = z.infer<typeof accountChangeSchema>;

/** Id of something that waits for a second person. */
export const pendingIdSchema = z.string().regex(/^[0-9a-z]{4,32}$/);

export const accountChangeProposed = eventType(
  'account.change-proposed',
  { ...options, title: '提出变更监督账户' },
  z.strictObject({ accountId: accountIdSchema, proposalId: pendingIdSchema, change: accountChangeSchema }),
);

export const accountChangeConfirmed = eventType(
  'account.change-confirmed',
  { ...options, title: '确认变更监督账户' },
  z.strictObject({ accountId: accountIdSchema, proposalId: pendingIdSchema }),
);

export const credentialResetOrdered = eventType(
  'account.credential-reset-ordered',
  { ...options, title: '提出重置密码' },
  z.strictObject({
    accountId: accountIdSchema,
    resetId: pendingIdSchema,
    /** Whether the account counts in a rule of two persons: then a second administrator confirms, and is given the code. */
    needsSecondPerson: z.boolean(),
    reason: paragraphSchema,
  }),
);

export const credentialResetConfirmed = eventType(
  'account.credential-reset-confirmed',
  { ...options, title: '确认重置密码' },
  z.strictObject({ accountId: accountIdSchema, resetId: pendingIdSchema }),
);

/** The actor was given the code, once. */
export const resetCodeIssued = eventType(
  'account.reset-code-issued',
  { ...options, title: '发放一次性代码' },
  z.strictObject({ accountId: accountIdSchema, resetId: pendingIdSchema, expiresAt: instantSchema }),
);

/**
 * How a password was set: by the holder who knew the one before, with a one-time code, by an operator at the machine of
 * an empty system, or by the demo for its own accounts.
 */
export const PASSWORD_MEANS = ['holder', 'reset-code', 'command-line', 'demo'] as const;

export const passwordSet = eventType(
  'account.password-set',
  { ...options, title: '设置密码' },
  z.strictObject({
    accountId: accountIdSchema,
    means: z.enum(PASSWORD_MEANS),
    /** The reset whose code was used. */
    resetId: pendingIdSchema.optional(),
    /** Others have had the code in their hands: what is done with it is provisional until it is confirmed. */
    provisional: z.literal(true).optional(),
  }),
);

export const credentialVouched = eventType(
  'account.credential-vouched',
  { ...options, title: '核对持有人' },
  z.strictObject({ accountId: accountIdSchema, resetId: pendingIdSchema, grounds: paragraphSchema }),
);

/** The holder himself has the password that was set with the code of a reset. */
export const credentialConfirmed = eventType(
  'account.credential-confirmed',
  { ...options, title: '确认凭据由本人掌握' },
  z.strictObject({
    accountId: accountIdSchema,
    resetId: pendingIdSchema,
    /** By the holder's second factor, or by two administrators where he has none. */
    means: z.enum(['second-factor', 'administrators']),
  }),
);

/** The holder was given the secret of an authenticator; the secret is no event. */
export const secondFactorEnrolled = eventType(
  'account.second-factor-enrolled',
  { ...options, title: '登记第二因素' },
  z.strictObject({ accountId: accountIdSchema }),
);

/** The holder gave a first code of it: from now on nobody signs in to the account without one. */
export const secondFactorConfirmed = eventType(
  'account.second-factor-confirmed',
  { ...options, title: '确认第二因素' },
  z.strictObject({ accountId: accountIdSchema }),
);

export const secondFactorResetOrdered = eventType(
  'account.second-factor-reset-ordered',
  { ...options, title: '提出移除第二因素' },
  z.strictObject({ accountId: accountIdSchema, resetId: pendingIdSchema, reason: paragraphSchema }),
);

export const secondFactorRemoved = eventType(
  'account.second-factor-removed',
  { ...options, title: '移除第二因素' },
  z.strictObject({
    accountId: accountIdSchema,
    /** By the holder with a code of it, or by two administrators where it was lost. */
    means: z.enum(['holder', 'reset']),
    resetId: pendingIdSchema.optional(),
  }),
);

/** An administrator ended all sessions of an account, wherever they were open. */
export const sessionsEnded = eventType(
  'account.sessions-ended',
  { ...options, title: '结束账户会话' },
  z.strictObject({ accountId: accountIdSchema, reason: paragraphSchema }),
);

/** The actor was given a code that lets one attempt to sign in through, however many have failed. It proves nothing. */
export const unlockCodeIssued = eventType(
  'account.unlock-code-issued',
  { ...options, title: '发放解锁代码' },
  z.strictObject({ accountId: accountIdSchema, reason: paragraphSchema }),
);

export const accountEventTypes = [
  accountRegistered,
  accountHolderRenamed,
  accountIdentityStated,
  roleGranted,
  roleRevoked,
  accountDisabled,
  accountEnabled,
  accountChangeProposed,
  accountChangeConfirmed,
  credentialResetOrdered,
  credentialResetConfirmed,
  resetCodeIssued,
  passwordSet,
  credentialVouched,
  credentialConfirmed,
  secondFactorEnrolled,
  secondFactorConfirmed,
  secondFactorResetOrdered,
  secondFactorRemoved,
  sessionsEnded,
  unlockCodeIssued,
  ...apiKeyEventTypes,
  ...webhookEventTypes,
] as const;
export type AccountEvent = EventsOf<typeof accountEventTypes>;
