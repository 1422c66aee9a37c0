/** Ids of things that a form makes: given by the page that leads to it, as nobody has to think of one. */
import { randomBytes } from 'node:crypto';

/** `expert-3f9c1a2b04d7`: 48 bits tell the things of one city apart; two of one id are refused when they are made. */
export const freshId = (kind: string): string => `${kind}-${randomBytes(6).toString('hex')}`;
