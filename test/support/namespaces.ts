/** Removing from shared servers what a test has left under its namespace. */
import { Redis } from 'ioredis';
import { openMongo } from '../../infra/mongodb.ts';

export async function dropNamespace(
  { MONGODB_URL, REDIS_URL }: { readonly MONGODB_URL: string; readonly REDIS_URL: string },
  namespace: string,
): Promise<void> {
  const mongo = await openMongo(MONGODB_URL, { namespace });
  await mongo.db.dropDatabase();
  await mongo.close();
  const redis = new Redis(REDIS_URL);
  for await (const keys of redis.scanStream({ match: `${namespace}:*` })) if (keys.length > 0) await redis.del(...keys);
  await redis.quit();
}
