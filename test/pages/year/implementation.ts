/** Training, carrying the project out, and looking after it (art-14 to art-16). */
import { expect, it } from 'vitest';
import { OFFICE, officerOf } from '../../programme-year/cast.ts';
import { BODY, UNIT, WORK } from './application.ts';
import { evidence, type YearOfPeople } from './people.ts';

const SESSION = '质量攻关方法培训';

/** How the unit means to go about it. */
const PLAN = {
  startsOn: '2024-07-26',
  endsOn: '2024-09-30',
  summary: '按要因逐项实施对策，固化工艺参数。',
  milestones: [
    { cycle: 1, stage: '计划', task: '现状调查和要因确认', dueOn: '2024-08-09' },
    { cycle: 1, stage: '处理', task: '标准化', dueOn: '2024-09-27' },
  ],
  metrics: [{ metricId: 'defects', title: '不合格率', measuredIn: '%', baseline: 8, target: 3 }],
};

const stage = (name: string) => ['报告PDCA阶段', { cycle: 1, stage: name, summary: `${name}阶段完成。` }] as const;
const monitored = (monitoredOn: string, value: number) =>
  [
    '监测评估进展和效果',
    { monitoredOn, measurements: [{ metricId: '不合格率（%）', value }], evaluation: '不合格率持续下降。' },
  ] as const;

export function implementation(year: YearOfPeople): void {
  const onTraining = async (accountId: string) => {
    const somebody = await year.at('/registers', accountId);
    await somebody.follow('培训');
    await somebody.follow(SESSION);
    return somebody;
  };

  it('第十四条 主管部门安排培训，单位为三类人员报名', async () => {
    year.clock.set('2024-07-16');
    const office = await year.at('/registers', OFFICE);
    await office.follow('培训');
    await office.does('安排培训', {
      title: SESSION,
      topics: ['PDCA循环', '统计过程控制'],
      heldOn: '2024-07-25',
      place: '市质量研究院',
    });
    const unit = await onTraining(UNIT.account);
    const people = { 质量负责人: '张伟', 项目负责人: '李娜', 技术骨干: '王芳' };
    for (const [role, name] of Object.entries(people)) {
      expect(await unit.does('培训报名', { projectId: `${WORK.title}（2024年）`, role, name })).toContain('已记录');
    }
    for (const name of Object.values(people)) expect(await unit.reads()).toContain(name);
  });

  it('第十四条 培训开展之后逐人记录参加或者缺席', async () => {
    year.clock.set('2024-07-25');
    const office = await onTraining(OFFICE);
    await office.does('开展培训', {
      deliveredOn: '2024-07-25',
      summary: '讲授八学时，现场答疑。',
      evidence: evidence('培训签到表'),
    });
    for (const name of ['张伟', '李娜']) await office.does('记录参加培训', {}, office.row(name));
    await office.does('记录培训缺席', { reason: '参加其他会议。' }, office.row('王芳'));
    const unit = await onTraining(UNIT.account);
    expect(await unit.row('张伟').textContent()).toContain('已参加');
    expect(await unit.row('王芳').textContent()).toContain('参加其他会议');
  });

  it('第十五条 单位提交实施方案，开始执行', async () => {
    year.clock.set('2024-07-26');
    await year.onCaseFile(UNIT.account, ['提交项目实施方案', { plan: PLAN }]);
    year.clock.set('2024-08-09');
    await year.onCaseFile(UNIT.account, stage('计划'), stage('执行'));
  });

  it('第十六条 推荐单位计划走访，到现场走访，提出指导意见', async () => {
    const purpose = '检查对策实施。';
    await year.onCaseFile(officerOf(BODY), ['计划走访', { plannedOn: '2024-08-20', purpose }]);
    year.clock.set('2024-08-20');
    const findings = '对策按方案实施，测温点不足。';
    const officer = await year.onCaseFile(
      officerOf(BODY),
      [
        '记录走访',
        {
          visitId: `计划2024-08-20走访：${purpose}`,
          visitedOn: '2024-08-20',
          kinds: ['指导', '检查'],
          place: '铸造车间',
          participants: ['刘强', '高洁'],
          findings,
        },
      ],
      ['提出指导意见', { visitId: `2024-08-20：${findings}`, opinion: '增加测温点，缩短采样间隔。' }],
    );
    await officer.follow('实施');
    for (const told of ['铸造车间', '增加测温点']) expect(await officer.reads()).toContain(told);
  });

  it('第十五条 单位定期监测，走完一个循环，完成项目', async () => {
    year.clock.set('2024-09-02');
    await year.onCaseFile(UNIT.account, monitored('2024-09-02', 5));
    year.clock.set('2024-09-27');
    await year.onCaseFile(UNIT.account, stage('检查'), stage('处理'));
    year.clock.set('2024-09-30');
    const unit = await year.onCaseFile(UNIT.account, monitored('2024-09-30', 3), [
      '项目完成',
      { completedOn: '2024-09-30', summary: '不合格率降到目标值，成果已标准化。' },
    ]);
    expect(await unit.reads()).toContain('目前：');
  });
}
