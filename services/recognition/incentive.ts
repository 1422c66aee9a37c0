/** How recommending bodies encourage those who took part (art-22): welcome, never a duty, never a gate. */
import { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { type BodyId, bodyIdSchema, resultIdSchema } from '../../events/ids.ts';
import {
  type IncentiveEvent,
  incentiveGranted,
  incentivePolicyRecorded,
  incentivePolicyRevised,
  incentiveStream,
  policyIdSchema,
} from '../../events/promotion.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { dateSchema } from '../../events/time.ts';
import { command, type Fold, type Given } from '../command.ts';
import { excellentResultsNow, liveResult } from '../excellent-results.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { recognitionFutureFault } from './guards.ts';
import { participantOf } from './people.ts';

interface Policy extends z.infer<(typeof incentivePolicyRecorded)['schema']> {
  /** Of the revision that made it; undefined for the first version. */
  readonly reason?: string;
}

export interface Incentives {
  /** The latest version of each policy. */
  readonly policies: Readonly<Record<string, Policy>>;
  readonly grants: readonly string[];
}

export const incentives: Fold<Incentives, IncentiveEvent> = {
  name: 'incentives',
  initial: { policies: {}, grants: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'incentive-policy.recorded':
      case 'incentive-policy.revised':
        return { ...state, policies: { ...state.policies, [event.data.policyId]: event.data } };
      case 'incentive.granted':
        return { ...state, grants: [...state.grants, event.data.grantId] };
    }
  },
};

const byBody = {
  fold: incentives,
  allow: RECOMMENDING_ROLES,
  stream: ({ bodyId }: { readonly bodyId: BodyId }) => incentiveStream(bodyId),
  about: (_state: Incentives, { bodyId }: { readonly bodyId: BodyId }) => ({ bodyId }),
};

/** A body's policies are its own; others have none there. */
function ownIncentives(
  state: Incentives,
  { actor }: Given,
  _known: unknown,
  { bodyId }: { readonly bodyId: BodyId },
): Incentives | Rejection {
  return actor.orgId === bodyId ? state : notFound();
}

/** One of the body's own policies. */
function ownPolicy(
  state: Incentives,
  given: Given,
  known: unknown,
  asked: { readonly bodyId: BodyId; readonly policyId: string },
): { readonly policy: Policy } | Rejection {
  const own = ownIncentives(state, given, known, asked);
  if (isRejection(own)) return own;
  const policy = own.policies[asked.policyId];
  return policy ? { policy } : notFound();
}

export const recordIncentivePolicy = command({
  ...byBody,
  name: 'RecordIncentivePolicy',
  title: '建立激励制度',
  records: [incentivePolicyRecorded],
  summary: 'Records an incentive policy of a recommending body for those who take part.',
  reach: { effectiveOn: { notAfter: { years: 2 } } },
  input: incentivePolicyRecorded.schema.omit({ version: true }),
  gate: ownIncentives,
  decide(state, policy) {
    if (state.policies[policy.policyId]) {
      return refuse(
        'art-22',
        'policy-exists',
        '该激励制度已登记，请以修订方式变更',
        'The policy is recorded: revise it',
      );
    }
    return [incentivePolicyRecorded.of({ ...policy, version: 1 })];
  },
});

export const reviseIncentivePolicy = command({
  ...byBody,
  name: 'ReviseIncentivePolicy',
  title: '完善激励制度',
  records: [incentivePolicyRevised],
  summary: 'Records the next version of an incentive policy.',
  reach: { effectiveOn: { notAfter: { years: 2 } } },
  input: incentivePolicyRevised.schema.omit({ version: true }),
  gate: ownPolicy,
  decide({ policy: current }, { reason, ...policy }) {
    if (isSame(current, policy)) return current.reason === undefined ? [] : again(current.reason, reason);
    return [incentivePolicyRevised.of({ ...policy, version: current.version + 1, reason }, { reason })];
  },
});

function isSame(current: Policy, { title, content, effectiveOn, url }: Omit<Policy, 'version' | 'reason'>): boolean {
  return (
    current.title === title && current.content === content && current.effectiveOn === effectiveOn && current.url === url
  );
}

export const recordIncentiveGranted = command({
  ...byBody,
  name: 'RecordIncentiveGranted',
  title: '落实激励',
  records: [incentiveGranted],
  summary: 'Records that a participant of an excellent result was given an incentive under a policy of the body.',
  enteredLater: true,
  input: z.strictObject({
    bodyId: bodyIdSchema,
    policyId: policyIdSchema,
    resultId: resultIdSchema,
    participant: lineSchema,
    detail: paragraphSchema,
    grantedOn: dateSchema,
  }),
  names: ['policyId'],
  reads: () => ({ results: excellentResultsNow }),
  readsTyped: ({ resultId, participant }) => ({ person: participantOf(resultId, participant) }),
  gate(state, given, known, asked) {
    const own = ownPolicy(state, given, known, asked);
    if (isRejection(own)) return own;
    return own.policy.effectiveOn > given.today ? beforePolicy(own.policy) : { ...own, grants: state.grants };
  },
  decide({ policy, grants }, { bodyId, policyId, resultId, detail, grantedOn }, given, { results, person }) {
    const fault = recognitionFutureFault(grantedOn, given);
    if (fault) return fault;
    if (grantedOn < policy.effectiveOn) return beforePolicy(policy);
    const result = liveResult(results, resultId, 'art-22');
    if (isRejection(result)) return result;
    const { uscc, projectId, title, unitName } = result;
    if (!person || !uscc) {
      return refuse(
        'art-22',
        'not-a-participant',
        '激励对象应为优秀成果的参与人员',
        'Incentives go to participants of excellent results',
      );
    }
    const grantId = `grant-${given.newId}`;
    if (grants.includes(grantId)) return [];
    const grant = { bodyId, policyId, grantId, resultId, title, uscc, unitName, person, detail, grantedOn };
    return [incentiveGranted.of(grant, { about: { uscc, ...(projectId && { projectId }) } })];
  },
});

function beforePolicy({ effectiveOn }: Policy): Rejection {
  return refuseForm(
    'invalid',
    'before-the-policy',
    `激励制度自 ${effectiveOn} 起施行`,
    `The policy takes effect on ${effectiveOn}`,
  );
}
