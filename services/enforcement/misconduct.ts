/**
 * Cases about staff (art-26). Anybody reports; the supervising body alone handles (D-40), and nobody handles his own case:
 * to all others, the person concerned first, there is no such thing. The system records referral and outcome; it never
 * imposes a sanction.
 */
import { z } from 'zod';
import {
  evaluationDutySuspended,
  type MisconductEvent,
  type MisconductId,
  misconductCaseClosed,
  misconductCaseOpened,
  misconductDispositionRecorded,
  misconductIdSchema,
  misconductReferred,
  misconductReported,
  misconductStream,
  taintedEvaluationReopened,
  taintFoundWithoutEffect,
} from '../../events/enforcement.ts';
import type { AccountId } from '../../events/ids.ts';
import { panelIdSchema, yearOfPanel } from '../../events/panel.ts';
import { isSamePerson, type Persons } from '../../events/rules/persons.ts';
import { calendarYear, yearOf } from '../../events/rules/years.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command, type Fold, type Given } from '../command.ts';
import { personsNow } from '../persons.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { evaluatedBy } from './reads.ts';

type Data<T extends MisconductEvent['type']> = Extract<MisconductEvent, { type: T }>['data'];
type Kind = Data<'misconduct.reported'>['kind'];

interface Misconduct {
  readonly misconductId: MisconductId;
  readonly accountId: AccountId;
  /** The programme year: of the evaluation concerned, or the one that ran when it was reported. */
  readonly year: number;
  readonly kind: Kind;
  readonly stage: 'reported' | 'open' | 'closed';
  /** The evaluation it is said to have touched. */
  readonly panelId: string | undefined;
  readonly suspension: Data<'evaluation-duty.suspended'> | undefined;
  readonly referrals: readonly Data<'misconduct.referred'>[];
  readonly dispositions: readonly Data<'misconduct-disposition.recorded'>[];
  /** Evaluations whose taint has been decided on. */
  readonly settled: readonly string[];
}

export const misconduct: Fold<Misconduct | undefined, MisconductEvent> = {
  name: 'enforcement/misconduct',
  initial: undefined,
  evolve(state, event) {
    if (event.type === 'misconduct.reported') {
      const { misconductId, accountId, kind, panelId } = event.data;
      const nothingDone = { suspension: undefined, referrals: [], dispositions: [], settled: [] };
      return (
        state ?? { misconductId, accountId, year: yearOf(event), kind, panelId, stage: 'reported', ...nothingDone }
      );
    }
    if (!state) return state;
    switch (event.type) {
      case 'misconduct-case.opened':
        return { ...state, stage: 'open', kind: event.data.kind };
      case 'evaluation-duty.suspended':
        return { ...state, suspension: event.data };
      case 'misconduct.referred':
        return { ...state, referrals: [...state.referrals, event.data] };
      case 'misconduct-disposition.recorded':
        return { ...state, dispositions: [...state.dispositions, event.data] };
      case 'tainted-evaluation.reopened':
      case 'taint.found-without-effect':
        return { ...state, settled: [...state.settled, event.data.panelId] };
      case 'misconduct-case.closed':
        return { ...state, stage: 'closed' };
    }
  },
};

const idOf = (given: Given) => misconductIdSchema.parse(given.newId);

export const reportMisconduct = command({
  name: 'ReportMisconduct',
  title: '反映工作人员问题',
  records: [misconductReported],
  summary:
    'Anybody with an account reports a member of staff, an expert or a third party; only the supervisor reads it.',
  allow: ['MSR', 'REC-I', 'REC-A', 'REC-D', 'UNIT', 'TPO', 'EXPERT', 'SUP'],
  input: misconductReported.schema.omit({ misconductId: true }),
  fold: misconduct,
  stream: (_input, given) => misconductStream(idOf(given)),
  about: (_state, { accountId, panelId }, { now }) => ({
    accountId,
    year: panelId === undefined ? calendarYear(now) : yearOfPanel(panelId),
  }),
  decide(state, report, given) {
    if (state) return [];
    return [misconductReported.of({ ...report, misconductId: idOf(given) }, { evidence: report.evidence })];
  },
});

/** What every command on one case declares. */
const onCase = {
  allow: ['SUP'] as const,
  hidden: true as const,
  fold: misconduct,
  stream: (input: { readonly misconductId: MisconductId }) => misconductStream(input.misconductId),
  /** Names the person concerned, so that no view made for him shows the event. */
  about: (state: Misconduct | undefined) => (state ? { accountId: state.accountId, year: state.year } : {}),
  reads: (_input: unknown) => ({ persons: personsNow }),
};

const STAGE_LABELS: Readonly<Record<Misconduct['stage'], readonly [zh: string, en: string]>> = {
  reported: ['待立案', 'not opened yet'],
  open: ['已立案', 'open already'],
  closed: ['已结案', 'closed'],
};

/** The case in this stage, if it is the caller's to handle: not against himself, by whichever account. */
function handled(
  state: Misconduct | undefined,
  { actor }: Given,
  { persons }: { readonly persons: Persons },
  stage: Misconduct['stage'],
) {
  if (!state || isSamePerson(persons, state.accountId, actor.accountId)) return notFound();
  if (state.stage === stage) return state;
  const [zh, en] = STAGE_LABELS[state.stage];
  return refuse('art-26', 'wrong-stage', `案件${zh}，不能办理此事项`, `The case is ${en}: this cannot be done now`);
}

/** The same for what is done while the case is open. */
const whileOpen = (state: Misconduct | undefined, given: Given, known: { readonly persons: Persons }) =>
  handled(state, given, known, 'open');

