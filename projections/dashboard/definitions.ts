/** What each indicator counts, in Chinese and English, with the articles it rests on: shown with every figure. */
import { z } from 'zod';
import type { JourneyStep } from '../../events/rules/stages.ts';
import { type ArticleId, articleLabel } from '../../events/statute.ts';

export const definitionSchema = z.strictObject({ zh: z.string(), en: z.string() });
export type Definition = z.infer<typeof definitionSchema>;

/** A definition that names its articles as printed and by id; a wrong id does not compile. */
export function defined(zh: string, en: string, ...articles: readonly ArticleId[]): Definition {
  if (articles.length === 0) return { zh, en };
  return { zh: `${zh}（${articles.map(articleLabel).join('、')}）`, en: `${en} (${articles.join(', ')})` };
}

/** What has happened to a project that has taken a step. */
export const STEP_DEFINITIONS: Readonly<Record<JourneyStep, Definition>> = {
  started: defined('已开始填报立项申请', 'An application has been started', 'art-10'),
  submitted: defined('已提交或补充申报材料', 'Application materials have been submitted or supplemented', 'art-10'),
  verified: defined(
    '同一版申报材料的完整性和真实性均核实通过',
    'One version of the materials has passed both checks, completeness and truthfulness',
    'art-12',
  ),
  recommended: defined(
    '推荐单位已推荐立项，或暂缓后决定继续',
    'Recommended by the body, or let on after being held',
    'art-12',
    'art-25',
  ),
  eligible: defined('申报条件已确认', 'Eligibility has been confirmed', 'art-08'),
  approved: defined('已通过立项审核', 'Approved in the municipal review', 'art-13'),
  listed: defined('已列入项目计划', 'Listed in the project plan', 'art-13'),
  implementing: defined('已提交项目实施方案', 'An implementation plan has been submitted', 'art-15'),
  visited: defined('推荐单位至少走访过一次', 'A recommending body has visited the project at least once', 'art-16'),
  completed: defined(
    '项目已完成，或成果材料提交后撤回',
    'The project has been completed, or its results were withdrawn again',
    'art-15',
    'art-17a',
  ),
  'results-submitted': defined('已提交成果材料', 'Results have been submitted', 'art-17a'),
  'results-recommended': defined('推荐单位已推荐成果', 'The results have been recommended by the body', 'art-17b'),
  'results-forwarded': defined('推荐的成果已报送', 'The recommended results have been forwarded', 'art-17b'),
  evaluated: defined(
    '技术评定已完成，或建议名单被退回',
    'The technical evaluation has been completed, or the proposed list was sent back',
    'art-20',
    'art-21',
  ),
  proposed: defined('技术评定组已列入建议名单', 'On the list that the panel proposed', 'art-20'),
  recognised: defined('已认定为优秀成果', 'Recognised as an excellent result', 'art-21'),
  published: defined('已列入公布的优秀成果名单', 'On the published list of excellent results', 'art-21'),
  commended: defined(
    '单位、参与人员或组织者至少有一方受到通报表扬',
    'The unit, a participant or an organiser has been commended',
    'art-21',
  ),
  returned: defined('推荐单位已退回申报材料', 'The body has returned the application', 'art-12'),
  declined: defined('推荐单位不予推荐立项', 'The body has declined to recommend the project', 'art-12'),
  withdrawn: defined('申报单位已撤回申请', 'The unit has withdrawn the application', 'art-10'),
  held: defined('申报单位处于不受理申报期，立项暂缓', 'Held, because the unit is excluded from applying', 'art-25'),
  rejected: defined('未通过立项审核', 'Rejected in the municipal review', 'art-13'),
  stopped: defined(
    '暂缓后决定停止，或因弄虚作假终止',
    'Stopped after being held, or for fraud found before recognition',
    'art-25',
    'art-05',
  ),
  terminated: defined('列入计划后终止', 'Terminated after the listing', 'art-15'),
  'carried-over': defined('已结转下一年度', 'Carried over to the next year', 'art-04'),
  'results-declined': defined('推荐单位不予推荐成果', 'The body has declined to recommend the results', 'art-17b'),
  'not-proposed': defined(
    '技术评定组评定后最近一次提出的建议名单未列入；此前的时间计入评定环节',
    'Left out of the list that the panel proposed last after the evaluation; the time before counts as evaluated',
    'art-20',
  ),
  removed: defined(
    '审核移出建议名单，或按工作方案公示后异议成立',
    'Removed from the proposed list in the review, or by an objection upheld under the work plan',
    'art-21',
  ),
  revoked: defined('优秀成果认定已撤销', 'The recognition has been revoked', 'art-25'),
  overturned: defined('撤销认定的决定已被撤销', 'The decision to revoke has been overturned', 'art-25'),
};

/** To which year a project counts, whatever happens to it later. */
export const YEAR_DEFINITION = defined(
  '项目计入其申报年度，结转的项目仍计入原年度；各步不论发生在何时均计入',
  'A project counts in the year of its application, also when it is carried over; its later steps count there too',
  'art-04',
);
