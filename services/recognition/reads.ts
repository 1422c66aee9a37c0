/** What recognition must know of other nouns: small folds over their streams, and the dependencies that fetch them. */
import { Map as PersistentMap } from 'immutable';
import { type applicationStarted, projectStream } from '../../events/application.ts';
import type { Jurisdiction } from '../../events/body.ts';
import { taintedEvaluationReopened } from '../../events/enforcement.ts';
import {
  evaluationStream,
  excellentListProposed,
  type scoreSheetSubmitted,
  type scoreSheetSuperseded,
  scoreSheetVoided,
  scoresAggregated,
  scoringReopened,
  technicalEvaluationCompleted,
} from '../../events/evaluation.ts';
import { type EventOf, type EventsOf, untouched } from '../../events/event-type.ts';
import type { BodyId, CreditCode, ProjectId } from '../../events/ids.ts';
import type { projectTerminated } from '../../events/implementation.ts';
import { type PanelId, panelStream } from '../../events/panel.ts';
import {
  type ResultContent,
  resultBatchForwarded,
  resultsSubmitted,
  resultsSupplemented,
  type resultsWithdrawn,
} from '../../events/result.ts';
import type { Addressee } from '../../events/rules/jurisdiction.ts';
import { isCounted, panelStanding } from '../../events/rules/panel.ts';
import { type Dependency, type Fold, stateOf, stateOfLog } from '../command.ts';

/** The list that a panel proposed last. */
export interface ProposedList {
  readonly panelId: PanelId;
  readonly year: number;
  readonly listHash: string;
  readonly projects: readonly ProjectId[];
  /** The evaluation behind it has changed since: the panel has to propose again. */
  readonly overtaken: boolean;
}

export interface Proposals {
  readonly latest: Readonly<Record<string, ProposedList>>;
  /** Projects whose technical evaluation is complete, by panel. */
  readonly evaluated: Readonly<Record<string, readonly ProjectId[]>>;
}

const PROPOSAL_KINDS = [
  technicalEvaluationCompleted,
  excellentListProposed,
  scoreSheetVoided,
  scoringReopened,
  scoresAggregated,
  taintedEvaluationReopened,
] as const;

const proposals: Fold<Proposals, EventsOf<typeof PROPOSAL_KINDS>> = {
  name: 'recognition/proposals',
  initial: { latest: {}, evaluated: {} },
  evolve(state, event) {
    switch (event.type) {
      case 'technical-evaluation.completed': {
        const { panelId, projects } = event.data;
        return { ...state, evaluated: { ...state.evaluated, [panelId]: projects } };
      }
      case 'excellent-list.proposed': {
        const { panelId, year, listHash, list } = event.data;
        const projects = list.map(({ projectId }) => projectId);
        const proposal = { panelId, year, listHash, projects, overtaken: false };
        return { ...state, latest: { ...state.latest, [panelId]: proposal } };
      }
      case 'score-sheet.voided':
      case 'scores.aggregated':
      case 'scoring.reopened':
      case 'tainted-evaluation.reopened': {
        const { panelId } = event.data;
        const proposal = state.latest[panelId];
        if (!proposal) return state;
        return { ...state, latest: { ...state.latest, [panelId]: { ...proposal, overtaken: true } } };
      }
    }
  },
};

export const proposalsNow = stateOfLog(
  proposals,
  PROPOSAL_KINDS.map(({ type }) => type),
);

/** The sheets of an evaluation, and which of them its latest aggregation rests on. */
interface Scored {
  readonly sheets: PersistentMap<string, { readonly expertId: string; readonly uscc: string }>;
  readonly inputs: readonly string[];
}

const scored: Fold<
  Scored,
  EventOf<typeof scoreSheetSubmitted | typeof scoreSheetSuperseded | typeof scoresAggregated>
> = {
  name: 'recognition/scored',
  initial: { sheets: PersistentMap(), inputs: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'score-sheet.submitted':
      case 'score-sheet.superseded': {
        const { expertId, uscc } = event.data;
        return { ...state, sheets: state.sheets.set(event.id, { expertId, uscc }) };
      }
      case 'scores.aggregated':
        return { ...state, inputs: event.data.inputs };
      default:
        return untouched(state, event);
    }
  },
};

/** Panels of which a recusal or a replacement has ended sheets that their ranking rests on, whether written down or not. */
export function staleAmong(panelIds: readonly PanelId[]): Dependency<ReadonlySet<string>> {
  return {
    async resolve(sources) {
      const stale = panelIds.map(async panelId => {
        const [panel, { sheets, inputs }] = await Promise.all([
          sources.stream(panelStanding, panelStream(panelId)),
          sources.stream(scored, evaluationStream(panelId)),
        ]);
        const ended = inputs.flatMap(id => sheets.get(id) ?? []).some(sheet => panel && !isCounted(panel, sheet));
        return ended ? [panelId] : [];
      });
      return new Set((await Promise.all(stale)).flat());
    },
  };
}

/** A project with the result materials that stand. */
export interface RecognisedProject {
  readonly projectId: ProjectId;
  readonly uscc: CreditCode;
  readonly unitName: string;
  readonly submission:
    | { readonly bodyId: BodyId; readonly materialsRoot: string; readonly content: ResultContent }
    | undefined;
}

type LifeEvent = EventOf<
  | typeof applicationStarted
  | typeof resultsSubmitted
  | typeof resultsSupplemented
  | typeof resultsWithdrawn
  | typeof projectTerminated
>;

const projectOfResult: Fold<RecognisedProject | undefined, LifeEvent> = {
  name: 'recognition/project',
  initial: undefined,
  evolve(state, event) {
    switch (event.type) {
      case 'application.started': {
        const { projectId, uscc, unitName } = event.data;
        return { projectId, uscc, unitName, submission: undefined };
      }
      case 'results.submitted':
      case 'results.supplemented': {
        const { bodyId, materialsRoot, content } = event.data;
        return state && { ...state, submission: { bodyId, materialsRoot, content } };
      }
      case 'results.withdrawn':
      case 'project.terminated':
        return state && { ...state, submission: undefined };
      default:
        return untouched(state, event);
    }
  },
};

export const recognisedProjectOf = (projectId: ProjectId): Dependency<RecognisedProject | undefined> =>
  stateOf(projectOfResult, projectStream(projectId));

export function recognisedProjectsOf(
  ids: readonly ProjectId[],
): Dependency<readonly (RecognisedProject | undefined)[]> {
  return { resolve: sources => Promise.all(ids.map(id => recognisedProjectOf(id).resolve(sources))) };
}

/** The materials that recommending bodies forwarded and panels evaluated, by project. */
const forwarded: Fold<PersistentMap<string, string>, EventOf<typeof resultBatchForwarded>> = {
  name: 'recognition/forwarded',
  initial: PersistentMap(),
  evolve: (state, { data }) =>
    state.merge(data.projects.map(({ projectId, materialsRoot }) => [projectId, materialsRoot])),
};

export const forwardedNow = stateOfLog(forwarded, [resultBatchForwarded.type]);

/** Whom each project's results were addressed to, and under which charge. */
const addressees: Fold<
  PersistentMap<string, Addressee & { readonly jurisdiction: Jurisdiction }>,
  EventOf<typeof resultsSubmitted> | EventOf<typeof resultsSupplemented>
> = {
  name: 'recognition/addressees',
  initial: PersistentMap(),
  evolve: (state, { data: { projectId, bodyId, jurisdiction } }) => state.set(projectId, { bodyId, jurisdiction }),
};

export const addresseesNow = stateOfLog(addressees, [resultsSubmitted.type, resultsSupplemented.type]);
