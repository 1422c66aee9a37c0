/** Tests touch no data but their own, whatever a connection string names, and lose the line that they mean to lose. */
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { through, withDatabase } from './mongodb.ts';

const known = (url: string) => {
  const { dbName, credentials, hosts, tls, directConnection, replicaSet } = new MongoClient(url).options;
  const source = credentials?.source;
  return { dbName, source, hosts: hosts.map(String), tls: tls ?? false, directConnection, replicaSet };
};

describe('a connection string with another database', () => {
  it.each([
    ['mongodb://localhost', undefined],
    ['mongodb://localhost/theirs', undefined],
    ['mongodb://root:p%40ss@a:1,b:2', 'admin'],
    ['mongodb://root:pw@a/', 'admin'],
    ['mongodb://user:pw@a/theirs', 'theirs'],
    ['mongodb://user:pw@a/theirs?authSource=users&replicaSet=rs', 'users'],
  ])('%s', (url, source) => {
    const before = known(url);
    const after = known(withDatabase(url, 'test_own'));
    expect(after).toMatchObject({ dbName: 'test_own', hosts: before.hosts });
    expect(after.source).toBe(source);
  });

  it('leaves a mechanism alone that knows its users elsewhere', () => {
    const url = withDatabase('mongodb://CN%3Da@h/?authMechanism=MONGODB-X509&tls=true', 'test_own');
    expect(known(url).source).toBe('$external');
  });
});

describe('a connection string through a proxy', () => {
  it.each([
    ['mongodb://localhost/test_own', false],
    ['mongodb://root:pw@a:1,b:2/test_own?replicaSet=rs&authSource=admin', false],
    ['mongodb://root:pw@a:1/test_own?tls=true&authSource=admin', true],
    ['mongodb+srv://root:pw@cluster.example.org/test_own?authSource=admin', true],
  ])('%s', (url, tls) => {
    expect(known(through(url, 4_321))).toMatchObject({
      dbName: 'test_own',
      hosts: ['127.0.0.1:4321'],
      directConnection: true,
      replicaSet: undefined,
      tls,
    });
  });
});
