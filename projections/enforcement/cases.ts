/** Cases of fraud from suspicion to decision, for those who handle them; what its unit was told, for the unit (art-25). */
import { z } from 'zod';
import {
  FRAUD_KINDS,
  fraudCaseDismissed,
  fraudCaseOpened,
  fraudDecisionTaken,
  fraudEstablished,
  fraudEvidenceRecorded,
  fraudSuspicionReported,
  fraudulentProjectsStopped,
  revocationOverturned,
  revokedResultSchema,
  unitNotified,
  unitStatementRecorded,
} from '../../events/enforcement.ts';
import { type Actor, evidenceSchema, roleSchema } from '../../events/envelope.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import { withActors } from '../names.ts';
import type { Caller, Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, isUnit, load, oversees, parsed } from '../query.ts';
import { withUnitNames } from '../unit-names.ts';

export const caseStageSchema = z.enum([
  'reported',
  'open',
  'established',
  'dismissed',
  'decided',
  'stopped',
  'overturned',
]);

const act = { at: instantSchema, by: z.string() };

export const caseRowSchema = z.strictObject({
  caseId: z.string(),
  uscc: z.string(),
  unitName: z.string().optional(),
  stage: caseStageSchema,
  report: z.strictObject({
    ...act,
    orgId: z.string(),
    role: roleSchema,
    detail: z.string(),
    evidence: z.array(evidenceSchema),
  }),
  reportedAt: instantSchema,
  projectIds: z.array(z.string()),
  resultIds: z.array(z.string()),
  opened: z.strictObject({ ...act, grounds: z.string() }).optional(),
  evidence: z.array(
    z.strictObject({ ...act, evidenceId: z.string(), findings: z.string(), evidence: z.array(evidenceSchema) }),
  ),
  notice: z.strictObject({ at: instantSchema, document: z.string(), answerBy: dateSchema }).optional(),
  statement: z
    .strictObject({ at: instantSchema, outcome: z.enum(['stated', 'waived']), statement: z.string() })
    .optional(),
  finding: z.strictObject({ ...act, kind: z.enum(FRAUD_KINDS), findings: z.string() }).optional(),
  dismissal: z.strictObject({ at: instantSchema, reason: z.string() }).optional(),
  decision: z
    .strictObject({
      ...act,
      document: z.string(),
      revoked: z.array(revokedResultSchema),
      ban: z.strictObject({ from: dateSchema, lastDay: dateSchema }),
    })
    .optional(),
  stopped: z.strictObject({ at: instantSchema, projectIds: z.array(z.string()), reason: z.string() }).optional(),
  overturned: z
    .strictObject({ at: instantSchema, document: z.string(), from: dateSchema, reason: z.string() })
    .optional(),
});
export type CaseRow = z.infer<typeof caseRowSchema>;

const idOf = (event: { readonly data: { readonly caseId: string } }) => event.data.caseId;

interface Recorded {
  readonly meta: { readonly effectiveAt: string; readonly actor: { readonly accountId: string } };
}
const actOf = ({ meta }: Recorded) => ({ at: meta.effectiveAt, by: meta.actor.accountId });

export const fraudCases = projection<CaseRow>({
  name: 'fraud-cases',
  version: 2,
  question: '弄虚作假案件办理到哪一步 (Where does each case of fraud stand, and on what does it rest?)',
  indexes: [
    { fields: ['reportedAt'] },
    { fields: ['stage', 'reportedAt'] },
    { fields: ['uscc', 'reportedAt'] },
    { fields: ['report.orgId', 'reportedAt'] },
  ],
  handlers: [
    on([fraudSuspicionReported], idOf, (_row, event) => {
      const { caseId, uscc, detail, evidence } = event.data;
      const { orgId, role } = event.meta.actor;
      return {
        caseId,
        uscc,
        stage: 'reported',
        report: { ...actOf(event), orgId, role, detail, evidence },
        reportedAt: event.meta.effectiveAt,
        projectIds: [],
        resultIds: [],
        evidence: [],
      };
    }),
    on([fraudCaseOpened], idOf, (row, event) => {
      const { unitName, projectIds, resultIds, grounds } = event.data;
      return row && { ...row, stage: 'open', unitName, projectIds, resultIds, opened: { ...actOf(event), grounds } };
    }),
    on([fraudEvidenceRecorded], idOf, (row, event) => {
      const { evidenceId, findings, evidence } = event.data;
      return row && { ...row, evidence: [...row.evidence, { ...actOf(event), evidenceId, findings, evidence }] };
    }),
    on(
      [unitNotified],
      idOf,
      (row, { data: { document, answerBy }, meta }) =>
        row && { ...row, notice: { at: meta.effectiveAt, document, answerBy } },
    ),
    on(
      [unitStatementRecorded],
      idOf,
      (row, { data: { outcome, statement }, meta }) =>
        row && { ...row, statement: { at: meta.effectiveAt, outcome, statement } },
    ),
    on([fraudEstablished], idOf, (row, event) => {
      const { kind, findings } = event.data;
      return row && { ...row, stage: 'established', finding: { ...actOf(event), kind, findings } };
    }),
    on(
      [fraudCaseDismissed],
      idOf,
      (row, { data: { reason }, meta }) =>
        row && { ...row, stage: 'dismissed', dismissal: { at: meta.effectiveAt, reason } },
    ),
    on([fraudDecisionTaken], idOf, (row, event) => {
      const { revoked, ban, circulation } = event.data;
      const decision = { ...actOf(event), document: circulation.document, revoked, ban };
      return row && { ...row, stage: 'decided', decision };
    }),
    on([fraudulentProjectsStopped], idOf, (row, { data: { projectIds, reason }, meta }) => {
      const stopped = { at: meta.effectiveAt, projectIds, reason };
      return row && { ...row, stage: row.decision ? row.stage : 'stopped', stopped };
    }),
    on(
      [revocationOverturned],
      idOf,
      (row, { data: { document, from, reason }, meta }) =>
        row && { ...row, stage: 'overturned', overturned: { at: meta.effectiveAt, document, from, reason } },
    ),
  ],
});

