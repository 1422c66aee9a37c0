import { afterEach, beforeEach } from 'vitest';
import { createGridFsBlobs } from '../../infra/blobs/gridfs.ts';
import type { Mongo } from '../../infra/mongodb.ts';
import { blobsContract } from '../contracts/blobs.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';

describeWith('MONGODB_URL', url => {
  let database: TestDatabase;
  let mongo: Mongo;

  beforeEach(async () => {
    database = testDatabase(url);
    mongo = await database.connect();
  });
  afterEach(() => database.close());

  blobsContract('GridFS', async () => ({
    blobs: createGridFsBlobs(mongo.db),
    another: () => createGridFsBlobs(mongo.db),
    limited: limit => createGridFsBlobs(mongo.db, { limit }),
    left: () => mongo.db.collection('files.files').countDocuments(),
  }));
});
