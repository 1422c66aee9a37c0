/**
 * The duties of the regulation that an act answers: those with 应 or 负责 (domain 1.8). Of the others, art-18 (应当回避)
 * and art-26 (应 keep to procedure and secrecy) are conduct, which questions 5 and 9 look at; art-10 binds a unit in what
 * it submits; art-05 （四） is whatever else there is. 鼓励 (art-22) is no duty.
 */
import type { BodyKind } from '../../events/body.ts';
import type { DomainEvent } from '../../events/catalogue.ts';
import type { ArticleId } from '../../events/statute.ts';

export type DutyEventType = DomainEvent['type'];
export type Kind = 'municipal-authority' | BodyKind | 'project-unit';

/** What makes an organisation owe an act: standing duties are owed every year, all others for each project. */
export type DutyOccasion = 'always' | 'application' | 'result' | 'listing' | 'completion';

export interface Duty {
  readonly article: ArticleId;
  readonly item?: string;
  readonly word: '应' | '负责';
  readonly title: string;
  readonly owedBy: readonly Kind[];
  readonly occasion: DutyOccasion;
  readonly acts: readonly DutyEventType[];
  /** Acts that take one of them back. */
  readonly undone?: readonly DutyEventType[];
}

const BODIES = ['industry-authority', 'association', 'district-bureau'] as const satisfies readonly BodyKind[];
const municipal = { owedBy: ['municipal-authority'], occasion: 'always' } as const;

export const DUTIES: readonly Duty[] = [
  {
    ...municipal,
    ...{ article: 'art-05', item: '（一）', word: '负责', title: '制定制度规范并组织实施' },
    acts: ['programme-rule.issued', 'programme-rule.revised'],
  },
  {
    ...municipal,
    ...{ article: 'art-05', item: '（二）', word: '负责', title: '委托第三方机构承担事务性工作' },
    acts: ['third-party.entrusted', 'entrustment.scope-changed'],
  },
  {
    ...municipal,
    ...{ article: 'art-05', item: '（三）', word: '负责', title: '建立专家库并实行动态管理' },
    acts: [
      'expert-bank.rules-issued',
      'expert.admitted',
      'expert.reviewed',
      'expert.suspended',
      'expert.reinstated',
      'expert.removed',
    ],
  },
  {
    ...{ article: 'art-07', word: '应', title: '加强协同配合、选树典型', occasion: 'always' },
    owedBy: ['municipal-authority', 'industry-authority', 'association'],
    acts: ['coordination-action.recorded', 'exemplar.designated'],
  },
  {
    ...{ article: 'art-06', word: '负责', title: '立项推荐', owedBy: BODIES, occasion: 'application' },
    acts: ['project.recommended', 'project.not-recommended', 'project.held'],
  },
  {
    ...{ article: 'art-06', word: '负责', title: '成果推荐', owedBy: BODIES, occasion: 'result' },
    acts: ['result.recommended', 'result.not-recommended'],
  },
  {
    ...{ article: 'art-12', word: '负责', title: '核实完整性、真实性', owedBy: BODIES, occasion: 'application' },
    acts: ['completeness.verified', 'completeness.failed', 'truthfulness.verified', 'truthfulness.failed'],
  },
  {
    ...{ article: 'art-15', word: '应', title: '制定项目实施方案', owedBy: ['project-unit'], occasion: 'listing' },
    acts: ['implementation-plan.submitted'],
  },
  {
    ...{ article: 'art-15', word: '应', title: '遵循计划、执行、检查、处理程序', owedBy: ['project-unit'] },
    occasion: 'listing',
    acts: ['pdca-stage.reported'],
  },
  {
    ...{ article: 'art-15', word: '应', title: '定期监测和评估', owedBy: ['project-unit'], occasion: 'listing' },
    acts: ['progress.monitored'],
  },
  {
    ...{ article: 'art-16', word: '应', title: '跟踪服务', owedBy: BODIES, occasion: 'listing' },
    acts: ['visit.recorded', 'guidance.issued', 'progress.urged', 'problem.raised', 'problem.resolved'],
  },
  {
    ...{ article: 'art-17a', word: '应', title: '提交项目成果材料', owedBy: ['project-unit'], occasion: 'completion' },
    acts: ['results.submitted'],
  },
  {
    ...{ article: 'art-17b', word: '负责', title: '汇总并推荐项目成果', owedBy: BODIES, occasion: 'result' },
    acts: ['result-batch.forwarded'],
  },
  {
    ...municipal,
    ...{ article: 'art-23', word: '负责', title: '优秀成果宣传推广' },
    acts: ['promotion-activity.recorded', 'result.presented'],
  },
  {
    ...municipal,
    ...{ article: 'art-23', word: '负责', title: '召开优秀成果交流会' },
    acts: ['exchange-meeting.convened'],
    undone: ['exchange-meeting.cancelled'],
  },
  {
    ...{ article: 'art-24', word: '应', title: '本行业、本区域宣传推广', owedBy: BODIES, occasion: 'always' },
    acts: ['local-promotion.recorded'],
  },
];
