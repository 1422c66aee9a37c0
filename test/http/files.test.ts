import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from './support.ts';

let site: Site;
let unit: string;

beforeAll(async () => {
  site = await openSite();
  unit = await site.signIn('unit.zhao');
});

afterAll(() => site.close());

const upload = (body: unknown, headers: Record<string, string> = {}, token = unit) =>
  site.call('POST', '/api/v1/files', { token, body, headers });
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const savedAs = (answer: Response) =>
  decodeURIComponent(answer.headers.get('content-disposition')?.split("UTF-8''")[1] ?? '');

function form(...files: string[]): { body: Buffer; headers: Record<string, string> } {
  const parts = files.map(
    (content, index) =>
      `--cut\r\nContent-Disposition: form-data; name="file${index}"; filename="../../a.exe"\r\nContent-Type: application/x-msdownload\r\n\r\n${content}\r\n`,
  );
  return {
    body: Buffer.from(`${parts.join('')}--cut--\r\n`),
    headers: { 'Content-Type': 'multipart/form-data; boundary=cut' },
  };
}

describe('uploading', () => {
  it('given content as it is, then 201 with its hash, size and the type found by content', async () => {
    const answer = await upload('%PDF-1.7\n', { 'Content-Type': 'text/html' });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ sha256: sha256('%PDF-1.7\n'), size: 9, mediaType: 'application/pdf' });
  });

  it('given a form, then its one file is stored; its name and declared type prove nothing', async () => {
    const { body, headers } = form('可行性分析');
    const answer = await upload(body, headers);
    expect(await answer.json()).toEqual({ sha256: sha256('可行性分析'), size: 15, mediaType: 'text/plain' });
  });

  it.each([
    ['two files', form('a', 'b'), 422, 'one-file-only'],
    ['no file', form(), 422, 'file-missing'],
    [
      'no boundary',
      { body: 'x', headers: { 'Content-Type': 'multipart/form-data; charset=utf-8' } },
      400,
      'malformed-form',
    ],
    [
      'an end that is missing',
      { body: form('a').body.subarray(0, -12), headers: form('a').headers },
      400,
      'malformed-form',
    ],
    ['a program', form('\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00'), 415, 'file-type-not-accepted'],
    ['an empty file', form(''), 422, 'file-empty'],
  ])('given a form with %s, then it is refused', async (_what, { body, headers }, status, code) => {
    const answer = await upload(body, headers);
    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });

  it.each([
    ['nothing', '', 422, 'file-empty'],
    ['a program', Buffer.from('MZ\x90\x00\x03\x00\x00\x00'), 415, 'file-type-not-accepted'],
    ['more than 20 MiB', Buffer.alloc(20 * 1024 * 1024 + 1, 'a'), 413, 'file-too-large'],
  ])('given %s, then it is refused', async (_what, body, status, code) => {
    const answer = await upload(body);
    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });

  it('given an upload that breaks off, then the server goes on', async () => {
    const { port } = new URL(site.url);
    const half = request({
      port,
      method: 'POST',
      path: '/api/v1/files',
      headers: { Authorization: `Bearer ${unit}`, 'Content-Length': 100, ...form('a').headers },
    });
    half.on('error', () => undefined);
    half.write(form('a').body.subarray(0, 80), () => half.destroy());
    await new Promise(resolve => half.once('close', resolve));
    expect((await upload('after')).status).toBe(201);
  });

  it('given nobody signed in, then 401', async () => {
    expect((await site.call('POST', '/api/v1/files', { body: 'text' })).status).toBe(401);
  });
});

describe('downloading', () => {
  it('given a stored page, then it comes as a download that no browser renders', async () => {
    await upload('<script>alert(1)</script>');
    const answer = await site.call('GET', `/api/v1/files/${sha256('<script>alert(1)</script>')}`, { token: unit });
    expect(await answer.text()).toBe('<script>alert(1)</script>');
    expect(answer.headers.get('content-type')).toBe('text/plain');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['可行性分析.pdf', '%PDF-1.7\n', '可行性分析.pdf'],
    ['可行性分析', '%PDF-1.7\n', '可行性分析.pdf'],
    ['安装.exe', '只是文字', '安装.exe.txt'],
    [undefined, '无名的文字', `${sha256('无名的文字')}.txt`],
  ])('given a file put on record as %s, then it comes under a name of its type', async (name, content, saved) => {
    const other = await openSite({ openingOf: async () => ({ units: [], name }) });
    try {
      const token = await other.signIn('unit.zhao');
      await other.call('POST', '/api/v1/files', { token, body: content });
      const answer = await other.call('GET', `/api/v1/files/${sha256(content)}`, { token });
      expect(await answer.text()).toBe(content);
      expect(savedAs(answer)).toBe(saved);
    } finally {
      await other.close();
    }
  });

  it.each([
    ['方案.txt', '方案.txt'],
    ['C:\\\\资料\\\\方案.txt', '方案.txt'],
    ['现场照片', '现场照片.txt'],
    ['\u202Etxt.exe', undefined],
    ['a'.repeat(201), undefined],
  ])(
    'given a form with a file named %j that nothing names yet, then it comes under that name, if it is one',
    async (name, saved) => {
      const content = `名为 ${name}`;
      const body = `--cut\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n${content}\r\n--cut--\r\n`;
      await upload(Buffer.from(body), form().headers);
      const answer = await site.call('GET', `/api/v1/files/${sha256(content)}`, { token: unit });
      expect(await answer.text()).toBe(content);
      expect(savedAs(answer)).toBe(saved ?? `${sha256(content)}.txt`);
    },
  );

  it('given a caller who may not read it, then it is as if it were not there', async () => {
    const path = `/api/v1/files/${sha256('secret')}`;
    await upload('secret');
    const token = await site.signIn('expert.qian');
    const [kept, absent] = [
      await site.call('GET', path, { token }),
      await site.call('GET', `/api/v1/files/${'0'.repeat(64)}`, { token: unit }),
    ];
    expect(kept.status).toBe(404);
    const withoutTrace = async (answer: Response) => ({ ...((await answer.json()) as object), traceId: '' });
    expect(await withoutTrace(kept)).toEqual(await withoutTrace(absent));
  });

  it('given a position that the read side has not come to, then the reader is told to wait for his own write', async () => {
    await upload('read your own write');
    const headers = { 'X-Consistency-Position': await site.store.head() };
    const path = `/api/v1/files/${sha256('read your own write')}`;
    expect((await site.call('GET', path, { token: unit, headers })).status).toBe(503);
  });

  it('given something that is no hash, then 422', async () => {
    expect((await site.call('GET', '/api/v1/files/..%2F..%2Fetc', { token: unit })).status).toBe(422);
  });
});
