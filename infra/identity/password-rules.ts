/**
 * Passwords that are refused: those of a published list, and those made of what everybody knows of the account
 * (NIST SP 800-63B-4, 3.1.1.2). The list is zxcvbn's: some 49,000 of those most often found in leaks.
 */
import type { AccountId } from '../../events/ids.ts';

export type PasswordFault = 'password-common' | 'password-own-name';

/** In Chinese and in English. */
export const PASSWORD_FAULTS: Readonly<Record<PasswordFault, readonly [zh: string, en: string]>> = {
  'password-common': ['该密码在公开的常用密码表中，请另选', 'The password is on a published list of common ones'],
  'password-own-name': [
    '密码主要由账户名、姓名或本系统名称构成，请另选',
    'The password is little more than the name of the account, its person or this service',
  ],
};

/** What remains of a password without the names in it must still be something to guess. */
const MIN_REST = 6;
/** A shorter part of a name stands in many words; two Chinese characters do not. */
const MIN_PART = 3;
/** Names of this service. */
const SERVICE = ['gongguan', '攻关台账', '质量攻关'];

export interface Owner {
  readonly accountId: AccountId;
  /** The person's name, if it can be told. */
  readonly name: string | undefined;
}

/** Why a password is not taken; undefined when it is. */
export async function passwordFault(password: string, { accountId, name }: Owner): Promise<PasswordFault | undefined> {
  const plain = plainly(password);
  if ((await commonPasswords()).has(plain)) return 'password-common';
  const known = [accountId, ...accountId.split(/[._-]/), ...(name === undefined ? [] : [name]), ...SERVICE];
  return restOf(plain, known.map(plainly)).length < MIN_REST ? 'password-own-name' : undefined;
}

/** The longest first, or a part would spoil the whole. */
function restOf(password: string, names: readonly string[]): string {
  const telling = names.filter(name => name.length >= MIN_PART || /^\p{Script=Han}{2}$/u.test(name));
  return telling.toSorted((a, b) => b.length - a.length).reduce((rest, name) => rest.replaceAll(name, ''), password);
}

function plainly(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

let common: Promise<ReadonlySet<string>> | undefined;

/** Loaded with the first password that is set: all processes would wait for it, and most set none. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].map(plainly)),
  );
  return common;
}
