/** A project of the programme from its application on, by people who use nothing but pages in a browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { REGULATION } from '../../events/statute.ts';
import {
  contentOf,
  OFFICE,
  officerOf,
  PLAN,
  PUBLISHER,
  REVIEWER,
  SUPERVISOR,
  UNITS,
  WORKS,
  YEAR,
} from '../programme-year/cast.ts';
import { PASSWORD } from '../programme-year/client.ts';
import { publication } from '../programme-year/deeds.ts';
import { opener } from '../programme-year/open.ts';
import { Year } from '../programme-year/year.ts';
import { describeInChromium, launchChromium } from '../support/chromium.ts';
import { type Answers, Paper, PersonAtBrowser } from '../support/person-at-browser.ts';

const WORK = WORKS.castings;
const BODY = 'd-binhai';

/** How the unit means to go about it. */
const IMPLEMENTATION = {
  startsOn: '2024-07-26',
  endsOn: '2024-09-30',
  summary: '按要因逐项实施对策，固化工艺参数。',
  milestones: [
    { cycle: 1, stage: '计划', task: '现状调查和要因确认', dueOn: '2024-08-09' },
    { cycle: 1, stage: '处理', task: '标准化', dueOn: '2024-09-27' },
  ],
  metrics: [{ metricId: 'defects', title: '不合格率', measuredIn: '%', baseline: 8, target: 3 }],
};

