/**
 * What is material (art-26): what a unit hands in of its work, and what judges give on it. Opening it needs the undertaking
 * and is put on record, through whichever door it is handed out. What the authorities and bodies do, decide and find is
 * not: those are acts, and stand on the supervision trail; nor are names, titles and the stages that things have reached.
 */
import type { EventTypeName } from '../catalogue.ts';
import type { materialAccessed } from '../enforcement.ts';
import type { About, Role } from '../envelope.ts';
import type { EventOf } from '../event-type.ts';
import type { CreditCode, ProjectId } from '../ids.ts';

export type MaterialKind = EventOf<typeof materialAccessed>['data']['kind'];

/** Facts that hold material in themselves. Files are material too: they are opened by their digest, not with an event. */
export const MATERIAL_EVENT_TYPES = {
  'case-file': ['document.attached', 'application.submitted', 'application.supplemented'],
  implementation: [
    'implementation-plan.submitted',
    'implementation-plan.revised',
    'pdca-stage.reported',
    'progress.monitored',
    'strategy.adjusted',
    'project.completed',
  ],
  result: ['result-document.attached', 'results.submitted', 'results.supplemented'],
  score: [
    'score-sheet.submitted',
    'score-sheet.superseded',
    'scores.aggregated',
    'divergence.noted',
    'excellent-list.drafted',
    'excellent-list.proposed',
  ],
} as const satisfies Readonly<Partial<Record<MaterialKind, readonly EventTypeName[]>>>;

/** Facts about a unit, a project or a panel that not everybody may see and that are no material, and why. */
export const NO_MATERIAL: Readonly<Record<string, readonly EventTypeName[]>> = {
  '登记信息：单位的名称、所在区和资格 (the register of units)': [
    'unit.registered',
    'unit.renamed',
    'unit.particulars-changed',
    'unit.registration-verified',
    'unit.professional-organisation-recognised',
    'unit.successor-recorded',
  ],
  '办理环节：谁在何时把事情办到哪一步 (that a step was taken, by whom and when)': [
    'application.started',
    'undertaking.signed',
    'application.withdrawn',
    'verification.started',
    'project.terminated',
    'visit.planned',
    'result-undertaking.signed',
    'results.withdrawn',
    'results.compiled',
    'result-batch.forwarded',
    'scoring.opened',
    'score-sheet.voided',
    'scoring-absence.recorded',
    'scoring.closed',
    'scoring.reopened',
    'technical-evaluation.completed',
    'excellent-list.signed',
    'reminder.sent',
  ],
  '办理意见：推荐单位和主管部门自己的核实、意见和理由 (what bodies and authorities find, and their reasons)': [
    'supplement.requested',
    'completeness.verified',
    'completeness.failed',
    'truthfulness.verified',
    'truthfulness.failed',
    'application.returned',
    'project.recommended',
    'project.not-recommended',
    'visit.recorded',
    'guidance.issued',
    'progress.urged',
    'problem.raised',
    'problem.resolved',
    'result.recommended',
    'result.not-recommended',
  ],
  '培训：谁参加了哪次培训 (who came to which training)': [
    'trainee.enrolled',
    'training.attended',
    'training.absence-recorded',
  ],
  '评定组组建与回避：成员、申明和回避 (who judges, and what stands between him and a unit)': [
    'panel-formation.started',
    'experts.drawn',
    'interest.declared',
    'conflict.detected',
    'recusal.requested',
    'expert.recused',
    'recusal-request.dismissed',
    'expert.replaced',
    'panel.constituted',
    'panel.dissolved',
  ],
  '案件、处理决定、异议和投诉：办案人员自己的记录，所附文件另行留痕 (the record of those who handle a case or decision; its files leave a trace of their own)':
    [
      'unit.outside-ban-entered',
      'unit.ban-lifting-entered',
      'fraud-suspicion.reported',
      'fraud-case.opened',
      'fraud-evidence.recorded',
      'fraud.established',
      'unit.notified',
      'unit-statement.recorded',
      'fraud-case.dismissed',
      'fraudulent-projects.stopped',
      'objection.raised',
      'fee-complaint.raised',
      'fee-complaint.resolved',
    ],
  '激励：已公布的激励办法的落实 (incentives granted under a published policy)': ['incentive.granted'],
};

const KINDS: ReadonlyMap<string, MaterialKind> = new Map(
  Object.entries(MATERIAL_EVENT_TYPES).flatMap(([kind, types]) =>
    types.map(type => [type, kind as MaterialKind] as const),
  ),
);

/** The kind of material that an event holds; undefined for one that holds none. */
export function materialIn(type: string): MaterialKind | undefined {
  return KINDS.get(type);
}

/** A project whose material something holds, and its unit where that is told. */
export interface Owned {
  readonly projectId: string;
  readonly uscc?: string | undefined;
}

/** Of which projects an event of a material kind holds the material. */
export function ownedIn({ data, about }: { readonly data: unknown; readonly about: About }): readonly Owned[] {
  const { projectId, results, list } = data as {
    readonly projectId?: ProjectId;
    readonly results?: readonly Owned[];
    readonly list?: readonly Owned[];
  };
  if (projectId === undefined) return (results ?? list ?? []).map(({ projectId: each }) => ({ projectId: each }));
  const uscc = (data as { readonly uscc?: CreditCode }).uscc ?? about.uscc;
  return [{ projectId, uscc }];
}

/** Who undertakes secrecy before he opens material of others; the supervising body is recorded like everybody else. */
export const UNDERTAKING_ROLES: readonly Role[] = ['MSR', 'REC-I', 'REC-A', 'REC-D', 'EXPERT', 'TPO'];
