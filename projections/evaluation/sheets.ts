/** Every score sheet there ever was, and what became of it. */
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import { scoreSheetSubmitted, VOID_CAUSES } from '../../events/evaluation.ts';
import { positionSchema } from '../../events/ids.ts';
import { SHEET_EVENT_TYPES, type SheetEnd, sheetEndedBy } from '../../events/rules/score-sheets.ts';
import { instantSchema } from '../../events/time.ts';
import { on, projection } from '../projection.ts';

export const sheetRowSchema = scoreSheetSubmitted.schema.extend({
  eventId: z.string(),
  accountId: z.string(),
  at: instantSchema,
  position: positionSchema,
  supersedes: z.string().optional(),
  /** Why it stands no longer. */
  ended: z
    .strictObject({
      how: z.enum(['superseded', ...VOID_CAUSES]),
      reason: z.string(),
      at: instantSchema,
      by: z.string(),
      eventId: z.string(),
    })
    .optional(),
});
export type SheetRow = z.infer<typeof sheetRowSchema>;

export const scoreSheets = projection<SheetRow>({
  name: 'score-sheets',
  version: 1,
  question: '每份评分表及其变化 (Which score sheets were given, and what became of each?)',
  material: { kind: 'score', of: ({ projectId, uscc }) => [{ projectId, uscc }] },
  indexes: [{ fields: ['panelId', 'expertId'] }, { fields: ['projectId'] }],
  handlers: [
    on(
      SHEET_EVENT_TYPES,
      event => [event.data.sheetId, sheetEndedBy(event)?.sheetId],
      (row, event, key) => {
        const ended = sheetEndedBy(event);
        if (ended?.sheetId === key) return row && { ...row, ended: endOf(event, ended) };
        if (event.type === 'score-sheet.voided') return row;
        const { reason: _given, ...sheet } = { reason: undefined, ...event.data };
        return { ...sheet, ...signature(event) };
      },
    ),
  ],
});

function signature({ id, position, meta }: RecordedEvent) {
  return { eventId: id, accountId: meta.actor.accountId, at: meta.recordedAt, position };
}

function endOf({ id, meta }: RecordedEvent, { how, reason }: SheetEnd): SheetRow['ended'] {
  return { how, reason, at: meta.recordedAt, by: meta.actor.accountId, eventId: id };
}
