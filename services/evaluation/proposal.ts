/** The panel's word on the ranking (art-20): divergences, completion, and the list, which members sign and propose. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../events/canonical.ts';
import type { Actor, Deviation } from '../../events/envelope.ts';
import {
  divergenceNoted,
  excellentListDrafted,
  excellentListProposed,
  excellentListSigned,
  technicalEvaluationCompleted,
} from '../../events/evaluation.ts';
import { type ExpertId, projectIdSchema } from '../../events/ids.ts';
import { type PanelId, panelIdSchema, yearOfPanel } from '../../events/panel.ts';
import { dueUnderPlan } from '../../events/rules/lateness.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command, type Given } from '../command.ts';
import { type Exclusions, exclusionsNow, stopFault } from '../exclusion.ts';
import { isRejection, notFound, type Rejection, refuse } from '../rejection.ts';
import { belowQuorum } from './counting.ts';
import {
  evaluationLateness,
  isFreeTowardAll,
  onEvaluation,
  panelOfSpeaker,
  readsOfSpeaker,
  refuseUnderPlan,
  soundAggregation,
} from './guards.ts';
import type { EvaluatingPanel, Taints } from './reads.ts';
import type { Aggregation, DraftList, Evaluation } from './state.ts';

const bySpeaker = { ...onEvaluation, allow: ['EXPERT'] as const, reads: readsOfSpeaker };
const input = { panelId: panelIdSchema };

/** An aggregation that decisions may rest on, and the panel of the member who speaks on it. */
interface Spoken {
  readonly panel: EvaluatingPanel;
  readonly aggregation: Aggregation;
}

type KnownOfSpeaker = Parameters<typeof panelOfSpeaker>[0] & { readonly taints: Taints };

function aggregated(state: Evaluation, given: Given, known: KnownOfSpeaker): Spoken | Rejection {
  const panel = panelOfSpeaker(known, given);
  if (isRejection(panel)) return panel;
  const aggregation = soundAggregation(state, panel, known.taints);
  return isRejection(aggregation) ? aggregation : { panel, aggregation };
}

const isCompleted = ({ completedRound }: Evaluation, { round }: Aggregation) => completedRound === round;

export const noteDivergence = command({
  ...bySpeaker,
  name: 'NoteDivergence',
  title: '说明评分分歧',
  records: [divergenceNoted],
  summary: 'The panel’s word on a project whose sheets lie further apart than the work plan allows.',
  input: divergenceNoted.schema.omit({ round: true }),
  about: (state, { panelId, projectId }) => ({ ...onEvaluation.about(state, { panelId }), projectId }),
  gate(state, given, known, { projectId }) {
    const spoken = aggregated(state, given, known);
    if (isRejection(spoken)) return spoken;
    const { round, results } = spoken.aggregation;
    const result = results.find(candidate => candidate.projectId === projectId);
    if (!result) return notFound();
    return result.divergent ? { round, noted: state.notes[projectId] } : notDivergent(known.programme);
  },
  done: ({ noted }) => noted !== undefined,
  decide({ round, noted }, { panelId, projectId, note }) {
    return noted === note ? [] : [divergenceNoted.of({ panelId, round, projectId, note })];
  },
});

function notDivergent(programme: ProgrammeYear): Rejection {
  return refuseUnderPlan(
    programme,
    'options.divergencePoints',
    'not-divergent',
    '该项目评分分歧未超过规定范围',
    'The sheets on this project do not diverge',
  );
}

export const completeTechnicalEvaluation = command({
  ...bySpeaker,
  name: 'CompleteTechnicalEvaluation',
  title: '完成技术评定',
  records: [technicalEvaluationCompleted],
  summary: 'The panel completes the technical evaluation on the latest aggregation, all divergences explained.',
  input: z.strictObject(input),
  gate(state, given, known) {
    const spoken = aggregated(state, given, known);
    if (isRejection(spoken)) return spoken;
    const { panel, aggregation } = spoken;
    const passed = { aggregation, completed: isCompleted(state, aggregation) };
    if (passed.completed) return passed;
    return (
      unexplainedFault(state, aggregation, known.programme) ?? quorumFault(state, panel, known.programme) ?? passed
    );
  },
  done: ({ completed }) => completed,
  dueOn: (_passed, _given, { programme }) => dueUnderPlan(programme.inForce, 'technical-evaluation.completed'),
  decide({ aggregation: { round, results }, completed }, { panelId }, given, known) {
    if (completed) return [];
    const projects = results.map(({ projectId }) => projectId);
    const deviations = evaluationLateness(known.programme, 'technical-evaluation.completed', given);
    return [technicalEvaluationCompleted.of({ panelId, year: yearOfPanel(panelId), round, projects }, { deviations })];
  },
});

