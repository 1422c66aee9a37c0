/** Tickets of streams: what a page of another origin opens an `EventSource` with, once, as whoever has asked for it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountStream } from '../../events/account.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { rulebookStream } from '../../events/rulebook.ts';
import { routes } from '../../services/account/http.ts';
import { describeInChromium, launchChromium } from '../support/chromium.ts';
import { control } from '../support/controls.ts';
import { commands, disabled, openSite, type Site, workDraft } from './support.ts';

const STREAM = '/api/v1/events/stream';
const TICKETS = '/api/v1/events/tickets';

let site: Site;
/** A page of somebody else, who is no part of this service. */
let elsewhere: Server;
let origin: string;

beforeAll(async () => {
  elsewhere = createServer((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>elsewhere</title>');
  });
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  site = await openSite({ commands: [...commands, ...routes], crossOrigin: { origins: [origin], credentialed: [] } });
  await site.record(rulebookStream, control('programme-rule.issued'), workDraft('一'), workDraft('二'));
});
afterAll(async () => {
  await site.close();
  await new Promise(resolve => elsewhere.close(resolve));
});

async function ticketOf(token: string, query = ''): Promise<string> {
  const answer = await site.call('POST', `${TICKETS}${query}`, { token });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { ticket: string }).ticket;
}

const open = (ticket: string, more = '') => site.call('GET', `${STREAM}?ticket=${ticket}${more}`);
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

