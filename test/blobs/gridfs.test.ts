import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach } from 'vitest';
import { createGridFsBlobs } from '../../infra/blobs/gridfs.ts';
import { type Mongo, openMongo } from '../../infra/mongodb.ts';
import { blobsContract } from '../contracts/blobs.ts';
import { describeWith } from '../support/servers.ts';

describeWith('MONGODB_URL', url => {
  let mongo: Mongo;

  beforeEach(async () => {
    mongo = await openMongo(url, { namespace: `test_${randomUUID().replaceAll('-', '')}` });
  });
  afterEach(async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
  });

  blobsContract('GridFS', async () => ({
    blobs: createGridFsBlobs(mongo.db),
    another: () => createGridFsBlobs(mongo.db),
    limited: limit => createGridFsBlobs(mongo.db, { limit }),
    left: () => mongo.db.collection('files.files').countDocuments(),
  }));
});
