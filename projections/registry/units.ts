/** R-O12: which units are registered, and what of art-08 （一） has been verified about them. */
import { z } from 'zod';
import { sealedSchema } from '../../events/personal.ts';
import { unitParticulars } from '../../events/rules/particulars.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import {
  professionalOrganisationRecognised,
  unitKindSchema,
  unitParticularsChanged,
  unitRegistered,
  unitRegistrationVerified,
  unitRenamed,
} from '../../events/unit.ts';
import type { Caller, Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, isUnit, load, nameOf } from '../query.ts';

const formerSchema = z.strictObject({
  name: z.string(),
  kind: z.string(),
  district: z.string(),
  industries: z.array(z.string()),
  address: z.string().optional(),
  /** The last day on which it held. */
  lastDay: dateSchema,
});

export const unitRowSchema = z.strictObject({
  uscc: z.string(),
  name: z.string(),
  kind: unitKindSchema,
  district: z.string(),
  industries: z.array(z.string()),
  /** As registered; absent for early registrations. */
  address: z.string().optional(),
  isBranch: z.boolean(),
  /** The day of the latest change of particulars. */
  changedOn: dateSchema.optional(),
  /** What it was called and where it was before each change, oldest first. */
  former: z.array(formerSchema),
  registeredAt: instantSchema,
  verification: z.strictObject({ source: z.string(), verifiedOn: dateSchema, inTianjin: z.boolean() }).optional(),
  recognition: z.strictObject({ authority: z.string(), document: z.string(), recognisedOn: dateSchema }).optional(),
});
export type UnitRow = z.infer<typeof unitRowSchema>;

/** Apart from the unit, so that no list of units carries it. */
const contactRowSchema = z.strictObject({ name: sealedSchema, phone: sealedSchema });
type ContactRow = z.infer<typeof contactRowSchema>;

const unitOf = (event: { readonly data: { readonly uscc: string } }) => event.data.uscc;

export const units = projection<UnitRow>({
  name: 'units',
  version: 2,
  question: '登记的申报单位及其登记注册核验情况 (Which units are registered, and what was verified about them?)',
  indexes: [{ fields: ['district'] }],
  handlers: [
    on([unitRegistered], unitOf, (row, { data: { contact: _sealed, ...unit }, meta }) => ({
      ...row,
      ...unit,
      former: [],
      registeredAt: row?.registeredAt ?? meta.effectiveAt,
    })),
    on(
      [unitRenamed, unitParticularsChanged],
      unitOf,
      (row, event) => row && ({ ...row, ...unitParticulars.evolve(row, event) } as UnitRow),
    ),
    on(
      [unitRegistrationVerified],
      unitOf,
      (row, { data: { source, verifiedOn, inTianjin } }) =>
        row && { ...row, verification: { source, verifiedOn, inTianjin } },
    ),
    on(
      [professionalOrganisationRecognised],
      unitOf,
      (row, { data: { authority, document, recognisedOn } }) =>
        row && { ...row, recognition: { authority, document, recognisedOn } },
    ),
  ],
});

export const unitContacts = projection<ContactRow>({
  name: 'unit-contacts',
  version: 2,
  question: '申报单位联系人（加密） (Who is a unit’s contact? Sealed.)',
  indexes: [],
  handlers: [on([unitRegistered, unitParticularsChanged], unitOf, (row, { data }) => data.contact ?? row)],
});

export const unitSchema = unitRowSchema.extend({
  /** Only for the municipal authority and the unit itself. */
  contact: z.strictObject({ name: z.string(), phone: z.string() }).optional(),
});

/** The unit, with its contact for those who may know it. */
export async function unitFor(
  caller: Caller,
  reader: Reader,
  uscc: string,
): Promise<z.infer<typeof unitSchema> | undefined> {
  if (caller?.role === 'UNIT' && !isUnit(caller, uscc)) return undefined;
  const row = await load(reader, units, uscc);
  if (!row) return undefined;
  const mayKnow = caller?.role === 'MSR' || isUnit(caller, uscc);
  const contact = mayKnow ? await load(reader, unitContacts, uscc) : undefined;
  if (!contact) return row;
  const [name, phone] = await Promise.all([nameOf(reader, contact.name), nameOf(reader, contact.phone)]);
  return { ...row, contact: { name, phone } };
}

/** A page of units, of one district or all. */
export function unitsIn(
  reader: Reader,
  district: string | undefined,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(units, { where: given({ district }), ...page });
}
