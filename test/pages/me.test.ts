/** 我的账户 by pages: the second factor, the password, the sessions, who is kept out and what he can do. */
import { hash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  accountHolderRenamed,
  accountStream,
  credentialResetOrdered,
  resetCodeIssued,
  roleGranted,
} from '../../events/account.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { openSite, PASSWORD, type Site } from '../http/support.ts';

let site: Site;
beforeEach(async () => {
  site = await openSite({ secondFactorFor: ['MSR', 'SUP'] });
});
afterEach(() => site.close());

/** A browser: it keeps its cookies, and goes where it is led when told. */
function browser(from = '127.0.0.1') {
  const kept = new Map<string, string>();
  async function ask(method: string, path: string, fields?: Record<string, string>) {
    const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${site.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { cookie, 'x-forwarded-for': from },
      ...(fields && { body: new URLSearchParams(fields) }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') kept.delete(name);
      else kept.set(name, value);
    }
    return { status: answer.status, to: answer.headers.get('location'), html: await answer.text() };
  }
  return {
    kept,
    open: (path: string) => ask('GET', path),
    post: (path: string, fields: Record<string, string> = {}) => ask('POST', path, fields),
    signIn: (accountId: string, more: Record<string, string> = {}) =>
      ask('POST', '/sign-in', { accountId, password: PASSWORD, ...more }),
  };
}
type Browser = ReturnType<typeof browser>;

const secretIn = (html: string) => /<span class="hash">([A-Z2-7 ]+)</.exec(html)?.[1]?.replaceAll(' ', '') ?? '';
const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.parse(site.clock.at) });
function wait(seconds: number): void {
  site.clock.at = new Date(Date.parse(site.clock.at) + seconds * 1_000).toISOString();
}

/** Sets a factor up by pages, half a minute later. */
async function setUp(at: Browser) {
  const { html } = await at.post('/me/second-factor', { currentPassword: PASSWORD });
  const secret = secretIn(html);
  const confirmed = await at.post('/me/second-factor/confirmation', { code: codeOf(secret), to: '/supervision' });
  wait(30);
  return { secret, confirmed, recovery: confirmed.html.match(/[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}/g) ?? [] };
}

describe('制度 somebody whose role needs a second factor that he has not set up', () => {
  it('is led to it, does nothing else before, and goes on from there to where he wanted', async () => {
    const at = browser();
    expect((await at.signIn('sup.li', { to: '/me' })).to).toBe('/me/second-factor?to=%2Fme');
    expect((await at.open('/me')).to).toBe('/me/second-factor?to=%2Fme');
    expect((await at.open('/me/password')).to).toBe('/me/second-factor?to=%2Fme%2Fpassword');
    for (const path of ['/me/sessions/end-all', '/me/password']) {
      expect((await at.post(path)).to, 'what was posted is not read again').toBe('/me/second-factor');
    }
    const page = await at.open('/me/second-factor?to=%2Fme');
    expect(page.html).toContain('您的角色须有第二因素');
    expect(page.html).toContain('name="to" value="/me"');
    const { confirmed, recovery } = await setUp(at);
    expect(confirmed.html).toContain('href="/supervision"');
    expect(recovery).toHaveLength(10);
    expect((await at.open('/me')).status).toBe(200);
  });

  it('given it is set up, then the page shows a code to scan, and neither secret nor codes a second time', async () => {
    const at = browser();
    await at.signIn('sup.li');
    const started = await at.post('/me/second-factor', { currentPassword: PASSWORD });
    expect(started.html).toContain('<svg class="qr"');
    const secret = secretIn(started.html);
    expect(secret).toHaveLength(32);
    const wrong = await at.post('/me/second-factor/confirmation', { code: '000000' });
    expect([wrong.status, wrong.html.includes('role="alert"')]).toEqual([401, true]);
    expect(wrong.html).not.toContain(secret.slice(0, 4));
    expect((await at.post('/me/second-factor/confirmation', { code: codeOf(secret) })).html).toContain('恢复码');
    expect((await at.open('/me/second-factor')).html).not.toContain('class="hash"');
  });

  it('given a wrong or no password, then no secret is given', async () => {
    const at = browser();
    await at.signIn('sup.li');
    const wrong = await at.post('/me/second-factor', { currentPassword: 'a wrong guess' });
    expect([wrong.status, secretIn(wrong.html)]).toEqual([401, '']);
    expect(wrong.html).toContain('当前密码不对');
    expect((await at.post('/me/second-factor')).status).toBe(422);
  });
});

