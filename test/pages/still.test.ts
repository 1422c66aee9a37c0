/** What a script adds to a page moves nothing on it: room is kept until it comes, and none where no script runs. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asset } from '../../infra/pages/assets.ts';
import { type Column, Table } from '../../infra/pages/parts/table.tsx';
import { openTwoOrganisations, STORY, type TwoOrganisations } from '../http/two-organisations.ts';
import { describeInChromium, launchChromium } from '../support/chromium.ts';

const PATHS = [
  '/',
  '/statute',
  '/catalogue/events',
  '/bodies',
  '/supervision',
  '/supervision/health',
  '/supervision/trail',
  '/supervision/coverage?year=2024',
  '/registers',
  `/projects/${STORY.projectId}/timeline`,
];

describeInChromium('版面不移动 (nothing moves)', () => {
  let site: TwoOrganisations;
  let browser: Browser;
  beforeAll(async () => {
    site = await openTwoOrganisations();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Pixels down to the end of the page, with its script or before it has come. */
  async function heightOf(path: string, { width, comes = true, css = '' }: Seen): Promise<number> {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    await context.addCookies([{ name: 'gongguan', value: site.tokens.supervisor, url: site.url }]);
    const page = await context.newPage();
    if (!comes) await page.route(/enhance/, route => route.abort());
    await page.goto(site.url + path);
    if (css !== '') {
      await page.evaluate(rules => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(rules);
        document.adoptedStyleSheets = [sheet];
      }, css);
    }
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await context.close();
    return height;
  }

  it.each(PATHS)('%s is as tall before its script has come as with it', async path => {
    for (const width of [1280, 375])
      expect(await heightOf(path, { width }), `${width}`).toBe(await heightOf(path, { width, comes: false }));
  });

  it('given that no room is kept, then that is found', async () => {
    const seen = { width: 1280, css: '.narrow-rows { min-height: 0 !important; margin: 0 !important }' };
    const [path = ''] = PATHS.slice(2);
    expect(await heightOf(path, seen)).not.toBe(await heightOf(path, { ...seen, comes: false }));
  });
});

describeInChromium('表格不移动 (a table stays as it comes in)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  /** The layout shift of a table whose last rows, which need more room in another column, come in later. */
  async function shiftOf(columns: readonly Column<readonly [string, string]>[]): Promise<number> {
    const rows = Array.from({ length: 30 }, (_, at) =>
      at < 15 ? (['Words '.repeat(30), ''] as const) : (['', 'Words '.repeat(30)] as const),
    );
    const table = renderToString(h(Table<readonly [string, string]>, { caption: 'Rows', columns, rows }));
    const half = table.indexOf('<tr>', table.length / 2);
    const style = `<!doctype html><title>Rows</title><style>${asset('style.css').bytes}</style>`;
    const server = createServer(async (_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      res.write(style + table.slice(0, half));
      await setTimeout(1_000);
      res.end(table.slice(half));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(`window.shift = 0;
      new PerformanceObserver(list => { for (const { value } of list.getEntries()) window.shift += value; })
        .observe({ type: 'layout-shift', buffered: true });`);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForTimeout(200);
    const shift = (await page.evaluate('window.shift')) as number;
    await page.close();
    server.close();
    return shift;
  }

  const columns: readonly Column<readonly [string, string]>[] = [
    { head: 'One', cell: ([one]) => one },
    { head: 'Other', cell: ([, other]) => other },
  ];

  it('given columns with their shares, as those of reports have, then they do not wait for the rows', async () => {
    expect(await shiftOf(columns.map(column => ({ ...column, share: 50 })))).toBeLessThan(0.05);
  });

  it('given columns that take what each row needs, then that is found', async () => {
    expect(await shiftOf(columns)).toBeGreaterThan(0.05);
  });
});

interface Seen {
  readonly width: number;
  /** Whether the script comes. */
  readonly comes?: boolean;
  readonly css?: string;
}
