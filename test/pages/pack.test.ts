/** 证据材料: chosen by name, the same on the page and in the PDF, and checked against the bundle by whoever holds both. */
import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DecidedEvent } from '../../events/event-type.ts';
import { blocksOf } from '../../infra/pages/on-paper.ts';
import { printLong } from '../../infra/printing/print.ts';
import { openSite, type Site, withSeals } from '../http/authorisation-site.ts';
import { STORY } from '../http/two-organisations.ts';
import { readPdf } from '../recognition/pdf.ts';
import { filesIn, linesOf } from '../support/bundle.ts';
import { control, type FactName } from '../support/controls.ts';
import { temporaryDirectory } from '../support/log.ts';

const NOW = '2024-01-15T02:00:00.000Z';
const TOLD: readonly FactName[] = ['application.submitted', 'truthfulness.verified', 'project.recommended'];

let directory: ReturnType<typeof temporaryDirectory>;
let site: Site;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  directory = temporaryDirectory();
  site = await openSite({ now: NOW, signing: true, environment: { GONGGUAN_DATA: directory.path } });
  for (const [account, role, orgId] of [
    ['sup', 'SUP', 'sup'],
    ['unit', 'UNIT', STORY.uscc],
  ] as const) {
    tokens[account] = await site.signIn(`the-${account}`, { role, orgId });
  }
  const { year, uscc, projectId, bodyId } = STORY;
  const told: DecidedEvent[] = await Promise.all(
    TOLD.map(name => withSeals(site, control(name, {}, { about: { year, uscc, projectId, bodyId } }))),
  );
  await site.append('story', told);
  await site.settled();
  await vi.waitFor(
    async () => {
      const state = (await (await fetch(`${site.url}/api/v1/ledger/state`)).json()) as { checkpoint: { size: number } };
      expect(state.checkpoint.size).toBeGreaterThanOrEqual((await site.log()).length);
    },
    { timeout: 10_000, interval: 20 },
  );
});
afterAll(async () => {
  await site.close();
  directory[Symbol.dispose]();
});

const open = (path: string, reader = 'sup') =>
  fetch(`${site.url}${path}`, {
    redirect: 'manual',
    headers: { accept: 'text/html,*/*;q=0.8', cookie: `gongguan=${tokens[reader]}` },
  });
const html = async (path: string) => (await open(path)).text();
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());
const pdf = async (query: string) => readPdf(await bytesOf(await open(`/supervision/pack/print?${query}`)));
const together = (texts: readonly { readonly text: string }[]) => texts.map(({ text }) => text).join('');
const ofProject = `project=${STORY.projectId}`;

describe('the PDF of a pack', () => {
  it('is a file for the supervising and the municipal body, and for nobody else', async () => {
    const answer = await open(`/supervision/pack/print?${ofProject}`);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-disposition')).toContain(encodeURIComponent('项目证据材料'));
    expect((await open(`/supervision/pack/print?${ofProject}`, 'unit')).status).toBe(403);
    expect((await open('/supervision/pack/print')).status).toBe(404);
    expect((await open('/supervision/pack/print?project=none')).status).toBe(422);
  });

  it('says what the page says: each sentence, each digest, and how both are checked', async () => {
    const [page, printed] = [await html(`/supervision/pack?${ofProject}`), await pdf(ofProject)];
    const text = together(printed.lines);
    const said = (pattern: RegExp) => [...page.matchAll(pattern)].map(([, found = '']) => found);
    const digests = said(/<span class="hash">([0-9a-f]{64})</g);
    expect(digests).toHaveLength(TOLD.length + 1);
    const without = (found: string) => found.replaceAll(/\s|<[^>]*>/g, '');
    const squeezed = without(text);
    for (const heading of said(/<h[12]>([^<]+)</g)) expect(squeezed).toContain(without(heading));
    for (const item of said(/<li>(.*?)<\/li>/g)) expect(squeezed).toContain(without(item));
    for (const digest of digests) expect(printed.pages.some(page => heldIn(page, digest))).toBe(true);
  });

  it('has a digest that whoever holds the bundle computes from it alone', async () => {
    const { lines } = await pdf(ofProject);
    const [, stated] = /摘要（SHA-256）：([0-9a-f]{64})/.exec(together(lines).replaceAll(' ', '')) ?? [];
    const bundle = filesIn(await bytesOf(await open(`/downloads/bundles/projects/${STORY.projectId}`)));
    const page = await html(`/supervision/pack?${ofProject}`);
    const listed = [...page.matchAll(/<tr><td class="number">(\d+)</g)].map(([, position]) => position);
    const entries = linesOf((bundle.get('events.ndjson') as Buffer).toString())
      .filter(({ position }) => listed.includes(position))
      .map(({ entry }) => `${entry}\n`);
    expect(entries).toHaveLength(TOLD.length);
    expect(stated).toBe(hash('sha256', entries.join('')));
  });

  it('given a year, then it has the verdicts of reports and lists no events', async () => {
    const text = together((await pdf('year=2024')).lines);
    expect(text).toContain('监督报告的结论');
    expect(text).not.toContain('事件和指纹');
  });
});

