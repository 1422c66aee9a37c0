/** The ranking, for those who may know it, and the re-run that shows it can be trusted. */
import { z } from 'zod';
import { canonicalJson } from '../../events/canonical.ts';
import { scoredSchema } from '../../events/evaluation.ts';
import { isMember, seesUnit } from '../../events/rules/panel.ts';
import { isSheetCounted } from '../../events/rules/score-sheets.ts';
import { aggregate } from '../../events/rules/scoring.ts';
import { instantSchema } from '../../events/time.ts';
import type { Reader } from '../ports.ts';
import { type AggregationRow, aggregationOf, aggregationRowSchema } from './evaluations.ts';
import { projectTitleOf, type Scene, sceneOf } from './progress.ts';
import type { SheetRow } from './sheets.ts';
import { standardAt } from './standards.ts';

const rankedSchema = scoredSchema.extend({ title: z.string() });

export const rankingSchema = z.strictObject({
  panelId: z.string(),
  year: z.int(),
  results: z.array(rankedSchema),
  /** Only for those who oversee. */
  aggregation: z
    .strictObject({
      round: z.int(),
      at: instantSchema,
      eventId: z.string(),
      algorithmVersion: z.string(),
      /** Sheets behind it have changed since. */
      stale: z.boolean(),
      unscored: z.array(z.string()),
      excluded: aggregationRowSchema.shape.excluded,
      notes: z.record(z.string(), z.string()),
    })
    .optional(),
});
type Ranking = z.infer<typeof rankingSchema>;

export async function rankingFor(reader: Reader, panelId: string): Promise<Ranking | undefined> {
  const scene = await sceneOf(reader, panelId);
  const recorded = scene && (await aggregationOf(reader, panelId, scene.evaluation.round));
  if (!recorded) return undefined;
  const { round, at, eventId, algorithmVersion, unscored, excluded, results } = recorded;
  return {
    panelId,
    year: scene.evaluation.year,
    results: titled(scene, results),
    aggregation: {
      round,
      at,
      eventId,
      algorithmVersion,
      stale: isStale(scene, recorded),
      unscored,
      excluded,
      notes: scene.evaluation.notes,
    },
  };
}

function titled({ panel }: Scene, results: readonly z.infer<typeof scoredSchema>[]): Ranking['results'] {
  return results.map(result => ({ ...result, title: projectTitleOf(panel, result.projectId) }));
}

function isStale({ panel, sheets }: Scene, { inputs }: AggregationRow): boolean {
  const counting = sheets.filter(sheet => isSheetCounted(panel.standing, sheet)).map(({ eventId }) => eventId);
  return canonicalJson(counting.sort()) !== canonicalJson(inputs.toSorted());
}

/**
 * The ranking as a member may know it: computed as if the units he is not free toward were not evaluated at all, so that
 * no rank, mean or normalised score tells of them. Nothing while sheets are taken for a unit he sees.
 */
export async function rankingForMember(
  reader: Reader,
  panelId: string,
  expertId: string,
): Promise<Ranking | undefined> {
  const scene = await sceneOf(reader, panelId);
  if (!scene || !isMember(scene.panel.standing, expertId) || scene.evaluation.round === 0) return undefined;
  const { evaluation, panel, sheets } = scene;
  const sees = (uscc: string) => seesUnit(panel.standing, { expertId, uscc });
  const isOpen = evaluation.projects.some(
    ({ projectId, uscc }) => sees(uscc) && evaluation.openFor.includes(projectId),
  );
  if (isOpen) return undefined;
  const first = await aggregationOf(reader, panelId, 1);
  const standard = await standardAt(reader, { year: evaluation.year, version: evaluation.standard.version });
  if (!first || !standard) return undefined;
  const seen = sheets.filter(sheet => isSheetCounted(panel.standing, sheet) && sees(sheet.uscc));
  const results = titled(scene, aggregate(standard, seen, first.divergencePoints));
  return { panelId, year: evaluation.year, results };
}

export const rerunSchema = z.strictObject({
  panelId: z.string(),
  round: z.int(),
  eventId: z.string(),
  algorithmVersion: z.string(),
  equal: z.boolean(),
  /** Inputs that the log does not hold. */
  missingInputs: z.array(z.string()),
  differences: z.array(
    z.strictObject({
      projectId: z.string(),
      recorded: scoredSchema.optional(),
      recomputed: scoredSchema.optional(),
    }),
  ),
});

/** Computes an aggregation again from the sheets that it names; the latest one unless a round is asked for. */
export async function rerun(
  reader: Reader,
  panelId: string,
  round: number | undefined,
): Promise<z.infer<typeof rerunSchema> | undefined> {
  const scene = await sceneOf(reader, panelId);
  const recorded = scene && (await aggregationOf(reader, panelId, round ?? scene.evaluation.round));
  const standard = recorded && (await standardAt(reader, recorded.standard));
  if (!recorded || !standard) return undefined;
  const inputs = inputsOf(scene.sheets, recorded);
  const missingInputs = recorded.inputs.filter(id => !inputs.some(({ eventId }) => eventId === id));
  const differences = differing(recorded.results, aggregate(standard, inputs, recorded.divergencePoints));
  const isSameRule = recorded.algorithmVersion === standard.algorithm && recorded.standard.hash === standard.hash;
  return {
    panelId,
    round: recorded.round,
    eventId: recorded.eventId,
    algorithmVersion: recorded.algorithmVersion,
    equal: isSameRule && missingInputs.length === 0 && differences.length === 0,
    missingInputs,
    differences,
  };
}

/** The sheets that an aggregation names as its inputs. */
export function inputsOf(sheets: readonly SheetRow[], { inputs }: Pick<AggregationRow, 'inputs'>): SheetRow[] {
  const named = new Set(inputs);
  return sheets.filter(({ eventId }) => named.has(eventId));
}

type Scored = z.infer<typeof scoredSchema>;

function differing(recorded: readonly Scored[], recomputed: readonly Scored[]) {
  const ids = [...new Set([...recorded, ...recomputed].map(({ projectId }) => projectId))];
  return ids.flatMap(projectId => {
    const before = recorded.find(result => result.projectId === projectId);
    const now = recomputed.find(result => result.projectId === projectId);
    if (before && now && canonicalJson(before) === canonicalJson(now)) return [];
    return [{ projectId, ...(before && { recorded: before }), ...(now && { recomputed: now }) }];
  });
}
