/** Queries on results. What a caller may not know of is answered as not there. */
import { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import { bodyIdSchema, creditCodeSchema, projectIdSchema } from '../../events/ids.ts';
import { shanghaiDate } from '../../events/time.ts';
import { judgesOneOf } from '../assignments.ts';
import { chargesOf, inChargeToday } from '../charges.ts';
import type { Caller, Reader } from '../ports.ts';
import {
  freshness,
  freshnessSchema,
  isBody,
  isUnit,
  OVERSIGHT,
  oversees,
  pageAsked,
  paging,
  yearParameter,
} from '../query.ts';
import { type Answer, get, jsonOf, pageOf } from '../route.ts';
import { answersFor, batchSummarySchema, resultBatches, summariesOf } from './batches.ts';
import { resultFileOf, resultFileSchema } from './materials.ts';
import { reconciliationOf, reconciliationSchema } from './reconciliation.ts';
import {
  inboxOf,
  notSubmitted,
  type Own,
  type ResultRow,
  resultRowSchema,
  resultStateSchema,
  resultsOfUnit,
} from './results.ts';

const BODY_OR_OVERSIGHT: readonly Role[] = [...RECOMMENDING_ROLES, ...OVERSIGHT];
const NONE: Answer = { kind: 'none' };

/** The unit, the body that recommended the project, the body that answers for the result today, its judges, and oversight. */
async function mayRead(caller: Caller, reader: Reader, row: ResultRow): Promise<boolean> {
  if (oversees(caller) || isUnit(caller, row.uscc) || isBody(caller, row.bodyId)) return true;
  return (await judgesOneOf(reader, caller, [row.projectId])) || isInCharge(caller, reader, [row]);
}

async function ownOf(reader: Reader, caller: NonNullable<Caller>): Promise<Own> {
  if (oversees(caller)) return {};
  if (caller.role === 'UNIT') return { uscc: caller.orgId };
  return inChargeToday(reader, caller.orgId);
}

async function isInCharge(caller: Caller, reader: Reader, rows: readonly ResultRow[]): Promise<boolean> {
  if (!caller || !isBody(caller, caller.orgId)) return false;
  return answersFor(await chargesOf(reader), caller.orgId, shanghaiDate(reader.now), rows);
}

export const routes = [
  get({
    path: '/projects/:projectId/results',
    name: 'GetResultFile',
    title: '项目成果材料',
    summary:
      'The result materials of one project and where they stand, for its unit, its body, experts who judge it, and those who oversee.',
    allow: ['UNIT', 'EXPERT', ...BODY_OR_OVERSIGHT],
    input: z.strictObject({ projectId: projectIdSchema }),
    output: resultFileSchema,
    paged: false,
    async answer({ projectId }, caller, reader) {
      const file = await resultFileOf(reader, projectId);
      return file && (await mayRead(caller, reader, file)) ? jsonOf(file) : NONE;
    },
  }),
  get({
    path: '/units/:uscc/results',
    name: 'ListUnitResults',
    title: '项目单位成果台账',
    summary: 'The results of a unit in a year, from the completion of the project to the forwarding.',
    allow: ['UNIT', ...OVERSIGHT],
    input: z.strictObject({ uscc: creditCodeSchema, year: yearParameter, ...paging }),
    output: resultRowSchema,
    paged: true,
    async answer(input, caller, reader) {
      if (!oversees(caller) && !isUnit(caller, input.uscc)) return NONE;
      return pageOf(await resultsOfUnit(reader, input.year, input.uscc, pageAsked(input)));
    },
  }),
  get({
    path: '/bodies/:bodyId/result-inbox',
    name: 'ListResultInbox',
    title: '成果收件箱',
    summary:
      'Results that lie with a body today, also those that came to it with a transfer; the longest waiting first.',
    allow: BODY_OR_OVERSIGHT,
    input: z.strictObject({
      bodyId: bodyIdSchema,
      year: yearParameter,
      state: resultStateSchema.default('submitted'),
      ...paging,
    }),
    output: resultRowSchema,
    paged: true,
    async answer(input, caller, reader) {
      if (!oversees(caller) && !isBody(caller, input.bodyId)) return NONE;
      const own = await inChargeToday(reader, input.bodyId);
      return pageOf(await inboxOf(reader, input.year, own, input.state, pageAsked(input)));
    },
  }),
  get({
    path: '/programmes/:year/unsubmitted-results',
    name: 'ListUnsubmittedResults',
    title: '已完成未提交成果的项目',
    summary: 'Completed projects whose results are not handed in: a unit sees its own, a body those in its charge.',
    allow: ['UNIT', ...BODY_OR_OVERSIGHT],
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: resultRowSchema,
    paged: true,
    async answer(input, caller, reader) {
      if (!caller) return NONE;
      return pageOf(await notSubmitted(reader, input.year, await ownOf(reader, caller), pageAsked(input)));
    },
  }),
  get({
    path: '/programmes/:year/bodies/:bodyId/result-batches',
    name: 'GetResultSummary',
    title: '成果汇总表',
    summary:
      'The batches of a body: every result compiled, the decision on it, and the root to forward the batch with; and, for those who oversee, up to where the log is read.',
    allow: BODY_OR_OVERSIGHT,
    input: z.strictObject({ year: yearParameter, bodyId: bodyIdSchema }),
    output: z.strictObject({ items: z.array(batchSummarySchema), ...freshnessSchema.partial().shape }),
    paged: false,
    async answer({ year, bodyId }, caller, reader) {
      const charges = await chargesOf(reader);
      const today = shanghaiDate(reader.now);
      const isOwn = oversees(caller) || isBody(caller, bodyId);
      const items = await summariesOf(
        reader,
        year,
        bodyId,
        rows => isOwn || (caller !== undefined && answersFor(charges, caller.orgId, today, rows)),
      );
      if (!isOwn && items.length === 0) return NONE;
      if (oversees(caller)) return jsonOf({ items, ...(await freshness(reader, resultBatches)) });
      // A place in the log counts what is hidden from the body.
      return jsonOf({ items: items.map(({ position: _place, ...told }) => told) });
    },
  }),
  get({
    path: '/programmes/:year/result-reconciliation',
    name: 'GetResultReconciliation',
    title: '成果报送对账',
    summary: 'Submitted, decided, forwarded and received results of every body, with all that is open or differs.',
    allow: BODY_OR_OVERSIGHT,
    input: z.strictObject({ year: yearParameter }),
    output: z.strictObject({ items: z.array(reconciliationSchema) }),
    paged: false,
    async answer({ year }, caller, reader) {
      const items = await reconciliationOf(reader, year);
      return jsonOf({ items: items.filter(({ bodyId }) => oversees(caller) || isBody(caller, bodyId)) });
    },
  }),
] as const;
