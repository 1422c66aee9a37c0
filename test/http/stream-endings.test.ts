/** A stream ends at once with the right by which it was opened, and says why; nothing of what comes after is told. */
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountStream, roleRevoked } from '../../events/account.ts';
import type { AccountId } from '../../events/ids.ts';
import { endingWith } from '../../infra/ending.ts';
import { SEEN_MS } from '../../infra/identity/sessions.ts';
import { routes } from '../../services/account/http.ts';
import { commands, disabled, openSite, PASSWORD, type Site } from './support.ts';

const ACCOUNT = 'sup.wang' as AccountId;
const HELD = { role: 'SUP', orgId: 'sup' } as const;
/** Within this time it is found out what happens without a word; as the clock here stands still, nothing else is. */
const ELSEWHERE_MS = SEEN_MS + 2_000;

let site: Site;
beforeEach(async () => {
  site = await openSite({ commands: [...commands, ...routes] });
  await site.register(ACCOUNT, HELD.role, HELD.orgId);
});
afterEach(() => site.close());

/** A stream that has caught up, and what it tells from then on to its end. */
async function openStream(token: string) {
  const answer = await site.call('GET', '/api/v1/events/stream', { token });
  const reader = (answer.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async () => {
    const { value, done } = await reader.read();
    text += value ?? '';
    return !done;
  };
  while (!text.includes('caught-up')) await next();
  const rest = (async () => {
    const from = text.length;
    while (await next());
    return text.slice(from);
  })();
  return { rest };
}

const ended = (code: string) => `event: end\ndata: {"code":"${code}"}\n\n`;

async function keyOf(token: string): Promise<string> {
  const body = { system: '大屏', scopes: ['events'], lastDay: '2024-12-31' };
  const answer = await site.call('POST', `/api/v1/accounts/${ACCOUNT}/api-keys`, { token, body });
  return ((await answer.json()) as { apiKey: string }).apiKey;
}

const revoked = (lastDay: string) => roleRevoked.of({ accountId: ACCOUNT, ...HELD, lastDay, reason: '调离。' });

type Way = (using: string, session: string) => Promise<unknown>;

const ENDINGS: readonly (readonly [string, string, Way])[] = [
  ['his role is taken away', 'role-not-held', () => site.record(accountStream(ACCOUNT), revoked('2024-03-19'))],
  ['his account is disabled', 'role-not-held', () => site.record(accountStream(ACCOUNT), disabled(ACCOUNT))],
  [
    'he signs out',
    'session-ended',
    using => site.call('POST', '/api/v1/sessions/current/end', { token: using, body: {} }),
  ],
  ['his session is ended from another device', 'session-ended', () => site.identity.endSessionsOf(ACCOUNT)],
  [
    'he sets another password',
    'session-ended',
    using =>
      site.call('POST', `/api/v1/accounts/${ACCOUNT}/password`, {
        token: using,
        body: { currentPassword: PASSWORD, password: '另一个足够长的口令 battery' },
      }),
  ],
  ['his second factor is removed by two others', 'session-ended', () => site.identity.removeSecondFactor(ACCOUNT)],
];

const OF_KEYS: readonly (readonly [string, string, Way])[] = [
  [
    'it is revoked',
    'key-not-in-force',
    (using, session) =>
      site.call('POST', `/api/v1/accounts/${ACCOUNT}/api-keys/${using.split('_')[1]}/revocation`, {
        token: session,
        body: { reason: '停用' },
      }),
  ],
  ['its holder loses his role', 'role-not-held', () => site.record(accountStream(ACCOUNT), revoked('2024-03-19'))],
  ['its holder is disabled', 'key-not-in-force', () => site.record(accountStream(ACCOUNT), disabled(ACCOUNT))],
];

describe('a stream by a session', () => {
  it.each(ENDINGS)('given %s, then it ends at once: %s', async (_what, code, way) => {
    const token = await site.signIn(ACCOUNT);
    const { rest } = await openStream(token);
    await way(token, token);
    expect((await rest).endsWith(ended(code))).toBe(true);
  });

  it('given it was opened by a ticket, then it ends with the session that asked for the ticket', async () => {
    const token = await site.signIn(ACCOUNT);
    const issued = await site.call('POST', '/api/v1/events/tickets', { token });
    const { ticket } = (await issued.json()) as { ticket: string };
    const answer = await site.call('GET', `/api/v1/events/stream?ticket=${ticket}`);
    await site.call('POST', '/api/v1/sessions/end', { token, body: {} });
    expect(await answer.text()).toMatch(ended('session-ended'));
  });

  it(
    'given another process has ended it, then it ends within seconds though nothing happens',
    async () => {
      const { rest } = await openStream(await site.signIn(ACCOUNT));
      await site.signIns.endSessionsOf(ACCOUNT);
      // What it knows of the session is too old by now.
      site.clock.at = new Date(Date.parse(site.clock.at) + SEEN_MS).toISOString();
      expect(await rest).toBe(ended('session-ended'));
    },
    ELSEWHERE_MS + 5_000,
  );

  it(
    'given its twelve hours are over, then it ends though nothing happens',
    async () => {
      const { rest } = await openStream(await site.signIn(ACCOUNT));
      site.clock.at = '2024-03-20T14:00:01.000Z';
      expect(await rest).toBe(ended('session-ended'));
    },
    ELSEWHERE_MS + 5_000,
  );
});

describe('a stream by a key', () => {
  it.each(OF_KEYS)('given %s, then it ends at once: %s', async (_what, code, way) => {
    const session = await site.signIn(ACCOUNT);
    const key = await keyOf(session);
    const { rest } = await openStream(key);
    await way(key, session);
    expect((await rest).endsWith(ended(code))).toBe(true);
  });

  it(
    'given its last day is over, then it ends though nothing happens',
    async () => {
      const { rest } = await openStream(await keyOf(await site.signIn(ACCOUNT)));
      site.clock.at = '2025-01-01T00:00:00.000Z';
      expect(await rest).toBe(ended('key-not-in-force'));
    },
    ELSEWHERE_MS + 5_000,
  );
});

describe('a wait', () => {
  it.each(['closed', 'stopping'] as const)('ends with its %s, and leaves nothing behind at either', which => {
    const [closed, stopping] = [new AbortController(), new AbortController()];
    const kept = endingWith(closed.signal, stopping.signal);
    const forgotten = endingWith(closed.signal, stopping.signal);
    forgotten.forget();
    ({ closed, stopping })[which].abort();
    expect([kept.ended.aborted, forgotten.ended.aborted]).toEqual([true, false]);
    kept.forget();
    for (const { signal } of [closed, stopping]) expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(endingWith(closed.signal, stopping.signal).ended.aborted).toBe(true);
  });

  it('given pulls that wait or not, then none combines signals in a way that is kept as long as the server', async () => {
    const any = vi.spyOn(AbortSignal, 'any');
    await site.call('GET', '/api/v1/events?limit=1');
    await site.call('GET', '/api/v1/events?limit=1&wait=1');
    expect(any).not.toHaveBeenCalled();
    any.mockRestore();
  });
});
