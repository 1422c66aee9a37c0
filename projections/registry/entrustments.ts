/** R-O12: what is entrusted to which third party until when, and what it has done under it (art-05 （二）). */
import { z } from 'zod';
import {
  capabilityVerified,
  entrustmentScopeChanged,
  entrustmentTerminated,
  thirdPartyEntrusted,
} from '../../events/entrustment.ts';
import { sha256Schema } from '../../events/ids.ts';
import { dateSchema, instantSchema, shanghaiDate } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { isCaseOnly, on, projection } from '../projection.ts';
import { load, loadMany, parsed } from '../query.ts';

export const entrustmentRowSchema = z.strictObject({
  entrustmentId: z.string(),
  uscc: z.string(),
  name: z.string(),
  capability: z.strictObject({ findings: z.string(), at: instantSchema, by: z.string() }).optional(),
  from: dateSchema.optional(),
  lastDay: dateSchema.optional(),
  noFeeClause: z.boolean().optional(),
  contractHash: sha256Schema.optional(),
  /** Commands by the first day they are entrusted, oldest first; the last one reached holds. */
  scopes: z.array(z.strictObject({ from: dateSchema, commands: z.array(z.string()) })),
  terminated: z.strictObject({ lastDay: dateSchema, reason: z.string() }).optional(),
});
export type EntrustmentRow = z.infer<typeof entrustmentRowSchema>;

const actsRowSchema = z.strictObject({
  entrustmentId: z.string(),
  total: z.int(),
  byType: z.record(z.string(), z.int()),
  lastAt: instantSchema,
});
type ActsRow = z.infer<typeof actsRowSchema>;

const idOf = (event: { readonly data: { readonly entrustmentId: string } }) => event.data.entrustmentId;

export const entrustments = projection<EntrustmentRow>({
  name: 'entrustments',
  version: 1,
  question: '委托了哪些第三方机构、事项和期限 (Which third parties are entrusted with what, and until when?)',
  indexes: [],
  handlers: [
    on([capabilityVerified], idOf, (row, { data: { entrustmentId, uscc, name, findings }, meta }) => ({
      scopes: [],
      ...row,
      entrustmentId,
      uscc,
      name,
      capability: { findings, at: meta.effectiveAt, by: meta.actor.accountId },
    })),
    on([thirdPartyEntrusted], idOf, (row, { data: { scope, ...terms } }) => ({
      ...row,
      ...terms,
      scopes: [{ from: terms.from, commands: scope }],
    })),
    on(
      [entrustmentScopeChanged],
      idOf,
      (row, { data }) => row && { ...row, scopes: [...row.scopes, { from: data.from, commands: data.scope }] },
    ),
    on(
      [entrustmentTerminated],
      idOf,
      (row, { data: { lastDay, reason } }) => row && { ...row, terminated: { lastDay, reason } },
    ),
  ],
});

/** Counts whatever is done under an entrustment, events of every kind. */
export const entrustmentActs = projection<ActsRow>({
  name: 'entrustment-acts',
  version: 1,
  question: '第三方机构依委托办理了哪些事项 (What has been done under each entrustment?)',
  material: { none: '只有办理件数 (counts)' },
  indexes: [],
  handlers: [],
  every: {
    rowIds: event =>
      event.meta.actor.entrustmentId === undefined || isCaseOnly(event) ? [] : [event.meta.actor.entrustmentId],
    evolve: (row, { type, meta }, entrustmentId) => ({
      entrustmentId,
      total: (row?.total ?? 0) + 1,
      byType: { ...row?.byType, [type]: (row?.byType[type] ?? 0) + 1 },
      lastAt: meta.recordedAt,
    }),
  },
});

export const entrustmentSchema = entrustmentRowSchema.extend({
  state: z.enum(['capability-verified', 'not-yet', 'in-term', 'ended']),
  acts: actsRowSchema.omit({ entrustmentId: true }).optional(),
});
type Entrustment = z.infer<typeof entrustmentSchema>;

function stateOn({ from, lastDay, terminated }: EntrustmentRow, today: string): Entrustment['state'] {
  if (from === undefined || lastDay === undefined) return 'capability-verified';
  if (today < from) return 'not-yet';
  return today <= (terminated?.lastDay ?? lastDay) ? 'in-term' : 'ended';
}

function withActs(row: EntrustmentRow, acts: ActsRow | undefined, today: string): Entrustment {
  const state = stateOn(row, today);
  if (!acts) return { ...row, state };
  const { entrustmentId: _own, ...counted } = acts;
  return { ...row, state, acts: counted };
}

export async function entrustmentsAsOf(
  reader: Reader,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: Entrustment[] }> {
  const page = await reader.find(entrustments, asked);
  const rows = parsed(entrustments, page);
  const acts = await loadMany(
    reader,
    entrustmentActs,
    rows.map(row => row.entrustmentId),
  );
  const today = shanghaiDate(reader.now);
  return { page, items: rows.map(row => withActs(row, acts.get(row.entrustmentId), today)) };
}

export async function entrustmentAsOf(reader: Reader, entrustmentId: string): Promise<Entrustment | undefined> {
  const row = await load(reader, entrustments, entrustmentId);
  if (!row) return undefined;
  return withActs(row, await load(reader, entrustmentActs, entrustmentId), shanghaiDate(reader.now));
}
