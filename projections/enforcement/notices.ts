/** R-P4: which recognitions were revoked, for everybody to read, and whether the decision still stands (art-25). */
import { z } from 'zod';
import { fraudDecisionTaken, revocationOverturned, revokedResultSchema } from '../../events/enforcement.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import type { TableColumn } from '../table.ts';

export const revocationNoticeRowSchema = z.strictObject({
  caseId: z.string(),
  uscc: z.string(),
  unitName: z.string(),
  revoked: z.array(revokedResultSchema),
  document: z.string(),
  url: z.string(),
  recipients: z.array(z.string()),
  ban: z.strictObject({ from: dateSchema, lastDay: dateSchema }),
  status: z.enum(['in-force', 'overturned']),
  /** `from`: first day without exclusion; `at`: when it was recorded. */
  overturned: z
    .strictObject({ document: z.string(), from: dateSchema, reason: z.string(), at: instantSchema })
    .optional(),
  /** Day of the decision. */
  decidedOn: dateSchema,
});
export type NoticeRow = z.infer<typeof revocationNoticeRowSchema>;

const idOf = (event: { readonly data: { readonly caseId: string } }) => event.data.caseId;

export const revocationNotices = projection<NoticeRow>({
  name: 'revocation-notices',
  version: 2,
  question: '撤销了哪些优秀成果认定，决定现在是否有效 (Which recognitions were revoked, and does the decision stand?)',
  indexes: [{ fields: ['decidedOn'] }, { fields: ['status', 'decidedOn'] }],
  handlers: [
    on([fraudDecisionTaken], idOf, (_row, { data: { circulation, ...decision } }) => ({
      ...decision,
      ...circulation,
      status: 'in-force',
      decidedOn: decision.ban.from,
    })),
    on(
      [revocationOverturned],
      idOf,
      (row, { data: { document, from, reason }, meta: { recordedAt: at } }) =>
        row && { ...row, status: 'overturned', overturned: { document, from, reason, at } },
    ),
  ],
});

/** The latest first; a decision that was overturned stays, with what became of it. */
export function notices(reader: Reader, page: { readonly limit: number; readonly cursor?: string }): Promise<Page> {
  return reader.find(revocationNotices, { order: { by: ['decidedOn'], direction: 'desc' }, ...page });
}

/** Columns of the list, as spreadsheets show it. */
export const REVOCATION_TABLE: readonly TableColumn<NoticeRow>[] = [
  ['决定日期', row => row.decidedOn],
  ['单位', row => row.unitName],
  ['统一社会信用代码', row => row.uscc],
  ['撤销的成果', row => row.revoked.map(({ title, year }) => `《${title}》（${year}）`).join('；')],
  ['不受理申报，自', row => row.ban.from],
  ['至', row => row.ban.lastDay],
  ['文号', row => row.document],
  ['文件', row => row.url],
  ['状态', row => (row.status === 'in-force' ? '有效' : '决定已撤销')],
];
