/**
 * What an expert is told: on which panels he is, about which units he has to declare, what he has declared, and which
 * projects are before him. Of a unit he is recused from he learns no more than that; of other experts, nothing.
 */
import { z } from 'zod';
import { expertReplaced, expertsDrawn } from '../../events/panel.ts';
import { isUndecided, mayEvaluate, type PanelStanding, pairOf, unitsOf } from '../../events/rules/panel.ts';
import { instantSchema } from '../../events/time.ts';
import { people } from '../enforcement/people.ts';
import type { Caller, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { load, loadMany } from '../query.ts';
import { type PanelRow, panels } from './panels.ts';

interface MembershipRow {
  readonly expertId: string;
  readonly panels: readonly string[];
}

export const panelMemberships = projection<MembershipRow>({
  name: 'panel-memberships',
  version: 1,
  question: '专家在哪些技术评定组 (On which panels is an expert?)',
  indexes: [],
  handlers: [
    on(
      [expertsDrawn],
      ({ data }) => data.picks,
      (row, { data }, expertId) => ({ expertId, panels: [...(row?.panels ?? []), data.panelId] }),
    ),
    on(
      [expertReplaced],
      ({ data }) => [data.expertId, data.replacement],
      (row, { data }, expertId) => {
        const others = (row?.panels ?? []).filter(panelId => panelId !== data.panelId);
        return { expertId, panels: expertId === data.replacement ? [...others, data.panelId] : others };
      },
    ),
  ],
});

export const dutiesSchema = z.strictObject({
  panelId: z.string(),
  year: z.int(),
  dissolved: z.boolean(),
  units: z.array(
    z.strictObject({
      uscc: z.string(),
      unitName: z.string(),
      declaration: z.enum(['undeclared', 'none', 'conflict']),
      /** to-declare: his word is wanted; held: something about him and the unit is being decided. */
      standing: z.enum(['to-declare', 'declared', 'held', 'recused']),
    }),
  ),
  /** Open to him for evaluation; none before the panel is constituted. */
  projects: z.array(
    z.strictObject({
      projectId: z.string(),
      title: z.string(),
      uscc: z.string(),
      unitName: z.string(),
      /** Whether its material is open to him now. */
      readable: z.boolean(),
    }),
  ),
});
type Duties = z.infer<typeof dutiesSchema>;

/** What he has undertaken for his panels: when, and in which wording. */
export const undertakingSchema = z.strictObject({ at: instantSchema, textHash: z.string() });

/** The latest undertaking of the caller in the role he acts in; undefined while there is none. */
export async function undertakingOf(
  reader: Reader,
  { accountId, role, orgId }: NonNullable<Caller>,
): Promise<z.infer<typeof undertakingSchema> | undefined> {
  const row = await load(reader, people, accountId);
  const last = row?.signed.findLast(signed => signed.role === role && signed.orgId === orgId);
  return last && { at: last.at, textHash: last.textHash };
}

export async function dutiesOf(reader: Reader, expertId: string): Promise<Duties[]> {
  const membership = await load(reader, panelMemberships, expertId);
  if (!membership) return [];
  const rows = await loadMany(reader, panels, membership.panels);
  return membership.panels.flatMap(panelId => {
    const row = rows.get(panelId);
    return row ? [dutiesOn(row, expertId)] : [];
  });
}

function dutiesOn({ panelId, year, standing, leftOut, completed }: PanelRow, expertId: string): Duties {
  const units = unitsOf(standing).map(uscc => unitFor(standing, expertId, uscc));
  const projects = standing.projects
    .filter(({ uscc }) => mayEvaluate(standing, expertId, uscc))
    .map(({ projectId, title, uscc, unitName }) => {
      return { projectId, title, uscc, unitName, readable: !completed && !leftOut.includes(projectId) };
    });
  return { panelId, year, dissolved: standing.status === 'dissolved', units, projects };
}

function unitFor(panel: PanelStanding, expertId: string, uscc: string): Duties['units'][number] {
  const pair = pairOf(panel, { expertId, uscc });
  const { declaration = 'undeclared' } = pair;
  const unitName = panel.projects.find(project => project.uscc === uscc)?.unitName ?? '';
  const held = isUndecided(pair) ? 'held' : 'declared';
  const open = declaration === 'undeclared' ? 'to-declare' : held;
  return { uscc, unitName, declaration, standing: pair.recused ? 'recused' : open };
}
