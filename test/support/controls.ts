/**
 * Controls: one valid sample of every kind of fact, telling one coherent project year. The golden files are written from
 * them; tests take them as a past or vary them.
 */
import { hash } from 'node:crypto';
import type { z } from 'zod';
import { catalogue, type eventTypes } from '../../events/catalogue.ts';
import type { DecidedEvent, EnvelopeAdditions } from '../../events/event-type.ts';
import { PLANNED_PHASES } from '../../events/programme.ts';
import { ARTICLES, NUMBERING_ANOMALIES, REGULATION } from '../../events/statute.ts';

type Fact = (typeof eventTypes)[number];
export type FactName = Fact['type'];
/** The data of a kind before its ids are branded and its defaults filled in. */
type Sample<Name extends FactName> = z.input<Extract<Fact, { type: Name }>['schema']>;

const year = 2024;
const uscc = '91350100M000100Y43';
const unitName = '天津海河智能装备有限公司';
const industry = '装备制造';
const district = '120116';
const bodyId = 'district-binhai';
const bodyName = '滨海新区市场监督管理局';
const associationId = 'association-quality';
const projectId = '2024-7k3m9qwz';
const title = '降低减速机壳体铸造废品率';
const expertId = 'expert-liu';
const entrustmentId = 'tpo-2024';
const resultId = 'result-2023-017';
const accountId = 'haihe.zhang';
const resetId = 'r7s3t9v5';
const decision = '津市监质罚〔2024〕1号';
const url = 'https://scjg.tj.gov.cn/notice/2024-17.html';

const digest = (symbol: string): string => symbol.repeat(64);
const sealed = (subject: string) => ({ subject, sealed: 'c2VhbGVkLXNlYWxlZC1zZWFsZWQtc2VhbGVkLXNlYWxlZA' });
/** Of every subject another one. */
const identity = (subject: string) => ({
  kind: '居民身份证' as const,
  value: sealed(subject),
  digest: hash('sha256', subject).slice(0, 16),
});
const proof = { sha256: digest('e'), name: '核验记录.pdf', classification: 'internal' as const };
const materialsRoot = digest('c');
const titleKey = digest('d');
const ending = { doc: REGULATION, from: '2028-06-01', document: '津政办规〔2028〕1号' };
const rule = { ruleId: 'work-rules', title: '质量攻关工作规则', textHash: digest('a'), effectiveOn: '2024-02-01' };
const grant = { role: 'UNIT', orgId: uscc, orgName: unitName, from: '2024-01-02' } as const;
const jurisdiction = { district };

const plan = {
  title: '2024年天津市质量攻关工作方案',
  steps: PLANNED_PHASES.map(phase => ({
    phase,
    procedure: `${phase}按方案组织`,
    requirements: `${phase}材料齐全、真实`,
  })),
  deadlines: {
    applicationOpens: '2024-03-15',
    applicationCloses: '2024-04-30',
    supplementWorkingDays: 5,
    verification: '2024-05-31',
    municipalReview: '2024-06-14',
    projectPlanPublication: '2024-06-28',
    monitoringEveryMonths: 3,
    visitsPerYear: 1,
  },
  options: { requiredDocuments: [], similarityThreshold: 0.5, publicNotice: { workingDays: 5 } },
  panelRules: '技术评定组不少于五人，人数为单数',
  scoringRulesRef: '评定标准第1版',
};

const projectList = { year, version: 1, position: '61', listHash: digest('f'), count: 1 };

const content = {
  qualityProblem: '壳体气孔、缩松导致废品率达到百分之六点二',
  methods: ['QC小组', '实验设计'],
  procedure: '按计划、执行、检查、处理四个阶段开展',
  improvementOrInnovation: '改进浇注系统，增设在线测温',
  feasibility: '设备、人员和经费均已落实',
  expectedResults: '废品率降到百分之三以下',
  expectedEconomic: { yuan: 1_800_000, basis: '按年产两万件、每件损失九百元测算' },
  expectedSocial: '年减少废铁重熔六百吨',
  categories: ['提质增效', '节能降耗'] as ('提质增效' | '节能降耗')[],
  keyArea: '高端装备',
  participants: [
    { name: sealed('person-zhang'), duty: '项目负责人' },
    { name: sealed('person-wang'), duty: '工艺改进' },
  ],
};
const submission = { projectId, version: 1, content, materialsRoot, bodyId };
const check = { projectId, materialsRoot, findings: '材料齐全，与原件一致', evidence: [proof] };
const reason = '经集体研究决定';

