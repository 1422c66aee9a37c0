/** The excellent results, those of earlier years included, and which of them are recognised still (art-21, art-25). */
import { Map as PersistentMap, Set as PersistentSet } from 'immutable';
import { fraudDecisionTaken, revocationOverturned } from '../events/enforcement.ts';
import type { EventsOf } from '../events/event-type.ts';
import type { BodyId, CreditCode, ProjectId, ResultId } from '../events/ids.ts';
import { earlierResultRecorded, excellentResultRecognised } from '../events/recognition.ts';
import type { ArticleId } from '../events/statute.ts';
import { type Fold, stateOfLog } from './command.ts';
import { type Rejection, refuse } from './rejection.ts';

export interface ExcellentResult {
  readonly resultId: ResultId;
  readonly year: number;
  readonly title: string;
  readonly unitName: string;
  readonly uscc: CreditCode | undefined;
  /** Both undefined for a result of the years before this record. */
  readonly projectId: ProjectId | undefined;
  readonly bodyId: BodyId | undefined;
  /** The case in which the recognition was revoked; undefined while it stands. */
  readonly revokedIn: string | undefined;
}

/** By the id of the result. */
export type ExcellentResults = PersistentMap<string, ExcellentResult>;

const KINDS = [earlierResultRecorded, excellentResultRecognised, fraudDecisionTaken, revocationOverturned] as const;

export const excellentResults: Fold<ExcellentResults, EventsOf<typeof KINDS>> = {
  name: 'excellent-results',
  initial: PersistentMap(),
  evolve(state, event) {
    switch (event.type) {
      case 'excellent-result.earlier-recorded': {
        const { resultId, year, title, unitName, uscc } = event.data;
        const before = { projectId: undefined, bodyId: undefined, revokedIn: undefined };
        return state.set(resultId, { resultId, year, title, unitName, uscc, ...before });
      }
      case 'excellent-result.recognised': {
        const { resultId, year, title, unitName, uscc, projectId, bodyId } = event.data;
        const result = { resultId, year, title, unitName, uscc, projectId, bodyId, revokedIn: undefined };
        return state.set(resultId, result);
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

function marked(
  state: ExcellentResults,
  which: (result: ExcellentResult) => boolean,
  revokedIn: string | undefined,
): ExcellentResults {
  return state.map(result => (which(result) ? { ...result, revokedIn } : result));
}

/** All of them up to now. */
export const excellentResultsNow = stateOfLog(
  excellentResults,
  KINDS.map(({ type }) => type),
);

const recognisedHere: Fold<PersistentSet<string>, EventsOf<readonly [typeof excellentResultRecognised]>> = {
  name: 'recognised-here',
  initial: PersistentSet(),
  evolve: (ids, { data }) => ids.add(data.resultId),
};

/** The ids of the results that were recognised in the years of this record, revoked or not. */
export const recognisedHereNow = stateOfLog(recognisedHere, [excellentResultRecognised.type]);

/** A result that is recognised and not revoked, or why it cannot be commended, promoted or taken as an exemplar. */
export function liveResult(
  results: ExcellentResults,
  resultId: string,
  article: ArticleId,
): ExcellentResult | Rejection {
  const result = results.get(resultId);
  if (!result) {
    return refuse(
      article,
      'result-not-excellent',
      `成果 ${resultId} 未认定为优秀成果`,
      `Result ${resultId} is not recognised as excellent`,
    );
  }
  if (result.revokedIn !== undefined) {
    return refuse(
      article,
      'result-revoked',
      `《${result.title}》的优秀成果认定已撤销`,
      `The recognition of result ${resultId} has been revoked`,
    );
  }
  return result;
}
