/** Queries on panels: for those who oversee; an expert is told of his own duties and nothing else. */
import { z } from 'zod';
import { panelIdSchema } from '../../events/panel.ts';
import { OVERSIGHT, pageAsked, pageMade, paging, yearParameter } from '../query.ts';
import { type Answer, get, jsonOf } from '../route.ts';
import { conflictMatrixOf, matrixSchema } from './conflict-matrix.ts';
import { drawReportOf, drawReportSchema } from './draw-report.ts';
import { dutiesOf, dutiesSchema, undertakingOf, undertakingSchema } from './duties.ts';
import { overviewSchema, panelOverviewOf, panelSchema, panelsIn } from './panels.ts';
import { outcomeSchema, recusalSchema, recusalsIn } from './recusals.ts';

const NONE: Answer = { kind: 'none' };
const onPanel = z.strictObject({ panelId: panelIdSchema });
const foundOr404 = (value: unknown): Answer => (value === undefined ? NONE : jsonOf(value));

export const routes = [
  get({
    path: '/panels',
    name: 'ListPanels',
    title: '技术评定组',
    summary: 'The panels of a year: members, declarations, recusals, and for which units the quorum holds.',
    allow: OVERSIGHT,
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: overviewSchema,
    paged: true,
    async answer({ year, ...input }, _caller, reader) {
      const { page, items } = await panelsIn(reader, year, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/panels/:panelId',
    name: 'GetPanel',
    title: '技术评定组详情',
    summary: 'One panel with the results before it.',
    allow: OVERSIGHT,
    input: onPanel,
    output: panelSchema,
    paged: false,
    answer: async ({ panelId }, _caller, reader) => foundOr404(await panelOverviewOf(reader, panelId)),
  }),
  get({
    path: '/panels/:panelId/conflict-matrix',
    name: 'GetConflictMatrix',
    title: '专家与单位利害关系矩阵',
    summary: 'Every member by every unit: not asked, none, conflict; recused or free.',
    allow: OVERSIGHT,
    input: onPanel,
    output: matrixSchema,
    paged: false,
    answer: async ({ panelId }, _caller, reader) => foundOr404(await conflictMatrixOf(reader, panelId)),
  }),
  get({
    path: '/panels/:panelId/draw-report',
    name: 'GetDrawReport',
    title: '抽取复核报告',
    summary:
      'Runs the draw again and compares it with what is recorded, and the candidates with the bank of that moment.',
    allow: OVERSIGHT,
    input: onPanel,
    output: drawReportSchema,
    paged: false,
    answer: async ({ panelId }, _caller, reader) => foundOr404(await drawReportOf(reader, panelId)),
  }),
  get({
    path: '/recusals',
    name: 'ListRecusals',
    title: '回避登记簿',
    summary: 'Every interest declared, detected or requested in a year, with what came of it.',
    allow: OVERSIGHT,
    input: z.strictObject({ year: yearParameter, outcome: outcomeSchema.optional(), ...paging }),
    output: recusalSchema,
    paged: true,
    async answer({ year, outcome, ...input }, _caller, reader) {
      const { page, items } = await recusalsIn(reader, year, outcome, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/panel-duties',
    name: 'ListPanelDuties',
    title: '我的评定任务',
    summary:
      'To an expert: whether he has undertaken to keep secrets, his panels, his declarations by unit, and the projects open to him.',
    allow: ['EXPERT'],
    input: z.strictObject({}),
    output: z.strictObject({ undertaking: undertakingSchema.optional(), panels: z.array(dutiesSchema) }),
    paged: false,
    async answer(_input, caller, reader) {
      if (!caller) return NONE;
      const undertaking = await undertakingOf(reader, caller);
      return jsonOf({ ...(undertaking && { undertaking }), panels: await dutiesOf(reader, caller.orgId) });
    },
  }),
] as const;
