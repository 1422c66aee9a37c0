/** A case of fraud at each of its stages, and what its commands know. */
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { type AccountId, creditCodeSchema, projectIdSchema, resultIdSchema } from '../../events/ids.ts';
import { type PlanInForce, programmeYear } from '../../events/rules/plan.ts';
import type { AnyCommand, Fold } from '../../services/command.ts';
import { evaluationsByPanel } from '../../services/enforcement/reads.ts';
import { excellentResults } from '../../services/excellent-results.ts';
import { control, type FactName } from '../support/controls.ts';
import { decide, MSR, OTHER_MSR, type Past, recorded } from '../support/given.ts';

export const actor = (accountId: string, orgId: string, role: Actor['role']): Actor => ({
  accountId: accountId as AccountId,
  orgId,
  role,
});

export const CASE = 'case-2024-01';
export const USCC = creditCodeSchema.parse('91350100M000100Y43');
export const PROJECT = projectIdSchema.parse('2024-7k3m9qwz');
export const RESULT = resultIdSchema.parse('result-2023-017');
export const RECOGNISED = resultIdSchema.parse('result-2024-001');

export const FINDER = MSR;
export const DECIDER = OTHER_MSR;
export const APPLICANT = actor('haihe.zhang', USCC, 'UNIT');
export const NOW = '2024-12-26T02:00:00.000Z';

export function viewOf<S, E extends RecordedEvent>(fold: Fold<S, E>, facts: readonly (DecidedEvent | Past)[]): S {
  return facts.map(recorded).reduce((state, event) => fold.evolve(state, event as E), fold.initial);
}

const earlier = control('excellent-result.earlier-recorded');
const recognised = control('excellent-result.recognised');

export const surroundings = {
  plan: viewOf(programmeYear, [control('work-plan.published')]).inForce,
  evaluations: evaluationsByPanel.initial,
  results: viewOf(excellentResults, [earlier, recognised]),
  owners: new Map([[PROJECT, USCC]]),
  unitName: '天津海河智能装备有限公司' as string | undefined,
};

/** A plan of the year with other options. */
export function planWith(options: object): PlanInForce | undefined {
  const plan = control('work-plan.published').data as { readonly plan: { readonly options: object } };
  const changed = { ...plan.plan, options: { ...plan.plan.options, ...options } };
  return viewOf(programmeYear, [control('work-plan.published', { plan: changed } as never)]).inForce;
}

const REPORTED: readonly FactName[] = ['fraud-suspicion.reported'];
const OPEN: readonly FactName[] = [...REPORTED, 'fraud-case.opened'];
const HEARD: readonly FactName[] = [...OPEN, 'fraud-evidence.recorded', 'unit.notified', 'unit-statement.recorded'];
const ESTABLISHED: readonly FactName[] = [...HEARD, 'fraud.established'];

const past = (names: readonly FactName[]): Past[] => names.map(name => ({ draft: control(name), actor: FINDER }));

export const reported = past(REPORTED);
export const open = past(OPEN);
export const heard = past(HEARD);
export const established = past(ESTABLISHED);
export const decided: Past[] = [...established, { draft: control('fraud-decision.taken'), actor: DECIDER }];

export function send(
  command: AnyCommand,
  before: readonly Past[],
  input: object,
  { by = FINDER, known = {}, now = NOW }: { by?: Actor; known?: object; now?: string } = {},
) {
  return decide(command, {
    past: before,
    input: { caseId: CASE, ...input },
    actor: by,
    now,
    known: { ...surroundings, ...known },
  });
}
