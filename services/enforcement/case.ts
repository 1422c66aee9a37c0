/** A case of fraud from suspicion to decision (art-25): the fold over its stream. */
import { canonicalJson } from '../../events/canonical.ts';
import type { CaseId, FraudEvent } from '../../events/enforcement.ts';
import type { CreditCode, ProjectId, ResultId } from '../../events/ids.ts';
import { yearOf } from '../../events/rules/years.ts';
import type { CivilDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';

export type CaseStage = 'reported' | 'open' | 'established' | 'dismissed';

export interface FraudCase {
  readonly caseId: CaseId;
  readonly uscc: CreditCode;
  /** The programme year: of the latest project it is about, or the one that ran when it was reported. */
  readonly year: number;
  readonly stage: CaseStage;
  readonly unitName: string | undefined;
  readonly projectIds: readonly ProjectId[];
  readonly resultIds: readonly ResultId[];
  /** What was recorded, by id. */
  readonly evidence: ReadonlyMap<string, string>;
  readonly notice: { readonly document: string; readonly answerBy: CivilDate } | undefined;
  readonly statement:
    | { readonly outcome: 'stated' | 'waived'; readonly statement: string; readonly evidence: string }
    | undefined;
  readonly establishedBy: string | undefined;
  readonly decision: { readonly by: string; readonly from: CivilDate; readonly lastDay: CivilDate } | undefined;
  /** Projects stopped because nothing had been recognised yet (D-34). */
  readonly stopped: readonly ProjectId[];
  readonly overturned: boolean;
  /** Why it was dismissed. */
  readonly dismissedFor: string | undefined;
}

function reported(caseId: CaseId, uscc: CreditCode, year: number): FraudCase {
  return {
    caseId,
    uscc,
    year,
    stage: 'reported',
    unitName: undefined,
    projectIds: [],
    resultIds: [],
    evidence: new Map(),
    notice: undefined,
    statement: undefined,
    establishedBy: undefined,
    decision: undefined,
    stopped: [],
    overturned: false,
    dismissedFor: undefined,
  };
}

export const fraudCase: Fold<FraudCase | undefined, FraudEvent> = {
  name: 'enforcement/fraud-case',
  initial: undefined,
  evolve(state, event) {
    if (event.type === 'fraud-suspicion.reported') {
      return state ?? reported(event.data.caseId, event.data.uscc, yearOf(event));
    }
    if (!state) return state;
    switch (event.type) {
      case 'fraud-case.opened': {
        const { unitName, projectIds, resultIds } = event.data;
        return { ...state, year: yearOf(event), stage: 'open', unitName, projectIds, resultIds };
      }
      case 'fraud-evidence.recorded':
        return { ...state, evidence: new Map(state.evidence).set(event.data.evidenceId, canonicalJson(event.data)) };
      case 'unit.notified': {
        const { document, answerBy } = event.data;
        return { ...state, notice: { document, answerBy } };
      }
      case 'unit-statement.recorded': {
        const { outcome, statement, evidence } = event.data;
        return { ...state, statement: { outcome, statement, evidence: canonicalJson(evidence) } };
      }
      case 'fraud.established':
        return { ...state, stage: 'established', establishedBy: event.meta.actor.accountId };
      case 'fraud-case.dismissed':
        return { ...state, stage: 'dismissed', dismissedFor: event.data.reason };
      case 'fraud-decision.taken':
        return { ...state, decision: { by: event.meta.actor.accountId, ...event.data.ban } };
      case 'fraudulent-projects.stopped':
        return { ...state, stopped: [...state.stopped, ...event.data.projectIds] };
      case 'revocation.overturned':
        return { ...state, overturned: true };
    }
  },
};
