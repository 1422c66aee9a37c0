/** The authority's review of what the panels propose (art-21): keep, remove with a reason, or send back; never add (D-29). */
import type { z } from 'zod';
import type { PanelId } from '../../events/panel.ts';
import { excellentListReturned, excellentListReviewed } from '../../events/recognition.ts';
import { command } from '../command.ts';
import { personsNow } from '../persons.ts';
import { isRejection, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { evaluatorsOf, recommendersOf } from '../separation-of-duties.ts';
import { closedFault, handsFault, onList, standingProposal } from './guards.ts';
import { type ExcellentList, isRecognised, type Review } from './list.ts';
import { type ProposedList, proposalsNow, staleAmong } from './reads.ts';

const onProposal = {
  ...onList,
  reads: (input: { readonly year: number; readonly panelId: PanelId }) => ({
    ...onList.reads(input),
    proposals: proposalsNow,
    stale: staleAmong([input.panelId]),
  }),
};

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
    recommenders: recommendersOf([...asked.kept, ...asked.removed.map(({ projectId }) => projectId)]),
    evaluators: evaluatorsOf([asked.panelId]),
  }),
  decide(state, judgement, given, known) {
    const proposal = closedFault(known.programme) ?? standingProposal(known, judgement);
    if (isRejection(proposal)) return proposal;
    const earlier = state.reviews[judgement.panelId];
    if (earlier && isSame(earlier, judgement)) return [];
    return (
      returnedFault(state, judgement) ??
      actedOnFault(state, earlier) ??
      completenessFault(proposal, judgement) ??
      handsFault(known, given) ?? [excellentListReviewed.of(judgement)]
    );
  },
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

function returnedFault(
  { returned }: ExcellentList,
  { panelId, listHash }: Pick<Judgement, 'panelId' | 'listHash'>,
): Rejection | undefined {
  if (returned[panelId]?.listHash !== listHash) return undefined;
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
  decide(state, asked, _given, known) {
    const proposal = closedFault(known.programme) ?? standingProposal(known, asked);
    if (isRejection(proposal)) return proposal;
    const returned = state.returned[asked.panelId];
    if (returned?.listHash === asked.listHash) return again(returned.reason, asked.reason);
    const fault = actedOnFault(state, state.reviews[asked.panelId]);
    return (
      fault ?? [excellentListReturned.of({ ...asked, projects: [...proposal.projects] }, { reason: asked.reason })]
    );
  },
});
