/** The authority's review of what the panels propose (art-21): keep, remove with a reason, or send back; never add (D-29). */
import type { z } from 'zod';
import type { PanelId } from '../../events/panel.ts';
import { excellentListReturned, excellentListReviewed } from '../../events/recognition.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import { command, type Dependency, type Given } from '../command.ts';
import { personsNow } from '../persons.ts';
import { isRejection, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { evaluatorsOf, recommendersOf } from '../separation-of-duties.ts';
import { closedFault, handsFault, onList, otherListFault, type ProposedLists, standingProposal } from './guards.ts';
import { type ExcellentList, isRecognised, type Review } from './list.ts';
import { type ProposedList, proposalsNow, staleAmong } from './reads.ts';

interface OfPanel {
  readonly year: number;
  readonly panelId: PanelId;
}

const onProposal = {
  ...onList,
  names: ['panelId'] as const,
  reads: (input: OfPanel) => ({
    ...onList.reads(input),
    proposals: proposalsNow,
    stale: staleAmong([input.panelId]),
  }),
};

interface Known extends ProposedLists {
  readonly programme: ProgrammeYear;
}

/** The list that a panel has before the authority, with what was made of it so far. */
interface Proposed {
  readonly proposal: ProposedList;
  readonly review: Review | undefined;
  /** Why this very list was sent back. */
  readonly returnedFor: string | undefined;
}

/** What the panel proposed last, if it can still be judged: nobody has been told of the results yet. */
function proposed(state: ExcellentList, _given: Given, known: Known, { year, panelId }: OfPanel): Proposed | Rejection {
  const proposal = closedFault(known.programme) ?? standingProposal(known, { year, panelId });
  if (isRejection(proposal)) return proposal;
  const [review, returned] = [state.reviews[panelId], state.returned[panelId]];
  const returnedFor = returned?.listHash === proposal.listHash ? returned.reason : undefined;
  // What was sent back stays so, whatever became of another list that the panel proposed in between.
  const fault = returnedFor === undefined ? actedOnFault(state, review) : undefined;
  return fault ?? { proposal, review, returnedFor };
}

type Judgement = z.infer<(typeof excellentListReviewed)['schema']>;

export const reviewExcellentList = command({
  ...onProposal,
  name: 'ReviewExcellentList',
  title: '审核优秀成果建议名单',
  records: [excellentListReviewed],
  summary: 'Keeps or removes, with a reason, each result of the list that a panel proposed.',
  input: excellentListReviewed.schema,
  reads: asked => ({
    ...onProposal.reads(asked),
    persons: personsNow,
    recommenders: recommendersOfProposed(asked.panelId),
    evaluators: evaluatorsOf([asked.panelId]),
  }),
  saidAgain(state, judgement) {
    const earlier = state.reviews[judgement.panelId];
    return earlier && isSame(earlier, judgement) ? [] : undefined;
  },
  gate(state, given, known, asked) {
    const standing = proposed(state, given, known, asked);
    if (isRejection(standing)) return standing;
    return (standing.returnedFor === undefined ? undefined : listReturned()) ?? handsFault(known, given) ?? standing;
  },
  decide: ({ proposal }, judgement) =>
    otherListFault(proposal, judgement.listHash) ??
    completenessFault(proposal, judgement) ?? [excellentListReviewed.of(judgement)],
});

function isSame(earlier: Review, { listHash, kept, removed }: Judgement): boolean {
  const isRemoved = ({ projectId, reason }: Review['removed'][number]) =>
    earlier.removed.some(other => other.projectId === projectId && other.reason === reason);
  return (
    earlier.listHash === listHash &&
    earlier.kept.length === kept.length &&
    kept.every(id => earlier.kept.includes(id)) &&
    earlier.removed.length === removed.length &&
    removed.every(isRemoved)
  );
}

/** Who verified or recommended what a panel proposes. */
function recommendersOfProposed(panelId: PanelId): Dependency<ReadonlySet<string>> {
  return {
    async resolve(sources) {
      const { latest } = await proposalsNow.resolve(sources);
      return recommendersOf(latest[panelId]?.projects ?? []).resolve(sources);
    },
  };
}

function listReturned(): Rejection {
  return refuse(
    'art-21',
    'list-returned',
    '该建议名单已退回技术评定组，须重新提出',
    'The list was returned to the panel, which has to propose again',
  );
}

/** A review can be thought over until the public or a unit has been told of it. */
function actedOnFault(state: ExcellentList, review: Review | undefined): Rejection | undefined {
  const noticed = state.notices.flatMap(({ projects }) => projects);
  if (!review?.kept.some(id => isRecognised(state, id) || noticed.includes(id))) return undefined;
  return refuse(
    'art-21',
    'review-acted-on',
    '名单中的成果已公示或已认定，不得再改动审核结论',
    'Results of the list are under notice or recognised: the review stands',
  );
}

/** Every proposed result is kept or removed, once, and no other one: adding needs the panel. */
function completenessFault({ projects }: ProposedList, { kept, removed }: Judgement): Rejection | undefined {
  const judged = [...kept, ...removed.map(({ projectId }) => projectId)];
  const added = judged.filter(id => !projects.includes(id));
  if (added.length > 0) {
    return refuse(
      'art-21',
      'not-in-proposed-list',
      `不在技术评定组建议名单内，增加须由技术评定组重新提出：${added.join('、')}`,
      `Not in the proposed list, adding needs a new proposal of the panel: ${added.join(', ')}`,
    );
  }
  if (new Set(judged).size === judged.length && judged.length === projects.length) return undefined;
  return refuse(
    'art-21',
    'review-incomplete',
    '建议名单中的每项成果应当保留或者移出，且只能择其一',
    'Each result of the list is either kept or removed, once',
    'invalid',
  );
}

export const returnExcellentList = command({
  ...onProposal,
  name: 'ReturnExcellentList',
  title: '退回优秀成果建议名单',
  records: [excellentListReturned],
  summary: 'Sends a proposed list back to its panel, with a reason; the panel proposes again.',
  input: excellentListReturned.schema.omit({ projects: true }),
  gate: proposed,
  done: ({ returnedFor }) => returnedFor !== undefined,
  decide({ proposal, returnedFor }, asked) {
    const fault = otherListFault(proposal, asked.listHash);
    if (fault) return fault;
    if (returnedFor !== undefined) return again(returnedFor, asked.reason);
    return [excellentListReturned.of({ ...asked, projects: [...proposal.projects] }, { reason: asked.reason })];
  },
});
