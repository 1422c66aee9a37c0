/** Every page to every reader: what the policy says, and HTML that any browser takes without harm. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admits } from '../../infra/http/policy.ts';
import { pages } from '../../infra/pages/index.ts';
import {
  CALLERS,
  type CallerName,
  openTwoOrganisations,
  STORY,
  type TwoOrganisations,
} from '../http/two-organisations.ts';
import { samples } from '../support/controls.ts';

let site: TwoOrganisations;
beforeAll(async () => {
  site = await openTwoOrganisations();
});
afterAll(() => site.close());

/** What stands in the addresses of the pages. */
const WORDS: Readonly<Record<string, string>> = {
  year: String(STORY.year),
  uscc: STORY.uscc,
  bodyId: STORY.bodyId,
  trainingId: samples['training.scheduled'].trainingId,
  panelId: samples['panel.constituted'].panelId,
  expertId: samples['expert.admitted'].expertId,
  caseId: samples['fraud.established'].caseId,
  entrustmentId: samples['entrustment.terminated'].entrustmentId,
  ruleId: samples['programme-rule.issued'].ruleId,
  no: samples['certificate.issued'].certificateNo as string,
  number: '8',
  position: '5',
  projectId: STORY.projectId,
  accountId: 'now-office',
  misconductId: samples['misconduct.reported'].misconductId as string,
  article: 'art-12',
  type: 'project.listed',
};

const addressOf = (path: string) => path.replaceAll(/:(\w+)/g, (_parameter, name: string) => WORDS[name] ?? 'x');

const open = (path: string, token?: string) =>
  fetch(`${site.url}${path}`, {
    redirect: 'manual',
    headers: { accept: 'text/html', ...(token !== undefined && { cookie: `gongguan=${token}` }) },
  });

const READERS: readonly (CallerName | undefined)[] = [undefined, ...(Object.keys(CALLERS) as CallerName[])];
const tokenOf = (reader: CallerName | undefined) => reader && site.tokens[reader];

/** What is wrong with a page as HTML: what a policy without `unsafe` would refuse, and what readers need. */
function faultsOf(html: string): readonly string[] {
  return [
    ...(/\sstyle="/.test(html) ? ['a style of its own'] : []),
    ...(/\son[a-z]+="/.test(html) ? ['a script in an attribute'] : []),
    ...(/<script(?![^>]*\ssrc="\/)/.test(html) ? ['a script in the page'] : []),
    ...(/(?:src|href)="(?:https?:)?\/\/[^"]*"[^>]*>\s*<\/(?:script|link)/.test(html)
      ? ['something from elsewhere']
      : []),
    ...((html.match(/<h1[ >]/g) ?? []).length === 1 ? [] : ['not one heading']),
    ...(/<html lang="zh-CN">/.test(html) ? [] : ['no language']),
    ...(/<title>[^<]+<\/title>/.test(html) ? [] : ['no title']),
    ...(/undefined|NaN|\[object/.test(html) ? ['a value that is none'] : []),
  ];
}

describe('every page × every reader', () => {
  it.each(READERS)('given %s, then each page answers as its policy says', async reader => {
    const role = reader && CALLERS[reader].role;
    for (const { name, path, access } of pages) {
      const answer = await open(addressOf(path), tokenOf(reader));
      const html = await answer.text();
      const expected = admits(access, role) ? [200, 404] : [reader === undefined ? 303 : 403];
      expect(expected, `${name}: ${html}`).toContain(answer.status);
      if (answer.status !== 303) expect([name, faultsOf(html)]).toEqual([name, []]);
    }
  });

  it('given the supervisor, then no page fails to find what it is about', async () => {
    const missing: string[] = [];
    for (const { name, path } of pages.filter(({ access }) => admits(access, 'SUP'))) {
      const { status } = await open(addressOf(path), site.tokens.supervisor);
      if (status !== 200) missing.push(`${name} ${status}`);
    }
    expect(missing).toEqual([]);
  });

  it('then every page says what may be loaded, and keeps what one reader sees from others', async () => {
    const { headers } = await open('/supervision/trail', site.tokens.supervisor);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['no-store', 'Cookie, Accept-Encoding']);
    expect((await open('/')).headers.get('cache-control')).toBe('public, max-age=15');
  });

  it('given an address that is none, then people are told on a page, and programs as ever', async () => {
    const answer = await open('/nowhere');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    const program = await fetch(`${site.url}/api/v1/nowhere`, { headers: { accept: 'text/html' } });
    expect(program.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each([
    ['<p style="color:red">', 'a style of its own'],
    ['<p onclick="x()">', 'a script in an attribute'],
    ['<script>x()</script>', 'a script in the page'],
    ['<td>undefined</td>', 'a value that is none'],
    ['<h1>二</h1>', 'not one heading'],
  ])('given %s in a page, then it is found', (planted, fault) => {
    const whole = `<html lang="zh-CN"><title>页</title><h1>一</h1>${planted}`;
    expect(faultsOf(whole)).toEqual([fault]);
  });
});

describe('the trail on a page', () => {
  it('says who did what, to what, under which article; every choice stands in the address', async () => {
    const html = await (await open('/supervision/trail?article=art-12', site.tokens.supervisor)).text();
    expect(html).toContain('<option value="art-12" selected>');
    expect(html).toContain('第十二条');
    expect(html).toContain('推荐立项');
    expect(html).toContain(`project=${STORY.projectId}`);
  });

  it('given a field that was left empty, then it says nothing; an unknown one is refused', async () => {
    expect((await open('/supervision/trail?article=&person=', site.tokens.supervisor)).status).toBe(200);
    expect((await open('/supervision/trail?nothing=1', site.tokens.supervisor)).status).toBe(422);
  });

  it('given text of users with markup, then it is text', async () => {
    const html = await (await open('/certificates?no=%3Cscript%3Ealert(1)%3C/script%3E')).text();
    expect(html).not.toContain('<script>');
    expect(html).toContain('value="&lt;script');
  });
});
