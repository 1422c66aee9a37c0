import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODY_LIMIT, MAX_DEPTH, MAX_KEYS, parseJson } from '../../infra/http/body.ts';
import { openSite, type Site, work } from './support.ts';

let site: Site;
let msr: string;

beforeAll(async () => {
  site = await openSite();
  msr = await site.signIn('msr.chen');
});

afterAll(() => site.close());

const PATH = '/api/v1/organising-work';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const send = (body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) =>
  site.call('POST', PATH, { token: msr, body, headers });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

async function refusal(answer: Response) {
  const { code } = (await answer.json()) as { code: string };
  return [answer.status, code];
}

describe('the shape of a body', () => {
  it.each([
    ['text that is no JSON', '{"kind":', [400, 'malformed-json']],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), [400, 'not-utf8']],
    ['half a character', '"\\ud800"', [400, 'not-unicode']],
    ['a key that is half a character', '{"\\udc00":1}', [400, 'not-unicode']],
    ['a bomb of nested arrays', nested(120_000), [400, 'too-deep']],
    ['nested objects', `${'{"a":'.repeat(MAX_DEPTH + 1)}1${'}'.repeat(MAX_DEPTH + 1)}`, [400, 'too-deep']],
    ['too many keys', JSON.stringify(Array.from({ length: MAX_KEYS + 1 }, () => 0)), [400, 'too-many-keys']],
    ['__proto__', '{"kind":"a","__proto__":{"role":"MSR"}}', [400, 'key-not-allowed']],
    ['constructor deep inside', '{"kind":[{"constructor":{}}]}', [400, 'key-not-allowed']],
    ['more than the limit', `"${'x'.repeat(BODY_LIMIT)}"`, [413, 'body-too-large']],
    ['an array', '[]', [422, 'invalid-input']],
    ['null', 'null', [422, 'invalid-input']],
  ])('given %s, then it is refused', async (_what, body, expected) => {
    expect(await refusal(await send(body))).toEqual(expected);
    expect({}).not.toHaveProperty('role');
  });

  it('given no body, then it is an empty one', async () => {
    expect(await refusal(await site.call('POST', PATH, { token: msr }))).toEqual([422, 'invalid-input']);
  });

  it('given depth, keys and size of exactly the limit, then they pass', () => {
    expect(parseJson(Buffer.from(nested(MAX_DEPTH)))).toBeTruthy();
    expect(parseJson(Buffer.from(JSON.stringify(Array(MAX_KEYS).fill(0))))).toHaveLength(MAX_KEYS);
    expect(parseJson(Buffer.from('"\\ud83d\\ude00"'))).toBe('😀');
  });

  it('given a body in pieces without a length, then the limit holds as well', async () => {
    const pieces = new ReadableStream({
      start(controller) {
        for (let piece = 0; piece < 5; piece += 1) controller.enqueue(new Uint8Array(BODY_LIMIT / 4).fill(0x20));
        controller.close();
      },
    });
    const answer = await fetch(`${site.url}${PATH}`, {
      method: 'POST',
      headers: { ...JSON_TYPE, Authorization: `Bearer ${msr}` },
      body: pieces,
      duplex: 'half',
    } as RequestInit);
    expect(await refusal(answer)).toEqual([413, 'body-too-large']);
  });

  it('given a refused body, then the connection serves the next request', async () => {
    const socket = connect(Number(new URL(site.url).port), '127.0.0.1');
    const large = 'x'.repeat(BODY_LIMIT + 1);
    const head = `Host: localhost\r\nAuthorization: Bearer ${msr}\r\nContent-Type: application/json\r\n`;
    socket.write(`POST ${PATH} HTTP/1.1\r\n${head}Content-Length: ${large.length}\r\n\r\n${large}`);
    const body = JSON.stringify(work);
    socket.write(
      `POST ${PATH} HTTP/1.1\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
    let answers = '';
    for await (const piece of socket) answers += piece;
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 201']);
  });
});

describe('the type of a body', () => {
  it('given a byte order mark before it, then it is read', async () => {
    expect((await send(`\uFEFF${JSON.stringify(work)}`)).status).toBeLessThan(300);
  });

  it.each([
    {},
    { 'Content-Type': 'text/plain' },
    { 'Content-Type': 'application/x-www-form-urlencoded' },
    { 'Content-Type': 'application/json; charset=gbk' },
    { 'Content-Type': 'application/jsonp' },
    { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
  ])('given %j, then 415', async headers => {
    const answer = await send(Buffer.from(JSON.stringify(work)), headers as Record<string, string>);
    expect(answer.status).toBe(415);
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'given %s, then it is read',
    async type => {
      expect((await send(JSON.stringify(work), { 'Content-Type': type })).status).toBeLessThan(300);
    },
  );
});
