/** Forming a panel (art-18): commit, draw, replace. Only the municipal authority does. */
import { z } from 'zod';
import { type ExpertId, expertIdSchema, projectIdSchema, sha256Schema } from '../../events/ids.ts';
import {
  beaconSchema,
  conflictDetected,
  DEFAULT_PANEL_RULES,
  expertReplaced,
  expertsDrawn,
  type PanelProject,
  type PanelRules,
  panelFormationStarted,
  yearOfPanel,
} from '../../events/panel.ts';
import {
  candidateSetHash,
  candidatesAmong,
  DRAW_ALGORITHM,
  drawOrder,
  replacementFrom,
  takeFrom,
} from '../../events/rules/draw.ts';
import { expertMark, expertsOf } from '../../events/rules/persons.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { command } from '../command.ts';
import { personsNow } from '../persons.ts';
import { isRejection, notFound, type Rejection, refuse, refuseByHouse, refuseByPlan } from '../rejection.ts';
import { newConflicts, type Records } from './conflicts.ts';
import {
  byAuthorityOnPanel,
  dissolved,
  drawnPanel,
  PANEL_ARTICLE,
  PLAN_ITEM,
  panelInput,
  planBasis,
  underPlanOfPanel,
  withRecords,
} from './guards.ts';
import {
  bankNow,
  forwardedIn,
  isActive,
  type OtherPanel,
  otherPanelsOf,
  type ProjectView,
  projectsBeforePanel,
} from './reads.ts';
import { type PanelState, sha256 } from './state.ts';

/** That a panel can be asked for: what it aggregates is recorded as one, with every sheet that counts named in it. */
export const SHEETS_A_PANEL = 5_000;

export const startPanelFormation = command({
  ...byAuthorityOnPanel,
  name: 'StartPanelFormation',
  title: '启动技术评定组组建',
  records: [panelFormationStarted],
  summary:
    'Fixes the results to be judged, the candidates and the commitment to a seed, before anything of the draw is known.',
  input: z.strictObject({
    ...panelInput,
    projectIds: z.array(projectIdSchema).min(1).max(1_000),
    /** SHA-256 of the seed. */
    seedCommitment: sha256Schema,
    beacon: beaconSchema.optional(),
  }),
  names: ['panelId'],
  reads: input => ({ ...underPlanOfPanel(input), bank: bankNow(), persons: personsNow }),
  readsTyped: input => ({
    projects: projectsBeforePanel(input.projectIds),
    forwarded: forwardedIn(yearOfPanel(input.panelId)),
    panels: otherPanelsOf(yearOfPanel(input.panelId)),
  }),
  gate: (state, _given, known) => (state ? STARTED : startable(known)),
  done: passed => passed === STARTED,
  decide(passed, { panelId, projectIds, seedCommitment, beacon }, given, known) {
    if (passed === STARTED)
      return refuse(PANEL_ARTICLE, 'panel-exists', '该技术评定组已启动组建', 'A panel of this id was already started');
    const { rules, candidates } = passed;
    if (projectIds.length * rules.size > SHEETS_A_PANEL) return tooManySheets(projectIds.length, rules.size);
    const projects = forwardedProjects(projectIds, known);
    if (isRejection(projects)) return projects;
    if (beacon && beacon.publishedAt <= given.now) return beaconKnown();
    const year = yearOfPanel(panelId);
    const hash = candidateSetHash(candidates, sha256);
    const commitment = {
      candidates: [...candidates],
      candidateSetHash: hash,
      rules,
      seedCommitment,
      ...(beacon && { beacon }),
    };
    return [
      panelFormationStarted.of({ panelId, year, projects, ...commitment }, { basis: planBasis(known.programme) }),
    ];
  },
});

const STARTED = 'started';

interface Startable {
  readonly rules: PanelRules;
  /** Those in the bank from whom can be drawn, one of each person. */
  readonly candidates: readonly ExpertId[];
}

/** What a panel of the year is drawn by and from, or why none can be formed. */
function startable({
  programme,
  bank,
  persons,
}: Pick<Records, 'bank' | 'persons'> & { readonly programme: ProgrammeYear }): Startable | Rejection {
  if (!programme.inForce) {
    return refuse('art-09', 'no-work-plan', '该年度工作方案尚未公布', 'No work plan of that year is published');
  }
  const rules = programme.inForce.plan.options.panel ?? DEFAULT_PANEL_RULES;
  const candidates = candidatesAmong(activeExperts(bank), id => expertsOf(persons, expertMark(id)));
  return candidates.length < rules.size ? tooFew(programme, candidates.length, rules.size) : { rules, candidates };
}

