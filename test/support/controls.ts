/**
 * Controls: one valid sample of every kind of fact, telling one coherent project year. The golden files are written from
 * them; tests take them as a past or vary them.
 */
import type { z } from 'zod';
import { catalogue, type facts } from '../../events/catalogue.ts';
import type { Circumstances, Draft } from '../../events/fact.ts';
import { PLANNED_PHASES } from '../../events/programme.ts';
import { ARTICLES, NUMBERING_ANOMALIES, REGULATION } from '../../events/statute.ts';

type Fact = (typeof facts)[number];
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
const decision = '津市监质罚〔2024〕1号';
const url = 'https://scjg.tj.gov.cn/notice/2024-17.html';

const digest = (symbol: string): string => symbol.repeat(64);
const sealed = (subject: string) => ({ subject, sealed: 'c2VhbGVkLXNlYWxlZC1zZWFsZWQtc2VhbGVkLXNlYWxlZA' });
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

const planEntry = { projectId, title, unitName, bodyName };
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
  'organising-work.recorded': { kind: '会议', detail: '召开年度质量攻关工作部署会' },

  'account.registered': { accountId, name: sealed('account-haihe.zhang'), grant },
  'account.role-granted': { accountId, grant: { ...grant, lastDay: '2024-12-31' } },
  'account.role-revoked': { accountId, role: 'UNIT', orgId: uscc, lastDay: '2024-09-30', reason },
  'account.disabled': { accountId, reason },
  'account.enabled': { accountId, reason },

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
    isBranch: false,
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
  'unit.application-ban-imposed': { uscc, decision, from: '2024-11-20', lastDay: '2029-11-20' },
  'unit.application-ban-lifted': { uscc, decision, from: '2025-03-01', reason },

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

  'programme.opened': { year, title: '2024年度质量攻关', regulation: REGULATION },
  'work-plan.drafted': { year, version: 1, plan },
  'work-plan.published': { year, version: 1, plan, docHash: digest('6'), url },
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
  'project-plan.published': { ...projectList, list: [planEntry], url },
  'project-plan.amended': {
    ...projectList,
    version: 2,
    list: [planEntry],
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
  'supplement.requested': { projectId, items: ['经济效益测算依据'], dueOn: '2024-05-13' },
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
  'project.listed': { projectId, year, uscc, unitName, title, bodyId, bodyName },
  'project.carried-over': { projectId, fromYear: 2024, toYear: 2025, reason },
  'title.reserved': { projectId, titleKey, at: '2024-03-20T02:00:00.000Z' },
  'title.released': { projectId, titleKey, reason: '申请已撤回' },

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
};

/** The sample of a kind as a decided fact, varied by `change`. */
export function control<Name extends FactName>(
  name: Name,
  change: Partial<Sample<Name>> = {},
  circumstances: Circumstances = {},
): Draft {
  const kind = catalogue.get(name);
  if (!kind) throw new RangeError(`no kind of fact is named ${name}`);
  return kind.of(kind.schema.parse({ ...(samples[name] as object), ...change }), circumstances);
}

export const factNames = Object.keys(samples) as readonly FactName[];
