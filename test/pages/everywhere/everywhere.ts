/** The demo year clicked through by one person of each role, and every page looked at in a browser. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pages } from '../../../infra/pages/index.ts';
import { describeInChromium, launchChromium } from '../../support/chromium.ts';
import { crawl, Known, linksOf, type Visited } from './crawl.ts';
import { type DemoService, READERS } from './demo-service.ts';
import { faultsInBrowser, isChangedByScript, WIDE } from './in-browser.ts';

/** Pages that no link leads to, and what does. */
const FROM_ELSEWHERE: Readonly<Record<string, string>> = { '/certificates/:no': 'the code on a certificate' };

const declared = new Set<string>(['/sign-in', ...pages.map(({ path }) => path)]);
const isPage = (pattern: string) => declared.has(pattern);

/** A folder for pictures of every page, wide and narrow, for people to look at; without it none are taken. */
const { PICTURES } = process.env;

async function photograph(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.setViewportSize(WIDE);
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  await page.setViewportSize({ width: 375, height: 800 });
  await page.screenshot({ path: join(PICTURES, `${name}-narrow.png`) });
}

/** A page with one fault, under the policy of all pages. */
const PLANTED: readonly { readonly html: string; readonly found: RegExp; readonly css?: string }[] = [
  { html: '<img src="data:,">', found: /^axe image-alt/ },
  { html: '<p style="color: red">红</p>', found: /^the browser says: .*Content Security Policy/ },
  { html: '<a href="#content" class="bare">链接</a>', css: '.bare:focus { outline: none }', found: /not marked/ },
  {
    html: '<a href="#content" class="far">链接</a>',
    css: '.far { position: fixed; left: -99em }',
    found: /not on the screen/,
  },
  {
    html: '<p class="one">从不换行</p>',
    css: '.one { width: 1em; overflow-wrap: anywhere }',
    found: /one letter a line/,
  },
  { html: '<p class="wide">宽</p>', css: 'main .wide { width: 900px; max-width: none }', found: /^at 375 px runs out/ },
  { html: '<label>日期<input type="date" name="day"></label>', found: /the browser's own habit: day/ },
  {
    html: '<p class="paper">宽</p>',
    css: '@media print { main .paper { width: 900px; max-width: none } }',
    found: /^on paper/,
  },
  {
    html: '<details class="shut"><summary>两项</summary><p>成果</p></details>',
    css: '@media print { .shut::details-content { content-visibility: hidden } }',
    found: /^on paper it keeps folded/,
  },
];

/** The suite; `demoOf` gives the service once it runs. */
export function everywhere(demoOf: () => DemoService): void {
  let demo: DemoService;
  const visits = new Map<string | undefined, readonly Visited[]>();
  const cookies = new Map<string | undefined, string>();

  beforeAll(async () => {
    demo = demoOf();
    const known = new Known();
    for (const reader of READERS) {
      if (reader !== undefined) cookies.set(reader, await demo.signIn(reader));
      const beginnings = ['/', '/supervision', '/dashboards'].slice(0, reader === undefined ? 1 : 3);
      visits.set(reader, await crawl(demo.url, cookies.get(reader), beginnings, known));
    }
  }, 900_000);

  describe('the links of all pages', () => {
    it.each(READERS)('given %s, then none leads to a place that refuses or is not there', reader => {
      const wrong = (visits.get(reader) ?? []).filter(({ status, from }) => status >= 400 && from !== '');
      expect(wrong).toEqual([]);
    });

    it('then every page can be reached', () => {
      const reached = new Set([...visits.values()].flat().map(({ pattern }) => pattern));
      const sought = pages.map(({ path }) => path).filter(path => !Object.hasOwn(FROM_ELSEWHERE, path));
      expect(sought.filter(path => !reached.has(path))).toEqual([]);
    });

    it('given a link to another site and one with a choice, then only what is ours is followed, with the choice', () => {
      const html = '<a class="x" href="/trail?a=1&amp;b=2">是</a><a href="https://example.org/">否</a>';
      expect(linksOf(html, 'http://localhost/').map(String)).toEqual(['http://localhost/trail?a=1&b=2']);
    });
  });

  /** Of every page one address that shows it, and a reader of it: the one whose page of it holds the most. */
  function eachOnce(): readonly { pattern: string; address: string; reader: string | undefined }[] {
    const shown = new Map<string, { pattern: string; address: string; reader: string | undefined }>();
    for (const [reader, visited] of visits) {
      for (const { pattern, address, status } of visited) {
        if (status === 200 && isPage(pattern)) shown.set(pattern, shown.get(pattern) ?? { pattern, address, reader });
      }
    }
    return [...shown.values()];
  }

  describeInChromium('every page in a browser', () => {
    let browser: Browser;
    const contexts = new Map<string | undefined, BrowserContext>();
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser?.close());

    /** Windows that nobody looks through now: what a new one loads, one that is used again has. */
    const free = new Map<string | undefined, Page[]>();

    /** Looks through a window of the reader. */
    async function throughWindowOf<T>(reader: string | undefined, look: (page: Page) => Promise<T>): Promise<T> {
      const page = free.get(reader)?.pop() ?? (await newWindowOf(reader));
      const seen = await look(page);
      free.set(reader, [...(free.get(reader) ?? []), page]);
      return seen;
    }

    async function newWindowOf(reader: string | undefined): Promise<Page> {
      let context = contexts.get(reader);
      if (!context) {
        context = await browser.newContext({ locale: 'zh-CN' });
        const cookie = cookies.get(reader);
        for (const pair of cookie?.split('; ') ?? []) {
          const [name = '', value = ''] = pair.split('=');
          await context.addCookies([{ name, value, url: demo.url }]);
        }
        contexts.set(reader, context);
      }
      return context.newPage();
    }

    it('then nobody is kept out, by senses, hands, size of window, paper, policy or want of script', async () => {
      const faults: string[] = [];
      const waiting = [...eachOnce()];
      const lookAtAll = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) await lookAt(next);
      };
      async function lookAt({ pattern, address, reader }: ReturnType<typeof eachOnce>[number]) {
        const found = await throughWindowOf(reader, async page => {
          let sent = '';
          const seen = await faultsInBrowser(page, async shown => {
            sent = (await (await shown.goto(demo.url + address))?.text()) ?? '';
          });
          if (await isChangedByScript(page, sent)) seen.push('without script it says something else');
          await photograph(page, pattern.replaceAll(/[^\w-]+/g, '_'));
          return seen;
        });
        faults.push(...found.map(fault => `${address} (${reader ?? 'public'}): ${fault}`));
      }
      await Promise.all([lookAtAll(), lookAtAll()]);
      expect(faults).toEqual([]);
    }, 600_000);

    it.each([
      { state: 'an address that is none', path: '/nowhere', status: 404 },
      { state: 'a page of other roles', path: '/supervision/health', status: 403 },
      { state: 'a choice that is none', path: '/supervision/trail?nothing=1', status: 422 },
    ])('given $state, then nobody is kept out of what is said', async ({ path, status }) => {
      const reader = status === 403 ? 'unit.0001' : 'sup.office';
      let answered: number | undefined;
      const faults = await throughWindowOf(reader, page =>
        faultsInBrowser(page, async shown => {
          answered = (await shown.goto(demo.url + path))?.status();
        }),
      );
      expect([answered, faults]).toEqual([status, []]);
    });

    /** Between them they ask for everything that a form can ask for. */
    const FORMS: readonly (readonly [command: string, reader: string])[] = [
      ['DraftWorkPlan', 'msr.office'],
      ['RegisterAccount', 'msr.office'],
      ['StartPanelFormation', 'msr.office'],
      ['IssueEvaluationStandard', 'msr.office'],
      ['RecordCompletenessCheck', 'rec.120103'],
      ['RecordVisit', 'rec.120103'],
      ['SubmitApplication', 'unit.0001'],
      ['AttachDocument', 'unit.0001'],
      ['RecordMonitoring', 'unit.0001'],
    ];

    it.each(FORMS)('given the form of %s, empty and refused, then nobody is kept out', async (command, reader) => {
      const found = await throughWindowOf(reader, async page => {
        const empty = await faultsInBrowser(page, shown => shown.goto(`${demo.url}/act/${command}`));
        await photograph(page, `act-${command}`);
        const refused = await faultsInBrowser(page, async shown => {
          await shown.goto(`${demo.url}/act/${command}`);
          // What the browser itself would ask for first is not what is looked at.
          await shown.evaluate("document.querySelector('main form').noValidate = true");
          await shown.getByRole('button', { name: '核对填写内容' }).click();
          await shown.locator('[role=alert]').waitFor();
        });
        await photograph(page, `act-${command}-refused`);
        return { empty, refused };
      });
      expect(found).toEqual({ empty: [], refused: [] });
    });

    it('given a password that is wrong, then nobody is kept out of what is said', async () => {
      const faults = await throughWindowOf(undefined, page =>
        faultsInBrowser(page, async shown => {
          await shown.goto(`${demo.url}/sign-in?to=/supervision`);
          await shown.fill('input[name=accountId]', 'unit.0002');
          await shown.fill('input[name=password]', 'never mine');
          await shown.click('main button[type=submit]');
          await shown.locator('[role=alert]').waitFor();
        }),
      );
      expect(faults).toEqual([]);
    });
  });

  describeInChromium('a fault that is planted in a page', () => {
    let browser: Browser;
    let page: Page;
    beforeAll(async () => {
      browser = await launchChromium();
      page = await browser.newPage();
    });
    afterAll(() => browser?.close());

    it.each(PLANTED)('given $html, then it is found', async ({ html, css = '', found }) => {
      const whole = await fetch(`${demo.url}/proof`);
      const [body, style] = [await whole.text(), await (await fetch(await styleOf())).text()];
      await page.route('**/proof', route =>
        route.fulfill({
          headers: Object.fromEntries(whole.headers),
          body: body.replace('</main>', `${html}</main>`),
        }),
      );
      await page.route('**/style.css*', route => route.fulfill({ contentType: 'text/css', body: style + css }));
      const faults = await faultsInBrowser(page, shown => shown.goto(`${demo.url}/proof`));
      await page.unrouteAll();
      expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(found)]));
    });

    it('given a page of which more is shown than was sent, then it is found', async () => {
      const sent = (await (await page.goto(`${demo.url}/proof`))?.text()) ?? '';
      expect(await isChangedByScript(page, sent)).toBe(false);
      await page.evaluate("document.querySelector('main').append('由脚本添加')");
      expect(await isChangedByScript(page, sent)).toBe(true);
    });

    async function styleOf(): Promise<string> {
      await page.goto(`${demo.url}/proof`);
      return (await page.evaluate('document.querySelector("link[rel=stylesheet]").href')) as string;
    }
  });
}