function tooManySheets(results: number, members: number): Rejection {
  return refuseByHouse(
    'several-panels',
    'too-many-sheets',
    `${results}项成果由${members}名成员评定需${results * members}份评分表，一个技术评定组不超过${SHEETS_A_PANEL}份，请分为几个评定组`,
    `${results} results before ${members} members ask for ${results * members} sheets, a panel gives at most ${SHEETS_A_PANEL}: form several`,
    'invalid',
  );
}

function activeExperts(bank: Records['bank']): ExpertId[] {
  return Object.keys(bank).filter(id => isActive(bank, id)) as ExpertId[];
}

interface Eligible {
  readonly projects: readonly ProjectView[];
  readonly forwarded: readonly string[];
  readonly panels: readonly OtherPanel[];
}

/** Each result once, forwarded by its body, of a live project, and before no other panel. */
function forwardedProjects(ids: readonly string[], known: Eligible): PanelProject[] | Rejection {
  const projects: PanelProject[] = [];
  for (const [index, id] of ids.entries()) {
    const view = known.projects[index];
    if (!view?.listed || ids.indexOf(id) !== index) return notOneResultEach(id);
    if (view.terminated || !known.forwarded.includes(id)) return notForwarded(id);
    const other = known.panels.find(panel => panel.projects.some(projectId => projectId === id));
    if (other) return inOtherPanel(id, other.panelId);
    projects.push(view.listed);
  }
  return projects;
}

function notOneResultEach(id: string): Rejection {
  return refuse(
    PANEL_ARTICLE,
    'not-a-listed-project',
    `${id} 不是项目计划内的项目，或重复列入`,
    `${id} is no listed project, or is given twice`,
  );
}

function notForwarded(id: string): Rejection {
  return refuse(
    'art-17b',
    'result-not-forwarded',
    `${id} 的成果未经推荐单位报送`,
    `The result of ${id} was not forwarded by its recommending body`,
  );
}

function inOtherPanel(id: string, panelId: string): Rejection {
  return refuseByHouse(
    'several-panels',
    'in-other-panel',
    `${id} 已由技术评定组 ${panelId} 评定`,
    `${id} is before panel ${panelId}`,
  );
}

function beaconKnown(): Rejection {
  return refuseByHouse(
    'panel-draw',
    'beacon-already-public',
    '公开随机值应在启动组建之后公布',
    'The beacon must be published after the formation starts',
  );
}

/** The draw is the plan's rule; without experts enough it cannot be kept. */
function tooFew({ inForce }: ProgrammeYear, found: number, wanted: number): Rejection {
  const zh = `专家库可用专家${found}人，少于应抽取的${wanted}人`;
  const en = `${found} experts are active, ${wanted} are to be drawn`;
  return inForce
    ? refuseByPlan(inForce, PLAN_ITEM, 'too-few-experts', zh, en)
    : refuseByHouse('panel-draw', 'too-few-experts', zh, en);
}

export const drawExperts = command({
  ...byAuthorityOnPanel,
  name: 'DrawExperts',
  title: '随机抽取专家',
  records: [expertsDrawn, conflictDetected],
  summary: 'Reveals the seed and records whom it draws; conflicts that the records show are detected in the same act.',
  input: z.strictObject({ ...panelInput, seed: expertsDrawn.schema.shape.seed, beaconValue: lineSchema.optional() }),
  reads: (input, state, given) => ({
    ...withRecords(input, state, given),
    panels: otherPanelsOf(yearOfPanel(input.panelId)),
  }),
  gate(state, { now }, { panels, bank, programme }) {
    if (!state) return notFound();
    if (state.status === 'dissolved') return dissolved();
    if (state.draw) return state;
    return claimFault(state, panels) ?? shortageFault(state, bank, programme) ?? beaconDayFault(state, now) ?? state;
  },
  done: ({ draw }) => draw !== undefined,
  decide(state, { panelId, seed, beaconValue }, { today }, known) {
    if (state.draw) return repeatedDraw(state, seed, beaconValue);
    const fault = seedFault(state, seed) ?? beaconFault(state, beaconValue);
    if (fault) return fault;
    const order = drawOrder(state.candidates, { seed, beaconValue }, sha256);
    const { taken, inactive } = takeFrom(order, state.rules.size, id => isActive(known.bank, id));
    const drawn = { panelId, seed, ...(beaconValue !== undefined && { beaconValue }), algorithm: DRAW_ALGORITHM };
    return [
      expertsDrawn.of({ ...drawn, picks: [...taken], inactive: [...inactive] }, { basis: planBasis(known.programme) }),
      ...newConflicts(state, taken, known, today),
    ];
  },
});

