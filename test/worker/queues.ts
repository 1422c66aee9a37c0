/** Queues that can be made to lose all they hold. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import { openBullJobs } from '../../infra/jobs/bullmq.ts';
import type { Jobs } from '../../infra/jobs/jobs.ts';
import { SqliteJobs } from '../../infra/jobs/sqlite.ts';

export interface LosableQueue {
  open(): Promise<Jobs>;
  /** Loses every job; the queue must have been closed. */
  lose(): Promise<void>;
}

const alarm = (message: string, details: object) => {
  throw new Error(`${message}: ${JSON.stringify(details)}`);
};

export function embeddedQueue(directory: string): LosableQueue {
  const path = `${directory}/jobs-${randomUUID()}.db`;
  return {
    open: async () => new SqliteJobs({ path, alarm }),
    async lose() {
      for (const ending of ['', '-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
    },
  };
}

/** Of a namespace of its own, so that a server with other data can serve. */
export function redisQueue(url: string): LosableQueue {
  const namespace = `test-${randomUUID()}`;
  return {
    open: () => openBullJobs({ address: { url: () => url }, namespace, alarm }),
    async lose() {
      const redis = new Redis(url);
      const keys = await redis.keys(`${namespace}:*`);
      if (keys.length > 0) await redis.del(keys);
      await redis.quit();
    },
  };
}
