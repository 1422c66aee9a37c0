/** What the records say against an expert judging a unit (D-23). It stops him until a person decides (D-25). */
import type { Grant } from '../../events/account.ts';
import { RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import type { ExpertId } from '../../events/ids.ts';
import { type ConflictRule, conflictDetected } from '../../events/panel.ts';
import { pairOf, unitsOf } from '../../events/panel-standing.ts';
import { accountsOf, expertMark, type Persons } from '../../events/rules/persons.ts';
import type { CivilDate } from '../../events/time.ts';
import type { Panel } from './decider.ts';
import type { Bank, EarlierRecusal, Employer, Roles } from './views.ts';

export interface Records {
  readonly bank: Bank;
  readonly recusals: readonly EarlierRecusal[];
  readonly roles: Roles;
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
function otherRoles({ projects }: Panel, uscc: string, grants: readonly Grant[]): Found[] {
  const bodies: readonly string[] = projects.filter(project => project.uscc === uscc).map(({ bodyId }) => bodyId);
  const found = grants.find(
    ({ role, orgId }) =>
      role === 'MSR' ||
      (role === 'UNIT' && orgId === uscc) ||
      ((RECOMMENDING_ROLES as readonly Role[]).includes(role) && bodies.includes(orgId)),
  );
  return found ? [{ rule: 'other-role', grounds: `本人另以${found.role}身份为${found.orgName}办理事务` }] : [];
}

interface Unit {
  readonly uscc: string;
  readonly unitName: string;
}

/** The conflicts of some members that are neither known nor dismissed yet, as facts. */
export function newConflicts(
  state: Panel,
  members: readonly ExpertId[],
  records: Records,
  today: CivilDate,
): ReturnType<typeof conflictDetected.of>[] {
  const since = yearsBefore(today, state.rules.lookBackYears);
  return members.flatMap(expertId =>
    unitsOf(state).flatMap(uscc => {
      const unitName = state.projects.find(project => project.uscc === uscc)?.unitName ?? '';
      const { recused, detected, dismissed } = pairOf(state, { expertId, uscc });
      if (recused) return [];
      return [
        ...employment({ uscc, unitName }, records.bank[expertId]?.employers ?? [], since),
        ...earlierRecusals(state, expertId, uscc, records.recusals, since),
        ...otherRoles(state, uscc, grantsOf(expertId, records, since, today)),
      ]
        .filter(({ rule }) => !detected.includes(rule) && !dismissed.includes(rule))
        .map(found =>
          conflictDetected.of({ panelId: state.panelId, expertId, uscc, ...found }, { about: { expertId, uscc } }),
        );
    }),
  );
}

function employment(unit: Unit, employers: readonly Employer[], since: CivilDate): Found[] {
  const found = employers.find(employer => isSame(employer, unit) && employer.until === undefined);
  if (found) return [{ rule: 'same-employer', grounds: `专家库登记的现工作单位为${found.name}` }];
  const former = employers.findLast(employer => isSame(employer, unit) && (employer.until ?? since) >= since);
  return former ? [{ rule: 'former-employer', grounds: `专家库登记至${former.until}的工作单位为${former.name}` }] : [];
}

function isSame(employer: Employer, { uscc, unitName }: Unit): boolean {
  return employer.uscc === uscc || employer.name === unitName;
}

function earlierRecusals(
  { panelId }: Panel,
  expertId: string,
  uscc: string,
  recusals: readonly EarlierRecusal[],
  since: CivilDate,
): Found[] {
  const earlier = recusals.findLast(
    recusal =>
      recusal.panelId !== panelId && recusal.expertId === expertId && recusal.uscc === uscc && recusal.on >= since,
  );
  if (!earlier) return [];
  return [{ rule: 'earlier-recusal', grounds: `${earlier.on}在技术评定组 ${earlier.panelId} 中对该单位回避` }];
}

/** Dates compare as text, so that 29 February needs no care here. */
function yearsBefore(date: CivilDate, years: number): CivilDate {
  return `${String(Number(date.slice(0, 4)) - years).padStart(4, '0')}${date.slice(4)}`;
}
