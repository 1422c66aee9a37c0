/** Consumers of events over real sockets, each cut off and coming again at random, and receivers of webhooks that fail. */
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../../infra/demo/chance.ts';

export interface Told {
  readonly id: string;
  readonly subject: string;
}

export interface Consumer {
  readonly name: string;
  /** What came, in the order in which it came, repetitions and all. */
  readonly got: readonly Told[];
}

interface Asked {
  readonly url: string;
  readonly token?: string | undefined;
  readonly chance: Chance;
  /** Nothing more is asked for. */
  readonly stopped: () => boolean;
}

/** An answer that may break off: its head, and its text as far as it came before the client itself cut it. */
function asked(
  { url, token }: Asked,
  path: string,
  headers: Readonly<Record<string, string>>,
  onText: (text: string, cut: () => void) => void,
): Promise<{ readonly head: IncomingMessage | undefined; readonly whole: boolean }> {
  return new Promise(resolve => {
    const request = get(`${url}${path}`, {
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    });
    let head: IncomingMessage | undefined;
    const end = () => resolve({ head, whole: head?.complete ?? false });
    request.on('error', end);
    request.on('response', answer => {
      head = answer;
      answer.setEncoding('utf8');
      answer.on('data', text => onText(text, () => request.destroy()));
      answer.on('error', end);
      answer.on('close', end);
    });
  });
}

/** Follows a stream; cuts it after a random number of characters, and now and then has forgotten the latest that it read. */
export function followStream(name: string, options: Asked): Consumer & { readonly done: Promise<void> } {
  const { chance, stopped } = options;
  const got: (Told & { readonly place: string })[] = [];
  let place: string | undefined;

  const take = (frame: string) => {
    const fields = new Map(frame.split('\n').map(line => line.split(/: (.*)/s, 2) as [string, string]));
    const id = fields.get('id');
    if (id === undefined) return;
    place = id;
    const data = fields.get('data');
    if (data !== undefined) got.push({ ...(JSON.parse(data) as Told), place: id });
  };

  const once = async () => {
    let left = chance.between(1, 40_000);
    let rest = '';
    const timers: NodeJS.Timeout[] = [];
    await asked(
      options,
      '/api/v1/events/stream',
      place === undefined ? {} : { 'Last-Event-ID': place },
      (text, cut) => {
        if (timers.length === 0) timers.push(setTimeout(cut, chance.between(50, 5_000)));
        const frames = (rest + text.slice(0, left)).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) take(frame);
        left -= text.length;
        if (left <= 0 || stopped()) cut();
      },
    );
    for (const timer of timers) clearTimeout(timer);
    if (got.length > 0 && chance.next() < 0.2)
      place = got[chance.between(Math.max(0, got.length - 5), got.length - 1)]?.place;
  };
  const done = (async () => {
    while (!stopped()) await once();
  })();
  return { name, got, done };
}

/** Pulls pages of random sizes, waiting at the end or not; a page that breaks off is asked for again. */
export function pull(name: string, options: Asked): Consumer & { readonly done: Promise<void> } {
  const { chance, stopped } = options;
  const got: Told[] = [];
  let path = '/api/v1/events?limit=50';
  const done = (async () => {
    while (!stopped()) {
      let text = '';
      const isCut = chance.next() < 0.3;
      const most = chance.between(1, 8_000);
      const { head, whole } = await asked(options, path, {}, (piece, cut) => {
        text += piece;
        if (isCut && text.length >= most) cut();
      });
      const next = /<([^>]+)>; rel="next"/.exec(String(head?.headers.link))?.[1];
      if (!whole || head?.statusCode !== 200 || next === undefined) continue;
      const page = JSON.parse(text) as Told[];
      got.push(...page);
      const to = new URL(next, options.url);
      to.searchParams.set('limit', String(chance.between(1, 60)));
      to.searchParams.set('wait', String(chance.between(0, 1)));
      path = `${to.pathname}${to.search}`;
      await sleep(chance.between(1, page.length === 0 ? 1_000 : 40));
    }
  })();
  return { name, got, done };
}

export interface Receiver {
  /** Where a webhook of a name is received. */
  addressOf(name: string): string;
  consumerOf(name: string): Consumer;
  close(): Promise<void>;
}

/** A receiver that answers challenges, and of events takes some, some late, some without being heard, and others not at all. */
export async function openReceiver(chance: Chance): Promise<Receiver> {
  const taken = new Map<string, Told[]>();
  const takenBy = (name: string) => taken.get(name) ?? taken.set(name, []).get(name) ?? [];
  const server: Server = createServer(async (req, res) => {
    let text = '';
    for await (const piece of req) text += piece;
    const body = JSON.parse(text) as Told & { readonly type: string; readonly challenge?: string };
    if (body.type === 'webhook.challenge') return void res.end(JSON.stringify({ challenge: body.challenge }));
    const what = chance.next();
    if (what < 0.05) return void res.writeHead(500).end();
    if (what < 0.06) return void res.writeHead(503, { 'Retry-After': '1' }).end();
    if (what < 0.07) return void req.socket.destroy();
    if (body.id !== req.headers['webhook-id']) return void res.writeHead(400).end();
    takenBy(String(req.url).slice(1)).push(body);
    if (what < 0.11) return void req.socket.destroy();
    if (what < 0.16) await sleep(chance.between(1, 60));
    res.writeHead(204).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    addressOf: name => `${url}/${name}`,
    consumerOf: name => ({ name, got: takenBy(name) }),
    close() {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

/** What came first of each id: repetitions are told by it. */
export function firstOfEach({ got }: Consumer): readonly Told[] {
  const seen = new Set<string>();
  return got.filter(({ id }) => !seen.has(id) && seen.add(id));
}
