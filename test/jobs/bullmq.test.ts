import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { openBullJobs } from '../../infra/jobs/bullmq.ts';
import { jobsContract } from '../contracts/jobs.ts';
import { describeWith } from '../support/servers.ts';

describeWith('REDIS_URL', url => {
  const places = new Set<string>();

  afterAll(async () => {
    const redis = new Redis(url);
    for (const place of places) {
      for await (const keys of redis.scanStream({ match: `${place}:*`, count: 1_000 })) {
        if (keys.length > 0) await redis.unlink(keys);
      }
    }
    await redis.quit();
  });

  jobsContract(
    'BullMQ',
    place => {
      places.add(place);
      const timings = { drainMs: 800, unknownKindMs: 100 };
      return openBullJobs({ address: { url: () => url }, namespace: place, alarm: () => undefined, timings });
    },
    { shared: true },
  );
});
