/** Jobs as a table: how many, and those given up with their reasons. */
import type { Jobs } from './jobs.ts';

const LISTED = 50;

/** Prints the count of jobs by state and each dead one with its last error. */
export async function printJobs(jobs: Pick<Jobs, 'counts' | 'dead'>): Promise<void> {
  const { waiting, active, delayed, dead, completed } = await jobs.counts();
  console.log(
    `等待 waiting ${waiting}  执行 active ${active}  延后 delayed ${delayed}  已放弃 dead ${dead}  完成 done ${completed}`,
  );
  for (const { kind, id, attempts, failedAt, reason } of await jobs.dead(LISTED)) {
    console.log(`已放弃 dead: ${kind} ${id}（${attempts} 次 attempts，${failedAt}）：${reason}`);
  }
}