describe('signing in with a second factor', () => {
  it('given the code as the authenticator sets it, or a recovery code, then in; given neither, then not', async () => {
    const first = browser();
    await first.signIn('sup.li');
    const { secret, recovery } = await setUp(first);
    expect((await browser().signIn('sup.li')).status).toBe(401);
    const code = codeOf(secret);
    expect((await browser().signIn('sup.li', { code: `${code.slice(0, 3)} ${code.slice(3)}` })).status).toBe(303);
    const [one = ''] = recovery;
    expect((await browser().signIn('sup.li', { code: one.toLowerCase() })).status).toBe(303);
    expect((await browser().signIn('sup.li', { code: one })).status, 'each is good once').toBe(401);
  });

  it('given a code, then the holder removes it, and is led to it again', async () => {
    const at = browser();
    await at.signIn('sup.li');
    const { secret } = await setUp(at);
    expect((await at.post('/me/second-factor/removal')).status).toBe(401);
    expect((await at.post('/me/second-factor/removal', { code: codeOf(secret) })).to).toBe('/me/second-factor');
    expect((await browser().signIn('sup.li')).to).toBe('/me/second-factor');
  });
});

describe('choosing a role', () => {
  const both = accountIdSchema.parse('unit.zhao');
  beforeEach(() => {
    const grant = { role: 'MSR', orgId: 'msr', orgName: '市局', from: '2024-01-01' } as const;
    return site.record(accountStream(both), roleGranted.of({ accountId: both, grant }));
  });

  it('given a role that needs a second factor, then it is set up first; the other role needs none', async () => {
    const at = browser();
    expect((await at.signIn('unit.zhao')).to).toBe('/me/role');
    expect((await at.post('/me/role', { grant: 'MSR/msr' })).to).toBe('/me/second-factor');
    expect((await at.open('/me')).to).toBe('/me/second-factor?to=%2Fme');
    await at.post('/me/role', { grant: 'UNIT/91120000000000000X' });
    expect((await at.open('/me')).status).toBe(200);
  });

  it('given a session that was to end, then the one in another role ends when that would have', async () => {
    const at = browser();
    await at.signIn('unit.zhao');
    wait(11 * 3_600);
    await at.post('/me/role', { grant: 'MSR/msr' });
    expect((await at.open('/me')).to).toBe('/me/second-factor?to=%2Fme');
    wait(3_600);
    expect((await at.open('/me')).to).toBe('/sign-in?to=%2Fme');
  });
});

describe('the head of a page', () => {
  it('greets the reader by his name and his organisation', async () => {
    const at = browser();
    await at.signIn('unit.zhao');
    const { html } = await at.open('/me');
    expect(html).toMatch(/<a href="\/me">张三 · 某单位（申报单位）<\/a>/);
    expect((await browser().open('/')).html).not.toContain('张三');
  });

  it('given another name since, then that', async () => {
    const accountId = accountIdSchema.parse('unit.zhao');
    const name = await (await createVault(site.keyStore)).seal(`account-${accountId}`, '李四');
    const since = { changedOn: '2024-03-01', document: '户口簿变更记录' };
    await site.record(accountStream(accountId), accountHolderRenamed.of({ accountId, name, ...since }));
    const at = browser();
    await at.signIn('unit.zhao');
    expect((await at.open('/me')).html).toContain('李四 · 某单位');
  });
});

describe('the password', () => {
  it('given a new one, then all sessions have ended, and it lets him in', async () => {
    const [at, elsewhere] = [browser(), browser()];
    await at.signIn('unit.zhao');
    await elsewhere.signIn('unit.zhao');
    const password = '海河 another horse 7';
    const changed = await at.post('/me/password', { currentPassword: PASSWORD, password, again: password });
    expect([changed.status, changed.html.includes('>登录</a>')]).toEqual([200, true]);
    expect([...at.kept.keys()]).toEqual([expect.stringContaining('device')]);
    expect((await elsewhere.open('/me')).to).toBe('/sign-in?to=%2Fme');
    expect((await browser().signIn('unit.zhao')).status).toBe(401);
    expect((await browser().signIn('unit.zhao', { password })).status).toBe(303);
  });

  it.each([
    [{ currentPassword: 'wrong guess', password: 'abcdefghijkl', again: 'abcdefghijkl' }, 401, '当前密码不对'],
    [{ currentPassword: PASSWORD, password: 'short', again: 'short' }, 422, '至少 10 个字符'],
    [{ currentPassword: PASSWORD, password: 'abcdefghijkl', again: 'abcdefghijkm' }, 422, '两次填写的新密码不同'],
    [{ currentPassword: PASSWORD, password: 'qwertyuiop', again: 'qwertyuiop' }, 422, '常用密码表'],
    [{ password: 'abcdefghijkl', again: 'abcdefghijkl' }, 422, '请填写各项'],
  ] as const)('given %j, then %d: %s', async (fields, status, words) => {
    const at = browser();
    await at.signIn('unit.zhao');
    const answer = await at.post('/me/password', fields);
    expect([answer.status, answer.html.includes(words)]).toEqual([status, true]);
    expect(answer.html).not.toContain(fields.password);
    expect((await at.open('/me')).status).toBe(200);
  });

  it('given the code of a reset, then whoever has it sets his password, once; a wrong code tells nothing', async () => {
    const accountId = accountIdSchema.parse('unit.zhao');
    const resetId = 'reset1a2b';
    const ordered = credentialResetOrdered.of({ accountId, resetId, needsSecondPerson: false, reason: '遗忘密码' });
    const issued = resetCodeIssued.of({ accountId, resetId, expiresAt: '2024-03-20T03:00:00.000Z' });
    await site.record(accountStream(accountId), ordered, issued);
    const code = await site.identity.makeResetCode(accountId, resetId);
    const password = '海河 another horse 7';
    const set = (account: string, given: string) =>
      browser().post('/set-password', { accountId: account, code: given, password, again: password });
    const [wrong, nobody] = [await set('unit.zhao', 'AAAA-AAAA'), await set('nobody.here', 'AAAA-AAAA')];
    expect([wrong.status, nobody.status]).toEqual([403, 403]);
    expect(wrong.html.replaceAll('unit.zhao', '')).toBe(nobody.html.replaceAll('nobody.here', ''));
    expect((await set('unit.zhao', code)).status).toBe(200);
    expect((await set('unit.zhao', code)).status).toBe(403);
    expect((await browser().signIn('unit.zhao', { password })).status).toBe(303);
  });
});

