/**
 * The year that is under way: applications at every stage, an open window, a panel that is scoring, and something that waits
 * for each role.
 */
import { hash } from 'node:crypto';
import type { EventOf } from '../../../events/event-type.ts';
import type { projectPlanCompiled } from '../../../events/programme.ts';
import { batchText, type resultsCompiled } from '../../../events/result.ts';
import { REGULATION } from '../../../events/statute.ts';
import { type Body, type DemoUnit, demoBodies, officers } from '../cast.ts';
import type { Chance } from '../chance.ts';
import { demoIdentityOf } from '../identity.ts';
import {
  actor,
  applicantOf,
  at,
  type DemoStep,
  idFrom,
  type Memory,
  office,
  officerOf,
  publisher,
  type Script,
  script,
  supervisor,
  thirdParty,
} from '../step.ts';
import { type Application, apply, NEWEST_YEAR, type Stand } from './applying.ts';
import type { EarlierResult, ExpertNames } from './foundation.ts';
import { openPanel } from './open-panel.ts';
import { PLAN } from './programme.ts';
import { resultOf } from './results.ts';

const year = NEWEST_YEAR;
const url = (name: string): string => `https://scjg.tj.gov.cn/zlgg/${year}/${name}.html`;
const reviewer = actor(officers[1], 'MSR', 'msr');

/** Applications are taken all the time, up to the middle of the next year, and listed in batches. */
const WORK_PLAN = {
  ...PLAN,
  title: `${year}年度天津市质量攻关工作方案（常年受理、分批立项）`,
  deadlines: {
    ...PLAN.deadlines,
    applicationOpens: '2026-03-02',
    applicationCloses: '2027-06-30',
    verification: '2027-07-30',
    municipalReview: '2027-08-27',
    projectPlanPublication: '2027-09-10',
    training: '2027-09-24',
    results: '2027-11-12',
    evaluation: '2027-12-10',
    exchangeMeeting: '2027-12-24',
  },
};

/** What happened from 2025 to June 2026. The units and earlier results are those of the demo. */
export function newestYearSteps(
  {
    units,
    earlier,
    expertNames,
  }: {
    readonly units: readonly DemoUnit[];
    readonly earlier: readonly EarlierResult[];
    readonly expertNames: ExpertNames;
  },
  chance: Chance,
): DemoStep[] {
  const cast = castOf(units);
  const take = (name: string, unit: DemoUnit, body: Body, startsOn: string, stand: Stand, copied?: EarlierResult) =>
    apply({ name, unit, body, startsOn, stand, ...(copied && { copied }) }, chance);
  const finished = cast.district.units
    .slice(0, 3)
    .map((unit, at) => take(`1${at}`, unit, cast.district.body, '2026-03-03', 'listed'));
  const listed = [take('20', cast.own.unit, cast.own.body, '2026-03-04', 'listed')];
  const held = [
    take('30', cast.held, bodyOf(cast.held), '2026-03-05', 'assessed'),
    take('31', cast.stopped, bodyOf(cast.stopped), '2026-03-05', 'assessed'),
  ] as const;
  const waiting = [
    take('40', cast.own.unit, cast.own.body, '2026-06-08', 'draft'),
    take('41', cast.own.unit, cast.own.body, '2026-06-08', 'returned'),
    take('42', cast.own.unit, cast.own.body, '2026-06-09', 'asked'),
    ...cast.inboxes.flatMap(({ body, units: applying }, at) =>
      applying.map((unit, index) =>
        take(`5${at}${index}`, unit, body, '2026-06-10', index < 3 ? 'submitted' : 'verified'),
      ),
    ),
    take('60', cast.others[0] as DemoUnit, bodyOf(cast.others[0] as DemoUnit), '2026-06-03', 'recommended'),
    take('61', cast.others[1] as DemoUnit, bodyOf(cast.others[1] as DemoUnit), '2026-06-03', 'recommended'),
    take('62', cast.others[2] as DemoUnit, bodyOf(cast.others[2] as DemoUnit), '2026-06-03', 'compared', earlier[7]),
    take('63', cast.others[3] as DemoUnit, bodyOf(cast.others[3] as DemoUnit), '2026-06-02', 'eligible'),
  ];
  return [
    ...programme(),
    ...[...finished, ...listed, ...held, ...waiting].flatMap(({ work }) => work.steps),
    ...exclude(held),
    ...carryOut(finished),
    ...handIn(cast.district.body, finished),
    ...openPanel(finished, expertNames),
    ...training([...finished, ...listed]),
    ...reports(
      { suspected: cast.others[4] as DemoUnit, own: cast.own.unit, leaving: cast.others[5] as DemoUnit },
      finished,
    ),
  ];
}

