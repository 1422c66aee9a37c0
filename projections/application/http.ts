/** Queries on applications. What a caller may not know of is answered as not there. */
import { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import { bodyIdSchema, creditCodeSchema, projectIdSchema } from '../../events/ids.ts';
import type { Caller } from '../ports.ts';
import { isBody, isUnit, OVERSIGHT, oversees, pageAsked, pageMade, paging, yearParameter } from '../query.ts';
import { type Answer, get, jsonOf, pageOf } from '../route.ts';
import { atStage, boardOfUnit, inboxOfBody } from './boards.ts';
import { caseFileFor, caseFileSchema } from './case-file.ts';
import { eligibilityOf, eligibilitySheetSchema } from './eligibility.ts';
import { overdueOf, overdueSchema } from './overdue.ts';
import { projectProgressSchema, projectStageSchema } from './progress.ts';
import { refusalRowSchema, turnedAway } from './refusals.ts';
import { caseStatusSchema, casesOf, similarityCaseRowSchema } from './similarity-cases.ts';
import { checksOf, namedCheckSchema } from './verification-ledger.ts';

const BODY_OR_OVERSIGHT: readonly Role[] = [...RECOMMENDING_ROLES, ...OVERSIGHT];
const NONE: Answer = { kind: 'none' };

const mayAskBody = (caller: Caller, bodyId: string) => oversees(caller) || isBody(caller, bodyId);

export const routes = [
  get({
    path: '/projects/:projectId',
    name: 'GetCaseFile',
    title: '项目申报档案',
    summary:
      'Everything about one application, for its unit, its recommending body, experts who judge its result, a third party that compares it, and those who oversee.',
    allow: ['UNIT', 'TPO', 'EXPERT', ...BODY_OR_OVERSIGHT],
    input: z.strictObject({ projectId: projectIdSchema }),
    output: caseFileSchema,
    paged: false,
    async answer({ projectId }, caller, reader) {
      const file = await caseFileFor(caller, reader, projectId);
      return file ? jsonOf(file) : NONE;
    },
  }),
  get({
    path: '/projects/:projectId/eligibility',
    name: 'GetEligibilitySheet',
    title: '申报条件审核表',
    summary: 'The three conditions of art-08, each with its state and what it rests on.',
    allow: OVERSIGHT,
    input: z.strictObject({ projectId: projectIdSchema }),
    output: eligibilitySheetSchema,
    paged: false,
    withholds: { 'case-file': '只有主管部门的评估和结论 (what the authority assessed, not what was handed in)' },
    async answer({ projectId }, _caller, reader) {
      const sheet = await eligibilityOf(reader, projectId);
      return sheet ? jsonOf(sheet) : NONE;
    },
  }),
  get({
    path: '/units/:uscc/board',
    name: 'ListUnitBoard',
    title: '申报单位工作台',
    summary: 'All applications of a unit and where each of them stands.',
    allow: ['UNIT', ...OVERSIGHT],
    input: z.strictObject({ uscc: creditCodeSchema, ...paging }),
    output: projectProgressSchema,
    paged: true,
    async answer(input, caller, reader) {
      if (!oversees(caller) && !isUnit(caller, input.uscc)) return NONE;
      return pageOf(await boardOfUnit(reader, input.uscc, pageAsked(input)));
    },
  }),
  get({
    path: '/bodies/:bodyId/inbox',
    name: 'ListBodyInbox',
    title: '推荐单位收件箱',
    summary:
      'Applications before a body today, also by a transfer, the longest waiting first; of one stage if it is named.',
    allow: BODY_OR_OVERSIGHT,
    input: z.strictObject({ bodyId: bodyIdSchema, stage: projectStageSchema.optional(), ...paging }),
    output: projectProgressSchema,
    paged: true,
    async answer(input, caller, reader) {
      if (!mayAskBody(caller, input.bodyId)) return NONE;
      return pageOf(await inboxOfBody(reader, input.bodyId, input.stage, pageAsked(input)));
    },
  }),
  get({
    path: '/bodies/:bodyId/verifications',
    name: 'ListVerifications',
    title: '核实台账',
    summary: 'Every check of completeness or truthfulness that a body made, the latest first.',
    allow: BODY_OR_OVERSIGHT,
    input: z.strictObject({ bodyId: bodyIdSchema, ...paging }),
    output: namedCheckSchema,
    paged: true,
    async answer(input, caller, reader) {
      if (!mayAskBody(caller, input.bodyId)) return NONE;
      const { page, items } = await checksOf(reader, input.bodyId, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/municipal-review',
    name: 'ListMunicipalReview',
    title: '立项审核工作台',
    summary: 'Applications of a year at one stage of the municipal review, the longest waiting first.',
    allow: OVERSIGHT,
    input: z.strictObject({ year: yearParameter, stage: projectStageSchema.default('recommended'), ...paging }),
    output: projectProgressSchema,
    paged: true,
    answer: async (input, _caller, reader) => pageOf(await atStage(reader, input.year, input.stage, pageAsked(input))),
  }),
  get({
    path: '/programmes/:year/unsubmitted',
    name: 'ListUnsubmitted',
    title: '未提交的申请',
    summary: 'Applications that were started and never submitted.',
    allow: OVERSIGHT,
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: projectProgressSchema,
    paged: true,
    answer: async (input, _caller, reader) => pageOf(await atStage(reader, input.year, 'started', pageAsked(input))),
  }),
  get({
    path: '/similarity-cases',
    name: 'ListSimilarityCases',
    title: '雷同比对',
    summary:
      'Applications by the outcome of the comparison with earlier results; those waiting for a person by default.',
    allow: OVERSIGHT,
    input: z.strictObject({ status: caseStatusSchema.default('open'), ...paging }),
    output: similarityCaseRowSchema,
    paged: true,
    answer: async (input, _caller, reader) => pageOf(await casesOf(reader, input.status, pageAsked(input))),
  }),
  get({
    path: '/declined',
    name: 'ListDeclined',
    title: '退回和不予推荐的项目',
    summary: 'Applications that recommending bodies returned or declined in a year, with the reasons.',
    allow: OVERSIGHT,
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: refusalRowSchema,
    paged: true,
    answer: async (input, _caller, reader) =>
      pageOf(await turnedAway(reader, input.year, 'declinedAt', pageAsked(input))),
  }),
  get({
    path: '/rejections',
    name: 'ListRejections',
    title: '未通过立项审核的项目',
    summary: 'Applications that the municipal authority rejected in a year, with the reasons.',
    allow: OVERSIGHT,
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: refusalRowSchema,
    paged: true,
    answer: async (input, _caller, reader) =>
      pageOf(await turnedAway(reader, input.year, 'rejectedAt', pageAsked(input))),
  }),
  get({
    path: '/deadlines/overdue',
    name: 'ListOverdue',
    title: '逾期事项',
    summary: 'Acts on projects that an organisation should have done by now; its own unless the caller oversees.',
    allow: ['UNIT', ...BODY_OR_OVERSIGHT],
    input: z.strictObject({ owedBy: z.string().min(2).max(64).optional(), ...paging }),
    output: overdueSchema,
    paged: true,
    async answer(input, caller, reader) {
      const owedBy = input.owedBy ?? caller?.orgId;
      if (owedBy === undefined || (!oversees(caller) && owedBy !== caller?.orgId)) return NONE;
      const isCreditCode = creditCodeSchema.safeParse(owedBy).success;
      const { page, items } = await overdueOf(reader, owedBy, isCreditCode, pageAsked(input));
      return pageMade(page, items);
    },
  }),
] as const;
