/** From the application to the project plan (art-08, art-10 to art-13). */
import { expect, it } from 'vitest';
import { contentOf, OFFICE, officerOf, PUBLISHER, REVIEWER, UNITS, WORKS, YEAR } from '../../programme-year/cast.ts';
import { publication } from '../../programme-year/deeds.ts';
import { Paper } from '../../support/person-at-browser.ts';
import { evidence, type YearOfPeople } from './people.ts';

export const WORK = WORKS.castings;
export const UNIT = UNITS.haihe;
export const BODY = 'd-binhai';
export const BODY_NAME = '滨海新区市场监督管理局';

export function application(year: YearOfPeople): void {
  it('第十条 单位在待办中填报申请，上传材料，签署承诺，提交', async () => {
    const unit = await year.at('/work', UNIT.account);
    await unit.does('填报立项申请', { title: WORK.title, industry: '工业', bodyId: BODY_NAME });
    await unit.follow(WORK.title);
    year.projectId = new URL(unit.page.url()).pathname.split('/').at(-1) as string;
    const papers = ['可行性分析', '预期成效', '证明材料'].map(kind => {
      const paper = {
        kind,
        name: `${kind}.txt`,
        sha256: new Paper(`${kind}：${WORK.title}`),
        classification: 'internal',
      };
      return ['上传申报材料', paper] as const;
    });
    await year.onCaseFile(
      UNIT.account,
      ...papers,
      ['签署完整性真实性承诺', { signatory: '法人代表', position: '法定代表人' }],
      ['提交立项申报材料', { content: contentOf(WORK) }],
    );
    expect(await unit.reads()).toContain('下一步由推荐单位');
  });

  it('第十二条 推荐单位在待办中看到申请，核实完整性、真实性，推荐', async () => {
    year.clock.set('2024-03-12');
    const officer = await year.at('/work', officerOf(BODY));
    await officer.follow(WORK.title);
    await year.onCaseFile(
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
    const reviewer = await year.onCaseFile(
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
    const office = await year.at(`/programmes/${YEAR}`, OFFICE);
    await office.does('编制项目计划');
    year.clock.set('2024-07-10');
    const publisher = await year.at(`/programmes/${YEAR}`, PUBLISHER);
    await publisher.does('公布项目计划', { url: publication('xmjh') });
    const answer = await fetch(`${year.app.url}/years/${YEAR}/plan`);
    expect(await answer.text()).toContain(WORK.title);
  });
}