/** Who applies in the newest year: units of the bodies that people can sign in for, and others. */
function castOf(units: readonly DemoUnit[]) {
  const [own, ...rest] = units.filter(({ isBranch }) => !isBranch) as [DemoUnit, ...DemoUnit[]];
  const body = (bodyId: string) => demoBodies.find(candidate => candidate.bodyId === bodyId) as Body;
  const hexi = rest.filter(({ district }) => district === '120103');
  const building = rest.filter(({ industry, district }) => industry === '建筑' && district !== '120103');
  const others = rest.filter(({ industry, district }) => industry !== '建筑' && district !== '120103');
  return {
    own: { unit: own, body: bodyOf(own) },
    district: { body: body('d-120103'), units: hexi.slice(0, 3) },
    held: others[20] as DemoUnit,
    stopped: others[21] as DemoUnit,
    inboxes: [
      { body: body('d-120103'), units: hexi.slice(3, 7) },
      { body: body('i-02'), units: building.slice(0, 4) },
      { body: body('a-02'), units: building.slice(4, 8) },
    ],
    others: others.slice(0, 6),
  };
}

/** The bureau of the unit's district. */
const bodyOf = ({ district }: DemoUnit): Body => demoBodies.find(({ bodyId }) => bodyId === `d-${district}`) as Body;

function programme(): readonly DemoStep[] {
  const work = script(`programme-${year}`);
  const before = { year: year - 1, title: `${year - 1}年度天津市质量攻关活动`, regulation: REGULATION };
  work.add(at('2025-03-03', 60), office, 'OpenAnnualProgramme', before, 'open-before');
  const summary = '本年度以上年结转项目的实施为主，未另行组织申报。';
  work.add(at('2025-12-24', 60), office, 'CloseAnnualProgramme', { year: year - 1, summary }, 'close-before');
  work.add(at('2026-02-24', 60), office, 'OpenAnnualProgramme', {
    year,
    title: `${year}年度天津市质量攻关活动`,
    regulation: REGULATION,
  });
  work.add(at('2026-02-25', 60), thirdParty, 'DraftWorkPlan', { year, plan: WORK_PLAN });
  work.add(at('2026-02-27', 60), office, 'PublishWorkPlan', { year, version: 1, url: url('gzfa') });
  work.add(at('2026-03-02', 0), thirdParty, 'OpenApplications', { year });
  work.add(at('2026-03-30', 60), thirdParty, 'CompileProjectPlan', async memory => ({
    year,
    position: await memory.head(),
  }));
  work.add(at('2026-04-01', 60), publisher, 'PublishProjectPlan', memory => {
    const [compiled] = memory.eventsOf(`CompileProjectPlan-programme-${year}`);
    const { position, listHash } = (compiled as EventOf<typeof projectPlanCompiled>).data;
    return { year, position, listHash, url: url('xmjh') };
  });
  return work.steps;
}

