/** What the commands of a project unit on its own project have in common (art-15). */
import { canonicalJson, type Json } from '../../events/canonical.ts';
import type { LegalBasis } from '../../events/envelope.ts';
import { REGULATION } from '../../events/statute.ts';
import type { Given } from '../command.ts';
import { type Exclusions, exclusionsNow, stopFault } from '../exclusion.ts';
import { isRejection, type Rejection, refuse } from '../rejection.ts';
import { implementationStageFault, onImplementation, ownImplementation } from './guards.ts';
import { planInForceFor } from './reads.ts';
import type { Implementation, ImplementationStage } from './state.ts';

export const IMPLEMENTATION_ARTICLE = 'art-15';
export const BY_REGULATION: LegalBasis = { doc: REGULATION, article: IMPLEMENTATION_ARTICLE };

/** What every command of the unit on its project declares. */
export const byUnit = {
  ...onImplementation,
  allow: ['UNIT'] as const,
  reads: (_input: unknown, state: Implementation | undefined) => ({
    plan: planInForceFor(state),
    exclusions: exclusionsNow,
  }),
};

export interface KnownOfUnit {
  readonly exclusions: Exclusions;
}

/** The unit's own project in one of the stages; one that was stopped for fraud goes no further (D-34). */
export function ownAt(
  state: Implementation | undefined,
  given: Given,
  { exclusions }: KnownOfUnit,
  stages: readonly ImplementationStage[],
): Implementation | Rejection {
  const own = ownImplementation(state, given.actor);
  if (isRejection(own)) return own;
  return stopFault(exclusions, own.projectId) ?? implementationStageFault(own, stages, IMPLEMENTATION_ARTICLE) ?? own;
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

/** Refuses what rests on an implementation plan that was not submitted (art-15). */
export function noPlan(): Rejection {
  return refuse(
    IMPLEMENTATION_ARTICLE,
    'no-implementation-plan',
    '尚未提交项目实施方案',
    'No implementation plan has been submitted yet',
  );
}

/** The same content, however its members are ordered. */
export function isSameContent(one: Json, other: Json): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** Whether a key stands twice. */
export function hasRepeats(keys: readonly string[]): boolean {
  return new Set(keys).size < keys.length;
}
