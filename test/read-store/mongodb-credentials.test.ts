/** A MongoDB that refuses this system, and connections made anew with other credentials. */
import { MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { createGridFsBlobs } from '../../infra/blobs/gridfs.ts';
import { EngineRefused } from '../../infra/compose/engine-refused.ts';
import { MongoSignIns } from '../../infra/identity/mongodb-sign-ins.ts';
import { answered, openMongo } from '../../infra/mongodb.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { newDatabaseName, through, withDatabase, writableServer } from '../support/mongodb.ts';
import { openProxy } from '../support/proxy.ts';
import { describeWith } from '../support/servers.ts';

describe('an answer of MongoDB', () => {
  it.each([
    [18, 'Authentication failed.', 'sign-in', /MongoDB 拒绝登录.*MONGODB_URL_FILE.*Authentication failed/],
    [13, 'not authorized on gongguan to execute command', 'right', /请授予：.*readWrite.*not authorized/],
  ])('of code %d is a refusal that people end', async (code, message, kind, sentence) => {
    const refused = await answered(Promise.reject(new MongoServerError({ message, code }))).catch(error => error);
    expect(refused).toBeInstanceOf(EngineRefused);
    expect(refused).toMatchObject({ kind, reason: 'refused' });
    expect(String(refused)).toMatch(sentence);
  });
});

describeWith('MONGODB_URL', url => {
  it('given other credentials, then everything that holds the database goes on over new connections', async () => {
    const own = withDatabase(url, newDatabaseName());
    await using broken = await openProxy(await writableServer(url));
    const mongo = await openMongo(through(own, broken.port), { namespace: 'unused' });
    const [signIns, blobs] = [new MongoSignIns(mongo.db), createGridFsBlobs(mongo.db)];
    const keep = (text: string) => blobs.put(chunksOf(text), 'org');
    const { sha256 } = await keep('before');
    await broken.switchTo('refuse');
    await expect(signIns.mark('key')).rejects.toBeInstanceOf(StoreUnavailable);

    mongo.renew(own);
    expect(await signIns.mark('key')).toBeUndefined();
    expect(await blobs.stat(sha256)).toMatchObject({ size: 6 });
    expect(await blobs.stat((await keep('after it')).sha256)).toMatchObject({ size: 8 });
    expect(await mongo.aside.command({ ping: 1 })).toMatchObject({ ok: 1 });
    await mongo.db.dropDatabase();
    await mongo.close();
    expect(mongo.connections()).toBe(0);
  });
});

async function* chunksOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
