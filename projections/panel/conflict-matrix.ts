/** R-S3: expert by unit, what each has declared and what stands between them. "None" and "not asked" differ. */
import { z } from 'zod';
import { conflictRuleSchema, interestKindSchema } from '../../events/panel.ts';
import { isFree, type PanelStanding, pairOf, unitsOf } from '../../events/panel-standing.ts';
import type { Reader } from '../ports.ts';
import { load } from '../query.ts';
import { panels } from './panels.ts';

const cellSchema = z.strictObject({
  expertId: z.string(),
  declaration: z.enum(['undeclared', 'none', 'conflict']),
  kind: interestKindSchema.optional(),
  recused: z.boolean(),
  /** Not decided yet: by which rules detected, by which organisations requested. */
  detected: z.array(conflictRuleSchema),
  requestedBy: z.array(z.string()),
  /** May judge the unit once the panel is constituted. */
  free: z.boolean(),
});

export const matrixSchema = z.strictObject({
  panelId: z.string(),
  quorum: z.int(),
  experts: z.array(z.string()),
  units: z.array(z.strictObject({ uscc: z.string(), unitName: z.string(), free: z.int(), cells: z.array(cellSchema) })),
});
type Matrix = z.infer<typeof matrixSchema>;

export async function matrixOf(reader: Reader, panelId: string): Promise<Matrix | undefined> {
  const row = await load(reader, panels, panelId);
  if (!row) return undefined;
  const { rules, members } = row.standing;
  const units = unitsOf(row.standing).map(uscc => lineOf(row.standing, uscc));
  return { panelId, quorum: rules.quorum, experts: [...members], units };
}

function lineOf(standing: PanelStanding, uscc: string): Matrix['units'][number] {
  const cells = standing.members.map(expertId => cellOf(standing, expertId, uscc));
  const unitName = standing.projects.find(project => project.uscc === uscc)?.unitName ?? '';
  return { uscc, unitName, free: cells.filter(({ free }) => free).length, cells };
}

function cellOf(standing: PanelStanding, expertId: string, uscc: string): Matrix['units'][number]['cells'][number] {
  const { declaration = 'undeclared', kind, recused, detected, requestedBy } = pairOf(standing, { expertId, uscc });
  return {
    expertId,
    declaration,
    ...(kind && { kind }),
    recused,
    detected: [...detected],
    requestedBy: [...requestedBy],
    free: isFree(standing, { expertId, uscc }),
  };
}
