/** R-O8: how far scoring has come, without a score; and what one expert still has to do. */
import { z } from 'zod';
import { scoreSheetSubmitted } from '../../events/evaluation.ts';
import { isMember, isRecused, seesUnit } from '../../events/rules/panel.ts';
import { instantSchema } from '../../events/time.ts';
import { type PanelRow, panels } from '../panel/panels.ts';
import type { Page, Reader } from '../ports.ts';
import { load, parsed } from '../query.ts';
import {
  type EvaluationRow,
  evaluationRowSchema,
  evaluationStateSchema,
  evaluations,
  sheetsOf,
} from './evaluations.ts';
import type { SheetRow } from './sheets.ts';

export const panelSummarySchema = z.strictObject({
  panelId: z.string(),
  year: z.int(),
  state: evaluationStateSchema,
  since: instantSchema,
  projects: z.int(),
  round: z.int(),
  proposals: z.int(),
});

export async function evaluationsOf(
  reader: Reader,
  year: number,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof panelSummarySchema>[] }> {
  const page = await reader.find(evaluations, { where: { year }, ...asked });
  const items = parsed(evaluations, page).map(({ panelId, state, since, projects, round, proposals }) => {
    return { panelId, year, state, since, projects: projects.length, round, proposals: proposals.length };
  });
  return { page, items };
}

export const panelProgressSchema = z.strictObject({
  panelId: z.string(),
  state: evaluationStateSchema,
  since: instantSchema,
  due: z.int(),
  given: z.int(),
  absent: z.int(),
  projects: z.array(
    z.strictObject({
      projectId: z.string(),
      title: z.string(),
      /** Members without a recusal from the unit. */
      due: z.int(),
      given: z.int(),
      absent: z.array(z.string()),
      missing: z.array(z.string()),
    }),
  ),
});
type Progress = z.infer<typeof panelProgressSchema>;

export interface Scene {
  readonly evaluation: EvaluationRow;
  readonly panel: PanelRow;
  readonly sheets: readonly SheetRow[];
}

/** Everything about one panel's evaluation, or nothing before scoring is opened. */
export async function sceneOf(reader: Reader, panelId: string): Promise<Scene | undefined> {
  const [evaluation, panel] = await Promise.all([load(reader, evaluations, panelId), load(reader, panels, panelId)]);
  return evaluation && panel && { evaluation, panel, sheets: await sheetsOf(reader, panelId) };
}

export async function progressOf(reader: Reader, panelId: string): Promise<Progress | undefined> {
  const scene = await sceneOf(reader, panelId);
  if (!scene) return undefined;
  const { state, since } = scene.evaluation;
  const projects = scene.evaluation.projects.map(project => progressOn(scene, project));
  return {
    panelId,
    state,
    since,
    due: sum(projects.map(project => project.due)),
    given: sum(projects.map(project => project.given)),
    absent: sum(projects.map(project => project.absent.length)),
    projects,
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function progressOn({ evaluation, panel, sheets }: Scene, project: EvaluationRow['projects'][number]) {
  const { projectId, uscc } = project;
  const dueFrom = panel.standing.members.filter(expertId => !isRecused(panel.standing, { expertId, uscc }));
  const standing = sheets.filter(sheet => sheet.projectId === projectId && !sheet.ended);
  const without = dueFrom.filter(expertId => !standing.some(sheet => sheet.expertId === expertId));
  const absent = without.filter(expertId =>
    evaluation.absences.some(absence => absence.expertId === expertId && absence.projectId === projectId),
  );
  return {
    projectId,
    title: projectTitleOf(panel, projectId),
    due: dueFrom.length,
    given: dueFrom.length - without.length,
    absent,
    missing: without.filter(expertId => !absent.includes(expertId)),
  };
}

export function projectTitleOf({ standing }: PanelRow, projectId: string): string {
  return standing.projects.find(project => project.projectId === projectId)?.title ?? '';
}

const ownSheetSchema = scoreSheetSubmitted.schema
  .pick({ sheetId: true, scores: true, comment: true })
  .extend({ at: instantSchema });

export const assignmentsSchema = z.strictObject({
  panelId: z.string(),
  standard: z.strictObject({ year: z.int(), version: z.int(), hash: z.string() }),
  assignments: z.array(
    z.strictObject({
      projectId: z.string(),
      title: z.string(),
      open: z.boolean(),
      /** His own, and nobody else's. */
      sheet: ownSheetSchema.optional(),
    }),
  ),
});

/** What an expert scores: the projects of units that he is free toward, as if there were no others. */
export async function assignmentsOf(
  reader: Reader,
  panelId: string,
  expertId: string,
): Promise<z.infer<typeof assignmentsSchema> | undefined> {
  const scene = await sceneOf(reader, panelId);
  if (!scene || !isMember(scene.panel.standing, expertId)) return undefined;
  const { evaluation, panel, sheets } = scene;
  const own = sheets.filter(sheet => sheet.expertId === expertId && !sheet.ended);
  return {
    panelId,
    standard: { year: evaluation.year, ...evaluation.standard },
    assignments: evaluation.projects
      .filter(({ uscc }) => seesUnit(panel.standing, { expertId, uscc }))
      .map(({ projectId }) => {
        const sheet = own.find(candidate => candidate.projectId === projectId);
        return {
          projectId,
          title: projectTitleOf(panel, projectId),
          open: evaluation.openFor.includes(projectId),
          ...(sheet && { sheet: ownView(sheet) }),
        };
      }),
  };
}

function ownView({ sheetId, scores, comment, at }: SheetRow): z.infer<typeof ownSheetSchema> {
  return { sheetId, scores, comment, at };
}

export const listSchema = evaluationRowSchema.pick({ draft: true, proposals: true });

/** The list as it is drafted and as it was proposed; to an expert only if he is free toward every unit (D-24). */
export async function panelListOf(
  reader: Reader,
  panelId: string,
  expertId: string | undefined,
): Promise<z.infer<typeof listSchema> | undefined> {
  const scene = await sceneOf(reader, panelId);
  if (!scene) return undefined;
  const { panel, evaluation } = scene;
  const speaks = (id: string) =>
    panel.standing.projects.every(({ uscc }) => seesUnit(panel.standing, { expertId: id, uscc }));
  if (expertId !== undefined && !speaks(expertId)) return undefined;
  const { draft, proposals } = evaluation;
  return { ...(draft && { draft }), proposals };
}
