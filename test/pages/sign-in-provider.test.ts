/** Signing in by a page at the city’s identity provider: a real one, by the code flow, as a browser goes through it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../http/authorisation-site.ts';

const PUBLIC = 'http://gongguan.test';
const CLIENT = { client_id: 'gongguan', client_secret: 'a secret of the test alone' };
const LOGIN = '/login/';

let server: Server;
let issuer: string;
let site: Site;
/** Whom the provider knows at the keyboard; nobody: he turns back. */
let whom: string | undefined;

beforeAll(async () => {
  server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: [`${PUBLIC}/sign-in/provider/return`] }],
    jwks: { keys: [{ ...(await exportJWK(keys.privateKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['for the test alone'] },
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `${LOGIN}${uid}` },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: `subject-of-${accountId}`, preferred_username: accountId.replace('subject-of-', '') }),
    }),
    async loadExistingGrant({ oidc }) {
      const { clientId } = oidc.client as { clientId: string };
      const { accountId } = oidc.session as { accountId: string };
      const grant = new provider.Grant({ clientId, accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (req, res) => {
    if (!req.url?.startsWith(LOGIN)) return answer(req, res);
    const result = whom === undefined ? { error: 'access_denied' } : { login: { accountId: `subject-of-${whom}` } };
    return provider.interactionFinished(req, res, result);
  });
  site = await openSite({
    environment: {
      GONGGUAN_PUBLIC_ADDRESS: PUBLIC,
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: 'gongguan-api',
      OIDC_CLIENT_ID: CLIENT.client_id,
      OIDC_CLIENT_SECRET: CLIENT.client_secret,
    },
  });
  await site.signIn('the-supervisor', { role: 'SUP', orgId: 'sup' });
  await site.signIn('both', { role: 'SUP', orgId: 'sup' }, { role: 'UNIT', orgId: '91120116MA05000011' });
});
afterAll(async () => {
  await site.close();
  server.closeAllConnections();
  server.close();
});

/** A browser: it keeps cookies, and goes where it is sent. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async open(address: string): Promise<Response> {
    const asked = new URL(address.startsWith(PUBLIC) ? address.replace(PUBLIC, site.url) : address, site.url);
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(asked, { redirect: 'manual', headers: { cookie, accept: 'text/html' } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(set)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  /** Follows what sends it on until it is sent to an address that has `part`; that address. */
  async sentTo(part: string, from: string): Promise<string> {
    let at = from;
    for (let hops = 0; hops < 10; hops += 1) {
      const answer = await this.open(at);
      const next = answer.headers.get('location');
      if (next === null) throw new Error(`${at} answered ${answer.status}: ${await answer.text()}`);
      at = new URL(next, at.startsWith('/') ? site.url : at).href;
      if (at.includes(part)) return at;
    }
    throw new Error(`never sent to ${part}`);
  }
}

const RETURN = '/sign-in/provider/return';