function unexplainedFault(
  state: Evaluation,
  { results }: Aggregation,
  programme: ProgrammeYear,
): Rejection | undefined {
  const open = results.filter(({ projectId, divergent }) => divergent && state.notes[projectId] === undefined);
  if (open.length === 0) return undefined;
  const ids = open.map(({ projectId }) => projectId);
  return refuseUnderPlan(
    programme,
    'options.divergencePoints',
    'divergence-unexplained',
    `评分分歧较大，技术评定组尚未说明：${ids.join('、')}`,
    `The panel has not explained the divergence on: ${ids.join(', ')}`,
  );
}

function quorumFault(state: Evaluation, panel: EvaluatingPanel, programme: ProgrammeYear): Rejection | undefined {
  const below = belowQuorum(state, panel, state.opening?.projects ?? []);
  if (below.length === 0) return undefined;
  return refuseUnderPlan(
    programme,
    'options.panel.quorum',
    'quorum-not-met',
    `有效评分表不足 ${panel.rules.quorum} 份，应补充评分：${below.join('、')}`,
    `Fewer than ${panel.rules.quorum} sheets count, reopen scoring: ${below.join(', ')}`,
  );
}

/** The technical evaluation once it is complete, as a member speaks on it; or why it is not. */
function completed(state: Evaluation, given: Given, known: KnownOfSpeaker): Spoken | Rejection {
  const spoken = aggregated(state, given, known);
  if (isRejection(spoken) || isCompleted(state, spoken.aggregation)) return spoken;
  return refuse(
    'art-20',
    'evaluation-not-completed',
    '技术评定尚未完成，不得提出建议名单',
    'The technical evaluation is not complete',
  );
}

const withExclusions = (asked: { readonly panelId: PanelId }, state: Evaluation, given: Given) => ({
  ...readsOfSpeaker(asked, state, given),
  exclusions: exclusionsNow,
});

/** A project stopped for fraud goes no further (D-34). */
function stopped(projects: readonly string[], exclusions: Exclusions): Rejection | undefined {
  return projects.map(projectId => stopFault(exclusions, projectId)).find(fault => fault !== undefined);
}

export const draftExcellentList = command({
  ...bySpeaker,
  name: 'DraftExcellentList',
  title: '拟定优秀成果建议名单',
  records: [excellentListDrafted],
  summary:
    'A member draws up the list of evaluated projects and the minutes for the others to sign; it replaces a draft.',
  input: z.strictObject({
    ...input,
    projects: z.array(projectIdSchema).min(1).max(2000),
    minutes: paragraphSchema,
  }),
  reads: withExclusions,
  gate(state, given, known) {
    const spoken = completed(state, given, known);
    return isRejection(spoken) ? spoken : { ...spoken.aggregation, draft: state.draft };
  },
  decide({ round, results, draft }, { panelId, projects, minutes }, _given, known) {
    const strangers = projects.filter(id => !results.some(({ projectId }) => projectId === id));
    if (strangers.length > 0) {
      return refuse(
        'art-20',
        'not-evaluated',
        `未经技术评定的项目不得列入建议名单：${strangers.join('、')}`,
        `Only evaluated projects can be proposed, not: ${strangers.join(', ')}`,
      );
    }
    const fault = stopped(projects, known.exclusions);
    if (fault) return fault;
    const list = results
      .filter(({ projectId }) => projects.includes(projectId))
      .map(({ projectId, rank, score }) => ({ projectId, rank, score }));
    const listHash = hash('sha256', canonicalJson({ panelId, round, list, minutes }), 'hex');
    if (draft?.listHash === listHash) return [];
    return [excellentListDrafted.of({ panelId, year: yearOfPanel(panelId), round, list, minutes, listHash })];
  },
});

interface Drafted extends Spoken {
  readonly draft: DraftList;
}

