/** What every store of files promises. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MovableBlobs } from '../../infra/blobs/movable.ts';
import { QuotaExceeded, withQuota } from '../../infra/blobs/unattached.ts';

export async function* chunks(...parts: (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part as string);
}

async function textOf(content: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  if (!content) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString();
}

export const PDF = '%PDF-1.7\n1 0 obj\n<<>>\nendobj\n';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** One pixel. */
const BITMAP = Buffer.from(
  'Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAATCwAAEwsAAAAAAAAAAAAAAAD/AA==',
  'base64',
);

const [ORG, OTHER] = ['91120110MA05X1234K', '91120110MA05Y5678E'];

export interface OpenBlobs {
  readonly blobs: MovableBlobs;
  /** The same files, seen by another process. */
  another(): MovableBlobs;
  /** With a limit of so many bytes. */
  limited(limit: number): MovableBlobs;
  /** How many files, whole or in part, are there, not counting what is noted of them. */
  left(): Promise<number>;
}

/** `open` gives an empty store. */
export function blobsContract(name: string, open: () => Promise<OpenBlobs>): void {
  describe(`files: ${name}`, () => {
    let at: OpenBlobs;
    let blobs: MovableBlobs;

    beforeEach(async () => {
      at = await open();
      ({ blobs } = at);
    });

    it('given content in pieces, then it is found by its SHA-256 with size and type, and reads back the same', async () => {
      const stored = await blobs.put(chunks('可行性', '分析报告'), ORG);
      const sha256 = createHash('sha256').update('可行性分析报告').digest('hex');
      expect(stored).toEqual({ sha256, size: 21, mediaType: 'text/plain' });
      expect(await at.another().stat(sha256)).toEqual(stored);
      expect(await textOf(await blobs.open(sha256))).toBe('可行性分析报告');
    });

    it('given a file of several megabytes, then it reads back the same', async () => {
      const text = '质量攻关'.repeat(300_000);
      const { sha256, size } = await blobs.put(chunks(...Array.from({ length: 3 }, () => text)), ORG);
      expect(size).toBe(Buffer.byteLength(text) * 3);
      const read = await textOf(await at.another().open(sha256));
      expect(
        createHash('sha256')
          .update(read as string)
          .digest('hex'),
      ).toBe(sha256);
    });

    it('given the same content twice, at the same time too, then it is one file', async () => {
      const [first, second] = await Promise.all([blobs.put(chunks(PDF), ORG), at.another().put(chunks(PDF), ORG)]);
      expect(await blobs.put(chunks(PDF), ORG)).toEqual(first);
      expect(second).toEqual(first);
      expect(await textOf(await blobs.open(first.sha256))).toBe(PDF);
    });

    it('given nothing stored, then nothing is found, and a path is no hash', async () => {
      expect(await blobs.stat('0'.repeat(64))).toBeUndefined();
      expect(await blobs.open('0'.repeat(64))).toBeUndefined();
      expect(await blobs.open('../../etc/passwd')).toBeUndefined();
    });

    it.each<[string, Buffer, string]>([
      ['PDF', Buffer.from(PDF), 'application/pdf'],
      ['PNG', PNG, 'image/png'],
      ['CSV', Buffer.from('单位,项目\r\n甲,乙\r\n'), 'text/plain'],
      ...['BMI 指数', 'GIF 动图说明', 'MZ 编号', 'ID3 决策树', '%! 说明', '文中提到 %PDF-1.7 的文字'].map(
        text => [`text that begins ${text}`, Buffer.from(text), 'text/plain'] satisfies [string, Buffer, string],
      ),
      [
        'a PDF behind other bytes',
        Buffer.from(`${'\u0001'.repeat(900)}${PDF}startxref\n9\n%%EOF\n`),
        'application/pdf',
      ],
      [
        'a PDF that could be text of another encoding',
        Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1'),
        'application/pdf',
      ],
      ['a bitmap', BITMAP, 'image/bmp'],
      ['a large PNG', Buffer.concat([PNG, Buffer.alloc(70_000)]), 'image/png'],
    ])(
      'given %s, in however many pieces it comes, then its type is known by content',
      async (_name, content, mediaType) => {
        const half = Math.ceil(content.length / 2);
        const pieces = chunks(content.subarray(0, half), content.subarray(half));
        expect((await blobs.put(pieces, ORG)).mediaType).toBe(mediaType);
      },
    );

    it.each<[string, Buffer, string?]>([
      ['a program', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(64)])],
      ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x03, 0x00, 0x01, 0x02])],
      ['bytes that begin as a bitmap does', Buffer.concat([Buffer.from('BM'), Buffer.alloc(40, 7)])],
      ['bytes that begin as a GIF does', Buffer.concat([Buffer.from('GIF'), Buffer.alloc(40, 7)])],
      ['a PDF header without its end behind other bytes', Buffer.from(`\u0001${PDF}`)],
      ['XML', Buffer.from('<?xml version="1.0"?><svg onload="alert(1)"/>')],
      ['PostScript', Buffer.from('%!PS-Adobe-3.0\n')],
      ['text in UTF-16', Buffer.from('\uFEFF可行性分析', 'utf16le'), 'text-encoding'],
      ['text in GB18030', Buffer.from('BMI\xd6\xb8\xca\xfd', 'latin1'), 'text-encoding'],
      ['text cut inside a character', Buffer.from('攻').subarray(0, 2), 'text-encoding'],
    ])('given %s, then it is refused and leaves nothing behind', async (_name, content, code = 'unsupported-type') => {
      await expect(blobs.put(chunks(content), ORG)).rejects.toMatchObject({ code });
      expect(await at.left()).toBe(0);
    });

    it('given content of exactly the limit, then it is kept; one byte more is refused', async () => {
      const limited = at.limited(10);
      expect((await limited.put(chunks('01234', '56789'), ORG)).size).toBe(10);
      await expect(limited.put(chunks('01234', '567890'), ORG)).rejects.toMatchObject({ code: 'too-large' });
      expect(await at.left()).toBe(1);
    });

    it('given nothing, then it is refused as empty', async () => {
      await expect(blobs.put(chunks(), ORG)).rejects.toMatchObject({ code: 'empty' });
    });

    it('given an upload that breaks off, then nothing is left of it', async () => {
      const broken = async function* () {
        yield Buffer.from('half');
        throw new Error('connection lost');
      };
      await expect(blobs.put(broken(), ORG)).rejects.toThrow('connection lost');
      expect(await at.left()).toBe(0);
    });

    it('given an uploaded file, then it is there for whoever has uploaded it, and for others as if it were not', async () => {
      const stored = await blobs.put(chunks(PDF), ORG);
      expect(await at.another().statUploadedBy(ORG, stored.sha256)).toEqual(stored);
      expect(await blobs.statUploadedBy(OTHER, stored.sha256)).toBeUndefined();
      expect(await blobs.statUploadedBy(OTHER, '0'.repeat(64))).toBeUndefined();
      expect(await blobs.statUploadedBy(ORG, '../../etc/passwd')).toBeUndefined();
    });

    it('given the same content of two organisations, at the same time too, then it is one file of both', async () => {
      const [stored] = await Promise.all([blobs.put(chunks(PDF), ORG), at.another().put(chunks(PDF), OTHER)]);
      await blobs.put(chunks(PDF), ORG);
      for (const orgId of [ORG, OTHER]) expect(await blobs.statUploadedBy(orgId, stored.sha256)).toEqual(stored);
      expect([...(await blobs.uploadersOf(stored.sha256))].sort()).toEqual([ORG, OTHER]);
    });

    it('given a second organisation uploads what is kept already, then it is its file too', async () => {
      const { sha256 } = await blobs.put(chunks(PDF), ORG);
      expect(await blobs.put(chunks(PDF), OTHER)).toEqual(await blobs.statUploadedBy(OTHER, sha256));
      expect(await at.left()).toBe(1);
    });

    it('given any id of an organisation, then it is told from those that are like it', async () => {
      const ids = ['msr', 'ms', 'msr2', 'MSR', 'm/sr', '../msr', '.', '..', 'sup', 'tpo one', '机'.repeat(64)];
      const { sha256 } = await blobs.put(chunks(PDF), ids[0] as string);
      for (const [index, id] of ids.entries()) {
        await blobs.put(chunks(PDF), id);
        expect([...(await blobs.uploadersOf(sha256))].sort()).toEqual(ids.slice(0, index + 1).sort());
        for (const other of ids.slice(index + 1)) expect(await blobs.statUploadedBy(other, sha256)).toBeUndefined();
      }
    });

    it('given content that is only kept, then it is nobody’s until it is given', async () => {
      const stored = await blobs.keep(chunks(PDF));
      expect(await blobs.stat(stored.sha256)).toEqual(stored);
      expect(await blobs.statUploadedBy(ORG, stored.sha256)).toBeUndefined();
      expect(await blobs.uploadersOf(stored.sha256)).toEqual([]);
      for (let times = 0; times < 2; times += 1) await blobs.giveTo(ORG, stored.sha256);
      expect(await at.another().statUploadedBy(ORG, stored.sha256)).toEqual(stored);
      expect(await at.another().uploadersOf(stored.sha256)).toEqual([ORG]);
    });

    describe('uploads that no event names', () => {
      const noted = async (orgId?: string) =>
        (await blobs.unattached(orgId)).map(upload => [upload.orgId, upload.size]);

      it('are known by organisation with their size, until they are attached, also when they are uploaded again', async () => {
        const { sha256, size } = await blobs.put(chunks(PDF), ORG);
        await at.another().put(chunks(PDF), OTHER);
        await blobs.put(chunks(PDF), ORG);
        expect(await noted(ORG)).toEqual([[ORG, size]]);
        expect((await noted()).sort()).toEqual([
          [ORG, size],
          [OTHER, size],
        ]);
        await blobs.attached(sha256);
        await blobs.put(chunks(PDF), ORG);
        expect(await noted()).toEqual([]);
        expect(await blobs.statUploadedBy(ORG, sha256)).toBeDefined();
      });

      it('have the name that each organisation gave its own, until they are attached under one', async () => {
        const { sha256 } = await blobs.put(chunks(PDF), ORG, '可行性分析.pdf');
        await at.another().put(chunks(PDF), OTHER);
        const nameFor = async (orgId: string) => (await blobs.statUploadedBy(orgId, sha256))?.name;
        expect([await nameFor(ORG), await nameFor(OTHER)]).toEqual(['可行性分析.pdf', undefined]);
        await blobs.attached(sha256);
        expect([await nameFor(ORG), (await blobs.stat(sha256))?.size]).toEqual([undefined, PDF.length]);
      });

      it('are gone when they are taken back, but not for another who has uploaded the same', async () => {
        const { sha256 } = await blobs.put(chunks(PDF), ORG);
        await blobs.put(chunks(PDF), OTHER);
        const [own] = await blobs.unattached(ORG);
        await blobs.hide(own as never);
        expect(await blobs.statUploadedBy(ORG, sha256)).toBeUndefined();
        await blobs.drop(own as never);
        expect(await noted()).toEqual([[OTHER, PDF.length]]);
        expect(await textOf(await blobs.open(sha256))).toBe(PDF);
        const [others] = await blobs.unattached(OTHER);
        await blobs.hide(others as never);
        await blobs.drop(others as never);
        expect(await noted()).toEqual([]);
        expect(await at.left()).toBe(0);
      });

      it('stay when they are uploaded again while they are being taken back', async () => {
        const { sha256 } = await blobs.put(chunks(PDF), ORG);
        const [upload] = await blobs.unattached(ORG);
        await blobs.hide(upload as never);
        await new Promise(resolve => setTimeout(resolve, 5));
        await blobs.put(chunks(PDF), ORG);
        await blobs.drop(upload as never);
        expect(await blobs.statUploadedBy(ORG, sha256)).toBeDefined();
        expect(await textOf(await blobs.open(sha256))).toBe(PDF);
        expect(await noted()).toHaveLength(1);
      });

      it('are refused beyond the quota of their organisation, many at once too; those of others are not', async () => {
        const counted = withQuota(blobs, { files: 3, bytes: 1_000_000_000 });
        const put = (text: string) => counted.put(chunks(text), ORG);
        const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd', 'e', 'f'].map(put));
        expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(3);
        for (const text of ['a', 'b', 'c']) await put(text).catch(() => undefined);
        await expect(put('g')).rejects.toBeInstanceOf(QuotaExceeded);
        await counted.put(chunks('g'), OTHER);
        const [first] = await blobs.unattached(ORG);
        await blobs.attached(first?.sha256 as string);
        await put('g');
        await expect(withQuota(blobs, { files: 99, bytes: 3 }).put(chunks('h'), ORG)).rejects.toBeInstanceOf(
          QuotaExceeded,
        );
      });
    });

    it('given content that is refused, then it is nobody’s', async () => {
      const refused = Buffer.from([0xff, 0xfe, 0x03, 0x00]);
      await expect(blobs.put(chunks(refused), ORG)).rejects.toMatchObject({ code: 'unsupported-type' });
      expect(await blobs.uploadersOf(createHash('sha256').update(refused).digest('hex'))).toEqual([]);
    });
  });
}
