import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { openMongo } from '../../infra/mongodb.ts';
import { MongoKeeper } from '../../infra/vault/mongodb-keeper.ts';
import { keeperContract } from '../contracts/vault.ts';
import { describeWith } from '../support/servers.ts';

describeWith('MONGODB_URL', url => {
  const places = new Map<string, string>();

  afterAll(async () => {
    for (const namespace of places.values()) {
      const mongo = await openMongo(url, { namespace });
      await mongo.db.dropDatabase();
      await mongo.close();
    }
  });

  keeperContract('MongoDB', async directory => {
    const namespace = places.get(directory) ?? `test_${randomUUID().replaceAll('-', '')}`;
    places.set(directory, namespace);
    const mongo = await openMongo(url, { namespace });
    const keeper = new MongoKeeper(mongo.db);
    return Object.assign(keeper, { close: () => mongo.close() });
  });
});
