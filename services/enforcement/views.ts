/** What enforcement must know of other nouns: recognised results, owners of projects, who evaluated, the work plan. */
import { type applicationStarted, projectStream } from '../../events/application.ts';
import { fraudDecisionTaken, revocationOverturned } from '../../events/enforcement.ts';
import { type EvaluationEvent, evaluationFacts, evaluationStream } from '../../events/evaluation.ts';
import type { EventOf, EventsOf } from '../../events/fact.ts';
import type { CreditCode, ProjectId, ResultId } from '../../events/ids.ts';
import type { PanelId } from '../../events/panel.ts';
import { earlierResultRecorded, excellentResultRecognised } from '../../events/recognition.ts';
import { type UnitEvent, unitStream } from '../../events/unit.ts';
import { type Fold, type Reading, stateOf, stateOfLog } from '../command.ts';

/** An excellent result, of this record or of the years before it. */
export interface Recognised {
  readonly resultId: ResultId;
  readonly projectId: ProjectId | undefined;
  readonly title: string;
  readonly year: number;
  readonly uscc: CreditCode | undefined;
  readonly unitName: string;
  /** The case in which the recognition was revoked. */
  readonly revokedIn: string | undefined;
}

export type Results = ReadonlyMap<string, Recognised>;

const resultKinds = [
  earlierResultRecorded,
  excellentResultRecognised,
  fraudDecisionTaken,
  revocationOverturned,
] as const;

export const results: Fold<Results, EventsOf<typeof resultKinds>> = {
  name: 'enforcement/results',
  initial: new Map(),
  evolve(state, event) {
    switch (event.type) {
      case 'excellent-result.earlier-recorded': {
        const { resultId, title, year, uscc, unitName } = event.data;
        const result = { resultId, projectId: undefined, title, year, uscc, unitName, revokedIn: undefined };
        return new Map(state).set(resultId, result);
      }
      case 'excellent-result.recognised': {
        const { resultId, projectId, title, year, uscc, unitName } = event.data;
        return new Map(state).set(resultId, { resultId, projectId, title, year, uscc, unitName, revokedIn: undefined });
      }
      case 'fraud-decision.taken': {
        const revoked = new Set<string>(event.data.revoked.map(({ resultId }) => resultId));
        return marked(state, ({ resultId }) => revoked.has(resultId), event.data.caseId);
      }
      case 'revocation.overturned':
        return marked(state, ({ revokedIn }) => revokedIn === event.data.caseId, undefined);
    }
  },
};

function marked(state: Results, which: (result: Recognised) => boolean, revokedIn: string | undefined): Results {
  return new Map([...state].map(([id, result]) => [id, which(result) ? { ...result, revokedIn } : result]));
}

export const resultsNow = stateOfLog(
  results,
  resultKinds.map(({ type }) => type),
);

/** The unit of a project; undefined for a project that is not there. */
export const projectOwner: Fold<CreditCode | undefined, EventOf<typeof applicationStarted>> = {
  name: 'enforcement/project-owner',
  initial: undefined,
  evolve: (state, event) => (event.type === 'application.started' ? event.data.uscc : state),
};

export function ownersOf(projectIds: readonly ProjectId[]): Reading<ReadonlyMap<ProjectId, CreditCode | undefined>> {
  return {
    async resolve(sources) {
      const owners = projectIds.map(async id => [id, await sources.stream(projectOwner, projectStream(id))] as const);
      return new Map(await Promise.all(owners));
    },
  };
}

export const unitName: Fold<string | undefined, UnitEvent> = {
  name: 'enforcement/unit-name',
  initial: undefined,
  evolve: (state, event) => (event.type === 'unit.registered' ? event.data.name : state),
};

export function unitNameOf(uscc: CreditCode): Reading<string | undefined> {
  return stateOf(unitName, unitStream(uscc));
}

/** A panel's projects, and everybody who acted in its evaluation. */
interface Evaluation {
  readonly projectIds: readonly string[];
  readonly accountIds: readonly string[];
}
export type Evaluations = Readonly<Record<string, Evaluation>>;

export const evaluations: Fold<Evaluations, EvaluationEvent> = {
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
  evaluations,
  evaluationFacts.map(({ type }) => type),
);

/** Accounts that acted in the evaluation of one of the projects. */
export function evaluatorsOf(state: Evaluations, projectIds: readonly string[]): readonly string[] {
  return Object.values(state)
    .filter(panel => panel.projectIds.some(id => projectIds.includes(id)))
    .flatMap(panel => panel.accountIds);
}

/** The projects that a panel evaluates; none for a panel that has not begun. */
export const evaluated: Fold<readonly ProjectId[], EvaluationEvent> = {
  name: 'enforcement/evaluated',
  initial: [],
  evolve: (state, event) =>
    event.type === 'scoring.opened' ? event.data.projects.map(({ projectId }) => projectId) : state,
};

export function evaluatedBy(panelId: PanelId): Reading<readonly ProjectId[]> {
  return stateOf(evaluated, evaluationStream(panelId));
}
