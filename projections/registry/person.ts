/** The person behind an account, for those who oversee: his other accounts, his place in the expert bank, who he was said to be. */
import { z } from 'zod';
import { accountMark, named } from '../../events/rules/persons.ts';
import { readMarksOf } from '../persons.ts';
import type { Reader } from '../ports.ts';
import { load, loadMany, nameOf } from '../query.ts';
import { type AccountRow, accounts, grantsSchema } from './accounts.ts';

const ownAccountSchema = z.strictObject({
  accountId: z.string(),
  name: z.string(),
  disabled: z.boolean(),
  grants: grantsSchema,
});

export const personSchema = z.strictObject({
  accountId: z.string(),
  /** Whether an identity was stated: where none was, another account of the same person is not known for one. */
  identified: z.boolean(),
  /** All accounts of the person, the one asked about first. */
  accounts: z.array(ownAccountSchema).min(1),
  /** Ids under which he is, or was, in the expert bank. */
  experts: z.array(z.string()),
});
type Person = z.infer<typeof personSchema>;

/** Undefined for an account that is not registered. The numbers themselves are shown to nobody. */
export async function personBehind(reader: Reader, accountId: string): Promise<Person | undefined> {
  if (!(await load(reader, accounts, accountId))) return undefined;
  const marks = await readMarksOf(reader, accountMark(accountId));
  const ids = named(marks, 'account');
  const rows = await loadMany(reader, accounts, ids);
  const own = ids.flatMap(id => rows.get(id) ?? []).map(row => shown(reader, row));
  return {
    accountId,
    identified: named(marks, 'identity').length > 0,
    accounts: await Promise.all(own),
    experts: named(marks, 'expert').toSorted(),
  };
}

async function shown(reader: Reader, { accountId, name, disabled, grants }: AccountRow) {
  return { accountId, name: await nameOf(reader, name), disabled, grants };
}
