/** From a decided fact to an event with its envelope (domain 1.2). */
import type { Meta } from '../events/envelope.ts';
import type { Draft } from '../events/fact.ts';
import { type Instant, shanghaiDate } from '../events/time.ts';
import type { Given } from './command.ts';
import type { CommandRequest } from './handle.ts';
import { eventId } from './identifiers.ts';
import type { NewEvent } from './ports.ts';
import { type Rejection, refuseForm } from './rejection.ts';

/** What all events of one command share. */
export interface Circumstance {
  readonly given: Given;
  readonly request: CommandRequest;
  readonly about: Meta['about'];
  readonly planVersion: number | undefined;
}

/** Throws when a decision made a fact that its own schema refuses: a fault of the program. */
export function record(draft: Draft, index: number, { given, request, about, planVersion }: Circumstance): NewEvent {
  const { kind } = draft;
  kind.schema.parse(draft.data);
  const effectiveAt = draft.effectiveAt ?? given.effectiveAt;
  const reason = draft.reason ?? given.reason;
  const meta: Meta = {
    commandId: request.commandId,
    requestDigest: request.requestDigest,
    correlationId: request.correlationId,
    ...(request.causationId !== undefined && { causationId: request.causationId }),
    actor: given.actor,
    basis: draft.basis ? [kind.basis, ...draft.basis] : [kind.basis],
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

/** An act of an earlier day is entered late; within the day, writing it down takes a moment. */
function isBackdated(effectiveAt: Instant, now: Instant): boolean {
  return shanghaiDate(effectiveAt) < shanghaiDate(now);
}

/** An act cannot lie in the future, and one of an earlier day needs a reason. */
export function checkTiming(request: CommandRequest, now: Instant): Rejection | undefined {
  if (request.effectiveAt === undefined) return undefined;
  if (request.effectiveAt > now) {
    return refuseForm(
      'invalid',
      'effective-in-future',
      '发生时间不得晚于录入时间',
      'effectiveAt must not be later than now',
    );
  }
  if (isBackdated(request.effectiveAt, now) && !request.reason) {
    return refuseForm('invalid', 'backdating-needs-reason', '补录须说明理由', 'An act entered later needs a reason');
  }
  return undefined;
}
