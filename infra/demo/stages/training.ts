/** July to September: training for the people of listed projects (art-14). */
import type { CivilDate } from '../../../events/time.ts';
import type { Chance } from '../chance.ts';
import {
  applicantOf,
  at,
  type DemoStep,
  idFrom,
  office,
  type Script,
  script,
  thirdParty,
  workday,
  YEAR,
} from '../step.ts';
import type { DemoProject } from './projects.ts';

const SESSIONS: readonly (readonly [heldOn: CivilDate, title: string, place: string])[] = [
  ['2024-08-06', '质量攻关方法培训（第一期）', '市质量研究院报告厅'],
  ['2024-08-13', '质量攻关方法培训（第二期）', '滨海新区政务服务中心'],
  ['2024-08-20', '统计工具应用培训', '市质量研究院报告厅'],
  ['2024-08-27', '服务业质量改进培训', '河西区文化中心'],
  ['2024-09-03', '医疗质量改进培训', '市卫生健康委培训中心'],
  ['2024-09-10', '工程质量攻关培训', '市建设教育中心'],
];

const ROLES = ['项目负责人', '质量负责人', '技术骨干'] as const;

/** Sessions in turn take the projects; some people do not come. */
export function trainingSteps(projects: readonly DemoProject[], chance: Chance): DemoStep[] {
  const sessions = SESSIONS.map(([heldOn, title, place], index) => {
    const session = script(`training-${index + 1}`);
    const topics = ['PDCA循环', chance.pick(['统计过程控制', '因果图', '失效模式与影响分析'])];
    const input = { year: YEAR, title, topics, heldOn, place };
    session.add(at('2024-07-16', index), office, 'ScheduleTraining', input);
    const trainingId = `${YEAR}-${idFrom(`ScheduleTraining-training-${index + 1}`)}`;
    const delivery = { deliveredOn: heldOn, summary: '讲授八学时，现场答疑并组织练习。', evidence: [] };
    session.add(at(heldOn, 420), office, 'DeliverTraining', { trainingId, ...delivery });
    return { trainingId, heldOn, steps: session.steps };
  });
  const trainees = projects.flatMap((project, index) => {
    const session = sessions[index % sessions.length] as (typeof sessions)[number];
    const people = script(`project-${project.number}`);
    sendPeople(people, project, session, chance);
    return people.steps;
  });
  return [...sessions.flatMap(({ steps }) => steps), ...trainees];
}

interface Session {
  readonly trainingId: string;
  readonly heldOn: CivilDate;
}

function sendPeople(people: Script, project: DemoProject, { trainingId, heldOn }: Session, chance: Chance): void {
  const { number, projectId, unit, content } = project;
  const count = Math.min(chance.between(1, 3), content.participants.length);
  const minute = chance.between(0, 400);
  for (const [index, { name }] of content.participants.slice(0, count).entries()) {
    const enrolment = `enrol${index}`;
    const enrolled = { trainingId, projectId, role: ROLES[index], name };
    people.add(at(workday('2024-07-16', 3), minute + index), applicantOf(unit), 'EnrolTrainee', enrolled, enrolment);
    const traineeId = idFrom(`${enrolment}-project-${number}`);
    const day = at(workday(heldOn, 1), minute + index);
    if (chance.next() < 0.95) {
      people.add(day, thirdParty, 'RecordTrainingAttendance', { trainingId, traineeId }, `attend${index}`);
    } else {
      const reason = chance.pick(['参加其他会议。', '出差在外。', '生产任务紧，未能到场。']);
      people.add(day, thirdParty, 'RecordTrainingAbsence', { trainingId, traineeId, reason }, `absent${index}`);
    }
  }
}
