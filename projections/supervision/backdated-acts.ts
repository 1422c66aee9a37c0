/** Which acts were entered on a later day than they took place, by whom, and why. */
import { z } from 'zod';
import { roleSchema } from '../../events/envelope.ts';
import { sortablePosition } from '../../events/ids.ts';
import { mayBeStated } from '../../events/rules/stated-time.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { isCaseOnly, projection } from '../projection.ts';

export const backdatedRowSchema = z.strictObject({
  eventType: z.string(),
  eventId: z.string(),
  by: z.strictObject({ accountId: z.string(), orgId: z.string(), role: roleSchema }),
  reason: z.string().optional(),
  year: z.int().optional(),
  projectId: z.string().optional(),
  effectiveAt: instantSchema,
  recordedAt: instantSchema,
  /** False: it takes effect by being done here, and no software that keeps the rule would have recorded it so. */
  mayBeStated: z.boolean(),
  /** Deadlines that lie between the two times, and other breaches that were recorded with it. */
  deviations: z.array(z.string()),
  /** Place in the log, at fixed width. */
  position: z.string(),
});
export type BackdatedRow = z.infer<typeof backdatedRowSchema>;

export const backdatedActs = projection<BackdatedRow>({
  name: 'backdated-acts',
  version: 2,
  question: '哪些行为是事后补录的 (Which acts were entered late, by whom, and why?)',
  appendOnly: true,
  material: { none: '只有补录的行为和理由 (acts and reasons)' },
  indexes: [{ fields: ['position'] }],
  handlers: [],
  every: {
    keys: event => (event.meta.backdated && !isCaseOnly(event) ? [sortablePosition(event.position)] : []),
    evolve(_row, { id, type, meta }, position) {
      const { accountId, orgId, role } = meta.actor;
      const { year, projectId } = meta.about;
      return {
        eventType: type,
        eventId: id,
        by: { accountId, orgId, role },
        ...(meta.reason !== undefined && { reason: meta.reason }),
        ...(year !== undefined && { year }),
        ...(projectId !== undefined && { projectId }),
        effectiveAt: meta.effectiveAt,
        recordedAt: meta.recordedAt,
        mayBeStated: mayBeStated(type),
        deviations: (meta.deviations ?? []).map(({ code }) => code),
        position,
      };
    },
  },
});

/** The latest first. */
export function backdated(reader: Reader, page: { readonly limit: number; readonly cursor?: string }): Promise<Page> {
  return reader.find(backdatedActs, { order: { by: ['position'], direction: 'desc' }, ...page });
}