describe('signing in at the identity provider', () => {
  it('is offered on the page of signing in, and keeps where somebody wanted to go', async () => {
    const html = await (await new Browser().open('/sign-in?to=/supervision/trail')).text();
    expect(html).toContain('href="/sign-in/provider?to=%2Fsupervision%2Ftrail"');
    expect(html).toContain('用统一身份认证登录');
  });

  it('given who is let in there, then a session here, as what the log grants him, where he wanted to go', async () => {
    whom = 'the-supervisor';
    const browser = new Browser();
    const back = await browser.sentTo(RETURN, '/sign-in/provider?to=/supervision/health');
    const answer = await browser.open(back);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/supervision/health']);
    expect((await browser.open('/supervision/health')).status).toBe(200);
    expect(answer.headers.getSetCookie().join()).not.toContain('eyJhbGciOiJSUzI1NiI');
  });

  it('asks with PKCE, state and nonce, each new each time', async () => {
    const asked = async () => new URL((await new Browser().open('/sign-in/provider')).headers.get('location') ?? '');
    const [one, other] = [await asked(), await asked()];
    expect(one.origin).toBe(issuer);
    expect(one.searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'state', 'nonce']) {
      expect(one.searchParams.get(name)?.length).toBeGreaterThan(20);
      expect(one.searchParams.get(name)).not.toBe(other.searchParams.get(name));
    }
  });

  it('given several roles, then he chooses one', async () => {
    whom = 'both';
    const browser = new Browser();
    const answer = await browser.open(await browser.sentTo(RETURN, '/sign-in/provider'));
    expect(answer.headers.get('location')).toBe('/me/role');
  });

  const refusedBy = async (answer: Response) => {
    expect(answer.headers.getSetCookie().join()).not.toMatch(/gongguan=[^;]/);
    return [answer.status, (await answer.text()).includes('role="alert"')];
  };

  it('given another browser than the one that began, then it is refused: nobody is signed in as somebody else', async () => {
    whom = 'the-supervisor';
    const back = await new Browser().sentTo(RETURN, '/sign-in/provider');
    expect(await refusedBy(await new Browser().open(back))).toEqual([401, true]);
    const other = new Browser();
    await other.open('/sign-in/provider');
    expect(await refusedBy(await other.open(back))).toEqual([401, true]);
  });

  it('given the same answer again, then it is refused', async () => {
    whom = 'the-supervisor';
    const browser = new Browser();
    const back = await browser.sentTo(RETURN, '/sign-in/provider');
    await browser.open(back);
    expect((await browser.open(back)).status).toBe(401);
  });

  it.each(['code', 'state', 'iss'])('given an answer whose %s was altered, then it is refused', async name => {
    whom = 'the-supervisor';
    const browser = new Browser();
    const back = new URL(await browser.sentTo(RETURN, '/sign-in/provider'));
    back.searchParams.set(name, 'https://elsewhere.example');
    expect(await refusedBy(await browser.open(back.href))).toEqual([401, true]);
  });

  it('given that he turned back there, then he is told, and can try again', async () => {
    whom = undefined;
    const browser = new Browser();
    const answer = await browser.open(await browser.sentTo(RETURN, '/sign-in/provider?to=/supervision'));
    const html = await answer.text();
    expect(answer.status).toBe(401);
    expect(html).toContain('统一身份认证没有通过');
    expect(html).toContain('href="/sign-in/provider?to=%2Fsupervision"');
  });

  it('given an account without a role, then it is refused', async () => {
    whom = 'nobody.here';
    const browser = new Browser();
    const answer = await browser.open(await browser.sentTo(RETURN, '/sign-in/provider'));
    expect(await refusedBy(answer)).toEqual([403, true]);
  });

  it.each(['//evil.example', 'https://evil.example/'])('given %s to go to, then home', async to => {
    whom = 'the-supervisor';
    const browser = new Browser();
    const back = await browser.sentTo(RETURN, `/sign-in/provider?to=${encodeURIComponent(to)}`);
    expect((await browser.open(back)).headers.get('location')).toBe('/');
  });
});

describe('an installation', () => {
  it('given no client of a provider, then it is neither offered nor there', async () => {
    const plain = await openSite({ environment: { OIDC_ISSUER: issuer, OIDC_AUDIENCE: 'gongguan-api' } });
    try {
      expect(await (await fetch(`${plain.url}/sign-in`)).text()).not.toContain('统一身份认证');
      expect((await fetch(`${plain.url}/sign-in/provider`)).status).toBe(404);
    } finally {
      await plain.close();
    }
  });

  it('given a provider that cannot be reached, then 503', async () => {
    const away = await openSite({
      environment: { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_AUDIENCE: 'gongguan-api', OIDC_CLIENT_ID: 'gongguan' },
    });
    try {
      expect((await fetch(`${away.url}/sign-in/provider`, { redirect: 'manual' })).status).toBe(503);
    } finally {
      await away.close();
    }
  });
});