describe('the sessions', () => {
  it('then he sees his own, and ends one or all', async () => {
    const [at, elsewhere] = [browser(), browser()];
    await elsewhere.signIn('unit.zhao');
    await at.signIn('unit.zhao');
    const { html } = await at.open('/me');
    const id = /name="sessionId" value="([^"]+)"/.exec(html)?.[1] ?? '';
    expect((await at.post('/me/sessions/end', { sessionId: id })).to).toBe('/me');
    expect((await elsewhere.open('/me')).status).toBe(303);
    expect((await at.post('/me/sessions/end-all')).to).toBe('/sign-in');
    expect([...at.kept.keys()]).toEqual([expect.stringContaining('device')]);
    expect((await at.open('/me')).status).toBe(303);
  });

  it('given a session of somebody else, then it is not there, and goes on', async () => {
    const [at, other] = [browser(), browser()];
    await other.signIn('expert.qian');
    await at.signIn('unit.zhao');
    const [session] = await site.identity.sessionsOf(accountIdSchema.parse('expert.qian'));
    expect((await at.post('/me/sessions/end', { sessionId: session?.id ?? '' })).status).toBe(404);
    expect((await other.open('/me')).status).toBe(200);
  });

  it('given attempts by others, then he is told when he signs in', async () => {
    for (let n = 0; n < 3; n += 1) await browser().signIn('unit.zhao', { password: 'a wrong guess' });
    const at = browser();
    await at.signIn('unit.zhao');
    expect((await at.open('/me')).html).toContain('3 次以本账户登录未成功');
  });
});

describe('制度 whom attempts keep out', () => {
  const guess = async (times: number, at = browser()) => {
    for (let n = 0; n < times; n += 1) await at.signIn('unit.zhao', { password: 'a wrong guess' });
  };

  it('given nobody who has signed in from there, then he is told for how long, and that a code lets him in', async () => {
    await guess(10);
    const refused = await browser().signIn('unit.zhao');
    expect(refused.status).toBe(429);
    expect(refused.html).toContain('15 分钟后再试');
    expect(refused.html).toContain('name="unlockCode"');
    const { code } = await site.identity.issueUnlockCode(accountIdSchema.parse('unit.zhao'));
    expect((await browser().signIn('unit.zhao', { unlockCode: code })).status).toBe(303);
  });

  it('given a browser that has signed in before, then nobody else uses up its attempts', async () => {
    const at = browser();
    await at.signIn('unit.zhao');
    await at.post('/sign-out');
    await guess(10);
    expect((await browser().signIn('unit.zhao')).status, 'a stranger from there').toBe(429);
    expect((await at.signIn('unit.zhao')).status).toBe(303);
  });

  it('given the device of another account, then it is of no use', async () => {
    const at = browser();
    await at.signIn('expert.qian');
    await at.post('/sign-out');
    const [name = '', device = ''] = [...at.kept][0] ?? [];
    await guess(10);
    at.kept.set(name.replace(/.{16}$/, hash('sha256', 'unit.zhao').slice(0, 16)), device);
    expect((await at.signIn('unit.zhao')).status).toBe(429);
  });
});

describe('over TLS', () => {
  it('given a cookie that another host of the domain could set, then it is nobody’s', async () => {
    await site.close();
    site = await openSite({ isSecure: true });
    const token = await site.signIn('unit.zhao');
    const asked = (cookie: string) => fetch(`${site.url}/me`, { redirect: 'manual', headers: { cookie } });
    expect((await asked(`gongguan=${token}`)).status).toBe(303);
    expect((await asked(`__Host-gongguan=${token}`)).status).toBe(200);
  });
});
