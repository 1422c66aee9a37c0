/**
 * What each kind of event says in a supervisor's sentence: a Chinese phrase that follows the actor's name. Names stand as
 * `{project}`, `{unit}` and `{body}` for those the event is about, as `{kind:id}` for any other, and as `{person}` for one
 * that the event names under seal; they are filled in when the sentence is read, so that no personal value is stored here.
 * That material was handed in is said here; what it says is not (art-26).
 */
import type { AccountChange, PASSWORD_MEANS } from '../../events/account.ts';
import type { NoticeUsed } from '../../events/calendar.ts';
import type { DomainEvent, EventTypeName } from '../../events/catalogue.ts';
import type { Role } from '../../events/envelope.ts';
import type { Reminder } from '../../events/reminder.ts';
import { shanghaiMinute } from '../../events/time.ts';
import { codeWord, districtWord, ROLE_WORDS } from '../../events/words.ts';

type Phrases = { readonly [T in EventTypeName]: (data: Extract<DomainEvent, { type: T }>['data'], by: Role) => string };

const project = '《{project}》';
/** Stands for the person whom the event names under seal. */
export const PERSON = '{person}';
interface OfAccount {
  readonly accountId: string;
}
interface OfExpert {
  readonly expertId: string;
}
const account = ({ accountId }: OfAccount) => `{account:${accountId}}`;
const expert = ({ expertId }: OfExpert) => `{expert:${expertId}}`;
const trainee = ({ traineeId }: { readonly traineeId: string }) => `{trainee:${traineeId}}`;

/** Somebody with an account is named as long as he can be; anybody else by his pseudonym. */
const holder = (data: { readonly accountId?: string | undefined; readonly subject: string }) =>
  data.accountId === undefined ? `人员 ${data.subject} ` : `{account:${data.accountId}}`;

/** Who is commended or certified: a person by name, with what he is to the result. */
const recipient = (data: { readonly orgName: string; readonly recipientType: string; readonly person?: unknown }) =>
  `${data.orgName}${data.person === undefined ? '' : PERSON}（${data.recipientType}）`;

/** By which notices days were counted, where the event says so. */
const counted = ({ countedBy }: { readonly countedBy: readonly NoticeUsed[] }) =>
  countedBy.length > 0 ? `（按${countedBy.map(({ number }) => number).join('、')}计算工作日）` : '';

/** That the same person has other accounts already. */
const sameHolder = (others: readonly string[] | undefined) =>
  others === undefined ? '' : `，与账户 ${others.join('、')} 为同一人`;

