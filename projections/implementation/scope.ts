/** Whose projects a caller is shown: his unit's own, or those in the charge of his body today (art-06). */
import { type InCharge, inChargeToday, isInCharge } from '../charges.ts';
import type { Caller, Reader } from '../ports.ts';
import { isBody, isUnit, oversees } from '../query.ts';

/** The part of a query that holds a caller to his own projects. */
export type ProjectScope = { readonly uscc: string } | InCharge | Record<never, never>;

/** Those who oversee see all, or those of the body they name. */
export async function scopeOf(reader: Reader, caller: Caller, named: string | undefined): Promise<ProjectScope> {
  if (caller?.role === 'UNIT') return { uscc: caller.orgId };
  const bodyId = oversees(caller) ? named : caller?.orgId;
  return bodyId === undefined ? {} : inChargeToday(reader, bodyId);
}

/** The unit, the body that recommended the project, the body in charge today, and those who oversee. */
export async function isParty(
  reader: Reader,
  caller: Caller,
  project: { readonly uscc: string; readonly bodyId: string; readonly charge: string },
): Promise<boolean> {
  if (oversees(caller) || isUnit(caller, project.uscc) || isBody(caller, project.bodyId)) return true;
  return isInCharge(reader, caller, project);
}
