/** Columns of the public lists of results, honours and promotion, as spreadsheets show them. */
import type { z } from 'zod';
import type { TableColumn } from '../table.ts';
import type { excellentResultSchema } from './all-years.ts';
import type { commendationSchema } from './commendations.ts';
import type { incentiveRowSchema } from './incentives.ts';
import type { publicNoticeRowSchema } from './notices.ts';
import type { PromotionRow } from './promotions.ts';
import type { publishedListSchema } from './results.ts';

export const RESULT_TABLE: readonly TableColumn<z.infer<typeof excellentResultSchema>>[] = [
  ['年度', row => row.year],
  ['成果编号', row => row.resultId],
  ['成果名称', row => row.title],
  ['单位', row => row.unitName],
  ['单位现名', row => ('unitNameNow' in row ? row.unitNameNow : undefined)],
  ['公布', row => ('publishedAt' in row ? row.publishedAt : undefined)],
  ['今天的效力', row => row.status],
  ['撤销日期', row => row.revoked?.on],
  ['撤销文号', row => row.revoked?.document],
];

export const RESULT_LIST_TABLE: readonly TableColumn<z.infer<typeof publishedListSchema>>[] = [
  ['年度', row => row.year],
  ['版本', row => row.version],
  ['成果', row => row.count],
  ['公布', row => row.publishedAt],
  ['名单所依位置', row => row.position],
  ['名单摘要（SHA-256）', row => row.listHash],
  ['文件', row => row.url],
];

export const NOTICE_TABLE: readonly TableColumn<z.infer<typeof publicNoticeRowSchema>>[] = [
  ['年度', row => row.year],
  ['公示', row => row.notice],
  ['自', row => row.from],
  ['至', row => row.lastDay],
  ['工作日', row => row.workingDays],
  ['成果', row => row.list.length],
  ['结束', row => row.closedAt],
  ['文件', row => row.url],
];

export const COMMENDATION_TABLE: readonly TableColumn<z.infer<typeof commendationSchema>>[] = [
  ['年度', row => row.year],
  ['成果名称', row => row.title],
  ['类别', row => row.recipientType],
  ['单位', row => row.orgName],
  ['人员', row => row.person],
  ['通报日期', row => row.at],
  ['文号', row => row.document],
  ['今天的效力', row => row.status],
];

export const INCENTIVE_TABLE: readonly TableColumn<z.infer<typeof incentiveRowSchema>>[] = [
  ['推荐单位编号', row => row.bodyId],
  ['激励制度', row => row.title],
  ['内容', row => row.content],
  ['版本', row => row.version],
  ['施行', row => row.effectiveOn],
  ['文件', row => row.url],
];

export const PROMOTION_TABLE: readonly TableColumn<PromotionRow>[] = [
  ['年度', row => row.year],
  ['日期', row => row.heldOn],
  ['形式', row => row.kind],
  ['活动', row => row.title],
  ['内容', row => row.detail],
  ['地点', row => row.place],
  ['对象', row => row.audience],
  ['成果', row => row.results.map(({ title, unitName }) => `${title}（${unitName}）`).join('；')],
  ['取消', row => row.cancelled?.reason],
  ['链接', row => row.url],
];
