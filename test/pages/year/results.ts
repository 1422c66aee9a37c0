/** The results: handed in by the unit, compiled, recommended and forwarded by the body (art-17a, art-17b). */
import { expect, it } from 'vitest';
import { OFFICE, officerOf, WORKS, YEAR } from '../../programme-year/cast.ts';
import { Paper } from '../../support/person-at-browser.ts';
import { BODY, BODY_NAME, UNIT, WORK } from './application.ts';
import type { YearOfPeople } from './people.ts';

const { title, problem, methods, results: reached, yuan, people } = WORKS.castings;
const CONTENT = {
  title,
  problem,
  methods,
  procedure: '计划、执行、检查、处理各阶段均已完成。',
  improvementOrInnovation: '改进工艺参数并固化为标准作业文件。',
  results: reached,
  economicBenefit: { yuan, basis: '按财务核算的实际节约额。' },
  socialBenefit: '减少资源浪费，提升用户满意度。',
  participants: people.map((name, at) => ({ name, duty: at === 0 ? '项目负责人' : '技术骨干' })),
};

export function results(year: YearOfPeople): void {
  it('第十七条（第一个） 单位上传成果材料，签署承诺，提交', async () => {
    year.clock.set('2024-10-08');
    const report = {
      kind: '成果报告',
      name: '成果报告.txt',
      sha256: new Paper(`成果报告：${WORK.title}`),
      classification: 'internal',
    };
    const unit = await year.onCaseFile(
      UNIT.account,
      ['上传成果材料', report],
      ['签署成果材料完整性真实性承诺', { signatory: '法人代表', position: '法定代表人' }],
      ['提交项目成果材料', { content: CONTENT }],
    );
    await unit.follow('成果');
    for (const told of ['已提交，待汇总', '成果报告.txt']) expect(await unit.reads()).toContain(told);
  });

  it('第十七条（第二个） 推荐单位汇总成果，提出推荐意见，报送', async () => {
    year.clock.set('2024-10-14');
    const officer = await year.at('/registers', officerOf(BODY));
    await officer.follow(/^本单位/);
    await officer.follow('成果汇总表');
    await officer.does('汇总项目成果');
    await officer.does('推荐成果', { opinion: '成效明显，同意推荐。' }, officer.row(WORK.title));
    expect(await officer.does('报送成果推荐')).toContain('已记录');
    const office = await year.at(`/programmes/${YEAR}`, OFFICE);
    await office.follow('成果报送');
    await office.follow('报送对账');
    expect(await office.row(BODY_NAME).textContent()).toContain('一致');
  });
}
