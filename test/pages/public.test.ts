/** The public site: what it says, that lists can be taken away whole, and that it tells nobody more than the API does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../events/catalogue.ts';
import { ARTICLE_IDS, ARTICLES } from '../../events/statute.ts';
import { addressInApi } from '../../infra/pages/parts/whole-list.tsx';
import { DUTIES } from '../../projections/report/duty-table.ts';
import { openTwoOrganisations, STORY, type TwoOrganisations } from '../http/two-organisations.ts';

let site: TwoOrganisations;
beforeAll(async () => {
  site = await openTwoOrganisations();
});
afterAll(() => site.close());

const ask = (path: string, token?: string) =>
  fetch(`${site.url}${path}`, {
    redirect: 'manual',
    headers: { accept: 'text/html', ...(token !== undefined && { cookie: `gongguan=${token}` }) },
  });
const textOf = async (path: string, token?: string) => (await ask(path, token)).text();

const PAGES = [
  '/',
  `/years/${STORY.year}/work-plan`,
  `/years/${STORY.year}/plan`,
  `/years/${STORY.year}/deadlines`,
  `/years/${STORY.year}/excellent`,
  `/years/${STORY.year}/honours`,
  `/years/${STORY.year}/evaluation`,
  '/results',
  '/results/earlier',
  '/revocations',
  '/bans',
  '/certificates',
  '/statute',
  '/bodies',
  '/promotion',
  '/holidays',
  '/proof',
];

/** Addresses in the API that a page leads to. */
const linksOf = (html: string) =>
  [...html.matchAll(/href="(\/api\/v1\/[^"]+)"/g)].map(([, href]) => href?.replaceAll('&amp;', '&') as string);

describe('every list of the public site', () => {
  it.each(PAGES)('%s is there for everybody, and each list on it can be had as a table and as data', async path => {
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    for (const href of linksOf(await answer.text())) {
      const { status, headers } = await fetch(`${site.url}${href}`);
      expect([200, 404], href).toContain(status);
      const expected = href.includes('format=csv') ? 'text/csv' : 'application/';
      if (status === 200 && !href.endsWith('/checkpoint'))
        expect(headers.get('content-type'), href).toContain(expected);
    }
  });

  it('then it leads to no query that there is not, and leaves out what one page alone is told', () => {
    expect(addressInApi('ListProjectPlanEntries', { year: 2024, q: '焊接', limit: 50, cursor: 'x' })).toBe(
      `/api/v1/programmes/2024/project-plan?${new URLSearchParams({ q: '焊接' })}`,
    );
    expect(() => addressInApi('ListNothing', {})).toThrow('no query is called ListNothing');
  });
});

describe('an article on a page of its own', () => {
  it.each(ARTICLE_IDS)('%s: its text, who owes what, and what is done under it', async id => {
    const html = await textOf(`/statute/${id}`);
    const article = ARTICLES.find(each => each.id === id);
    for (const line of article?.text.split('\n') ?? []) expect(html).toContain(line);
    for (const { title } of DUTIES.filter(duty => duty.article === id)) expect(html).toContain(title);
    for (const { basis, title } of catalogue.values()) {
      if ('article' in basis && basis.article === id) expect(html).toContain(title);
    }
  });

  it('given 第十一条, which the print does not have, then it is refused with the reason', async () => {
    const answer = await ask('/statute/art-11');
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('第十一条');
  });

  it('then only those who oversee are led to what was done under it', async () => {
    expect(await textOf('/statute/art-12')).not.toContain('/supervision/trail');
    expect(await textOf('/statute/art-12', site.tokens.unit)).not.toContain('/supervision/trail');
    expect(await textOf('/statute/art-12', site.tokens.supervisor)).toContain('/supervision/trail?article=art-12');
  });
});

describe('results of the years', () => {
  it('given earlier ones alone, then none that were published here', async () => {
    type Row = { publishedAt?: string };
    const rowsOf = async (source: string) => {
      const answer = await fetch(`${site.url}/api/v1/excellent-results?${source}`);
      return (await answer.json()) as { items: Row[]; total: number };
    };
    const [all, published, recorded] = [
      await rowsOf(''),
      await rowsOf('source=published'),
      await rowsOf('source=recorded'),
    ];
    expect(published.items.every(({ publishedAt }) => publishedAt !== undefined)).toBe(true);
    expect(recorded.items.every(({ publishedAt }) => publishedAt === undefined)).toBe(true);
    expect(all.total).toBe(published.total + recorded.total);
    expect(all.items).toHaveLength(all.total);
  });
});
