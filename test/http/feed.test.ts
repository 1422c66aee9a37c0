import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountStream } from '../../events/account.ts';
import { accountIdSchema, START } from '../../events/ids.ts';
import { rulebookStream } from '../../events/rulebook.ts';
import { type EventLog, NoSuchPosition, type TypedLog } from '../../projections/ports.ts';
import { control } from '../support/controls.ts';
import { disabled, openSite, type Site, workDraft } from './support.ts';

let site: Site;
let sup: string;

beforeAll(async () => {
  site = await openSite();
  sup = await site.signIn('sup.li');
  await site.record(
    rulebookStream,
    control('programme-rule.issued'),
    workDraft('one'),
    control('programme-rule.repealed'),
    workDraft('two'),
  );
});

afterAll(() => site.close());

const OURS = 'cn.gov.tj.gongguan.';

interface CloudEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

const next = (answer: Response) => /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] as string;

async function pullAll(token?: string, path = '/api/v1/events?limit=2'): Promise<CloudEvent[]> {
  const all: CloudEvent[] = [];
  for (let from = path; ; ) {
    const answer = await site.call('GET', from, token ? { token } : {});
    all.push(...((await answer.json()) as CloudEvent[]));
    const to = next(answer);
    if (new URLSearchParams(to.split('?')[1]).get('after') === new URLSearchParams(from.split('?')[1]).get('after')) {
      return all;
    }
    from = to;
  }
}

interface Frame {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
}

/** Frames of a stream, comments left out, until one is the last wanted. */
async function frames(
  path: string,
  until: (frame: Frame) => boolean,
  headers: Record<string, string> = {},
  token = sup,
) {
  const answer = await site.call('GET', `/api/v1/events/stream${path}`, { token, headers });
  const seen: Frame[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const block of whole) {
      const frame: Frame = Object.fromEntries(
        block
          .split('\n')
          .filter(line => !line.startsWith(':'))
          .map(line => line.split(/: (.*)/s).slice(0, 2)),
      );
      if ('retry' in frame) continue;
      seen.push(frame);
      if (until(frame)) return seen;
    }
  }
  return seen;
}

describe('pulling events', () => {
  it('given the supervisor, then each event once, in order, as CloudEvents', async () => {
    const events = await pullAll(sup);
    const log = await site.store.readAll('0' as never, 100);
    expect(events.map(event => event.id)).toEqual(log.map(event => event.id));
    expect(events.at(-1)).toMatchObject({
      specversion: '1.0',
      source: 'http://localhost:8080/api/v1/events',
      type: `${OURS}organising-work.recorded`,
      dataschema: 'http://localhost:8080/api/v1/catalogue/schemas/organising-work.recorded/1',
      subject: 'rulebook',
      datacontenttype: 'application/json',
      position: log.at(-1)?.position,
      data: { detail: 'two' },
    });
  });

  it('given the public, then only what is public, page by page', async () => {
    const events = await pullAll();
    expect(events.map(event => event.type)).toEqual([`${OURS}programme-rule.issued`, `${OURS}programme-rule.repealed`]);
    const last = await site.call('GET', '/api/v1/events?limit=1000');
    expect(next(last)).toContain(`after=${events.at(-1)?.id}`);
  });

  it('given types, then only those', async () => {
    const events = await pullAll(sup, '/api/v1/events?types=organising-work.recorded&limit=3');
    expect(events.map(event => event.data.detail)).toEqual(['one', 'two']);
  });

  it.each(['after=x', 'limit=0', 'limit=1001', 'types=A_B', 'before=1'])('given %s, then 422', async query => {
    expect((await site.call('GET', `/api/v1/events?${query}`)).status).toBe(422);
  });

  it('given the public, then neither where an event stands in the log and its stream, nor sealed values', async () => {
    await site.record('commendation-x', control('commendation.issued'));
    const event = (await pullAll()).at(-1) as CloudEvent;
    expect(event.type).toBe(`${OURS}commendation.issued`);
    for (const name of ['sequence', 'position', 'revision']) expect(Object.keys(event)).not.toContain(name);
    expect(control('commendation.issued').data).toHaveProperty('person');
    expect(event.data).not.toHaveProperty('person');
    expect(JSON.stringify(await pullAll(await site.signIn('unit.zhao')))).not.toContain('sealed');
  });

  it('given the public, when it names a place in the log, or an event that is not public, then 400', async () => {
    const [hidden] = await site.store.readAll(START, 1);
    for (const cursor of ['3', hidden?.id]) {
      expect((await site.call('GET', `/api/v1/events?after=${cursor}`)).status).toBe(400);
    }
  });
});

