/** Jobs as operators see them: how many there are, which were given up, and giving one of those another chance. */
import { z } from 'zod';
import type { Jobs } from '../jobs/jobs.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput } from './input.ts';
import { Problem } from './problem.ts';
import { question } from './question.ts';
import { sendJson } from './request-context.ts';

const LISTED = 100;

const countsSchema = z.object({
  waiting: z.int(),
  active: z.int(),
  delayed: z.int(),
  dead: z.int(),
  completed: z.int(),
});

const deadSchema = z.object({
  kind: z.string(),
  id: z.string(),
  data: z.unknown(),
  attempts: z.int(),
  reason: z.string(),
  failedAt: z.string(),
});

const deadListSchema = z.object({ items: z.array(deadSchema) });

export type JobCounts = z.infer<typeof countsSchema>;
export type DeadJobs = z.infer<typeof deadListSchema>;

const pathSchema = z.strictObject({ kind: z.string().max(100), id: z.string().max(300) });

/** Jobs by state, and those given up. */
export function jobQuestions(jobs: Pick<Jobs, 'counts' | 'dead'>) {
  return [
    question({
      path: '/jobs',
      name: 'CountJobs',
      title: '任务数量',
      summary: 'How many jobs wait, run, are delayed, were given up, or are done and remembered.',
      access: ['MSR', 'SUP'],
      input: z.strictObject({}),
      output: countsSchema,
      answer: (): Promise<JobCounts> => jobs.counts(),
    }),
    question({
      path: '/jobs/dead',
      name: 'ListDeadJobs',
      title: '已放弃的任务',
      summary: `The ${LISTED} jobs given up last, each with its reason.`,
      access: ['MSR', 'SUP'],
      input: z.strictObject({}),
      output: deadListSchema,
      answer: async (): Promise<DeadJobs> => ({ items: [...(await jobs.dead(LISTED))] }),
    }),
  ];
}

/** Another chance for a job that was given up. */
export function jobEndpoints(jobs: Pick<Jobs, 'retry'>): readonly Endpoint[] {
  return [
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/jobs/:kind/:id/retry`,
      name: 'RetryJob',
      title: '重试已放弃的任务',
      summary: 'Gives a dead job all its attempts again.',
      access: ['MSR'],
      operation: {
        requestParams: { path: pathSchema },
        responses: { 202: { description: '重新排队 (Waiting again)' } },
      },
      async handle(context) {
        const { kind, id } = parseInput(pathSchema, context.req.params, context.req);
        if (!(await jobs.retry(kind, id))) {
          throw new Problem(409, 'job-not-dead', '该任务不在已放弃之列', 'This job has not been given up');
        }
        sendJson(context, 202, '{"status":"waiting"}');
      },
    },
  ];
}