const countedBy = [{ year, number: '国办发明电〔2023〕7号', version: 0 }];
const panelId = '2024-equipment';
const panelPair = { panelId, expertId, uscc };
const panelCandidates = ['expert-li', 'expert-liu', 'expert-qian', 'expert-sun', 'expert-zhao'];
const trainingId = '2024-t5r8w2qk';
const trainee = { trainingId, traineeId: 'trainee-1', projectId, year, uscc, role: '项目负责人' as const };
const visitId = 'visit-1';
const problemId = 'problem-1';
const implementationPlan = {
  startsOn: '2024-07-16',
  endsOn: '2024-09-30',
  summary: '改进浇注系统，增设在线测温，固化工艺参数',
  milestones: [
    { cycle: 1, stage: '计划' as const, task: '现状调查和原因分析', dueOn: '2024-07-31' },
    { cycle: 1, stage: '执行' as const, task: '对策实施', dueOn: '2024-08-31' },
  ],
  metrics: [{ metricId: 'scrap-rate', title: '废品率', measuredIn: '%', baseline: 6.2, target: 3 }],
};

const resultContent = {
  title,
  problem: '壳体气孔、缩松导致废品率达到百分之六点二',
  methods: ['QC小组', '实验设计'],
  procedure: '按计划、执行、检查、处理四个阶段开展',
  improvementOrInnovation: '改进浇注系统，增设在线测温',
  results: '废品率降到百分之二点六，工艺参数纳入作业指导书',
  economicBenefit: { yuan: 1_960_000, basis: '按年产两万件核算' },
  socialBenefit: '年减少废铁重熔七百吨',
  participants: [{ name: sealed('person-zhang'), duty: '项目负责人' }],
};
const resultSubmission = { projectId, year, version: 1, content: resultContent, materialsRoot, bodyId, jurisdiction };
const resultBatch = { year, bodyId, batch: 1 };
const batchedResult = { projectId, version: 1, materialsRoot };

const caseId = 'case-2024-01';
const erasure = { erasureId: 'erasure-2025-01', subject: 'person-zhang' };
const [firstKey, secondKey] = [`${'k1'.repeat(21)}0=`, `${'k2'.repeat(21)}0=`];
const signature = `${'s1'.repeat(42)}sQ==`;
const rotationId = 'rotation-2025-01';
const misconductId = 'misconduct-2024-01';
const suspect = { misconductId, accountId: 'msr.zhao' };

const standard = { version: 1, hash: digest('1') };
const scoreSheet = {
  panelId,
  sheetId: 'sheet-1',
  projectId,
  uscc,
  expertId,
  scores: [
    { criterionId: 'problem', points: '34' },
    { criterionId: 'effect', points: '52.5' },
  ],
  comment: '针对性强，成效可核实',
};
const proposal = {
  panelId,
  year,
  round: 1,
  list: [{ projectId, rank: 1, score: '86.5000' }],
  minutes: '技术评定组会议纪要',
  listHash: digest('0'),
};

const recognisedId = `result-${projectId}`;
const objection = { year, objectionId: 'objection-1', projectId };
const commended = {
  year,
  commendationId: 'commendation-1',
  resultId: recognisedId,
  title,
  recipientType: '参与人员' as const,
  orgId: uscc,
  orgName: unitName,
  person: sealed('person-zhang'),
};
const shownResult = { resultId: recognisedId, title, unitName };
const promotion = {
  promotionId: 'promotion-1',
  year,
  kind: '现场推广' as const,
  title: '铸造质量攻关成果现场推广',
  detail: '组织同行业企业现场观摩',
  heldOn: '2024-12-18',
  url,
};
const meeting = { promotionId: 'meeting-2024', year, heldOn: '2024-12-19' };
const incentivePolicy = {
  bodyId,
  policyId: 'quality-pioneers',
  title: '质量攻关参与人员激励办法',
  content: '对优秀成果参与人员给予荣誉和培训机会',
  effectiveOn: '2024-12-01',
  url,
};

