/** art-19: whether the panel judged evenly — each judge's load and leniency, and where judges disagree. */
import { z } from 'zod';
import { isRecused } from '../../events/rules/panel.ts';
import { leniency, scoreSchema } from '../../events/rules/scoring.ts';
import type { Reader } from '../ports.ts';
import { aggregationOf } from './evaluations.ts';
import { projectTitleOf, sceneOf } from './progress.ts';
import { inputsOf } from './ranking.ts';
import { standardAt } from './standards.ts';

export const fairnessSchema = z.strictObject({
  panelId: z.string(),
  round: z.int(),
  /** One standard for all results of the panel. */
  standard: z.strictObject({ year: z.int(), version: z.int(), hash: z.string() }),
  judges: z.array(
    z.strictObject({
      expertId: z.string(),
      assigned: z.int(),
      recusedProjects: z.int(),
      absences: z.int(),
      counted: z.int(),
      superseded: z.int(),
      voided: z.int(),
      /** Mean of his totals less the means of their projects: below zero for a severe judge. */
      leniency: scoreSchema.optional(),
    }),
  ),
  divergencePoints: z.int(),
  divergences: z.array(
    z.strictObject({ projectId: z.string(), title: z.string(), spread: scoreSchema, note: z.string().optional() }),
  ),
});

export async function fairnessOf(reader: Reader, panelId: string): Promise<z.infer<typeof fairnessSchema> | undefined> {
  const scene = await sceneOf(reader, panelId);
  const recorded = scene && (await aggregationOf(reader, panelId, scene.evaluation.round));
  const standard = recorded && (await standardAt(reader, recorded.standard));
  if (!recorded || !standard) return undefined;
  const { evaluation, panel, sheets } = scene;
  const inputs = inputsOf(sheets, recorded);
  const lenient = leniency(standard, inputs);
  const experts = [...new Set([...panel.standing.members, ...sheets.map(({ expertId }) => expertId as string)])].sort();
  return {
    panelId,
    round: recorded.round,
    standard: recorded.standard,
    judges: experts.map(expertId => {
      const own = sheets.filter(sheet => sheet.expertId === expertId);
      const recused = evaluation.projects.filter(({ uscc }) => isRecused(panel.standing, { expertId, uscc })).length;
      const level = lenient.get(expertId);
      return {
        expertId,
        assigned: evaluation.projects.length - recused,
        recusedProjects: recused,
        absences: evaluation.absences.filter(absence => absence.expertId === expertId).length,
        counted: inputs.filter(sheet => sheet.expertId === expertId).length,
        superseded: own.filter(({ ended }) => ended?.how === 'superseded').length,
        voided: own.filter(({ ended }) => ended !== undefined && ended.how !== 'superseded').length,
        ...(level !== undefined && { leniency: level }),
      };
    }),
    divergencePoints: recorded.divergencePoints,
    divergences: recorded.results
      .filter(({ divergent }) => divergent)
      .map(({ projectId, spread }) => {
        const note = evaluation.notes[projectId];
        return { projectId, title: projectTitleOf(panel, projectId), spread, ...(note !== undefined && { note }) };
      }),
  };
}
