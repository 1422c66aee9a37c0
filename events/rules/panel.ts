/**
 * Where a panel stands, folded from its own stream: who is a member, what each expert has declared about each unit, who
 * is recused from which unit — and the one rule of access that forming, evaluating and reading all share (art-18).
 */
import type { CreditCode, ExpertId } from '../ids.ts';
import type { Beacon, ConflictRule, InterestKind, PanelEvent, PanelId, PanelProject, PanelRules } from '../panel.ts';
import type { Sealed } from '../personal.ts';

/** What is known between one expert and one unit. */
export interface Pair {
  /** Absent: not asked, or not answered. That is not "none". */
  readonly declaration?: 'none' | 'conflict';
  readonly kind?: InterestKind;
  /** What the expert said of his interest. */
  readonly detail?: Sealed;
  readonly recused: boolean;
  /** By which rules it was detected and which organisations requested it, as far as nobody has decided yet. */
  readonly detected: readonly ConflictRule[];
  readonly requestedBy: readonly string[];
  /** Decided: the same rule does not speak twice. */
  readonly dismissed: readonly ConflictRule[];
}

const UNKNOWN: Pair = { recused: false, detected: [], requestedBy: [], dismissed: [] };

export interface Draw {
  readonly seed: string;
  readonly beaconValue?: string;
  readonly picks: readonly ExpertId[];
}

export interface PanelStanding {
  readonly panelId: PanelId;
  readonly year: number;
  readonly status: 'started' | 'drawn' | 'constituted' | 'dissolved';
  readonly projects: readonly PanelProject[];
  readonly candidates: readonly ExpertId[];
  readonly rules: PanelRules;
  readonly seedCommitment: string;
  readonly beacon?: Beacon;
  readonly draw?: Draw;
  /** In the order in which they came to the panel. */
  readonly members: readonly ExpertId[];
  /** With those who were replaced: nobody is taken from the order of the draw twice. */
  readonly everMembers: readonly ExpertId[];
  /** By unit, then by expert. */
  readonly pairs: Readonly<Record<string, Readonly<Record<string, Pair>>>>;
}

/** Undefined until the formation is started. */
export const panelStanding = {
  name: 'panel-standing',
  initial: undefined as PanelStanding | undefined,
  evolve(state: PanelStanding | undefined, event: PanelEvent): PanelStanding | undefined {
    if (event.type === 'panel-formation.started') return started(event.data);
    return state && evolve(state, event);
  },
};

type Started = Extract<PanelEvent, { type: 'panel-formation.started' }>['data'];

function started({ panelId, year, projects, candidates, rules, seedCommitment, beacon }: Started): PanelStanding {
  return {
    panelId,
    year,
    status: 'started',
    projects,
    candidates,
    rules,
    seedCommitment,
    ...(beacon && { beacon }),
    members: [],
    everMembers: [],
    pairs: {},
  };
}

function evolve(state: PanelStanding, event: PanelEvent): PanelStanding {
  switch (event.type) {
    case 'panel-formation.started':
      return state;
    case 'experts.drawn': {
      const { seed, beaconValue, picks } = event.data;
      const draw = { seed, ...(beaconValue !== undefined && { beaconValue }), picks };
      return { ...state, status: 'drawn', draw, members: picks, everMembers: picks };
    }
    case 'interest.declared': {
      const { declaration, kind, detail } = event.data;
      return withPair(state, event.data, ({ kind: _kind, detail: _detail, ...pair }) => ({
        ...pair,
        declaration,
        ...(kind && { kind }),
        ...(detail && { detail }),
      }));
    }
    case 'conflict.detected':
      return withPair(state, event.data, pair => ({ ...pair, detected: [...pair.detected, event.data.rule] }));
    case 'recusal.requested':
      return withPair(state, event.data, pair => ({
        ...pair,
        requestedBy: [...pair.requestedBy, event.meta.actor.orgId],
      }));
    case 'expert.recused':
      return withPair(state, event.data, pair => ({ ...pair, recused: true, detected: [], requestedBy: [] }));
    case 'recusal-request.dismissed':
      return withPair(state, event.data, pair => ({
        ...pair,
        detected: [],
        requestedBy: [],
        dismissed: [...pair.dismissed, ...pair.detected],
      }));
    case 'expert.replaced': {
      const { expertId, replacement } = event.data;
      return {
        ...state,
        status: 'drawn',
        members: [...state.members.filter(member => member !== expertId), replacement],
        everMembers: [...state.everMembers, replacement],
      };
    }
    case 'panel.constituted':
      return { ...state, status: 'constituted', members: event.data.members };
    case 'panel.dissolved':
      return { ...state, status: 'dissolved' };
  }
}

