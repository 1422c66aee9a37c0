/** The training sessions of a year (art-14). */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import { dateSchema } from '../../events/time.ts';
import { trainingCancelled, trainingDelivered, trainingScheduled } from '../../events/training.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';

export const sessionRowSchema = z.strictObject({
  trainingId: z.string(),
  year: yearSchema,
  title: z.string(),
  topics: z.array(z.string()),
  heldOn: dateSchema,
  place: z.string(),
  status: z.enum(['scheduled', 'delivered', 'cancelled']),
  deliveredOn: dateSchema.optional(),
  summary: z.string().optional(),
  cancelledBecause: z.string().optional(),
});
type SessionRow = z.infer<typeof sessionRowSchema>;

const idOf = (event: { readonly data: { readonly trainingId: string } }) => event.data.trainingId;

export const trainingSessions = projection<SessionRow>({
  name: 'training-sessions',
  version: 1,
  question: '年度培训安排和开展情况 (Which training sessions does a year have, and were they delivered?)',
  indexes: [{ fields: ['year', 'heldOn'] }],
  handlers: [
    on([trainingScheduled], idOf, (_row, { data }) => ({ ...data, status: 'scheduled' })),
    on(
      [trainingDelivered],
      idOf,
      (row, { data: { deliveredOn, summary } }) => row && { ...row, status: 'delivered', deliveredOn, summary },
    ),
    on(
      [trainingCancelled],
      idOf,
      (row, { data }) => row && { ...row, status: 'cancelled', cancelledBecause: data.reason },
    ),
  ],
});

export function sessionsOf(
  reader: Reader,
  year: number,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(trainingSessions, { where: { year }, order: { by: ['heldOn'], direction: 'asc' }, ...page });
}
