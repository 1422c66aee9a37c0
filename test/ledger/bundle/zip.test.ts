import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { BundleFile } from '../../../infra/ledger/bundle/files.ts';
import { zipOf } from '../../../infra/ledger/bundle/zip.ts';

const AT = new Date('2024-03-20T02:00:00.000Z');
const bytes = (text: string) => Buffer.from(text);

/** Hardly compressible, a piece at a time; counts what is asked of it and tells when it was let go. */
function source(pieces: number) {
  const told = { asked: 0, ended: false };
  async function* content() {
    try {
      for (; told.asked < pieces; told.asked += 1)
        yield Buffer.alloc(65_536, Buffer.from(String(Math.sin(told.asked))));
    } finally {
      told.ended = true;
    }
  }
  return { content, told };
}

async function bytesOf(files: readonly BundleFile[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipOf(files, AT)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a zip that is made as it is taken', () => {
  it('given files, then another program reads them, in their order', async () => {
    const one = { name: '说明.txt', content: async function* () {} };
    const two = {
      name: 'a/b',
      content: async function* () {
        yield bytes('one ');
        yield bytes('two');
      },
    };
    const files = unzipSync(await bytesOf([one, two]));
    expect(Object.entries(files).map(([name, content]) => [name, strFromU8(content)])).toEqual([
      ['说明.txt', ''],
      ['a/b', 'one two'],
    ]);
  });

  it('given a reader who takes little, then little is made', async () => {
    const { content, told } = source(10_000);
    const zip = zipOf([{ name: 'long', content }], AT)[Symbol.asyncIterator]();
    for (let taken = 0; taken < 5; taken += 1) await zip.next();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(told.asked).toBeLessThan(500);
    await zip.return?.();
    expect(told.ended).toBe(true);
  });

  it('given a reader who stops before it begins, then nothing of what follows is made', async () => {
    const { content, told } = source(10);
    const late = source(10);
    for await (const _ of zipOf(
      [
        { name: 'one', content },
        { name: 'two', content: late.content },
      ],
      AT,
    ))
      break;
    expect(told.asked).toBeLessThanOrEqual(10);
    expect(late.told.asked).toBe(0);
  });

  it('given a content that fails, then so does the zip', async () => {
    const content = async function* () {
      yield bytes('begun');
      throw new Error('the log is gone');
    };
    await expect(
      bytesOf([
        { name: 'a', content },
        { name: 'b', content },
      ]),
    ).rejects.toThrow('the log is gone');
  });
});
