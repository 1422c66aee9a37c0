/** The finding and what follows from it (art-25): revocation, circulation and exclusion as one; a stop; an overturning. */
import { z } from 'zod';
import {
  caseIdSchema,
  FRAUD_KINDS,
  fraudDecisionTaken,
  fraudEstablished,
  fraudulentProjectsStopped,
  type RevokedResult,
  revocationOverturned,
} from '../../events/enforcement.ts';
import { banTermFrom } from '../../events/rules/bans.ts';
import { paragraphSchema } from '../../events/text.ts';
import { shanghaiDate } from '../../events/time.ts';
import { command, type Given } from '../command.ts';
import { type ExcellentResult, excellentResultsNow } from '../excellent-results.ts';
import { isRejection, type Rejection, refuse, refuseByHouse } from '../rejection.ts';
import type { FraudCase } from './case.ts';
import { byAuthorityOnCase, caseAt, dueProcessFault, judgeFault, revocable, stoppable } from './guards.ts';

const input = { caseId: caseIdSchema };

export const establishFraud = command({
  ...byAuthorityOnCase,
  name: 'EstablishFraud',
  title: '认定骗取优秀成果',
  records: [fraudEstablished],
  summary: 'Finds, on evidence and after hearing the unit, that fraud was committed; another person decides on it.',
  input: z.strictObject({ ...input, kind: z.enum(FRAUD_KINDS), findings: paragraphSchema }),
  gate(state, { actor }, known) {
    const open = caseAt(state, ['open']);
    if (isRejection(open)) return open;
    if (open.evidence.size === 0) {
      return refuse('art-25', 'no-evidence', '没有证据，不得认定', 'Fraud is not established without evidence');
    }
    return dueProcessFault(open, known.plan) ?? judgeFault(open, actor, known) ?? open;
  },
  decide: (_open, finding) => [fraudEstablished.of(finding)],
});

/** The established case, if it is for the actor to decide on: another person has found it (D-35). */
function forDecision(
  state: FraudCase | undefined,
  { actor }: Given,
  known: Parameters<typeof judgeFault>[2],
): FraudCase | Rejection {
  const established = caseAt(state, ['established']);
  if (isRejection(established)) return established;
  return judgeFault(established, actor, known, established.establishedBy) ?? established;
}

const decided = {
  ...byAuthorityOnCase,
  reads: (asked: unknown, state: FraudCase | undefined, given: Given) => ({
    ...byAuthorityOnCase.reads(asked, state, given),
    results: excellentResultsNow,
  }),
};

export const revokeRecognition = command({
  ...decided,
  name: 'RevokeRecognition',
  title: '撤销优秀成果认定并通报',
  records: [fraudDecisionTaken],
  summary:
    'Revokes every live recognition of the case, circulates it and excludes the unit for five years: one decision.',
  input: fraudDecisionTaken.schema.pick({ caseId: true, circulation: true }),
  gate(state, given, known) {
    if (state?.decision) return { ...state, revoked: [] };
    const established = forDecision(state, given, known);
    if (isRejection(established)) return established;
    const revoked = revocable(established, known.results).map(revokedResult);
    if (revoked.length === 0) {
      return refuse(
        'art-25',
        'nothing-recognised',
        '没有已认定的优秀成果可撤销；认定之前发现的，应终止项目',
        'No recognition to revoke: what is found before recognition stops the project',
      );
    }
    return { ...established, revoked };
  },
  done: ({ decision }) => decision !== undefined,
  decide({ uscc, unitName = uscc, revoked, decision }, { caseId, circulation }, given) {
    if (decision) return refuse('art-25', 'already-decided', '案件已作出处理决定', 'The case has been decided');
    const ban = banTermFrom(shanghaiDate(given.effectiveAt));
    return [fraudDecisionTaken.of({ caseId, uscc, unitName, revoked, circulation, ban })];
  },
});

function revokedResult({ resultId, projectId, title, year }: ExcellentResult): RevokedResult {
  return { resultId, ...(projectId !== undefined && { projectId }), title, year };
}

export const stopFraudulentProjects = command({
  ...decided,
  name: 'StopFraudulentProjects',
  title: '终止弄虚作假项目',
  records: [fraudulentProjectsStopped],
  summary: 'Stops the projects of the case that were never recognised; nobody is excluded for them (D-34).',
  input: z.strictObject({ ...input, reason: paragraphSchema }),
  gate(state, given, known) {
    const established = forDecision(state, given, known);
    if (isRejection(established)) return established;
    const goingOn = stoppable(established, known.results);
    if (goingOn.length === 0) {
      return refuse('art-25', 'nothing-to-stop', '没有需要终止的项目', 'There is no project to stop');
    }
    return { ...established, goingOn };
  },
  decide: ({ uscc, goingOn: projectIds }, { caseId, reason }) => [
    fraudulentProjectsStopped.of({ caseId, uscc, projectIds, reason }, { reason }),
  ],
});

export const overturnRevocation = command({
  ...byAuthorityOnCase,
  name: 'OverturnRevocation',
  title: '撤销处理决定',
  records: [revocationOverturned],
  summary: 'Undoes a decision as a whole: the recognitions live again, the exclusion ends on a day.',
  input: revocationOverturned.schema.omit({ uscc: true }),
  gate(state, given, known) {
    const established = caseAt(state, ['established']);
    if (isRejection(established)) return established;
    const { decision } = established;
    if (!decision)
      return refuseByHouse(
        'review-of-decisions',
        'not-decided',
        '案件尚未作出处理决定',
        'The case has not been decided',
      );
    if (established.overturned) {
      return refuseByHouse(
        'review-of-decisions',
        'already-overturned',
        '处理决定已被撤销',
        'The decision has been overturned',
      );
    }
    return judgeFault(established, given.actor, known, decision.by) ?? { ...established, decision };
  },
  decide({ decision, uscc }, overturning, given) {
    if (overturning.from < decision.from || overturning.from > given.today) {
      return refuseByHouse(
        'review-of-decisions',
        'outside-ban',
        '解除日期应在处理决定生效之日和今天之间',
        'The exclusion ends on a day between the decision and today',
        'invalid',
      );
    }
    return [revocationOverturned.of({ ...overturning, uscc }, { reason: overturning.reason })];
  },
});
