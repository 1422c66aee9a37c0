/** Which sheets count: those that stand, of members who are free to judge the unit. */

import { scoreSheetVoided } from '../../events/evaluation.ts';
import type { PanelId } from '../../events/panel.ts';
import { standingToward } from '../../events/rules/panel.ts';
import { isSheetCounted, type SheetEnd } from '../../events/rules/score-sheets.ts';
import type { EvaluatedProject, EvaluatingPanel } from './reads.ts';
import { currentSheet, type Evaluation, type ScoreSheet } from './state.ts';

/** Why a sheet that stands does not count, or undefined if it does. */
function bar(
  panel: EvaluatingPanel,
  sheet: ScoreSheet,
): (SheetEnd & { readonly how: 'recusal' | 'replacement' }) | undefined {
  const standing = standingToward(panel, sheet.expertId, sheet.uscc);
  if (standing === 'recused') return { how: 'recusal', reason: '专家对该单位回避' };
  if (standing === 'no-member') return { how: 'replacement', reason: '专家已不是技术评定组成员' };
  return undefined;
}

/** In the order of their events, so that inputs can be compared. */
export function countedSheets(state: Evaluation, panel: EvaluatingPanel): readonly ScoreSheet[] {
  return state.sheets
    .filter(sheet => isSheetCounted(panel, sheet))
    .toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1));
}

/** Every sheet that does not count, and why: one that a recusal ends is said to be void before that is written down. */
export function excludedSheets(state: Evaluation, panel: EvaluatingPanel) {
  return state.sheets.flatMap(sheet => {
    const { sheetId, projectId, expertId } = sheet;
    const ended = sheet.ended ?? bar(panel, sheet);
    return ended ? [{ sheetId, projectId, expertId, why: whyOf(ended) }] : [];
  });
}

function whyOf({ how, reason }: SheetEnd): string {
  return how === 'superseded' ? `由后一份评分表取代：${reason}` : `已作废：${reason}`;
}

/** A member who is replaced leaves a sheet on each project: more than one append takes along. */
export const VOIDED_AN_ACT = 100;

/**
 * A recusal ends the sheets of the pair for good: written down with the next act on the evaluation, of more than
 * {@link VOIDED_AN_ACT} the rest with those after it. No sheet that is barred counts, written down or not.
 */
export function voidedByPanel(panelId: PanelId, state: Evaluation, panel: EvaluatingPanel) {
  const ended = state.sheets.flatMap(sheet => {
    const barred = sheet.ended === undefined ? bar(panel, sheet) : undefined;
    return barred ? [{ sheet, barred }] : [];
  });
  return ended.slice(0, VOIDED_AN_ACT).map(({ sheet: { sheetId, projectId, uscc, expertId }, barred }) => {
    const about = { projectId, uscc, expertId };
    const { how: cause, reason } = barred;
    return scoreSheetVoided.of({ panelId, sheetId, projectId, uscc, expertId, cause, reason }, { about });
  });
}

/** Whether the latest aggregation rests on exactly the sheets that count now. */
export function isFresh(state: Evaluation, panel: EvaluatingPanel): boolean {
  const inputs = state.aggregation?.inputs;
  const counted = countedSheets(state, panel);
  return inputs?.length === counted.length && counted.every((sheet, index) => sheet.eventId === inputs[index]);
}

export interface Owed {
  readonly expertId: string;
  readonly projectId: string;
}

/** Pairs that owe a sheet and have neither one nor a recorded absence, among the projects that sheets are taken for. */
export function owedSheets(state: Evaluation, panel: EvaluatingPanel): readonly Owed[] {
  return openProjects(state).flatMap(({ projectId, uscc }) =>
    panel.members
      .filter(expertId => standingToward(panel, expertId, uscc) !== 'recused')
      .filter(expertId => !currentSheet(state, expertId, projectId) && !absenceOf(state, expertId, projectId))
      .map(expertId => ({ expertId, projectId })),
  );
}

/** What is recorded of a member who gives no sheet for a project. */
export function absenceOf(
  state: Evaluation,
  expertId: string,
  projectId: string,
): Evaluation['absences'][number] | undefined {
  return state.absences.find(absence => absence.expertId === expertId && absence.projectId === projectId);
}

/** The projects that sheets can be given for now. */
export function openProjects({ opening, openFor }: Evaluation): readonly EvaluatedProject[] {
  return opening?.projects.filter(project => openFor.includes(project.projectId)) ?? [];
}

/** Projects with fewer sheets that count than the quorum of the panel. */
export function belowQuorum(state: Evaluation, panel: EvaluatingPanel, projects: readonly EvaluatedProject[]) {
  const counted = countedSheets(state, panel);
  return projects
    .filter(({ projectId }) => counted.filter(sheet => sheet.projectId === projectId).length < panel.rules.quorum)
    .map(({ projectId }) => projectId);
}
