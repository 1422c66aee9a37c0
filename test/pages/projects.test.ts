/** The pages on projects: the list that numbers lead to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { returnTo } from '../../infra/pages/return-to.ts';
import { type CallerName, openTwoOrganisations, STORY, type TwoOrganisations } from '../http/two-organisations.ts';
import { samples } from '../support/controls.ts';

let site: TwoOrganisations;
beforeAll(async () => {
  site = await openTwoOrganisations();
});
afterAll(() => site.close());

async function open(path: string, reader: CallerName) {
  const answer = await fetch(`${site.url}${path}`, {
    redirect: 'manual',
    headers: { accept: 'text/html', cookie: `gongguan=${site.tokens[reader]}` },
  });
  return { status: answer.status, html: await answer.text() };
}

const LINK = `href="/projects/${STORY.projectId}"`;

describe('the list of projects', () => {
  it.each(['supervisor', 'office', 'unit', 'body'] as const)(
    'given the %s, then the project leads on',
    async reader => {
      const { html } = await open('/projects', reader);
      expect(html).toContain(LINK);
      expect(html).toContain(samples['unit.renamed'].name);
    },
  );

  it.each(['otherUnit', 'otherBody'] as const)('given the %s, then it is told of none', async reader => {
    const { html } = await open('/projects', reader);
    expect(html).not.toContain(STORY.projectId);
    expect(html).toContain('没有符合条件的项目');
  });

  it('given a number that leads here, then what it counts is said in words, kept, and can be dropped', async () => {
    const { html } = await open('/projects?year=2024&stated=application&district=120101', 'supervisor');
    expect(html).toContain('申报材料已提交、未撤回');
    expect(html).toContain('申报单位在和平区');
    expect(html).toContain('<input type="hidden" name="district" value="120101"');
    expect(html).toContain('href="/projects?year=2024&amp;stated=application"');
    expect(html).not.toContain(LINK);
  });

  it('given somebody who is not told what panels think, then it is no choice', async () => {
    expect((await open('/projects', 'supervisor')).html).toContain('>未列入建议名单</option>');
    expect((await open('/projects', 'unit')).html).not.toContain('未列入建议名单');
  });
});

describe('the own projects of a recommending body', () => {
  it('given its work, then it is led to them by stage, with those that wait', async () => {
    expect((await open('/work', 'body')).html).toContain('href="/work/body"');
    const { status, html } = await open('/work/body', 'body');
    expect([status, html.includes(`/bodies/${STORY.bodyId}?list=inbox&amp;stage=`)]).toEqual([200, true]);
    expect(html).toContain('待本单位核实并提交推荐意见');
  });

  it('given another body, a unit or the authority, then nothing of it is told', async () => {
    expect((await open('/work/body', 'otherBody')).html).not.toContain('stage=');
    for (const reader of ['unit', 'office'] as const) {
      expect((await open('/work/body', reader)).status).toBe(403);
      expect((await open('/work', reader)).html).not.toContain('/work/body');
    }
  });
});

const PROJECT = `/projects/${STORY.projectId}`;
const tabsIn = (html: string) =>
  [...html.matchAll(/href="\/projects\/[^"?/]+(?:\?tab=(\w+))?"/g)].map(([, tab]) => tab ?? 'overview');

describe('the case file', () => {
  it('第二十六条 given the overview, then nothing of the material is opened; given a part, then it is on record', async () => {
    const before = await site.head();
    await open(PROJECT, 'body');
    expect(await site.head()).toBe(before);
    await open(`${PROJECT}?tab=application`, 'body');
    expect(await site.head()).not.toBe(before);
  });

  it.each([
    ['supervisor', 8],
    ['unit', 6],
    ['body', 6],
  ] as const)('given the %s, then each of his %i parts says what it is about', async (reader, parts) => {
    const tabs = tabsIn((await open(PROJECT, reader)).html);
    expect(tabs).toHaveLength(parts);
    for (const tab of tabs) {
      const { status, html } = await open(`${PROJECT}?tab=${tab}`, reader);
      expect([tab, status]).toEqual([tab, 200]);
      expect(html).toContain('aria-current="page"');
      expect(html).not.toMatch(/undefined|\[object/);
    }
  });

  it.each(['otherUnit', 'otherBody', 'thirdParty'] as const)('given the %s, then it is not there', async reader => {
    expect((await open(PROJECT, reader)).status).toBe(404);
    expect((await open(`${PROJECT}?tab=application`, reader)).status).toBe(404);
  });

  it('given an official who has not undertaken secrecy, then the overview, and no material', async () => {
    const { status, html } = await open(PROJECT, 'office');
    expect([status, tabsIn(html).length]).toEqual([200, 8]);
    expect((await open(`${PROJECT}?tab=application`, 'office')).status).toBe(403);
  });

  it('given a part that the reader has none of, then he is shown the first, and nothing of it', async () => {
    const { html } = await open(`${PROJECT}?tab=evaluation`, 'unit');
    expect(html).toContain('走到过的各步');
    expect(html).not.toContain('评分表');
  });

  it('given a file on record, then it is a link to its own address, which says no to whom it does not concern', async () => {
    const { html } = await open(`${PROJECT}?tab=application`, 'unit');
    const [, file] = /href="(\/downloads\/files\/[0-9a-f]{64})"/.exec(html) ?? [];
    expect(file).toBeDefined();
    expect((await open(file as string, 'otherUnit')).status).toBe(404);
  });
});

describe('what waits for somebody, on a page', () => {
  it('given who has not undertaken secrecy, then that first, with the form and the way back', async () => {
    const { html } = await open('/work', 'office');
    expect(html).toContain('签署保密承诺');
    expect(html).toContain('href="/act/SignConfidentialityUndertaking?to=%2Fwork"');
  });

  it('given a unit that has nothing to do, then it is told so, and of its projects', async () => {
    const { html } = await open('/work', 'unit');
    expect(html).toContain('没有等待您办理的事项');
    expect(html).toContain(LINK);
  });

  it('given somebody who signs in and asked for no page, then his work begins there', () => {
    expect(returnTo(undefined, 'UNIT')).toBe('/work');
    expect(returnTo(undefined, 'MSR')).toBe('/work');
    expect(returnTo(undefined, 'SUP')).toBe('/supervision');
    expect(returnTo('/results', 'UNIT')).toBe('/results');
  });
});
