/** July to December: projects are carried out, and the bodies in charge follow them up (art-15, art-16). */
import type { CivilDate } from '../../../events/time.ts';
import type { Chance } from '../chance.ts';
import { applicantOf, at, type DemoStep, idFrom, officerOf, type Script, script, workday } from '../step.ts';
import { personName } from '../texts.ts';
import type { DemoProject } from './projects.ts';

/** The steps of a cycle; each is reported within six working days, and by some after the day their plan sets. */
const STAGES: readonly (readonly [stage: string, task: string, dueOn: CivilDate, from: CivilDate])[] = [
  ['计划', '现状调查和要因确认', '2024-08-14', '2024-08-07'],
  ['执行', '对策实施', '2024-09-03', '2024-08-27'],
  ['检查', '效果检查', '2024-09-18', '2024-09-10'],
  ['处理', '标准化与巩固', '2024-09-30', '2024-09-19'],
];

/** The first `finishing` projects go through a whole cycle; the others stand where their year has brought them. */
export function implementationSteps(projects: readonly DemoProject[], finishing: number, chance: Chance): DemoStep[] {
  return projects.flatMap((project, index) => {
    const work = script(`project-${project.number}`);
    const finishes = index < finishing;
    carryOut(work, project, finishes, chance);
    if (chance.next() < 0.6) followUp(work, project, chance);
    return work.steps;
  });
}

function carryOut(work: Script, { projectId, unit }: DemoProject, finishes: boolean, chance: Chance): void {
  const applicant = applicantOf(unit);
  const minute = chance.between(0, 400);
  const add = (date: CivilDate, command: string, input: object, name?: string) =>
    work.add(at(date, minute), applicant, command, { projectId, ...input }, name);
  const baseline = chance.between(60, 120) / 10;
  const target = Math.round(baseline * chance.between(30, 60)) / 100;
  const plan = {
    startsOn: '2024-07-29',
    endsOn: finishes ? '2024-10-15' : '2024-12-31',
    summary: '按要因逐项实施对策，固化工艺参数，形成标准作业文件。',
    milestones: STAGES.map(([stage, task, dueOn]) => ({ cycle: 1, stage, task, dueOn })),
    metrics: [{ metricId: 'defects', title: '不合格率', measuredIn: '%', baseline, target }],
  };
  add(workday('2024-07-22', chance.between(1, 5)), 'SubmitImplementationPlan', { plan });
  const reached = finishes ? STAGES.length : chance.between(0, STAGES.length);
  for (const [stage, task, , from] of STAGES.slice(0, reached)) {
    const report = { cycle: 1, stage, summary: `${task}完成，数据记录齐全。`, evidence: [] };
    add(workday(from, chance.between(1, 6)), 'ReportPdcaStage', report, `stage-${stage}`);
  }
  const monitor = (date: CivilDate, value: number, name: string) => {
    const measurements = [{ metricId: 'defects', value }];
    add(
      date,
      'RecordMonitoring',
      { monitoredOn: date, measurements, evaluation: '不合格率下降。', evidence: [] },
      name,
    );
  };
  const halfway = Math.round((baseline + target) * 50) / 100;
  if (finishes || chance.next() < 0.7) {
    monitor('2024-09-04', halfway, 'monitor-1');
    if (chance.next() < 0.15)
      add('2024-09-05', 'AdjustStrategy', { becauseOf: 1, adjustment: '增加过程巡检频次，缩短取样间隔。' });
  }
  if (finishes) {
    const completedOn = workday('2024-09-30', chance.between(1, 4));
    monitor('2024-09-29', target, 'monitor-2');
    add(completedOn, 'DeclareProjectCompleted', { completedOn, summary: '目标达到，措施已标准化。' });
  } else if (chance.next() < 0.05) {
    const reason = chance.pick(['订单取消，生产线停用。', '项目单位搬迁，不具备实施条件。']);
    add('2024-10-22', 'RequestTermination', { reason });
  }
}

/** A visit; some bring a problem to light, which is mostly solved. */
function followUp(work: Script, { projectId, number, body, unit }: DemoProject, chance: Chance): void {
  const officer = officerOf(body);
  const minute = chance.between(401, 460);
  const add = (date: CivilDate, command: string, input: object) =>
    work.add(at(date, minute), officer, command, { projectId, ...input });
  const visitedOn = workday('2024-08-19', chance.between(1, 24));
  add(visitedOn, 'RecordVisit', {
    visitedOn,
    kinds: chance.next() < 0.5 ? ['指导', '检查'] : ['检查', '督促'],
    place: unit.name,
    participants: [personName(chance), personName(chance)],
    findings: chance.pick([
      '对策按方案实施，记录齐全。',
      '进度略慢于方案，已商定赶工措施。',
      '数据采集点偏少，建议增加。',
    ]),
  });
  if (chance.next() < 0.35) {
    const visitId = idFrom(`RecordVisit-project-${number}`);
    add(workday(visitedOn, 1), 'IssueGuidance', { opinion: '增加检查频次，保留原始记录。', visitId });
  }
  if (chance.next() < 0.2) {
    const problemId = idFrom(`RaiseProblem-project-${number}`);
    const description = chance.pick(['缺少在线检测设备。', '信息系统接口未开放。', '关键岗位人员调整。']);
    add(workday(visitedOn, 2), 'RaiseProblem', { description });
    if (chance.next() < 0.8)
      add(workday(visitedOn, 9), 'ResolveProblem', { problemId, resolution: '由推荐单位协调解决。' });
  }
}