describe('events as a stream', () => {
  const caughtUp = (frame: Frame) => frame.event === 'caught-up';

  it('given the whole log, then each event with its position as id, then word that all is there', async () => {
    const seen = await frames('', caughtUp);
    const ids = seen.filter(frame => frame.data && frame.event !== 'caught-up').map(frame => frame.id);
    expect(ids).toEqual((await site.store.readAll('0' as never, 100)).map(event => event.position));
  });

  it('given Last-Event-ID, then what follows it; an event appended later arrives at once', async () => {
    const head = await site.store.head();
    const reading = frames('?named=true', frame => frame.data?.includes('three') ?? false, { 'Last-Event-ID': head });
    await new Promise(resolve => setTimeout(resolve, 50));
    await site.record(rulebookStream, workDraft('three'));
    const seen = (await reading).filter(frame => frame.data);
    expect(seen.map(frame => frame.event)).toEqual(['caught-up', 'organising-work.recorded']);
  });

  it('given many appends while a reader comes and goes, then he has each event once and in order', async () => {
    const start = await site.store.head();
    const writing = (async () => {
      for (let n = 0; n < 200; n += 1) await site.record(rulebookStream, workDraft(`burst ${n}`));
    })();
    const ids: string[] = [];
    while (ids.length < 200) {
      const resume = { 'Last-Event-ID': ids.at(-1) ?? start };
      const stop = ids.length + 70;
      const seen = await frames(
        '',
        frame => {
          if (frame.data && frame.event !== 'caught-up') ids.push(frame.id as string);
          return ids.length >= Math.min(stop, 200);
        },
        resume,
      );
      expect(seen.length).toBeGreaterThan(0);
    }
    await writing;
    expect(ids).toEqual((await site.store.readAll(start, 1_000)).map(event => event.position));
  });

  it('given a reader who stops reading while megabytes are appended, then he misses none', async () => {
    const start = await site.store.head();
    const answer = await site.call('GET', '/api/v1/events/stream', { token: sup, headers: { 'Last-Event-ID': start } });
    const drafts = Array.from({ length: 4_000 }, (_, n) => workDraft(`${n} ${'长'.repeat(1_000)}`));
    for (let at = 0; at < drafts.length; at += 200) await site.record(rulebookStream, ...drafts.slice(at, at + 200));
    await new Promise(resolve => setTimeout(resolve, 200));
    const seen: string[] = [];
    let rest = '';
    const decoder = new TextDecoder();
    for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) seen.push(...(/^data: .*"detail":"(\d+) /.exec(line)?.slice(1) ?? []));
      if (seen.length >= drafts.length) break;
    }
    expect(seen).toEqual(drafts.map((_, n) => String(n)));
  });

  it('given a unit, then what is public, and not a byte for what is not', async () => {
    const token = await site.signIn('unit.zhao');
    const seen = await frames('', caughtUp, {}, token);
    const published = (await pullAll()).map(event => event.id);
    expect(seen.filter(frame => frame.data && frame.event !== 'caught-up').map(frame => frame.id)).toEqual(published);
    expect(seen.at(-1)?.data).toBe(JSON.stringify({ position: published.at(-1) }));
    const more = (frame: Frame) => frame.event === 'programme-rule.issued';
    const reading = frames('?named=true', more, { 'Last-Event-ID': published.at(-1) as string }, token);
    await new Promise(resolve => setTimeout(resolve, 50));
    await site.record(rulebookStream, workDraft('hidden'));
    await site.record(rulebookStream, control('programme-rule.issued'));
    expect((await reading).map(frame => frame.event)).toEqual(['caught-up', 'programme-rule.issued']);
  });

  it('given Last-Event-ID that is no position, then 400', async () => {
    const headers = { 'Last-Event-ID': 'now' };
    expect((await site.call('GET', '/api/v1/events/stream', { headers })).status).toBe(400);
  });

  it('given a reader whose account is disabled, then his stream ends with the next event', async () => {
    const token = await site.signIn('expert.qian');
    const reading = frames('', () => false, {}, token);
    await new Promise(resolve => setTimeout(resolve, 50));
    await site.record(accountStream(accountIdSchema.parse('expert.qian')), disabled('expert.qian'));
    const seen = await reading;
    expect(seen.some(frame => frame.data?.includes('account.disabled'))).toBe(false);
    expect(seen.at(-1)).toEqual({ event: 'end', data: '{"code":"role-not-held"}' });
  });

  it('given a reader who signs out, then his stream ends at once and says so', async () => {
    const token = await site.signIn('sup.li');
    const reading = frames('', () => false, {}, token);
    await new Promise(resolve => setTimeout(resolve, 50));
    await site.call('POST', '/api/v1/sessions/end', { token, body: {} });
    expect((await reading).at(-1)).toEqual({ event: 'end', data: '{"code":"session-ended"}' });
  });

  it('given nothing is said of names, then frames are messages, as a browser hears them that listens for no type', async () => {
    const answer = await site.call('GET', '/api/v1/events/stream');
    const reader = (answer.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
    let told = '';
    while (!told.includes('caught-up')) told += (await reader.read()).value;
    await reader.cancel();
    expect(told).toMatch(/^retry: \d+\n\nid: \S+\ndata: \{/);
    expect(told.match(/^event: (?!caught-up)/gm)).toBeNull();
    expect((await site.call('GET', '/api/v1/events/stream?named=maybe')).status).toBe(422);
  });

  it('HEAD says what kind of answer it would be, and ends', async () => {
    const answer = await site.call('HEAD', '/api/v1/events/stream');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  it('given the server stops, then open streams end and it closes', async () => {
    const other = await openSite();
    const answer = await other.call('GET', '/api/v1/events/stream');
    const reading = answer.text().catch(() => 'broken off');
    await other.close();
    expect(await reading).toBeDefined();
  });
});

describe('a position at which the log has nothing', () => {
  it.each(['/api/v1/events?after=17', '/api/v1/events/stream?after=17'])('is refused: %s', async path => {
    const log: EventLog & TypedLog = {
      readAll: () => Promise.reject(new NoSuchPosition()),
      readTypes: () => Promise.reject(new NoSuchPosition()),
      newest: async () => undefined,
      head: async () => START,
      knownHead: async () => START,
      holds: async () => false,
      identity: async () => undefined,
      ordinal: () => undefined,
      onAppend: () => () => undefined,
    };
    const other = await openSite({ log });
    try {
      const answer = await other.call('GET', path, { token: await other.signIn('sup.li') });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'no-such-position' });
    } finally {
      await other.close();
    }
  });
});
