/** How pages are sent: packed where that is safe, not again where they are known, and small. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asset } from '../../infra/pages/assets.ts';
import { openTwoOrganisations, type TwoOrganisations } from '../http/two-organisations.ts';
import { samples } from '../support/controls.ts';

let site: TwoOrganisations;
beforeAll(async () => {
  site = await openTwoOrganisations();
});
afterAll(() => site.close());

interface Sent {
  readonly status: number | undefined;
  readonly encoding: string | undefined;
  readonly etag: string | undefined;
  readonly body: Buffer;
}

/** As it stands on the wire, which `fetch` does not show. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const asked = request(`${site.url}${path}`, { method, headers }, answer => {
      const parts: Buffer[] = [];
      answer.on('data', part => parts.push(part));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode,
          encoding: answer.headers['content-encoding'],
          etag: answer.headers.etag,
          body: Buffer.concat(parts),
        }),
      );
    });
    asked.on('error', reject).end();
  });
}

const GZIP = { 'accept-encoding': 'gzip, br' };

describe('a page on the wire', () => {
  it('given a browser that reads gzip, then it is packed, and holds the same', async () => {
    const [packed, plain] = [await ask('/statute', GZIP), await ask('/statute')];
    expect([packed.encoding, plain.encoding]).toEqual(['gzip', undefined]);
    expect(gunzipSync(packed.body).toString()).toBe(plain.body.toString());
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
  });

  it('given what a form answers, then it is not packed: it may show a secret beside what was typed', async () => {
    const answer = await ask('/sign-in', { ...GZIP, 'content-type': 'application/x-www-form-urlencoded' }, 'POST');
    expect([answer.status, answer.encoding]).toEqual([422, undefined]);
  });

  it('given a public page that has not changed, then 304; a page of somebody who has signed in has no tag', async () => {
    const { etag } = await ask('/statute');
    expect(await ask('/statute', { 'if-none-match': etag as string })).toMatchObject({ status: 304 });
    expect(await ask('/statute', { 'if-none-match': 'W/"another"' })).toMatchObject({ status: 200 });
    const { etag: own } = await ask('/statute', { cookie: `gongguan=${site.tokens.supervisor}` });
    expect(own).toBeUndefined();
  });
});

describe('what pages load', () => {
  it.each([
    ['style.css', 8_000],
    ['enhance.js', 6_000],
  ] as const)('%s is at most %d bytes packed, and has an address that changes with it', async (name, limit) => {
    const { address } = asset(name);
    const packed = await ask(address, GZIP);
    expect(packed.body.length).toBeLessThanOrEqual(limit);
    expect(gunzipSync(packed.body).equals(readFileSync(`infra/pages/${name}`))).toBe(true);
    expect((await ask(address)).encoding).toBeUndefined();
  });
});

describe('where the code on a certificate leads', () => {
  const number = samples['certificate.issued'].certificateNo as string;
  it.each([
    [number, 200, '有效'],
    ['2024-99999', 404, '不存在'],
    ['nothing', 404, '不存在'],
  ])('given %s, then %d and one word: %s', async (no, status, word) => {
    const { status: answered, body } = await ask(`/certificates/${no}`);
    expect(answered).toBe(status);
    expect(/<p class="stamp [a-z]+">([^<]+)</.exec(body.toString())?.[1]).toBe(word);
  });
});
