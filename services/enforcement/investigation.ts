/** A case of fraud up to the finding (art-25): report, opening, evidence, notice and statement. */
import { z } from 'zod';
import { canonicalJson } from '../../events/canonical.ts';
import {
  caseIdSchema,
  caseStream,
  fraudCaseDismissed,
  fraudCaseOpened,
  fraudEvidenceRecorded,
  fraudSuspicionReported,
  unitNotified,
  unitStatementRecorded,
} from '../../events/enforcement.ts';
import { evidenceSchema } from '../../events/envelope.ts';
import type { CreditCode, ProjectId, ResultId } from '../../events/ids.ts';
import { isOver } from '../../events/rules/lateness.ts';
import { calendarYear, yearOfProject } from '../../events/rules/years.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command, type Given, known as nothing } from '../command.ts';
import { type ExcellentResults, excellentResultsNow } from '../excellent-results.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import type { FraudCase } from './case.ts';
import { byAuthorityOnCase, caseAt, judgeFault, mayStillAnswer, onCase } from './guards.ts';
import { ownersOf, unitNameOf } from './reads.ts';

const input = { caseId: caseIdSchema };

const idOf = (given: Given) => caseIdSchema.parse(given.newId);

export const reportSuspectedFraud = command({
  ...onCase,
  name: 'ReportSuspectedFraud',
  title: '反映弄虚作假线索',
  records: [fraudSuspicionReported],
  summary: 'Anybody with an account reports that recognition was, or is being, obtained by fraud.',
  allow: ['MSR', 'REC-I', 'REC-A', 'REC-D', 'UNIT', 'TPO', 'EXPERT', 'SUP'],
  input: fraudSuspicionReported.schema.omit({ caseId: true }),
  stream: (_input, given) => caseStream(idOf(given)),
  about: (_state, { uscc }, { now }) => ({ uscc, year: calendarYear(now) }),
  decide(state, report, given) {
    // The id is made from the command id: a case that is there was reported by this very command.
    if (state) return [];
    return [fraudSuspicionReported.of({ ...report, caseId: idOf(given) }, { evidence: report.evidence })];
  },
});

export const openFraudCase = command({
  ...onCase,
  name: 'OpenFraudCase',
  title: '立案核查',
  records: [fraudCaseOpened],
  summary: 'Opens a reported case on projects and recognised results of the unit, those of earlier years included.',
  allow: ['MSR'],
  input: fraudCaseOpened.schema.omit({ uscc: true, unitName: true }),
  about: (state, { projectIds }) => onCase.about(state && { ...state, projectIds }),
  reads: (_input, state) => ({
    results: excellentResultsNow,
    unitName: state ? unitNameOf(state.uscc) : nothing(undefined),
  }),
  readsTyped: ({ projectIds }) => ({ owners: ownersOf(projectIds) }),
  gate: state => caseAt(state, ['reported']),
  decide(reported, { caseId, grounds, ...subject }, _given, { owners, results, unitName }) {
    const { uscc } = reported;
    const fault = subjectFault(uscc, subject, owners, results);
    if (fault) return fault;
    const ownResults = subject.resultIds.flatMap(id => results.get(id) ?? []);
    const projectIds = unique([...subject.projectIds, ...ownResults.flatMap(({ projectId }) => projectId ?? [])]);
    const name = unitName ?? ownResults[0]?.unitName;
    if (name === undefined) return notFound();
    const opened = { caseId, uscc, unitName: name, projectIds, resultIds: unique(subject.resultIds), grounds };
    return [fraudCaseOpened.of(opened, { about: { year: yearOfCase(reported, projectIds) } })];
  },
});

/** Of the latest project; a case about none, but results of old, stays in the year in which it was reported. */
function yearOfCase({ year }: FraudCase, projectIds: readonly ProjectId[]): number {
  return projectIds.length > 0 ? Math.max(...projectIds.map(yearOfProject)) : year;
}

interface Subject {
  readonly projectIds: readonly ProjectId[];
  readonly resultIds: readonly ResultId[];
}

