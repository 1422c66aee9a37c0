/** What follows from a revocation by itself: a result that is no longer excellent is no longer an exemplar (D-36). */
import type { CaseId, RevokedResult } from '../../events/enforcement.ts';
import type { ResultId } from '../../events/ids.ts';

export interface Withdrawal {
  /** Of the withdrawal, not of the reaction: found again, it is the same command. */
  readonly commandId: string;
  readonly input: { readonly resultId: ResultId; readonly reason: string };
}

/** The exemplars to be withdrawn after a decision, each once. */
export function withdrawalsAfter(
  decision: {
    readonly caseId: CaseId;
    readonly document: string;
    readonly revoked: readonly Pick<RevokedResult, 'resultId'>[];
  },
  exemplars: ReadonlySet<string>,
): readonly Withdrawal[] {
  return decision.revoked
    .filter(({ resultId }) => exemplars.has(resultId))
    .map(({ resultId }) => ({
      commandId: `withdraw-exemplar/${decision.caseId}/${resultId}`,
      input: { resultId, reason: `优秀成果认定已被撤销（${decision.document}）` },
    }));
}
