/**
 * Who has had a hand in a result. Two people out of one: whoever verified or recommended it does not evaluate it, and
 * whoever did either does not approve it (art-19, art-21).
 */
import { type ApplicationEvent, projectStream } from '../events/application.ts';
import { RECOMMENDING_ROLES, type Role } from '../events/envelope.ts';
import { type EvaluationEvent, evaluationStream } from '../events/evaluation.ts';
import type { EventOf } from '../events/fact.ts';
import type { ProjectId } from '../events/ids.ts';
import type { PanelId } from '../events/panel.ts';
import { resultRecommended } from '../events/result.ts';
import type { Fold, Reading } from './command.ts';

type Accounts = readonly string[];

const withOne = (accounts: Accounts, accountId: string): Accounts =>
  accounts.includes(accountId) ? accounts : [...accounts, accountId];

const HANDLING_ROLES: readonly Role[] = ['MSR', ...RECOMMENDING_ROLES];

/** Accounts that acted on a project for a body or for the authority. */
const handlers: Fold<Accounts, ApplicationEvent> = {
  name: 'hands/handlers',
  initial: [],
  evolve: (state, { meta: { actor } }) =>
    HANDLING_ROLES.includes(actor.role) ? withOne(state, actor.accountId) : state,
};

const RECOMMENDING: readonly ApplicationEvent['type'][] = [
  'completeness.verified',
  'completeness.failed',
  'truthfulness.verified',
  'truthfulness.failed',
  'project.recommended',
];

/** Accounts that verified a project or recommended it for the plan (art-12). */
const recommenders: Fold<Accounts, ApplicationEvent> = {
  name: 'hands/recommenders',
  initial: [],
  evolve: (state, { type, meta }) => (RECOMMENDING.includes(type) ? withOne(state, meta.actor.accountId) : state),
};

/** By project: who recommended its result (art-17b). Named on the batches of the bodies, hence read from the log. */
const sponsors: Fold<ReadonlyMap<string, Accounts>, EventOf<typeof resultRecommended>> = {
  name: 'hands/sponsors',
  initial: new Map(),
  evolve: (state, { data: { projectId }, meta: { actor } }) =>
    new Map(state).set(projectId, withOne(state.get(projectId) ?? [], actor.accountId)),
};

/** Who evaluated on a panel: gave a sheet, or a word on the ranking. */
const evaluators: Fold<Accounts, EvaluationEvent> = {
  name: 'hands/evaluators',
  initial: [],
  evolve: (state, { meta: { actor } }) => (actor.role === 'EXPERT' ? withOne(state, actor.accountId) : state),
};

/** Accounts that had a hand in one of the projects, or recommended its result. */
function onProjects(fold: Fold<Accounts, ApplicationEvent>, ids: readonly ProjectId[]): Reading<ReadonlySet<string>> {
  return {
    async resolve(sources) {
      const sponsored = await sources.log(sponsors, [resultRecommended.type], 'lately');
      const acted = await Promise.all(
        ids.map(async id => [...(await sources.stream(fold, projectStream(id))), ...(sponsored.get(id) ?? [])]),
      );
      return new Set(acted.flat());
    },
  };
}

/** Who verified, recommended, followed up or approved one of the projects: none of them evaluates it. */
export const handlersOf = (ids: readonly ProjectId[]) => onProjects(handlers, ids);

/** Who verified or recommended one of the projects: none of them approves its result. */
export const recommendersOf = (ids: readonly ProjectId[]) => onProjects(recommenders, ids);

export function evaluatorsOf(panelIds: readonly PanelId[]): Reading<Accounts> {
  return {
    resolve: async sources =>
      (await Promise.all(panelIds.map(id => sources.stream(evaluators, evaluationStream(id))))).flat(),
  };
}
