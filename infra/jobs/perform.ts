import { z } from 'zod';
import type { JobKind, RunningJob } from './jobs.ts';

/** The data of a job does not fit its kind: no further attempt would change that. */
export class BadJobData extends Error {
  constructor(kind: string, error: z.ZodError) {
    super(`data does not fit ${kind}: ${z.prettifyError(error)}`);
    this.name = 'BadJobData';
  }
}

/** Runs a job once. Throws {@link BadJobData}, or what the job throws. */
export async function perform(kind: JobKind<unknown>, data: unknown, job: RunningJob): Promise<void> {
  const parsed = kind.schema.safeParse(data);
  if (!parsed.success) throw new BadJobData(kind.name, parsed.error);
  await kind.run(parsed.data, job);
}

/** Whether it settled, with whatever outcome, within the time. */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
