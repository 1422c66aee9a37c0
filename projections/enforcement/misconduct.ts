/** R-S6: cases about staff, for the supervising body alone, and for none of its people his own (art-26). */
import { z } from 'zod';
import { MISCONDUCT_KINDS, type MisconductEvent, misconductEventTypes } from '../../events/enforcement.ts';
import { evidenceSchema, roleSchema } from '../../events/envelope.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import { withActors } from '../names.ts';
import { accountsOfPerson } from '../persons.ts';
import type { Caller, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { all, load } from '../query.ts';
import { namesByAccount } from './people.ts';

const misconductRowSchema = z.strictObject({
  misconductId: z.string(),
  /** The person concerned. */
  accountId: z.string(),
  kind: z.enum(MISCONDUCT_KINDS),
  stage: z.enum(['reported', 'open', 'closed']),
  detail: z.string(),
  offlineFile: z.string().optional(),
  panelId: z.string().optional(),
  evidence: z.array(evidenceSchema),
  grounds: z.string().optional(),
  suspended: z.strictObject({ from: dateSchema, reason: z.string() }).optional(),
  referrals: z.array(z.strictObject({ authority: z.string(), document: z.string() })),
  dispositions: z.array(
    z.strictObject({ authority: z.string(), document: z.string(), decidedOn: dateSchema, outcome: z.string() }),
  ),
  taints: z.array(z.strictObject({ panelId: z.string(), projectIds: z.array(z.string()), reason: z.string() })),
  closed: z.strictObject({ outcome: z.enum(['founded', 'unfounded']), summary: z.string() }).optional(),
  /** Everything that was done in the case: the general trail does not hold it. */
  acts: z.array(
    z.strictObject({
      type: z.string(),
      title: z.string(),
      at: instantSchema,
      by: z.string(),
      orgId: z.string(),
      role: roleSchema,
    }),
  ),
});
type MisconductRow = z.infer<typeof misconductRowSchema>;

export const misconductCases = projection<MisconductRow>({
  name: 'misconduct-cases',
  version: 1,
  question: '工作人员问题案件办理到哪一步 (Where does each case about staff stand?)',
  indexes: [],
  handlers: [
    on(
      misconductEventTypes,
      ({ data }) => data.misconductId,
      (row, event) => {
        const after = row ? afterAct(row, event) : reported(event);
        return after && { ...after, acts: [...after.acts, actOf(event)] };
      },
    ),
  ],
});

function reported(event: MisconductEvent): MisconductRow | undefined {
  if (event.type !== 'misconduct.reported') return undefined;
  return { ...event.data, stage: 'reported', referrals: [], dispositions: [], taints: [], acts: [] };
}

function afterAct(row: MisconductRow, event: MisconductEvent): MisconductRow {
  switch (event.type) {
    case 'misconduct.reported':
      return row;
    case 'misconduct-case.opened':
      return { ...row, stage: 'open', kind: event.data.kind, grounds: event.data.grounds };
    case 'evaluation-duty.suspended': {
      const { from, reason } = event.data;
      return { ...row, suspended: { from, reason } };
    }
    case 'misconduct.referred': {
      const { authority, document } = event.data;
      return { ...row, referrals: [...row.referrals, { authority, document }] };
    }
    case 'misconduct-disposition.recorded': {
      const { authority, document, decidedOn, outcome } = event.data;
      return { ...row, dispositions: [...row.dispositions, { authority, document, decidedOn, outcome }] };
    }
    case 'tainted-evaluation.reopened': {
      const { panelId, projectIds, reason } = event.data;
      return { ...row, taints: [...row.taints, { panelId, projectIds, reason }] };
    }
    case 'taint.found-without-effect': {
      const { panelId, reason } = event.data;
      return { ...row, taints: [...row.taints, { panelId, projectIds: [], reason }] };
    }
    case 'misconduct-case.closed': {
      const { outcome, summary } = event.data;
      return { ...row, stage: 'closed', closed: { outcome, summary } };
    }
  }
}

const TITLES: ReadonlyMap<string, string> = new Map(misconductEventTypes.map(({ type, title }) => [type, title]));

function actOf({ type, meta: { effectiveAt, actor } }: MisconductEvent): MisconductRow['acts'][number] {
  const { accountId: by, orgId, role } = actor;
  return { type, title: TITLES.get(type) ?? type, at: effectiveAt, by, orgId, role };
}

export const misconductSchema = misconductRowSchema.extend({
  acts: z.array(misconductRowSchema.shape.acts.element.extend({ byName: z.string() })),
  /** Of the person concerned; absent for one without an account. */
  name: z.string().optional(),
});
type Misconduct = z.infer<typeof misconductSchema>;

async function named(reader: Reader, row: MisconductRow): Promise<Misconduct> {
  const name = (await namesByAccount(reader, [row.accountId])).get(row.accountId);
  const acts = await withActors(row.acts, reader);
  return { ...row, acts, ...(name !== undefined && { name }) };
}

/** Nobody reads a case against himself, by whichever account. */
async function ownAccounts(caller: Caller, reader: Reader): Promise<ReadonlySet<string>> {
  return caller ? accountsOfPerson(reader, caller.accountId) : new Set();
}

/** All at once, since a page would show by its length that a case was left out. */
export async function misconductFor(caller: Caller, reader: Reader): Promise<Misconduct[]> {
  const own = await ownAccounts(caller, reader);
  const rows = (await all(reader, misconductCases, {})).filter(row => !own.has(row.accountId));
  return Promise.all(rows.map(row => named(reader, row)));
}

export async function misconductOf(
  caller: Caller,
  reader: Reader,
  misconductId: string,
): Promise<Misconduct | undefined> {
  const row = await load(reader, misconductCases, misconductId);
  return row && !(await ownAccounts(caller, reader)).has(row.accountId) ? named(reader, row) : undefined;
}
