/** What enforcement must know of other nouns: owners of projects, who evaluated, the work plan. */
import { type applicationStarted, projectStream } from '../../events/application.ts';
import { type EvaluationEvent, evaluationEventTypes, evaluationStream } from '../../events/evaluation.ts';
import type { EventOf } from '../../events/event-type.ts';
import type { CreditCode, ProjectId } from '../../events/ids.ts';
import type { PanelId } from '../../events/panel.ts';
import { unitParticulars } from '../../events/rules/particulars.ts';
import { unitStream } from '../../events/unit.ts';
import { type Dependency, type Fold, stateOf, stateOfLog } from '../command.ts';

/** The unit of a project; undefined for a project that is not there. */
export const projectOwner: Fold<CreditCode | undefined, EventOf<typeof applicationStarted>> = {
  name: 'enforcement/project-owner',
  initial: undefined,
  evolve: (state, event) => (event.type === 'application.started' ? event.data.uscc : state),
};

/** By project: the unit it belongs to; undefined for one that is not there. */
export function ownersOf(projectIds: readonly ProjectId[]): Dependency<ReadonlyMap<ProjectId, CreditCode | undefined>> {
  return {
    async resolve(sources) {
      const owners = projectIds.map(async id => [id, await sources.stream(projectOwner, projectStream(id))] as const);
      return new Map(await Promise.all(owners));
    },
  };
}

/** What a unit is called today. */
export function unitNameOf(uscc: CreditCode): Dependency<string | undefined> {
  return { resolve: async sources => (await sources.stream(unitParticulars, unitStream(uscc)))?.name };
}

/** A panel's projects, and everybody who acted in its evaluation. */
interface Evaluation {
  readonly projectIds: readonly string[];
  readonly accountIds: readonly string[];
}
export type Evaluations = Readonly<Record<string, Evaluation>>;

export const evaluationsByPanel: Fold<Evaluations, EvaluationEvent> = {
  name: 'enforcement/evaluations',
  initial: {},
  evolve(state, event) {
    if (!('panelId' in event.data)) return state;
    const { panelId } = event.data;
    const { projectIds, accountIds } = state[panelId] ?? { projectIds: [], accountIds: [] };
    const opened = event.type === 'scoring.opened' ? event.data.projects.map(({ projectId }) => projectId) : [];
    const { accountId } = event.meta.actor;
    return {
      ...state,
      [panelId]: {
        projectIds: opened.length > 0 ? opened : projectIds,
        accountIds: accountIds.includes(accountId) ? accountIds : [...accountIds, accountId],
      },
    };
  },
};

export const evaluationsNow = stateOfLog(
  evaluationsByPanel,
  evaluationEventTypes.map(({ type }) => type),
);

/** Accounts that acted in the evaluation of one of the projects. */
export function evaluatorsAmong(state: Evaluations, projectIds: readonly string[]): readonly string[] {
  return Object.values(state)
    .filter(panel => panel.projectIds.some(id => projectIds.includes(id)))
    .flatMap(panel => panel.accountIds);
}

/** The projects that a panel evaluates; none for a panel that has not begun. */
export const evaluatedProjects: Fold<readonly ProjectId[], EvaluationEvent> = {
  name: 'enforcement/evaluated',
  initial: [],
  evolve: (state, event) =>
    event.type === 'scoring.opened' ? event.data.projects.map(({ projectId }) => projectId) : state,
};

/** The projects that a panel evaluates; none before scoring is opened. */
export function evaluatedBy(panelId: PanelId): Dependency<readonly ProjectId[]> {
  return stateOf(evaluatedProjects, evaluationStream(panelId));
}
