/** Queries on the programme year: public, except drafts of the work plan. */
import { z } from 'zod';
import { instantSchema } from '../../events/time.ts';
import { OVERSIGHT, pageAsked, pageCounted, pageMade, paging, yearParameter } from '../query.ts';
import { get, jsonOf, pageOf, rowOf } from '../route.ts';
import { searchParameter } from '../search.ts';
import { deadlineSchema, deadlinesOf } from './deadlines.ts';
import { programmeAsOf, programmeSchema, programmesAsOf } from './programmes.ts';
import {
  entriesOf,
  headerOf,
  headersOf,
  planEntrySchemaOfVersion,
  planHeaderRowSchema,
  planHeaderSchema,
} from './project-plan.ts';
import { DEADLINE_TABLE, PLAN_ENTRY_TABLE, PLAN_VERSION_TABLE, PROGRAMME_TABLE, WORK_PLAN_TABLE } from './tables.ts';
import { publishedVersion, versionsOf, workPlanRowSchema } from './work-plans.ts';

const ofYear = { year: yearParameter };
const versionParameter = z.coerce.number().int().min(1);
const name = z.string().min(1).max(200);

export const routes = [
  get({
    path: '/programmes',
    name: 'ListProgrammes',
    title: '年度活动一览',
    summary: 'Every programme year, newest first, with its launch in the first half-year judged as of now.',
    allow: 'public',
    input: z.strictObject(paging),
    output: programmeSchema,
    paged: true,
    table: PROGRAMME_TABLE,
    async answer(input, _caller, reader) {
      const { page, items } = await programmesAsOf(reader, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/programmes/:year',
    name: 'GetProgramme',
    title: '年度活动',
    summary: 'What has happened in a programme year so far.',
    allow: 'public',
    input: z.strictObject(ofYear),
    output: programmeSchema,
    paged: false,
    async answer({ year }, _caller, reader) {
      const programme = await programmeAsOf(reader, year);
      return programme ? jsonOf(programme) : { kind: 'none' };
    },
  }),
  get({
    path: '/programmes/:year/work-plans',
    name: 'ListWorkPlans',
    title: '工作方案',
    summary: 'All published versions of the work plan of a year, newest first.',
    allow: 'public',
    input: z.strictObject({ ...ofYear, ...paging }),
    output: workPlanRowSchema,
    paged: true,
    table: WORK_PLAN_TABLE,
    answer: async (input, _caller, reader) => pageOf(await versionsOf(reader, input.year, 'public', pageAsked(input))),
  }),
  get({
    path: '/programmes/:year/work-plans/:version',
    name: 'GetWorkPlan',
    title: '工作方案（某一版本）',
    summary: 'One published version of the work plan.',
    allow: 'public',
    input: z.strictObject({ ...ofYear, version: versionParameter }),
    output: workPlanRowSchema,
    paged: false,
    answer: async ({ year, version }, _caller, reader) => rowOf(await publishedVersion(reader, year, version)),
  }),
  get({
    path: '/programmes/:year/work-plan-drafts',
    name: 'ListWorkPlanDrafts',
    title: '工作方案草稿',
    summary: 'Drafts that have not been published, newest first.',
    allow: OVERSIGHT,
    input: z.strictObject({ ...ofYear, ...paging }),
    output: workPlanRowSchema,
    paged: true,
    answer: async (input, _caller, reader) =>
      pageOf(await versionsOf(reader, input.year, 'internal', pageAsked(input))),
  }),
  get({
    path: '/programmes/:year/project-plan',
    name: 'ListProjectPlanEntries',
    title: '项目计划',
    summary: 'The published project plan, entry by entry; the newest version unless one is named.',
    allow: 'public',
    input: z.strictObject({
      ...ofYear,
      ...paging,
      version: versionParameter.optional(),
      bodyName: name.optional(),
      unitName: name.optional(),
      q: searchParameter,
    }),
    output: planEntrySchemaOfVersion,
    paged: true,
    counted: true,
    table: PLAN_ENTRY_TABLE,
    async answer(input, _caller, reader) {
      const found = await entriesOf(reader, input.year, input, pageAsked(input));
      return found ? pageCounted(found) : { kind: 'none' };
    },
  }),
  get({
    path: '/programmes/:year/project-plan/header',
    name: 'GetProjectPlanHeader',
    title: '项目计划核验信息',
    summary: 'Position and hash of a published project plan, and how anyone can recompute them.',
    allow: 'public',
    input: z.strictObject({ ...ofYear, version: versionParameter.optional() }),
    output: planHeaderSchema,
    paged: false,
    async answer({ year, version }, _caller, reader) {
      const header = await headerOf(reader, year, version);
      return header ? jsonOf(header) : { kind: 'none' };
    },
  }),
  get({
    path: '/programmes/:year/project-plan/versions',
    name: 'ListProjectPlanVersions',
    title: '项目计划各版本',
    summary: 'All published versions of the project plan of a year, newest first.',
    allow: 'public',
    input: z.strictObject({ ...ofYear, ...paging }),
    output: planHeaderRowSchema,
    paged: true,
    table: PLAN_VERSION_TABLE,
    answer: async (input, _caller, reader) => pageOf(await headersOf(reader, input.year, pageAsked(input))),
  }),
  get({
    path: '/programmes/:year/deadlines',
    name: 'ListDeadlines',
    title: '期限日历',
    summary: 'The deadlines that the work plan in force sets, each with its state as of now.',
    allow: 'public',
    input: z.strictObject(ofYear),
    output: z.strictObject({ year: z.int(), asOf: instantSchema, items: z.array(deadlineSchema) }),
    paged: false,
    table: DEADLINE_TABLE,
    async answer({ year }, _caller, reader) {
      const items = await deadlinesOf(reader, year);
      return items.length > 0 ? jsonOf({ year, asOf: reader.now, items }) : { kind: 'none' };
    },
  }),
] as const;
