/** Queries on training. A unit sees its own people only, a recommending body the projects addressed to it. */
import { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { trainingIdSchema } from '../../events/training.ts';
import { isEntrustedWith } from '../mandates.ts';
import type { Caller, Reader } from '../ports.ts';
import { OVERSIGHT, oversees, pageAsked, pageMade, paging, yearParameter } from '../query.ts';
import { get, pageOf } from '../route.ts';
import { projectCoverageRowSchema, trainingCoverageOf, unitCoverageRowSchema, untrainedProjects } from './coverage.ts';
import { rosterOf, traineeSchema } from './roster.ts';
import { sessionRowSchema, sessionsOf } from './sessions.ts';

/** The organisation a caller is held to; none for those who oversee or do the work of the authority. */
const ownOnly = (caller: Caller) => (oversees(caller) || caller?.role === 'TPO' ? undefined : caller?.orgId);

const ROSTER_WORK = ['EnrolTrainee', 'RecordTrainingAttendance', 'RecordTrainingAbsence'] as const;

/** A third party looks at sessions and rosters while it is entrusted to keep them (art-05 （二）). */
async function keepsRosters(caller: Caller, reader: Reader): Promise<boolean> {
  return caller?.role !== 'TPO' || isEntrustedWith(reader, caller, ROSTER_WORK);
}

export const routes = [
  get({
    path: '/trainings',
    name: 'ListTrainings',
    title: '培训安排',
    summary: 'The training sessions of a year, in the order of their days.',
    allow: ['UNIT', 'TPO', ...RECOMMENDING_ROLES, ...OVERSIGHT],
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: sessionRowSchema,
    paged: true,
    async answer(input, caller, reader) {
      if (!(await keepsRosters(caller, reader))) return { kind: 'none' };
      return pageOf(await sessionsOf(reader, input.year, pageAsked(input)));
    },
  }),
  get({
    path: '/trainings/:trainingId/trainees',
    name: 'ListTrainees',
    title: '培训人员名单',
    summary:
      'Who is enrolled for a session and who came; to a unit, its own people; to a third party, while it keeps the roster.',
    allow: ['UNIT', 'TPO', ...OVERSIGHT],
    input: z.strictObject({ trainingId: trainingIdSchema, ...paging }),
    output: traineeSchema,
    paged: true,
    async answer({ trainingId, ...input }, caller, reader) {
      if (!(await keepsRosters(caller, reader))) return { kind: 'none' };
      const { page, items } = await rosterOf(reader, { trainingId, uscc: ownOnly(caller) }, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/training-coverage',
    name: 'ListTrainingCoverage',
    title: '三类人员培训覆盖',
    summary: 'Units with listed projects, and which of the three roles of art-14 each has had trained.',
    allow: ['UNIT', ...OVERSIGHT],
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: unitCoverageRowSchema,
    paged: true,
    answer: async (input, caller, reader) =>
      pageOf(await trainingCoverageOf(reader, input.year, ownOnly(caller), pageAsked(input))),
  }),
  get({
    path: '/untrained-projects',
    name: 'ListUntrainedProjects',
    title: '尚无受训人员的项目',
    summary: 'Listed projects of a year of which nobody in any of the three roles has attended a training.',
    allow: [...RECOMMENDING_ROLES, ...OVERSIGHT],
    input: z.strictObject({ year: yearParameter, ...paging }),
    output: projectCoverageRowSchema,
    paged: true,
    answer: async (input, caller, reader) =>
      pageOf(await untrainedProjects(reader, input.year, ownOnly(caller), pageAsked(input))),
  }),
] as const;
