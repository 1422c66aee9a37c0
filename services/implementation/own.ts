/** What the commands of a project unit on its own project have in common (art-15). */
import { canonicalJson, type Json } from '../../events/canonical.ts';
import type { LegalBasis } from '../../events/envelope.ts';
import { REGULATION } from '../../events/statute.ts';
import type { Given } from '../command.ts';
import { type Exclusions, exclusionsNow, stopFault } from '../exclusion.ts';
import { isRejection, type Rejection, refuse } from '../rejection.ts';
import type { Implementation, Stage } from './decider.ts';
import { onProject, ownProject, stageFault } from './gates.ts';
import { planOf } from './views.ts';

export const ARTICLE = 'art-15';
export const BY_REGULATION: LegalBasis = { doc: REGULATION, article: ARTICLE };

/** What every command of the unit on its project declares. */
export const byUnit = {
  ...onProject,
  allow: ['UNIT'] as const,
  reads: (_input: unknown, state: Implementation | undefined) => ({ plan: planOf(state), exclusions: exclusionsNow }),
};

export interface KnownOfUnit {
  readonly exclusions: Exclusions;
}

/** The unit's own project in one of the stages; one that was stopped for fraud goes no further (D-34). */
export function ownAt(
  state: Implementation | undefined,
  given: Given,
  { exclusions }: KnownOfUnit,
  stages: readonly Stage[],
): Implementation | Rejection {
  const own = ownProject(state, given.actor);
  if (isRejection(own)) return own;
  return stopFault(exclusions, own.projectId) ?? stageFault(own, stages, ARTICLE) ?? own;
}

/** A project with a plan to implement. */
export interface Underway extends Implementation {
  readonly plan: NonNullable<Implementation['plan']>;
}

export function ownUnderway(state: Implementation | undefined, given: Given, known: KnownOfUnit): Underway | Rejection {
  const own = ownAt(state, given, known, ['implementing']);
  if (isRejection(own)) return own;
  const { plan } = own;
  return plan ? { ...own, plan } : noPlan();
}

export function noPlan(): Rejection {
  return refuse(
    ARTICLE,
    'no-implementation-plan',
    '尚未提交项目实施方案',
    'No implementation plan has been submitted yet',
  );
}

/** The same content, however its members are ordered. */
export function isSame(one: Json, other: Json): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

export function hasRepeats(keys: readonly string[]): boolean {
  return new Set(keys).size < keys.length;
}