describeInChromium('一个项目，全程只用页面 (a project by pages alone)', () => {
  const year = new Year();
  let browser: Browser;
  let projectId: string;
  const people = new Map<string, PersonAtBrowser>();

  async function person(accountId: string): Promise<PersonAtBrowser> {
    const known = people.get(accountId);
    if (known) return known;
    const somebody = await PersonAtBrowser.at(browser, year.app.url, { accountId, password: PASSWORD });
    people.set(accountId, somebody);
    return somebody;
  }

  beforeAll(async () => {
    await year.open(opener({}, { scheduling: true }), '2024-01-16');
    await year.deeds.found();
    await year.deeds.registerUnit(OFFICE, UNITS.haihe);
    await launchedByProgram(year);
    browser = await launchChromium();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await year.app?.close();
  });

  /** Opens the case file of the project, and does one thing after the other that it offers. */
  async function onCaseFile(accountId: string, ...acts: readonly (readonly [offer: string, answers?: Answers])[]) {
    const somebody = await person(accountId);
    await somebody.open(`/projects/${projectId}`);
    for (const [offer, answers] of acts) expect(await somebody.does(offer, answers)).toContain('已记录');
    return somebody;
  }

  it('第十条 单位在待办中填报申请，上传材料，签署承诺，提交', async () => {
    const unit = await person(UNITS.haihe.account);
    await unit.open('/work');
    await unit.does('填报立项申请', { title: WORK.title, industry: '工业', bodyId: BODY });
    await unit.follow(WORK.title);
    projectId = new URL(unit.page.url()).pathname.split('/').at(-1) as string;
    const papers = ['可行性分析', '预期成效', '证明材料'].map(kind => {
      const paper = {
        kind,
        name: `${kind}.txt`,
        sha256: new Paper(`${kind}：${WORK.title}`),
        classification: 'internal',
      };
      return ['上传申报材料', paper] as const;
    });
    await onCaseFile(
      UNITS.haihe.account,
      ...papers,
      ['签署完整性真实性承诺', { signatory: '法人代表', position: '法定代表人' }],
      ['提交立项申报材料', { content: contentOf(WORK) }],
    );
    expect(await unit.reads()).toContain('下一步由推荐单位');
  });

  it('第十二条 推荐单位在待办中看到申请，核实完整性、真实性，推荐', async () => {
    year.clock.set('2024-03-12');
    const officer = await person(officerOf(BODY));
    await officer.open('/work');
    await officer.follow(WORK.title);
    const evidence = (name: string) => [{ sha256: new Paper(name), name: `${name}.txt`, classification: 'internal' }];
    await onCaseFile(
      officerOf(BODY),
      ['开始核实'],
      ['核实完整性', { passed: true, findings: '材料齐全，要素完整。', evidence: evidence('完整性核实记录') }],
      [
        '核实真实性',
        {
          passed: true,
          method: '现场核查',
          findings: '抽查原始记录与申报数据一致。',
          evidence: evidence('真实性核实记录'),
        },
      ],
      ['推荐立项', { opinion: '选题针对性强，数据扎实，同意推荐。' }],
    );
    expect(await officer.reads()).toContain('下一步由市级主管部门');
  });

  it('第八条、第十三条 主管部门确认条件，审核通过', async () => {
    year.clock.set('2024-05-22');
    const reviewer = await onCaseFile(
      REVIEWER,
      ['雷同比对'],
      ['评估是否符合质量攻关定义', { conforms: true, reason: '针对具体质量问题，方法和程序科学。' }],
      ['评估预期成效', { marked: true, reason: '目标量化，较现状有明显提升。' }],
      ['确认申报条件'],
      ['开始立项审核'],
      ['通过立项审核', { opinion: '符合立项条件，同意列入年度项目计划。' }],
    );
    expect(await reviewer.reads()).toContain('目前：列入项目计划');
  });

  it('第十三条 主管部门编制项目计划，由另一人公布，任何人可查', async () => {
    year.clock.set('2024-07-08');
    const office = await person(OFFICE);
    await office.open(`/programmes/${YEAR}`);
    await office.follow('编制项目计划');
    await office.sends();
    year.clock.set('2024-07-10');
    const publisher = await person(PUBLISHER);
    await publisher.open(`/programmes/${YEAR}`);
    await publisher.follow('公布项目计划');
    await publisher.sends({ url: publication('xmjh') });
    const answer = await fetch(`${year.app.url}/years/${YEAR}/plan`);
    expect(await answer.text()).toContain(WORK.title);
  });

  it('第十五条 单位提交实施方案，按计划、执行、检查、处理推进，监测，完成', async () => {
    const { account } = UNITS.haihe;
    const stage = (name: string) => ['报告PDCA阶段', { cycle: 1, stage: name, summary: `${name}阶段完成。` }] as const;
    const monitored = (monitoredOn: string, value: number) =>
      [
        '监测评估进展和效果',
        { monitoredOn, measurements: [{ metricId: 'defects', value }], evaluation: '不合格率持续下降。' },
      ] as const;
    year.clock.set('2024-07-26');
    await onCaseFile(account, ['提交项目实施方案', { plan: IMPLEMENTATION }]);
    year.clock.set('2024-08-09');
    await onCaseFile(account, stage('计划'), stage('执行'));
    year.clock.set('2024-09-02');
    await onCaseFile(account, monitored('2024-09-02', 5));
    year.clock.set('2024-09-27');
    await onCaseFile(account, stage('检查'), stage('处理'));
    year.clock.set('2024-09-30');
    const unit = await onCaseFile(account, monitored('2024-09-30', 3), [
      '项目完成',
      { completedOn: '2024-09-30', summary: '不合格率降到目标值，成果已标准化。' },
    ]);
    expect(await unit.reads()).toContain('目前：');
  });

  it('监督人员从问题走到这个项目的每一步，当场核验其中一个，打印证据材料', async () => {
    const supervisor = await person(SUPERVISOR);
    await supervisor.open('/supervision');
    await supervisor.follow('项目全程行为');
    await supervisor.follow(WORK.title);
    const told = await supervisor.reads();
    for (const act of ['提交立项申报材料', '核实真实性', '推荐立项', '通过立项审核', '项目完成'])
      expect(told).toContain(act);
    const { page } = supervisor;
    await supervisor.follow(/^\d+$/, page.getByRole('row').filter({ hasText: '推荐立项' }).first());
    await vi.waitFor(
      async () => {
        await page.reload();
        expect(await supervisor.reads()).toContain('证明成立');
      },
      { timeout: 20_000, interval: 200 },
    );
    await supervisor.follow(WORK.title);
    await supervisor.follow(/证据材料/);
    expect(await supervisor.reads()).toContain('身份、依据和次序均无问题');
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('浏览器没有对任何页面提出异议', () => {
    expect([...people.values()].flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});

/** What is on record before anybody applies: the year, its work plan, and that applications are taken. */
async function launchedByProgram(year: Year): Promise<void> {
  const office = year.as(OFFICE);
  year.clock.set('2024-02-19');
  await office.post('/programmes', { year: YEAR, title: '2024年度天津市质量攻关活动', regulation: REGULATION });
  await office.post(`/programmes/${YEAR}/work-plan/drafts`, { plan: PLAN });
  await office.post(`/programmes/${YEAR}/work-plan/publication`, { version: 1, url: publication('gzfa') });
  year.clock.set('2024-03-01');
  await office.post(`/programmes/${YEAR}/applications/opening`);
}
