/**
 * The demo year of 2024 size as a list of commands with their instants: 1,164 projects in the plan out of more
 * applications, with the returns, refusals and late acts that a real year has. Seeded: the same every time.
 */
import { hash } from 'node:crypto';
import { accountStream } from '../../events/account.ts';
import { isWorkingDay } from '../../events/calendar.ts';
import type { Actor, RecordedEvent, Role } from '../../events/envelope.ts';
import { type AccountId, creditCodeCheckSymbol } from '../../events/ids.ts';
import { ARTICLES, REGULATION } from '../../events/statute.ts';
import { addDays, type CivilDate, type Instant, startOfDay } from '../../events/time.ts';
import { CLERICAL_COMMANDS } from '../../services/clerical.ts';
import { derivedId } from '../../services/identifiers.ts';
import { type Body, bodies, castUnits, officers, THIRD_PARTY, type Unit } from './cast.ts';
import { Chance } from './chance.ts';
import { contentOf, personName, problemOf, topicOf } from './texts.ts';

export const YEAR = 2024;
const LISTED = 1_164;
const UNITS = 900;
const EARLIER_RESULTS = 240;

/** What the year's later steps may look back at. */
export interface Memory {
  /** Events recorded by the step of this label. */
  eventsOf(label: string): readonly RecordedEvent[];
  head(): Promise<string>;
  /** Stores a text file; gives its digest. */
  store(text: string): Promise<string>;
}

export interface Step {
  readonly at: Instant;
  /** Unique; the command id derives from it. */
  readonly label: string;
  /** Steps of one thread run one after another. */
  readonly thread: string;
  readonly actor: Actor;
  readonly command: string;
  /** Undefined when the course of the year made the step unnecessary. */
  input(memory: Memory): object | undefined | Promise<object | undefined>;
}

const actor = (accountId: string, role: Role, orgId: string): Actor => ({
  accountId: accountId as AccountId,
  role,
  orgId,
});
const SYSTEM = actor('system', 'SYS', 'system');
const office = actor('msr.office', 'MSR', 'msr');
const publisher = actor('msr.publish', 'MSR', 'msr');
const thirdParty = actor(THIRD_PARTY.accountId, 'TPO', THIRD_PARTY.entrustmentId);
const MUNICIPAL = '天津市市场监督管理委员会';

export const commandIdOf = (label: string): string => `demo-${label}`;

const digest = (text: string): string => hash('sha256', text);

