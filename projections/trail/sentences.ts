/**
 * What each kind of event says in a supervisor's sentence: a Chinese phrase that follows the actor's name. Names stand
 * as `{project}`, `{unit}`, `{body}`, `{toBody}` or `{account}` and are filled in when the sentence is read, so that no
 * personal value is stored here.
 */
import type { DomainEvent, EventType } from '../../events/catalogue.ts';
import type { Reminder } from '../../events/reminder.ts';

type Phrases = { readonly [T in EventType]: (data: Extract<DomainEvent, { type: T }>['data']) => string };

const project = '《{project}》';

const phrases: Phrases = {
  'regulation.registered': data => `登记了《${data.title}》（${data.doc}），共27条`,
  'regulation.in-force': data => `确认${data.doc}自${data.from}起施行，至${data.lastDay}止`,
  'regulation.superseded': data => `登记${data.successor}自${data.from}起接替${data.doc}`,
  'regulation.repealed': data => `登记${data.doc}自${data.from}起废止`,
  'programme-rule.issued': data => `制定了《${data.title}》`,
  'programme-rule.revised': data => `修订了《${data.title}》（第${data.version}版）`,
  'programme-rule.repealed': data => `废止了制度规范 ${data.ruleId}，自${data.from}起`,
  'organising-work.recorded': data => `记录了组织工作（${data.kind}）：${data.detail}`,
  'account.registered': data => `为{account}登记了账户，角色${data.grant.role}，单位${data.grant.orgName}`,
  'account.role-granted': data =>
    `授予{account}角色${data.grant.role}（${data.grant.orgName}），自${data.grant.from}起`,
  'account.role-revoked': data => `收回了{account}的角色${data.role}，${data.lastDay}为最后一日，理由：${data.reason}`,
  'account.disabled': data => `停用了{account}的账户，理由：${data.reason}`,
  'account.enabled': data => `启用了{account}的账户，理由：${data.reason}`,
  'third-party.capability-verified': data => `核验了第三方机构${data.name}的能力：${data.findings}`,
  'third-party.entrusted': data =>
    `委托${data.name}承担事务性工作，${data.from}至${data.lastDay}，共${data.scope.length}项`,
  'entrustment.scope-changed': data =>
    `变更了委托 ${data.entrustmentId} 的事项，共${data.scope.length}项，理由：${data.reason}`,
  'entrustment.terminated': data => `终止了委托 ${data.entrustmentId}，理由：${data.reason}`,
  'recommending-body.registered': data => `登记${data.name}为推荐单位`,
  'jurisdiction.assigned': data => `明确{body}负责${jurisdiction(data.jurisdiction)}的推荐，自${data.from}起`,
  'jurisdiction.transferred': data =>
    `将${jurisdiction(data.jurisdiction)}的推荐由{body}移交{toBody}，自${data.from}起，理由：${data.reason}`,
  'unit.registered': data => `登记了申报单位${data.name}`,
  'unit.registration-verified': data =>
    `核验了{unit}的登记注册（${data.source}），${data.inTianjin ? '在本市登记' : '不在本市登记'}`,
  'unit.professional-organisation-recognised': data => `记录了{unit}经行业主管部门认可成立（${data.document}）`,
  'unit.application-ban-imposed': data => `依${data.decision}，自${data.from}起至${data.lastDay}不再受理{unit}申报`,
  'unit.application-ban-lifted': data =>
    `依${data.decision}，自${data.from}起解除对{unit}不再受理申报，理由：${data.reason}`,
  'expert-bank.rules-issued': data => `发布了专家库管理办法《${data.title}》（第${data.version}版）`,
  'expert.admitted': data => `将专家 ${data.expertId} 纳入专家库`,
  'expert.profile-updated': data => `更新了专家 ${data.expertId} 的信息`,
  'expert.reviewed': data => `考核了专家 ${data.expertId}，结论${data.outcome === 'retained' ? '保留' : '观察'}`,
  'expert.suspended': data => `暂停了专家 ${data.expertId} 的资格，理由：${data.reason}`,
  'expert.reinstated': data => `恢复了专家 ${data.expertId} 的资格，理由：${data.reason}`,
  'expert.removed': data => `将专家 ${data.expertId} 移出专家库，理由：${data.reason}`,
  'excellent-result.earlier-recorded': data => `登记了${data.year}年度优秀成果《${data.title}》（${data.unitName}）`,
  'coordination-action.recorded': data =>
    `记录了协同配合“${data.title}”，参与方：${data.parties.map(({ name }) => name).join('、')}`,
  'exemplar.designated': data => `在${data.field}领域选树典型《${data.title}》（${data.unitName}）`,
  'exemplar.withdrawn': data => `撤销了典型 ${data.resultId}，理由：${data.reason}`,
  'programme.opened': data => `启动了${data.year}年度质量攻关活动`,
  'work-plan.drafted': data => `起草了${data.year}年度工作方案（第${data.version}版）`,
  'work-plan.published': data => `公布了${data.year}年度工作方案（第${data.version}版）`,
  'work-plan.amended': data =>
    `修订了${data.year}年度工作方案（第${data.fromVersion}版改为第${data.version}版，${data.changes.length}处），理由：${data.reason}`,
  'application-window.opened': data => `启动了${data.year}年度项目申报，截止${data.closesOn}`,
  'application-window.closed': data => `截止了${data.year}年度项目申报`,
  'project-plan.compiled': data => `编制了${data.year}年度项目计划（第${data.version}版，${data.count}项）`,
  'project-plan.published': data => `公布了${data.year}年度项目计划（第${data.version}版，${data.count}项）`,
  'project-plan.amended': data =>
    `调整了${data.year}年度项目计划（增${data.added.length}项、减${data.removed.length}项），理由：${data.reason}`,
  'programme.closed': data => `结束了${data.year}年度质量攻关活动`,
  'application.started': data => `填报了《${data.title}》立项申请，推荐单位${data.bodyName}`,
  'document.attached': data => `为${project}上传了${data.kind}材料“${data.name}”`,
  'undertaking.signed': () => `为${project}签署了完整性、真实性承诺`,
  'late-submission.accepted': data => `同意${project}逾期提交至${data.until}，理由：${data.reason}`,
  'application.submitted': data => `提交了${project}立项申报材料（第${data.version}版）`,
  'application.supplemented': data => `补充了${project}立项申报材料（第${data.version}版）：${data.answer}`,
  'application.withdrawn': data => `撤回了${project}立项申请，理由：${data.reason}`,
  'verification.started': () => `开始核实${project}申报材料`,
  'supplement.requested': data => `要求${project}于${data.dueOn}前补充材料：${data.items.join('；')}`,
  'completeness.verified': () => `核实了${project}申报材料的完整性，结论通过`,
  'completeness.failed': data => `核实了${project}申报材料的完整性，结论不通过：${data.findings}`,
  'truthfulness.verified': data => `核实了${project}申报材料的真实性（${data.method}），结论通过`,
  'truthfulness.failed': data => `核实了${project}申报材料的真实性（${data.method}），结论不通过：${data.findings}`,
  'application.returned': data => `退回了${project}申报材料，理由：${data.reason}`,
  'project.recommended': data => `推荐${project}立项，推荐意见：${data.opinion}`,
  'project.not-recommended': data => `不予推荐${project}立项，理由：${data.reason}`,
  'similarity.checked': data =>
    `将${project}与${data.corpusSize}项历年优秀成果比对，超过提示值的有${data.hits.filter(hit => hit.score >= data.threshold).length}项`,
  'similarity.adjudicated': data =>
    `认定${project}与历年优秀成果${data.verdict === 'same' ? '雷同' : '不雷同'}，理由：${data.reason}`,
  'definition-conformity.assessed': data =>
    `评估${project}${data.conforms ? '符合' : '不符合'}质量攻关定义，理由：${data.reason}`,
  'expected-effect.assessed': data => `评估${project}预期成效${data.marked ? '显著' : '不显著'}，理由：${data.reason}`,
  'eligibility.confirmed': () => `确认${project}符合申报条件`,
  'eligibility.denied': data => `认定${project}不符合申报条件${data.items.join('')}，理由：${data.reason}`,
  'municipal-review.started': () => `开始对${project}进行立项审核`,
  'project.held': data => `暂缓${project}立项：{unit}自${data.banFrom}至${data.banLastDay}不受理申报`,
  'held-project.decided': data =>
    `决定暂缓项目${project}${data.decision === 'proceed' ? '继续审核' : '终止'}，理由：${data.reason}`,
  'project.approved': data => `通过了${project}立项审核，意见：${data.opinion}`,
  'project.rejected': data => `未通过${project}立项审核，理由：${data.reason}`,
  'project.listed': data => `将《${data.title}》列入${data.year}年度项目计划`,
  'project.carried-over': data => `将${project}由${data.fromYear}年度结转至${data.toYear}年度，理由：${data.reason}`,
  'title.reserved': () => `占用了${project}的申报题目`,
  'title.released': data => `释放了${project}的申报题目（${data.reason}）`,
  'reminder.sent': data =>
    `提醒${reminded(data)}：${data.projectId === undefined ? '' : project}“${data.title}”期限为${data.dueOn}，${data.stage === 'overdue' ? '已逾期' : '即将届满'}`,
};

function jurisdiction(value: { readonly industry: string } | { readonly district: string }): string {
  return 'industry' in value ? `${value.industry}行业` : `${value.district}辖区`;
}

function reminded({ owedBy: { role } }: Reminder): string {
  if (role === 'MSR') return '市市场监督管理部门';
  return role === 'UNIT' ? '{unit}' : '{body}';
}

/** The phrase of an event; a kind this version does not know is named by its wire name. */
export function phraseOf(type: string, data: unknown): string {
  const phrase = phrases[type as EventType] as ((data: unknown) => string) | undefined;
  return phrase ? phrase(data) : `记录了事件 ${type}`;
}
