/** The expert bank's rules and an expert's standing in it (art-05 （三）). */
import type { ExpertEvent } from '../../events/expert.ts';
import { type CivilDate, shanghaiDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';
import { notFound, type Rejection, refuse } from '../rejection.ts';

export interface BankRules {
  readonly version: number;
  readonly title: string;
  readonly textHash: string;
  readonly effectiveOn: CivilDate;
  readonly reviewEveryMonths: number;
}

/** All versions of the rules, oldest first. */
export const bankRules: Fold<readonly BankRules[], ExpertEvent> = {
  name: 'bank-rules',
  initial: [],
  evolve: (state, event) => (event.type === 'expert-bank.rules-issued' ? [...state, event.data] : state),
};

/** The rules in effect on a date: the latest issued of those that have taken effect. */
export function rulesOn(state: readonly BankRules[], date: CivilDate): BankRules | undefined {
  return state.findLast(rules => rules.effectiveOn <= date);
}

export interface Profile {
  readonly fields: readonly string[];
  readonly professionalTitle: string;
  readonly employerName: string;
  readonly employerUscc?: string | undefined;
}

export interface Expert {
  readonly status: 'absent' | 'active' | 'suspended' | 'removed';
  /** Why he was suspended, reinstated or removed last. */
  readonly reason?: string;
  readonly profile?: Profile;
  readonly lastReviewedOn?: CivilDate;
}

export const expert: Fold<Expert, ExpertEvent> = {
  name: 'expert',
  initial: { status: 'absent' },
  evolve(state, event) {
    switch (event.type) {
      case 'expert-bank.rules-issued':
      case 'expert.identity-stated':
      case 'expert.renamed':
        return state;
      case 'expert.admitted':
        return { status: 'active', profile: profileOf(event.data) };
      case 'expert.profile-updated':
        return { ...state, profile: profileOf(event.data) };
      case 'expert.reviewed':
        return { ...state, lastReviewedOn: shanghaiDate(event.meta.effectiveAt) };
      case 'expert.suspended':
        return { ...state, status: 'suspended', reason: event.data.reason };
      case 'expert.reinstated':
        return { ...state, status: 'active', reason: event.data.reason };
      case 'expert.removed':
        return { ...state, status: 'removed', reason: event.data.reason };
    }
  },
};

/** The part of an expert's data that can change. */
export function profileOf({ fields, professionalTitle, employerName, employerUscc }: Profile): Profile {
  return { fields, professionalTitle, employerName, ...(employerUscc !== undefined && { employerUscc }) };
}

/** Why there is no expert in the bank to act on. */
export function memberFault({ status }: Expert): Rejection | undefined {
  if (status === 'absent') return notFound();
  if (status !== 'removed') return undefined;
  return refuse(['art-05', '（三）'], 'expert-removed', '该专家已出库', 'The expert has been removed from the bank');
}
