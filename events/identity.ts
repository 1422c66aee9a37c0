/**
 * Who a natural person is: an official number, or the subject at the city's identity provider. In clear it is only ever
 * given in a command; the log keeps it sealed, with a digest that tells equality and that nobody can make without the vault.
 */
import { z } from 'zod';
import { sealedSchema } from './personal.ts';
import { dateSchema } from './time.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';

/** The check character of the first 17 digits of a 公民身份号码 (GB 11643, ISO 7064 MOD 11-2). */
export function citizenNumberCheck(first17: string): string | undefined {
  if (!/^\d{17}$/.test(first17)) return undefined;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(first17[at]), 0);
  return CHECK_CHARACTERS[sum % 11];
}

/** Whether digits 7 to 14 are a day of the calendar. */
function hasBirthDate(number: string): boolean {
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)];
  return year >= '1900' && dateSchema.safeParse(`${year}-${month}-${day}`).success;
}

/** 公民身份号码: six digits of a district, the date of birth, three digits of order, the check character. */
export const citizenNumberSchema = z
  .string()
  .regex(/^[1-9]\d{16}[\dXx]$/, '公民身份号码应为18位 (18 characters)')
  .refine(hasBirthDate, '公民身份号码中的出生日期不存在 (no such date of birth)')
  .refine(
    number => citizenNumberCheck(number.slice(0, 17)) === number[17]?.toUpperCase(),
    '公民身份号码校验码不符 (GB 11643)',
  );

/** An identity in clear: of a command, never of an event. 居民身份证 stands for the residence permits that bear such a number too. */
export const identitySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('居民身份证'), number: citizenNumberSchema }),
    z.strictObject({
      kind: z.literal('护照'),
      /** Who issued it: ISO 3166-1, three letters. */
      country: z.string().regex(/^[A-Z]{3}$/),
      number: z.string().regex(/^[A-Z0-9]{5,20}$/),
    }),
    z.strictObject({ kind: z.literal('港澳居民来往内地通行证'), number: z.string().regex(/^[HM]\d{8}(\d{2})?$/) }),
    z.strictObject({ kind: z.literal('台湾居民来往大陆通行证'), number: z.string().regex(/^\d{8}(\d{2})?$/) }),
    z.strictObject({
      kind: z.literal('外国人永久居留身份证'),
      number: z.union([citizenNumberSchema, z.string().regex(/^[A-Z]{3}\d{12}$/)]),
    }),
    z.strictObject({ kind: z.literal('统一身份认证'), issuer: z.url().max(300), subject: z.string().min(1).max(255) }),
  ])
  .meta({
    description: 'Official number of a natural person, or issuer and subject of a sign-in provider; kept sealed',
  });
export type Identity = z.infer<typeof identitySchema>;

const KINDS = identitySchema.options.map(option => option.shape.kind.value);

export type DocumentKind = Exclude<Identity['kind'], '统一身份认证'>;

/** Those that are documents, which have a number. */
export const IDENTITY_DOCUMENT_KINDS: readonly DocumentKind[] = KINDS.filter(kind => kind !== '统一身份认证');

/** An identity as the log keeps it. */
export const statedIdentitySchema = z.strictObject({
  kind: z.enum(KINDS as [Identity['kind'], ...Identity['kind'][]]),
  /** Sealed as the person's own: it goes with his key. */
  value: sealedSchema,
  /** Equal for equal identities; keyed by the vault, since the numbers are few enough to be tried. */
  digest: z.string().regex(/^[0-9a-f]{16}$/),
});
export type StatedIdentity = z.infer<typeof statedIdentitySchema>;

/** One text an identity, whatever way it is written. The last two digits of a 通行证 count its renewals. */
export function identityText(identity: Identity): string {
  switch (identity.kind) {
    case '统一身份认证':
      return `${identity.kind} ${identity.issuer} ${identity.subject}`;
    case '护照':
      return `${identity.kind} ${identity.country} ${identity.number}`;
    case '港澳居民来往内地通行证':
      return `${identity.kind} ${identity.number.slice(0, 9)}`;
    case '台湾居民来往大陆通行证':
      return `${identity.kind} ${identity.number.slice(0, 8)}`;
    case '居民身份证':
    case '外国人永久居留身份证':
      return `${identity.kind} ${identity.number.toUpperCase()}`;
  }
}