type Which = { readonly expertId: string; readonly uscc: string };

function withPair(state: PanelStanding, which: Which, change: (pair: Pair) => Pair): PanelStanding {
  const { expertId, uscc } = which;
  const ofUnit = { ...state.pairs[uscc], [expertId]: change(pairOf(state, which)) };
  return { ...state, pairs: { ...state.pairs, [uscc]: ofUnit } };
}

/** What is known between a member and a unit (art-18); nothing known where nothing was recorded. */
export function pairOf(state: PanelStanding, { expertId, uscc }: Which): Pair {
  return state.pairs[uscc]?.[expertId] ?? UNKNOWN;
}

/** The units whose results the panel is to judge, each once. */
export function unitsOf(state: Pick<PanelStanding, 'projects'>): readonly CreditCode[] {
  return [...new Set(state.projects.map(({ uscc }) => uscc))];
}

/** Whether something was detected or requested about the pair that nobody has decided on. */
export function isUndecided({ recused, detected, requestedBy }: Pair): boolean {
  return !recused && detected.length + requestedBy.length > 0;
}

/** Whether nothing known stands between the member and the unit: he has said so himself, and nothing is to be decided. */
export function isFree(state: PanelStanding, which: Which): boolean {
  const pair = pairOf(state, which);
  return pair.declaration === 'none' && !pair.recused && !isUndecided(pair);
}

/** Whether the expert stays away from the unit for good: he is recused from it, or has declared an interest. */
export function isRecused(state: PanelStanding, which: Which): boolean {
  const { recused, declaration } = pairOf(state, which);
  return recused || declaration === 'conflict';
}

export function isMember({ members }: Pick<PanelStanding, 'members'>, expertId: string): boolean {
  return members.some(member => member === expertId);
}

/** Whether a sheet of an expert about a unit counts: he is a member still, and nothing recuses him. */
export function isCounted(state: PanelStanding, which: Which): boolean {
  return isMember(state, which.expertId) && !isRecused(state, which);
}

/** Whether a member may see and discuss what concerns a unit. */
export function seesUnit(state: PanelStanding, which: Which): boolean {
  return isMember(state, which.expertId) && isFree(state, which);
}

/** Where an expert stands toward a unit; only who is free scores and discusses it. */
export type PairStanding = 'free' | 'no-member' | 'recused' | 'undeclared' | 'undecided';

export function standingToward(state: PanelStanding, expertId: string, uscc: string): PairStanding {
  const which = { expertId, uscc };
  if (!isMember(state, expertId)) return 'no-member';
  if (isRecused(state, which)) return 'recused';
  if (isUndecided(pairOf(state, which))) return 'undecided';
  return isFree(state, which) ? 'free' : 'undeclared';
}

/**
 * Whether an expert may open the material of a unit's projects, score them, and see their scores: only as a member of a
 * constituted panel who has declared that he has no interest in the unit and is not recused from it. A recusal takes
 * effect at once, and so does what is detected or requested until it is decided; while a member is being replaced nobody
 * has access.
 */
export function mayEvaluate(state: PanelStanding | undefined, expertId: string, uscc: string): boolean {
  return (
    state?.status === 'constituted' &&
    state.projects.some(project => project.uscc === uscc) &&
    seesUnit(state, { expertId, uscc })
  );
}

/** Members who may judge the unit; of the panel as it stands, constituted or not. */
export function freeMembers(state: PanelStanding, uscc: string): readonly ExpertId[] {
  return state.members.filter(expertId => isFree(state, { expertId, uscc }));
}

/** Units for which fewer members are free than the quorum. */
export function unitsShortOfQuorum(state: PanelStanding): readonly CreditCode[] {
  return unitsOf(state).filter(uscc => freeMembers(state, uscc).length < state.rules.quorum);
}
