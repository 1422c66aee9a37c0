/** The dashboards as pages: every number that leads on leads to exactly the projects that it counts, and to their events. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectsBehind, share } from '../../infra/pages/dashboards/parts.tsx';
import { type CallerName, openTwoOrganisations, STORY, type TwoOrganisations } from '../http/two-organisations.ts';

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

const addressOf = (kind: string) => `/dashboards/${STORY.year}/${kind}`;

/** A number that leads to projects, as it stands on a page. */
interface Leading {
  readonly href: string;
  readonly number: number;
}

const leadingIn = (html: string): Leading[] =>
  [...html.matchAll(/<a href="(\/projects\?[^"]+)"[^>]*>([\d,]+)<\/a>/g)].map(([, href = '', number = '']) => ({
    href: href.replaceAll('&amp;', '&'),
    number: Number(number.replaceAll(',', '')),
  }));

/** Numbers behind which there are not as many projects. */
async function unlike(numbers: readonly Leading[]): Promise<string[]> {
  const found: string[] = [];
  for (const { href, number } of numbers) {
    const { status, html } = await open(href, 'supervisor');
    const total = /共 ([\d,]+) 个/.exec(html)?.[1];
    const rows = html.match(/<a href="\/projects\/[^"?]+">/g)?.length ?? 0;
    if (status !== 200 || total !== String(number) || rows !== number)
      found.push(`${href}: ${number}, behind it ${total}`);
  }
  return found;
}

const WITH_NUMBERS = [
  ['funnel', 20],
  ['bodies', 10],
  ['benefits', 4],
  ['participation', 2],
  ['stages', 2],
] as const;

describe('a number on a dashboard', () => {
  it.each(WITH_NUMBERS)('given %s, then each that leads on leads to as many projects', async (kind, least) => {
    const { status, html } = await open(addressOf(kind), 'supervisor');
    expect(status).toBe(200);
    const numbers = leadingIn(html);
    expect(numbers.length).toBeGreaterThanOrEqual(least);
    expect(numbers.every(({ number }) => number > 0)).toBe(true);
    expect(await unlike(numbers)).toEqual([]);
  });

  it('given a number that is one too many, or leads to another year, then it is found', async () => {
    const [step] = leadingIn((await open(addressOf('funnel'), 'supervisor')).html) as [Leading];
    const elsewhere = step.href.replace(`year=${STORY.year}`, `year=${STORY.year + 1}`);
    expect(
      await unlike([
        { ...step, number: step.number + 1 },
        { ...step, href: elsewhere },
      ]),
    ).toHaveLength(2);
  });

  it('then it leads on to a project, and from there to its events', async () => {
    const [step] = leadingIn((await open(addressOf('funnel'), 'supervisor')).html) as [Leading];
    expect((await open(step.href, 'supervisor')).html).toContain(`href="/projects/${STORY.projectId}"`);
    const { status, html } = await open(`/projects/${STORY.projectId}`, 'supervisor');
    expect(status).toBe(200);
    expect(html).toContain(`/projects/${STORY.projectId}/timeline`);
    expect((await open(`/projects/${STORY.projectId}/timeline`, 'supervisor')).html).toContain('/supervision/events/');
  });

  it('then what it counts is said beside it and at the foot, under a name for people', async () => {
    for (const [kind] of WITH_NUMBERS) {
      const { html } = await open(addressOf(kind), 'supervisor');
      const terms = [...html.matchAll(/<dt>([^<]+)<\/dt>/g)].map(([, term]) => term);
      expect(terms.length, kind).toBeGreaterThan(1);
      expect(
        terms.filter(term => /^[\w-]+$/.test(term ?? '')),
        kind,
      ).toEqual([]);
    }
  });

  it('given no part of nothing, then no share; else with what it is a share of', () => {
    expect([share(17, 20), share(0, 20), share(0, 0)]).toEqual(['85.0%（17/20）', '0.0%（0/20）', '']);
    expect(projectsBehind({ year: 2024, step: 'listed', body: undefined })).toBe('/projects?year=2024&step=listed');
  });
});

describe('who is told which dashboard', () => {
  it.each(['funnel', 'benefits', 'participation'])(
    'given %s to a body, then the sums of the city, which lead to nobody else’s projects',
    async kind => {
      const { status, html } = await open(addressOf(kind), 'body');
      expect(status).toBe(200);
      expect(leadingIn(html)).toEqual([]);
      expect(html).toContain('全市的合计');
      expect(html).not.toContain(addressOf('bodies'));
    },
  );

  it.each(['bodies', 'stages'])('given %s to a body, then it is refused', async kind => {
    expect((await open(addressOf(kind), 'body')).status).toBe(403);
  });

  it('given a body, then what panels and review think is no step', async () => {
    expect((await open(addressOf('funnel'), 'supervisor')).html).toContain('未列入建议名单');
    expect((await open(addressOf('funnel'), 'body')).html).not.toContain('未列入建议名单');
  });
});
