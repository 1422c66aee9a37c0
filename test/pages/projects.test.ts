/** The pages on projects: the list that numbers lead to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
