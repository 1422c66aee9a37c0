/** Signing in and out by pages. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../http/authorisation-site.ts';

const PASSWORD = 'two organisations 2024';
let site: Site;
beforeAll(async () => {
  site = await openSite();
  await site.signIn('the-supervisor', { role: 'SUP', orgId: 'sup' });
  await site.signIn('both', { role: 'SUP', orgId: 'sup' }, { role: 'UNIT', orgId: '91120116MA05000011' });
});
afterAll(() => site.close());

const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${site.url}${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers });

const SUPERVISOR = { accountId: 'the-supervisor', password: PASSWORD };
const cookieOf = (answer: Response) => answer.headers.get('set-cookie')?.split(';')[0] ?? '';
const opens = async (path: string, cookie: string) =>
  (await fetch(`${site.url}${path}`, { redirect: 'manual', headers: { cookie } })).status;

describe('signing in by a page', () => {
  it('given the password, then a cookie that no script sees, and the page that was asked for', async () => {
    const answer = await post('/sign-in', { ...SUPERVISOR, to: '/supervision/trail?article=art-12' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/supervision/trail?article=art-12']);
    const [session, device] = answer.headers.getSetCookie();
    expect(session).toMatch(/^gongguan=.+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(device).toMatch(/^gongguan-device-[\w-]{16}=.+; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await opens('/supervision', cookieOf(answer))).toBe(200);
  });

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:x', '/a b'])(
    'given %s to go to, then home: nobody is led away',
    async to => {
      expect((await post('/sign-in', { ...SUPERVISOR, to })).headers.get('location')).toBe('/');
    },
  );

  it('given a wrong password, then it is said on the page, with the account and without the password', async () => {
    const answer = await post('/sign-in', { ...SUPERVISOR, password: 'not the password' });
    const html = await answer.text();
    expect(answer.status).toBe(401);
    expect(html).toContain('role="alert"');
    expect(html).toContain('value="the-supervisor"');
    expect(html).not.toContain('not the password');
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('given several roles, then he chooses one without typing his password again', async () => {
    const signedIn = await post('/sign-in', { accountId: 'both', password: PASSWORD, to: '/supervision/health' });
    expect(signedIn.headers.get('location')).toBe('/me/role?to=%2Fsupervision%2Fhealth');
    const first = cookieOf(signedIn);
    const page = await (await fetch(`${site.url}/me/role`, { headers: { cookie: first } })).text();
    expect(page).toContain('value="SUP/sup"');
    expect(page).toContain('value="UNIT/91120116MA05000011"');
    const chosen = await post(
      '/me/role',
      { grant: 'UNIT/91120116MA05000011', to: '/supervision/health' },
      { cookie: first },
    );
    expect([chosen.status, chosen.headers.get('location')]).toEqual([303, '/supervision/health']);
    expect(await opens('/supervision/health', cookieOf(chosen))).toBe(403);
    expect(await opens('/supervision', first), 'the session in the other role has ended').toBe(303);
    const back = await post('/me/role', { grant: 'SUP/sup' }, { cookie: cookieOf(chosen) });
    expect(back.headers.get('location')).toBe('/supervision');
    expect(await opens('/supervision/health', cookieOf(back))).toBe(200);
  });

  it.each(['REC-D/district-binhai', 'SUP/msr', 'SYS/system', 'nonsense', ''])(
    'given %s, a role that is not held, then it is refused and the session stays what it was',
    async grant => {
      const cookie = cookieOf(await post('/sign-in', { accountId: 'both', password: PASSWORD }));
      const answer = await post('/me/role', { grant }, { cookie });
      expect([403, 422]).toContain(answer.status);
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(await opens('/me', cookie)).toBe(200);
    },
  );

  it('given the session that the browser had before, then it has ended', async () => {
    const before = cookieOf(await post('/sign-in', SUPERVISOR));
    const after = cookieOf(await post('/sign-in', SUPERVISOR, { cookie: before }));
    expect([await opens('/supervision', before), await opens('/supervision', after)]).toEqual([303, 200]);
  });

  it('given nowhere to go, then to where the work of the role begins', async () => {
    expect((await post('/sign-in', SUPERVISOR)).headers.get('location')).toBe('/supervision');
  });

  it('given the account as people type it, then it is his all the same', async () => {
    expect((await post('/sign-in', { ...SUPERVISOR, accountId: ' The-Supervisor ' })).status).toBe(303);
  });

  it('given an empty form, or one that is none, then it is refused in words', async () => {
    expect((await post('/sign-in', {})).status).toBe(422);
    expect((await post('/sign-in', { accountId: 'the-supervisor' })).status).toBe(422);
  });
});

describe('a session of pages', () => {
  it('ends on the server when its holder signs out', async () => {
    const cookie = cookieOf(await post('/sign-in', SUPERVISOR));
    const answer = await post('/sign-out', {}, { cookie });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([
      303,
      'gongguan=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    ]);
    expect(await opens('/supervision', cookie)).toBe(303);
  });

  it('opens nothing of the API: no form of another site can send a command', async () => {
    const cookie = cookieOf(await post('/sign-in', SUPERVISOR));
    expect(await opens('/api/v1/me', cookie)).toBe(401);
  });

  it.each([
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'null' },
  ])('given a form that %j sends, then it is refused', async headers => {
    expect((await post('/sign-in', SUPERVISOR, headers as never)).status).toBe(403);
    expect((await post('/sign-out', {}, headers as never)).status).toBe(403);
  });

  it('given a session that is none, then its holder reads as anybody does', async () => {
    expect(await opens('/', 'gongguan=nothing')).toBe(200);
    expect(await opens('/supervision', 'gongguan=nothing')).toBe(303);
  });
});
