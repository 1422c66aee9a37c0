/** R-S4: where a project's score comes from, and whether every sheet was given by someone who might give it. */
import { z } from 'zod';
import { comparePositions } from '../../events/ids.ts';
import { scoreSchema, totalOf } from '../../events/rules/scoring.ts';
import { type PersonRow, people } from '../enforcement/people.ts';
import { momentSchema, type PanelRow, pairMomentsSchema, panels } from '../panel/panels.ts';
import type { Reader } from '../ports.ts';
import { all, load, loadMany } from '../query.ts';
import { aggregationOf, evaluations } from './evaluations.ts';
import { type SheetRow, scoreSheets, sheetRowSchema } from './sheets.ts';
import { standardAt } from './standards.ts';

type Moment = z.infer<typeof momentSchema>;

const tracedSheetSchema = sheetRowSchema.extend({
  total: scoreSchema.optional(),
  /** Whether the latest aggregation counts it. */
  counted: z.boolean(),
  pair: pairMomentsSchema,
  undertaking: momentSchema.optional(),
  /** Declared none, not recused, and bound to secrecy, at the moment the sheet was given. */
  sound: z.boolean(),
});

export const provenanceSchema = z.strictObject({
  projectId: z.string(),
  panels: z.array(
    z.strictObject({
      panelId: z.string(),
      round: z.int(),
      aggregatedBy: z.string().optional(),
      score: scoreSchema.optional(),
      rank: z.int().optional(),
      sheets: z.array(tracedSheetSchema),
    }),
  ),
});

export async function provenanceOf(
  reader: Reader,
  projectId: string,
): Promise<z.infer<typeof provenanceSchema> | undefined> {
  const sheets = await all(reader, scoreSheets, { projectId });
  if (sheets.length === 0) return undefined;
  const panelIds = [...new Set(sheets.map(({ panelId }) => panelId as string))].sort();
  const panels = panelIds.map(panelId => tracedIn(reader, panelId, sheets));
  return { projectId, panels: (await Promise.all(panels)).filter(traced => traced !== undefined) };
}

async function tracedIn(reader: Reader, panelId: string, allSheets: readonly SheetRow[]) {
  const [evaluation, panel] = await Promise.all([load(reader, evaluations, panelId), load(reader, panels, panelId)]);
  if (!evaluation || !panel) return undefined;
  const sheets = allSheets.filter(sheet => sheet.panelId === panelId);
  const recorded = await aggregationOf(reader, panelId, evaluation.round);
  const standard = await standardAt(reader, { year: evaluation.year, version: evaluation.standard.version });
  const signed = await loadMany(reader, people, [...new Set(sheets.map(({ accountId }) => accountId))]);
  const result = recorded?.results.find(scored => scored.projectId === sheets[0]?.projectId);
  return {
    panelId,
    round: evaluation.round,
    ...(recorded && { aggregatedBy: recorded.eventId }),
    ...(result && { score: result.score, rank: result.rank }),
    sheets: sheets.map(sheet => ({
      ...traced(panel, sheet, firstAsExpert(signed.get(sheet.accountId))),
      ...(standard && { total: totalOf(standard, sheet) }),
      counted: recorded?.inputs.includes(sheet.eventId) ?? false,
    })),
  };
}

/** When he first undertook secrecy as an expert (art-26). */
function firstAsExpert(person: PersonRow | undefined): Moment | undefined {
  const first = person?.signed.find(({ role }) => role === 'EXPERT');
  return first && { at: first.recordedAt, position: first.position, eventId: first.eventId };
}

function traced(panel: PanelRow, sheet: SheetRow, undertaking: Moment | undefined) {
  const pair = panel.moments[sheet.expertId]?.[sheet.uscc] ?? {};
  const before = (moment: Moment | undefined) =>
    moment !== undefined && comparePositions(moment.position, sheet.position) < 0;
  const sound = before(pair.declared) && pair.declared?.word === 'none' && !before(pair.recused) && before(undertaking);
  return { ...sheet, pair, ...(undertaking && { undertaking }), sound };
}