function repeatedDraw({ draw }: PanelState, seed: string, beaconValue: string | undefined): [] | Rejection {
  if (draw?.seed === seed && draw.beaconValue === beaconValue) return [];
  return refuseByHouse(
    'panel-draw',
    'already-drawn',
    '专家已抽取，不得重抽',
    'The experts are drawn; there is no second draw',
  );
}

/** Two formations that began at the same moment did not see each other: the one that comes first in the log goes on. */
function claimFault({ panelId, projects }: PanelState, panels: readonly OtherPanel[]): Rejection | undefined {
  const earlier = panels.slice(
    0,
    panels.findIndex(panel => panel.panelId === panelId),
  );
  for (const { projectId } of projects) {
    const other = earlier.find(panel => panel.projects.includes(projectId));
    if (other) return inOtherPanel(projectId, other.panelId);
  }
  return undefined;
}

function seedFault({ seedCommitment }: PanelState, seed: string): Rejection | undefined {
  if (sha256(seed) === seedCommitment) return undefined;
  return refuseByHouse(
    'panel-draw',
    'seed-not-committed',
    '种子与启动组建时的承诺不符',
    'The seed is not the one committed to',
  );
}

function beaconFault({ beacon }: PanelState, value: string | undefined): Rejection | undefined {
  if ((beacon === undefined) === (value === undefined)) return undefined;
  return refuseByHouse(
    'panel-draw',
    'beacon-mismatch',
    '公开随机值应与启动组建时的约定一致',
    'A beacon value is given if, and only if, a beacon was named',
  );
}

function beaconDayFault({ beacon }: PanelState, now: string): Rejection | undefined {
  if (!beacon || now >= beacon.publishedAt) return undefined;
  return refuseByHouse(
    'panel-draw',
    'beacon-not-published',
    '约定的公开随机值尚未公布',
    'The beacon is not published yet',
  );
}

/** Whom the seed draws first says nothing of how many can be drawn. */
function shortageFault(
  { candidates, rules }: PanelState,
  bank: Records['bank'],
  programme: ProgrammeYear,
): Rejection | undefined {
  const found = candidates.filter(id => isActive(bank, id)).length;
  return found < rules.size ? tooFew(programme, found, rules.size) : undefined;
}

/** The candidates in the order of the draw; none before it. */
function drawnOrder({ candidates, draw }: PanelState) {
  return draw ? drawOrder(candidates, draw, sha256) : [];
}

export const replaceExpert = command({
  ...byAuthorityOnPanel,
  name: 'ReplaceExpert',
  title: '递补专家',
  records: [expertReplaced, conflictDetected],
  summary: 'Replaces a member by the next active candidate in the order of the draw; nobody chooses who that is.',
  input: z.strictObject({ ...panelInput, expertId: expertIdSchema, reason: paragraphSchema }),
  reads: withRecords,
  gate(state, _given, { bank }) {
    const panel = drawnPanel(state);
    return isRejection(panel) ? panel : withReserve(panel, bank);
  },
  decide({ panel, replacement, inactive }, { panelId, expertId, reason }, { today }, known) {
    if (!panel.members.includes(expertId)) {
      return refuse(
        PANEL_ARTICLE,
        'not-a-member',
        '该专家不是技术评定组成员',
        'The expert is not a member of the panel',
      );
    }
    return [
      expertReplaced.of(
        { panelId, expertId, replacement, inactive: [...inactive], reason },
        { reason, about: { expertId } },
      ),
      ...newConflicts(panel, [replacement], known, today),
    ];
  },
});

interface WithReserve {
  readonly panel: PanelState;
  readonly replacement: ExpertId;
  /** Those before him in the order of the draw who are no longer in the bank. */
  readonly inactive: readonly ExpertId[];
}

/** The panel with whoever is next in the order of its draw. */
function withReserve(panel: PanelState, bank: Records['bank']): WithReserve | Rejection {
  const { replacement, inactive } = replacementFrom(drawnOrder(panel), panel.everMembers, id => isActive(bank, id));
  if (replacement) return { panel, replacement, inactive };
  return refuseByHouse('panel-draw', 'no-reserve', '候选专家已用尽，无法递补', 'No candidate of the draw is left');
}