export const openMisconductCase = command({
  ...onCase,
  name: 'OpenMisconductCase',
  title: '工作人员问题立案',
  records: [misconductCaseOpened],
  summary: 'Opens a case on a report.',
  input: misconductCaseOpened.schema.omit({ accountId: true }),
  gate: (state, given, known) => handled(state, given, known, 'reported'),
  decide: ({ accountId }, opening) => [misconductCaseOpened.of({ ...opening, accountId })],
});

export const suspendFromEvaluation = command({
  ...onCase,
  name: 'SuspendFromEvaluation',
  title: '暂停参与评定工作',
  records: [evaluationDutySuspended],
  summary: 'Keeps the person out of the evaluation from a day on, until the case is found groundless.',
  reach: { from: { notAfter: { years: 1 } } },
  input: evaluationDutySuspended.schema.omit({ accountId: true }),
  gate: whileOpen,
  done: ({ suspension }) => suspension !== undefined,
  decide(open, suspension, given) {
    const said = { ...suspension, accountId: open.accountId };
    if (open.suspension) return again(open.suspension, said);
    if (suspension.from < given.today) {
      return refuseForm('invalid', 'date-passed', '日期不得早于今天', 'The date must not be earlier than today');
    }
    return [evaluationDutySuspended.of(said)];
  },
});

export const referMisconduct = command({
  ...onCase,
  name: 'ReferMisconduct',
  title: '移送有权机关',
  records: [misconductReferred],
  summary: 'Refers the case to the authority that can deal with it under its own rules (按照有关规定予以处理).',
  input: misconductReferred.schema.omit({ accountId: true }),
  gate: whileOpen,
  decide(open, referral) {
    const said = { ...referral, accountId: open.accountId };
    const earlier = open.referrals.find(({ document }) => document === referral.document);
    return earlier ? again(earlier, said) : [misconductReferred.of(said)];
  },
});

export const recordDisposition = command({
  ...onCase,
  name: 'RecordDisposition',
  title: '记录处理结果',
  records: [misconductDispositionRecorded],
  summary: 'Records what the authority decided after a referral.',
  enteredLater: true,
  input: misconductDispositionRecorded.schema.omit({ accountId: true }),
  gate(state, given, known) {
    const open = whileOpen(state, given, known);
    if (isRejection(open) || open.referrals.length > 0) return open;
    return refuse('art-26', 'not-referred', '尚未移送有权机关', 'The case has not been referred to an authority');
  },
  decide(open, disposition, given) {
    const said = { ...disposition, accountId: open.accountId };
    const earlier = open.dispositions.find(({ document }) => document === disposition.document);
    if (earlier) return again(earlier, said);
    if (disposition.decidedOn > given.today) {
      return refuseForm('invalid', 'date-in-future', '日期不得晚于今天', 'The date must not be later than today');
    }
    return [misconductDispositionRecorded.of(said)];
  },
});

export const reopenTaintedEvaluation = command({
  ...onCase,
  name: 'ReopenTaintedEvaluation',
  title: '重启受影响的技术评定',
  records: [taintedEvaluationReopened],
  summary: 'Finds that scores of an evaluation are tainted: its sheets are to be voided and aggregated anew.',
  input: taintedEvaluationReopened.schema.omit({ accountId: true }),
  readsTyped: ({ panelId }) => ({ evaluated: evaluatedBy(panelId) }),
  gate: whileOpen,
  decide(open, finding, _given, { evaluated }) {
    if (open.settled.includes(finding.panelId)) return taintSettled();
    if (!finding.projectIds.every(id => evaluated.includes(id))) {
      return refuse('art-26', 'not-evaluated', '所列项目不在该技术评定之中', 'A project is not of this evaluation');
    }
    return [taintedEvaluationReopened.of({ ...finding, accountId: open.accountId }, { reason: finding.reason })];
  },
});

export const findTaintWithoutEffect = command({
  ...onCase,
  name: 'FindTaintWithoutEffect',
  title: '认定不影响评定结果',
  records: [taintFoundWithoutEffect],
  summary: 'Finds, with a reason, that an evaluation is not affected.',
  input: z.strictObject({ misconductId: misconductIdSchema, panelId: panelIdSchema, reason: paragraphSchema }),
  gate: whileOpen,
  decide(open, finding) {
    if (open.settled.includes(finding.panelId)) return taintSettled();
    return [taintFoundWithoutEffect.of({ ...finding, accountId: open.accountId }, { reason: finding.reason })];
  },
});

function taintSettled(): Rejection {
  return refuse('art-26', 'taint-settled', '已对该技术评定作出认定', 'The evaluation has been decided on');
}

export const closeMisconductCase = command({
  ...onCase,
  name: 'CloseMisconductCase',
  title: '工作人员问题结案',
  records: [misconductCaseClosed],
  summary: 'Closes a case: a founded one once its outcome is recorded and the evaluation concerned decided on.',
  input: misconductCaseClosed.schema.omit({ accountId: true }),
  gate: whileOpen,
  decide(open, closing) {
    const fault = closing.outcome === 'founded' ? unfinishedFault(open) : undefined;
    return fault ?? [misconductCaseClosed.of({ ...closing, accountId: open.accountId })];
  },
});

function unfinishedFault({ dispositions, panelId, settled }: Misconduct): Rejection | undefined {
  if (dispositions.length === 0) {
    return refuse('art-26', 'disposition-missing', '尚未记录处理结果', 'The outcome has not been recorded yet');
  }
  if (panelId === undefined || settled.includes(panelId)) return undefined;
  return refuse(
    'art-26',
    'taint-undecided',
    '应先认定是否影响技术评定结果',
    'Whether the evaluation is tainted must be decided first',
  );
}
