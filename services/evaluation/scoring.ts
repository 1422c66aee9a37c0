/** The authority runs the scoring and never scores (art-19, art-20): open, record absences, close, void, aggregate. */

import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  scoreSheetVoided,
  scoresAggregated,
  scoringAbsenceRecorded,
  scoringClosed,
  scoringOpened,
  scoringReopened,
} from '../../events/evaluation.ts';
import { panelIdSchema, yearOfPanel } from '../../events/panel.ts';
import { dueUnderPlan } from '../../events/rules/lateness.ts';
import { standingToward } from '../../events/rules/panel.ts';
import type { Persons } from '../../events/rules/persons.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import { aggregate } from '../../events/rules/scoring.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command, type Given } from '../command.ts';
import { notFound, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import {
  absenceOf,
  belowQuorum,
  countedSheets,
  excludedSheets,
  type Owed,
  openProjects,
  owedSheets,
  voidedByPanel,
} from './counting.ts';
import {
  evaluationLateness,
  notOpened,
  onEvaluation,
  readsOfPanel,
  refuseUnderPlan,
  scorerFault,
  stillOpen,
  taintFault,
} from './guards.ts';
import { type EvaluatingPanel, forwardedResults, type Standard, standardsOf } from './reads.ts';
import { currentSheet, type Evaluation } from './state.ts';

const DIVERGENCE_POINTS = 20;

const byAuthority = { ...onEvaluation, allow: ['MSR'] as const };
const input = { panelId: panelIdSchema };

export const openScoring = command({
  ...byAuthority,
  name: 'OpenScoring',
  title: '启动评分',
  records: [scoringOpened],
  summary: 'Opens scoring for a constituted panel over its forwarded results, under the latest standard of the year.',
  input: z.strictObject(input),
  reads: asked => ({
    ...readsOfPanel(asked),
    standards: standardsOf(yearOfPanel(asked.panelId)),
    forwarded: forwardedResults(),
  }),
  gate({ opening }, _given, { panel, standards, forwarded }) {
    if (!panel) return notFound();
    return opening ? OPENED : openable(panel, standards.at(-1), forwarded);
  },
  done: passed => passed === OPENED,
  decide(passed, { panelId }) {
    if (passed === OPENED) return [];
    return [scoringOpened.of({ panelId, year: yearOfPanel(panelId), ...passed })];
  },
});

const OPENED = 'opened';

/** What scoring would be opened over, and by which standard; or why it cannot be. */
function openable(
  { status, projects: before }: EvaluatingPanel,
  standard: Standard | undefined,
  forwarded: readonly string[],
): Pick<NonNullable<Evaluation['opening']>, 'standard' | 'projects' | 'leftOut'> | Rejection {
  if (status !== 'constituted') return notConstituted();
  if (!standard) return noStandard();
  const projects = before
    .filter(({ projectId }) => forwarded.includes(projectId))
    .map(({ projectId, uscc }) => ({ projectId, uscc }));
  if (projects.length === 0) return nothingForwarded();
  const leftOut = before.map(({ projectId }) => projectId).filter(id => !forwarded.includes(id));
  const { version, hash } = standard;
  return { standard: { version, hash }, projects, leftOut };
}

function notConstituted(): Rejection {
  return refuse(
    'art-18',
    'panel-not-constituted',
    '技术评定组尚未组建或已解散，不得启动评分',
    'The panel is not constituted',
  );
}

function noStandard(): Rejection {
  return refuse(
    'art-19',
    'standard-not-issued',
    '评定标准尚未发布，不得启动评分',
    'The evaluation standard has not been published',
  );
}

function nothingForwarded(): Rejection {
  return refuse(
    'art-17b',
    'no-forwarded-results',
    '该技术评定组没有已报送的成果',
    'None of the panel’s results has been forwarded',
  );
}

export const recordScoringAbsence = command({
  ...byAuthority,
  name: 'RecordScoringAbsence',
  title: '记录未评分',
  records: [scoringAbsenceRecorded],
  summary: 'Records, with a reason, that a member gives no sheet for a project; a sheet that still comes replaces it.',
  input: scoringAbsenceRecorded.schema,
  about: (state, { panelId, projectId, expertId }) => ({
    ...onEvaluation.about(state, { panelId }),
    projectId,
    expertId,
  }),
  names: ['expertId'],
  reads: readsOfPanel,
  gate(state, given, known, { expertId, projectId }) {
    const { panel } = known;
    if (!panel) return notFound();
    const fault = openingFault(state) ?? scorerFault(state, given, known);
    if (fault) return fault;
    const project = openProjects(state).find(open => open.projectId === projectId);
    const standing = project && standingToward(panel, expertId, project.uscc);
    if (!standing || standing === 'no-member' || standing === 'recused') return notFound();
    const earlier = absenceOf(state, expertId, projectId);
    if (earlier || !currentSheet(state, expertId, projectId)) return { earlier };
    return refuse('art-20', 'sheet-already-submitted', '该成员已提交评分表', 'The member has submitted a sheet');
  },
  done: ({ earlier }) => earlier !== undefined,
  decide({ earlier }, absence) {
    const { reason } = absence;
    return earlier ? again(earlier.reason, reason) : [scoringAbsenceRecorded.of(absence, { reason })];
  },
});

function openingFault(state: Evaluation): Rejection | undefined {
  if (!state.opening) return notOpened();
  if (state.openFor.length > 0) return undefined;
  return refuse('art-20', 'scoring-closed', '评分已结束', 'Scoring has been closed');
}

function closingFault(state: Evaluation, given: Given, known: { readonly persons: Persons }): Rejection | undefined {
  if (!state.opening) return notOpened();
  if (state.openFor.length > 0) return stillOpen();
  return scorerFault(state, given, known);
}

export const closeScoring = command({
  ...byAuthority,
  name: 'CloseScoring',
  title: '结束评分',
  records: [scoreSheetVoided, scoringClosed],
  summary:
    'Closes scoring once every unconflicted member has a sheet or a recorded absence, and each project its quorum.',
  input: z.strictObject(input),
  reads: readsOfPanel,
  gate(state, given, known) {
    const { panel, programme } = known;
    if (!panel) return notFound();
    if (!state.opening) return notOpened();
    const passed = { state, panel };
    if (isClosed(state)) return passed;
    return (
      scorerFault(state, given, known) ??
      owedFault(owedSheets(state, panel)) ??
      quorumFault(belowQuorum(state, panel, openProjects(state)), panel, programme) ??
      passed
    );
  },
  done: ({ state }) => isClosed(state),
  dueOn: (_passed, _given, { programme }) => dueUnderPlan(programme.inForce, 'scoring.closed'),
  decide({ state, panel }, { panelId }, given, { programme }) {
    if (isClosed(state)) return [];
    const counts = { sheets: countedSheets(state, panel).length, absences: state.absences.length };
    const deviations = evaluationLateness(programme, 'scoring.closed', given);
    return [...voidedByPanel(panelId, state, panel), scoringClosed.of({ panelId, ...counts }, { deviations })];
  },
});

const isClosed = ({ openFor }: Evaluation) => openFor.length === 0;

function owedFault(owed: readonly Owed[]): Rejection | undefined {
  if (owed.length === 0) return undefined;
  const some = owed.slice(0, 5).map(({ expertId, projectId }) => `${expertId} ${projectId}`);
  return refuse(
    'art-20',
    'sheets-missing',
    `还有 ${owed.length} 份评分表未提交且未记录未评分原因，如：${some.join('；')}`,
    `${owed.length} sheets are missing without a recorded absence, e.g. ${some.join('; ')}`,
  );
}

function quorumFault(
  below: readonly string[],
  panel: EvaluatingPanel,
  programme: ProgrammeYear,
): Rejection | undefined {
  if (below.length === 0) return undefined;
  return refuseUnderPlan(
    programme,
    'options.panel.quorum',
    'quorum-not-met',
    `有效评分表不足 ${panel.rules.quorum} 份，应递补专家：${below.join('、')}`,
    `Fewer than ${panel.rules.quorum} sheets count, replace experts: ${below.join(', ')}`,
  );
}

export const reopenScoring = command({
  ...byAuthority,
  name: 'ReopenScoring',
  title: '补充评分',
  records: [scoreSheetVoided, scoringReopened],
  summary:
    'Takes sheets again for projects that recusals or voided sheets have left below the quorum, and for no other.',
  input: z.strictObject({ ...input, reason: paragraphSchema }),
  reads: readsOfPanel,
  gate(state, given, known) {
    const { panel, programme } = known;
    if (!panel) return notFound();
    const fault = closingFault(state, given, known);
    if (fault) return fault;
    const projects = belowQuorum(state, panel, state.opening?.projects ?? []);
    return projects.length > 0 ? { state, panel, projects } : nothingToReopen(programme);
  },
  decide({ state, panel, projects }, { panelId, reason }) {
    return [...voidedByPanel(panelId, state, panel), scoringReopened.of({ panelId, projects, reason }, { reason })];
  },
});

function nothingToReopen(programme: ProgrammeYear): Rejection {
  return refuseUnderPlan(
    programme,
    'options.panel.quorum',
    'nothing-to-reopen',
    '各项目有效评分表均达到要求，不得重新评分',
    'Every project has its quorum of sheets: there is nothing to score again',
  );
}

export const voidScoreSheet = command({
  ...byAuthority,
  name: 'VoidScoreSheet',
  title: '作废评分表',
  records: [scoreSheetVoided],
  summary: 'After closing, takes a sheet out of every average, with a reason; aggregate again afterwards.',
  input: scoreSheetVoided.schema.pick({ panelId: true, sheetId: true, reason: true }),
  about: (state, { panelId, sheetId }) => ({
    ...onEvaluation.about(state, { panelId }),
    ...aboutSheet(state, sheetId),
  }),
  reads: readsOfPanel,
  gate(state, given, known, { sheetId }) {
    const fault = closingFault(state, given, known);
    return fault ?? state.sheets.find(candidate => candidate.sheetId === sheetId) ?? notFound();
  },
  done: ({ ended }) => ended !== undefined,
  decide(sheet, { panelId, sheetId, reason }) {
    // One that a later sheet or a recusal has ended is out already, for reasons of its own.
    if (sheet.ended) return sheet.ended.how === 'decision' ? again(sheet.ended.reason, reason) : [];
    const { projectId, uscc, expertId } = sheet;
    return [
      scoreSheetVoided.of({ panelId, sheetId, projectId, uscc, expertId, cause: 'decision', reason }, { reason }),
    ];
  },
});

function aboutSheet(state: Evaluation, sheetId: string) {
  const sheet = state.sheets.find(candidate => candidate.sheetId === sheetId);
  return sheet && { projectId: sheet.projectId, uscc: sheet.uscc, expertId: sheet.expertId };
}

export const aggregateScores = command({
  ...byAuthority,
  name: 'AggregateScores',
  title: '汇总评分',
  records: [scoreSheetVoided, scoresAggregated],
  summary: 'Computes the ranking from the sheets that count, and names them; anyone can compute it again.',
  input: z.strictObject(input),
  reads: asked => ({ ...readsOfPanel(asked), standards: standardsOf(yearOfPanel(asked.panelId)) }),
  gate(state, given, known, { panelId }) {
    const { panel, programme, standards, taints } = known;
    if (!panel) return notFound();
    const fault = closingFault(state, given, known);
    if (fault) return fault;
    const standard = standards.find(({ version }) => version === state.opening?.standard.version);
    if (!standard) return notFound();
    const computed = computedFrom(state, panel, standard, divergenceLimit(programme));
    const round = state.aggregation?.round ?? 0;
    const stands = isDeepStrictEqual(state.aggregation, { ...computed, panelId, round });
    const passed = { state, panel, stands, aggregation: { ...computed, panelId, round: round + 1 } };
    return stands ? (taintFault(state, taints) ?? passed) : passed;
  },
  done: ({ stands }) => stands,
  decide({ state, panel, stands, aggregation }, { panelId }) {
    return stands ? [] : [...voidedByPanel(panelId, state, panel), scoresAggregated.of(aggregation)];
  },
});

function divergenceLimit({ inForce }: ProgrammeYear): number {
  return inForce?.plan.options.divergencePoints ?? DIVERGENCE_POINTS;
}

function computedFrom(state: Evaluation, panel: EvaluatingPanel, standard: Standard, divergencePoints: number) {
  const sheets = countedSheets(state, panel);
  const { year, version, hash } = standard;
  const scored = new Set(sheets.map(({ projectId }) => projectId));
  const projects = state.opening?.projects.map(({ projectId }) => projectId) ?? [];
  return {
    standard: { year, version, hash },
    algorithmVersion: standard.algorithm,
    divergencePoints,
    inputs: sheets.map(({ eventId }) => eventId),
    excluded: excludedSheets(state, panel),
    results: aggregate(standard, sheets, divergencePoints),
    unscored: projects.filter(projectId => !scored.has(projectId)),
  };
}
