import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountRegistered, accountStream, roleGranted } from '../../events/account.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { givePassword } from '../support/passwords.ts';
import { openSite, PASSWORD, type Site } from './support.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.close());

const chen = accountIdSchema.parse('msr.chen');
const login = (body: object, where = site) => where.call('POST', '/api/v1/sessions', { body });
const me = (token: string, headers: Record<string, string> = {}, where = site) =>
  where.call('GET', '/api/v1/me', { token, headers });
const setPassword = (accountId: string, body: object, token: string) =>
  site.call('POST', `/api/v1/accounts/${accountId}/password`, { token, body });

async function refusal(answer: Response) {
  const { code } = (await answer.json()) as { code: string };
  return [answer.status, code];
}

const second = roleGranted.of({
  accountId: chen,
  grant: { role: 'SUP', orgId: 'sup', orgName: '监督机构', from: '2024-01-01' },
});

describe('signing in', () => {
  it('given the password, then a token of 12 hours that says who the caller is', async () => {
    const answer = await login({ accountId: 'unit.zhao', password: PASSWORD });
    expect(answer.status).toBe(201);
    const session = (await answer.json()) as { token: string };
    expect(session).toMatchObject({
      tokenType: 'Bearer',
      expiresAt: '2024-03-20T14:00:00.000Z',
      role: 'UNIT',
      orgId: '91120000000000000X',
    });
    expect(await (await me(session.token)).json()).toMatchObject({
      accountId: 'unit.zhao',
      role: 'UNIT',
      grants: [{ role: 'UNIT' }],
    });
  });

  it('given a wrong password or an account that is not there, then the same 401', async () => {
    const wrong = await login({ accountId: 'unit.zhao', password: 'wrong password' });
    const unknown = await login({ accountId: 'nobody.here', password: 'wrong password' });
    expect(await refusal(wrong)).toEqual([401, 'login-failed']);
    expect(await refusal(unknown)).toEqual([401, 'login-failed']);
  });

  it('given a role that is not held, then 403', async () => {
    const answer = await login({ accountId: 'unit.zhao', password: PASSWORD, role: 'MSR' });
    expect(await refusal(answer)).toEqual([403, 'role-not-held']);
  });

  it('given an account with a password but no role, then 403', async () => {
    await givePassword(site.keyStore, accountIdSchema.parse('former.member'), PASSWORD);
    expect(await refusal(await login({ accountId: 'former.member', password: PASSWORD }))).toEqual([
      403,
      'no-role-held',
    ]);
  });

  it('given several roles and none named, then 409 lists them; given one, then that one', async () => {
    const other = await openSite();
    try {
      await other.record(accountStream(chen), second);
      const answer = await login({ accountId: chen, password: PASSWORD }, other);
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({
        code: 'role-ambiguous',
        grants: [
          { role: 'MSR', orgId: 'msr' },
          { role: 'SUP', orgId: 'sup' },
        ],
      });
      expect((await login({ accountId: chen, password: PASSWORD, role: 'SUP' }, other)).status).toBe(201);
    } finally {
      await other.close();
    }
  });

  it('given many wrong passwords from one address, then 429 for that account, even with the right one', async () => {
    const other = await openSite();
    try {
      for (let attempt = 0; attempt < 10; attempt += 1) await login({ accountId: chen, password: 'guess' }, other);
      const answer = await login({ accountId: chen, password: PASSWORD }, other);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(800);
      expect(await refusal(answer)).toEqual([429, 'too-many-attempts']);
      expect((await login({ accountId: 'sup.li', password: PASSWORD }, other)).status).toBe(201);
    } finally {
      await other.close();
    }
  });
});

