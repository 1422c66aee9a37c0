/** Kinds of jobs whose runs can be watched. */
import { z } from 'zod';
import type { JobKind, RunningJob } from '../../infra/jobs/jobs.ts';

const dataSchema = z.object({ n: z.number() });
type Data = z.infer<typeof dataSchema>;

/** A kind whose runs are listed as `<id> <n> <attempt>` once they have begun. */
export function recordingKind(
  run: (data: Data, job: RunningJob) => void | Promise<void> = () => undefined,
  overrides: Partial<JobKind<Data>> = {},
): JobKind<Data> & { readonly runs: string[] } {
  const runs: string[] = [];
  return {
    name: 'counting',
    schema: dataSchema,
    attempts: 3,
    backoff: { baseMs: 20, maxMs: 100 },
    runs,
    async run(data, job) {
      runs.push(`${job.id} ${data.n} ${job.attempt}`);
      await run(data, job);
    },
    ...overrides,
  };
}

/** A job that waits for `opened` runs until the test calls `open`. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open };
}

/** Locks that a blocked event loop loses soon, in milliseconds. */
export const SHORT_LOCKS = { lockMs: 600, renewMs: 150, stalledMs: 200 };
