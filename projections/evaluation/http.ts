/** Queries on the technical evaluation. Who may not know of a panel is answered as if there were none. */
import { z } from 'zod';
import type { Role } from '../../events/envelope.ts';
import { projectIdSchema } from '../../events/ids.ts';
import { panelIdSchema } from '../../events/panel.ts';
import type { Caller, Reader } from '../ports.ts';
import { OVERSIGHT, oversees, pageAsked, pageMade, paging, yearParameter } from '../query.ts';
import { type Answer, get, jsonOf, pageOf } from '../route.ts';
import { fairnessOf, fairnessSchema } from './fairness.ts';
import { complaintRowSchema, complaintsOf, statementOf, statementSchema } from './fees.ts';
import {
  assignmentsOf,
  assignmentsSchema,
  evaluationsOf,
  listSchema,
  panelListOf,
  panelProgressSchema,
  panelSummarySchema,
  progressOf,
} from './progress.ts';
import { provenanceOf, provenanceSchema } from './provenance.ts';
import { rankingFor, rankingForMember, rankingSchema, rerun, rerunSchema } from './ranking.ts';
import { STANDARD_TABLE, standardRowSchema, standardsPage } from './standards.ts';

const NONE: Answer = { kind: 'none' };
const ofPanel = z.strictObject({ panelId: panelIdSchema });
const MEMBERS_AND_OVERSIGHT: readonly Role[] = ['EXPERT', ...OVERSIGHT];

async function answered(value: Promise<unknown>): Promise<Answer> {
  const found = await value;
  return found === undefined ? NONE : jsonOf(found);
}

/** The expert a caller is; undefined for those who oversee. */
function expertOf(caller: Caller): string | undefined {
  return oversees(caller) ? undefined : (caller?.orgId ?? '');
}

const evaluation = [
  get({
    path: '/evaluation-standards',
    name: 'ListEvaluationStandards',
    title: '评定标准',
    summary: 'Criteria, weights, normalisation, tie-break and arithmetic, in all versions, the latest first.',
    allow: 'public',
    input: z.strictObject({ year: yearParameter.optional(), ...paging }),
    output: standardRowSchema,
    paged: true,
    table: STANDARD_TABLE,
    answer: async (input, _caller, reader) => pageOf(await standardsPage(reader, input.year, pageAsked(input))),
  }),
  get({
    path: '/evaluations',
    name: 'ListEvaluations',
    title: '技术评定进度',
    summary: 'The evaluations of a year and where each of them stands.',
    allow: OVERSIGHT,
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: panelSummarySchema,
    paged: true,
    withholds: { evaluations: '只有环节和件数 (the stage, and counts)' },
    async answer(input, _caller, reader) {
      const { page, items } = await evaluationsOf(reader, input.year, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/evaluations/:panelId/progress',
    name: 'GetScoringProgress',
    title: '评分进度',
    summary: 'Sheets due, given and missing for each project of a panel, without any score.',
    allow: OVERSIGHT,
    input: ofPanel,
    output: panelProgressSchema,
    paged: false,
    withholds: {
      evaluations: '只有环节和未评分情况 (the stage, and who was absent)',
      'score-sheets': '只有是否已交，没有分数 (whether a sheet is there, without a score)',
    },
    answer: ({ panelId }, _caller, reader) => answered(progressOf(reader, panelId)),
  }),
  get({
    path: '/evaluations/:panelId/assignments',
    name: 'GetScoringAssignments',
    title: '本人评分任务',
    summary: 'The projects that the calling expert scores, with his own sheets and nobody else’s.',
    allow: ['EXPERT'],
    input: ofPanel,
    output: assignmentsSchema,
    paged: false,
    withholds: {
      evaluations: '只有本人的评分任务 (what is for him to score)',
      'score-sheets': '只有本人的评分表 (his own sheets alone)',
    },
    answer: ({ panelId }, caller, reader) => answered(assignmentsOf(reader, panelId, caller?.orgId ?? '')),
  }),
  get({
    path: '/evaluations/:panelId/ranking',
    name: 'GetRanking',
    title: '评分排名',
    summary: 'The ranking; to a member as if the units he is recused from were not evaluated.',
    allow: MEMBERS_AND_OVERSIGHT,
    input: ofPanel,
    output: rankingSchema,
    paged: false,
    answer: ({ panelId }, caller, reader) => answered(rankingAsked(reader, panelId, expertOf(caller))),
  }),
  get({
    path: '/evaluations/:panelId/list',
    name: 'GetExcellentListProposal',
    title: '优秀成果建议名单',
    summary: 'The list as drafted, with the hash that members sign, and as proposed.',
    allow: MEMBERS_AND_OVERSIGHT,
    input: ofPanel,
    output: listSchema,
    paged: false,
    answer: ({ panelId }, caller, reader) => answered(panelListOf(reader, panelId, expertOf(caller))),
  }),
  get({
    path: '/evaluations/:panelId/rerun',
    name: 'RerunAggregation',
    title: '复算评分汇总',
    summary: 'Computes an aggregation again from the sheets it names, and says whether it comes out equal.',
    allow: OVERSIGHT,
    input: ofPanel.extend({ round: z.coerce.number().int().min(1).optional() }),
    output: rerunSchema,
    paged: false,
    answer: ({ panelId, round }, _caller, reader) => answered(rerun(reader, panelId, round)),
  }),
  get({
    path: '/evaluations/:panelId/fairness',
    name: 'GetFairnessReport',
    title: '公正性报告',
    summary: 'Each judge’s load and leniency, and the divergences with the panel’s notes.',
    allow: OVERSIGHT,
    input: ofPanel,
    output: fairnessSchema,
    paged: false,
    answer: ({ panelId }, _caller, reader) => answered(fairnessOf(reader, panelId)),
  }),
  get({
    path: '/projects/:projectId/score-provenance',
    name: 'GetScoreProvenance',
    title: '评分来源',
    summary: 'Every sheet on a project: who, when, what became of it, and what allowed its expert to give it.',
    allow: OVERSIGHT,
    input: z.strictObject({ projectId: projectIdSchema }),
    output: provenanceSchema,
    paged: false,
    answer: ({ projectId }, _caller, reader) => answered(provenanceOf(reader, projectId)),
  }),
] as const;

function rankingAsked(reader: Reader, panelId: string, expertId: string | undefined) {
  return expertId === undefined ? rankingFor(reader, panelId) : rankingForMember(reader, panelId, expertId);
}

const fees = [
  get({
    path: '/fee-complaints',
    name: 'ListFeeComplaints',
    title: '收费投诉',
    summary: 'Complaints of charges; a unit sees its own.',
    allow: ['UNIT', ...OVERSIGHT],
    input: z.strictObject(paging),
    output: complaintRowSchema,
    paged: true,
    answer: async (input, caller, reader) => {
      const uscc = oversees(caller) ? undefined : (caller?.orgId ?? '');
      return pageOf(await complaintsOf(reader, uscc, pageAsked(input)));
    },
  }),
  get({
    path: '/zero-charge-statement',
    name: 'GetZeroChargeStatement',
    title: '不收费声明',
    summary:
      'That units bear no cost; those who oversee are told how many complaints there were and what came of them.',
    allow: 'public',
    input: z.strictObject({ year: yearParameter }),
    output: statementSchema,
    paged: false,
    answer: async ({ year }, caller, reader) => jsonOf(await statementOf(reader, year, oversees(caller))),
  }),
] as const;

export const routes = [...evaluation, ...fees] as const;