describe('tokens', () => {
  it('given none, a changed one, an unsigned one, or one signed by somebody else, then 401', async () => {
    const token = await site.signIn('unit.zhao');
    const claims = { role: 'MSR', org: 'msr', epoch: 1 };
    const unsigned = new UnsecuredJWT(claims).setIssuer('gongguan').setAudience('gongguan').setSubject(chen).encode();
    const foreign = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('gongguan')
      .setAudience('gongguan')
      .setSubject(chen)
      .setExpirationTime('2h')
      .sign(new Uint8Array(32));
    const [header, , signature] = token.split('.');
    const changed = [header, Buffer.from(JSON.stringify({ ...claims, sub: chen })).toString('base64url'), signature];
    for (const bad of ['', 'a.b.c', changed.join('.'), unsigned, foreign, `${token}x`]) {
      expect((await me(bad)).status, bad).toBe(401);
    }
    expect((await site.call('GET', '/api/v1/me', { headers: { Authorization: `Basic ${token}` } })).status).toBe(401);
    expect((await site.call('GET', '/api/v1/me')).status).toBe(401);
  });

  it('given 12 hours gone by, then the session has ended, seen before or not', async () => {
    const [seen, unseen] = [await site.signIn('unit.zhao'), await site.signIn('expert.qian')];
    expect((await me(seen)).status).toBe(200);
    const before = site.clock.at;
    site.clock.at = '2024-03-20T14:00:01.000Z';
    try {
      expect(await refusal(await me(seen))).toEqual([401, 'token-expired']);
      expect(await refusal(await me(unseen))).toEqual([401, 'token-expired']);
    } finally {
      site.clock.at = before;
    }
  });
});

describe('passwords', () => {
  it('given one’s own and the current one, then it is set, and older sessions have ended', async () => {
    const token = await site.signIn('expert.qian');
    const change = { password: 'another good one', currentPassword: PASSWORD };
    expect((await setPassword('expert.qian', change, token)).status).toBe(204);
    expect(await refusal(await me(token))).toEqual([401, 'token-expired']);
    expect((await login({ accountId: 'expert.qian', password: 'another good one' })).status).toBe(201);
    expect((await login({ accountId: 'expert.qian', password: PASSWORD })).status).toBe(401);
  });

  it('given a wrong current one or none, then it is not set', async () => {
    const token = await site.signIn('unit.zhao');
    const password = 'another good one';
    expect((await setPassword('unit.zhao', { password, currentPassword: 'wrong' }, token)).status).toBe(401);
    expect(await refusal(await setPassword('unit.zhao', { password }, token))).toEqual([
      422,
      'current-password-needed',
    ]);
    expect((await me(token)).status).toBe(200);
  });

  it('given nine characters, then 422', async () => {
    const token = await site.signIn('unit.zhao');
    expect((await setPassword('unit.zhao', { password: '123456789', currentPassword: PASSWORD }, token)).status).toBe(
      422,
    );
  });

  it('given another account, then nobody sets it, whoever he is and whether it is there or not', async () => {
    const body = { password: 'set by the office', currentPassword: PASSWORD };
    const before = await site.store.head();
    for (const by of ['msr.chen', 'sup.li', 'unit.zhao']) {
      const token = await site.signIn(by);
      for (const other of ['expert.qian', 'nobody.here']) {
        expect(await refusal(await setPassword(other, body, token))).toEqual([403, 'own-password-only']);
      }
    }
    expect(await site.store.head()).toBe(before);
  });

  it('given one’s own, then that it was changed is on the log, and nothing of the password', async () => {
    const token = await site.signIn('unit.zhao');
    const change = { password: 'a secret of my own', currentPassword: PASSWORD };
    expect((await setPassword('unit.zhao', change, token)).status).toBe(204);
    const last = (await site.store.readStream(accountStream(accountIdSchema.parse('unit.zhao')), -1)).at(-1);
    expect(last).toMatchObject({
      type: 'account.password-set',
      data: { accountId: 'unit.zhao', means: 'holder' },
      meta: { actor: { accountId: 'unit.zhao', role: 'UNIT' } },
    });
    expect(`${last?.dataText}${last?.metaText}`).not.toMatch(/a secret|argon2/);
  });
});

