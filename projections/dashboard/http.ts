/** Figures of a year, each answer saying up to where it counts and what each figure means; and the projects behind them. */
import { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import { projectIdSchema } from '../../events/ids.ts';
import { isEntrusted } from '../mandates.ts';
import { OVERSIGHT, pageCounted, yearParameter } from '../query.ts';
import { get, jsonOf } from '../route.ts';
import { benefitsOf, benefitsSchema } from './benefits.ts';
import { comparisonOf, comparisonSchema } from './comparison.ts';
import { funnelOf, funnelSchema } from './funnel.ts';
import { ownWorkOf, ownWorkSchema } from './own-work.ts';
import { participationOf, participationSchema } from './participation.ts';
import { listedProjectSchema, PROJECT_TABLE, projectListInput, projectsFor } from './project-list.ts';
import { projectStandingSchema, standingOf } from './standing-of-project.ts';
import { timeInStageOf, timeInStageSchema } from './time-in-stage.ts';

const ORGANISERS: readonly Role[] = [...RECOMMENDING_ROLES, ...OVERSIGHT];
const ofYear = z.strictObject({ year: yearParameter });

export const routes = [
  get({
    path: '/projects',
    name: 'ListProjects',
    title: '项目一览',
    summary:
      'Projects by year, stage, step, body, unit and what their materials state, as the dashboards count them: one’s own, or all for those who oversee; what panels and review think is for those.',
    allow: ['UNIT', ...ORGANISERS],
    input: projectListInput,
    output: listedProjectSchema,
    paged: true,
    counted: true,
    table: PROJECT_TABLE,
    answer: async (input, caller, reader) => pageCounted(await projectsFor(caller, reader, input)),
  }),
  get({
    path: '/projects/:projectId/standing',
    name: 'GetProjectStanding',
    title: '项目所处环节',
    summary:
      'Where a project stands, what it has been through, whose turn it is and by when: names and stages alone, no material.',
    allow: ['UNIT', 'TPO', ...ORGANISERS],
    input: z.strictObject({ projectId: projectIdSchema }),
    output: projectStandingSchema,
    paged: false,
    async answer({ projectId }, caller, reader) {
      const standing = await standingOf(caller, reader, projectId);
      return standing ? jsonOf(standing) : { kind: 'none' };
    },
  }),
  get({
    path: '/me/work',
    name: 'ListOwnWork',
    title: '待办事项',
    summary:
      'What waits for the caller: by matter, with how many, since when, due when, and the command that does it. Experts have their panel duties.',
    allow: ['UNIT', 'TPO', ...ORGANISERS],
    input: z.strictObject({}),
    output: ownWorkSchema,
    paged: false,
    async answer(_input, caller, reader) {
      // A third party has no work once its term is over.
      if (!caller || (caller.role === 'TPO' && !(await isEntrusted(reader, caller)))) return { kind: 'none' };
      return jsonOf(await ownWorkOf(caller, reader));
    },
  }),
  get({
    path: '/dashboard/:year/funnel',
    name: 'GetFunnel',
    title: '质量攻关漏斗',
    summary:
      'How many projects of a year took each step, from the application to the excellent result and its revocation; what panels and review think is for those who oversee.',
    allow: ORGANISERS,
    input: ofYear,
    output: funnelSchema,
    paged: false,
    answer: async ({ year }, caller, reader) => jsonOf(await funnelOf(reader, year, caller)),
  }),
  get({
    path: '/dashboard/:year/bodies',
    name: 'GetBodyComparison',
    title: '推荐单位对比',
    summary: 'Workload and outcome of each recommending body over a year.',
    allow: OVERSIGHT,
    input: ofYear,
    output: comparisonSchema,
    paged: false,
    answer: async ({ year }, _caller, reader) => jsonOf(await comparisonOf(reader, year)),
  }),
  get({
    path: '/dashboard/:year/benefits',
    name: 'GetBenefits',
    title: '预期效益与实现效益',
    summary: 'What applications expect and what results state as achieved, in all, by category and by method.',
    allow: ORGANISERS,
    input: ofYear,
    output: benefitsSchema,
    paged: false,
    answer: async ({ year }, caller, reader) => jsonOf(await benefitsOf(reader, year, caller)),
  }),
  get({
    path: '/dashboard/:year/participation',
    name: 'GetParticipation',
    title: '参与情况',
    summary: 'Units, people, trainees, experts, industries and districts that take part in a year.',
    allow: ORGANISERS,
    input: ofYear,
    output: participationSchema,
    paged: false,
    answer: async ({ year }, caller, reader) => jsonOf(await participationOf(reader, year, caller)),
  }),
  get({
    path: '/dashboard/:year/stages',
    name: 'GetTimeInStage',
    title: '各环节用时',
    summary: 'How many projects stand in each stage and since when, and how long the others stood in it.',
    allow: OVERSIGHT,
    input: ofYear,
    output: timeInStageSchema,
    paged: false,
    answer: async ({ year }, _caller, reader) => jsonOf(await timeInStageOf(reader, year)),
  }),
] as const;
