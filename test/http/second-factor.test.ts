/** 动态口令: set up, asked for, used once, lost; and what a role that needs it may do without (D-45, a house rule). */
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountStream, credentialResetOrdered, passwordSet, resetCodeIssued } from '../../events/account.ts';
import { accountIdSchema } from '../../events/ids.ts';
import * as account from '../../services/account/http.ts';
import { commands, openSite, PASSWORD, type Site, work } from './support.ts';

let site: Site;

beforeEach(async () => {
  site = await openSite({ secondFactorFor: ['MSR', 'SUP'], commands: [...commands, ...account.routes] });
});
afterEach(() => site.close());

const chen = accountIdSchema.parse('msr.chen');
const api = (path: string) => `/api/v1${path}`;
const post = (path: string, token: string, body: object = {}) => site.call('POST', api(path), { token, body });
const enter = (accountId: string, proof: object = {}) =>
  site.call('POST', api('/sessions'), { body: { accountId, password: PASSWORD, ...proof } });
const bodyOf = async <T>(answer: Response) => (await answer.json()) as T;
const tokenOf = async (answer: Response) => (await bodyOf<{ token: string }>(answer)).token;
const refusal = async (answer: Response) => [answer.status, (await bodyOf<{ code: string }>(answer)).code];

const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.parse(site.clock.at) });

function wait(seconds: number): void {
  site.clock.at = new Date(Date.parse(site.clock.at) + seconds * 1_000).toISOString();
}

/** A confirmed factor of an account, half a minute later. */
async function setUp(accountId: string) {
  const token = await tokenOf(await enter(accountId));
  const { secret } = await bodyOf<{ secret: string }>(
    await post('/me/second-factor', token, { currentPassword: PASSWORD }),
  );
  const confirmed = await post('/me/second-factor/confirmation', token, { code: codeOf(secret) });
  const { recoveryCodes } = await bodyOf<{ recoveryCodes: readonly [string, string] }>(confirmed);
  wait(30);
  return { token, secret, recoveryCodes };
}

const typesOf = async (id: string) =>
  (await site.store.readStream(accountStream(accountIdSchema.parse(id)), -1)).map(({ type }) => type);

describe('制度 a role that needs a second factor', () => {
  it('given an account without one, then its session is good for nothing but setting one up, and then whole', async () => {
    const opened = await enter('msr.chen');
    const { token, limited } = await bodyOf<{ token: string; limited: boolean }>(opened.clone());
    expect(limited).toBe(true);
    const refused = [403, 'second-factor-to-be-enrolled'];
    expect(await refusal(await post('/organising-work', token, work))).toEqual(refused);
    for (const path of ['/events', '/sessions', '/policies', '/bulletins']) {
      expect(await refusal(await site.call('GET', api(path), { token })), path).toEqual(refused);
    }
    expect((await site.call('GET', api('/me'), { token })).status).toBe(200);
    const enrolled = await post('/me/second-factor', token, { currentPassword: PASSWORD });
    const { secret } = await bodyOf<{ secret: string }>(enrolled);
    expect((await post('/me/second-factor/confirmation', token, { code: codeOf(secret) })).status).toBe(200);
    expect((await post('/organising-work', token, work)).status).toBe(201);
  });

  it('given a role that needs none, then it is asked for only where its holder has set one up', async () => {
    const token = await tokenOf(await enter('unit.zhao'));
    expect((await site.call('GET', api('/sessions'), { token })).status).toBe(200);
    await setUp('unit.zhao');
    expect(await refusal(await enter('unit.zhao'))).toEqual([401, 'second-factor-missing']);
  });
});

describe('signing in with it', () => {
  it('given the code, then once; given none, a wrong one, or a used one, then not', async () => {
    const { secret } = await setUp('msr.chen');
    expect(await refusal(await enter('msr.chen'))).toEqual([401, 'second-factor-missing']);
    const code = codeOf(secret);
    expect(await refusal(await enter('msr.chen', { code: code === '000000' ? '111111' : '000000' }))).toEqual([
      401,
      'second-factor-wrong',
    ]);
    const opened = await enter('msr.chen', { code });
    expect(opened.status).toBe(201);
    expect(await bodyOf(opened)).toMatchObject({ limited: false });
    expect(await refusal(await enter('msr.chen', { code }))).toEqual([401, 'second-factor-wrong']);
    wait(30);
    expect((await enter('msr.chen', { code: codeOf(secret) })).status).toBe(201);
  });

  it('given guesses at the code by somebody who has the password, then they are slowed down and on record', async () => {
    await setUp('msr.chen');
    for (let n = 0; n < 10; n += 1) await enter('msr.chen', { code: '000000' });
    expect(await refusal(await enter('msr.chen', { code: '000000' }))).toEqual([429, 'too-many-attempts']);
    const listed = await site.signIns.signIns({ accountId: chen, outcome: 'wrong-second-factor', limit: 10 });
    expect(listed).toMatchObject([{ count: 10 }]);
  });

  it('given a recovery code, then it lets in once', async () => {
    const { recoveryCodes } = await setUp('msr.chen');
    const [recoveryCode] = recoveryCodes;
    expect((await enter('msr.chen', { recoveryCode })).status).toBe(201);
    expect(await refusal(await enter('msr.chen', { recoveryCode }))).toEqual([401, 'second-factor-wrong']);
  });

  it('given it is confirmed, then the sessions that were opened without it have ended', async () => {
    const before = await tokenOf(await enter('unit.zhao'));
    const { token } = await setUp('unit.zhao');
    expect((await site.call('GET', api('/me'), { token: before })).status).toBe(401);
    expect((await site.call('GET', api('/me'), { token })).status).toBe(200);
  });
});