const phrases: Phrases = {
  'regulation.registered': data => `登记了《${data.title}》（${data.doc}），共27条`,
  'regulation.in-force': data => `确认${data.doc}自${data.from}起施行，至${data.lastDay}止`,
  'regulation.superseded': data => `登记${data.successor}自${data.from}起接替${data.doc}`,
  'regulation.repealed': data => `登记${data.doc}自${data.from}起废止`,
  'holiday-notice.registered': data =>
    `登记了${data.number}《${data.title}》（第${data.version}版），${data.year}年工作日以此计算`,
  'programme-rule.issued': data => `制定了《${data.title}》`,
  'programme-rule.revised': data => `修订了《${data.title}》（第${data.version}版）`,
  'programme-rule.repealed': data => `决定自${data.from}起废止制度规范 ${data.ruleId}`,
  'meeting.recorded': data =>
    `登记了${data.year}年度会议“${data.title}”（${data.heldOn}，${data.place}）的记录，${data.attendees.length}家单位参加`,
  'notice.recorded': data =>
    `登记了${data.year}年度通知“${data.title}”，${data.issuedOn}发至${data.recipients.length}家单位`,
  'organising-work.recorded': data => `记录了组织工作（${data.kind}）：${data.detail}`,
  'account.registered': data =>
    `为${account(data)}登记了账户，${role(data.grant)}，单位：${data.grant.orgName}${sameHolder(data.otherAccounts)}`,
  'account.holder-renamed': data => `记录${account(data)}的账户持有人自${data.changedOn}起更名（${data.document}）`,
  'account.identity-stated': data =>
    `登记了${account(data)}的账户持有人身份（${data.identity.kind}）${sameHolder(data.otherAccounts)}`,
  'account.role-granted': data => `授予${account(data)}${granted(data.grant)}`,
  'account.role-revoked': data =>
    `收回了${account(data)}的${role(data)}，${data.lastDay}为最后一日，理由：${data.reason}`,
  'account.disabled': data => `停用了${account(data)}的账户，理由：${data.reason}`,
  'account.enabled': data => `启用了${account(data)}的账户，理由：${data.reason}`,
  'account.change-proposed': data => `提出${changed(account(data), data.change)}，待监督机构另一人确认`,
  'account.change-confirmed': data => `确认了对${account(data)}的监督账户变更`,
  'account.credential-reset-ordered': data =>
    `提出重置${account(data)}的密码${data.needsSecondPerson ? '，待另一人确认' : ''}，理由：${data.reason}`,
  'account.credential-reset-confirmed': data => `确认了重置${account(data)}的密码`,
  'account.reset-code-issued': data =>
    `领取了供${account(data)}设置密码的一次性代码，${shanghaiMinute(data.expiresAt)}前有效`,
  'account.password-set': data => passwordPhrases[data.means](account(data)),
  'account.credential-vouched': data => `核对${account(data)}的密码由本人设置：${data.grounds}`,
  'account.credential-confirmed': data =>
    `${data.means === 'second-factor' ? '凭本人第二因素' : '经两人核对'}，确认${account(data)}的密码由本人掌握`,
  'account.second-factor-enrolled': data => `为${account(data)}登记第二因素，待确认`,
  'account.second-factor-confirmed': data => `确认了${account(data)}的第二因素，此后登录须凭动态口令`,
  'account.second-factor-reset-ordered': data =>
    `提出移除${account(data)}的第二因素，待另一人确认，理由：${data.reason}`,
  'account.second-factor-removed': data =>
    `${data.means === 'holder' ? '凭动态口令' : '经两人确认'}移除了${account(data)}的第二因素`,
  'account.sessions-ended': data => `结束了${account(data)}的全部会话，理由：${data.reason}`,
  'account.unlock-code-issued': data => `领取了${account(data)}的一次性解锁代码，理由：${data.reason}`,
  'account.api-key-issued': data =>
    `为${account(data)}的系统${data.system}发放了接口密钥${data.keyId}，可${data.scopes.map(scope => codeWord('scopes', scope, 'account.api-key-issued')).join('、')}，有效期至${data.lastDay}`,
  'account.api-key-revoked': data => `收回了${account(data)}的接口密钥${data.keyId}，理由：${data.reason}`,
  'account.webhook-registered': data =>
    `登记将事件推送到${account(data)}的系统${data.system}（${data.url}）${data.types ? `，限${data.types.length}种事件` : ''}`,
  'account.webhook-ended': data =>
    `停止了${account(data)}的推送${data.webhookId}（${codeWord('cause', data.cause, 'account.webhook-ended')}），理由：${data.reason}`,
  'third-party.capability-verified': data => `核验了第三方机构${data.name}的能力：${data.findings}`,
  'third-party.entrusted': data =>
    `委托${data.name}承担事务性工作${data.scope.length}项，期限自${data.from}至${data.lastDay}`,
  'entrustment.scope-changed': data =>
    `决定自${data.from}起将委托 ${data.entrustmentId} 的事项变更为${data.scope.length}项，理由：${data.reason}`,
  'entrustment.terminated': data => `终止了委托 ${data.entrustmentId}，${data.lastDay}为最后一日，理由：${data.reason}`,
  'recommending-body.registered': data => `登记${data.name}为推荐单位`,
  'recommending-body.renamed': data =>
    `记录推荐单位${data.formerName}自${data.changedOn}起更名为${data.name}（${data.document}）`,
  'jurisdiction.assigned': data => `明确{body}负责${jurisdiction(data.jurisdiction)}的推荐，自${data.from}起`,
  'jurisdiction.transferred': data =>
    `将${jurisdiction(data.jurisdiction)}的推荐由{body}移交{body:${data.toBodyId}}，自${data.from}起，理由：${data.reason}`,
  'unit.registered': data => `登记了申报单位${data.name}`,
  'unit.renamed': data => `记录${data.formerName}自${data.changedOn}起更名为${data.name}（${data.document}）`,
  'unit.particulars-changed': data =>
    `记录{unit}自${data.changedOn}起变更：${changedParticulars(data).join('，')}（${data.document}）`,
  'unit.registration-verified': data =>
    `核验了{unit}的登记注册（${data.source}），${data.inTianjin ? '在本市登记' : '不在本市登记'}`,
  'unit.professional-organisation-recognised': data => `记录了{unit}经行业主管部门认可成立（${data.document}）`,
  'unit.outside-ban-entered': data =>
    `录入了${data.authority}在系统外作出的不受理{unit}申报的决定（${data.decision}，自${data.from}起），待另一人确认`,
  'unit.application-ban-imposed': data =>
    `登记系统外作出的决定（${data.decision}）：自${data.from}起至${data.lastDay}不受理{unit}申报`,
  'unit.ban-lifting-entered': data =>
    `录入了系统外作出的决定（${data.decision}）对{unit}的不受理申报自${data.from}起解除，待另一人确认，理由：${data.reason}`,
  'unit.application-ban-lifted': data =>
    `自${data.from}起解除系统外作出的决定（${data.decision}）对{unit}的不受理申报，理由：${data.reason}`,
  'unit.successor-recorded': data =>
    `记录{unit}自${data.effectiveOn}起承继{unit:${data.predecessor}}（${data.kind}，${data.document}）`,
  'expert-bank.rules-issued': data => `发布了专家库管理办法《${data.title}》（第${data.version}版）`,
  'expert.admitted': data => `将${expert(data)}纳入专家库`,
  'expert.identity-stated': data => `登记了${expert(data)}的身份（${data.identity.kind}）`,
  'expert.renamed': data => `记录${expert(data)}自${data.changedOn}起更名（${data.document}）`,
  'expert.profile-updated': data => `更新了${expert(data)}的信息`,
  'expert.reviewed': data => `考核了${expert(data)}，结论：${data.outcome === 'retained' ? '保留' : '观察'}`,
  'expert.suspended': data => `暂停了${expert(data)}的资格，理由：${data.reason}`,
  'expert.reinstated': data => `恢复了${expert(data)}的资格，理由：${data.reason}`,
  'expert.removed': data => `将${expert(data)}移出专家库，理由：${data.reason}`,
  'excellent-result.earlier-recorded': data => `登记了${data.year}年度优秀成果《${data.title}》（${data.unitName}）`,
  'excellent-result.recognised': data => `认定{unit}的《${data.title}》为${data.year}年度优秀成果`,
  'coordination-action.recorded': data =>
    `记录了协同配合“${data.title}”，参与方：${data.parties.map(({ name }) => name).join('、')}`,
  'exemplar.designated': data => `在${data.field}领域选树典型《${data.title}》（${data.unitName}）`,
  'exemplar.withdrawn': data => `撤销了典型 ${data.resultId}，理由：${data.reason}`,
  'programme.opened': data => `启动了${data.year}年度质量攻关活动`,
  'work-plan.drafted': data => `起草了${data.year}年度工作方案（第${data.version}版）`,
  'work-plan.published': data => `公布了${data.year}年度工作方案（第${data.version}版）`,
  'work-plan.warned': data =>
    `提示${data.year}年度工作方案（第${data.version}版）：${data.warnings.map(({ zh }) => zh).join('；')}`,
  'work-plan.amended': data =>
    `修订了${data.year}年度工作方案（第${data.fromVersion}版改为第${data.version}版，${data.changes.length}处），理由：${data.reason}`,
  'application-window.opened': data => `启动了${data.year}年度项目申报，至${data.closesOn}（含）截止`,
  'application-window.closed': data => `结束了${data.year}年度项目申报的受理`,
  'project-plan.compiled': data => `编制了${data.year}年度项目计划（第${data.version}版，${data.count}项）`,
  'project-plan.published': data => `公布了${data.year}年度项目计划（第${data.version}版，${data.count}项）`,
  'project-plan.amended': data =>
    `调整了${data.year}年度项目计划（增${data.added.length}项、减${data.removed.length}项），理由：${data.reason}`,
  'programme.closed': data => `结束了${data.year}年度质量攻关活动`,
  'application.started': data => `填报了《${data.title}》立项申请，推荐单位：${data.bodyName}`,
  'document.attached': data => `为${project}上传了${data.kind}材料“${data.name}”`,
  'undertaking.signed': () => `为${project}签署了完整性、真实性承诺`,
  'late-submission.accepted': data => `同意${project}逾期提交，至${data.until}（含），理由：${data.reason}`,
  'application.submitted': data => `提交了${project}立项申报材料（第${data.version}版）`,
  'application.supplemented': data => `补充了${project}立项申报材料（第${data.version}版）`,
  'application.withdrawn': data => `撤回了${project}立项申请，理由：${data.reason}`,
  'verification.started': () => `开始核实${project}申报材料`,
  'supplement.requested': data =>
    `要求${project}于${data.dueOn}（含）前补充材料${counted(data)}：${data.items.join('；')}`,
  'completeness.verified': () => `核实了${project}申报材料的完整性，结论：通过`,
  'completeness.failed': data => `核实了${project}申报材料的完整性，结论：不通过，${data.findings}`,
  'truthfulness.verified': data => `核实了${project}申报材料的真实性（${data.method}），结论：通过`,
  'truthfulness.failed': data => `核实了${project}申报材料的真实性（${data.method}），结论：不通过，${data.findings}`,
  'application.returned': data => `退回了${project}申报材料，理由：${data.reason}`,
  'project.recommended': data => `推荐${project}立项，推荐意见：${data.opinion}`,
  'project.not-recommended': data => `不予推荐${project}立项，理由：${data.reason}`,
  'similarity.checked': data =>
    `将${project}与${data.corpusSize}项历年优秀成果比对，达到或超过提示值的有${data.hits.filter(hit => hit.score >= data.threshold).length}项`,
  'similarity.adjudicated': data =>
    `认定${project}与历年优秀成果${data.verdict === 'same' ? '雷同' : '不雷同'}，理由：${data.reason}`,
  'definition-conformity.assessed': data =>
    `评估${project}${data.conforms ? '符合' : '不符合'}质量攻关定义，理由：${data.reason}`,
  'expected-effect.assessed': data => `评估${project}预期成效${data.marked ? '显著' : '不显著'}，理由：${data.reason}`,
  'eligibility.confirmed': () => `确认${project}符合申报条件`,
  'eligibility.denied': data => `认定${project}不符合申报条件${data.items.join('、')}，理由：${data.reason}`,
  'municipal-review.started': () => `开始对${project}进行立项审核`,
  'project.held': data => `暂缓办理${project}：自${data.banFrom}至${data.banLastDay}不接受{unit}申报`,
  'held-project.decided': data =>
    `决定对暂缓办理的${project}${data.decision === 'proceed' ? '继续审核' : '终止审核'}，理由：${data.reason}`,
  'project.approved': data => `审核决定${project}准予立项，意见：${data.opinion}`,
  'project.rejected': data => `审核决定${project}不予立项，理由：${data.reason}`,
  'project.listed': data => `将《${data.title}》列入${data.year}年度项目计划`,
  'project.carried-over': data =>
    `将项目${project}由${data.fromYear}年度结转至${data.toYear}年度，理由：${data.reason}`,
  'title.reserved': () => `登记了${project}的申报题目（防止重复申报）`,
  'title.released': data => `注销了《{project:${data.projectId}}》的申报题目登记（${data.reason}）`,
  'training.scheduled': data => `安排了培训“${data.title}”，${data.heldOn}在${data.place}举办`,
  'trainee.enrolled': data => `为${project}的{person}（${data.role}）报名参加培训 ${data.trainingId}`,
  'training.delivered': data => `于${data.deliveredOn}开展了培训 ${data.trainingId}：${data.summary}`,
  'training.attended': data => `记录了${project}的${trainee(data)}（${data.role}）参加培训 ${data.trainingId}`,
  'training.absence-recorded': data =>
    `记录了${project}的${trainee(data)}（${data.role}）缺席培训 ${data.trainingId}${data.reason === undefined ? '' : `，原因：${data.reason}`}`,
  'training.cancelled': data => `取消了培训 ${data.trainingId}，理由：${data.reason}`,
  'implementation-plan.submitted': data =>
    `提交了${project}的实施方案，期限自${data.plan.startsOn}至${data.plan.endsOn}，节点${data.plan.milestones.length}个`,
  'implementation-plan.revised': data => `修订了${project}的实施方案（第${data.version}版），理由：${data.reason}`,
  'pdca-stage.reported': data => `报告了${project}第${data.cycle}轮${data.stage}阶段`,
  'progress.monitored': data => `于${data.monitoredOn}监测评估了${project}的进展和效果（第${data.record}次）`,
  'strategy.adjusted': data => `根据第${data.becauseOf}次监测评估调整了${project}的实施策略`,
  'project.completed': data => `于${data.completedOn}完成了项目${project}，PDCA循环${data.closedCycles}轮`,
  'project.terminated': data => `终止了项目${project}，理由：${data.reason}`,
  'visit.planned': data => `计划于${data.plannedOn}走访项目${project}：${data.purpose}`,
  'visit.recorded': data => `于${data.visitedOn}走访了项目${project}（${data.kinds.join('、')}）：${data.findings}`,
  'guidance.issued': data => `对项目${project}提出指导意见：${data.opinion}`,
  'progress.urged': data => `督促项目${project}于${data.expectedBy}（含）前推进：${data.matter}`,
  'problem.raised': data => `提出项目${project}存在的问题：${data.description}`,
  'problem.resolved': data => `解决了项目${project}的问题 ${data.problemId}：${data.resolution}`,
  'result-document.attached': data => `为${project}上传了${data.kind}“${data.name}”`,
  'result-undertaking.signed': () => `为${project}的成果材料签署了完整性、真实性承诺`,
  'results.submitted': data => `提交了${project}的成果材料（第${data.version}版）`,
  'results.supplemented': data => `补充了${project}的成果材料（第${data.version}版）`,
  'results.withdrawn': data => `撤回了${project}的成果材料，理由：${data.reason}`,
  'results.compiled': data => `汇总了${data.year}年度第${data.batch}批成果，共${data.projects.length}项`,
  'result.recommended': data =>
    `推荐了${project}的成果${data.opinion === undefined ? '' : `，推荐意见：${data.opinion}`}`,
  'result.not-recommended': data => `不予推荐${project}的成果，理由：${data.reason}`,
  'result-batch.forwarded': data =>
    `报送了${data.year}年度第${data.batch}批成果，推荐${data.projects.length}项，不予推荐${data.declined.length}项`,
  'panel-formation.started': data =>
    `启动了技术评定组 ${data.panelId} 的组建，成果${data.projects.length}项，候选专家${data.candidates.length}人`,
  'experts.drawn': data =>
    `为技术评定组 ${data.panelId} 随机抽取了${data.picks.length}名专家（算法 ${data.algorithm}）`,
  'interest.declared': data =>
    `申明与{unit}${data.declaration === 'none' ? '无利害关系' : `存在利害关系（${data.kind ?? '其他'}）`}`,
  'conflict.detected': data => `发现${expert(data)}与{unit}存在利害关系的线索：${data.grounds}`,
  'recusal.requested': data => `申请${expert(data)}对{unit}回避，理由：${data.grounds}`,
  'expert.recused': data =>
    data.grounds === 'declared'
      ? '因申明存在利害关系，对{unit}的全部项目回避'
      : `决定${expert(data)}对{unit}的全部项目回避${data.reason === undefined ? '' : `，理由：${data.reason}`}`,
  'recusal-request.dismissed': data => `决定${expert(data)}对{unit}无须回避，理由：${data.reason}`,
  'expert.replaced': data => `以{expert:${data.replacement}}递补${expert(data)}，理由：${data.reason}`,
  'panel.constituted': data => `组建了技术评定组 ${data.panelId}，共${data.members.length}人`,
  'panel.dissolved': data => `解散了技术评定组 ${data.panelId}，理由：${data.reason}`,
  'fraud-suspicion.reported': data => `反映{unit}涉嫌弄虚作假：${data.detail}`,
  'fraud-case.opened': data => `对{unit}涉嫌骗取优秀成果认定立案核查：${data.grounds}`,
  'fraud-evidence.recorded': data => `记录了案件 ${data.caseId} 的核查证据：${data.findings}`,
  'unit.notified': data => `告知{unit}拟处理事项（${data.document}），可陈述至${data.answerBy}（含）`,
  'unit-statement.recorded': (data, by) =>
    data.outcome === 'waived'
      ? '记录{unit}逾期未作陈述'
      : `${by === 'UNIT' ? '陈述' : '记录了{unit}的陈述'}：${data.statement}`,
  'fraud.established': data =>
    `认定{unit}以${data.kind === '虚假材料' ? '提供虚假材料' : '不正当手段'}骗取优秀成果认定：${data.findings}`,
  'fraud-case.dismissed': data => `终结对{unit}的核查，不予处理，理由：${data.reason}`,
  'fraud-decision.taken': data =>
    `撤销{unit}的优秀成果${data.revoked.map(({ title }) => `《${title}》`).join('、')}并通报（${data.circulation.document}），自${data.ban.from}起至${data.ban.lastDay}不接受其申报`,
  'fraudulent-projects.stopped': data =>
    `终止{unit}弄虚作假的项目（${data.projectIds.length}项），理由：${data.reason}`,
  'revocation.overturned': data => `依${data.document}，自${data.from}起撤销对{unit}的处理决定，理由：${data.reason}`,
  'confidentiality-undertaking.signed': () => '签署了保密承诺',
  'material.accessed': data =>
    `记录${account(data)}调阅了${data.kind === 'file' ? '文件' : '项目材料'} ${data.objects[0]?.objectId ?? ''}${data.objects.length > 1 ? `等${data.objects.length}项` : ''}`,
  'misconduct.reported': data => `反映${account(data)}涉嫌${data.kind}：${data.detail}`,
  'misconduct-case.opened': data => `对${account(data)}涉嫌${data.kind}立案：${data.grounds}`,
  'evaluation-duty.suspended': data => `自${data.from}起暂停${account(data)}参与评定工作，理由：${data.reason}`,
  'misconduct.referred': data => `将${account(data)}的问题移送${data.authority}（${data.document}）`,
  'misconduct-disposition.recorded': data =>
    `记录${data.authority}对${account(data)}的处理（${data.document}）：${data.outcome}`,
  'tainted-evaluation.reopened': data => `要求重启受影响的技术评定 ${data.panelId}，理由：${data.reason}`,
  'taint.found-without-effect': data => `认定不影响技术评定 ${data.panelId} 的结果，理由：${data.reason}`,
  'misconduct-case.closed': data =>
    `办结对${account(data)}的案件，${data.outcome === 'founded' ? '问题属实' : '问题不实'}：${data.summary}`,
  'evaluation-standard.issued': data => `发布了${data.year}年度评定标准《${data.title}》（第${data.version}版）`,
  'scoring.opened': data =>
    `启动了技术评定组 ${data.panelId} 的评分，共${data.projects.length}项，适用评定标准第${data.standard.version}版`,
  'score-sheet.submitted': () => `提交了${project}的评分表`,
  'score-sheet.superseded': data => `更换了${project}的评分表，理由：${data.reason}`,
  'score-sheet.voided': data => `作废了${expert(data)}对${project}的评分表，理由：${data.reason}`,
  'scoring-absence.recorded': data => `记录${expert(data)}未对${project}评分，理由：${data.reason}`,
  'scoring.closed': data => `结束了技术评定组 ${data.panelId} 的评分，评分表${data.sheets}份、未评分${data.absences}份`,
  'scoring.reopened': data =>
    `决定对技术评定组 ${data.panelId} 的${data.projects.length}个项目补充评分，理由：${data.reason}`,
  'scores.aggregated': data =>
    `第${data.round}次汇总了技术评定组 ${data.panelId} 的评分，计入评分表${data.inputs.length}份`,
  'divergence.noted': () => `说明了${project}的评分分歧`,
  'technical-evaluation.completed': data => `完成了技术评定组 ${data.panelId} 的技术评定，共${data.projects.length}项`,
  'excellent-list.drafted': data => `拟定了技术评定组 ${data.panelId} 的优秀成果建议名单，共${data.list.length}项`,
  'excellent-list.signed': data => `签署了技术评定组 ${data.panelId} 的优秀成果建议名单`,
  'excellent-list.proposed': data =>
    `提出了${data.year}年度优秀成果建议名单，共${data.list.length}项，${data.signatures.length}名成员签署`,
  'fee-complaint.raised': data => `投诉${data.askedBy}在${data.stage}环节收取费用：${data.detail}`,
  'fee-complaint.resolved': data =>
    `认定{unit}的收费投诉${data.outcome === 'upheld' ? '属实' : '不属实'}：${data.findings}`,
  'excellent-list.reviewed': data =>
    `审核了技术评定组 ${data.panelId} 的建议名单，保留${data.kept.length}项，移出${data.removed.length}项`,
  'excellent-list.returned': data => `将建议名单退回技术评定组 ${data.panelId}，理由：${data.reason}`,
  'public-notice.opened': data =>
    `公示了${data.year}年度拟认定优秀成果${data.list.length}项，至${data.lastDay}（含）止${counted(data)}`,
  'public-notice.closed': data => `结束了${data.year}年度第${data.notice}次公示`,
  'objection.raised': (data, by) => `${by === 'MSR' ? '登记了社会公众对' : '提出对'}${project}的异议：${data.grounds}`,
  'objection.upheld': data => `认定对${project}的异议成立，理由：${data.reason}`,
  'objection.dismissed': data => `认定对${project}的异议不成立，理由：${data.reason}`,
  'excellent-results.published': data =>
    `公布了${data.year}年度优秀成果（第${data.version}版，${data.projects.length}项）`,
  'commendation.issued': data => `以${data.document}通报表扬${recipient(data)}：《${data.title}》`,
  'certificate.issued': data => `向${recipient(data)}颁发了证书 ${data.certificateNo}`,
  'promotion-activity.recorded': data =>
    `于${data.heldOn}开展了${data.kind}“${data.title}”，涉及优秀成果${data.results.length}项`,
  'exchange-meeting.convened': data => `定于${data.heldOn}在${data.place}召开优秀成果交流会“${data.title}”`,
  'exchange-meeting.cancelled': data => `取消了原定${data.heldOn}的优秀成果交流会，理由：${data.reason}`,
  'result.presented': data => `在优秀成果交流会上交流了《${data.title}》（${data.unitName}）`,
  'local-promotion.recorded': data =>
    `于${data.heldOn}面向${data.audience}开展了${data.kind}“${data.title}”，涉及优秀成果${data.results.length}项`,
  'incentive-policy.recorded': data => `建立了激励制度《${data.title}》，自${data.effectiveOn}起施行`,
  'incentive-policy.revised': data => `修订了激励制度《${data.title}》（第${data.version}版），理由：${data.reason}`,
  'incentive.granted': data => `于${data.grantedOn}对《${data.title}》的参与人员{person}落实激励：${data.detail}`,
  'reminder.sent': data =>
    `提醒${reminded(data)}：${data.projectId === undefined ? '' : project}“${data.title}”期限为${data.dueOn}，${data.stage === 'overdue' ? '已逾期' : '即将届满'}`,
  'personal-data.erasure-ordered': data =>
    `提出删除${holder(data)}的个人信息（${data.askedBy}申请，${data.legalGround}），理由：${data.reason}`,
  'personal-data.erasure-confirmed': data => `确认删除${holder(data)}的个人信息`,
  'personal-data.erased': data => `销毁了${holder(data)}的密钥，其个人信息已删除`,
  'ledger.key-rotation-ordered': data =>
    `提出更换账本签名密钥${data.publicKey === undefined ? '' : `（在用密钥已遗失，新密钥为 ${data.publicKey}）`}，理由：${data.reason}`,
  'ledger.key-rotation-confirmed': data => `确认更换账本签名密钥（${data.rotationId}）`,
  'ledger.key-introduced': data => `启用了账本 ${data.name} 的签名密钥 ${data.publicKey}`,
  'ledger.key-retired': data => `停用了账本签名密钥 ${data.publicKey}，理由：${data.reason}`,
};

