import { afterAll } from 'vitest';
import { MongoKeyStore } from '../../infra/vault/mongodb-key-store.ts';
import { keeperContract } from '../contracts/vault.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';

describeWith('MONGODB_URL', url => {
  const places = new Map<string, TestDatabase>();

  afterAll(async () => {
    for (const database of places.values()) await database.close();
  });

  keeperContract('MongoDB', async directory => {
    const database = places.get(directory) ?? testDatabase(url);
    places.set(directory, database);
    const mongo = await database.connect();
    const keyStore = new MongoKeyStore(mongo.db);
    return Object.assign(keyStore, { close: () => mongo.close() });
  });
});
