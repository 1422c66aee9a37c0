/**
 * Who administers whom (D-45, a house rule): the municipal authority all accounts but those of the supervising body, a
 * recommending body those of the units in its charge, the supervising body its own. Nobody administers those who
 * supervise him, nor himself.
 */

import type { Grant } from '../../events/account.ts';
import { type Actor, RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import { type BodyId, type CreditCode, creditCodeSchema } from '../../events/ids.ts';
import type { Grants } from '../../events/rules/grants.ts';
import type { Charges } from '../../events/rules/jurisdiction.ts';
import { chargeHeld } from '../../events/rules/jurisdiction.ts';
import { type UnitParticulars, unitParticulars } from '../../events/rules/particulars.ts';
import type { CivilDate } from '../../events/time.ts';
import { unitStream } from '../../events/unit.ts';
import { chargesNow } from '../bodies.ts';
import { type Dependency, known } from '../command.ts';
import { notFound, type Rejection, refuseForm } from '../rejection.ts';

/** Roles that count in a rule of two persons: an act of such an account can be the second person's. */
const COUNTING: readonly Role[] = ['MSR', ...RECOMMENDING_ROLES, 'EXPERT', 'SUP'];

/** Roles an account has ever held: what was revoked can be granted again. */
const everHeld = ({ grants }: Grants, more?: Grant): readonly Grant[] => (more ? [...grants, more] : grants);

/** Whether the account ever held a role that counts where two persons are to act, or would with one more grant. */
export function isCountedForTwoPersons(state: Grants, more?: Grant): boolean {
  return everHeld(state, more).some(({ role }) => COUNTING.includes(role));
}

/** Whether an account is the supervising body's, or becomes so with one more role. */
export function isSupervisory(state: Grants, more?: Grant): boolean {
  return everHeld(state, more).some(({ role }) => role === 'SUP');
}

/** What must be known to say whether a body administers an account: the charges, and where its units belong. */
export interface Jurisdictions {
  readonly charges: Charges;
  readonly units: ReadonlyMap<string, Pick<UnitParticulars, 'district' | 'industries'> | undefined>;
}

const NOTHING: Jurisdictions = { charges: [], units: new Map() };

const isBody = (role: Role) => (RECOMMENDING_ROLES as readonly Role[]).includes(role);

/** Read for a body alone: all others administer without regard to the unit. */
export function jurisdictionsOf({ role }: Actor, state: Grants, more?: Grant): Dependency<Jurisdictions> {
  if (!isBody(role)) return known(NOTHING);
  return {
    async resolve(sources) {
      const units = new Map<string, UnitParticulars | undefined>();
      for (const { orgId } of everHeld(state, more)) {
        const uscc = creditCodeSchema.safeParse(orgId);
        if (uscc.success) units.set(orgId, await sources.stream(unitParticulars, unitStream(uscc.data as CreditCode)));
      }
      return { charges: await chargesNow.resolve(sources), units };
    },
  };
}

/** Why the actor does not administer the account, with the role it is to be given. To a body others' accounts are not there. */
export function competenceFault(
  actor: Actor,
  state: Grants,
  jurisdictions: Jurisdictions,
  today: CivilDate,
  more?: Grant,
): Rejection | undefined {
  const grants = everHeld(state, more);
  if (actor.role === 'SYS') return undefined;
  if (isBody(actor.role)) {
    const own = grants.every(grant => grant.role === 'UNIT' && isInCharge(actor, grant.orgId, jurisdictions, today));
    return own ? undefined : notFound();
  }
  const supervisory = grants.some(({ role }) => role === 'SUP');
  if (supervisory === (actor.role === 'SUP')) return undefined;
  return refuseForm(
    'forbidden',
    'not-competent',
    supervisory ? '监督账户只能由监督机构办理' : '监督机构只办理监督账户',
    supervisory
      ? 'Accounts of the supervising body are administered by the supervising body alone'
      : 'The supervising body administers its own accounts alone',
  );
}

/** Of a registration, of which nothing is there yet. */
export function notOfBody(): Rejection {
  return refuseForm(
    'forbidden',
    'not-competent',
    '推荐单位只办理所负责单位的账户',
    'A recommending body administers the accounts of the units in its charge alone',
  );
}

function isInCharge(actor: Actor, uscc: string, { charges, units }: Jurisdictions, today: CivilDate): boolean {
  const scope = units.get(uscc);
  if (!scope) return false;
  const { district, industries } = scope;
  return industries.some(industry => chargeHeld(charges, actor.orgId as BodyId, { district, industry }, today));
}

/** A supervisor's account holds that role alone, or his own office would administer it in the other. */
export function mixtureFault(state: Grants, more: Grant): Rejection | undefined {
  if (everHeld(state).every(({ role }) => (role === 'SUP') === (more.role === 'SUP'))) return undefined;
  return refuseForm(
    'conflict',
    'supervisor-role-alone',
    '监督账户不得兼有其他角色',
    'An account of the supervising body holds no other role',
  );
}
