/** R-O5: the follow-up ledger of each listed project (art-16), and the projects that were not visited often enough. */
import { z } from 'zod';
import { projectListed } from '../../events/application.ts';
import type { EventOf } from '../../events/event-type.ts';
import { yearSchema } from '../../events/ids.ts';
import {
  guidanceIssued,
  problemRaised,
  problemResolved,
  progressUrged,
  projectTerminated,
  VISIT_KINDS,
  visitPlanned,
  visitRecorded,
} from '../../events/implementation.ts';
import { sealedSchema } from '../../events/personal.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import { chargeKey } from '../charges.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { load, nameOf } from '../query.ts';
import { rhythmOf } from './rhythm.ts';
import type { ProjectScope } from './scope.ts';

const visitSchema = z.strictObject({
  visitId: z.string(),
  bodyId: z.string(),
  plannedOn: dateSchema.optional(),
  purpose: z.string().optional(),
  /** Absent while the visit is only planned. */
  record: z
    .strictObject({
      visitedOn: dateSchema,
      kinds: z.array(z.enum(VISIT_KINDS)),
      place: z.string(),
      participants: z.array(sealedSchema),
      findings: z.string(),
    })
    .optional(),
});

const ledgerRowSchema = z.strictObject({
  projectId: z.string(),
  year: yearSchema,
  title: z.string(),
  uscc: z.string(),
  unitName: z.string(),
  bodyId: z.string(),
  bodyName: z.string(),
  /** The charge under which it came to the body. */
  charge: z.string(),
  /** A terminated project is no longer waited for. */
  standing: z.enum(['open', 'terminated']),
  visits: z.array(visitSchema),
  visitsMade: z.int(),
  lastVisitedOn: dateSchema.optional(),
  guidance: z.array(
    z.strictObject({
      guidanceId: z.string(),
      bodyId: z.string(),
      opinion: z.string(),
      visitId: z.string().optional(),
      at: instantSchema,
    }),
  ),
  urgings: z.array(
    z.strictObject({ bodyId: z.string(), matter: z.string(), expectedBy: dateSchema, at: instantSchema }),
  ),
  openProblems: z.array(z.string()),
  problemsResolved: z.int(),
});
type LedgerRow = z.infer<typeof ledgerRowSchema>;

const idOf = ({ data }: { readonly data: { readonly projectId: string } }) => data.projectId;

export const followUpLedger = projection<LedgerRow>({
  name: 'follow-up-ledger',
  version: 2,
  question: '各项目的跟踪服务情况 (What follow-up has each listed project had?)',
  indexes: [
    { fields: ['year', 'standing', 'visitsMade'] },
    { fields: ['year', 'charge', 'standing', 'visitsMade'] },
    { fields: ['year', 'uscc'] },
  ],
  handlers: [
    on([projectListed], idOf, (row, event) => row ?? listed(event)),
    on([visitPlanned], idOf, (row, { data: { visitId, bodyId, plannedOn, purpose } }) =>
      row ? { ...row, visits: [...row.visits, { visitId, bodyId, plannedOn, purpose }] } : row,
    ),
    on([visitRecorded], idOf, (row, event) => row && visited(row, event)),
    on([guidanceIssued], idOf, (row, { data: { projectId: _own, ...guidance }, meta }) =>
      row ? { ...row, guidance: [...row.guidance, { ...guidance, at: meta.effectiveAt }] } : row,
    ),
    on([progressUrged], idOf, (row, { data: { projectId: _own, ...urging }, meta }) =>
      row ? { ...row, urgings: [...row.urgings, { ...urging, at: meta.effectiveAt }] } : row,
    ),
    on([problemRaised], idOf, (row, { data: { problemId } }) =>
      row ? { ...row, openProblems: [...row.openProblems, problemId] } : row,
    ),
    on([problemResolved], idOf, (row, { data: { problemId } }) => row && resolved(row, problemId)),
    on([projectTerminated], idOf, row => row && { ...row, standing: 'terminated' }),
  ],
});

function listed({ data }: EventOf<typeof projectListed>): LedgerRow {
  const { jurisdiction: _charge, ...project } = data;
  return {
    ...project,
    charge: chargeKey(data),
    standing: 'open',
    visits: [],
    visitsMade: 0,
    guidance: [],
    urgings: [],
    openProblems: [],
    problemsResolved: 0,
  };
}

function visited(row: LedgerRow, { data }: EventOf<typeof visitRecorded>): LedgerRow {
  const { projectId: _own, visitId, bodyId, ...record } = data;
  const planned = row.visits.find(visit => visit.visitId === visitId);
  const others = row.visits.filter(visit => visit.visitId !== visitId);
  const visits = [...others, { ...planned, visitId, bodyId, record }];
  const days = visits.flatMap(visit => visit.record?.visitedOn ?? []).sort();
  const lastVisitedOn = days.at(-1) ?? record.visitedOn;
  return { ...row, visits, visitsMade: days.length, lastVisitedOn };
}

function resolved(row: LedgerRow, problemId: string): LedgerRow {
  if (!row.openProblems.includes(problemId)) return row;
  return {
    ...row,
    openProblems: row.openProblems.filter(open => open !== problemId),
    problemsResolved: row.problemsResolved + 1,
  };
}

/** What the lists show: no one's name. */
export const ledgerItemSchema = ledgerRowSchema.omit({ visits: true, guidance: true, urgings: true }).extend({
  visitsPlanned: z.int(),
  guidanceIssued: z.int(),
  urgings: z.int(),
});

function ledgerItem({ visits, guidance, urgings, ...row }: LedgerRow): z.infer<typeof ledgerItemSchema> {
  return {
    ...row,
    visitsPlanned: visits.filter(({ record }) => !record).length,
    guidanceIssued: guidance.length,
    urgings: urgings.length,
  };
}

type Asked = ProjectScope & { readonly year: number };

interface PageAsked {
  readonly limit: number;
  readonly cursor?: string;
}

function ledgerPage(page: Page) {
  return { page, items: page.rows.map(text => ledgerItem(JSON.parse(text) as LedgerRow)) };
}

export async function ledgerOf(reader: Reader, { year, ...asked }: Asked, page: PageAsked) {
  return ledgerPage(await reader.find(followUpLedger, { where: { year, ...asked }, ...page }));
}

/** Projects with fewer visits than the work plan wants a year (DL-10), those without any first. */
export async function unvisitedProjects(reader: Reader, { year, ...asked }: Asked, page: PageAsked) {
  const { visitsPerYear } = await rhythmOf(reader, year);
  const found = await reader.find(followUpLedger, {
    where: { year, ...asked, standing: 'open', visitsMade: { $lt: visitsPerYear } },
    order: { by: ['visitsMade'], direction: 'asc' },
    ...page,
  });
  return ledgerPage(found);
}

/** The ledger of one project, with the names of those who visited. */
export const projectLedgerSchema = ledgerRowSchema.extend({
  visits: z.array(
    visitSchema.extend({
      record: visitSchema.shape.record
        .unwrap()
        .extend({ participants: z.array(z.string()) })
        .optional(),
    }),
  ),
});

export async function projectLedger(
  reader: Reader,
  projectId: string,
): Promise<z.infer<typeof projectLedgerSchema> | undefined> {
  const row = await load(reader, followUpLedger, projectId);
  if (!row) return undefined;
  const visits = row.visits.map(async ({ record, ...visit }) => {
    if (!record) return visit;
    const participants = await Promise.all(record.participants.map(person => nameOf(reader, person)));
    return { ...visit, record: { ...record, participants } };
  });
  return { ...row, visits: await Promise.all(visits) };
}