/** A case is about something, all of it the unit's own. A result of old may be known by the unit's name alone. */
function subjectFault(
  uscc: CreditCode,
  { projectIds, resultIds }: Subject,
  owners: ReadonlyMap<ProjectId, CreditCode | undefined>,
  results: ExcellentResults,
): Rejection | undefined {
  if (projectIds.length + resultIds.length === 0) {
    return refuseForm('invalid', 'case-without-subject', '应列明涉及的项目或成果', 'Name a project or a result');
  }
  const foreign = projectIds.some(id => owners.get(id) !== uscc);
  const unknown = resultIds.some(id => (results.get(id)?.uscc ?? (results.has(id) ? uscc : undefined)) !== uscc);
  if (!foreign && !unknown) return undefined;
  return refuse(
    'art-25',
    'not-of-unit',
    '所列项目或成果不属于该单位',
    'A project or result named is not of this unit',
    'invalid',
  );
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

export const recordFraudEvidence = command({
  ...onCase,
  name: 'RecordEvidence',
  title: '记录核查证据',
  records: [fraudEvidenceRecorded],
  summary: 'Adds findings with their evidence to an open case.',
  allow: ['MSR'],
  enteredLater: true,
  input: fraudEvidenceRecorded.schema,
  gate: state => caseAt(state, ['open']),
  decide(open, evidence) {
    const earlier = open.evidence.get(evidence.evidenceId);
    if (earlier === canonicalJson(evidence)) return [];
    if (earlier !== undefined) {
      return refuseForm(
        'conflict',
        'evidence-recorded-otherwise',
        '该编号的证据已有记录，内容与本次不同，不作更改',
        'Evidence of this id is recorded with other content, which stays as it is',
      );
    }
    return [fraudEvidenceRecorded.of(evidence, { evidence: evidence.evidence })];
  },
});

export const notifyUnit = command({
  ...onCase,
  name: 'NotifyUnit',
  title: '告知项目单位',
  records: [unitNotified],
  summary: 'Tells the unit what is held against it and until when it can answer; not in the text, ruled by the plan.',
  allow: ['MSR'],
  reach: { answerBy: { notAfter: { years: 1 } } },
  input: unitNotified.schema.omit({ uscc: true }),
  gate: state => caseAt(state, ['open']),
  decide(open, notice, { today }) {
    if (isOver(notice.answerBy, today)) {
      return refuseForm('invalid', 'date-passed', '陈述截止日期已过', 'The last day to answer has passed');
    }
    if (open.notice?.document === notice.document && open.notice.answerBy === notice.answerBy) return [];
    return [unitNotified.of({ ...notice, uscc: open.uscc })];
  },
});

export const recordUnitStatement = command({
  ...onCase,
  name: 'RecordUnitStatement',
  title: '记录项目单位陈述',
  records: [unitStatementRecorded],
  summary: 'The unit states its view, or the authority records it, or that none came in time.',
  allow: ['UNIT', 'MSR'],
  enteredLater: true,
  input: z.strictObject({
    ...input,
    outcome: z.enum(['stated', 'waived']).default('stated'),
    statement: paragraphSchema,
    evidence: z.array(evidenceSchema).max(20).default([]),
  }),
  gate(state, { actor }) {
    if (actor.role === 'UNIT' && (!state?.notice || state.uscc !== actor.orgId)) return notFound();
    return caseAt(state, ['open']);
  },
  dueOn: ({ notice, statement }) => (statement ? undefined : notice?.answerBy),
  decide(open, statement, { actor, today }) {
    if (statement.outcome === 'waived' && (actor.role === 'UNIT' || !open.notice || mayStillAnswer(open, today))) {
      return refuseForm(
        'conflict',
        'unit-may-still-answer',
        '告知并逾期后方可记录未作陈述',
        'That no statement came is recorded by the authority, once notice was given and its time is over',
      );
    }
    const { outcome, statement: text, evidence } = open.statement ?? {};
    const isSame = text === statement.statement && evidence === canonicalJson(statement.evidence);
    if (outcome === statement.outcome && isSame) return [];
    if (outcome === 'stated' && statement.outcome === 'waived') {
      return refuseForm('conflict', 'unit-has-stated', '该单位已作陈述', 'The unit has stated its view');
    }
    return [unitStatementRecorded.of({ ...statement, uscc: open.uscc }, { evidence: statement.evidence })];
  },
});

export const dismissFraudCase = command({
  ...byAuthorityOnCase,
  name: 'DismissFraudCase',
  title: '核查终结不予处理',
  records: [fraudCaseDismissed],
  summary: 'Ends a case without consequences, with a reason.',
  input: z.strictObject({ ...input, reason: paragraphSchema }),
  gate(state, { actor }, known) {
    const there = caseAt(state, ['reported', 'open', 'dismissed']);
    if (isRejection(there) || there.stage === 'dismissed') return there;
    return judgeFault(there, actor, known) ?? there;
  },
  done: ({ stage }) => stage === 'dismissed',
  decide({ stage, uscc, dismissedFor }, { caseId, reason }) {
    if (stage === 'dismissed') return again(dismissedFor, reason);
    return [fraudCaseDismissed.of({ caseId, uscc, reason }, { reason })];
  },
});