/** Two units are excluded by others while they apply: one project is stopped by decision, of the other it is still to be decided. */
function exclude([undecided, decided]: readonly [Application, Application]): readonly DemoStep[] {
  return [undecided, decided].flatMap(({ unit, projectId }, index) => {
    const work = script(`exclusion-${index + 1}`);
    const { uscc } = unit;
    const decision = `津市监处〔2026〕${index + 1}号`;
    work.add(at('2026-03-20', 60 + index), office, 'EnterOutsideBan', async memory => {
      const sha256 = await memory.store(`行政处罚决定书\n${decision}\n${unit.name}\n`);
      const evidence = [{ sha256, name: '处罚决定书.txt', classification: 'internal' }];
      return { uscc, decision, authority: '国家市场监督管理总局', from: '2026-03-18', evidence };
    });
    work.add(at('2026-03-23', 60 + index), reviewer, 'ConfirmOutsideBan', { uscc, decision, from: '2026-03-18' });
    work.add(at('2026-03-24', 60 + index), office, 'AssessEligibility', { projectId });
    if (index === 0) return work.steps;
    const decided = { projectId, decision: 'stop', reason: '不接受申报期间，本项目不再审核。' };
    work.add(at('2026-03-27', 60), reviewer, 'DecideHeldProject', decided);
    return work.steps;
  });
}

const STAGES = [
  ['计划', '2026-04-10'],
  ['执行', '2026-04-24'],
  ['检查', '2026-05-08'],
  ['处理', '2026-05-18'],
] as const;

/** A whole cycle, followed up by the body, and the result. */
function carryOut(projects: readonly Application[]): readonly DemoStep[] {
  return projects.flatMap(({ number, projectId, unit, body, content, title }, index) => {
    const work = script(`project-${year}-${number}`);
    const add = (day: string, command: string, input: object, name?: string) =>
      work.add(at(day, 120 + index), applicantOf(unit), command, { projectId, ...input }, name);
    add('2026-04-02', 'SubmitImplementationPlan', {
      plan: {
        startsOn: '2026-04-03',
        endsOn: '2026-05-29',
        summary: '按要因逐项实施对策，固化工艺参数。',
        milestones: STAGES.map(([stage, dueOn]) => ({ cycle: 1, stage, task: `${stage}阶段任务`, dueOn })),
        metrics: [{ metricId: 'defects', title: '不合格率', measuredIn: '%', baseline: 8, target: 3 }],
      },
    });
    for (const [stage, day] of STAGES)
      add(
        day,
        'ReportPdcaStage',
        { cycle: 1, stage, summary: `${stage}阶段完成，记录齐全。`, evidence: [] },
        `stage-${stage}`,
      );
    const measurements = [{ metricId: 'defects', value: 3 - index / 10 }];
    add('2026-05-15', 'RecordMonitoring', {
      monitoredOn: '2026-05-15',
      measurements,
      evaluation: '不合格率下降。',
      evidence: [],
    });
    if (index > 0) {
      const visit = { visitedOn: '2026-05-12', kinds: ['指导', '检查'], place: unit.name, participants: ['刘敏'] };
      const findings = '对策按方案实施，记录齐全。';
      work.add(at('2026-05-12', 300), officerOf(body), 'RecordVisit', { projectId, ...visit, findings });
    }
    add('2026-05-20', 'DeclareProjectCompleted', { completedOn: '2026-05-20', summary: '目标达到，措施已标准化。' });
    work.add(at('2026-05-25', 60 + index), applicantOf(unit), 'AttachResultDocument', async memory => ({
      projectId,
      kind: '成果报告',
      name: '成果报告.txt',
      sha256: await memory.store(`${title}\n${unit.name}\n成果报告\n`),
      classification: 'internal',
    }));
    const signature = { signatory: unit.contact.name, position: '法定代表人' };
    work.add(at('2026-05-25', 80 + index), applicantOf(unit), 'SignResultUndertaking', { projectId, ...signature });
    const result = { projectId, bodyId: body.bodyId, content: resultOf({ number, title, content }) };
    work.add(at('2026-05-25', 100 + index), applicantOf(unit), 'SubmitResults', result);
    return work.steps;
  });
}

function handIn(body: Body, projects: readonly Application[]): readonly DemoStep[] {
  const work = script(`batch-${year}-${body.bodyId}`);
  const officer = officerOf(body);
  const named = { year, bodyId: body.bodyId };
  work.add(at('2026-06-01', 60), officer, 'CompileResults', async memory => ({
    ...named,
    position: await memory.head(),
  }));
  for (const { projectId, number } of projects) {
    const one = { ...named, batch: 1, projectId, opinion: '成效明显，做法可推广，同意推荐。' };
    work.add(at('2026-06-02', 60), officer, 'RecommendResult', one, `verdict-${number}`);
  }
  work.add(at('2026-06-03', 60), officer, 'ForwardResultBatch', (memory: Memory) => {
    const [compiled] = memory.eventsOf(`CompileResults-batch-${year}-${body.bodyId}`);
    const all = (compiled as EventOf<typeof resultsCompiled>).data.projects;
    return { ...named, batch: 1, root: hash('sha256', batchText(all, [])) };
  });
  return work.steps;
}

