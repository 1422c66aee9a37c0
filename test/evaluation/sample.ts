/** A panel of five over three results of three units, and a desk that its commands are sent to. */

import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { EvaluationEvent } from '../../events/evaluation.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import {
  type AccountId,
  creditCodeCheckSymbol,
  creditCodeSchema,
  type ExpertId,
  type ProjectId,
  projectIdSchema,
} from '../../events/ids.ts';
import { panelIdSchema } from '../../events/panel.ts';
import { grants } from '../../events/rules/grants.ts';
import { panelStanding } from '../../events/rules/panel.ts';
import { programmeYear } from '../../events/rules/plan.ts';
import type { AnyCommand, Decision } from '../../services/command.ts';
import type { Standard } from '../../services/evaluation/reads.ts';
import * as scoring from '../../services/evaluation/scoring.ts';
import * as sheets from '../../services/evaluation/sheets.ts';
import { evaluationState } from '../../services/evaluation/state.ts';
import { exclusions } from '../../services/exclusion.ts';
import { isRejection } from '../../services/rejection.ts';
import { control, samples } from '../support/controls.ts';
import { decide, factsOf, MSR, NOW, type Past, recorded } from '../support/given.ts';

export const PANEL = panelIdSchema.parse('2024-equipment');
export const EXPERTS = ['expert-a', 'expert-b', 'expert-c', 'expert-d', 'expert-e'] as ExpertId[];
export const PROJECTS = ['2024-aaaa0001', '2024-bbbb0002', '2024-cccc0003'].map(id => projectIdSchema.parse(id));
export const UNITS = ['91120110MA05A0001', '91120110MA05B0002', '91120110MA05C0003'].map(first17 =>
  creditCodeSchema.parse(`${first17}${creditCodeCheckSymbol(first17)}`),
);
export const QUORUM = 3;

export const accountOf = (expertId: string) => `x.${expertId}` as AccountId;
export const expert = (expertId: string): Actor => ({
  accountId: accountOf(expertId),
  orgId: expertId,
  role: 'EXPERT',
});

const projects = PROJECTS.map((projectId, index) => ({
  projectId,
  title: `成果${index + 1}`,
  uscc: UNITS[index] as string,
  unitName: `单位${index + 1}`,
  bodyId: 'district-binhai',
}));

const pairs = EXPERTS.flatMap(expertId => UNITS.map(uscc => ({ panelId: PANEL, expertId, uscc })));

export const panelFacts: readonly DecidedEvent[] = [
  control('panel-formation.started', {
    panelId: PANEL,
    projects,
    candidates: EXPERTS,
    rules: { size: 5, quorum: QUORUM, lookBackYears: 3 },
  }),
  control('experts.drawn', { panelId: PANEL, picks: EXPERTS, inactive: [] }),
  ...pairs.map(pair =>
    control('interest.declared', { ...pair, declaration: 'none', kind: undefined, detail: undefined }),
  ),
  control('panel.constituted', { panelId: PANEL, members: EXPERTS }),
];

export const recusal = (expertId: string, uscc: string): DecidedEvent =>
  control('expert.recused', { panelId: PANEL, expertId, uscc });

/** Plain control standard: 40 for the problem, 60 for the effect, tie broken by effect. */
export const STANDARD = samples['evaluation-standard.issued'] as Standard;

export const points = (problem: string, effect: string) => [
  { criterionId: 'problem', points: problem },
  { criterionId: 'effect', points: effect },
];

export const sheet = (problem = '30', effect = '50') => ({ scores: points(problem, effect), comment: '成效可核实' });

/** An evaluation whose past, and whose panel's past, grow. */
export function desk(
  change: { readonly standards?: readonly Standard[]; readonly forwarded?: readonly string[] } = {},
) {
  const past: Past[] = [];
  const panel: (DecidedEvent | Past)[] = [...panelFacts];
  let sent = 0;
  const surroundings = () => ({
    programme: [control('work-plan.published')]
      .map(recorded)
      .reduce(programmeYear.evolve as never, programmeYear.initial),
    panel: panel.map(recorded).reduce(panelStanding.evolve as never, panelStanding.initial),
    standards: [STANDARD],
    forwarded: PROJECTS,
    undertakings: [...EXPERTS, 'expert-f'].map(expertId => `EXPERT/${expertId}`),
    suspensions: [],
    standing: grants.initial,
    handlers: new Set(),
    scored: [],
    exclusions: exclusions.initial,
    taints: {},
    ...change,
  });
  interface Sent {
    readonly actor?: Actor;
    readonly now?: string;
    readonly known?: Readonly<Record<string, unknown>>;
  }
  function ask(command: AnyCommand, input: object, { actor = MSR, now, known = {} }: Sent = {}): Decision {
    sent += 1;
    return decide(command, {
      past,
      input: { panelId: PANEL, ...input },
      actor,
      commandId: `sent-${sent}`,
      known: { ...surroundings(), ...known },
      ...(now && { now }),
    });
  }
  function send(command: AnyCommand, input: object, circumstances: Sent = {}): Decision {
    const decision = ask(command, input, circumstances);
    if (!isRejection(decision)) {
      const { actor = MSR, now = NOW } = circumstances;
      past.push(...decision.map(draft => ({ draft, actor, at: now })));
    }
    return decision;
  }
  const events = () => past.map(recorded) as RecordedEvent[];
  const state = () =>
    events().reduce((at, event) => evaluationState.evolve(at, event as EvaluationEvent), evaluationState.initial);
  return { past, panel, ask, send, state, events };
}
export type Desk = ReturnType<typeof desk>;

export function opened(): Desk {
  const at = desk();
  factsOf(at.send(scoring.openScoring, {}));
  return at;
}

/** Every member scores every project of a unit he is not recused from; later projects less. */
export function scored(at = opened(), pointsFor: (expertId: ExpertId, projectId: ProjectId) => object = gently): Desk {
  for (const expertId of EXPERTS) {
    for (const projectId of PROJECTS) {
      at.send(sheets.submitScoreSheet, { projectId, ...pointsFor(expertId, projectId) }, { actor: expert(expertId) });
    }
  }
  return at;
}

function gently(expertId: ExpertId, projectId: ProjectId) {
  const lead = 30 - 5 * PROJECTS.indexOf(projectId);
  return sheet(String(lead), String(lead + EXPERTS.indexOf(expertId)));
}

export function closed(at = scored()): Desk {
  factsOf(at.send(scoring.closeScoring, {}));
  return at;
}

export function aggregated(at = closed()): Desk {
  factsOf(at.send(scoring.aggregateScores, {}));
  return at;
}
