/** What the commands on the list of a year have in common. */
import type { About } from '../../events/envelope.ts';
import type { ProjectId } from '../../events/ids.ts';
import { excellentListStream } from '../../events/recognition.ts';
import { isAmong, type Persons } from '../../events/rules/persons.ts';
import type { PlanInForce, ProgrammeYear } from '../../events/rules/plan.ts';
import type { Given } from '../command.ts';
import { twoPersonsFault } from '../persons.ts';
import { programmeYearOf } from '../programme-year.ts';
import { type Rejection, refuse, refuseByHouse, refuseByPlan, refuseForm } from '../rejection.ts';
import { type ExcellentList, excellentList } from './list.ts';
import type { Proposals, ProposedList } from './reads.ts';

interface OfYear {
  readonly year: number;
}

export const onList = {
  fold: excellentList,
  allow: ['MSR'] as const,
  stream: ({ year }: OfYear) => excellentListStream(year),
  about: (_state: ExcellentList, { year, projectId }: OfYear & { readonly projectId?: ProjectId }): About => ({
    year,
    ...(projectId !== undefined && { projectId }),
  }),
  reads: ({ year }: OfYear) => ({ programme: programmeYearOf(year) }),
  planVersion: ({ programme }: { readonly programme: ProgrammeYear }) => programme.inForce?.version,
};

/** Nothing more is recognised once the year is closed (art-04). */
export function closedFault({ open }: ProgrammeYear): Rejection | undefined {
  if (open) return undefined;
  return refuse('art-04', 'programme-not-open', '该年度活动未启动或已结束', 'The annual programme is not open');
}

/** What panels have proposed, and whose evaluation no longer carries it. */
export interface ProposedLists {
  readonly proposals: Proposals;
  readonly stale: ReadonlySet<string>;
}

/** What the panel proposed last for the year, if it still rests on the evaluation. */
export function standingProposal(
  { proposals: { latest }, stale }: ProposedLists,
  asked: { readonly year: number; readonly panelId: string },
): ProposedList | Rejection {
  const proposal = latest[asked.panelId];
  if (proposal?.year !== asked.year) {
    return refuse('art-20', 'not-proposed', '技术评定组尚未提出建议名单', 'The panel has proposed no list');
  }
  if (proposal.overtaken || stale.has(proposal.panelId)) {
    return refuse(
      'art-20',
      'evaluation-changed',
      '建议名单所依据的技术评定已有变化，须由技术评定组重新提出',
      'The evaluation behind the list has changed: the panel has to propose again',
    );
  }
  return proposal;
}

/** Refuses what is said of another list than the one that the panel proposed last. */
export function otherListFault(proposal: ProposedList, listHash: string): Rejection | undefined {
  if (proposal.listHash === listHash) return undefined;
  return refuse(
    'art-20',
    'list-changed',
    '技术评定组已提出另一份建议名单',
    'This is not the list that the panel proposed last',
  );
}

/** What a plan can have; where none is in force, the rule of the house stands. */
const OPTIONS = { publicNotice: 'public-notice', certificates: 'certificates' } as const;

/** Refuses under an option of the plan in force, or the rule of the house that the option varies. */
export function refuseOption(
  inForce: PlanInForce | undefined,
  option: keyof typeof OPTIONS,
  code: string,
  zh: string,
  en: string,
): Rejection {
  return inForce
    ? refuseByPlan(inForce, `options.${option}`, code, zh, en)
    : refuseByHouse(OPTIONS[option], code, zh, en);
}

/** What has happened cannot bear a day to come. */
export function recognitionFutureFault(day: string, { today }: Given): Rejection | undefined {
  if (day <= today) return undefined;
  return refuseForm('invalid', 'date-in-future', '日期不得晚于今天', 'The date must not be later than today');
}

/** Who has had a hand in what is approved. */
export interface ApprovalHands {
  readonly persons: Persons;
  readonly recommenders: ReadonlySet<string>;
  readonly evaluators: readonly string[];
}

/** Two people out of one: whoever recommended or evaluated a result does not approve it. */
export function handsFault(
  { persons, recommenders, evaluators }: ApprovalHands,
  { actor }: Given,
): Rejection | undefined {
  if (!isAmong(persons, actor.accountId, [...recommenders, ...evaluators])) return undefined;
  return twoPersonsFault(
    'not-independent',
    '核实、推荐或评定该成果的人员不得审核、认定该成果',
    'whoever verified, recommended or evaluated a result may not approve it',
  );
}
