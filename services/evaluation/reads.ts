/** What an evaluation must know of other nouns: small folds over their streams, and the dependencies that fetch them. */
import {
  type ConfidentialityEvent,
  confidentialityStream,
  taintedEvaluationReopened,
} from '../../events/enforcement.ts';
import type { Actor } from '../../events/envelope.ts';
import {
  type EvaluationEvent,
  type evaluationStandardIssued,
  evaluationStandardStream,
} from '../../events/evaluation.ts';
import type { EventOf } from '../../events/event-type.ts';
import type { AccountId, Position } from '../../events/ids.ts';
import { type PanelEvent, type PanelId, panelStream } from '../../events/panel.ts';
import type { ResultEvent } from '../../events/result.ts';
import { type PanelStanding, panelStanding } from '../../events/rules/panel.ts';
import { type Dependency, type Fold, stateOf, stateOfLog } from '../command.ts';

export type EvaluatingPanel = PanelStanding;
export type EvaluatedProject = Pick<PanelStanding['projects'][number], 'projectId' | 'uscc'>;

const panel: Fold<EvaluatingPanel | undefined, PanelEvent> = panelStanding;

export const evaluatingPanelOf = (panelId: PanelId): Dependency<EvaluatingPanel | undefined> =>
  stateOf(panel, panelStream(panelId));

export type Standard = EventOf<typeof evaluationStandardIssued>['data'];

/** All versions of a year's standard, oldest first. */
export const standards: Fold<readonly Standard[], EvaluationEvent> = {
  name: 'evaluation/standards',
  initial: [],
  evolve: (state, event) => (event.type === 'evaluation-standard.issued' ? [...state, event.data] : state),
};

/** The evaluation standards of a year, oldest first; none before the first is issued. */
export const standardsOf = (year: number): Dependency<readonly Standard[]> =>
  stateOf(standards, evaluationStandardStream(year));

/** Years in which scoring has been opened for some panel: their standards are frozen. */
const scoredYears: Fold<readonly number[], EvaluationEvent> = {
  name: 'evaluation/scored-years',
  initial: [],
  evolve: (state, event) =>
    event.type === 'scoring.opened' && !state.includes(event.data.year) ? [...state, event.data.year] : state,
};

/** Years in which scoring has been opened, from the log as it is now. */
export const yearsScored = (): Dependency<readonly number[]> => stateOfLog(scoredYears, ['scoring.opened'], 'lately');

/** For which role and organisation an account has signed the undertaking of art-26. */
const undertakings: Fold<readonly string[], ConfidentialityEvent> = {
  name: 'evaluation/undertakings',
  initial: [],
  evolve: (state, { data }) => [...state, signedAs(data)],
};
const signedAs = ({ role, orgId }: Pick<Actor, 'role' | 'orgId'>) => `${role}/${orgId}`;

/** Whether the actor has signed the undertaking of secrecy for the role and organisation he acts for (art-26). */
export const hasSigned = (state: readonly string[], actor: Actor): boolean => state.includes(signedAs(actor));

/** For which roles and organisations the account has signed the undertaking of secrecy. */
export const undertakingsOf = (accountId: AccountId): Dependency<readonly string[]> =>
  stateOf(undertakings, confidentialityStream(accountId));

/** Projects whose results a recommending body has forwarded (art-17b). */
const forwarded: Fold<readonly string[], ResultEvent> = {
  name: 'evaluation/forwarded',
  initial: [],
  evolve: (state, event) =>
    event.type === 'result-batch.forwarded'
      ? [...state, ...event.data.projects.map(({ projectId }) => projectId)]
      : state,
};

/** Ids of the projects whose results were forwarded by a body (art-17b). */
export const forwardedResults = (): Dependency<readonly string[]> =>
  stateOfLog(forwarded, ['result-batch.forwarded'], 'lately');

/** By panel: where the log says last that the evaluation is tainted (art-26). */
export type Taints = Readonly<Record<string, Position>>;

const taints: Fold<Taints, EventOf<typeof taintedEvaluationReopened>> = {
  name: 'evaluation/taints',
  initial: {},
  evolve: (state, { data, position }) => ({ ...state, [data.panelId]: position }),
};

export const taintsNow: Dependency<Taints> = stateOfLog(taints, [taintedEvaluationReopened.type], 'lately');
