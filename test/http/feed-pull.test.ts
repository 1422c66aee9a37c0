/** The pull feed: what is sought and nothing else, pages that are not empty while more follows, and waiting at the end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountStream } from '../../events/account.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { rulebookStream } from '../../events/rulebook.ts';
import { control } from '../support/controls.ts';
import { disabled, openSite, type Site, workDraft } from './support.ts';
import { CALLERS, type CallerName, openTwoOrganisations, STORY, type TwoOrganisations } from './two-organisations.ts';

interface Told {
  readonly id: string;
  readonly type: string;
  readonly articles?: string;
  readonly project?: string;
  readonly unit?: string;
  readonly body?: string;
  readonly actororg?: string;
}

const next = (answer: Response) => /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] as string;
const kindOf = ({ type }: Told) => type.replace('cn.gov.tj.gongguan.', '');

describe('what is sought', () => {
  let story: TwoOrganisations;
  beforeAll(async () => {
    story = await openTwoOrganisations();
  });
  afterAll(() => story.close());

  const ask = (query: string, reader?: CallerName) =>
    fetch(`${story.url}/api/v1/events?${query}`, {
      headers: reader ? { authorization: `Bearer ${story.tokens[reader]}` } : {},
    });
  const pulled = async (query: string, reader?: CallerName) =>
    (await (await ask(`limit=1000&${query}`, reader)).json()) as Told[];

  it('given a full page, then everybody may keep it, and knows it by its tag; one that is not full is asked for again', async () => {
    const full = await ask('limit=2');
    expect(full.headers.get('cache-control')).toBe('public, max-age=3600');
    // Who has signed in is never given what everybody is told.
    expect(full.headers.get('vary')).toContain('Authorization');
    const growing = await ask('limit=1000');
    expect(growing.headers.get('cache-control')).toBe('public, max-age=0, no-cache');
    for (const [answer, query] of [
      [full, 'limit=2'],
      [growing, 'limit=1000'],
    ] as const) {
      const tag = answer.headers.get('etag') ?? '';
      const again = await fetch(`${story.url}/api/v1/events?${query}`, { headers: { 'if-none-match': tag } });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
    expect((await ask('limit=2', 'supervisor')).headers.get('cache-control')).toBe('no-store');
  });

  const { projectId, uscc, bodyId } = STORY;
  it.each<[string, (event: Told) => boolean]>([
    ['types=project.listed,unit.renamed', event => ['project.listed', 'unit.renamed'].includes(kindOf(event))],
    ['types=cn.gov.tj.gongguan.project.listed', event => kindOf(event) === 'project.listed'],
    ['noun=training', event => kindOf(event).startsWith('training.')],
    ['article=art-25', ({ articles = '' }) => articles.split(' ').includes('art-25')],
    [`article=${encodeURIComponent('第十三条')}`, ({ articles = '' }) => articles.split(' ').includes('art-13')],
    [`project=${projectId}`, ({ project }) => project === projectId],
    [`organisation=${uscc}`, ({ unit, actororg }) => [unit, actororg].includes(uscc)],
    [`organisation=${bodyId}&noun=visit`, event => event.body === bodyId && kindOf(event).startsWith('visit.')],
  ])('given %s, then all of it and nothing else, to each reader of what he may see', async (query, isIt) => {
    for (const reader of [undefined, 'unit', 'body', 'supervisor'] as const) {
      const [all, some] = [await pulled('', reader), await pulled(query, reader)];
      expect(some.map(({ id }) => id)).toEqual(all.filter(isIt).map(({ id }) => id));
    }
    expect((await pulled(query, 'supervisor')).length).toBeGreaterThan(0);
  });

  it.each([
    'types=unit.gone',
    'types=project.listed,nonsense',
    'noun=nothing',
    'article=art-11',
    'project=x',
    'organisation=a%20b',
    'wait=31',
    'kind=project.listed',
  ])('given %s, then 422: what nobody knows is refused, not found to be empty', async query => {
    expect((await ask(query)).status).toBe(422);
    expect((await fetch(`${story.url}/api/v1/events/stream?${query}`)).status).toBe(422);
  });

  it('given a rare event and small pages, then no page is empty before the last, and none is missed', async () => {
    const all = (await pulled('types=certificate.issued,ledger.key-introduced', 'supervisor')).map(({ id }) => id);
    const found: string[] = [];
    let path = '/api/v1/events?limit=1&types=certificate.issued,ledger.key-introduced';
    for (let last = false; !last; ) {
      const answer = await fetch(`${story.url}${path}`, {
        headers: { authorization: `Bearer ${story.tokens.supervisor}` },
      });
      const page = (await answer.json()) as Told[];
      last = page.length === 0;
      found.push(...page.map(({ id }) => id));
      path = next(answer);
      expect(path).toContain('types=certificate.issued%2Cledger.key-introduced');
    }
    expect(all.length).toBeGreaterThan(0);
    expect(found).toEqual(all);
  });

  it('given what is sought in what a reader is not told, then he finds nothing by it', async () => {
    const { orgId } = CALLERS.office;
    expect(await pulled(`organisation=${orgId}`)).toEqual([]);
    expect((await pulled(`organisation=${orgId}`, 'supervisor')).length).toBeGreaterThan(0);
  });
});

describe('waiting at the end', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  /** The way on from the end of what there is. */
  async function atTheEnd(query: string, token?: string): Promise<string> {
    const { wait, ...sought } = Object.fromEntries(new URLSearchParams(query));
    const asked = new URLSearchParams({ limit: '1000', ...sought });
    const path = next(await site.call('GET', `/api/v1/events?${asked}`, token ? { token } : {}));
    return `${path}&wait=${wait}`;
  }
  const untilWaiting = (count: number) =>
    expect
      .poll(async () => Number(/http_places_taken\{kind="wait"\} (\d+)/.exec(await site.metrics())?.[1]))
      .toBe(count);

  it('given an event that is sought, then the answer comes with it, and not with another', async () => {
    const token = await site.signIn('sup.li');
    const waiting = site.call('GET', await atTheEnd('wait=30&types=programme-rule.issued', token), { token });
    await untilWaiting(1);
    await site.record(rulebookStream, workDraft('another'));
    await site.record(rulebookStream, control('programme-rule.issued'));
    expect(((await (await waiting).json()) as Told[]).map(kindOf)).toEqual(['programme-rule.issued']);
  });

  it('given nothing within the time, then an empty page, and the same place to ask from', async () => {
    const path = await atTheEnd('wait=1');
    const answer = await site.call('GET', path);
    expect([answer.status, await answer.json()]).toEqual([200, []]);
    const sorted = (address: string) => new URLSearchParams(address.split('?')[1]).toString().split('&').toSorted();
    expect(sorted(next(answer))).toEqual(sorted(path));
  });

  it('given the public, then what is hidden does not end the wait', async () => {
    const waiting = site.call('GET', await atTheEnd('wait=30'));
    await untilWaiting(1);
    await site.record(rulebookStream, workDraft('hidden'));
    const shortly = new Promise(resolve => setTimeout(resolve, 300, 'still waiting'));
    expect(await Promise.race([waiting, shortly])).toBe('still waiting');
    await site.record(rulebookStream, control('programme-rule.issued'));
    expect(((await (await waiting).json()) as Told[]).map(kindOf)).toEqual(['programme-rule.issued']);
  });

  it('given a reader whose account is disabled while he waits, then he is told nothing more', async () => {
    await site.register('msr.wang', 'MSR', 'msr');
    const token = await site.signIn('msr.wang');
    const waiting = site.call('GET', await atTheEnd('wait=30&types=organising-work.recorded', token), { token });
    await untilWaiting(1);
    await site.record(accountStream(accountIdSchema.parse('msr.wang')), disabled('msr.wang'));
    await site.record(rulebookStream, workDraft('after that'));
    expect((await waiting).status).toBe(401);
  });

  it('given a reader who hangs up, or the server stops, then nobody waits any longer', async () => {
    const hangUp = new AbortController();
    const path = await atTheEnd('wait=30');
    const waiting = fetch(`${site.url}${path}`, { signal: hangUp.signal }).catch(() => 'hung up');
    await untilWaiting(1);
    hangUp.abort();
    expect(await waiting).toBe('hung up');
    await untilWaiting(0);
    const other = await openSite();
    const held = other.call('GET', '/api/v1/events?wait=30').then(
      ({ status }) => status,
      () => 'broken off',
    );
    await expect.poll(async () => /http_places_taken\{kind="wait"\} 1/.test(await other.metrics())).toBe(true);
    const late = new Promise(resolve => setTimeout(resolve, 10_000, 'still waiting'));
    expect(await Promise.race([other.close().then(() => 'closed'), late])).toBe('closed');
    expect([200, 'broken off']).toContain(await held);
  });
});