/** All steps in the order of their instants. */
export function demoYear(): readonly Step[] {
  const chance = new Chance(20_240_103);
  const units = castUnits(UNITS, chance);
  const earlier = Array.from({ length: EARLIER_RESULTS }, (_, index) => earlierResult(index + 1, chance));
  const steps = [
    ...foundation(earlier, chance),
    ...register(units, chance),
    ...programme(),
    ...projects(units, earlier, chance),
  ];
  return steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Minutes after 09:00 Asia/Shanghai of a day. */
function at(date: CivilDate, minutes: number, seconds = 0): Instant {
  return new Date(Date.parse(startOfDay(date)) + (9 * 60 + minutes) * 60_000 + seconds * 1_000).toISOString();
}

/** The working day `count` working days on. */
function workday(date: CivilDate, count: number): CivilDate {
  let day = date;
  for (let left = count; left > 0 || !isWorkingDay(day); ) {
    day = addDays(day, 1);
    if (isWorkingDay(day)) left -= 1;
  }
  return day;
}

/** The regulation, the people, the bodies, the third party, the experts and the earlier results. */
function foundation(earlier: readonly EarlierResult[], chance: Chance): Step[] {
  const steps: Step[] = [];
  let minute = 0;
  const add = (who: Actor, command: string, label: string, input: object, date = '2024-01-04') => {
    minute += 1;
    steps.push({
      at: at(date, minute % 480, Math.floor(minute / 480)),
      label,
      thread: label,
      actor: who,
      command,
      input: () => input,
    });
  };
  const account = (accountId: string, role: Role, orgId: string, orgName: string, by = office, from = '2024-01-01') =>
    add(by, 'RegisterAccount', accountStream(accountId as AccountId), {
      accountId,
      name: personName(chance),
      grant: { role, orgId, orgName, from },
    });
  account('msr.office', 'MSR', 'msr', MUNICIPAL, SYSTEM);
  account('sup.office', 'SUP', 'sup', '市市场监管委机关纪委', SYSTEM);
  for (const officer of officers.slice(1)) account(officer, 'MSR', 'msr', MUNICIPAL);
  add(office, 'RegisterRegulation', 'regulation', {
    doc: REGULATION,
    title: '天津市质量攻关管理办法',
    publishedOn: '2024-01-03',
    indexNumber: '111200000001250229/2024-00001',
    recipients: ['各区人民政府', '市政府各委、办、局'],
    copiedTo: ['市委办公厅', '市人大常委会办公厅', '市政协办公厅', '市监委', '市高法院', '市检察院'],
    articles: ARTICLES.map(({ id, hash: textHash }) => ({ id, hash: textHash })),
  });
  add(office, 'IssueProgrammeRule', 'rule-review', {
    ruleId: 'project-review',
    title: '质量攻关项目立项审核工作规则',
    textHash: digest('project-review/1'),
    effectiveOn: '2024-01-08',
  });
  for (const body of bodies) {
    add(office, 'RegisterRecommendingBody', `body-${body.bodyId}`, {
      bodyId: body.bodyId,
      kind: body.kind,
      name: body.name,
      from: '2024-01-01',
    });
    add(office, 'AssignJurisdiction', `jurisdiction-${body.bodyId}`, {
      bodyId: body.bodyId,
      jurisdiction: body.jurisdiction,
      from: '2024-01-01',
    });
    account(body.accountId, body.role, body.bodyId, body.name);
  }
  const evidence = { sha256: digest('capability'), name: '第三方机构能力核验表.pdf', classification: 'internal' };
  const { entrustmentId, name } = THIRD_PARTY;
  const organisation = '12120000401360005';
  const uscc = `${organisation}${creditCodeCheckSymbol(organisation)}`;
  add(office, 'VerifyThirdPartyCapability', 'capability', {
    entrustmentId,
    uscc,
    name,
    findings: '具备会务、数据录入与统计的人员和场地，三年内无不良记录。',
    evidence: [evidence],
  });
  add(office, 'EntrustThirdParty', 'entrustment', {
    entrustmentId,
    uscc,
    name,
    scope: [...CLERICAL_COMMANDS],
    from: '2024-01-04',
    lastDay: '2024-12-31',
    noFeeClause: true,
    contractHash: digest('contract-2024'),
  });
  account(THIRD_PARTY.accountId, 'TPO', entrustmentId, name, office, '2024-01-04');
  add(office, 'IssueExpertBankRules', 'expert-rules', {
    title: '质量攻关技术评定专家库管理办法',
    textHash: digest('expert-bank/1'),
    effectiveOn: '2024-01-04',
    reviewEveryMonths: 12,
  });
  for (let n = 1; n <= 60; n += 1) {
    add(
      office,
      'AdmitExpert',
      `expert-${n}`,
      {
        expertId: `e-${String(n).padStart(3, '0')}`,
        name: personName(chance),
        fields: chance.some(['质量管理', '统计技术', '机械', '建筑', '医疗', '信息', '能源', '化工'], 2),
        professionalTitle: chance.pick(['教授级高级工程师', '高级工程师', '教授', '副教授', '研究员']),
        employerName: chance.pick(['天津大学', '南开大学', '天津理工大学', '天津市质量协会', '中国汽车技术研究中心']),
      },
      '2024-01-09',
    );
  }
  for (const result of earlier)
    add(office, 'RecordEarlierExcellentResult', `earlier-${result.resultId}`, result, '2024-01-11');
  add(
    office,
    'RecordCoordinationAction',
    'coordination-1',
    {
      actionId: 'chains-2024',
      title: '产业链质量攻关试点对接会',
      detail: '围绕电动自行车、焊材、光伏、车用燃料四条产业链部署联合攻关。',
      heldOn: '2024-01-12',
      parties: [
        { role: 'MSR', name: MUNICIPAL },
        { role: 'REC-I', name: '市工业和信息化局' },
        { role: 'REC-A', name: '天津市自行车电动车行业协会' },
      ],
    },
    '2024-01-15',
  );
  add(
    office,
    'DesignateExemplar',
    'exemplar-1',
    { resultId: 'er-2023-001', field: '建筑施工', grounds: '做法已在多个标段推广，形成工法并纳入企业标准。' },
    '2024-01-15',
  );
  return steps;
}

type EarlierResult = ReturnType<typeof earlierResult>;

/** The n-th of the earlier results; they are spread over five years. */
function earlierResult(n: number, chance: Chance) {
  const topic = topicOf(chance.pick(['工业', '建筑', '交通', '卫生', '商贸', '水务', '国资', '通信']), chance);
  const year = 2023 - ((n - 1) % 5);
  const unitName = `天津${chance.pick(['第一', '第二', '第三', '中环', '津南', '滨海'])}${chance.pick(['建设', '机电', '医药', '交通', '水务'])}集团有限公司`;
  return {
    resultId: `er-${year}-${String(Math.ceil(n / 5)).padStart(3, '0')}`,
    year,
    title: topic.title,
    unitName,
    ...problemOf(topic, unitName, chance),
    source: { document: `关于公布${year}年度天津市质量攻关优秀成果的通知` },
  };
}

/** Units register with the third party's help, which also looks them up in the public register. */
function register(units: readonly Unit[], chance: Chance): Step[] {
  return units.flatMap((unit, index) => {
    const day = workday('2024-01-16', Math.floor(index / 60));
    const minute = index % 60;
    const thread = `unit-${unit.uscc}`;
    const { uscc, name, kind, district, industry, isBranch, contact, accountId } = unit;
    const step = (who: Actor, command: string, offset: number, input: object): Step => ({
      at: at(day, minute + offset),
      label: `${command}-${uscc}`,
      thread,
      actor: who,
      command,
      input: () => input,
    });
    return [
      step(thirdParty, 'RegisterUnit', 0, { uscc, name, kind, district, industries: [industry], isBranch, contact }),
      step(thirdParty, 'VerifyUnitRegistration', 90, {
        uscc,
        source: '国家企业信用信息公示系统',
        verifiedOn: day,
        inTianjin: true,
        evidence: [],
      }),
      step(office, 'RegisterAccount', 300, {
        accountId,
        name: personName(chance),
        grant: { role: 'UNIT', orgId: uscc, orgName: name, from: day },
      }),
    ];
  });
}

const STEPS_OF_PLAN = [
  ['申报', '申报单位在线填报，向一家推荐单位提交', '题目具体、问题有数据、材料完整真实'],
  ['立项', '推荐单位核实并推荐，市市场监管委审核后列入项目计划并公布', '先核实后推荐；审核与公布由不同人员办理'],
  ['培训', '对项目单位质量负责人、项目负责人和技术骨干开展培训', '每个项目单位至少一人参加'],
  ['实施', '项目单位制定实施方案，按计划、执行、检查、处理推进', '至少完成一个循环，每三个月监测一次'],
  ['跟踪服务', '推荐单位深入项目单位指导、检查和督促', '每个项目每年不少于一次'],
  ['成果评定', '从专家库遴选专家组建技术评定组，按标准评定', '利害关系人回避，项目单位不承担任何费用'],
  ['宣传推广', '召开优秀成果交流会并开展宣传推广', '只推广优秀成果，保护商业秘密'],
] as const;

const PLAN = {
  title: '2024年度天津市质量攻关工作方案',
  steps: STEPS_OF_PLAN.map(([phase, procedure, requirements]) => ({ phase, procedure, requirements })),
  deadlines: {
    applicationOpens: '2024-03-01',
    applicationCloses: '2024-04-30',
    supplementWorkingDays: 10,
    verification: '2024-05-31',
    municipalReview: '2024-06-28',
    projectPlanPublication: '2024-07-15',
    training: '2024-08-30',
    results: '2024-11-15',
    evaluation: '2024-12-13',
    exchangeMeeting: '2024-12-27',
    monitoringEveryMonths: 3,
    visitsPerYear: 1,
  },
  options: { requiredDocuments: [], similarityThreshold: 0.5 },
  panelRules: '评定组不少于五人且为单数，随机抽取并留存记录。',
  scoringRulesRef: '质量攻关成果评定标准（2024版）',
};

const url = (name: string): string => `https://scjg.tj.gov.cn/zlgg/2024/${name}.html`;

/** The municipal authority's year up to the published project plan. */
function programme(): Step[] {
  const year = YEAR;
  const step = (when: Instant, who: Actor, command: string, input: Step['input'], label = command): Step => ({
    at: when,
    label: `${label}-${year}`,
    thread: 'programme',
    actor: who,
    command,
    input,
  });
  const compiled = (memory: Memory) =>
    memory.eventsOf(`CompileProjectPlan-${year}`)[0]?.data as { position: string; listHash: string };
  const later = { ...PLAN, deadlines: { ...PLAN.deadlines, training: '2024-09-13' } };
  return [
    step(at('2024-02-19', 5), office, 'OpenAnnualProgramme', () => ({
      year,
      title: '2024年度天津市质量攻关活动',
      regulation: REGULATION,
    })),
    step(at('2024-02-20', 30), thirdParty, 'DraftWorkPlan', () => ({ year, plan: PLAN })),
    step(at('2024-02-26', 90), office, 'PublishWorkPlan', () => ({ year, version: 1, url: url('gzfa') })),
    step(at('2024-03-01', 0), thirdParty, 'OpenApplications', () => ({ year })),
    step(at('2024-05-06', 10), thirdParty, 'CloseApplications', () => ({ year })),
    step(at('2024-05-20', 60), office, 'AmendWorkPlan', () => ({
      year,
      plan: later,
      reason: '培训场地调整，集中培训顺延两周。',
      url: url('gzfa-2'),
    })),
    step(at('2024-07-08', 60), thirdParty, 'CompileProjectPlan', async memory => ({
      year,
      position: await memory.head(),
    })),
    step(at('2024-07-10', 120), publisher, 'PublishProjectPlan', memory => {
      const { position, listHash } = compiled(memory);
      return { year, position, listHash, url: url('xmjh') };
    }),
  ];
}

/** How an application ends, and how many do. */
const COURSES = {
  listed: LISTED,
  declined: 112,
  unmarked: 36,
  same: 14,
  rejected: 78,
  withdrawn: 31,
  draft: 43,
} as const;
type Course = keyof typeof COURSES;

function projects(units: readonly Unit[], earlier: readonly EarlierResult[], chance: Chance): Step[] {
  const courses = chance.shuffle(
    Object.entries(COURSES).flatMap(([course, count]) => Array<Course>(count).fill(course as Course)),
  );
  const taken = new Set<string>();
  return courses.flatMap((course, index) => {
    // Every unit applies once before any applies again.
    const unit = units[index % units.length] as Unit;
    const copied = course === 'same' ? chance.pick(earlier) : undefined;
    return projectSteps({ number: String(index + 1).padStart(4, '0'), course, unit, copied }, taken, chance);
  });
}

function bodyFor(unit: Unit, chance: Chance): Body {
  const fit = (body: Body) =>
    'district' in body.jurisdiction
      ? body.jurisdiction.district === unit.district
      : body.jurisdiction.industry === unit.industry;
  const candidates = bodies.filter(fit);
  const district = candidates.filter(body => body.kind === 'district-bureau');
  return chance.next() < 0.55 ? chance.pick(district) : chance.pick(candidates);
}

interface Case {
  readonly number: string;
  readonly course: Course;
  readonly unit: Unit;
  /** The earlier result whose words the application repeats. */
  readonly copied: EarlierResult | undefined;
}

/** One application from the first draft to its end. */
function projectSteps({ number, course, unit, copied }: Case, taken: Set<string>, chance: Chance): Step[] {
  const body = bodyFor(unit, chance);
  let topic = topicOf(unit.industry, chance);
  while (taken.has(unit.uscc + topic.title)) topic = topicOf(unit.industry, chance);
  taken.add(unit.uscc + topic.title);
  const title = copied?.title ?? topic.title;
  const content = contentOf(topic, copied ?? problemOf(topic, unit.name, chance), chance);
  const projectId = `${YEAR}-${derivedId(commandIdOf(`start-${number}`))}`;
  const applicant = actor(unit.accountId, 'UNIT', unit.uscc);
  const verifier = actor(body.accountId, body.role, body.bodyId);
  const reviewer = actor(chance.pick(officers.slice(1, 4)), 'MSR', 'msr');
  const steps: Step[] = [];
  let day = workday('2024-02-29', chance.between(1, 36));
  let minute = chance.between(0, 300);
  const wait = (low: number, high: number) => {
    const later = workday(day, chance.between(low, high));
    minute = later === day ? minute + chance.between(5, 30) : chance.between(0, 300);
    day = later;
  };
  const add = (who: Actor, name: string, command: string, input: object | Step['input'] = {}) => {
    minute += chance.between(2, 9);
    const given = typeof input === 'function' ? input : () => input;
    steps.push({
      at: at(day, minute, chance.between(0, 59)),
      label: `${name}-${number}`,
      thread: `project-${number}`,
      actor: who,
      command,
      input: async memory => {
        const fields = await (given as Step['input'])(memory);
        return fields && { projectId, ...fields };
      },
    });
  };
  const attach = (kind: string, text: string) =>
    add(applicant, `attach-${kind}`, 'AttachDocument', async (memory: Memory) => ({
      kind,
      name: `${kind}.txt`,
      sha256: await memory.store(`${title}\n${unit.name}\n${kind}\n\n${text}\n`),
      classification: 'internal',
    }));
  const evidence = (kind: string) => {
    const record = `${body.name}\n${kind}核实记录表\n${day.slice(0, 7)}\n`;
    return async (memory: Memory) => [
      { sha256: await memory.store(record), name: `${kind}核实记录表.txt`, classification: 'internal' },
    ];
  };
  const sign = (round: string) =>
    add(applicant, `sign${round}`, 'SignTruthfulnessUndertaking', {
      signatory: unit.contact.name,
      position: '法定代表人',
    });

  steps.push({
    at: at(day, minute),
    label: `start-${number}`,
    thread: `project-${number}`,
    actor: applicant,
    command: 'StartApplication',
    input: () => ({ year: YEAR, title, industry: unit.industry, bodyId: body.bodyId }),
  });
  attach('可行性分析', content.feasibility);
  if (course === 'draft') return steps;
  attach('预期成效', content.expectedResults);
  sign('');
  add(applicant, 'submit', 'SubmitApplication', { content });
  wait(0, 4);
  if (course === 'withdrawn') {
    add(applicant, 'withdraw', 'WithdrawApplication', {
      reason: chance.pick(['单位年度计划调整。', '项目负责人调离。', '与另一项目合并。']),
    });
    return steps;
  }
  add(verifier, 'verify', 'StartVerification');
  if (day < '2024-04-12' && chance.next() < 0.14) {
    add(verifier, 'return', 'ReturnApplication', {
      reason: chance.pick(['现状数据缺少来源说明。', '预期成效未量化。', '项目组成员与单位不符。']),
    });
    wait(1, 5);
    sign('-again');
    add(applicant, 'resubmit', 'SubmitApplication', {
      content: { ...content, feasibility: `${content.feasibility}已补充数据来源。` },
    });
    wait(0, 3);
    add(verifier, 'verify-again', 'StartVerification');
  } else if (chance.next() < 0.1) {
    add(verifier, 'ask', 'RequestSupplement', {
      items: [chance.pick(['补充经济效益测算依据', '补充参与人员名单', '补充现场照片'])],
    });
    wait(1, 6);
    add(applicant, 'supplement', 'SupplementApplication', {
      content: { ...content, feasibility: `${content.feasibility}另附说明。` },
      answer: '已按要求补充。',
    });
    wait(0, 2);
  }
  const completeness = evidence('完整性');
  add(verifier, 'complete', 'RecordCompletenessCheck', async (memory: Memory) => ({
    passed: true,
    findings: '材料齐全，要素完整。',
    evidence: await completeness(memory),
  }));
  wait(0, 3);
  const truthful = course !== 'declined' || chance.next() < 0.6;
  const method = chance.pick(['现场核查', '调阅原始记录', '电话核实', '系统数据比对']);
  const truthfulness = evidence('真实性');
  add(verifier, 'truth', 'RecordTruthfulnessCheck', async (memory: Memory) => ({
    passed: truthful,
    method,
    findings: truthful ? '抽查原始记录与申报数据一致。' : '申报数据与原始记录不一致。',
    evidence: await truthfulness(memory),
  }));
  wait(0, 3);
  if (course === 'declined') {
    add(verifier, 'decline', 'DeclineToRecommendProject', {
      reason: truthful ? '选题与本年度重点方向不符。' : '真实性核实未通过。',
    });
    return steps;
  }
  add(verifier, 'recommend', 'RecommendProject', {
    opinion: chance.pick([
      '选题针对性强，数据扎实，同意推荐。',
      '预期效益明确，具备实施条件，同意推荐。',
      '团队与资源到位，同意推荐。',
    ]),
  });
  if (day < '2024-05-20') day = '2024-05-20';
  wait(1, 12);
  add(office, 'compare', 'RunSimilarityCheck');
  add(reviewer, 'judge', 'AdjudicateSimilarity', (memory: Memory) =>
    adjudication(memory, `compare-${number}`, copied !== undefined),
  );
  add(reviewer, 'definition', 'AssessDefinitionConformity', {
    conforms: true,
    reason: '针对具体质量问题，方法和程序科学。',
  });
  const marked = course !== 'unmarked';
  add(reviewer, 'effect', 'AssessExpectedEffect', {
    marked,
    reason: marked ? '目标量化，较现状有明显提升。' : '目标与现状差距不足，成效不显著。',
  });
  add(reviewer, 'eligible', 'AssessEligibility');
  add(reviewer, 'review', 'StartMunicipalReview');
  wait(0, 5);
  if (course === 'listed')
    add(reviewer, 'approve', 'ApproveProject', { opinion: '符合立项条件，同意列入年度项目计划。' });
  else
    add(reviewer, 'reject', 'RejectProject', {
      reason:
        course === 'same'
          ? '与历年优秀成果雷同。'
          : course === 'unmarked'
            ? '预期成效不显著。'
            : '同类题目过于集中，创新不足。',
    });
  return steps;
}

/** Needed only when the comparison found something: the machine signals, a person decides. */
function adjudication(memory: Memory, compared: string, copied: boolean): object | undefined {
  const found = memory.eventsOf(compared)[0]?.data as { threshold: number; hits: { score: number }[] } | undefined;
  if (!found?.hits.some(hit => hit.score >= found.threshold)) return undefined;
  if (copied) return { verdict: 'same', reason: '题目、问题与措施均与已公布成果相同。' };
  return { verdict: 'different', reason: '对象与措施不同，仅表述相近。' };
}