describe('制度 setting it up and removing it', () => {
  it('then both are on the log, without a secret', async () => {
    const { token, secret } = await setUp('msr.chen');
    wait(30);
    expect((await post('/me/second-factor/removal', token, { code: codeOf(secret) })).status).toBe(204);
    expect((await typesOf('msr.chen')).slice(1)).toEqual([
      'account.second-factor-enrolled',
      'account.second-factor-confirmed',
      'account.second-factor-removed',
    ]);
    const text = JSON.stringify(await site.store.readStream(accountStream(chen), -1));
    expect(text).not.toContain(secret);
    expect(await bodyOf(await enter('msr.chen'))).toMatchObject({ limited: true });
  });

  it('given a session alone, without password or code, then it is neither set up nor removed', async () => {
    const open = await tokenOf(await enter('unit.zhao'));
    expect(await refusal(await post('/me/second-factor', open, { currentPassword: 'a wrong guess' }))).toEqual([
      401,
      'login-failed',
    ]);
    const { token } = await setUp('unit.zhao');
    expect(await refusal(await post('/me/second-factor/removal', token))).toEqual([401, 'second-factor-missing']);
    expect(await refusal(await post('/me/second-factor/removal', token, { code: '000000' }))).toEqual([
      401,
      'second-factor-wrong',
    ]);
    expect(await refusal(await post('/me/second-factor', token, { currentPassword: PASSWORD }))).toEqual([
      409,
      'second-factor-exists',
    ]);
  });

  it('given it was lost, then two administrators remove it, one asking and another confirming, and sessions end', async () => {
    await site.close();
    site = await openSite({ commands: [...commands, ...account.routes] });
    const { token } = await setUp('unit.zhao');
    const chenToken = await tokenOf(await enter('msr.chen'));
    const reset = '/accounts/unit.zhao/second-factor-reset';
    expect((await post(reset, chenToken, { reason: '手机遗失' })).status).toBe(200);
    expect(await refusal(await post(`${reset}/confirmation`, chenToken))).toEqual([403, 'same-person']);
    const wang = await site.register('msr.wang', 'MSR', 'msr').then(() => site.signIn('msr.wang'));
    expect((await post(`${reset}/confirmation`, wang)).status).toBe(200);
    expect((await site.call('GET', api('/me'), { token })).status).toBe(401);
    expect((await enter('unit.zhao')).status).toBe(201);
  });
});

describe('制度 a password that was set with the code of a reset', () => {
  const resetId = 'r2k7m4c9';
  const provisional = passwordSet.of({ accountId: chen, means: 'reset-code', resetId, provisional: true });
  const resetAt = (at: string) =>
    [
      credentialResetOrdered.of({ accountId: chen, resetId, needsSecondPerson: true, reason: '遗忘密码' }),
      resetCodeIssued.of({ accountId: chen, resetId, expiresAt: '2024-03-20T03:00:00.000Z' }),
      provisional,
    ].map(draft => ({ draft, at }));

  it('given a second factor older than it, then signing in with its code confirms it, and a recovery code does not', async () => {
    const { secret, recoveryCodes } = await setUp('msr.chen');
    await site.record(accountStream(chen), ...resetAt('2024-03-20T04:00:00.000Z'));
    site.clock.at = '2024-03-20T05:00:00.000Z';
    await enter('msr.chen', { recoveryCode: recoveryCodes[0] });
    expect(await typesOf('msr.chen')).not.toContain('account.credential-confirmed');
    await enter('msr.chen', { code: codeOf(secret) });
    expect((await typesOf('msr.chen')).at(-1)).toBe('account.credential-confirmed');
  });

  it('given one that was set up after it, then it confirms nothing', async () => {
    await site.record(accountStream(chen), ...resetAt('2024-03-20T01:00:00.000Z'));
    const { secret } = await setUp('msr.chen');
    expect((await enter('msr.chen', { code: codeOf(secret) })).status).toBe(201);
    expect(await typesOf('msr.chen')).not.toContain('account.credential-confirmed');
  });
});
