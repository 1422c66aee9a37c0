/** Columns of the lists of a programme year, as spreadsheets show them. */
import type { z } from 'zod';
import { articleLabel } from '../../events/statute.ts';
import { codeWord } from '../../events/words.ts';
import type { TableColumn } from '../table.ts';
import type { deadlineSchema } from './deadlines.ts';
import type { programmeSchema } from './programmes.ts';
import type { PlanHeaderRow, planEntrySchemaOfVersion } from './project-plan.ts';
import type { WorkPlanRow } from './work-plans.ts';

export const PROGRAMME_TABLE: readonly TableColumn<z.infer<typeof programmeSchema>>[] = [
  ['年度', row => row.year],
  ['活动', row => row.title],
  ['启动', row => row.openedAt],
  ['工作方案版本', row => row.workPlan?.version],
  ['申报开始', row => row.window?.opensAt],
  ['申报截止日', row => row.window?.closesOn],
  ['项目计划版本', row => row.projectPlan?.version],
  ['列入计划的项目', row => row.projectPlan?.count],
  ['结束', row => row.closed?.at],
];

export const WORK_PLAN_TABLE: readonly TableColumn<WorkPlanRow>[] = [
  ['年度', row => row.year],
  ['版本', row => row.version],
  ['名称', row => row.plan.title],
  ['公布', row => row.publishedAt],
  ['修改理由', row => row.amendment?.reason],
  ['文件', row => row.url],
  ['文件摘要（SHA-256）', row => row.docHash],
];

export const PLAN_ENTRY_TABLE: readonly TableColumn<z.infer<typeof planEntrySchemaOfVersion>>[] = [
  ['年度', row => row.year],
  ['版本', row => row.version],
  ['序号', row => row.ordinal],
  ['项目编号', row => row.projectId],
  ['项目名称', row => row.title],
  ['申报单位', row => row.unitName],
  ['申报单位现名', row => row.unitNameNow],
  ['推荐单位', row => row.bodyName],
  ['推荐单位现名', row => row.bodyNameNow],
];

export const PLAN_VERSION_TABLE: readonly TableColumn<PlanHeaderRow>[] = [
  ['年度', row => row.year],
  ['版本', row => row.version],
  ['项目', row => row.count],
  ['公布', row => row.publishedAt],
  ['调整理由', row => row.amendment?.reason],
  ['名单所依位置', row => row.position],
  ['清单摘要（SHA-256）', row => row.listHash],
  ['文件', row => row.url],
];

/** The day on which something is due, or how often it is. */
export function dueWord({ dueOn, every }: Pick<z.infer<typeof deadlineSchema>, 'dueOn' | 'every'>): string {
  return dueOn ?? (every ? `${every.count}${codeWord('every.unit', every.unit)}` : '');
}

export const DEADLINE_TABLE: readonly TableColumn<z.infer<typeof deadlineSchema>>[] = [
  ['事项', row => row.title],
  ['期限', dueWord],
  ['完成', row => row.doneAt],
  ['状态', row => codeWord('state', row.state, 'ListDeadlines')],
  ['依据', row => articleLabel(row.duty)],
  ['工作方案版本', row => row.planVersion],
];
