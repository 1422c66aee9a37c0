/** The supervisor's pages over one told story: the trail's counts, a project's life, a person, accesses, cases about staff. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pages } from '../../infra/pages/index.ts';
import { openTwoOrganisations, STORY, type TwoOrganisations } from '../http/two-organisations.ts';
import { samples } from '../support/controls.ts';

let site: TwoOrganisations;
beforeAll(async () => {
  site = await openTwoOrganisations();
});
afterAll(() => site.close());

const open = (path: string, reader: keyof TwoOrganisations['tokens'] = 'supervisor') =>
  fetch(`${site.url}${path}`, {
    redirect: 'manual',
    headers: { accept: 'text/html', cookie: `gongguan=${site.tokens[reader]}` },
  });
const html = async (...asked: Parameters<typeof open>) => (await open(...asked)).text();
const api = async <T>(path: string) => {
  const headers = { authorization: `Bearer ${site.tokens.supervisor}` };
  return (await (await fetch(`${site.url}/api/v1${path}`, { headers })).json()) as T;
};
interface Trail {
  readonly items: readonly { readonly position: string; readonly sentence: string }[];
}

describe('the counts of the trail', () => {
  it('say how many entries each choice leads to, and lead there', async () => {
    const page = await html(`/supervision/trail?project=${STORY.projectId}`);
    const { items } = await api<Trail>(`/trail?project=${STORY.projectId}&article=art-12&limit=200`);
    expect(items.length).toBeGreaterThan(1);
    const address = `/supervision/trail?project=${STORY.projectId}&amp;article=art-12`;
    expect(page).toContain(`<a href="${address}">第十二条</a> ${items.length}<`);
  });

  it('given a choice, then it is shown with the way out of it, and counted no more', async () => {
    const page = await html('/supervision/trail?article=art-12');
    expect(page).toContain('<a href="/supervision/trail">条款：第十二条');
    expect(page).not.toContain('按条款');
  });

  it('given the whole of it, then it can be saved by a browser, by those alone who may read it', async () => {
    const saved = await open('/downloads/trail/export?article=art-12&format=csv');
    expect(saved.headers.get('content-disposition')).toContain('trail.csv');
    expect((await saved.text()).split('\n').length).toBeGreaterThan(2);
    expect((await open('/downloads/trail/export?format=csv', 'unit')).status).toBe(403);
  });
});

describe('the life of a project', () => {
  const address = `/projects/${STORY.projectId}/timeline`;
  const ofProject = () => api<Trail>(`/trail?project=${STORY.projectId}&order=asc&limit=200`);

  it('has every event of it, each leading to its own page', async () => {
    const page = await html(address);
    const { items } = await ofProject();
    for (const { position } of items) expect(page).toContain(`href="/supervision/events/${position}"`);
  });

  it('as of an event, then what came later is told apart, and what had happened and was not on record is marked', async () => {
    const { items } = await ofProject();
    const page = await html(`${address}?asOf=${items[2]?.position}`);
    expect(page).toContain(`当时已知 3 个事件，此后又记入 ${items.length - 3} 个`);
    expect(page).toContain('当时已经发生');
    expect(page.slice(page.indexOf('当时还不知道的'))).toContain(items[3]?.sentence ?? '-');
  });

  it('as of the end of a day before its first, then nothing was known', async () => {
    expect(await html(`${address}?asOf=2023-12-31`)).toContain('当时已知 0 个事件');
  });

  it('given no such project, then 404', async () => {
    expect((await open('/projects/2024-zzzzzzzzzzzz/timeline')).status).toBe(404);
  });
});

describe('the page of a person', () => {
  it('says which roles he held on a day, and which he no longer holds', async () => {
    expect(await html('/people/former-office?on=2024-12-27')).toContain('2024-12-27 市市场监督管理部门（某单位）');
    expect(await html('/people/former-office?on=2024-12-28')).toContain('2024-12-28 没有任何角色');
  });

  it('tells what was done about him, and what only the supervising body may know to it alone', async () => {
    const page = await html('/people/former-office');
    expect(page).toContain('收回');
    expect(page).toContain('问题案件和暂停');
    expect(await html('/people/former-office', 'office')).not.toContain('问题案件和暂停');
  });

  it('given no such account, then 404', async () => {
    expect((await open('/people/nobody.here')).status).toBe(404);
  });
});

describe('cases about staff', () => {
  const { misconductId } = samples['misconduct.reported'] as { misconductId: string };

  it('are listed, and each shows what was done in it and what can follow', async () => {
    expect(await html('/supervision/misconduct')).toContain(`/supervision/misconduct/${misconductId}`);
    const page = await html(`/supervision/misconduct/${misconductId}`);
    expect(page).toContain('反映工作人员问题');
  });

  it.each(['office', 'body', 'unit', 'expert'] as const)('are not shown to %s', async reader => {
    expect((await open('/supervision/misconduct', reader)).status).toBe(403);
    expect((await open('/supervision/accesses', reader)).status).toBe(403);
  });
});

describe('ways', () => {
  it.each([
    ['/supervision/trail', '/supervision'],
    ['/people/former-office', '/supervision'],
    ['/statute', '/statute'],
    ['/act/ReportMisconduct', '/registers'],
    ['/act/ReportMisconduct?to=%2Fsupervision', '/supervision'],
  ])('given %s, then the way that leads there is marked, and no other', async (path, way) => {
    const [, nav = ''] = /<nav aria-label="主导航">(.*?)<\/nav>/.exec(await html(path)) ?? [];
    const marked = [...nav.matchAll(/<a href="([^"]*)" aria-current="page">/g)].map(([, href]) => href);
    expect(marked).toEqual([way]);
  });

  it('given any page of the supervisor, then its links within the console lead to pages that there are', async () => {
    const paths = pages.map(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`));
    const broken = new Set<string>();
    for (const path of ['/supervision', '/supervision/trail', `/projects/${STORY.projectId}/timeline`]) {
      const links = (await html(path)).matchAll(/href="(\/(?:supervision|people)[^"?]*)/g);
      for (const [, link = ''] of links) if (!paths.some(known => known.test(link))) broken.add(link);
    }
    expect([...broken]).toEqual([]);
  });
});
