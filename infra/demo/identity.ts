/** Numbers of people who do not exist: of a district code that names no district, 天津市 as a whole, with a true check character. */
import { hash } from 'node:crypto';
import { citizenNumberCheck, type Identity } from '../../events/identity.ts';
import { addDays } from '../../events/time.ts';

const DISTRICT = '120000';
const FIRST_BIRTHDAY = '1961-01-01';
const BIRTHDAYS = 14_000;

/** The same for the same key, another one for another. */
export function demoIdentityOf(key: string): Identity {
  const number = Number.parseInt(hash('sha256', `person ${key}`).slice(0, 12), 16);
  const born = addDays(FIRST_BIRTHDAY, number % BIRTHDAYS).replaceAll('-', '');
  const order = String(1 + (Math.floor(number / BIRTHDAYS) % 999)).padStart(3, '0');
  const first17 = `${DISTRICT}${born}${order}`;
  return { kind: '居民身份证', number: `${first17}${citizenNumberCheck(first17)}` };
}
