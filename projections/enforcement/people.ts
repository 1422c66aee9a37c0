/** Which staff, officers of bodies, experts and third parties have undertaken to keep secrets, and who is missing (art-26, D-37). */
import { z } from 'zod';
import { accountHolderRenamed, accountRegistered, type Grant, grantSchema } from '../../events/account.ts';
import { confidentialityUndertakingSigned } from '../../events/enforcement.ts';
import { roleSchema } from '../../events/envelope.ts';
import { positionSchema } from '../../events/ids.ts';
import { sealedSchema } from '../../events/personal.ts';
import { grantChanges, grantsAfter, grantsOn } from '../../events/rules/grants.ts';
import { UNDERTAKING_ROLES } from '../../events/rules/material.ts';
import { instantSchema, shanghaiDate } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { loadMany, nameOf, parsed } from '../query.ts';

const signedSchema = z.strictObject({
  orgId: z.string(),
  role: roleSchema,
  textHash: z.string(),
  at: instantSchema,
  recordedAt: instantSchema,
  position: positionSchema,
  eventId: z.string(),
});

const personRowSchema = z.strictObject({
  accountId: z.string(),
  name: sealedSchema,
  disabled: z.boolean(),
  grants: z.array(grantSchema),
  signed: z.array(signedSchema),
  /** Whether some role it holds or held asks for an undertaking that is not there. */
  missing: z.enum(['yes', 'no']),
});
export type PersonRow = z.infer<typeof personRowSchema>;

const idOf = (event: { readonly data: { readonly accountId: string } }) => event.data.accountId;

export const people = projection<PersonRow>({
  name: 'confidentiality',
  version: 3,
  question:
    '哪些工作人员签署了保密承诺，还有谁没有签 (Who has signed the confidentiality undertaking, and who has not?)',
  indexes: [{ fields: ['missing'] }],
  handlers: [
    on([accountRegistered], idOf, (_row, { data: { accountId, name, grant } }) =>
      judged({ accountId, name, disabled: false, grants: [grant], signed: [], missing: 'no' }),
    ),
    on([accountHolderRenamed], idOf, (row, { data: { name } }) => row && { ...row, name }),
    on(grantChanges, idOf, (row, event) => row && judged({ ...row, ...grantsAfter(row, event) })),
    on(
      [confidentialityUndertakingSigned],
      idOf,
      (row, { id: eventId, position, data: { orgId, role, textHash }, meta }) => {
        const { effectiveAt: at, recordedAt } = meta;
        const signed = { orgId, role, textHash, at, recordedAt, position, eventId };
        return row && judged({ ...row, signed: [...row.signed, signed] });
      },
    ),
  ],
});

function lacks({ signed }: PersonRow, { role, orgId }: Grant): boolean {
  return (
    UNDERTAKING_ROLES.includes(role) &&
    !signed.some(undertaking => undertaking.role === role && undertaking.orgId === orgId)
  );
}

function judged(row: PersonRow): PersonRow {
  return { ...row, missing: row.grants.some(grant => lacks(row, grant)) ? 'yes' : 'no' };
}

export const missingSchema = z.strictObject({
  accountId: z.string(),
  name: z.string(),
  /** Roles held today without an undertaking. */
  grants: z.array(grantSchema),
});

/** Whoever may act today in a role that undertakes, and has not. */
export async function undertakingsMissing(
  reader: Reader,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof missingSchema>[] }> {
  const today = shanghaiDate(reader.now);
  const page = await reader.find(people, { where: { missing: 'yes' }, ...asked });
  const items: z.infer<typeof missingSchema>[] = [];
  for (const row of parsed(people, page)) {
    const grants = grantsOn(row, today).filter(grant => lacks(row, grant));
    if (grants.length === 0) continue;
    items.push({ accountId: row.accountId, name: await nameOf(reader, row.name), grants });
  }
  return { page, items };
}

/** Names by account, for those who may know them; an account that is not registered is missing. */
export async function namesByAccount(
  reader: Reader,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await loadMany(reader, people, [...new Set(accountIds)]);
  const names = new Map<string, string>();
  for (const [accountId, { name }] of rows) names.set(accountId, await nameOf(reader, name));
  return names;
}
