/**
 * All that keeps something in MongoDB. Loaded by those installations alone that have one: its driver is a megabyte of code,
 * which nobody waits for, or keeps in memory, who has only files.
 */
import { createGridFsBlobs } from '../blobs/gridfs.ts';
import { MongoDrafts } from '../drafts/mongodb-drafts.ts';
import { MongoSignIns } from '../identity/mongodb-sign-ins.ts';
import { MongoLedgerStore } from '../ledger/mongodb-store.ts';
import { type Mongo, type MongoOptions, openMongo } from '../mongodb.ts';
import { MongoReadStore } from '../read-store/mongodb.ts';
import { MongoLeases } from '../runner/cluster/leases-mongodb.ts';
import { MongoRebuildRequests } from '../runner/cluster/rebuild-requests-mongodb.ts';
import { MongoKeyStore } from '../vault/mongodb-key-store.ts';
import { MongoWebhooks } from '../webhooks/mongodb-store.ts';

/** What an installation keeps in its MongoDB. */
export interface OnMongo {
  readonly mongo: Mongo;
  readonly rows: MongoReadStore;
  readonly keyStore: MongoKeyStore;
  readonly ledgerStore: MongoLedgerStore;
  readonly signIns: MongoSignIns;
  readonly draftStore: MongoDrafts;
  readonly webhookStore: MongoWebhooks;
  readonly blobs: ReturnType<typeof createGridFsBlobs>;
  readonly leases: MongoLeases;
  readonly rebuildRequests: MongoRebuildRequests;
}

/** Throws StoreUnavailable when the server is not there. */
export async function openOnMongo(url: string, options: MongoOptions): Promise<OnMongo> {
  const mongo = await openMongo(url, options);
  const { db, aside } = mongo;
  return {
    mongo,
    rows: new MongoReadStore(mongo),
    keyStore: new MongoKeyStore(db),
    ledgerStore: new MongoLedgerStore(db),
    signIns: new MongoSignIns(db),
    draftStore: new MongoDrafts(db),
    webhookStore: new MongoWebhooks(db),
    blobs: createGridFsBlobs(db),
    // A beat that waited behind a thousand rows would come too late, and all leases with it.
    leases: new MongoLeases(aside),
    rebuildRequests: new MongoRebuildRequests(db),
  };
}
