/** Every score sheet there ever was, and what became of it. */
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import { scoreSheetSubmitted, scoreSheetSuperseded, scoreSheetVoided, VOID_CAUSES } from '../../events/evaluation.ts';
import { positionSchema } from '../../events/ids.ts';
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

type Ended = NonNullable<SheetRow['ended']>;

export const scoreSheets = projection<SheetRow>({
  name: 'score-sheets',
  version: 1,
  question: '每份评分表及其变化 (Which score sheets were given, and what became of each?)',
  material: { kind: 'score', of: ({ projectId, uscc }) => [{ projectId, uscc }] },
  indexes: [{ fields: ['panelId', 'expertId'] }, { fields: ['projectId'] }],
  handlers: [
    on(
      [scoreSheetSubmitted],
      ({ data }) => data.sheetId,
      (_row, event) => ({ ...event.data, ...signature(event) }),
    ),
    on(
      [scoreSheetSuperseded],
      ({ data }) => [data.sheetId, data.supersedes],
      (row, event, key) => {
        const { reason, ...sheet } = event.data;
        if (key === sheet.sheetId) return { ...sheet, ...signature(event) };
        return row && { ...row, ended: endedBy(event, 'superseded', reason) };
      },
    ),
    on(
      [scoreSheetVoided],
      ({ data }) => data.sheetId,
      (row, event) => row && { ...row, ended: endedBy(event, event.data.cause, event.data.reason) },
    ),
  ],
});

function signature({ id, position, meta }: RecordedEvent) {
  return { eventId: id, accountId: meta.actor.accountId, at: meta.recordedAt, position };
}

function endedBy({ id, meta }: RecordedEvent, how: Ended['how'], reason: string): Ended {
  return { how, reason, at: meta.recordedAt, by: meta.actor.accountId, eventId: id };
}
