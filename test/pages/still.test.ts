/** What a script adds to a page moves nothing on it: room is kept until it comes, and none where no script runs. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

interface Seen {
  readonly width: number;
  /** Whether the script comes. */
  readonly comes?: boolean;
  readonly css?: string;
}
