/** For whom an account may act: what the log knows of the organisation that a grant names. */

import type { z } from 'zod';
import { type Grant, MUNICIPAL_AUTHORITY, SUPERVISING_BODY } from '../../events/account.ts';
import { type BodyEvent, type BodyKind, bodiesStream } from '../../events/body.ts';
import { type EntrustmentEvent, entrustmentStream } from '../../events/entrustment.ts';
import { untouched } from '../../events/event-type.ts';
import { type ExpertEvent, expertStream } from '../../events/expert.ts';
import { creditCodeSchema, entrustmentIdSchema, expertIdSchema, type StreamId } from '../../events/ids.ts';
import { type Grants, isShortenedBy } from '../../events/rules/grants.ts';
import { type Bodies, bodies } from '../../events/rules/jurisdiction.ts';
import { isInTerm, type Mandate, mandate } from '../../events/rules/mandate.ts';
import { type UnitEvent, unitStream } from '../../events/unit.ts';
import type { Fold } from '../command.ts';
import { type Rejection, refuse, refuseForm } from '../rejection.ts';

/** What one stream of bodies, of a unit, of an entrustment or of an expert says; the rest stays as it is at first. */
export interface OrganisationOnRecord {
  readonly bodies: Bodies;
  readonly unitRegistered: boolean;
  readonly mandate: Mandate;
  readonly expertActive: boolean;
}

type OrganisationEvent =
  | BodyEvent
  | Extract<UnitEvent, { type: 'unit.registered' }>
  | EntrustmentEvent
  | Extract<ExpertEvent, { type: `expert.${'admitted' | 'reinstated' | 'suspended' | 'removed'}` }>;

export const organisation: Fold<OrganisationOnRecord, OrganisationEvent> = {
  name: 'organisation',
  initial: { bodies: bodies.initial, unitRegistered: false, mandate: mandate.initial, expertActive: false },
  evolve(state, event) {
    switch (event.type) {
      case 'recommending-body.registered':
      case 'recommending-body.renamed':
      case 'jurisdiction.assigned':
      case 'jurisdiction.transferred':
        return { ...state, bodies: bodies.evolve(state.bodies, event) };
      case 'unit.registered':
        return { ...state, unitRegistered: true };
      case 'third-party.capability-verified':
      case 'third-party.entrusted':
      case 'entrustment.scope-changed':
      case 'entrustment.terminated':
        return { ...state, mandate: mandate.evolve(state.mandate, event) };
      case 'expert.admitted':
      case 'expert.reinstated':
        return { ...state, expertActive: true };
      case 'expert.suspended':
      case 'expert.removed':
        return { ...state, expertActive: false };
      default:
        return untouched(state, event);
    }
  },
};

/** Where the organisation of a grant is recorded; undefined for the two that need no record, and for an id of no such kind. */
export function organisationStream({ role, orgId }: Pick<Grant, 'role' | 'orgId'>): StreamId | undefined {
  switch (role) {
    case 'MSR':
    case 'SUP':
      return undefined;
    case 'REC-I':
    case 'REC-A':
    case 'REC-D':
      return bodiesStream;
    case 'UNIT':
      return streamOf(creditCodeSchema, orgId, unitStream);
    case 'TPO':
      return streamOf(entrustmentIdSchema, orgId, entrustmentStream);
    case 'EXPERT':
      return streamOf(expertIdSchema, orgId, expertStream);
  }
}

function streamOf<Id>(
  schema: { safeParse(value: string): z.ZodSafeParseResult<Id> },
  orgId: string,
  stream: (id: Id) => StreamId,
): StreamId | undefined {
  const id = schema.safeParse(orgId);
  return id.success ? stream(id.data) : undefined;
}

const BODY_KIND = { 'REC-I': 'industry-authority', 'REC-A': 'association', 'REC-D': 'district-bureau' } as const;

/** Why nobody can be given this role for this organisation. */
export function grantFault(grant: Grant, known: OrganisationOnRecord): Rejection | undefined {
  if (grant.lastDay && grant.lastDay < grant.from) {
    return refuseForm('invalid', 'grant-term-empty', '授权期限为空', 'The grant would end before it begins');
  }
  switch (grant.role) {
    case 'MSR':
      return grant.orgId === MUNICIPAL_AUTHORITY ? undefined : organisationMismatch(MUNICIPAL_AUTHORITY);
    case 'SUP':
      return grant.orgId === SUPERVISING_BODY ? undefined : organisationMismatch(SUPERVISING_BODY);
    case 'REC-I':
    case 'REC-A':
    case 'REC-D':
      return bodyFault(BODY_KIND[grant.role], known.bodies.registered.get(grant.orgId)?.kind);
    case 'UNIT':
      return known.unitRegistered
        ? undefined
        : refuse(['art-08', '（一）'], 'unit-not-registered', '该单位尚未登记', 'The unit is not registered');
    case 'TPO':
      return isInTerm(known.mandate, grant.from)
        ? undefined
        : refuse(
            ['art-05', '（二）'],
            'entrustment-not-in-force',
            `该委托在 ${grant.from} 不在有效期内`,
            `The entrustment is not in force on ${grant.from}`,
          );
    case 'EXPERT':
      return known.expertActive
        ? undefined
        : refuse(
            ['art-05', '（三）'],
            'expert-not-active',
            '该专家不在库或已暂停',
            'The expert is not active in the bank',
          );
  }
}

function organisationMismatch(orgId: string): Rejection {
  return refuseForm(
    'invalid',
    'organisation-mismatch',
    `该角色所属机构应为 ${orgId}`,
    `This role belongs to organisation ${orgId}`,
  );
}

function bodyFault(expected: BodyKind, actual: BodyKind | undefined): Rejection | undefined {
  if (!actual)
    return refuse('art-06', 'body-not-registered', '该推荐单位尚未登记', 'The recommending body is not registered');
  if (actual === expected) return undefined;
  return refuse('art-06', 'body-kind-mismatch', '角色与推荐单位类别不符', `The role needs a body of kind ${expected}`);
}

/** A grant of the same role for the same organisation whose term shares a day with this one. */
export function overlappingGrant(state: Grants, grant: Grant): Grant | undefined {
  return state.grants.find(
    held =>
      held.role === grant.role &&
      held.orgId === grant.orgId &&
      (!held.lastDay || held.lastDay >= held.from) &&
      (!held.lastDay || grant.from <= held.lastDay) &&
      (!grant.lastDay || held.from <= grant.lastDay),
  );
}

/** Whether a revocation with this last day would shorten a grant. */
export function isRevocable(state: Grants, role: string, orgId: string, lastDay: string): boolean {
  return state.grants.some(grant => isShortenedBy(grant, role, orgId, lastDay));
}
