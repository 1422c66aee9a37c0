/** Complaints of units that were asked to pay (art-19): the evaluation costs them nothing. */
import type { Deviation } from '../../events/envelope.ts';
import {
  type EvaluationEvent,
  feeComplaintRaised,
  feeComplaintResolved,
  feeComplaintStream,
} from '../../events/evaluation.ts';
import type { EventOf } from '../../events/event-type.ts';
import type { CreditCode } from '../../events/ids.ts';
import { REGULATION } from '../../events/statute.ts';
import { command, type Fold, type Given } from '../command.ts';
import { notFound, refuse } from '../rejection.ts';

type Raised = EventOf<typeof feeComplaintRaised>['data'];

interface Complaint {
  readonly raised: Raised | undefined;
  readonly resolved: boolean;
}

const complaint: Fold<Complaint, EvaluationEvent> = {
  name: 'fee-complaint',
  initial: { raised: undefined, resolved: false },
  evolve(state, event) {
    if (event.type === 'fee-complaint.raised') return { raised: event.data, resolved: false };
    return event.type === 'fee-complaint.resolved' ? { ...state, resolved: true } : state;
  },
};

const complaintIdOf = ({ newId }: Given) => `complaint-${newId}`;

export const raiseFeeComplaint = command({
  name: 'RaiseFeeComplaint',
  title: '投诉收费',
  records: [feeComplaintRaised],
  summary: 'A unit complains that it was asked to bear a cost.',
  allow: ['UNIT'],
  input: feeComplaintRaised.schema.omit({ complaintId: true, uscc: true }),
  fold: complaint,
  stream: (_input, given) => feeComplaintStream(complaintIdOf(given)),
  about: (_state, { year }, { actor }) => ({ year, uscc: actor.orgId }),
  decide(state, input, given) {
    if (state.raised) return [];
    const data = { ...input, complaintId: complaintIdOf(given), uscc: given.actor.orgId as CreditCode };
    return [feeComplaintRaised.of(data, { evidence: input.evidence })];
  },
});

export const resolveFeeComplaint = command({
  name: 'ResolveFeeComplaint',
  title: '处理收费投诉',
  records: [feeComplaintResolved],
  summary: 'Finds a complaint founded, with the remedy, or not; a founded one is a recorded deviation.',
  allow: ['MSR'],
  input: feeComplaintResolved.schema,
  fold: complaint,
  stream: ({ complaintId }) => feeComplaintStream(complaintId),
  about: ({ raised }) => (raised ? { year: raised.year, uscc: raised.uscc } : {}),
  gate: ({ raised, resolved }) => (raised ? { raised, resolved } : notFound()),
  done: ({ resolved }) => resolved,
  decide({ raised, resolved }, input) {
    if (resolved) {
      return refuse('art-19', 'complaint-resolved', '该投诉已处理', 'The complaint has been resolved');
    }
    const upheld = input.outcome === 'upheld';
    if (upheld && input.remedy === undefined) {
      return refuse(
        'art-19',
        'remedy-missing',
        '投诉属实的，应说明如何退还或纠正',
        'A founded complaint needs a remedy',
        'invalid',
      );
    }
    return [feeComplaintResolved.of(input, { deviations: upheld ? [chargedUnit(raised)] : [] })];
  },
});

/** The text frees units of the cost of the evaluation; what is asked for elsewhere is flagged as well (D-27). */
function chargedUnit({ stage, askedBy }: Raised): Deviation {
  const basis = { doc: REGULATION, article: 'art-19' } as const;
  return stage === '成果评定'
    ? { code: 'unit-charged', basis, zh: `${askedBy}向单位收取评定费用`, en: 'A unit was charged for the evaluation' }
    : {
        code: 'unit-charged-elsewhere',
        basis,
        zh: `${askedBy}在${stage}环节向单位收取费用`,
        en: 'A unit was charged outside the evaluation',
      };
}
