import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectoryBlobs } from '../../infra/blobs/directory.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gongguan-blobs-'));
});

afterEach(() => rmSync(root, { recursive: true }));

async function* chunks(...parts: (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part as string);
}

async function textOf(content: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  if (!content) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString();
}

const incoming = () => readdirSync(join(root, 'incoming'));
const PDF = '%PDF-1.7\n1 0 obj\n<<>>\nendobj\n';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a stored file', () => {
  it('given content in pieces, then it is found by its SHA-256 with size and type, and reads back the same', async () => {
    const blobs = createDirectoryBlobs(root);
    const stored = await blobs.put(chunks('可行性', '分析报告'));
    const sha256 = createHash('sha256').update('可行性分析报告').digest('hex');
    expect(stored).toEqual({ sha256, size: 21, mediaType: 'text/plain' });
    expect(await createDirectoryBlobs(root).stat(sha256)).toEqual(stored);
    expect(await textOf(await blobs.open(sha256))).toBe('可行性分析报告');
    expect(incoming()).toEqual([]);
  });

  it('given the same content twice, at the same time too, then it is stored once', async () => {
    const blobs = createDirectoryBlobs(root);
    const [first, second] = await Promise.all([blobs.put(chunks(PDF)), blobs.put(chunks(PDF))]);
    expect(await blobs.put(chunks(PDF))).toEqual(first);
    expect(second).toEqual(first);
    expect(readdirSync(join(root, first.sha256.slice(0, 2))).sort()).toEqual([first.sha256, `${first.sha256}.type`]);
  });

  it('given nothing stored, then nothing is found, and a path is no hash', async () => {
    const blobs = createDirectoryBlobs(root);
    expect(await blobs.stat('0'.repeat(64))).toBeUndefined();
    expect(await blobs.open('0'.repeat(64))).toBeUndefined();
    expect(await blobs.open('../../etc/passwd')).toBeUndefined();
  });
});

describe('accepted types', () => {
  it.each([
    ['PDF', Buffer.from(PDF), 'application/pdf'],
    ['PNG', PNG, 'image/png'],
    ['CSV', Buffer.from('单位,项目\r\n甲,乙\r\n'), 'text/plain'],
  ])('given %s, then its type is known by content', async (_name, content, mediaType) => {
    expect((await createDirectoryBlobs(root).put(chunks(content))).mediaType).toBe(mediaType);
  });

  it.each([
    ['a program', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(64)])],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0xfd, 0x00, 0x01, 0x02])],
    ['text cut inside a character', Buffer.from('攻').subarray(0, 2)],
    ['XML', Buffer.from('<?xml version="1.0"?><svg onload="alert(1)"/>')],
  ])('given %s, then it is refused and leaves nothing behind', async (_name, content) => {
    const blobs = createDirectoryBlobs(root);
    await expect(blobs.put(chunks(content))).rejects.toMatchObject({ code: 'unsupported-type' });
    expect(readdirSync(root)).toEqual(['incoming']);
    expect(incoming()).toEqual([]);
  });
});

describe('limits', () => {
  it('given content of exactly the limit, then it is kept; one byte more is refused', async () => {
    const blobs = createDirectoryBlobs(root, { limit: 10 });
    expect((await blobs.put(chunks('01234', '56789'))).size).toBe(10);
    await expect(blobs.put(chunks('01234', '567890'))).rejects.toMatchObject({ code: 'too-large' });
    expect(incoming()).toEqual([]);
  });

  it('given nothing, then it is refused as empty', async () => {
    await expect(createDirectoryBlobs(root).put(chunks())).rejects.toMatchObject({ code: 'empty' });
  });

  it('given an upload that breaks off, then nothing is left of it', async () => {
    const broken = async function* () {
      yield Buffer.from('half');
      throw new Error('connection lost');
    };
    await expect(createDirectoryBlobs(root).put(broken())).rejects.toThrow('connection lost');
    expect(incoming()).toEqual([]);
  });

  it('given uploads left by a process that died, when the store starts, then old ones go and running ones stay', () => {
    createDirectoryBlobs(root);
    for (const name of ['old', 'running']) writeFileSync(join(root, 'incoming', name), 'half');
    const twoHoursAgo = Date.now() / 1000 - 7200;
    utimesSync(join(root, 'incoming', 'old'), twoHoursAgo, twoHoursAgo);
    createDirectoryBlobs(root);
    expect(incoming()).toEqual(['running']);
  });
});
