/**
 * Where two persons act (制度：两人分办, of no article): which earlier act keeps its person from which later one on the same
 * thing. Decisions refuse the later act to him, and the supervisor's report looks back with the same rules (D-46).
 */
import type { EventTypeName } from '../catalogue.ts';
import { RECOMMENDING_ROLES, type RecordedEvent, type Role } from '../envelope.ts';

type Act = Pick<RecordedEvent, 'type' | 'streamId' | 'meta'>;

const VERIFYING: readonly EventTypeName[] = [
  'completeness.verified',
  'completeness.failed',
  'truthfulness.verified',
  'truthfulness.failed',
  'project.recommended',
];
const EVALUATING: readonly EventTypeName[] = [
  'scoring.opened',
  'score-sheet.submitted',
  'score-sheet.superseded',
  'score-sheet.voided',
  'scoring-absence.recorded',
  'scoring.closed',
  'scoring.reopened',
  'scores.aggregated',
  'divergence.noted',
  'technical-evaluation.completed',
  'excellent-list.drafted',
  'excellent-list.signed',
  'excellent-list.proposed',
];
const OFFICES: readonly Role[] = ['MSR', ...RECOMMENDING_ROLES];

const oneOf =
  (...types: readonly EventTypeName[]) =>
  ({ type }: Pick<Act, 'type'>): boolean =>
    (types as readonly string[]).includes(type);

/** Verified a project, or recommended it for the plan (art-12). */
export const isVerifying = oneOf(...VERIFYING);

/** Acted for a body or for the authority. */
export const isOfOffice = ({ meta }: Pick<Act, 'meta'>): boolean => OFFICES.includes(meta.actor.role);

/** Gave a sheet, or a word on the ranking, as an expert. */
export const isJudging = ({ meta }: Pick<Act, 'meta'>): boolean => meta.actor.role === 'EXPERT';

/** Took part in the evaluation of a panel, whether he judged or ran it. */
export const isEvaluating = oneOf(...EVALUATING);

const isSponsoring = oneOf('result.recommended');
const isOfProject = ({ streamId }: Act): boolean => streamId.startsWith('project-');

export interface Separation {
  readonly matter: string;
  first(act: Act): boolean;
  second(act: Act): boolean;
  /** The earlier act counts for every project of the panel, not for the one that it names alone. */
  readonly ofWholePanel?: true;
}

export const SEPARATIONS: readonly Separation[] = [
  {
    matter: '核实推荐与立项审核',
    first: isVerifying,
    second: oneOf('municipal-review.started', 'project.approved', 'project.rejected', 'held-project.decided'),
  },
  { matter: '暂缓与处理决定', first: oneOf('project.held'), second: oneOf('held-project.decided') },
  {
    matter: '立项审核与公布',
    first: oneOf('project.approved'),
    second: oneOf('project-plan.published', 'project-plan.amended'),
  },
  {
    matter: '办理项目与评分',
    first: act => isSponsoring(act) || (isOfProject(act) && isOfOffice(act)),
    second: act => isEvaluating(act) && isJudging(act),
  },
  {
    matter: '推荐与认定',
    first: act => isVerifying(act) || isSponsoring(act),
    second: oneOf('excellent-list.reviewed', 'excellent-result.recognised'),
  },
  {
    matter: '评定与认定',
    first: act => isEvaluating(act) && isJudging(act),
    second: oneOf('excellent-list.reviewed', 'excellent-result.recognised'),
    ofWholePanel: true,
  },
  {
    matter: '评分与评定组织',
    first: oneOf('score-sheet.submitted', 'score-sheet.superseded'),
    second: oneOf('scoring-absence.recorded', 'scoring.closed', 'scoring.reopened', 'scores.aggregated'),
    ofWholePanel: true,
  },
  {
    matter: '认定与公布',
    first: oneOf('excellent-result.recognised'),
    second: oneOf('excellent-results.published'),
  },
  {
    matter: '参与评定与查处',
    first: isEvaluating,
    second: oneOf(
      'fraud.established',
      'fraud-case.dismissed',
      'fraud-decision.taken',
      'fraudulent-projects.stopped',
      'revocation.overturned',
    ),
    ofWholePanel: true,
  },
  {
    matter: '骗取的认定与处理',
    first: oneOf('fraud.established'),
    second: oneOf('fraud-decision.taken', 'fraudulent-projects.stopped'),
  },
  {
    matter: '处理决定与撤销决定',
    first: oneOf('fraud-decision.taken'),
    second: oneOf('revocation.overturned'),
  },
  {
    matter: '录入外部决定与确认',
    first: oneOf('unit.outside-ban-entered'),
    second: oneOf('unit.application-ban-imposed'),
  },
  {
    matter: '录入外部决定的解除与确认',
    first: oneOf('unit.ban-lifting-entered'),
    second: oneOf('unit.application-ban-lifted'),
  },
  {
    matter: '提出与确认变更监督账户',
    first: oneOf('account.change-proposed'),
    second: oneOf('account.change-confirmed'),
  },
  {
    matter: '提出与确认重置密码',
    first: oneOf('account.credential-reset-ordered'),
    second: oneOf('account.credential-reset-confirmed'),
  },
  {
    matter: '提出与移除第二因素',
    first: oneOf('account.second-factor-reset-ordered'),
    second: oneOf('account.second-factor-removed'),
  },
  {
    matter: '发放代码与核对持有人',
    first: oneOf('account.reset-code-issued', 'account.credential-vouched'),
    second: oneOf('account.credential-vouched'),
  },
  {
    matter: '提出删除与确认删除',
    first: oneOf('personal-data.erasure-ordered'),
    second: oneOf('personal-data.erasure-confirmed'),
  },
  {
    matter: '提出与确认更换账本密钥',
    first: oneOf('ledger.key-rotation-ordered'),
    second: oneOf('ledger.key-rotation-confirmed'),
  },
];