/** A session that is to be told of, with people who have come. */
function training(projects: readonly Application[]): readonly DemoStep[] {
  const work = script(`training-${year}`);
  const session = {
    year,
    title: '质量攻关方法培训（第一批项目）',
    topics: ['PDCA循环'],
    heldOn: '2026-06-18',
    place: '市质量研究院报告厅',
  };
  work.add(at('2026-05-18', 60), office, 'ScheduleTraining', session);
  const trainingId = `${year}-${idFrom(`ScheduleTraining-training-${year}`)}`;
  for (const { projectId, unit, content, number } of projects) {
    const trainee = { trainingId, projectId, role: '项目负责人', name: content.participants[0]?.name };
    work.add(at('2026-05-20', 400), applicantOf(unit), 'EnrolTrainee', trainee, `enrol-${number}`);
  }
  return work.steps;
}

/** What has been reported and waits: fraud and money for the authority, misconduct and an account for the supervising body. */
function reports(
  { suspected, own, leaving }: Readonly<Record<'suspected' | 'own' | 'leaving', DemoUnit>>,
  [judged]: readonly Application[],
): readonly DemoStep[] {
  const work: Script = script(`reports-${year}`);
  const body = bodyOf(suspected);
  const fraud = { uscc: suspected.uscc, detail: '申报材料所附检测报告疑似重复使用。', evidence: [] };
  work.add(at('2026-06-15', 60), officerOf(body), 'ReportSuspectedFraud', fraud);
  const fee = { year, stage: '培训', askedBy: '某咨询公司', detail: '被要求缴纳培训资料费。', evidence: [] };
  work.add(at('2026-06-16', 60), applicantOf(own), 'RaiseFeeComplaint', fee);
  const misconduct = {
    accountId: 'msr.review3',
    kind: '违反评定工作纪律',
    detail: '向参评单位透露评定安排。',
    evidence: [],
  };
  work.add(at('2026-06-17', 60), supervisor, 'ReportMisconduct', misconduct);
  work.add(at('2026-06-18', 60), supervisor, 'RegisterAccount', {
    accountId: 'sup.third',
    name: '周强',
    identity: demoIdentityOf('sup.third'),
    grant: { role: 'SUP', orgId: 'sup', orgName: '市市场监管委机关纪委' },
  });
  const colleague = { role: 'MSR', orgId: 'msr', orgName: '天津市市场监督管理委员会' };
  const joined = { accountId: 'msr.new', name: '赵磊', identity: demoIdentityOf('msr.new'), grant: colleague };
  work.add(at('2026-06-18', 90), office, 'RegisterAccount', joined, 'register-colleague');
  work.add(at('2026-06-19', 30), office, 'OrderLedgerKeyRotation', { reason: '按年度计划更换台账签名密钥。' });
  const left = {
    accountId: leaving.accountId,
    role: 'UNIT',
    orgId: leaving.uscc,
    lastDay: '2026-05-29',
    reason: '已离职。',
  };
  work.add(at('2026-05-29', 90), office, 'RevokeRole', left);
  const erasing = { person: { accountId: leaving.accountId }, askedBy: '本人', reason: '已离职，不再经办申报。' };
  work.add(at('2026-06-22', 60), office, 'ErasePersonalData', { ...erasing, legalGround: '个人信息保护法第四十七条' });
  if (judged) {
    const { projectId, body: following } = judged;
    const planned = { projectId, plannedOn: '2026-07-08', purpose: '了解成果巩固情况。' };
    work.add(at('2026-06-19', 60), officerOf(following), 'PlanVisit', planned);
  }
  return work.steps;
}