/** The pieces of a broken cell follow each other with those of others between them. */
function heldIn(lines: readonly { readonly text: string; readonly x: number }[], sought: string): boolean {
  const columns = [...new Set(lines.map(({ x }) => Math.round(x)))];
  const textOf = (column: number) => together(lines.filter(({ x }) => Math.round(x) === column));
  return columns.some(column => textOf(column).includes(sought)) || together(lines).includes(sought);
}

describe('choosing what a pack is about', () => {
  it('a person is found by a part of his name, and no number has to be known', async () => {
    const page = await html('/supervision/pack?choose=account&q=某');
    expect(page).toContain('/supervision/pack?account=the-sup');
    expect(page).not.toContain('placeholder="2024-…"');
  });

  it.each(['project', 'unit', 'account'])('a %s is chosen from a list', async choose => {
    expect(await html(`/supervision/pack?choose=${choose}`)).toContain(`name="choose" value="${choose}"`);
  });

  it('given a period, then what was recorded within it is listed, and nothing else', async () => {
    expect(await html('/supervision/pack?from=2024-01-15&to=2024-01-15')).toContain('2024-01-15 至 2024-01-15');
    const before = await html(`/supervision/pack?${ofProject}&to=2023-12-31`);
    expect(before).toContain('<dd>0 个</dd>');
    expect(before).toContain('value="2023-12-31"');
  });

  it.each([
    ['unit', STORY.uscc],
    ['body', STORY.bodyId],
  ])('given a %s, then the events of its projects are listed', async (name, id) => {
    expect(await html(`/supervision/pack?${name}=${id}`)).toContain(`<dd>${TOLD.length} 个</dd>`);
  });
});

describe('a long paper', () => {
  const made = (rows: readonly (readonly string[])[]) =>
    printLong({
      title: '证据材料',
      number: '项目一',
      foot: '由台账得出',
      madeAt: NOW,
      blocks: [{ kind: 'table', heads: ['位置', '事件'], rows }],
    });

  it('goes on over as many pages as it needs, each with its head and number, and loses no row', async () => {
    const rows = Array.from({ length: 120 }, (_, at) => [`${at}`, `第${at}件事，${'说明'.repeat(20 + (at % 40))}。`]);
    const { pages, lines } = readPdf(await made(rows));
    expect(pages.length).toBeGreaterThan(3);
    for (const [at, page] of pages.entries()) {
      const text = together(page);
      expect(text).toContain(`第 ${at + 1} 页，共 ${pages.length} 页`);
      expect(text).toContain('位置');
      for (const { x, y, width } of page) expect(x >= 55 && x + width <= 541 && y >= 30).toBe(true);
    }
    const all = together(lines.filter(({ x }) => x > 60));
    for (const [, text = ''] of rows) expect(all).toContain(text.slice(0, 10));
  });

  it('given a cell that is taller than a page, then it goes on on the next', async () => {
    const { pages, lines } = readPdf(await made([['1', '长'.repeat(9_000)]]));
    expect(pages.length).toBeGreaterThan(1);
    expect(together(lines).match(/长/g)).toHaveLength(9_000);
  });

  it('given a character that the typeface lacks, then it says which', async () => {
    expect(together(readPdf(await made([['1', '𰻝𰻝面']])).lines)).toContain('U+30EDD');
  });

  it('given something for which paper has no form, then it is refused rather than left out', () => {
    expect(() => blocksOf({ type: 'video', props: {}, key: null, constructor: undefined } as never)).toThrow('video');
  });
});
