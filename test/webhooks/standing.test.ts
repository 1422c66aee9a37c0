/** How a webhook stands, told without a server; and what those are told who look after one. */
import { describe, expect, it } from 'vitest';
import { OVERLAP_MS, rotated } from '../../infra/webhooks/message.ts';
import { sendMessage } from '../../infra/webhooks/sending.ts';
import { webhookStanding } from '../../infra/webhooks/standing.ts';
import type { Parked, WebhookState } from '../../infra/webhooks/store.ts';
import { webhookState } from '../contracts/webhooks.ts';

const NOW = Date.parse('2024-03-20T02:00:00.000Z');
const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const parked = (more: Partial<Parked> = {}): Parked => ({
  ...{ eventId: 'e1', subject: 'unit-1', after: '0', attempts: 1 },
  ...{ since: NOW - 60_000, dueAt: NOW + 30_000 },
  ...more,
});

const stands = (state: Partial<WebhookState>, more = {}) =>
  webhookStanding(
    {
      ...{ ended: undefined, receives: true, state: webhookState({ verifiedAt: at(-100), ...state }) },
      ...more,
    },
    NOW,
  );

describe('how a webhook stands', () => {
  it('given nothing waits, then it works; given it never answered the challenge, then it is to be verified', () => {
    expect(stands({})).toEqual({ standing: 'working' });
    const { verifiedAt: _, ...unverified } = webhookState();
    for (const state of [unverified, undefined]) expect(stands({}, { state })).toEqual({ standing: 'unverified' });
  });

  it('given some were not taken, then since the first of them, and until the first is due; those behind have no time', () => {
    const later = parked({ eventId: 'e2', subject: 'unit-2', since: NOW - 1_000, dueAt: NOW + 5_000 });
    const behind = parked({ eventId: 'e3', attempts: 0, since: 0, dueAt: 0 });
    expect(stands({ parked: [parked(), later, behind] })).toEqual({
      standing: 'retrying',
      since: at(-60),
      nextAt: at(5),
    });
  });

  it('given the receiver asks to be left alone, then nothing comes before that is over, whatever is due', () => {
    const told = { standing: 'paused', since: at(-60), nextAt: at(600) };
    expect(stands({ parked: [parked()], pausedUntil: NOW + 600_000 })).toEqual(told);
    expect(stands({ pausedUntil: NOW + 600_000 })).toEqual({ standing: 'paused', nextAt: at(600) });
    expect(stands({ pausedUntil: NOW })).toEqual({ standing: 'working' });
  });

  it('given its holder has not its role now, or it has ended, then that, whatever waits', () => {
    const state = webhookState({ verifiedAt: at(-100), parked: [parked()] });
    expect(stands({}, { state, receives: false })).toEqual({ standing: 'suspended' });
    const ended = { cause: 'gone', reason: 'HTTP 410', at: at(-1) };
    expect(stands({}, { state, receives: false, ended })).toEqual({ standing: 'ended' });
  });
});

describe('the secrets of a webhook', () => {
  const secret = (sealed: string) => ({ sealed: { subject: 'account-msr.chen', sealed } });
  const names = (secrets: ReturnType<typeof rotated>) => secrets.map(({ sealed }) => sealed.sealed);

  it('given a second change within a day, then the first still signs until its day is over, and no longer', () => {
    const once = rotated([secret('a')], secret('b'), NOW);
    const twice = rotated(once, secret('c'), NOW + 1_000);
    expect(names(twice)).toEqual(['c', 'b', 'a']);
    expect(twice.map(({ until }) => until)).toEqual([undefined, NOW + 1_000 + OVERLAP_MS, NOW + OVERLAP_MS]);
    expect(names(rotated(twice, secret('d'), NOW + OVERLAP_MS))).toEqual(['d', 'c', 'b']);
  });

  it('given changes without end, then no more sign than receivers take in a header', () => {
    const all = Array.from({ length: 40 }).reduce<ReturnType<typeof rotated>>(
      (secrets, _, index) => rotated(secrets, secret(String(index)), NOW + index),
      [],
    );
    expect(names(all)).toEqual(['39', '38', '37', '36', '35', '34', '33', '32', '31', '30']);
  });
});

describe('why a message was not taken', () => {
  const reasonGiven = async (error: unknown) => {
    const key = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const clock = { now: () => at(0) };
    const post = () => Promise.reject(error);
    const ports = { post, clock, vault: { open: async () => key } };
    return (await sendMessage('https://tj.test/', { id: 'm', body: '{}' }, webhookState(), ports)).reason;
  };
  const coded = (message: string, code: string) => Object.assign(new Error(message), { code });

  it.each([
    [coded('connect ECONNREFUSED 10.0.0.1:443', 'ECONNREFUSED'), '对方拒绝连接 (connect ECONNREFUSED 10.0.0.1:443)'],
    [coded('The operation was aborted', 'ABORT_ERR'), '在规定时间内没有回答 (The operation was aborted)'],
    [coded('certificate has expired', 'CERT_HAS_EXPIRED'), '对方的证书已过期 (certificate has expired)'],
    [new Error('socket hang up'), 'socket hang up'],
  ])('given %s, then it is said in words', async (error, words) => {
    expect(await reasonGiven(error)).toBe(words);
  });

  it('given a name with several addresses, none of which answers, then there is a reason all the same', async () => {
    const both = Object.assign(new AggregateError([new Error('v4'), new Error('v6')]), { code: 'ECONNREFUSED' });
    expect(both.message).toBe('');
    expect(await reasonGiven(both)).toBe('对方拒绝连接 (ECONNREFUSED)');
    expect(await reasonGiven(new AggregateError([]))).toBe('AggregateError');
  });
});
