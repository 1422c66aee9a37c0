/** Queries for supervision: for the supervising body and the municipal authority only. */
import { z } from 'zod';
import { bodyIdSchema, projectIdSchema } from '../../events/ids.ts';
import { articleParameter, OVERSIGHT, pageAsked, pageMade, paging, yearParameter } from '../query.ts';
import { get, jsonOf, pageOf } from '../route.ts';
import { backdatedActSchema, backdatedActs } from './backdated-acts.ts';
import { articleCoverageOf, articleCoverageSchema, matrixRowSchema, phaseMatrixOf } from './coverage.ts';
import { deviationsOf, namedDeviationSchema } from './deviations.ts';
import { readModelHealth, readModelHealthSchema } from './health.ts';

export const routes = [
  get({
    path: '/deviations',
    name: 'ListDeviations',
    title: '偏离登记',
    summary: 'Recorded breaches of the regulation or of a work plan, the latest first.',
    allow: OVERSIGHT,
    input: z.strictObject({
      year: yearParameter.optional(),
      article: articleParameter.optional(),
      projectId: projectIdSchema.optional(),
      ...paging,
    }),
    output: namedDeviationSchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { page, items } = await deviationsOf(reader, input, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/backdated-acts',
    name: 'ListBackdatedActs',
    title: '补录事项',
    summary: 'Acts that were entered on a later day than they took place, the latest first.',
    allow: OVERSIGHT,
    input: z.strictObject(paging),
    output: backdatedActSchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { page, items } = await backdatedActs(reader, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/coverage',
    name: 'GetCoverage',
    title: '条款和环节覆盖',
    summary:
      'Acts under each article and in each phase of a year, by all or by one body; duties without an act are named.',
    allow: OVERSIGHT,
    input: z.strictObject({ year: yearParameter, bodyId: bodyIdSchema.optional() }),
    output: articleCoverageSchema,
    paged: false,
    answer: async ({ year, bodyId }, _caller, reader) => jsonOf(await articleCoverageOf(reader, year, bodyId)),
  }),
  get({
    path: '/coverage/projects',
    name: 'ListPhaseMatrix',
    title: '项目环节覆盖',
    summary: 'For every project of a year, the number of acts in each phase.',
    allow: OVERSIGHT,
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: matrixRowSchema,
    paged: true,
    answer: async (input, _caller, reader) => pageOf(await phaseMatrixOf(reader, input.year, pageAsked(input))),
  }),
  get({
    path: '/health/read-models',
    name: 'GetReadModelHealth',
    title: '读模型状态',
    summary:
      'Position, lag and account of every read model, kinds of event that this version does not know, and the events set aside.',
    allow: OVERSIGHT,
    input: z.strictObject({}),
    output: readModelHealthSchema,
    paged: false,
    answer: async (_input, _caller, reader) => jsonOf(await readModelHealth(reader)),
  }),
] as const;