const passwordPhrases: Readonly<Record<(typeof PASSWORD_MEANS)[number], (account: string) => string>> = {
  holder: () => '修改了本人密码',
  'reset-code': account => `凭一次性代码为${account}设置了密码`,
  'command-line': account => `由系统操作人员为首批账户${account}设置了首个密码`,
  demo: account => `为演示账户${account}设置了公开的演示密码`,
};

interface Granted {
  readonly role: Role;
  readonly orgName: string;
  readonly from: string;
}

function role({ role }: { readonly role: Role }): string {
  return `角色：${ROLE_WORDS[role]}`;
}

function granted(grant: Granted): string {
  return `${role(grant)}（${grant.orgName}），自${grant.from}起`;
}

function changed(account: string, change: AccountChange): string {
  switch (change.kind) {
    case 'register':
      return `为${account}登记监督账户（${change.grant.orgName}）`;
    case 'grant':
      return `授予${account}${granted(change.grant)}`;
    case 'revoke':
      return `收回${account}的${role(change)}，${change.lastDay}为最后一日，理由：${change.reason}`;
    case 'disable':
      return `停用${account}的账户，理由：${change.reason}`;
    case 'enable':
      return `启用${account}的账户，理由：${change.reason}`;
  }
}

/** What of a unit is another; of the contact, that it is. */
function changedParticulars(data: Extract<DomainEvent, { type: 'unit.particulars-changed' }>['data']): string[] {
  const { district, industries, address, contact } = data;
  return [
    district === undefined ? '' : `所在区为${districtWord(district)}`,
    industries ? `行业为${industries.join('、')}` : '',
    address === undefined ? '' : `地址为${address}`,
    contact ? '联系人另行登记' : '',
  ].filter(part => part !== '');
}

function jurisdiction(value: { readonly industry: string } | { readonly district: string }): string {
  return 'industry' in value ? `${value.industry}行业` : districtWord(value.district);
}

function reminded({ owedBy: { role } }: Reminder): string {
  if (role === 'MSR') return '市市场监督管理部门';
  return role === 'UNIT' ? '{unit}' : '{body}';
}

/** The phrase of an event that somebody of a role recorded; a kind this version does not know is named by its wire name. */
export function phraseOf(type: string, data: unknown, by: Role): string {
  const phrase = phrases[type as EventTypeName] as ((data: unknown, by: Role) => string) | undefined;
  return phrase ? phrase(data, by) : `记录了事件 ${type}`;
}
