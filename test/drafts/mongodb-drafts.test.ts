import { afterAll } from 'vitest';
import { MongoDrafts } from '../../infra/drafts/mongodb-drafts.ts';
import { MongoKeyStore } from '../../infra/vault/mongodb-key-store.ts';
import { draftContract } from '../contracts/drafts.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';

describeWith('MONGODB_URL', url => {
  const places = new Map<string, TestDatabase>();

  afterAll(async () => {
    for (const database of places.values()) await database.close();
  });

  draftContract('MongoDB', async directory => {
    const database = places.get(directory) ?? testDatabase(url);
    places.set(directory, database);
    const mongo = await database.connect();
    return { keyStore: new MongoKeyStore(mongo.db), draftStore: new MongoDrafts(mongo.db), close: () => mongo.close() };
  });
});
