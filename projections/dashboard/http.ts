/** Figures of a year. Every answer says up to where it counts and what each figure means. */
import { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { get, jsonOf } from '../route.ts';
import { comparisonOf, comparisonSchema, funnelOf, funnelSchema } from './body-progress.ts';
import { benefitsOf, benefitsSchema } from './expected-benefits.ts';
import { participationOf, participationSchema } from './participation.ts';

const ORGANISERS: readonly Role[] = [...RECOMMENDING_ROLES, ...OVERSIGHT];
const ofYear = z.strictObject({ year: yearParameter });

export const routes = [
  get({
    path: '/dashboard/:year/funnel',
    name: 'GetFunnel',
    title: '申报立项漏斗',
    summary: 'How many projects of a year reached each step; each project counts once at each.',
    allow: ORGANISERS,
    input: ofYear,
    output: funnelSchema,
    paged: false,
    answer: async ({ year }, _caller, reader) => jsonOf(await funnelOf(reader, year)),
  }),
  get({
    path: '/dashboard/:year/bodies',
    name: 'GetBodyComparison',
    title: '推荐单位对比',
    summary: 'Workload and outcome of each recommending body in a year.',
    allow: OVERSIGHT,
    input: ofYear,
    output: comparisonSchema,
    paged: false,
    answer: async ({ year }, _caller, reader) => jsonOf(await comparisonOf(reader, year)),
  }),
  get({
    path: '/dashboard/:year/benefits',
    name: 'GetExpectedBenefits',
    title: '预期效益',
    summary: 'Expected benefits by category and the methods used.',
    allow: ORGANISERS,
    input: ofYear,
    output: benefitsSchema,
    paged: false,
    answer: async ({ year }, _caller, reader) => jsonOf(await benefitsOf(reader, year)),
  }),
  get({
    path: '/dashboard/:year/participation',
    name: 'GetParticipation',
    title: '参与情况',
    summary: 'Units, people, industries and districts that take part in a year.',
    allow: ORGANISERS,
    input: ofYear,
    output: participationSchema,
    paged: false,
    answer: async ({ year }, _caller, reader) => jsonOf(await participationOf(reader, year)),
  }),
];
