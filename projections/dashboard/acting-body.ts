/** Which recommending body an act is credited to (art-06): the one that acts, also when it has taken over from another. */
import { RECOMMENDING_ROLES, type RecordedEvent, type Role } from '../../events/envelope.ts';

/** The body whose officer acts; undefined when somebody else does. */
export function actingBody({ meta: { actor } }: RecordedEvent): string | undefined {
  const isRecommending = (RECOMMENDING_ROLES as readonly Role[]).includes(actor.role);
  return isRecommending ? actor.orgId : undefined;
}
