/** R-S3: expert by unit, what each has declared and what stands between them. "None" and "not asked" differ. */
import { z } from 'zod';
import { conflictRuleSchema, interestKindSchema } from '../../events/panel.ts';
import { type EmploymentConflict, employmentConflicts, lookBackFrom } from '../../events/rules/employment.ts';
import { formsOf } from '../../events/rules/organisations.ts';
import { isFree, type PanelStanding, pairOf, unitsOf } from '../../events/rules/panel.ts';
import { type CivilDate, shanghaiDate } from '../../events/time.ts';
import { type BanRow, bansAround } from '../bans.ts';
import type { Reader } from '../ports.ts';
import { load, loadMany } from '../query.ts';
import { type ExpertRow, experts } from '../registry/experts.ts';
import { panels } from './panels.ts';

const cellSchema = z.strictObject({
  expertId: z.string(),
  declaration: z.enum(['undeclared', 'none', 'conflict']),
  kind: interestKindSchema.optional(),
  recused: z.boolean(),
  /** Not decided yet: by which rules detected, by which organisations requested. */
  detected: z.array(conflictRuleSchema),
  requestedBy: z.array(z.string()),
  /** What may be a conflict and stops nobody: an employer whose name differs from the unit's by the form of company alone. */
  possible: z.array(z.strictObject({ rule: conflictRuleSchema, grounds: z.string() })),
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

/** What the registers say of the people and the units before a panel. */
interface Registers {
  readonly experts: ReadonlyMap<string, ExpertRow>;
  /** Units before the panel, and all that are related to them. */
  readonly units: Readonly<Record<string, BanRow>>;
  readonly today: CivilDate;
}

export async function conflictMatrixOf(reader: Reader, panelId: string): Promise<Matrix | undefined> {
  const row = await load(reader, panels, panelId);
  if (!row) return undefined;
  const { rules, members } = row.standing;
  const before = unitsOf(row.standing);
  const registers: Registers = {
    experts: await loadMany(reader, experts, members),
    units: await bansAround(reader, before),
    today: shanghaiDate(reader.now),
  };
  const units = before.map(uscc => unitOf(row.standing, uscc, registers));
  return { panelId, quorum: rules.quorum, experts: [...members], units };
}

function unitOf(standing: PanelStanding, uscc: string, registers: Registers): Matrix['units'][number] {
  const unitName = standing.projects.find(project => project.uscc === uscc)?.unitName ?? '';
  const forms = formsOf(registers.units, uscc, registers.today).map(form => {
    const unit = registers.units[form.uscc];
    const names = [form.uscc === uscc ? unitName : undefined, unit?.unitName, ...(unit?.formerNames ?? [])];
    return { ...form, names: names.filter(name => name !== undefined) };
  });
  const since = lookBackFrom(registers.today, standing.rules.lookBackYears);
  const cells = standing.members.map(expertId => {
    const employers = registers.experts.get(expertId)?.employers ?? [];
    return cellOf(standing, expertId, uscc, employmentConflicts(forms, employers, since));
  });
  return { uscc, unitName, free: cells.filter(({ free }) => free).length, cells };
}

function cellOf(
  standing: PanelStanding,
  expertId: string,
  uscc: string,
  employment: readonly EmploymentConflict[],
): Matrix['units'][number]['cells'][number] {
  const pair = pairOf(standing, { expertId, uscc });
  const { declaration = 'undeclared', kind, recused, detected, requestedBy, dismissed } = pair;
  const possible = employment
    .filter(({ likeness, rule }) => likeness === 'possible' && !detected.includes(rule) && !dismissed.includes(rule))
    .map(({ rule, grounds }) => ({ rule, grounds }));
  return {
    expertId,
    declaration,
    ...(kind && { kind }),
    recused,
    detected: [...detected],
    requestedBy: [...requestedBy],
    possible,
    free: isFree(standing, { expertId, uscc }),
  };
}
