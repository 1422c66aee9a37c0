import { afterAll } from 'vitest';
import { MongoLedgerStore } from '../../infra/ledger/mongodb-store.ts';
import { ledgerContract } from '../contracts/ledger.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';

describeWith('MONGODB_URL', url => {
  const places = new Map<string, TestDatabase>();

  afterAll(async () => {
    for (const database of places.values()) await database.close();
  });

  ledgerContract('MongoDB', async directory => {
    const database = places.get(directory) ?? testDatabase(url);
    places.set(directory, database);
    const mongo = await database.connect();
    return Object.assign(new MongoLedgerStore(mongo.db), { close: () => mongo.close() });
  });
});
