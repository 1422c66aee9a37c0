/**
 * Two served systems that differ in hidden events alone, asked over real sockets by everybody and by every class of outsider:
 * whatever he can get is the same to the byte, and so is what the head of an answer says of it. Then every byte that a
 * subscriber from outside can get is searched for what is hidden.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { catalogue } from '../../events/catalogue.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { pages } from '../../infra/pages/index.ts';
import { filesIn } from '../support/bundle.ts';
import { control, factNames, samples } from '../support/controls.ts';
import { targetOf } from './authorisation-asking.ts';
import { undertaking } from './authorisation-parties.ts';
import { type Held, openSite, type Site, withSeals } from './authorisation-site.ts';
import { CALLERS, STORY } from './two-organisations.ts';

const OUTSIDERS = {
  unit: CALLERS.otherUnit,
  body: CALLERS.otherBody,
  industry: CALLERS.industry,
  association: CALLERS.association,
  expert: CALLERS.expert,
  party: CALLERS.thirdParty,
} as const satisfies Record<string, Held>;
type Outsider = keyof typeof OUTSIDERS;
const EVERYBODY = 'everybody';
const CALLING = [EVERYBODY, ...Object.keys(OUTSIDERS)] as readonly (Outsider | typeof EVERYBODY)[];

const { projects: published } = samples['excellent-results.published'];
/** A publication names what it makes known by id: what the recognition of such a project says is public with it. */
const isPublished = ({ type, data }: DecidedEvent) =>
  type === 'excellent-result.recognised' &&
  published.some(projectId => projectId === (data as { projectId?: string }).projectId);
/** What a unit is, and is called today, is told wherever a public register names one. */
const OF_REGISTERS = /^unit\./;
const isHidden = (draft: DecidedEvent) =>
  catalogue.get(draft.type)?.visibility !== 'public' && !OF_REGISTERS.test(draft.type) && !isPublished(draft);

/** What is asked of a reader's own sign-in, or of this process, and so differs between any two services. */
const OF_THE_PROCESS = new Set([
  ...['ShowReadiness', 'ShowLiveness', 'ListSessions', 'ShowCaller', 'ListOwnSignIns'],
  'ListOwnWebhooks',
]);
/** The figures of the city count all projects, for those who organise the programme with it; what stands beside them does not. */
const isOfOrganisers = (path: string) => path.startsWith('/api/v1/dashboard/');
const ORGANISERS: readonly string[] = ['body', 'industry', 'association'];

interface World {
  readonly site: Site;
  readonly tokens: Readonly<Record<Outsider, string>>;
  /** What the webhook of the other unit was sent, in order. */
  readonly sent: string[];
}

let receiver: Server;
const sentTo = new Map<string, string[]>();
let [here, there]: World[] = [];
const worlds = () => [here, there] as [World, World];

/** The story with the surroundings of one case, about a unit and a body to which none of the outsiders belongs. */
const story = (): readonly DecidedEvent[] => {
  const { year, uscc, projectId, bodyId } = STORY;
  return factNames.map(name => control(name, {}, { about: { year, uscc, projectId, bodyId } }));
};

async function openWorld(name: string, withHidden: boolean): Promise<World> {
  const site = await openSite({
    environment: { GONGGUAN_WEBHOOK_NETWORKS: '127.0.0.0/8', GONGGUAN_LEDGER_ORIGIN: 'gongguan/worlds' },
  });
  const tokens: Record<string, string> = {};
  for (const [outsider, held] of Object.entries(OUTSIDERS)) {
    tokens[outsider] = await site.signIn(outsider, held);
    await site.append(...undertaking(held, outsider));
  }
  await registerWebhook(site, tokens.unit as string, name);
  for (const [index, draft] of story().entries()) {
    if (isHidden(draft) && !withHidden) site.leaveOut(1);
    else await site.append(`story-${index % 7}`, [await withSeals(site, draft)]);
  }
  await site.settled();
  return { site, tokens: tokens as World['tokens'], sent: sentTo.get(`/${name}`) ?? [] };
}

async function registerWebhook(site: Site, token: string, name: string): Promise<void> {
  const { port } = receiver.address() as AddressInfo;
  sentTo.set(`/${name}`, []);
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${site.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status, path).toBe(200);
  };
  await post('/accounts/unit/webhooks', { system: '数据平台', url: `http://127.0.0.1:${port}/${name}` });
  const listed = await fetch(`${site.url}/api/v1/webhooks`, { headers: { authorization: `Bearer ${token}` } });
  const { items } = (await listed.json()) as { items: { webhookId: string }[] };
  await post(`/webhooks/${items[0]?.webhookId}/challenge`, {});
}

