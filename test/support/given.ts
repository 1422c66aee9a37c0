/** Given / when / then for decisions: a past, a command, and the facts or the refusal that follow. */
import type { Actor, Meta, RecordedEvent } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import type { AccountId, Position } from '../../events/ids.ts';
import { streamId } from '../../events/ids.ts';
import { NOBODY } from '../../events/rules/persons.ts';
import { type Instant, shanghaiDate } from '../../events/time.ts';
import { accountState } from '../../services/account/state.ts';
import type { AnyCommand, Decision, Given } from '../../services/command.ts';
import { decisionOf } from '../../services/decision.ts';
import { derivedId, eventId } from '../../services/identifiers.ts';
import { isRejection, type Rejection } from '../../services/rejection.ts';

export const MSR: Actor = { accountId: 'msr.chen' as AccountId, orgId: 'msr', role: 'MSR' };
export const OTHER_MSR: Actor = { accountId: 'msr.wang' as AccountId, orgId: 'msr', role: 'MSR' };

export const NOW: Instant = '2024-03-20T02:00:00.000Z';

/** Who did the past, and when. */
export interface Past {
  readonly draft: DecidedEvent;
  readonly actor?: Actor;
  readonly at?: Instant;
}

/** An event as if read from the log. */
export function recorded(past: DecidedEvent | Past, index = 0): RecordedEvent {
  const { draft, actor = MSR, at = '2024-01-15T02:00:00.000Z' } = 'draft' in past ? past : { draft: past };
  const meta: Meta = {
    commandId: `past-${index}`,
    requestDigest: '0'.repeat(16),
    correlationId: `past-${index}`,
    actor,
    basis: [draft.kind.basis, ...(draft.basis ?? [])],
    about: draft.about ?? {},
    phase: draft.kind.phase,
    effectiveAt: draft.effectiveAt ?? at,
    recordedAt: at,
    ...(draft.reason && { reason: draft.reason }),
    ...(draft.evidence && { evidence: [...draft.evidence] }),
    ...(draft.deviations && { deviations: [...draft.deviations] }),
    visibility: draft.kind.visibility,
  };
  return {
    position: String(index + 1) as Position,
    streamId: streamId('test'),
    revision: index,
    id: eventId(`past-${index}`, 0, at),
    type: draft.type,
    schemaVersion: draft.kind.version,
    data: draft.kind.schema.parse(draft.data),
    meta,
    dataText: JSON.stringify(draft.data),
    metaText: JSON.stringify(meta),
  };
}

export interface When {
  readonly past?: readonly (DecidedEvent | Past)[];
  readonly input: unknown;
  readonly actor?: Actor;
  readonly now?: Instant;
  /** What the decision's readings would give; every account is a person of its own unless `persons` says otherwise. */
  readonly known?: Readonly<Record<string, unknown>>;
  readonly commandId?: string;
}

/** Decides a command on a past. The input must pass the command's schema. */
export function decide(command: AnyCommand, when: When): Decision {
  const state = (when.past ?? []).map(recorded).reduce(command.fold.evolve, command.fold.initial);
  const now = when.now ?? NOW;
  const commandId = when.commandId ?? 'command-under-test';
  const given: Given = {
    actor: when.actor ?? MSR,
    commandId,
    now,
    today: shanghaiDate(now),
    effectiveAt: now,
    newId: derivedId(commandId),
  };
  const decision = decisionOf(command, state, command.input.parse(when.input), given, {
    persons: NOBODY,
    acting: accountState.initial,
    ...when.known,
  });
  for (const { type } of isRejection(decision) ? [] : decision) expectDeclared(command, type);
  return decision;
}

/** Throws where a command records what it does not declare: its documentation and the table of articles would not say so. */
export function expectDeclared({ name, records }: AnyCommand, type: string): void {
  if (!records.some(kind => kind.type === type)) throw new Error(`${name} records ${type}, which it does not declare`);
}

/** The facts of a decision, each checked against its schema; fails on a refusal. */
export function factsOf(decision: Decision): { type: string; data: unknown }[] {
  if (isRejection(decision)) throw new Error(`refused: ${decision.code} ${decision.en}`);
  return decision.map(draft => ({ type: draft.type, data: draft.kind.schema.parse(draft.data) }));
}

/** The refusal of a decision; fails on facts. */
export function refusalOf(decision: Decision): Rejection {
  if (!isRejection(decision)) throw new Error(`accepted: ${decision.map(draft => draft.type).join(', ')}`);
  return decision;
}
