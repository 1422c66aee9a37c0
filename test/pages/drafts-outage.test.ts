/** The store of drafts cannot be used: whoever has work to do still finds it, and is told what is missing. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../infra/sqlite.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { temporaryDirectory } from '../support/log.ts';

let site: Site;
const directory = temporaryDirectory();
beforeAll(async () => {
  site = await openSite({ environment: { GONGGUAN_DATA: directory.path } });
  const drafts = openDatabase(join(directory.path, 'drafts.db'), { synchronous: 'FULL' });
  drafts.exec('DROP TABLE drafts');
  drafts.close();
});
afterAll(async () => {
  await site.close();
  directory[Symbol.dispose]();
});

async function shown(path: string, role: 'MSR' | 'EXPERT') {
  const token = await site.signIn(`of-${role.toLowerCase()}`, { role, orgId: role.toLowerCase() });
  const answer = await fetch(site.url + path, { headers: { cookie: `gongguan=${token}` } });
  return { status: answer.status, html: await answer.text() };
}

it.each([
  ['/work', 'MSR', '没有项目'],
  ['/panel-duties', 'EXPERT', '您目前不在任何技术评定组'],
] as const)(
  'given the outage, then %s has all but the drafts, and says that they cannot be read now',
  async (path, role, other) => {
    const { status, html } = await shown(path, role);
    expect(status).toBe(200);
    expect(html).toContain(other);
    expect(html).toContain('草稿暂时读不到');
  },
);
