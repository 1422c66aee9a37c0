/** What is read is sent once: tags of content, and fewer bytes for whoever takes them so. */
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesContent, strongTags } from '../../infra/http/entity-tags.ts';
import { openSite, type Site } from './support.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** As it stands on the wire. */
function raw(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = request(`${site.url}${path}`, { method, headers }, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', chunk => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject).end();
  });
}

const DOCUMENT = '/api/v1/openapi.json';

describe('what is read', () => {
  it('has the tag of its content: the same until it changes, another for another', async () => {
    const [one, again, other] = [
      await raw('/api/v1/bulletins'),
      await raw('/api/v1/bulletins'),
      await raw('/api/v1/bulletins?limit=1'),
    ];
    expect(one.headers.etag).toMatch(/^"[\w-]{22}"$/);
    expect(again.headers.etag).toBe(one.headers.etag);
    expect(other.headers.etag).not.toBe(one.headers.etag);
  });

  it.each([
    ['its tag', (tag: string) => tag],
    ['its tag, called weak by a proxy', (tag: string) => `W/${tag}`],
    ['its tag of another coding', (tag: string) => tag.replace(/"$/, '-gzip"')],
    ['its tag among others', (tag: string) => `"other", ${tag}`],
    ['anything', () => '*'],
  ])('given If-None-Match with %s, then 304 and nothing else', async (_what, known) => {
    const { headers } = await raw('/api/v1/bulletins');
    const answer = await raw('/api/v1/bulletins', { 'If-None-Match': known(String(headers.etag)) });
    expect([answer.status, answer.body.length, answer.headers.etag]).toEqual([304, 0, headers.etag]);
    expect(answer.headers).not.toHaveProperty('content-type');
    expect(answer.headers).toMatchObject({ 'cache-control': headers['cache-control'], vary: headers.vary });
  });

  it('given the tag of something else, then all of it', async () => {
    const answer = await raw('/api/v1/bulletins', { 'If-None-Match': `"${'x'.repeat(22)}"` });
    expect([answer.status, answer.body.toString()]).toEqual([200, '{"items":[{"n":1},{"n":2}],"next":"a b"}']);
  });

  it('HEAD says what GET would', async () => {
    const [get, head] = [await raw('/api/v1/bulletins'), await raw('/api/v1/bulletins', {}, 'HEAD')];
    const { date: _date, 'x-correlation-id': _id, ...told } = get.headers;
    expect(head.headers).toMatchObject(told);
    expect(head.body.length).toBe(0);
  });
});

describe('what is long', () => {
  it.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip', 'gzip', gunzipSync],
  ] as const)('given Accept-Encoding: %s, then it comes as %s', async (accepted, coding, unpack) => {
    const [plain, packed] = [await raw(DOCUMENT), await raw(DOCUMENT, { 'Accept-Encoding': accepted })];
    expect(packed.headers).toMatchObject({
      'content-encoding': coding,
      'content-length': String(packed.body.length),
      etag: String(plain.headers.etag).replace(/"$/, `-${coding}"`),
    });
    expect(String(packed.headers.vary)).toContain('Accept-Encoding');
    expect(packed.body.length).toBeLessThan(plain.body.length / 3);
    expect(unpack(packed.body).equals(plain.body)).toBe(true);
  });

  it.each(['identity', 'identity, gzip;q=0.5', 'deflate', 'gzip;q=0'])(
    'given %s, then it comes as it is',
    async accepted => {
      const answer = await raw(DOCUMENT, { 'Accept-Encoding': accepted });
      expect(answer.headers).not.toHaveProperty('content-encoding');
    },
  );

  it('what is short comes as it is', async () => {
    const answer = await raw('/api/v1/bulletins', { 'Accept-Encoding': 'br, gzip' });
    expect(answer.headers).not.toHaveProperty('content-encoding');
  });
});

describe('tags of If-Match', () => {
  const [one, two] = ['a'.repeat(22), 'b'.repeat(22)];

  it.each([
    ['*', '*'],
    [`"${one}"`, [{ content: one }]],
    [`"${one}-br", "rulebook@3"`, [{ content: one }, { stream: 'rulebook', revision: 3 }]],
  ])('%s is read', (header, tags) => expect(strongTags(header)).toEqual(tags));

  it.each(['', `W/"${one}"`, one, '"rulebook"', '"rulebook@-1"', `"${one}",`, Array(51).fill(`"${one}"`).join()])(
    '%j is none',
    header => expect(strongTags(header)).toBeUndefined(),
  );

  it('a content is named by its own tag alone', () => {
    expect(namesContent(`"${one}"`, one)).toBe(true);
    expect(namesContent(`"${one}", "rulebook@1"`, two)).toBe(false);
  });
});
