/** Who may act in which role, for which organisation, since when (art-05 （四）), and how he came to his password. */
import { z } from 'zod';
import {
  accountHolderRenamed,
  accountIdentityStated,
  accountRegistered,
  credentialConfirmed,
  grantSchema,
  PASSWORD_MEANS,
  passwordSet,
  resetCodeIssued,
} from '../../events/account.ts';
import { sealedSchema } from '../../events/personal.ts';
import { grantChanges, grantsAfter } from '../../events/rules/grants.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, parsed } from '../query.ts';
import { calledFrom, formerNamesSchema, formerSealedSchema, namesOpened } from './former-names.ts';

export const grantsSchema = z.array(grantSchema);

export const accountRowSchema = z.strictObject({
  accountId: z.string(),
  name: sealedSchema,
  formerNames: formerSealedSchema,
  registeredAt: instantSchema,
  disabled: z.boolean(),
  /** Whether it was stated who the holder is; where not, it is to be made up for. */
  identified: z.enum(['yes', 'no']),
  grants: grantsSchema,
  /** What is known of the local password; never the password, never a code. */
  credential: z.strictObject({
    /** Absent while there is none. */
    set: z.strictObject({ at: instantSchema, means: z.enum(PASSWORD_MEANS) }).optional(),
    /** Until when a one-time code that was given out can be used. */
    codeUntil: instantSchema.optional(),
    /** The holder has not confirmed that the password is his: what he does is marked. */
    provisional: z.boolean(),
  }),
});
export type AccountRow = z.infer<typeof accountRowSchema>;

const idOf = (event: { readonly data: { readonly accountId: string } }) => event.data.accountId;

export const accounts = projection<AccountRow>({
  name: 'accounts',
  version: 5,
  question: '哪些账户具有哪些角色 (Which accounts hold which roles, for whom, since when?)',
  indexes: [{ fields: ['identified'] }],
  handlers: [
    on([accountRegistered], idOf, (_row, { data: { accountId, name, grant, identity }, meta }) => ({
      accountId,
      name,
      formerNames: [],
      registeredAt: meta.effectiveAt,
      disabled: false,
      identified: identity ? 'yes' : 'no',
      grants: [grant],
      credential: { provisional: false },
    })),
    on([accountHolderRenamed], idOf, (row, { data }) => calledFrom(row, data)),
    on(grantChanges, idOf, (row, event) => row && { ...row, ...grantsAfter(row, event) }),
    on([accountIdentityStated], idOf, row => row && { ...row, identified: 'yes' }),
    on(
      [resetCodeIssued],
      idOf,
      (row, { data }) => row && { ...row, credential: { ...row.credential, codeUntil: data.expiresAt } },
    ),
    on([passwordSet], idOf, (row, { data: { means, provisional = false }, meta }) => {
      const set = { at: meta.recordedAt, means };
      // A holder who changes it keeps the code that waits for him, and whatever doubt there is.
      if (means === 'holder') return row && { ...row, credential: { ...row.credential, set } };
      return row && { ...row, credential: { set, provisional } };
    }),
    on([credentialConfirmed], idOf, row => row && { ...row, credential: { ...row.credential, provisional: false } }),
  ],
});

export const accountSchema = accountRowSchema.extend({ name: z.string(), formerNames: formerNamesSchema });

/** All accounts, or those whose holder has, or has not, been identified. */
export async function directory(
  reader: Reader,
  identified: AccountRow['identified'] | undefined,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof accountSchema>[] }> {
  const page = await reader.find(accounts, { where: given({ identified }), ...asked });
  const items = parsed(accounts, page).map(async row => ({ ...row, ...(await namesOpened(reader, row)) }));
  return { page, items: await Promise.all(items) };
}
