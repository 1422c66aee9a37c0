/** Where experts work and worked, by the bank's own records, and what that says against their judging a unit (D-23). */

import type { EventOf } from '../event-type.ts';
import type { expertAdmitted, expertProfileUpdated } from '../expert.ts';
import type { ConflictRule } from '../panel.ts';
import { shortened } from '../text.ts';
import { type CivilDate, shanghaiDate } from '../time.ts';
import { type Likeness, likenessOf, type Organisation, type Relation } from './organisations.ts';

/** Where an expert works, or has worked. */
export interface Employer extends Organisation {
  /** The day on which another one was entered; absent for the present one. */
  readonly until?: CivilDate | undefined;
}

/** Oldest first; the last is the present one. */
export function employersAfter(
  employers: readonly Employer[],
  { data, meta }: EventOf<typeof expertAdmitted> | EventOf<typeof expertProfileUpdated>,
): Employer[] {
  const latest = employers.at(-1);
  const { employerName: name, employerUscc: uscc } = data;
  if (latest && latest.name === name && latest.uscc === uscc) return [...employers];
  const left = latest ? [...employers.slice(0, -1), { ...latest, until: shanghaiDate(meta.effectiveAt) }] : [];
  return [...left, { name, ...(uscc !== undefined && { uscc }) }];
}

/** The first day of the years that count; compared as text, so that 29 February needs no care. */
export function lookBackFrom(today: CivilDate, years: number): CivilDate {
  return `${String(Number(today.slice(0, 4)) - years).padStart(4, '0')}${today.slice(4)}`;
}

/** A unit before a panel, in one of its forms: itself, or one that it came from or that came out of it. */
export interface UnitForm {
  readonly uscc: string;
  readonly relation: Relation;
  /** As it was listed and as it was registered; none for a predecessor that was never registered here. */
  readonly names: readonly string[];
}

export interface EmploymentConflict {
  readonly rule: Extract<ConflictRule, 'same-employer' | 'former-employer'>;
  readonly likeness: Likeness;
  readonly grounds: string;
}

/**
 * What the employers of an expert say against his judging a unit: the present one, and those he left on or after the first
 * day that counts. What is the unit without doubt comes first, then what may be.
 */
export function employmentConflicts(
  forms: readonly UnitForm[],
  employers: readonly Employer[],
  since: CivilDate,
): readonly EmploymentConflict[] {
  const counting = employers.filter(({ until }) => until === undefined || until >= since).toReversed();
  const found = forms.flatMap(form =>
    counting.flatMap(employer => {
      const likeness = likenessToForm(employer, form);
      return likeness ? [conflictOf(employer, form, likeness)] : [];
    }),
  );
  return [
    ...found.filter(({ likeness }) => likeness === 'same'),
    ...found.filter(({ likeness }) => likeness !== 'same'),
  ];
}

function likenessToForm(employer: Employer, { uscc, names }: UnitForm): Likeness | undefined {
  if (employer.uscc === uscc) return 'same';
  const found = names.map(name => likenessOf(employer, { name, uscc }));
  return found.find(likeness => likeness === 'same') ?? found.find(likeness => likeness !== undefined);
}

const RELATIONS: Readonly<Record<Relation, string>> = {
  itself: '',
  predecessor: '，为该单位所承继的单位',
  successor: '，为承继该单位的单位',
};

function conflictOf({ name, until }: Employer, { relation }: UnitForm, likeness: Likeness): EmploymentConflict {
  const said = shortened(name);
  const place = until === undefined ? `现工作单位为${said}` : `至${until}的工作单位为${said}`;
  const doubt = likeness === 'same' ? '' : '，名称仅公司形式不同，是否同一单位待核实';
  const rule = until === undefined ? 'same-employer' : 'former-employer';
  return { rule, likeness, grounds: `专家库登记的${place}${RELATIONS[relation]}${doubt}` };
}
