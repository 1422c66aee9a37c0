/** A MongoDB database of its own for one test, with as many clients as there are processes to play. */
import { randomUUID } from 'node:crypto';
import { type Mongo, openMongo } from '../../../infra/mongodb.ts';

export interface TestDatabase {
  readonly url: string;
  connect(): Promise<Mongo>;
  /** Drops the database and closes every client. */
  close(): Promise<void>;
}

export function testDatabase(url: string): TestDatabase {
  const [, base, rest = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(url) as RegExpExecArray;
  const own = `${base}/test_${randomUUID().replaceAll('-', '')}${rest}`;
  const clients: Mongo[] = [];
  return {
    url: own,
    async connect() {
      const mongo = await openMongo(own, { namespace: 'unused' });
      clients.push(mongo);
      return mongo;
    },
    async close() {
      await clients[0]?.db.dropDatabase();
      for (const client of clients) await client.close();
    },
  };
}
