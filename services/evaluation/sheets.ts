/** The expert's story (art-20): one sheet a project, replaced only with a reason, while scoring is open. */

import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { scoreSheetSubmitted, scoreSheetSuperseded } from '../../events/evaluation.ts';
import type { ExpertId, ProjectId } from '../../events/ids.ts';
import type { PanelId } from '../../events/panel.ts';
import { yearOfPanel } from '../../events/panel.ts';
import { dueUnderPlan } from '../../events/rules/lateness.ts';
import { standingToward } from '../../events/rules/panel.ts';
import { isAmong, type Persons } from '../../events/rules/persons.ts';
import { isFilledIn } from '../../events/rules/scoring.ts';
import { command, type Given } from '../command.ts';
import { standingOfPerson, twoPersonsFault } from '../persons.ts';
import { isRejection, notFound, type Rejection, refuse } from '../rejection.ts';
import { handlersOf } from '../separation-of-duties.ts';
import {
  type EvaluationHands,
  independenceFault,
  type KnownOfMember,
  notOpened,
  onEvaluation,
  panelOfMember,
  readsOfMember,
} from './guards.ts';
import { type EvaluatedProject, type EvaluatingPanel, type Standard, standardsOf } from './reads.ts';
import { currentSheet, type Evaluation, type ScoreSheet } from './state.ts';

interface OnProject {
  readonly panelId: PanelId;
  readonly projectId: ProjectId;
}

const byExpert = {
  ...onEvaluation,
  allow: ['EXPERT'] as const,
  about: (state: Evaluation, { panelId, projectId }: OnProject, { actor }: Given) => {
    const uscc = state.opening?.projects.find(project => project.projectId === projectId)?.uscc;
    return { year: yearOfPanel(panelId), projectId, expertId: actor.orgId, ...(uscc && { uscc }) };
  },
  reads: (input: OnProject, state: Evaluation, given: Given) => ({
    ...readsOfMember(input, state, given),
    standards: standardsOf(yearOfPanel(input.panelId)),
    standing: standingOfPerson(given.actor),
    handlers: handlersOf([input.projectId]),
  }),
};

interface Known extends KnownOfMember, EvaluationHands {
  readonly standards: readonly Standard[];
}

const content = scoreSheetSubmitted.schema.pick({ panelId: true, projectId: true, scores: true, comment: true });
type Content = z.infer<typeof content>;

export const submitScoreSheet = command({
  ...byExpert,
  name: 'SubmitScoreSheet',
  title: '提交评分表',
  records: [scoreSheetSubmitted],
  summary: 'A panel member scores one project under the standard: once, while scoring is open.',
  input: content,
  gate(state, given, known, on) {
    const own = scorable(state, on, given, known);
    if (isRejection(own) || own.current) return own;
    return hasScored(state, given, known.persons, on.projectId) ? oneSheetEach() : own;
  },
  done: ({ current }) => current !== undefined,
  dueOn: (_own, _given, { programme }) => dueUnderPlan(programme.inForce, 'scoring.closed'),
  decide({ uscc, expertId, standard, current }, input, given) {
    const fault = contentFault(input, standard);
    if (fault) return fault;
    if (current) return saysSame(current, input) ? [] : alreadySubmitted();
    return [scoreSheetSubmitted.of({ ...input, uscc, expertId, sheetId: given.newId })];
  },
});

export const supersedeScoreSheet = command({
  ...byExpert,
  name: 'SupersedeScoreSheet',
  title: '更换评分表',
  records: [scoreSheetSuperseded],
  summary: 'A panel member puts a new sheet in the place of his own, with a reason, while scoring is open.',
  input: scoreSheetSuperseded.schema.pick({
    panelId: true,
    projectId: true,
    scores: true,
    comment: true,
    reason: true,
  }),
  gate(state, given, known, on) {
    const own = scorable(state, on, given, known);
    if (isRejection(own)) return own;
    return own.current ? { ...own, current: own.current } : noSheet();
  },
  decide({ uscc, expertId, standard, current }, input, given) {
    const fault = contentFault(input, standard);
    if (fault) return fault;
    if (saysSame(current, input)) return [];
    const { reason } = input;
    const sheet = { ...input, uscc, expertId, sheetId: given.newId, supersedes: current.sheetId };
    return [scoreSheetSuperseded.of(sheet, { reason })];
  },
});

