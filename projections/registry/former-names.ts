/** What people were called before: sealed in the row, in clear for those who may read the list. */
import { z } from 'zod';
import { type Sealed, sealedSchema } from '../../events/personal.ts';
import { withFormer } from '../../events/rules/particulars.ts';
import { type CivilDate, dateSchema } from '../../events/time.ts';
import type { Reader } from '../ports.ts';
import { nameOf } from '../query.ts';

const formerly = <Name extends z.ZodType>(name: Name) => z.array(z.strictObject({ name, lastDay: dateSchema }));

/** Oldest first, each with its last day. */
export const formerSealedSchema = formerly(sealedSchema);
/** The same as it is answered. */
export const formerNamesSchema = formerly(z.string());

interface Called {
  readonly name: Sealed;
  readonly formerNames: z.infer<typeof formerSealedSchema>;
}

/** The row of somebody who is called otherwise from a day on. */
export function calledFrom<Row extends Called>(
  row: Row | undefined,
  { name, changedOn }: { readonly name: Sealed; readonly changedOn: CivilDate },
): Row | undefined {
  return row && { ...row, name, formerNames: withFormer(row.formerNames, { name: row.name }, changedOn) };
}

/** Names, now and before, opened; of an erased person what is said in their place. */
export async function namesOpened(reader: Reader, { name, formerNames }: Called) {
  const former = formerNames.map(async each => ({ ...each, name: await nameOf(reader, each.name) }));
  return { name: await nameOf(reader, name), formerNames: await Promise.all(former) };
}