beforeAll(async () => {
  receiver = createServer(async (req, res) => {
    let body = '';
    for await (const piece of req) body += piece;
    const { type, challenge } = JSON.parse(body);
    if (type === 'webhook.challenge') return void res.end(challenge);
    sentTo.get(String(req.url))?.push(`${req.headers['webhook-id']} ${body}`);
    res.writeHead(204).end();
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  here = await openWorld('here', true);
  there = await openWorld('there', false);
}, 120_000);
afterAll(async () => {
  for (const world of worlds()) await world?.site.close();
  receiver.closeAllConnections();
  await new Promise(resolve => receiver.close(resolve));
});

const HEADERS = ['etag', 'content-type', 'content-length', 'link', 'location', 'cache-control', 'vary'];

type Caller = (typeof CALLING)[number];

const bearer = ({ tokens }: World, caller: Caller): Record<string, string> =>
  caller === EVERYBODY ? {} : { authorization: `Bearer ${tokens[caller]}` };

/** All that an answer tells but the time and the number of the request. */
async function toldBy(answer: Response): Promise<string> {
  // A page that is not there tells the number of the request in parts, and no more.
  if (answer.status === 404 && answer.headers.get('content-type')?.startsWith('text/html')) return '404';
  const head = HEADERS.map(name => `${name}: ${answer.headers.get(name)}`).join('\n');
  return `${answer.status}\n${head}\n\n${withoutNumber(await answer.text())}`;
}
/** Each request has a number of its own (UUIDv7), which refusals tell; events are of the past, and have others. */
const withoutNumber = (text: string) => text.replaceAll(/\b01a[0-9a-f]{5}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f-]{17}/g, '');

async function streamTold(world: World, caller: Caller): Promise<string> {
  const answer = await fetch(`${world.site.url}/api/v1/events/stream`, { headers: bearer(world, caller) });
  const reader = (answer.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
  let told = '';
  while (!told.includes('event: caught-up\n')) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream has ended: ${answer.status} ${told}`);
    told += value;
  }
  await reader.cancel();
  return told;
}

async function feedTold(world: World, caller: Caller): Promise<string> {
  let told = '';
  for (let path = '/api/v1/events?limit=7', last = ''; path !== last; ) {
    last = path;
    const answer = await fetch(`${world.site.url}${path}`, { headers: bearer(world, caller) });
    path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] as string;
    told += await toldBy(answer);
  }
  return told;
}

interface Documented {
  readonly paths: Readonly<Record<string, { readonly get?: { readonly operationId: string } }>>;
}

/** Addresses of everything that can be read by the API, with the things of the story in them. */
async function addresses({ site }: World): Promise<readonly string[]> {
  const { paths } = (await (await fetch(`${site.url}/api/v1/openapi.json`)).json()) as Documented;
  return Object.entries(paths).flatMap(([documented, { get }]) => {
    if (!get || OF_THE_PROCESS.has(get.operationId) || documented.startsWith('/api/v1/events')) return [];
    const path = documented.replaceAll(/\{(\w+)\}/g, ':$1');
    const place = { name: get.operationId, method: 'GET', path };
    return [targetOf(place, WORDS).path, targetOf(place, WORDS, true).path];
  });
}

const WORDS: Readonly<Record<string, unknown>> = {
  ...Object.assign({}, ...Object.values(samples)),
  ...STORY,
  on: '2024-12-28',
  panelId: '2024-equipment',
  article: 'art-18',
  type: 'project-plan.published',
};

const pageAddresses = pages
  .filter(({ access }) => access === 'public')
  .map(({ path }) => path.replaceAll(/:(\w+)/g, (_all, name: string) => String(WORDS[name] ?? 'x')));

async function differing(paths: readonly string[], caller: Caller): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of new Set(paths)) {
    const [one, other] = await Promise.all(
      worlds().map(async world => toldBy(await fetch(`${world.site.url}${path}`, { headers: bearer(world, caller) }))),
    );
    if (one !== other) found.push(`${path}\n${one?.slice(0, 400)}\n--- there\n${other?.slice(0, 400)}`);
  }
  return found;
}

describe.each(CALLING)('two served worlds that differ in what is hidden, to %s', caller => {
  it('are the same on every address of the API, in bodies, tags and lengths', async () => {
    const paths = await addresses(here as World);
    expect(paths.length).toBeGreaterThan(60);
    const open = ORGANISERS.includes(caller) ? paths.filter(path => !isOfOrganisers(path)) : paths;
    expect(await differing(open, caller)).toEqual([]);
  });

  it('are the same in the feed and in the stream', async () => {
    const [one, other] = worlds();
    expect(await feedTold(one, caller)).toBe(await feedTold(other, caller));
    expect(await streamTold(one, caller)).toBe(await streamTold(other, caller));
    expect(await streamTold(one, caller)).toContain('project-plan.published');
  });
});

describe.each(ORGANISERS as readonly Outsider[])('two served worlds, to %s who is told figures of the city', caller => {
  const FIGURES = new Set([
    ...['steps', 'total', 'byCategory', 'byMethod'],
    ...['units', 'projects', 'people', 'resultPeople', 'training', 'industries', 'districts'],
  ]);
  const asked = (world: World, path: string) => fetch(`${world.site.url}${path}`, { headers: bearer(world, caller) });

  it('are the same beside the figures: no place in the log counts what is hidden', async () => {
    const told: string[] = [];
    for (const path of new Set((await addresses(here as World)).filter(isOfOrganisers))) {
      const [one, other] = await Promise.all(
        worlds().map(async world => {
          const answer = await asked(world, path);
          if (!answer.ok) return answer.status;
          told.push(path);
          return Object.entries((await answer.json()) as object).filter(([name]) => !FIGURES.has(name));
        }),
      );
      expect(one, path).toEqual(other);
    }
    expect(told.length).toBeGreaterThanOrEqual(2 * 3);
  });

  it('are the same in the summary of its own batches', async () => {
    const { orgId } = OUTSIDERS[caller];
    const path = `/api/v1/programmes/${STORY.year}/bodies/${orgId}/result-batches`;
    const [one, other] = await Promise.all(worlds().map(async world => toldBy(await asked(world, path))));
    expect(one).toContain('200');
    expect(one).toBe(other);
  });
});

describe('two served worlds', () => {
  it('are the same on every public page', async () => {
    expect(pageAddresses.length).toBeGreaterThan(10);
    expect(await differing(pageAddresses, EVERYBODY)).toEqual([]);
  });

  it('send the same to the webhook of a unit that is no party', async () => {
    const [one, other] = worlds();
    const due = (await feedTold(one, 'unit')).match(/"specversion"/g)?.length;
    for (const { sent } of [one, other]) await vi.waitFor(() => expect(sent).toHaveLength(due as number), 20_000);
    expect(one.sent).toEqual(other.sent);
  });

  it('tell nobody from outside their metrics', async () => {
    for (const caller of CALLING) {
      for (const world of worlds()) {
        const answer = await fetch(`${world.site.url}/metrics`, { headers: bearer(world, caller) });
        expect([401, 404]).toContain(answer.status);
        expect(await answer.text()).not.toContain('gongguan_');
      }
    }
  });
});

/** The ways on which somebody from outside gets events: every byte of each, for everybody who may. */
const CHANNELS: Readonly<Record<string, (world: World) => Promise<string>>> = {
  'the feed': async world => (await Promise.all(CALLING.map(caller => feedTold(world, caller)))).join('\n'),
  'the stream': async world => (await Promise.all(CALLING.map(caller => streamTold(world, caller)))).join('\n'),
  'a webhook': async ({ sent }) => sent.join('\n'),
  'the bundle of the log': world => bundleTold(world, 'log'),
  'the bundle of a year': world => bundleTold(world, `years/${STORY.year}`),
};

/** All files of what everybody is handed as evidence, once it covers the log. */
async function bundleTold({ site }: World, scope: string): Promise<string> {
  const size = (await site.log()).length;
  return vi.waitFor(async () => {
    const answer = await fetch(`${site.url}/api/v1/bundles/${scope}`);
    expect(answer.status).toBe(200);
    const files = filesIn(new Uint8Array(await answer.arrayBuffer()));
    expect(JSON.parse(String(files.get('manifest.json'))).size).toBe(size);
    // Records are texts of lines.
    return String(files.get('events.ndjson')).replaceAll('\\n', '\n');
  }, 20_000);
}

/** Types of events that are named in some bytes, wherever. */
const typesIn = (told: string) =>
  new Set([...told.matchAll(/[a-z][a-z-]*\.[a-z][a-z-]*/g)].map(([name]) => name).filter(name => catalogue.has(name)));
const hiddenIn = (told: string) => [...typesIn(told)].filter(type => catalogue.get(type)?.visibility !== 'public');

describe('every byte that a subscriber from outside can get', () => {
  let signing: World;
  beforeAll(async () => {
    const { site: _unsigned, ...others } = here as World;
    const site = await openSite({ signing: true });
    for (const [index, draft] of story().entries())
      await site.append(`story-${index % 7}`, [await withSeals(site, draft)]);
    signing = { ...others, site };
  }, 60_000);
  afterAll(() => signing.site.close());
  const worldOf = (channel: string) => (channel.startsWith('the bundle') ? signing : (here as World));

  it.each(Object.keys(CHANNELS))(
    'given the story, then by %s there is no type of event that is not public',
    async channel => {
      const told = (await CHANNELS[channel]?.(worldOf(channel))) as string;
      expect(typesIn(told).size).toBeGreaterThan(5);
      expect(hiddenIn(told)).toEqual([]);
    },
  );

  describe('given an event that is for the parties but says that it is for everybody (planted)', () => {
    beforeAll(async () => {
      const draft = control('supplement.requested', {}, { about: { year: STORY.year } });
      const wrong = { ...draft, kind: { ...draft.kind, visibility: 'public' } } as DecidedEvent;
      for (const site of [(here as World).site, signing.site]) {
        await site.append('planted', [wrong]);
        await site.settled();
      }
      const { sent } = here as World;
      await vi.waitFor(() => expect(sent.join()).toContain('supplement.requested'), 10_000);
    }, 60_000);

    it.each(Object.keys(CHANNELS))('then it is found in what goes by %s', async channel => {
      const told = (await CHANNELS[channel]?.(worldOf(channel))) as string;
      expect(hiddenIn(told)).toEqual(['supplement.requested']);
    });
  });
});
