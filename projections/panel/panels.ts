/** How each panel stands: its members, what is declared, what is open, for which units the quorum holds (art-18). */
import { z } from 'zod';
import type { EventOf } from '../../events/fact.ts';
import { sortablePosition } from '../../events/ids.ts';
import {
  conflictDetected,
  expertRecused,
  expertReplaced,
  expertsDrawn,
  interestDeclared,
  type PanelEvent,
  panelConstituted,
  panelDissolved,
  panelFormationStarted,
  panelProjectSchema,
  panelRulesSchema,
  recusalRequestDismissed,
  recusalRequested,
} from '../../events/panel.ts';
import {
  freeMembers,
  isUndecided,
  type Pair,
  type PanelStanding,
  pairOf,
  panelStanding,
  unitsOf,
  unitsShortOfQuorum,
} from '../../events/panel-standing.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { load, parsed } from '../query.ts';

type Replacement = Omit<EventOf<typeof expertReplaced>['data'], 'panelId'> & { readonly at: string };

/** One panel with the traces of its draw. */
export interface PanelRow {
  readonly panelId: string;
  readonly year: number;
  readonly standing: PanelStanding;
  readonly started: { readonly at: string; readonly position: string; readonly candidateSetHash: string };
  readonly drawn?: {
    readonly at: string;
    readonly position: string;
    readonly algorithm: string;
    readonly inactive: readonly string[];
  };
  readonly replacements: readonly (Replacement & { readonly position: string })[];
  readonly constitutedAt?: string;
  readonly dissolved?: { readonly at: string; readonly reason: string };
}

export const panels = projection<PanelRow>({
  name: 'panels',
  version: 1,
  question: '技术评定组的组建情况：成员、申明、回避和可评人数 (How does each panel stand?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    when(
      [panelFormationStarted],
      ({ data }) => data.panelId,
      (_row, event) => begun(event),
    ),
    when(
      [
        expertsDrawn,
        interestDeclared,
        conflictDetected,
        recusalRequested,
        expertRecused,
        recusalRequestDismissed,
        expertReplaced,
        panelConstituted,
        panelDissolved,
      ],
      ({ data }) => data.panelId,
      (row, event) => row && advanced(row, event),
    ),
  ],
});

function begun(event: EventOf<typeof panelFormationStarted>): PanelRow | undefined {
  const { panelId, year, candidateSetHash } = event.data;
  const standing = panelStanding.evolve(undefined, event);
  return standing && { panelId, year, standing, started: { ...placeOf(event), candidateSetHash }, replacements: [] };
}

function advanced(row: PanelRow, event: PanelEvent): PanelRow {
  const standing = panelStanding.evolve(row.standing, event) ?? row.standing;
  return { ...row, standing, ...tracesOf(row, event) };
}

function tracesOf(row: PanelRow, event: PanelEvent): Partial<PanelRow> {
  const { at } = placeOf(event);
  switch (event.type) {
    case 'experts.drawn': {
      const { algorithm, inactive } = event.data;
      return { drawn: { ...placeOf(event), algorithm, inactive } };
    }
    case 'expert.replaced': {
      const { panelId: _own, ...replacement } = event.data;
      return { replacements: [...row.replacements, { ...replacement, ...placeOf(event) }] };
    }
    case 'panel.constituted':
      return { constitutedAt: at };
    case 'panel.dissolved':
      return { dissolved: { at, reason: event.data.reason } };
    default:
      return {};
  }
}

function placeOf({ position, meta }: PanelEvent): { at: string; position: string } {
  return { at: meta.recordedAt, position: sortablePosition(position) };
}

export const overviewSchema = z.strictObject({
  panelId: z.string(),
  year: z.int(),
  status: z.enum(['started', 'drawn', 'constituted', 'dissolved']),
  projects: z.int(),
  units: z.int(),
  candidates: z.int(),
  rules: panelRulesSchema,
  members: z.array(z.string()),
  /** Pairs of a member and a unit. */
  pairs: z.strictObject({ all: z.int(), undeclared: z.int(), undecided: z.int(), recused: z.int(), free: z.int() }),
  /** Units for which fewer members are free than the quorum. */
  shortOfQuorum: z.array(z.string()),
  replacements: z.int(),
  startedAt: instantSchema,
  drawnAt: instantSchema.optional(),
  constitutedAt: instantSchema.optional(),
  dissolved: z.strictObject({ at: instantSchema, reason: z.string() }).optional(),
});
type Overview = z.infer<typeof overviewSchema>;

function overview({ standing, started, drawn, replacements, constitutedAt, dissolved, ...row }: PanelRow): Overview {
  const units = unitsOf(standing);
  const pairs = standing.members.flatMap(expertId => units.map(uscc => pairOf(standing, { expertId, uscc })));
  const count = (holds: (pair: Pair) => boolean) => pairs.filter(holds).length;
  return {
    ...row,
    status: standing.status,
    projects: standing.projects.length,
    units: units.length,
    candidates: standing.candidates.length,
    rules: standing.rules,
    members: [...standing.members],
    pairs: {
      all: pairs.length,
      undeclared: count(({ declaration }) => declaration === undefined),
      undecided: count(isUndecided),
      recused: count(({ recused }) => recused),
      free: units.reduce((sum, uscc) => sum + freeMembers(standing, uscc).length, 0),
    },
    shortOfQuorum: standing.draw ? [...unitsShortOfQuorum(standing)] : [],
    replacements: replacements.length,
    startedAt: started.at,
    ...(drawn && { drawnAt: drawn.at }),
    ...(constitutedAt !== undefined && { constitutedAt }),
    ...(dissolved && { dissolved }),
  };
}

/** The panels of a year. */
export async function panelsIn(
  reader: Reader,
  year: number,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: Overview[] }> {
  const page = await reader.find(panels, { where: { year }, ...asked });
  return { page, items: parsed(panels, page).map(overview) };
}

export const panelSchema = overviewSchema.extend({ projectList: z.array(panelProjectSchema) });

export async function panelOf(reader: Reader, panelId: string): Promise<z.infer<typeof panelSchema> | undefined> {
  const row = await load(reader, panels, panelId);
  return row && { ...overview(row), projectList: [...row.standing.projects] };
}
