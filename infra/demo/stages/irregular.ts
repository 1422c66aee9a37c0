/** What goes otherwise than planned in the year: late entries, urgings, money asked for, a stopped project, carried-over ones. */
import { officers } from '../cast.ts';
import {
  actor,
  applicantOf,
  at,
  type DemoStep,
  idFrom,
  office,
  officerOf,
  publisher,
  type Script,
  script,
  workday,
  YEAR,
} from '../step.ts';
import type { DemoProject } from './projects.ts';

const [, , investigating, deciding] = officers;
const investigator = actor(investigating, 'MSR', 'msr');
const resolver = actor(deciding, 'MSR', 'msr');

/** `carriedOut` are followed beyond the plan, `waiting` stand in it and have not begun. */
export function irregularSteps(carriedOut: readonly DemoProject[], waiting: readonly DemoProject[]): DemoStep[] {
  const [urged, visited] = [carriedOut.slice(100, 103), carriedOut.slice(200, 204)];
  const [stopped, ...carriedOver] = waiting.slice(0, 4);
  return [
    ...urged.flatMap(urge),
    ...visited.flatMap(enterLate),
    ...complaints(carriedOut.slice(0, 2)),
    ...(stopped ? stop(stopped) : []),
    ...carriedOver.flatMap(carryOver),
    ...organising(),
  ];
}

const of = ({ number }: DemoProject): Script => script(`project-${number}`);

/** A visit is planned, and a unit is urged. */
function urge(project: DemoProject): readonly DemoStep[] {
  const work = of(project);
  const { projectId } = project;
  const officer = officerOf(project.body);
  const planned = { projectId, plannedOn: '2024-10-16', purpose: '现场查看对策实施情况。' };
  work.add(at('2024-10-09', 420), officer, 'PlanVisit', planned);
  const matter = '效果检查进度落后于实施方案，请按期完成并上报。';
  work.add(at('2024-10-10', 420), officer, 'UrgeProgress', { projectId, matter, expectedBy: '2024-10-31' });
  return work.steps;
}

/** Visits that took place in September and were entered in October, with the reason. */
function enterLate(project: DemoProject, index: number): readonly DemoStep[] {
  const work = of(project);
  const visitedOn = workday('2024-09-09', index);
  const visit = {
    projectId: project.projectId,
    visitedOn,
    kinds: ['检查'],
    place: project.unit.name,
    participants: [project.unit.contact.name],
    findings: '现场记录齐全，对策按方案实施。',
  };
  const stated = { effectiveAt: at(visitedOn, 300), reason: '走访当日网络中断，据纸质记录补录。' };
  work.add(at('2024-10-11', 430), officerOf(project.body), 'RecordVisit', visit, 'late-visit', stated);
  return work.steps;
}

/** Two units were asked to pay: one complaint is founded and made good, the other is not. */
function complaints([asked, mistaken]: readonly DemoProject[]): readonly DemoStep[] {
  if (!asked || !mistaken) return [];
  const work = script('fee-complaints');
  const raise = (date: string, { unit }: DemoProject, name: string, detail: string) =>
    work.add(
      at(date, 60),
      applicantOf(unit),
      'RaiseFeeComplaint',
      { year: YEAR, stage: '成果评定', askedBy: '某会务服务公司', detail, evidence: [] },
      name,
    );
  const resolve = (date: string, name: string, outcome: object) =>
    work.add(
      at(date, 60),
      resolver,
      'ResolveFeeComplaint',
      { complaintId: `complaint-${idFrom(`${name}-fee-complaints`)}`, ...outcome },
      `resolve-${name}`,
    );
  raise('2024-11-20', asked, 'founded', '被要求缴纳成果评定资料费八百元。');
  raise('2024-11-21', mistaken, 'unfounded', '收到付费培训广告，怀疑与评定有关。');
  const remedy = '已责令全额退还，并书面告知各项目单位评定不收取任何费用。';
  resolve('2024-11-27', 'founded', { outcome: 'upheld', findings: '收费属实，系该公司擅自收取。', remedy });
  resolve('2024-11-28', 'unfounded', { outcome: 'dismissed', findings: '广告与质量攻关活动无关，未涉及评定。' });
  return work.steps;
}

/** A project whose data were made up is stopped before it came to a result (art-25). */
function stop({ projectId, unit, body }: DemoProject): readonly DemoStep[] {
  const work = script('stopped-project');
  const caseId = idFrom('ReportSuspectedFraud-stopped-project');
  const reported = { uscc: unit.uscc, detail: '现状调查数据与生产系统记录不符。', evidence: [] };
  work.add(at('2024-10-08', 200), officerOf(body), 'ReportSuspectedFraud', reported);
  const opened = { caseId, projectIds: [projectId], resultIds: [], grounds: '走访中发现，线索具体。' };
  work.add(at('2024-10-09', 200), investigator, 'OpenFraudCase', opened);
  work.add(at('2024-10-10', 200), investigator, 'RecordEvidence', async memory => {
    const name = '生产系统记录.txt';
    const sha256 = await memory.store(`生产系统记录\n${unit.name}\n调查期间该产线停产。\n`);
    const evidence = [{ sha256, name, classification: 'internal' }];
    return { caseId, evidenceId: 'e-1', findings: '申报数据所称期间产线停产。', evidence };
  });
  const notice = { caseId, document: '津市监质告〔2024〕2号', answerBy: '2024-10-17' };
  work.add(at('2024-10-10', 260), investigator, 'NotifyUnit', notice);
  const statement = { caseId, statement: '数据系推算，未作说明，我单位认错。' };
  work.add(at('2024-10-15', 200), applicantOf(unit), 'RecordUnitStatement', statement);
  const finding = { caseId, kind: '虚假材料', findings: '现状调查数据系编造。' };
  work.add(at('2024-10-18', 200), investigator, 'EstablishFraud', finding);
  work.add(at('2024-10-21', 200), publisher, 'StopFraudulentProjects', {
    caseId,
    reason: '弄虚作假属实，终止该项目。',
  });
  return work.steps;
}

function carryOver(project: DemoProject): readonly DemoStep[] {
  const work = of(project);
  const { projectId } = project;
  const reason = '设备到货推迟，经推荐单位同意结转下一年度实施。';
  work.add(at('2024-12-20', 100), office, 'CarryOverProject', { projectId, toYear: YEAR + 1, reason });
  return work.steps;
}

/** An exemplar is withdrawn, a session of training is cancelled, other work of organising is recorded. */
function organising(): readonly DemoStep[] {
  const work = script('organising');
  const withdrawn = { resultId: 'er-2023-002', reason: '该工法已被新的国家标准替代，不再作为典型。' };
  work.add(at('2024-09-02', 60), office, 'WithdrawExemplar', withdrawn);
  const session = {
    year: YEAR,
    title: '质量攻关方法培训（第三期）',
    topics: ['PDCA循环'],
    heldOn: '2024-09-12',
    place: '南开区政务中心',
  };
  work.add(at('2024-07-17', 30), office, 'ScheduleTraining', session);
  const trainingId = `${YEAR}-${idFrom('ScheduleTraining-organising')}`;
  work.add(at('2024-09-02', 90), office, 'CancelTraining', { trainingId, reason: '报名人数不足，并入第二期。' });
  const detail = '赴区市场监管局座谈，了解项目单位在计量检测方面的共性需求。';
  work.add(at('2024-06-12', 90), office, 'RecordOtherOrganisingWork', { kind: '调研', detail });
  return work.steps;
}
