/** Where an erasure stands, and when a person's data may be erased. House rules: the regulation says nothing of it (D-42). */
import type { AccountId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import type { ErasureId, PrivacyEvent } from '../../events/privacy.ts';
import type { Grants } from '../../events/rules/grants.ts';
import type { Persons } from '../../events/rules/persons.ts';
import type { CivilDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';
import { notFound, type Rejection, refuseForm } from '../rejection.ts';
import { hasOpenCase, openYears, sitsOnPanel, type Ties } from './ties.ts';

export interface Erasure {
  readonly erasureId: ErasureId;
  readonly subject: string;
  readonly accountId: AccountId | undefined;
  readonly orderedBy: AccountId;
  readonly stage: 'ordered' | 'confirmed' | 'erased';
}

/** Undefined until it is ordered. */
export const erasure: Fold<Erasure | undefined, PrivacyEvent> = {
  name: 'privacy/erasure',
  initial: undefined,
  evolve(state, event) {
    switch (event.type) {
      case 'personal-data.erasure-ordered': {
        const { erasureId, subject, accountId } = event.data;
        return { erasureId, subject, accountId, orderedBy: event.meta.actor.accountId, stage: 'ordered' };
      }
      case 'personal-data.erasure-confirmed':
        return state && { ...state, stage: 'confirmed' };
      case 'personal-data.erased':
        return state && { ...state, stage: 'erased' };
    }
  },
};

/** A person before an erasure. */
export interface Dossier {
  readonly subject: string;
  readonly ties: Ties;
  /** Of his account; of nobody where it is not about an account. */
  readonly standing: Grants;
  /** Sealed with his key; undefined for somebody of whom the log holds nothing. */
  readonly name: Sealed | undefined;
}

/** Why his data cannot be erased yet, as far as everybody may know who orders erasures. */
export function stillNeeded({ ties, standing }: Dossier, today: CivilDate): Rejection | undefined {
  if (!ties.named) return notFound();
  if (ties.inBank.length > 0 || standing.grants.some(({ lastDay }) => !lastDay || lastDay >= today)) {
    return refuseForm(
      'conflict',
      'role-held',
      '该人员仍持有角色或仍在专家库，须先收回角色或出库',
      'The person still holds a role or is in the expert bank; that must end first',
    );
  }
  if (sitsOnPanel(ties)) {
    return refuseForm(
      'conflict',
      'panel-member',
      '该人员是技术评定组成员，所在年度结束或评定组解散前不得删除',
      'The person sits on a panel: not before its year is closed or the panel dissolved',
    );
  }
  const [year] = openYears(ties);
  if (year === undefined) return undefined;
  return refuseForm(
    'conflict',
    'year-open',
    `${year} 年度尚未结束，该人员的信息仍为办理其项目所必需`,
    `The programme of ${year} is not closed: the person’s data are still needed for it`,
  );
}

/** Told to the supervising body alone: to all others there is no such case. */
export function caseFault({ ties }: Dossier, persons: Persons): Rejection | undefined {
  if (!hasOpenCase(ties, persons)) return undefined;
  return refuseForm(
    'conflict',
    'case-open',
    '关于该人员的案件尚未办结，不得删除',
    'A case about the person is not closed',
  );
}
