/** The municipal authority's year: work plan, application window, project plan. */
import type { Actor } from '../../../events/envelope.ts';
import { REGULATION } from '../../../events/statute.ts';
import type { Instant } from '../../../events/time.ts';
import { at, type DemoStep, type Memory, office, publisher, thirdParty, url, YEAR } from '../step.ts';

const STEPS_OF_PLAN = [
  ['申报', '申报单位在线填报，向一家推荐单位提交', '题目具体、问题有数据、材料完整真实'],
  ['立项', '推荐单位核实并推荐，市市场监管委审核后列入项目计划并公布', '先核实后推荐；审核与公布由不同人员办理'],
  ['培训', '对项目单位质量负责人、项目负责人和技术骨干开展培训', '每个项目单位至少一人参加'],
  ['实施', '项目单位制定实施方案，按计划、执行、检查、处理推进', '至少完成一个循环，每三个月监测一次'],
  ['跟踪服务', '推荐单位深入项目单位指导、检查和督促', '每个项目每年不少于一次'],
  ['成果评定', '从专家库遴选专家组建技术评定组，按标准评定', '利害关系人回避，项目单位不承担任何费用'],
  ['宣传推广', '召开优秀成果交流会并开展宣传推广', '只推广优秀成果，保护商业秘密'],
] as const;

/** What the plan of 2024 says; that of a later year says the same with other dates. */
export const PLAN = {
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
  options: {
    requiredDocuments: [],
    similarityThreshold: 0.5,
    publicNotice: { workingDays: 5 },
    certificates: true,
  },
  panelRules: '评定组不少于五人且为单数，随机抽取并留存记录。',
  scoringRulesRef: '质量攻关成果评定标准（2024版）',
};

/** The municipal authority's year up to the published project plan. */
export function programmeSteps(): DemoStep[] {
  const year = YEAR;
  const step = (when: Instant, who: Actor, command: string, input: DemoStep['input'], label = command): DemoStep => ({
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