const LATEST_FIRST = { by: ['reportedAt'], direction: 'desc' } as const;

/** The latest first. */
export async function casesBy(
  reader: Reader,
  filter: { readonly stage?: string | undefined; readonly uscc?: string | undefined },
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: readonly CaseRow[] }> {
  const where = given(filter.uscc === undefined ? { stage: filter.stage } : { uscc: filter.uscc });
  const page = await reader.find(fraudCases, { where, order: LATEST_FIRST, ...asked });
  return { page, items: await withUnitNames(reader, parsed(fraudCases, page)) };
}

/** How far a clue has come, as its reporter is told: not what was found, which is the unit's and the authority's. */
const CLUE_STANDINGS = ['received', 'examined', 'concluded'] as const;

export const clueSchema = caseRowSchema.pick({ caseId: true, uscc: true, unitName: true, reportedAt: true }).extend({
  detail: z.string(),
  standing: z.enum(CLUE_STANDINGS),
});

/** What the organisation of the caller has reported, the latest first. */
export async function cluesOf(
  { orgId }: Pick<Actor, 'orgId'>,
  reader: Reader,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: readonly z.infer<typeof clueSchema>[] }> {
  const page = await reader.find(fraudCases, { where: { 'report.orgId': orgId }, order: LATEST_FIRST, ...asked });
  const rows = await withUnitNames(reader, parsed(fraudCases, page));
  return { page, items: rows.map(clueOf) };
}

function clueOf({ caseId, uscc, unitName, reportedAt, stage, report }: CaseRow): z.infer<typeof clueSchema> {
  const standing = stage === 'reported' ? 'received' : UNDER_WAY.includes(stage) ? 'examined' : 'concluded';
  return { caseId, uscc, ...(unitName !== undefined && { unitName }), reportedAt, detail: report.detail, standing };
}

const UNDER_WAY: readonly CaseRow['stage'][] = ['open', 'established'];

/** What a unit learns of its own case: what it was told and what was decided, not who reported it or what is held. */
const unitViewSchema = caseRowSchema.pick({
  caseId: true,
  uscc: true,
  unitName: true,
  stage: true,
  notice: true,
  statement: true,
  dismissal: true,
  decision: true,
  stopped: true,
  overturned: true,
});
const overseenCaseSchema = caseRowSchema.extend({
  /** Who acted in it. */
  people: z.array(z.strictObject({ accountId: z.string(), name: z.string() })),
});
export const caseSchema = z.union([overseenCaseSchema, unitViewSchema]);

async function withPeople(row: CaseRow, reader: Reader): Promise<z.infer<typeof overseenCaseSchema>> {
  const { report, opened, evidence, finding, decision } = row;
  const acts = [report, opened, ...evidence, finding, decision].filter(each => each !== undefined);
  const named = await withActors(acts, reader);
  const names = new Map(named.map(({ by, byName }) => [by, byName]));
  return { ...row, people: [...names].map(([accountId, name]) => ({ accountId, name })) };
}

/** To a unit there is no case before it was notified or the case was decided. */
export async function caseFor(
  caller: Caller,
  reader: Reader,
  caseId: string,
): Promise<z.infer<typeof caseSchema> | undefined> {
  const found = await load(reader, fraudCases, caseId);
  if (!found) return undefined;
  const [row = found] = await withUnitNames(reader, [found]);
  if (oversees(caller)) return withPeople(row, reader);
  const told = row.notice ?? row.dismissal ?? row.decision ?? row.stopped;
  return told && isUnit(caller, row.uscc) ? unitViewOf(row) : undefined;
}

function unitViewOf(row: CaseRow): z.infer<typeof unitViewSchema> {
  const shown = Object.keys(unitViewSchema.shape);
  return unitViewSchema.parse(Object.fromEntries(Object.entries(row).filter(([field]) => shown.includes(field))));
}
