import { afterAll } from 'vitest';
import { MongoWebhooks } from '../../infra/webhooks/mongodb-store.ts';
import { webhookStoreContract } from '../contracts/webhooks.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';

describeWith('MONGODB_URL', url => {
  const places = new Map<string, TestDatabase>();

  afterAll(async () => {
    for (const database of places.values()) await database.close();
  });

  webhookStoreContract('MongoDB', async directory => {
    const database = places.get(directory) ?? testDatabase(url);
    places.set(directory, database);
    const mongo = await database.connect();
    const store = new MongoWebhooks(mongo.db);
    store.close = () => mongo.close();
    return store;
  });
});
