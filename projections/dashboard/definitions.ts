/** What each indicator counts, in Chinese and English: shown with every figure. */
import { z } from 'zod';

export const definitionSchema = z.strictObject({ zh: z.string(), en: z.string() });
export type Definition = z.infer<typeof definitionSchema>;

/** Steps of the funnel in their order, then the ways out of it. Each project counts once at each. */
export const STEPS = [
  'started',
  'submitted',
  'verified',
  'recommended',
  'eligible',
  'approved',
  'listed',
  'returned',
  'declined',
  'withdrawn',
  'rejected',
] as const;
export type Step = (typeof STEPS)[number];

export const STEP_DEFINITIONS: Readonly<Record<Step, Definition>> = {
  started: { zh: '已填报立项申请的项目数', en: 'Projects with an application started' },
  submitted: { zh: '至少提交过一次申报材料的项目数', en: 'Projects whose materials were submitted at least once' },
  verified: {
    zh: '同一份材料的完整性和真实性均核实通过的项目数（第十二条）',
    en: 'Projects whose materials passed both checks, completeness and truthfulness, in one version (art-12)',
  },
  recommended: { zh: '推荐单位推荐立项的项目数（第十二条）', en: 'Projects recommended by their body (art-12)' },
  eligible: { zh: '申报条件经确认的项目数（第八条）', en: 'Projects whose eligibility was confirmed (art-08)' },
  approved: { zh: '通过立项审核的项目数（第十三条）', en: 'Projects approved in the municipal review (art-13)' },
  listed: { zh: '列入项目计划的项目数（第十三条）', en: 'Projects listed in the project plan (art-13)' },
  returned: { zh: '至少被退回过一次的项目数', en: 'Projects returned at least once by their body' },
  declined: { zh: '曾被不予推荐的项目数', en: 'Projects that their body declined to recommend' },
  withdrawn: { zh: '申报单位撤回的项目数', en: 'Projects withdrawn by their unit' },
  rejected: { zh: '未通过立项审核的项目数', en: 'Projects rejected in the municipal review' },
};