export const samples: { readonly [Name in FactName]: Sample<Name> } = {
  'regulation.registered': {
    doc: REGULATION,
    title: '天津市质量攻关管理办法',
    issuedOn: '2023-12-29',
    publishedOn: '2024-01-03',
    indexNumber: '111200000001250229/2024-00001',
    recipients: ['各区人民政府'],
    copiedTo: ['市监委'],
    articles: ARTICLES.map(({ id, ordinal, label, hash }) => ({ id, ordinal, label, hash })),
    textHash: digest('b'),
    anomalies: NUMBERING_ANOMALIES.map(anomaly => ({ ...anomaly })),
  },
  'regulation.in-force': {
    doc: REGULATION,
    from: '2023-12-29',
    lastDay: '2028-12-28',
    lastDayByCivilCode: '2028-12-29',
  },
  'regulation.superseded': { ...ending, successor: ending.document, successorLastDay: '2033-05-31' },
  'regulation.repealed': ending,
  'programme-rule.issued': { ...rule, version: 1 },
  'programme-rule.revised': { ...rule, version: 2, textHash: digest('9') },
  'programme-rule.repealed': { ruleId: rule.ruleId, from: '2026-01-01' },
  'meeting.recorded': {
    year: 2024,
    title: '年度质量攻关工作部署会',
    heldOn: '2024-03-05',
    place: '市市场监管委三楼会议室',
    attendees: ['市工业和信息化局', '滨海新区市场监督管理局'],
    minutes: '部署年度申报工作，明确各推荐单位的联系人和时间安排。',
    evidence: [proof],
  },
  'notice.recorded': {
    year: 2024,
    title: '关于召开年度质量攻关工作部署会的通知',
    issuedOn: '2024-02-26',
    recipients: ['市工业和信息化局', '滨海新区市场监督管理局'],
    content: '部署会定于3月5日召开，请各推荐单位派一名负责人参加。',
    evidence: [proof],
  },
  'organising-work.recorded': { kind: '会议', detail: '召开年度质量攻关工作部署会' },

  'account.registered': {
    accountId,
    name: sealed('account-haihe.zhang'),
    grant,
    identity: identity('account-haihe.zhang'),
    otherAccounts: ['zhang.hai'],
  },
  'account.holder-renamed': {
    accountId,
    name: sealed('account-haihe.zhang'),
    changedOn: '2025-06-02',
    document: '居民户口簿变更记录',
  },
  'account.identity-stated': {
    accountId,
    identity: identity('account-haihe.zhang'),
    otherAccounts: ['zhang.hai'],
  },
  'account.role-granted': { accountId, grant: { ...grant, lastDay: '2024-12-31' } },
  'account.role-revoked': { accountId, role: 'UNIT', orgId: uscc, lastDay: '2024-09-30', reason },
  'account.disabled': { accountId, reason },
  'account.enabled': { accountId, reason },
  'account.change-proposed': {
    accountId: 'sup.zhou',
    proposalId: 'c4n8k2m6',
    change: {
      kind: 'register',
      name: sealed('account-sup.zhou'),
      grant: { role: 'SUP', orgId: 'sup', orgName: '监督机构', from: '2024-01-02' },
    },
  },
  'account.change-confirmed': { accountId: 'sup.zhou', proposalId: 'c4n8k2m6' },
  'account.credential-reset-ordered': { accountId, resetId, needsSecondPerson: true, reason: '遗忘密码' },
  'account.credential-reset-confirmed': { accountId, resetId },
  'account.reset-code-issued': { accountId, resetId, expiresAt: '2024-01-15T02:30:00.000Z' },
  'account.password-set': { accountId, means: 'reset-code', resetId, provisional: true },
  'account.credential-vouched': { accountId, resetId, grounds: '持身份证当面核对' },
  'account.credential-confirmed': { accountId, resetId, means: 'administrators' },
  'account.second-factor-enrolled': { accountId },
  'account.second-factor-confirmed': { accountId },
  'account.second-factor-reset-ordered': { accountId, resetId, reason: '手机遗失' },
  'account.second-factor-removed': { accountId, means: 'reset', resetId },
  'account.sessions-ended': { accountId, reason: '设备遗失' },
  'account.unlock-code-issued': { accountId, reason: '账户遭反复试探' },
  'account.api-key-issued': {
    accountId,
    keyId: 'k7m2p9qx',
    system: '企业质量管理系统',
    scopes: ['events', 'data'],
    lastDay: '2024-12-31',
    requestsPerMinute: 600,
  },
  'account.api-key-revoked': { accountId, keyId: 'k7m2p9qx', reason: '系统停用' },
  'account.webhook-registered': {
    accountId,
    webhookId: 'w7m2p9qx',
    system: '企业质量管理系统',
    url: 'https://hook.example.cn/gongguan',
    types: ['project.approved', 'excellent-results.published'],
  },
  'account.webhook-ended': {
    accountId,
    webhookId: 'w7m2p9qx',
    cause: 'failing',
    reason: 'HTTP 500',
  },

  'third-party.capability-verified': {
    entrustmentId,
    uscc,
    name: '天津市质量协会',
    findings: '具备会务与信息录入能力',
    evidence: [proof],
  },
  'third-party.entrusted': {
    entrustmentId,
    uscc,
    name: '天津市质量协会',
    scope: ['RegisterUnit', 'OpenApplications'],
    from: '2024-03-01',
    lastDay: '2024-12-31',
    noFeeClause: true,
    contractHash: digest('8'),
  },
  'entrustment.scope-changed': { entrustmentId, scope: ['RegisterUnit'], from: '2024-07-01', reason },
  'entrustment.terminated': { entrustmentId, lastDay: '2024-10-31', reason },

  'recommending-body.registered': { bodyId, kind: 'district-bureau', name: bodyName, from: '2024-01-01' },
  'recommending-body.renamed': {
    bodyId,
    formerName: bodyName,
    name: '滨海新区市场监督管理和知识产权局',
    changedOn: '2025-06-02',
    document: '津滨编字〔2024〕第12号',
  },
  'jurisdiction.assigned': { bodyId, jurisdiction, from: '2024-01-01' },
  'jurisdiction.transferred': {
    fromBodyId: bodyId,
    toBodyId: associationId,
    jurisdiction: { industry },
    from: '2024-06-01',
    reason,
  },

  'unit.registered': {
    uscc,
    name: unitName,
    kind: '企业',
    district,
    industries: [industry],
    address: '天津市滨海新区海河路1号',
    isBranch: false,
    contact: { name: sealed('person-zhang'), phone: sealed('person-zhang') },
  },
  'unit.renamed': {
    uscc,
    formerName: unitName,
    name: '海河装备集团有限公司',
    changedOn: '2025-06-02',
    document: '津市监变字〔2024〕第87号登记通知书',
  },
  'unit.particulars-changed': {
    uscc,
    changedOn: '2025-06-02',
    document: '津市监变字〔2024〕第88号登记通知书',
    district: '120102',
    industries: [industry],
    address: '天津市河东区新开路9号',
    contact: { name: sealed('person-zhang'), phone: sealed('person-zhang') },
  },
  'unit.registration-verified': {
    uscc,
    source: '国家企业信用信息公示系统',
    verifiedOn: '2024-03-10',
    inTianjin: true,
    evidence: [proof],
  },
  'unit.professional-organisation-recognised': {
    uscc,
    authority: 'industry-equipment',
    document: '津工信函〔2024〕8号',
    recognisedOn: '2024-02-20',
    evidence: [proof],
  },
  'unit.outside-ban-entered': {
    uscc,
    decision,
    authority: '天津市市场监督管理委员会',
    from: '2024-11-20',
    evidence: [proof],
  },
  'unit.application-ban-imposed': { uscc, decision, from: '2024-11-20', lastDay: '2029-11-20' },
  'unit.ban-lifting-entered': { uscc, decision, from: '2025-03-01', reason, evidence: [proof] },
  'unit.application-ban-lifted': { uscc, decision, from: '2025-03-01', reason },

  'unit.successor-recorded': {
    uscc,
    predecessor: '91120116300001011B',
    kind: '合并',
    document: '津开批〔2024〕9号',
    effectiveOn: '2024-08-01',
  },

  'expert-bank.rules-issued': {
    version: 1,
    title: '技术评定专家库管理办法',
    textHash: digest('7'),
    effectiveOn: '2024-02-01',
    reviewEveryMonths: 12,
  },
  'expert.admitted': {
    expertId,
    fields: ['铸造'],
    professionalTitle: '正高级工程师',
    employerName: '天津理工大学',
    name: sealed('person-liu'),
    bankRulesVersion: 1,
    identity: identity('person-liu'),
  },
  'expert.identity-stated': { expertId, identity: { ...identity('person-liu'), kind: '护照' } },
  'expert.renamed': {
    expertId,
    name: sealed('person-liu'),
    changedOn: '2025-06-02',
    document: '居民户口簿变更记录',
  },
  'expert.profile-updated': {
    expertId,
    fields: ['铸造', '热处理'],
    professionalTitle: '正高级工程师',
    employerName: '天津理工大学',
    employerUscc: uscc,
  },
  'expert.reviewed': { expertId, outcome: 'retained', findings: '履职情况良好' },
  'expert.suspended': { expertId, reason },
  'expert.reinstated': { expertId, reason },
  'expert.removed': { expertId, reason },

  'excellent-result.earlier-recorded': {
    resultId,
    year: 2023,
    title: '提高齿轮箱一次交验合格率',
    unitName: '天津渤海传动有限公司',
    uscc,
    problem: '齿轮箱一次交验合格率偏低',
    methods: ['QC小组'],
    results: '合格率由百分之九十提高到百分之九十七',
    source: { document: '2023年优秀成果名单', url },
  },
  'excellent-result.recognised': {
    year,
    projectId,
    resultId: 'result-2024-001',
    title,
    uscc,
    unitName,
    bodyId,
    problem: content.qualityProblem,
    methods: content.methods,
    results: '废品率降到百分之二点八',
  },
  'coordination-action.recorded': {
    actionId: 'action-2024-01',
    title: '装备行业质量对接会',
    detail: '市局与行业主管部门共同组织对接',
    parties: [
      { role: 'MSR', name: '市市场监督管理部门' },
      { role: 'REC-I', name: '市工业和信息化局' },
    ],
    heldOn: '2024-05-20',
  },
  'exemplar.designated': {
    resultId,
    title: '提高齿轮箱一次交验合格率',
    unitName: '天津渤海传动有限公司',
    field: industry,
    grounds: '成效显著，可复制推广',
  },
  'exemplar.withdrawn': { resultId, reason },

  'holiday-notice.registered': {
    year: 2027,
    version: 1,
    number: '国办发明电〔2026〕7号',
    title: '国务院办公厅关于2027年部分节假日安排的通知',
    issuedOn: '2026-11-05',
    holidays: [{ festival: '元旦', first: '2027-01-01', last: '2027-01-03' }],
    workedWeekends: ['2027-01-09'],
  },
  'programme.opened': { year, title: '2024年度质量攻关', regulation: REGULATION },
  'work-plan.drafted': { year, version: 1, plan },
  'work-plan.published': { year, version: 1, plan, docHash: digest('6'), url },
  'work-plan.warned': {
    year,
    version: 1,
    warnings: [
      {
        pointer: '/deadlines/supplementWorkingDays',
        code: 'calendar-year-missing',
        zh: '尚未登记 2025 年放假安排通知；登记前无法计算进入该年的补充材料期限',
        en: 'No holiday notice is registered for 2025: until it is, counts that come into it are refused',
      },
    ],
  },
  'work-plan.amended': {
    year,
    version: 2,
    plan: { ...plan, deadlines: { ...plan.deadlines, applicationCloses: '2024-05-10' } },
    fromVersion: 1,
    changes: [{ pointer: '/deadlines/applicationCloses', from: '"2024-04-30"', to: '"2024-05-10"' }],
    reason,
    docHash: digest('5'),
    url,
  },
  'application-window.opened': { year, opensAt: '2024-03-15T01:00:00.000Z', closesOn: '2024-04-30' },
  'application-window.closed': { year, closedAt: '2024-04-30T16:00:00.000Z' },
  'project-plan.compiled': projectList,
  'project-plan.published': { ...projectList, projects: [projectId], url },
  'project-plan.amended': {
    ...projectList,
    version: 2,
    projects: [projectId],
    added: [projectId],
    removed: ['2024-0aaa1bbb'],
    reason,
    url,
  },
  'programme.closed': { year, summary: '全年列入项目一个，按期完成' },

  'application.started': { projectId, year, uscc, unitName, title, industry, bodyId, bodyName },
  'document.attached': {
    projectId,
    documentId: 'doc-1',
    kind: '可行性分析',
    name: '可行性分析.pdf',
    sha256: digest('4'),
    size: 48_213,
    mediaType: 'application/pdf',
    classification: 'internal',
  },
  'undertaking.signed': {
    projectId,
    signatory: sealed('person-zhang'),
    position: '质量负责人',
    textHash: digest('3'),
  },
  'late-submission.accepted': { projectId, until: '2024-05-06', reason },
  'application.submitted': { ...submission, titleKey },
  'application.supplemented': { ...submission, version: 2, answer: '已补充测算依据' },
  'application.withdrawn': { projectId, reason },
  'verification.started': { projectId, materialsRoot },
  'supplement.requested': { projectId, items: ['经济效益测算依据'], dueOn: '2024-05-13', countedBy },
  'completeness.verified': check,
  'completeness.failed': { ...check, findings: '缺少预期成效材料' },
  'truthfulness.verified': { ...check, method: '现场核对' },
  'truthfulness.failed': { ...check, method: '现场核对', findings: '测算数据与账目不符' },
  'application.returned': { projectId, reason },
  'project.recommended': { projectId, opinion: '问题明确，方法可行，同意推荐', materialsRoot },
  'project.not-recommended': { projectId, reason },
  'similarity.checked': {
    projectId,
    corpusPosition: '48',
    corpusHash: digest('2'),
    corpusSize: 1,
    algorithmVersion: 'shingles-1',
    threshold: 0.5,
    hits: [
      {
        resultId,
        title: '提高齿轮箱一次交验合格率',
        score: 0.61,
        fields: { title: 0.6778, problem: 0.12, methods: 1, results: 0 },
        ownEarlierWork: false,
        passages: [{ field: 'procedure', text: '按计划、执行、检查、处理四个阶段开展' }],
      },
    ],
  },
  'similarity.adjudicated': { projectId, verdict: 'different', reason: '对象和改进措施均不相同' },
  'definition-conformity.assessed': { projectId, conforms: true, reason: '符合第三条所列要素' },
  'expected-effect.assessed': { projectId, marked: true, reason: '预期效益显著' },
  'eligibility.confirmed': { projectId, materialsRoot },
  'eligibility.denied': { projectId, items: ['（二）'], reason: '预期成效不显著' },
  'municipal-review.started': { projectId, reviewer: 'msr.chen' },
  'project.held': { projectId, banFrom: '2024-03-01', banLastDay: '2029-03-01' },
  'held-project.decided': { projectId, decision: 'proceed', reason },
  'project.approved': { projectId, opinion: '同意立项', materialsRoot },
  'project.rejected': { projectId, reason },
  'project.listed': { projectId, year, uscc, unitName, title, bodyId, bodyName, jurisdiction },
  'project.carried-over': { projectId, fromYear: 2024, toYear: 2025, reason },
  'title.reserved': { projectId, titleKey, at: '2024-03-20T02:00:00.000Z' },
  'title.released': { projectId, titleKey, reason: '申请已撤回' },

  'training.scheduled': {
    trainingId,
    year,
    title: '质量攻关方法培训',
    topics: ['PDCA循环', '实验设计'],
    heldOn: '2024-07-25',
    place: '市质量研究院',
  },
  'trainee.enrolled': { ...trainee, person: sealed('person-zhang') },
  'training.delivered': { trainingId, year, deliveredOn: '2024-07-25', summary: '讲授八学时', evidence: [proof] },
  'training.attended': trainee,
  'training.absence-recorded': { ...trainee, reason: '出差' },
  'training.cancelled': { trainingId, year, reason },

  'implementation-plan.submitted': { projectId, version: 1, plan: implementationPlan },
  'implementation-plan.revised': {
    projectId,
    version: 2,
    plan: { ...implementationPlan, endsOn: '2024-10-15' },
    reason,
  },
  'pdca-stage.reported': {
    projectId,
    cycle: 1,
    stage: '计划',
    summary: '确定主因三项',
    evidence: [proof],
  },
  'progress.monitored': {
    projectId,
    record: 1,
    monitoredOn: '2024-08-20',
    measurements: [{ metricId: 'scrap-rate', value: 4.1 }],
    evaluation: '废品率下降，未达目标',
    evidence: [proof],
  },
  'strategy.adjusted': { projectId, becauseOf: 1, adjustment: '增加模具预热工序' },
  'project.completed': { projectId, completedOn: '2024-09-30', closedCycles: 1, summary: '目标全部达到' },
  'project.terminated': { projectId, reason },
  'visit.planned': { projectId, visitId, bodyId, plannedOn: '2024-08-15', purpose: '检查对策实施' },
  'visit.recorded': {
    projectId,
    visitId,
    bodyId,
    visitedOn: '2024-08-15',
    kinds: ['指导', '检查'],
    place: '铸造车间',
    participants: [sealed('person-zhao')],
    findings: '对策按计划实施',
  },
  'guidance.issued': { projectId, guidanceId: 'guidance-1', bodyId, opinion: '建议增加测温点', visitId },
  'progress.urged': { projectId, bodyId, matter: '完成检查阶段报告', expectedBy: '2024-09-15' },
  'problem.raised': {
    projectId,
    problemId,
    description: '缺少在线测温设备',
    raisedOn: '2024-08-15',
    visitId,
  },
  'problem.resolved': { projectId, problemId, resolution: '协调借用检测设备', resolvedOn: '2024-08-22' },

  'result-document.attached': {
    projectId,
    documentId: 'result-doc-1',
    kind: '成果报告',
    name: '成果报告.pdf',
    sha256: digest('5'),
    size: 91_344,
    mediaType: 'application/pdf',
    classification: 'internal',
  },
  'result-undertaking.signed': {
    projectId,
    signatory: sealed('person-zhang'),
    position: '质量负责人',
    textHash: digest('3'),
  },
  'results.submitted': resultSubmission,
  'results.supplemented': { ...resultSubmission, version: 2, explanation: '补充效益证明' },
  'results.withdrawn': { projectId, reason },
  'results.compiled': { ...resultBatch, position: '90', projects: [batchedResult] },
  'result.recommended': { ...resultBatch, projectId, opinion: '成效明显，同意推荐' },
  'result.not-recommended': { ...resultBatch, projectId, reason },
  'result-batch.forwarded': {
    ...resultBatch,
    root: digest('6'),
    projects: [batchedResult],
    declined: [],
    dropped: [],
  },

  'panel-formation.started': {
    panelId,
    year,
    projects: [{ projectId, title, uscc, unitName, bodyId }],
    candidates: panelCandidates,
    candidateSetHash: 'e0a3ec25279eef09d5eb5cfa50e2254c739160559db976cd479e3039999fbd55',
    rules: { size: 3, quorum: 2, lookBackYears: 3 },
    seedCommitment: 'a518240128bb031ad05b386873446bef82cbf289a095ae10c436c07860476bfc',
    beacon: { source: '中国福利彩票双色球', round: '第2024128期', publishedAt: '2024-11-05T13:15:00.000Z' },
  },
  'experts.drawn': {
    panelId,
    seed: '抽签种子-71887144a16bdf3185604be1',
    beaconValue: '03 07 11 18 25 31 + 09',
    algorithm: 'sha256-tickets-1',
    picks: ['expert-liu', 'expert-zhao', 'expert-qian'],
    inactive: ['expert-sun'],
  },
  'interest.declared': {
    ...panelPair,
    declaration: 'conflict',
    kind: '顾问或有偿服务',
    detail: sealed('person-liu'),
  },
  'conflict.detected': { ...panelPair, rule: 'same-employer', grounds: '专家所在单位与项目单位相同' },
  'recusal.requested': { ...panelPair, grounds: '该专家曾任我单位顾问' },
  'expert.recused': { ...panelPair, grounds: 'decided', reason },
  'recusal-request.dismissed': { ...panelPair, reason: '经查不存在利害关系' },
  'expert.replaced': {
    panelId,
    expertId,
    replacement: 'expert-li',
    inactive: [],
    reason: '回避后人数不足',
  },
  'panel.constituted': { panelId, year, members: ['expert-zhao', 'expert-qian', 'expert-li'] },
  'panel.dissolved': { panelId, reason },

  'fraud-suspicion.reported': { caseId, uscc, detail: '检测报告与原始记录不符', evidence: [proof] },
  'fraud-case.opened': {
    caseId,
    uscc,
    unitName,
    projectIds: [projectId],
    resultIds: [resultId],
    grounds: '线索具体，需核查',
  },
  'fraud-evidence.recorded': {
    caseId,
    evidenceId: 'evidence-1',
    findings: '报告编号在检测机构无存根',
    evidence: [proof],
  },
  'unit.notified': { caseId, uscc, document: '津市监质告〔2024〕1号', answerBy: '2024-12-24' },
  'unit-statement.recorded': { caseId, uscc, outcome: 'stated', statement: '我单位对事实无异议', evidence: [] },
  'fraud.established': { caseId, kind: '虚假材料', findings: '检测报告系伪造' },
  'fraud-case.dismissed': { caseId, uscc, reason },
  'fraud-decision.taken': {
    caseId,
    uscc,
    unitName,
    revoked: [{ resultId, projectId, title, year: 2024 }],
    circulation: { document: decision, url, recipients: ['各推荐单位'] },
    ban: { from: '2024-12-26', lastDay: '2029-12-26' },
  },
  'fraudulent-projects.stopped': { caseId, uscc, projectIds: [projectId], reason },
  'revocation.overturned': { caseId, uscc, document: '津市监复决〔2025〕3号', from: '2025-03-01', reason },
  'confidentiality-undertaking.signed': { accountId: 'msr.zhao', orgId: 'msr', role: 'MSR', textHash: digest('1') },
  'material.accessed': {
    accountId: 'msr.zhao',
    orgId: 'msr',
    role: 'MSR',
    kind: 'case-file',
    via: 'GetCaseFile',
    objects: [{ objectId: projectId, units: [uscc] }],
  },
  'misconduct.reported': {
    ...suspect,
    kind: '徇私舞弊',
    detail: '评定期间私下会见项目单位人员',
    offlineFile: '纪〔2024〕密12号',
    panelId: '2024-first',
    evidence: [proof],
  },
  'misconduct-case.opened': { ...suspect, kind: '徇私舞弊', grounds: '线索具体，需核查' },
  'evaluation-duty.suspended': { ...suspect, from: '2024-12-23', reason },
  'misconduct.referred': { ...suspect, authority: '驻局纪检监察组', document: '移〔2024〕2号' },
  'misconduct-disposition.recorded': {
    ...suspect,
    authority: '驻局纪检监察组',
    document: '处〔2024〕5号',
    decidedOn: '2024-12-26',
    outcome: '给予警告',
  },
  'tainted-evaluation.reopened': { ...suspect, panelId: '2024-first', projectIds: [projectId], reason },
  'taint.found-without-effect': { ...suspect, panelId: '2024-first', reason: '未参与该项目打分' },
  'misconduct-case.closed': { ...suspect, outcome: 'founded', summary: '问题属实，已按规定处理' },

  'evaluation-standard.issued': {
    year,
    version: 1,
    title: '2024年质量攻关成果评定标准',
    criteria: [
      { id: 'problem', title: '选题针对性', weight: 40, max: 40 },
      { id: 'effect', title: '攻关成效', weight: 60, max: 60 },
    ],
    normalisation: 'none',
    tieBreak: ['effect'],
    algorithm: 'weighted-mean/2',
    references: ['T/CAQ 10201'],
    url,
    hash: standard.hash,
  },
  'scoring.opened': { panelId, year, standard, projects: [{ projectId, uscc }], leftOut: [] },
  'score-sheet.submitted': scoreSheet,
  'score-sheet.superseded': { ...scoreSheet, sheetId: 'sheet-2', supersedes: scoreSheet.sheetId, reason },
  'score-sheet.voided': {
    panelId,
    sheetId: scoreSheet.sheetId,
    projectId,
    uscc,
    expertId,
    cause: 'recusal',
    reason: '专家对该单位回避',
  },
  'scoring-absence.recorded': { panelId, projectId, expertId, reason: '因病未参加评分' },
  'scoring.closed': { panelId, sheets: 1, absences: 0 },
  'scoring.reopened': { panelId, projects: [projectId], reason: '回避后有效评分表不足' },
  'scores.aggregated': {
    panelId,
    round: 1,
    standard: { year, ...standard },
    algorithmVersion: 'weighted-mean/2',
    divergencePoints: 20,
    inputs: ['018f0000-0000-7000-8000-000000000001'],
    excluded: [],
    results: [
      { projectId, sheets: 1, score: '86.5000', rank: 1, spread: '0.0000', divergent: false, tieBreak: ['52.5000'] },
    ],
    unscored: [],
  },
  'divergence.noted': { panelId, round: 1, projectId, note: '对成效测算口径看法不同，经评议认可' },
  'technical-evaluation.completed': { panelId, year, round: 1, projects: [projectId] },
  'excellent-list.drafted': proposal,
  'excellent-list.signed': { panelId, expertId, listHash: proposal.listHash },
  'excellent-list.proposed': {
    ...proposal,
    signatures: [{ expertId, eventId: '018f0000-0000-7000-8000-000000000002' }],
  },
  'fee-complaint.raised': {
    complaintId: 'complaint-1',
    year,
    uscc,
    stage: '成果评定',
    askedBy: '某咨询公司',
    detail: '以评审服务为名要求缴纳费用',
    evidence: [proof],
  },
  'fee-complaint.resolved': {
    complaintId: 'complaint-1',
    outcome: 'upheld',
    findings: '经核实，确有收费行为',
    remedy: '已责令退还并通报',
  },

  'excellent-list.reviewed': {
    year,
    panelId,
    listHash: proposal.listHash,
    kept: [projectId],
    removed: [{ projectId: '2024-0aaa1bbb', reason: '成效不突出' }],
  },
  'excellent-list.returned': {
    year,
    panelId,
    listHash: proposal.listHash,
    projects: [projectId],
    reason: '排序理由不充分',
  },
  'public-notice.opened': {
    year,
    notice: 1,
    list: [{ projectId, title, unitName }],
    workingDays: 5,
    from: '2024-12-06',
    lastDay: '2024-12-13',
    countedBy,
    url,
  },
  'public-notice.closed': { year, notice: 1 },
  'objection.raised': {
    ...objection,
    notice: 1,
    objector: { name: sealed('person-lin'), phone: sealed('person-lin') },
    grounds: '效益测算依据不足',
    evidence: [proof],
  },
  'objection.upheld': { ...objection, reason: '测算依据确不成立' },
  'objection.dismissed': { ...objection, reason: '经核对，测算依据充分' },
  'excellent-results.published': {
    year,
    version: 1,
    position: '120',
    projects: [projectId],
    listHash: digest('a'),
    url,
  },
  'commendation.issued': { ...commended, document: '津市监质〔2024〕30号', url },
  'certificate.issued': { ...commended, certificateNo: '2024-00001' },
  'promotion-activity.recorded': { ...promotion, results: [shownResult] },
  'exchange-meeting.convened': {
    ...meeting,
    title: '2024年天津市质量攻关优秀成果交流会',
    place: '天津礼堂',
    programme: '成果发布、专家点评、现场交流',
  },
  'exchange-meeting.cancelled': { ...meeting, reason: '场地原因' },
  'result.presented': {
    ...meeting,
    ...shownResult,
    consent: { document: '技术秘密公开同意书', evidence: [proof] },
  },
  'local-promotion.recorded': {
    ...promotion,
    promotionId: 'promotion-2',
    bodyId,
    audience: '区内装备制造企业',
    results: [shownResult],
  },
  'incentive-policy.recorded': { ...incentivePolicy, version: 1 },
  'incentive-policy.revised': { ...incentivePolicy, version: 2, reason: '扩大激励范围' },
  'incentive.granted': {
    bodyId,
    policyId: incentivePolicy.policyId,
    grantId: 'grant-1',
    resultId: recognisedId,
    title,
    uscc,
    unitName,
    person: sealed('person-zhang'),
    detail: '授予区质量先锋称号',
    grantedOn: '2024-12-18',
  },

  'reminder.sent': {
    year,
    deadline: 'DL-6',
    item: 'verification',
    title: '核实并提交推荐意见',
    duty: 'art-12',
    planVersion: 1,
    stage: 'due-soon',
    dueOn: plan.deadlines.verification,
    owedBy: { orgId: bodyId, role: 'REC-D' },
    projectId,
    projectTitle: title,
  },

  'personal-data.erasure-ordered': {
    ...erasure,
    name: sealed(erasure.subject),
    orgId: uscc,
    askedBy: '本人',
    reason: '已离职，不再参与质量攻关',
    legalGround: '《中华人民共和国个人信息保护法》第四十七条',
  },
  'personal-data.erasure-confirmed': erasure,
  'personal-data.erased': erasure,

  'ledger.key-rotation-ordered': { rotationId, reason: '密钥保管人离任', publicKey: secondKey },
  'ledger.key-rotation-confirmed': { rotationId },
  'ledger.key-introduced': {
    name: 'gongguan/0123456789abcdef',
    publicKey: secondKey,
    suite: 'ed25519',
    proof: signature,
    predecessor: { publicKey: firstKey, proof: signature },
    rotationId,
  },
  'ledger.key-retired': { publicKey: firstKey, reason: '更换账本签名密钥' },
};

/** The sample of a kind as a decided fact, varied by `change`. */
export function control<Name extends FactName>(
  name: Name,
  change: Partial<Sample<Name>> = {},
  circumstances: EnvelopeAdditions = {},
): DecidedEvent {
  const kind = catalogue.get(name);
  if (!kind) throw new RangeError(`no kind of fact is named ${name}`);
  return kind.of(kind.schema.parse({ ...sampleFor(name, change), ...change }), circumstances);
}

export const factNames = Object.keys(samples) as readonly FactName[];

/** The sample; of somebody else without what says that he is the person of the sample. */
function sampleFor(name: FactName, change: object): object {
  const isOther = 'accountId' in change || 'expertId' in change;
  if (!isOther || (name !== 'account.registered' && name !== 'expert.admitted')) return samples[name];
  const whose = ['identity', 'otherAccounts'];
  return Object.fromEntries(Object.entries(samples[name]).filter(([field]) => !whose.includes(field)));
}
