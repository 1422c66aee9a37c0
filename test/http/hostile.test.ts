import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { commandRoutes } from '../../services/routes.ts';
import fc from '../support/properties.ts';
import { openSite, queries, type Site } from './support.ts';

let site: Site;
const tokens: (string | undefined)[] = [undefined, 'forged.token.here'];

beforeAll(async () => {
  site = await openSite({ commands: commandRoutes, queries });
  for (const account of ['msr.chen', 'sup.li', 'unit.zhao', 'expert.qian']) tokens.push(await site.signIn(account));
});

afterAll(() => site.close());

/** Sends and returns the status; an event stream is let go after its head. */
async function statusOf(method: string, path: string, options: Parameters<Site['call']>[2]): Promise<number> {
  const answer = await site.call(method, path, options);
  await answer.body?.cancel();
  return answer.status;
}

const segment = fc.oneof(
  fc.constantFrom('2024', '2024-abcd1234', 'msr.chen', 'work-rules', '..', '__proto__', '%00', "' OR 1=1 --", '{}'),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);
const headers = fc.record(
  {
    'Idempotency-Key': fc.stringMatching(/^[\x20-\x7e]{0,120}$/),
    'If-Match': fc.stringMatching(/^"?[a-z0-9-]{0,20}@?\d{0,30}"?$/),
    'X-Effective-At': fc.constantFrom('2024-03-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', 'x', '0'),
    'X-Backdating-Reason': fc.stringMatching(/^[\x21-\x7e]{0,20}$/),
    'X-Consistency-Position': fc.constantFrom('1', '-1', '99999999999999999999', 'x'),
    'X-Correlation-Id': fc.stringMatching(/^[\x21-\x7e]{0,20}$/),
    'X-Acting-As': fc.constantFrom('MSR/msr', 'SYS', '/', 'MSR/'),
    'Last-Event-ID': fc.constantFrom('1', 'x', ''),
    'Accept-Language': fc.stringMatching(/^[a-z;,=*.0-9-]{0,40}$/),
  },
  { requiredKeys: [] },
);
const contentType = fc.constantFrom('application/json', 'text/plain', 'multipart/form-data; boundary=x', 'x', '');
const anything = fc.jsonValue({ maxDepth: 5 }).map(value => JSON.stringify(value));
const bytes = fc.uint8Array({ maxLength: 400 }).map(content => Buffer.from(content));

const pathOf = (template: string, segments: readonly string[]) => {
  let next = 0;
  return template.replaceAll(/:\w+/g, () => encodeURIComponent(segments[next++] ?? '2024') || '-');
};

describe('whatever is sent', () => {
  it('given random segments, queries, headers and bytes at every address, then never a fault of ours', async () => {
    const target = fc.nat().map(n => site.endpoints[n % site.endpoints.length] as (typeof site.endpoints)[number]);
    await fc.assert(
      fc.asyncProperty(
        target,
        fc.nat({ max: 5 }),
        fc.array(segment, { maxLength: 3 }),
        fc.webQueryParameters(),
        headers,
        contentType,
        fc.oneof(bytes, anything),
        async ({ method, path }, who, segments, query, more, type, body) => {
          const token = tokens[who];
          const status = await statusOf(method, `${pathOf(path, segments)}?${query}`, {
            ...(token !== undefined && { token }),
            headers: { ...(method === 'POST' && { 'Content-Type': type }), ...more } as Record<string, string>,
            ...(method === 'POST' && { body }),
          });
          expect([status < 500 || status === 503, path]).toEqual([true, path]);
        },
      ),
      { numRuns: 1_500, seed: 20231229 },
    );
  });

  it('given the fields of each command with wrong values, then each command refuses or decides', async () => {
    const msr = tokens[2] as string;
    for (const { path, command } of commandRoutes) {
      const fields = Object.keys((command.input as z.ZodObject).shape).filter(name => !path.includes(`:${name}`));
      const value = fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom('2024-02-30', '2024-03-01', 'art-11', 1e308, -0),
      );
      const body = fc.record(Object.fromEntries(fields.map(name => [name, value])), { requiredKeys: [] });
      await fc.assert(
        fc.asyncProperty(body, fc.array(segment, { maxLength: 3 }), async (content, segments) => {
          const status = await statusOf('POST', `/api/v1${pathOf(path, segments)}`, {
            token: msr,
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(content),
          });
          expect([command.name, status < 500]).toEqual([command.name, true]);
        }),
        { numRuns: 8, seed: 20231229 },
      );
    }
  });

  it('given bytes that are no HTTP, then the connection is closed and the next caller is served', async () => {
    const { port } = new URL(site.url);
    const garbage = [
      '\x16\x03\x01\x02',
      'GET / HTTP/9.9\r\n\r\n',
      'POST /api/v1/sessions HTTP/1.1\r\nContent-Length: x\r\n\r\n',
    ];
    for (const sent of garbage) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.end(sent);
      socket.on('error', () => undefined);
      for await (const _piece of socket);
    }
    expect((await site.call('GET', '/livez')).status).toBe(200);
  });
});