/** The draft that members sign and propose. */
function drafted(state: Evaluation, given: Given, known: KnownOfSpeaker): Drafted | Rejection {
  const spoken = completed(state, given, known);
  if (isRejection(spoken)) return spoken;
  return state.draft ? { ...spoken, draft: state.draft } : listChanged();
}

function listChanged(): Rejection {
  return refuse('art-20', 'list-changed', '建议名单已变更或尚未拟定', 'This is not the list that is drafted now');
}

const ofList = excellentListSigned.schema.pick({ panelId: true, listHash: true });

export const signExcellentList = command({
  ...bySpeaker,
  name: 'SignExcellentList',
  title: '签署优秀成果建议名单',
  records: [excellentListSigned],
  summary: 'A member signs exactly the list and minutes that the hash stands for.',
  input: ofList,
  about: (state, asked, { actor }) => ({ ...onEvaluation.about(state, asked), expertId: actor.orgId }),
  gate: drafted,
  done: ({ draft }, { actor }) => hasSignedDraft(draft, actor),
  decide({ draft }, { panelId, listHash }, { actor }) {
    if (draft.listHash !== listHash) return listChanged();
    if (hasSignedDraft(draft, actor)) return [];
    return [excellentListSigned.of({ panelId, expertId: actor.orgId as ExpertId, listHash })];
  },
});

const hasSignedDraft = ({ signatures }: DraftList, { orgId }: Actor) =>
  signatures.some(({ expertId }) => expertId === orgId);

export const proposeExcellentList = command({
  ...bySpeaker,
  name: 'ProposeExcellentList',
  title: '提出优秀成果建议名单',
  records: [excellentListProposed],
  summary: 'The panel proposes the list that enough of its members have signed.',
  input: ofList,
  reads: withExclusions,
  gate(state, given, known) {
    const asDrafted = drafted(state, given, known);
    if (isRejection(asDrafted)) return asDrafted;
    const { panel, draft, aggregation } = asDrafted;
    const signatures = draft.signatures.filter(({ expertId }) => isFreeTowardAll(panel, expertId));
    const proposed = state.proposed === draft.listHash;
    const passed = { panel, draft, signatures, proposed, round: aggregation.round };
    if (proposed) return passed;
    const projects = draft.list.map(({ projectId }) => projectId);
    return stopped(projects, known.exclusions) ?? signatureFault(signatures.length, panel, known.programme) ?? passed;
  },
  done: ({ proposed }) => proposed,
  decide({ panel, draft, signatures, proposed, round }, { panelId, listHash }, _given, { programme }) {
    if (draft.listHash !== listHash) return listChanged();
    if (proposed) return [];
    const { list, minutes } = draft;
    const deviations = fewSignatures(signatures.length, panel, programme);
    const proposal = {
      panelId,
      year: yearOfPanel(panelId),
      round,
      list,
      minutes,
      listHash,
      signatures,
    };
    return [excellentListProposed.of(proposal, { deviations })];
  },
});

/** The quorum signs; where recusals leave fewer members free toward every unit, all of those do. */
function signatureFault(signed: number, panel: EvaluatingPanel, programme: ProgrammeYear): Rejection | undefined {
  const free = panel.members.filter(expertId => isFreeTowardAll(panel, expertId)).length;
  const needed = Math.min(panel.rules.quorum, free);
  if (signed >= needed) return undefined;
  return refuseUnderPlan(
    programme,
    'options.panel.quorum',
    'signatures-missing',
    `建议名单须由至少 ${needed} 名无须回避的成员签署，现有 ${signed} 名`,
    `At least ${needed} members free of recusal must sign the list; ${signed} have`,
  );
}

function fewSignatures(signed: number, panel: EvaluatingPanel, { inForce }: ProgrammeYear): Deviation[] {
  if (!inForce || signed >= panel.rules.quorum) return [];
  const { year, version } = inForce;
  return [
    {
      code: 'few-signatures',
      basis: { plan: year, version, item: 'options.panel.quorum' },
      zh: `因回避，签署建议名单的成员 ${signed} 名，少于规定的 ${panel.rules.quorum} 名`,
      en: `For recusals, ${signed} members signed the list, fewer than the quorum of ${panel.rules.quorum}`,
    },
  ];
}
