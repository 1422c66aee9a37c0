import { hash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectoryBlobs } from '../../infra/blobs/directory.ts';
import { blobsContract, chunks, PDF } from '../contracts/blobs.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gongguan-blobs-'));
});

afterEach(() => rmSync(root, { recursive: true }));

const filesIn = (path: string) =>
  readdirSync(path, { withFileTypes: true, recursive: true }).filter(
    entry => entry.isFile() && !/\.(type|upload|by-[0-9a-f]{64})$/.test(entry.name),
  );

blobsContract('a directory', async () => ({
  blobs: createDirectoryBlobs(root),
  another: () => createDirectoryBlobs(root),
  limited: limit => createDirectoryBlobs(root, { limit }),
  left: async () => filesIn(root).length,
}));

describe('files in a directory', () => {
  it('the same content twice is stored once, with its type and a mark of its uploader beside it', async () => {
    const blobs = createDirectoryBlobs(root);
    const { sha256 } = await blobs.put(chunks(PDF), 'msr');
    await blobs.put(chunks(PDF), 'msr');
    const mark = `${sha256}.by-${hash('sha256', 'msr')}`;
    expect(readdirSync(join(root, sha256.slice(0, 2))).sort()).toEqual([sha256, mark, `${sha256}.type`]);
    const listed = [];
    for await (const name of blobs.list()) listed.push(name);
    expect(listed).toEqual([sha256]);
  });

  it('given uploads left by a process that died, when the store starts, then old ones go and running ones stay', () => {
    createDirectoryBlobs(root);
    for (const name of ['old', 'running']) writeFileSync(join(root, 'incoming', name), 'half');
    const twoHoursAgo = Date.now() / 1000 - 7200;
    utimesSync(join(root, 'incoming', 'old'), twoHoursAgo, twoHoursAgo);
    createDirectoryBlobs(root);
    expect(readdirSync(join(root, 'incoming'))).toEqual(['running']);
  });
});
