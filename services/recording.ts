/** A decided event becomes one with its envelope (domain 1.2). */
import type { LegalBasis, Meta } from '../events/envelope.ts';
import type { DecidedEvent } from '../events/event-type.ts';
import { mayBeStated } from '../events/rules/stated-time.ts';
import type { Given } from './command.ts';
import type { CommandRequest } from './handle.ts';
import { eventId } from './identifiers.ts';
import type { NewEvent } from './ports.ts';
import { isBackdated } from './stated-time.ts';

/** What all events of one command share. */
export interface Circumstance {
  readonly given: Given;
  readonly request: CommandRequest;
  readonly about: Meta['about'];
  readonly planVersion: number | undefined;
}

/**
 * Throws when a decision made an event that its own schema refuses, or stated a time for one that has none but that of its
 * recording: faults of the program.
 */
export function record(
  draft: DecidedEvent,
  index: number,
  { given, request, about, planVersion }: Circumstance,
): NewEvent {
  const { kind } = draft;
  kind.schema.parse(draft.data);
  const effectiveAt = draft.effectiveAt ?? given.effectiveAt;
  if (request.effectiveAt !== undefined && !mayBeStated(kind.type)) {
    throw new Error(`${kind.type} takes effect by being done here, and was stated for another time`);
  }
  const reason = draft.reason ?? given.reason;
  const meta: Meta = {
    commandId: request.commandId,
    requestDigest: request.requestDigest,
    correlationId: request.correlationId,
    ...(request.causationId !== undefined && { causationId: request.causationId }),
    actor: given.actor,
    basis: [groundOf(draft, about.year, planVersion), ...(draft.basis ?? [])],
    about: draft.about ? { ...about, ...draft.about } : about,
    ...(planVersion !== undefined && { planVersion }),
    phase: kind.phase,
    effectiveAt,
    recordedAt: given.now,
    ...(isBackdated(effectiveAt, given.now) && { backdated: true as const }),
    ...(reason !== undefined && { reason }),
    ...(draft.evidence?.length && { evidence: [...draft.evidence] }),
    ...(draft.deviations?.length && { deviations: [...draft.deviations] }),
    visibility: kind.visibility,
  };
  return {
    id: eventId(given.commandId, index, given.now),
    type: kind.type,
    schemaVersion: kind.version,
    data: draft.data,
    meta,
  };
}

/** The item of the plan in force that rules the act, or what its kind rests on. */
function groundOf({ kind }: DecidedEvent, year: number | undefined, version: number | undefined): LegalBasis {
  if (kind.planItem === undefined || year === undefined || version === undefined) return kind.basis;
  return { plan: year, version, item: kind.planItem };
}