/** What a member may score, by which standard, and his sheet on it that stands. */
interface Scorable extends EvaluatedProject {
  readonly expertId: ExpertId;
  readonly standard: Standard | undefined;
  readonly current: ScoreSheet | undefined;
}

/**
 * The project, if the caller may score it now. A project of a unit he is recused from is answered as one that is not
 * there, whatever goes on about it.
 */
function scorable(state: Evaluation, { projectId }: OnProject, given: Given, known: Known): Scorable | Rejection {
  const panel = panelOfMember(known, given);
  if (isRejection(panel)) return panel;
  const project = panel.projects.find(candidate => candidate.projectId === projectId);
  if (!project) return notFound();
  const fault = conflictFault(panel, given, project) ?? independenceFault([project], given, known);
  if (fault) return fault;
  if (!state.opening) return notOpened();
  if (!state.opening.projects.some(opened => opened.projectId === projectId)) return notFound();
  if (!state.openFor.includes(projectId)) return closed();
  const { version } = state.opening.standard;
  const expertId = given.actor.orgId as ExpertId;
  return {
    projectId,
    uscc: project.uscc,
    expertId,
    standard: known.standards.find(issued => issued.version === version),
    current: currentSheet(state, expertId, projectId),
  };
}

/** art-18: a declaration before any access; who is recused learns nothing. */
function conflictFault(panel: EvaluatingPanel, { actor }: Given, { uscc }: EvaluatedProject): Rejection | undefined {
  switch (standingToward(panel, actor.orgId, uscc)) {
    case 'free':
      return undefined;
    case 'undeclared':
      return refuse(
        'art-18',
        'declaration-missing',
        '尚未就该单位申明有无利害关系，不得评分',
        'No declaration about this unit has been made',
        'forbidden',
      );
    case 'undecided':
      return refuse(
        'art-18',
        'conflict-undecided',
        '是否回避尚未决定，暂不得评分',
        'Whether the expert is recused has not been decided',
        'forbidden',
      );
    default:
      return notFound();
  }
}

function contentFault({ scores }: Content, standard: Standard | undefined): Rejection | undefined {
  if (standard && isFilledIn(standard, scores)) return undefined;
  return refuse(
    'art-20',
    'sheet-incomplete',
    '应按评定标准逐项评分，且不超过各项满分',
    'A sheet gives points on every criterion of the standard, none above its most',
    'invalid',
  );
}

function saysSame(
  current: Pick<Content, 'scores' | 'comment'>,
  { scores, comment }: Pick<Content, 'scores' | 'comment'>,
) {
  return current.comment === comment && isDeepStrictEqual(current.scores, scores);
}

/** Whether the same person has given a sheet for the project under another id. */
function hasScored({ sheets }: Evaluation, { actor }: Given, persons: Persons, projectId: string): boolean {
  const standing = sheets.filter(sheet => sheet.projectId === projectId && sheet.ended === undefined);
  return isAmong(
    persons,
    actor.accountId,
    standing.map(({ accountId }) => accountId),
  );
}

function oneSheetEach(): Rejection {
  return twoPersonsFault(
    'one-sheet-a-person',
    '每人对同一项目只能提交一份评分表',
    'a person gives one sheet for a project',
    'conflict',
  );
}

function noSheet(): Rejection {
  return refuse('art-20', 'no-sheet', '尚未提交评分表', 'There is no sheet to supersede');
}

function alreadySubmitted(): Rejection {
  return refuse(
    'art-20',
    'sheet-already-submitted',
    '该项目的评分表已提交，更换须说明理由',
    'A sheet for this project stands; supersede it with a reason',
  );
}

function closed(): Rejection {
  return refuse('art-20', 'scoring-closed', '评分已结束', 'Scoring has been closed');
}
