/** Which acts were entered on a later day than they took place, by whom, and why. */
import { z } from 'zod';
import { roleSchema } from '../../events/envelope.ts';
import { type Position, sortablePosition } from '../../events/ids.ts';
import { mayBeStated } from '../../events/rules/stated-time.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { parsed } from '../query.ts';
import { type TrailRow, trailEntries } from '../trail/entries.ts';

export const backdatedActSchema = z.strictObject({
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
type BackdatedAct = z.infer<typeof backdatedActSchema>;

/** The latest first. */
export async function backdatedActs(
  reader: Reader,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: BackdatedAct[] }> {
  const page = await reader.find(trailEntries, {
    where: { facets: { $all: ['flag:backdated'] } },
    order: { by: ['seq'], direction: 'desc' },
    ...asked,
  });
  return { page, items: parsed(trailEntries, page).map(actOf) };
}

function actOf({ type, eventId, actor, about, reason, effectiveAt, recordedAt, ...row }: TrailRow): BackdatedAct {
  const { accountId, orgId, role } = actor;
  const { year, projectId } = about;
  return {
    eventType: type,
    eventId,
    by: { accountId, orgId, role },
    ...(reason !== undefined && { reason }),
    ...(year !== undefined && { year }),
    ...(projectId !== undefined && { projectId }),
    effectiveAt,
    recordedAt,
    mayBeStated: mayBeStated(type),
    deviations: (row.deviations ?? []).map(({ code }) => code),
    position: sortablePosition(row.position as Position),
  };
}
