import { afterAll } from 'vitest';
import { MongoSignIns } from '../../infra/identity/mongodb-sign-ins.ts';
import { MongoKeyStore } from '../../infra/vault/mongodb-key-store.ts';
import { signInContract } from '../contracts/sign-ins.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';

describeWith('MONGODB_URL', url => {
  const places = new Map<string, TestDatabase>();

  afterAll(async () => {
    for (const database of places.values()) await database.close();
  });

  signInContract('MongoDB', async directory => {
    const database = places.get(directory) ?? testDatabase(url);
    places.set(directory, database);
    const mongo = await database.connect();
    return { keyStore: new MongoKeyStore(mongo.db), signIns: new MongoSignIns(mongo.db), close: () => mongo.close() };
  });
});
