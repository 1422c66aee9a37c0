/** How each panel stands: its members, what is declared, what is open, for which units the quorum holds (art-18). */
import { z } from 'zod';
import {
  excellentListProposed,
  scoringOpened,
  scoringReopened,
  technicalEvaluationCompleted,
} from '../../events/evaluation.ts';
import { type EventOf, untouched } from '../../events/event-type.ts';
import { positionSchema, sortablePosition } from '../../events/ids.ts';
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
import { excellentListReturned } from '../../events/recognition.ts';
import {
  freeMembers,
  isUndecided,
  type Pair,
  type PanelStanding,
  pairOf,
  panelStanding,
  unitsOf,
  unitsShortOfQuorum,
} from '../../events/rules/panel.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { load, parsed } from '../query.ts';

type Replacement = Omit<EventOf<typeof expertReplaced>['data'], 'panelId'> & { readonly at: string };

export const momentSchema = z.strictObject({ at: instantSchema, position: positionSchema, eventId: z.string() });
type Moment = z.infer<typeof momentSchema>;

/** What a score sheet is held against: the latest declaration of an expert about a unit, and his recusal. */
export const pairMomentsSchema = z.strictObject({
  declared: momentSchema.extend({ word: z.enum(['none', 'conflict']) }).optional(),
  recused: momentSchema.optional(),
});
type PairMoments = z.infer<typeof pairMomentsSchema>;

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
  /** By expert, then by unit. */
  readonly moments: Readonly<Record<string, Readonly<Record<string, PairMoments>>>>;
  /** All who have sat on it since it was constituted, the replaced among them. */
  readonly seated: readonly string[];
  /** Projects of the panel that are not scored: no body has forwarded their results. */
  readonly leftOut: readonly string[];
  /** The panel has nothing to judge at present (art-20, D-50). */
  readonly completed: boolean;
  /** The list that it proposed last. */
  readonly proposal?: { readonly at: string; readonly position: string };
}

const idOf = ({ data }: { readonly data: { readonly panelId: string } }) => data.panelId;

export const panels = projection<PanelRow>({
  name: 'panels',
  version: 2,
  question: '技术评定组的组建情况：成员、申明、回避和可评人数 (How does each panel stand?)',
  material: { none: '只有评定组的成员、项目和申明 (members, projects and declarations)' },
  indexes: [{ fields: ['year'] }],
  handlers: [
    on([panelFormationStarted], idOf, (_row, event) => begun(event)),
    on(
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
      idOf,
      (row, event) => row && advanced(row, event),
    ),
    on([scoringOpened], idOf, (row, { data: { leftOut } }) => row && { ...row, leftOut, completed: false }),
    on([scoringReopened, excellentListReturned], idOf, row => row && { ...row, completed: false }),
    on([technicalEvaluationCompleted], idOf, row => row && { ...row, completed: true }),
    on([excellentListProposed], idOf, (row, { meta, position }) => {
      const proposal = { at: meta.recordedAt, position: sortablePosition(position) };
      return row && { ...row, completed: true, proposal };
    }),
  ],
});

function begun(event: EventOf<typeof panelFormationStarted>): PanelRow | undefined {
  const { panelId, year, candidateSetHash } = event.data;
  const standing = panelStanding.evolve(undefined, event);
  if (!standing) return undefined;
  const started = { ...placeOf(event), candidateSetHash };
  const nothing = { replacements: [], moments: {}, seated: [], leftOut: [], completed: false };
  return { panelId, year, standing, started, ...nothing };
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
      const { seated } = row;
      return {
        replacements: [...row.replacements, { ...replacement, ...placeOf(event) }],
        // Nobody sits on a panel that is not constituted.
        ...(seated.length > 0 && { seated: [...new Set([...seated, replacement.replacement])] }),
      };
    }
    case 'panel.constituted':
      return { constitutedAt: at, seated: event.data.members };
    case 'panel.dissolved':
      return { dissolved: { at, reason: event.data.reason } };
    case 'interest.declared':
      return notedOn(row, event.data, { declared: { ...momentOf(event), word: event.data.declaration } });
    case 'expert.recused':
      return notedOn(row, event.data, {
        recused: row.moments[event.data.expertId]?.[event.data.uscc]?.recused ?? momentOf(event),
      });
    case 'panel-formation.started':
    case 'conflict.detected':
    case 'recusal.requested':
    case 'recusal-request.dismissed':
      return {};
    default:
      return untouched({}, event);
  }
}

interface OfPair {
  readonly expertId: string;
  readonly uscc: string;
}

function momentOf({ id, position, meta }: PanelEvent): Moment {
  return { at: meta.recordedAt, position, eventId: id };
}

function notedOn({ moments }: PanelRow, { expertId, uscc }: OfPair, change: PairMoments): Pick<PanelRow, 'moments'> {
  const own = moments[expertId];
  return { moments: { ...moments, [expertId]: { ...own, [uscc]: { ...own?.[uscc], ...change } } } };
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

function overview(row: PanelRow): Overview {
  const { panelId, year, standing, started, drawn, replacements, constitutedAt, dissolved } = row;
  const units = unitsOf(standing);
  const pairs = standing.members.flatMap(expertId => units.map(uscc => pairOf(standing, { expertId, uscc })));
  const count = (holds: (pair: Pair) => boolean) => pairs.filter(holds).length;
  return {
    panelId,
    year,
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

export async function panelOverviewOf(
  reader: Reader,
  panelId: string,
): Promise<z.infer<typeof panelSchema> | undefined> {
  const row = await load(reader, panels, panelId);
  return row && { ...overview(row), projectList: [...row.standing.projects] };
}