describe('the identity provider (OpenID Connect)', () => {
  const audience = 'gongguan-api';
  let issuer: string;
  let provider: ReturnType<typeof createServer>;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let city: Site;

  beforeAll(async () => {
    keys = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256' };
    provider = createServer((req, res) => {
      const discovery = { issuer, jwks_uri: `${issuer}/keys` };
      res.setHeader('Content-Type', 'application/json');
      res.end(JSON.stringify(req.url === '/keys' ? { keys: [jwk] } : discovery));
    });
    await new Promise<void>(resolve => provider.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    city = await openSite({ oidc: { issuer, audience, accountClaim: 'preferred_username' } });
  });

  afterAll(async () => {
    await city.close();
    provider.closeAllConnections();
    provider.close();
  });

  const token = (
    claims: { account?: unknown; audience?: string; expires?: string; key?: typeof keys.privateKey } = {},
  ) =>
    new SignJWT({ preferred_username: claims.account ?? 'msr.chen' })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(issuer)
      .setAudience(claims.audience ?? audience)
      .setExpirationTime(new Date(claims.expires ?? '2024-03-20T03:00:00.000Z'))
      .sign(claims.key ?? keys.privateKey);

  it('given its token, then the account is the claim’s and the role is the one the log grants', async () => {
    expect(await (await me(await token(), {}, city)).json()).toMatchObject({ accountId: 'msr.chen', role: 'MSR' });
  });

  it('given a token for somebody else, an expired one, a forged one or an unknown account, then it is refused', async () => {
    const forged = await generateKeyPair('RS256');
    expect((await me(await token({ audience: 'other' }), {}, city)).status).toBe(401);
    expect(await refusal(await me(await token({ expires: '2024-03-20T01:00:00.000Z' }), {}, city))).toEqual([
      401,
      'token-expired',
    ]);
    expect((await me(await token({ key: forged.privateKey }), {}, city)).status).toBe(401);
    expect((await me(await token({ account: 42 }), {}, city)).status).toBe(401);
    expect((await me(await token({ account: 'nobody.here' }), {}, city)).status).toBe(403);
  });

  it('given several roles, then X-Acting-As says which', async () => {
    await city.record(accountStream(chen), second);
    expect((await me(await token(), {}, city)).status).toBe(409);
    const acting = await me(await token(), { 'X-Acting-As': 'SUP/sup' }, city);
    expect(await acting.json()).toMatchObject({ role: 'SUP', orgId: 'sup' });
    expect((await me(await token(), { 'X-Acting-As': 'EXPERT' }, city)).status).toBe(403);
  });

  it('given an account that has no local password, then no session of the provider gives it one', async () => {
    const place = '/api/v1/accounts/city.sun/password';
    const sun = accountIdSchema.parse('city.sun');
    const grant = { role: 'MSR', orgId: 'msr', orgName: '某单位', from: '2024-01-01' } as const;
    const name = { subject: 'account-city.sun', sealed: 'x'.repeat(40) };
    await city.record(accountStream(sun), accountRegistered.of({ accountId: sun, name, grant }));
    const body = { password: 'whatever comes along', currentPassword: 'anything' };
    const answer = await city.call('POST', place, { token: await token({ account: sun }), body });
    expect(await refusal(answer)).toEqual([409, 'reset-code-needed']);
    expect((await login({ accountId: sun, password: body.password }, city)).status).toBe(401);
  });

  it('given a provider that cannot be reached, then 503, not 401', async () => {
    const away = await openSite({ oidc: { issuer: 'http://127.0.0.1:9', audience, accountClaim: 'sub' } });
    try {
      const lost = await new SignJWT({})
        .setProtectedHeader({ alg: 'RS256' })
        .setIssuer('http://127.0.0.1:9')
        .sign(keys.privateKey);
      expect((await me(lost, {}, away)).status).toBe(503);
    } finally {
      await away.close();
    }
  });
});
