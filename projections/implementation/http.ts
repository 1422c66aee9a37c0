/** Queries on implementation and follow-up. A unit sees its own projects, a recommending body those in its charge. */
import { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import { bodyIdSchema, projectIdSchema } from '../../events/ids.ts';
import { OVERSIGHT, pageAsked, pageMade, paging, yearParameter } from '../query.ts';
import { type Answer, get, jsonOf } from '../route.ts';
import { ledgerItemSchema, ledgerOf, projectLedger, projectLedgerSchema, unvisitedProjects } from './follow-up.ts';
import { boardItemSchema, boardOf, implementationOf, implementationSchema, overdueMonitoring } from './pdca-board.ts';
import { problemSchema, problemStateSchema, problemsOf, problemsOfProject } from './problems.ts';
import { implementationStageSchema } from './progress.ts';
import { isParty, scopeOf } from './scope.ts';

const BODY_OR_OVERSIGHT: readonly Role[] = [...RECOMMENDING_ROLES, ...OVERSIGHT];
const PARTIES: readonly Role[] = ['UNIT', ...BODY_OR_OVERSIGHT];
const NONE: Answer = { kind: 'none' };

const listed = { year: yearParameter, bodyId: bodyIdSchema.optional(), ...paging };

export const routes = [
  get({
    path: '/pdca-board',
    name: 'ListPdcaBoard',
    title: 'PDCA看板',
    summary: 'Listed projects of a year: the step each has reached, its metrics against plan, its next monitoring.',
    allow: PARTIES,
    input: z.strictObject({ ...listed, stage: implementationStageSchema.optional() }),
    output: boardItemSchema,
    paged: true,
    async answer({ year, bodyId, stage, ...input }, caller, reader) {
      const { page, items } = await boardOf(
        reader,
        { year, ...(await scopeOf(reader, caller, bodyId)), stage },
        pageAsked(input),
      );
      return pageMade(page, items);
    },
  }),
  get({
    path: '/overdue-monitoring',
    name: 'ListOverdueMonitoring',
    title: '逾期未监测的项目',
    summary: 'Projects whose monitoring is overdue at the interval of the work plan (DL-9), the longest first.',
    allow: PARTIES,
    input: z.strictObject(listed),
    output: boardItemSchema,
    paged: true,
    async answer({ year, bodyId, ...input }, caller, reader) {
      const { page, items } = await overdueMonitoring(
        reader,
        { year, ...(await scopeOf(reader, caller, bodyId)) },
        pageAsked(input),
      );
      return pageMade(page, items);
    },
  }),
  get({
    path: '/projects/:projectId/implementation',
    name: 'GetImplementation',
    title: '项目实施档案',
    summary: 'Plan, milestones, cycles, monitoring and adjustments of one project.',
    allow: PARTIES,
    input: z.strictObject({ projectId: projectIdSchema }),
    output: implementationSchema,
    paged: false,
    async answer({ projectId }, caller, reader) {
      const found = await implementationOf(reader, projectId);
      return found && (await isParty(reader, caller, found)) ? jsonOf(found) : NONE;
    },
  }),
  get({
    path: '/follow-up',
    name: 'ListFollowUp',
    title: '跟踪服务台账',
    summary: 'Listed projects of a year and the visits, guidance, urging and problems each has had.',
    allow: PARTIES,
    input: z.strictObject(listed),
    output: ledgerItemSchema,
    paged: true,
    async answer({ year, bodyId, ...input }, caller, reader) {
      const { page, items } = await ledgerOf(
        reader,
        { year, ...(await scopeOf(reader, caller, bodyId)) },
        pageAsked(input),
      );
      return pageMade(page, items);
    },
  }),
  get({
    path: '/unvisited-projects',
    name: 'ListUnvisitedProjects',
    title: '未走访的项目',
    summary: 'Projects visited less often than the work plan wants a year (DL-10), those without a visit first.',
    allow: BODY_OR_OVERSIGHT,
    input: z.strictObject(listed),
    output: ledgerItemSchema,
    paged: true,
    async answer({ year, bodyId, ...input }, caller, reader) {
      const { page, items } = await unvisitedProjects(
        reader,
        { year, ...(await scopeOf(reader, caller, bodyId)) },
        pageAsked(input),
      );
      return pageMade(page, items);
    },
  }),
  get({
    path: '/projects/:projectId/follow-up',
    name: 'GetProjectFollowUp',
    title: '项目跟踪服务记录',
    summary: 'Visits, guidance, urging and problems of one project.',
    allow: PARTIES,
    input: z.strictObject({ projectId: projectIdSchema }),
    output: projectLedgerSchema.extend({ problems: z.array(problemSchema) }),
    paged: false,
    async answer({ projectId }, caller, reader) {
      const found = await projectLedger(reader, projectId);
      if (!found || !(await isParty(reader, caller, found))) return NONE;
      return jsonOf({ ...found, problems: await problemsOfProject(reader, found) });
    },
  }),
  get({
    path: '/problems',
    name: 'ListProblems',
    title: '项目问题清单',
    summary: 'Problems of the projects of a year, the oldest first; open ones unless asked otherwise.',
    allow: PARTIES,
    input: z.strictObject({ ...listed, state: problemStateSchema.default('open') }),
    output: problemSchema,
    paged: true,
    async answer({ year, bodyId, state, ...input }, caller, reader) {
      const asked = { year, own: await scopeOf(reader, caller, bodyId), state };
      const { page, items } = await problemsOf(reader, asked, pageAsked(input));
      return pageMade(page, items);
    },
  }),
] as const;
