/** jobs: how many there are, and another chance for those given up. */
import { printJobs } from '../jobs/report.ts';
import { withReadable } from './opened.ts';

/** Prints jobs by state, and those that were given up. */
export function list(): Promise<void> {
  return withReadable(system => printJobs(system.jobs), 'stand still');
}

/** Gives a dead job another chance. Throws RangeError when there is none of that kind and id. */
export function retry(kind: string, id: string): Promise<void> {
  return withReadable(async system => {
    if (!(await system.jobs.retry(kind, id)))
      throw new RangeError(`该任务不在已放弃之列 (not a dead job): ${kind} ${id}`);
  }, 'stand still');
}
