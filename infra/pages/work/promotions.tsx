/** 宣传推广: what was done to make results known. */
import type { PromotionRow } from '../../../projections/recognition/promotions.ts';
import type { Column } from '../parts/table.tsx';

export const promotionColumns: readonly Column<PromotionRow>[] = [
  { head: '日期', cell: ({ heldOn }) => heldOn, isOneLine: true },
  { head: '形式', cell: ({ kind }) => kind },
  {
    head: '活动',
    cell: ({ title, detail, cancelled }) => (
      <>
        <strong>{title}</strong>
        <span class="what">{detail}</span>
        {cancelled && <span class="tag warn">已取消：{cancelled.reason}</span>}
      </>
    ),
  },
  {
    head: '推广的成果',
    cell: ({ results }) => results.map(({ title, unitName }) => `《${title}》（${unitName}）`).join('、'),
  },
];
