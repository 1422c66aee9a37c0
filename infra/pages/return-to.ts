/** Where somebody goes after he has signed in: back to the page he asked for, or to where his work begins. */
import { z } from 'zod';
import type { Role } from '../../events/envelope.ts';

export const returnSchema = z.string().max(2_000).optional();

/** The work of all others begins with what waits for them. */
const HOMES: Readonly<Partial<Record<Role, string>>> = { SUP: '/supervision', EXPERT: '/panel-duties' };

/** A place of this site, whatever was asked for. */
export function returnTo(to: string | undefined, role: Role): string {
  if (to === undefined) return HOMES[role] ?? '/work';
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(to) ? to : '/';
}

/** A page of this site that leads on to where was asked to go. */
export function by(page: string, to: string | undefined): string {
  return to === undefined ? page : `${page}?to=${encodeURIComponent(to)}`;
}
