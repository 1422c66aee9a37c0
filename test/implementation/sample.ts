/** A listed project after some facts, and the usual surroundings of a command on it. */
import type { Actor, Deviation } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import type { AccountId } from '../../events/ids.ts';
import { bodies } from '../../events/rules/jurisdiction.ts';
import { type PlanInForce, programmeYear } from '../../events/rules/plan.ts';
import type { AnyCommand, Decision } from '../../services/command.ts';
import { exclusions } from '../../services/exclusion.ts';
import { isRejection } from '../../services/rejection.ts';
import { control, samples } from '../support/controls.ts';
import { folded } from '../support/folded.ts';
import { decide, type Past } from '../support/given.ts';

export const NOW = '2024-08-20T02:00:00.000Z';
const { uscc, bodyId } = samples['application.started'];
export const { projectId } = samples['project.listed'];
export const { plan } = samples['implementation-plan.submitted'];

export const UNIT: Actor = { accountId: 'haihe.zhang' as AccountId, orgId: uscc, role: 'UNIT' };
export const BODY: Actor = { accountId: 'binhai.liu' as AccountId, orgId: bodyId, role: 'REC-D' };
export const OTHER_BODY: Actor = {
  accountId: 'zhixie.zheng' as AccountId,
  orgId: 'association-quality',
  role: 'REC-A',
};

const on = (draft: DecidedEvent, day: string, actor = UNIT): Past => ({ draft, at: `${day}T02:00:00.000Z`, actor });

export const unlisted: readonly Past[] = [on(control('application.started'), '2024-03-20')];
export const listed: readonly Past[] = [...unlisted, on(control('project.listed'), '2024-07-10')];
export const underway: readonly Past[] = [...listed, on(control('implementation-plan.submitted'), '2024-07-16')];
export const reported = (cycle: number, ...stages: readonly ('计划' | '执行' | '检查' | '处理')[]): Past[] =>
  stages.map(stage => on(control('pdca-stage.reported', { cycle, stage }), '2024-07-20'));
export const closed: readonly Past[] = [...underway, ...reported(1, '计划', '执行', '检查', '处理')];
export const monitored = [...underway, on(control('progress.monitored', { monitoredOn: '2024-08-10' }), '2024-08-10')];
export const completed = [...closed, on(control('project.completed'), '2024-08-19')];
export const terminated = [...underway, on(control('project.terminated'), '2024-08-19')];

/** The plan in force with other deadlines or options. */
export function workPlan(deadlines: object = {}, options: object = {}): PlanInForce | undefined {
  const { plan: whole } = samples['work-plan.published'];
  const changed = {
    ...whole,
    deadlines: { ...whole.deadlines, ...deadlines },
    options: { ...whole.options, ...options },
  };
  return folded(programmeYear, [control('work-plan.published', { plan: changed })]).inForce;
}

export const assigned = control('jurisdiction.assigned');
/** The district goes to the association on a day. */
export const handover = (from: string) =>
  control('jurisdiction.transferred', { jurisdiction: { district: '120116' }, from });

const surroundings = {
  plan: workPlan(),
  district: '120116',
  charges: folded(bodies, [assigned]).charges,
  exclusions: exclusions.initial,
  people: [{ subject: 'person-zhao', sealed: 'A'.repeat(40) }],
};

/** The project has been stopped for fraud (D-34). */
export const stopped = {
  exclusions: folded(exclusions, [control('fraudulent-projects.stopped', { projectIds: [projectId] })]),
};

interface Case {
  readonly past?: readonly (DecidedEvent | Past)[];
  readonly actor?: Actor;
  readonly known?: object;
  readonly now?: string;
  readonly commandId?: string;
}

export function ask(command: AnyCommand, input: object, { known, ...rest }: Case = {}): Decision {
  const actor = command.allow.includes('REC-D') ? BODY : UNIT;
  const whole = { projectId, ...input };
  return decide(command, { now: NOW, actor, ...rest, input: whole, known: { ...surroundings, ...known } });
}

/** What an accepted decision flags. */
export function deviationsOf(decision: Decision): readonly Deviation[] {
  if (isRejection(decision)) throw new Error(`refused: ${decision.code}`);
  return decision.flatMap(({ deviations = [] }) => deviations);
}
