/** What the records say against an expert judging a unit (D-23). It stops him until a person decides (D-25). */
import type { Grant } from '../../events/account.ts';
import { RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import type { CreditCode, ExpertId } from '../../events/ids.ts';
import { type ConflictRule, conflictDetected } from '../../events/panel.ts';
import { type Employer, employmentConflicts, lookBackFrom, type UnitForm } from '../../events/rules/employment.ts';
import { pairOf, unitsOf } from '../../events/rules/panel.ts';
import { accountsOf, expertMark, expertsOf, type Persons } from '../../events/rules/persons.ts';
import { shortened } from '../../events/text.ts';
import type { CivilDate } from '../../events/time.ts';
import type { Bank, EarlierRecusal, Forms, GrantsByAccount } from './reads.ts';
import type { PanelState } from './state.ts';

export interface Records {
  readonly bank: Bank;
  readonly forms: Forms;
  readonly recusals: readonly EarlierRecusal[];
  readonly roles: GrantsByAccount;
  readonly persons: Persons;
}

interface Found {
  readonly rule: ConflictRule;
  readonly grounds: string;
}

/** Grants of all accounts of the expert's person that hold today, or held within the years that count. */
function grantsOf(
  expertId: ExpertId,
  { roles, persons }: Records,
  since: CivilDate,
  today: CivilDate,
): readonly Grant[] {
  return accountsOf(persons, expertMark(expertId))
    .flatMap(id => roles.get(id) ?? [])
    .filter(({ from, lastDay }) => from <= today && (lastDay === undefined || lastDay >= since));
}

/** Whom else he acts for: the unit, the body that recommended it, or the authority, which never judges (art-19). */
function otherRoles({ projects }: PanelState, forms: readonly UnitForm[], grants: readonly Grant[]): Found[] {
  const bodies: readonly string[] = projects.filter(({ uscc }) => uscc === forms[0]?.uscc).map(({ bodyId }) => bodyId);
  const found = grants.find(
    ({ role, orgId }) =>
      role === 'MSR' ||
      (role === 'UNIT' && forms.some(({ uscc }) => uscc === orgId)) ||
      ((RECOMMENDING_ROLES as readonly Role[]).includes(role) && bodies.includes(orgId)),
  );
  return found
    ? [{ rule: 'other-role', grounds: `本人另以${found.role}身份为${shortened(found.orgName)}办理事务` }]
    : [];
}

/** The conflicts of some members that are neither known nor dismissed yet, as events. */
export function newConflicts(
  state: PanelState,
  members: readonly ExpertId[],
  records: Records,
  today: CivilDate,
): ReturnType<typeof conflictDetected.of>[] {
  const since = lookBackFrom(today, state.rules.lookBackYears);
  const units = unitsOf(state).map(uscc => ({ uscc, forms: formsListed(state, uscc, records) }));
  return members.flatMap(expertId =>
    units.flatMap(({ uscc, forms }) => {
      const { recused, detected, dismissed } = pairOf(state, { expertId, uscc });
      if (recused) return [];
      return [
        ...employment(forms, records.bank[expertId]?.employers ?? [], since),
        ...earlierRecusals(state, expertId, forms, records, since),
        ...otherRoles(state, forms, grantsOf(expertId, records, since, today)),
      ]
        .filter(({ rule }) => !detected.includes(rule) && !dismissed.includes(rule))
        .map(found =>
          conflictDetected.of({ panelId: state.panelId, expertId, uscc, ...found }, { about: { expertId, uscc } }),
        );
    }),
  );
}

/** The forms of a unit, itself first, under the name that it was listed by too. */
function formsListed({ projects }: PanelState, uscc: CreditCode, { forms }: Records): readonly UnitForm[] {
  const listed = projects.filter(project => project.uscc === uscc).map(({ unitName }) => unitName);
  const known = forms.get(uscc) ?? [{ uscc, relation: 'itself' as const, names: [] }];
  return known.map(form => (form.uscc === uscc ? { ...form, names: [...new Set([...listed, ...form.names])] } : form));
}

/** What is the unit without doubt; what only may be stops nobody, and is shown (projections/panel/conflict-matrix.ts). */
function employment(forms: readonly UnitForm[], employers: readonly Employer[], since: CivilDate): Found[] {
  const certain = employmentConflicts(forms, employers, since).filter(({ likeness }) => likeness === 'same');
  const found = certain.find(({ rule }) => rule === 'same-employer') ?? certain[0];
  return found ? [{ rule: found.rule, grounds: found.grounds }] : [];
}

function earlierRecusals(
  { panelId }: PanelState,
  expertId: string,
  forms: readonly UnitForm[],
  { recusals, persons }: Records,
  since: CivilDate,
): Found[] {
  const own = expertsOf(persons, expertMark(expertId));
  const earlier = recusals.findLast(
    recusal =>
      recusal.panelId !== panelId &&
      own.includes(recusal.expertId) &&
      forms.some(({ uscc }) => uscc === recusal.uscc) &&
      recusal.on >= since,
  );
  if (!earlier) return [];
  const whom = earlier.uscc === forms[0]?.uscc ? '该单位' : `与该单位有承继关系的单位 ${earlier.uscc} `;
  return [{ rule: 'earlier-recusal', grounds: `${earlier.on}在技术评定组 ${earlier.panelId} 中对${whom}回避` }];
}