/** What a stream tells until it has caught up. */
async function toldBy(answer: Response): Promise<string> {
  expect(answer.status).toBe(200);
  const reader = (answer.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
  let told = '';
  while (!told.includes('caught-up')) told += (await reader.read()).value;
  await reader.cancel();
  return told;
}

describe('a ticket of a stream', () => {
  it('given it is shown, then the stream is that of whoever asked for it, with what he asked for', async () => {
    const token = await site.signIn('sup.li');
    const query = '?types=organising-work.recorded&named=true';
    const shown = await toldBy(await open(await ticketOf(token, query)));
    expect(shown).toBe(await toldBy(await site.call('GET', `${STREAM}${query}`, { token })));
    expect(shown).toContain('event: organising-work.recorded');
    expect(shown).not.toContain('programme-rule');
  });

  it('given it was used, then it is refused; the head alone uses none up', async () => {
    const ticket = await ticketOf(await site.signIn('unit.zhao'));
    const head = await site.call('HEAD', `${STREAM}?ticket=${ticket}`);
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await toldBy(await open(ticket));
    const again = await open(ticket);
    expect([again.status, await codeOf(again)]).toEqual([401, 'ticket-refused']);
  });

  it('given twenty who show it at once, then one of them is let in', async () => {
    const ticket = await ticketOf(await site.signIn('unit.zhao'));
    const answers = await Promise.all(Array.from({ length: 20 }, () => open(ticket)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(19).fill(401)]);
    for (const { body } of answers) await body?.cancel();
  });

  it('given a minute has passed, then it is refused', async () => {
    const ticket = await ticketOf(await site.signIn('unit.zhao'));
    const { at } = site.clock;
    site.clock.at = new Date(Date.parse(at) + 61_000).toISOString();
    expect(await codeOf(await open(ticket))).toBe('ticket-refused');
    site.clock.at = at;
  });

  it('given it was changed, or is a token of another kind, then it is refused', async () => {
    const token = await site.signIn('unit.zhao');
    const [ticket, other] = [await ticketOf(token), await ticketOf(await site.signIn('sup.li'))];
    const [head = '', key, iv, , tag] = ticket.split('.');
    const mixed = [head, key, iv, other.split('.')[3], tag].join('.');
    for (const shown of ['', 'x', token, mixed]) expect(await codeOf(await open(shown))).toBe('ticket-refused');
  });

  it('given anything else is asked for beside it, then 422: what it opens was settled when it was given', async () => {
    const answer = await open(await ticketOf(await site.signIn('unit.zhao')), '&noun=unit');
    expect([answer.status, await codeOf(answer)]).toEqual([422, 'unknown-parameter']);
  });

  it('given it is shown anywhere but at the stream, then it is nothing', async () => {
    const ticket = await ticketOf(await site.signIn('sup.li'));
    expect((await site.call('GET', `/api/v1/me?ticket=${ticket}`)).status).toBe(401);
    expect((await site.call('GET', `/api/v1/events?ticket=${ticket}`)).status).toBe(422);
    expect((await site.call('GET', '/api/v1/me', { token: ticket })).status).toBe(401);
  });

  it('given the session has ended since, or the account was disabled, then it opens nothing', async () => {
    const token = await site.signIn('unit.zhao');
    const ticket = await ticketOf(token);
    await site.call('POST', '/api/v1/sessions/end', { token, body: {} });
    expect(await codeOf(await open(ticket))).toBe('token-expired');
    await site.register('unit.sun', 'UNIT', '91120000000000000X');
    const [left] = [await ticketOf(await site.signIn('unit.sun'))];
    await site.record(accountStream(accountIdSchema.parse('unit.sun')), disabled('unit.sun'));
    expect(await codeOf(await open(left))).toBe('role-not-held');
  });

  it('given nobody has signed in, what nobody knows, or a place that was never told, then none is given', async () => {
    const token = await site.signIn('unit.zhao');
    expect((await site.call('POST', TICKETS)).status).toBe(401);
    expect((await site.call('POST', `${TICKETS}?noun=nothing`, { token })).status).toBe(422);
    expect((await site.call('POST', `${TICKETS}?after=17`, { token })).status).toBe(400);
  });

  it('given a key, then its ticket reads on while the key is in force, and opens nothing after', async () => {
    const token = await site.signIn('msr.chen');
    const issued = await site.call('POST', '/api/v1/accounts/msr.chen/api-keys', {
      token,
      body: { system: '大屏', scopes: ['events'], lastDay: '2024-12-31' },
    });
    const { apiKey } = (await issued.json()) as { apiKey: string };
    const [used, late] = [await ticketOf(apiKey), await ticketOf(apiKey)];
    expect(await toldBy(await open(used))).toContain('organising-work.recorded');
    const [, keyId] = apiKey.split('_');
    const path = `/api/v1/accounts/msr.chen/api-keys/${keyId}/revocation`;
    expect((await site.call('POST', path, { token, body: { reason: '停用' } })).status).toBe(200);
    expect((await open(late)).status).toBe(401);
  });

  it('given it was used and refused, then no line of the log holds it', async () => {
    const ticket = await ticketOf(await site.signIn('unit.zhao'));
    await toldBy(await open(ticket));
    await open(ticket);
    const logged = site.logged.join();
    expect(logged).toContain(STREAM);
    expect(logged).not.toContain(ticket.slice(-40));
    expect(logged).not.toContain('ticket=');
  });
});

describeInChromium('a page of another origin', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  /** Runs in the page: what its `EventSource` has heard, and how it stands then. */
  async function heard(api: string, token: string) {
    const page = await browser.newPage();
    await page.goto(origin);
    const result = await page.evaluate(
      async ([url, bearer]) => {
        const asked = await fetch(`${url}/api/v1/events/tickets?types=organising-work.recorded`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${bearer}` },
        });
        const { ticket } = await asked.json();
        const source = new EventSource(`${url}/api/v1/events/stream?ticket=${ticket}`);
        const details: string[] = [];
        source.onmessage = ({ data }) => details.push(JSON.parse(data).data.detail);
        await new Promise(resolve => source.addEventListener('caught-up', resolve));
        const isOpen = source.readyState === EventSource.OPEN;
        source.close();
        const again = new EventSource(`${url}/api/v1/events/stream?ticket=${ticket}`);
        await new Promise(resolve => again.addEventListener('error', resolve));
        return { details, isOpen, isClosedForGood: again.readyState === EventSource.CLOSED };
      },
      [api, token] as const,
    );
    await page.close();
    return result;
  }

  it('given it is one of those configured, then its EventSource hears the stream once, and not again', async () => {
    const { details, ...states } = await heard(site.url, await site.signIn('sup.li'));
    expect(details.slice(0, 2)).toEqual(['一', '二']);
    expect(states).toEqual({ isOpen: true, isClosedForGood: true });
  });

  it('given it is not, then it gets no ticket', async () => {
    const other = await openSite();
    try {
      await expect(heard(other.url, await other.signIn('sup.li'))).rejects.toThrow('Failed to fetch');
    } finally {
      await other.close();
    }
  });
});
