/** What is wrong with a page as people meet it in a browser, in words; each check is shown to find a planted fault. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** WCAG 2.2, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 375, height: 800 };
/** A window of 1,280 px that shows everything at twice the size. */
const ZOOMED = { width: 640, height: 450 };
/** A4 within margins of 20 mm, at 96 px an inch. */
const PAPER = { width: 642, height: 900 };

/** Of the page that is opened: what the browser said, and every check, one after the other. */
export async function faultsInBrowser(page: Page, open: (page: Page) => Promise<unknown>): Promise<string[]> {
  const complaints: string[] = [];
  const listen = (text: string) => complaints.push(`the browser says: ${text}`);
  page.on('console', message => {
    if (message.type() === 'error' && !/the server responded with a status of/.test(message.text()))
      listen(message.text());
  });
  page.on('pageerror', error => listen(String(error)));
  await page.setViewportSize(WIDE);
  await open(page);
  const faults = [
    ...(await barriers(page)),
    ...(await unreachable(page)),
    ...(await unreadable(page, 'at 1280 px')),
    ...(await foreign(page)),
  ];
  for (const [size, where] of [
    [ZOOMED, 'at 200 %'],
    [NARROW, 'at 375 px'],
  ] as const) {
    await page.setViewportSize(size);
    faults.push(...(await unreadable(page, where)));
  }
  faults.push(...(await onPaper(page)));
  page.removeAllListeners();
  return [...complaints, ...faults];
}

/** Whether a page says something else, once its script has run, than was sent; a script may add a way to narrow a table. */
export async function isChangedByScript(page: Page, sent: string): Promise<boolean> {
  return page.evaluate(`(sent => {
    const said = of => {
      const main = of.querySelector('main').cloneNode(true);
      for (const added of main.querySelectorAll('.narrow-rows')) added.remove();
      return main.textContent;
    };
    return said(document) !== said(new DOMParser().parseFromString(sent, 'text/html'));
  })(${JSON.stringify(sent)})`);
}

/** Rows of one table that are looked at: those that follow are made as these are, and each costs as much as the first. */
const ROWS = 12;

const require = createRequire(import.meta.url);
/** As every page is given it: half the length of what the package is loaded as. */
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What keeps people with other senses and hands out. */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found = (await page.evaluate(
    `axe.run({ exclude: [['tbody > tr:nth-child(n + ${ROWS + 1})']] },
      { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`,
  )) as { violations: readonly { id: string; nodes: readonly { html: string }[] }[] };
  return found.violations.map(({ id, nodes }) => `axe ${id}: ${nodes[0]?.html.slice(0, 200)} (${nodes.length})`);
}

/** How many stops of the tab key are looked at one by one; a table has a link a row. */
const STOPS = 24;

/** Where the tab key has led to. */
interface Stop {
  readonly html: string;
  readonly isAgain: boolean;
  readonly isShown: boolean;
  readonly isMarked: boolean;
}

/** What a keyboard alone does not reach, or reaches without being seen to. */
async function unreachable(page: Page): Promise<readonly string[]> {
  // Wherever the focus is on arrival, the way is gone from the top. Each stop is looked at as it is when the next key goes down.
  const count = (await page.evaluate(`(() => {
    document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');
    window.scrollTo(0, 0);
    const reached = new Set();
    let keys = 0;
    window.stops = [];
    window.lookAtStop = () => {
      const it = document.activeElement;
      if (!it || it === document.body) return void window.stops.push(null);
      const box = it.getBoundingClientRect();
      const style = getComputedStyle(it);
      const isShown = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0;
      const isMarked = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
      window.stops.push({ html: it.outerHTML.slice(0, 120), isAgain: reached.has(it), isShown, isMarked });
      reached.add(it);
    };
    addEventListener('keydown', () => { if (keys++ > 0) window.lookAtStop(); }, { capture: true });
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
      .filter(it => !it.disabled && it.tabIndex >= 0 && it.checkVisibility({ visibilityProperty: true })
        && !(it.type === 'radio' && !it.checked)).length;
  })()`)) as number;
  const expected = Math.min(count, STOPS);
  for (let at = 0; at < expected; at += 1) await page.keyboard.press('Tab');
  const stops = (await page.evaluate('window.lookAtStop(); window.stops')) as readonly (Stop | null)[];
  const faults: string[] = [];
  for (let at = 0; at < expected; at += 1) {
    const stop = stops[at];
    if (!stop) return [...faults, `the tab key is lost after ${at} of ${count} stops`];
    if (stop.isAgain) return [...faults, `the tab key comes back to ${stop.html}`];
    if (!stop.isShown) faults.push(`the focus cannot be seen on ${stop.html}: it is not on the screen`);
    if (!stop.isMarked) faults.push(`the focus cannot be seen on ${stop.html}: it is not marked`);
  }
  return faults;
}

/** What runs out of the window, lies one letter a line, or can hardly be hit. */
async function unreadable(page: Page, where: string): Promise<readonly string[]> {
  const found = (await page.evaluate(`(() => {
    const faults = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
      const widest = [...document.querySelectorAll('body *')].filter(it => !it.closest('.scroll > *'))
        .find(it => it.getBoundingClientRect().right > clientWidth + 1);
      faults.push('runs out of the window by ' + (scrollWidth - clientWidth) + ' px: ' + widest?.outerHTML.slice(0, 160));
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent.trim();
      if (text.length < 4 || !node.parentElement.checkVisibility() || node.parentElement.closest('.sr, option')) continue;
      range.selectNodeContents(node);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
      if (lines > 3 && text.length / lines < 2) faults.push('lies one letter a line: ' + text.slice(0, 40));
    }
    return faults;
  })()`)) as readonly string[];
  return found.map(fault => `${where} ${fault}`);
}

/** What a Chinese browser would show in the habits of another country, and what comes from elsewhere. */
async function foreign(page: Page): Promise<readonly string[]> {
  return (await page.evaluate(`[
    ...[...document.querySelectorAll('input[type=date], input[type=datetime-local], input[type=month]')]
      .map(it => 'a date in the browser\\'s own habit: ' + it.name),
    ...performance.getEntriesByType('resource').map(({ name }) => name)
      .filter(name => !name.startsWith(location.origin) && !name.startsWith('data:')).map(name => 'loaded from elsewhere: ' + name),
  ]`)) as readonly string[];
}

/** What a printed page lacks or need not have. */
async function onPaper(page: Page): Promise<readonly string[]> {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize(PAPER);
  const found = (await page.evaluate(`[
    ...(document.querySelector('h1')?.checkVisibility() ? [] : ['has no title']),
    ...[...document.querySelectorAll('header.top nav, .skip, button')].filter(it => it.checkVisibility())
      .slice(0, 1).map(it => 'shows what nobody can click: ' + it.outerHTML.slice(0, 100)),
    ...(document.documentElement.scrollWidth > document.documentElement.clientWidth ? ['is cut off at the side'] : []),
    ...[...document.querySelectorAll('.scroll')].filter(it => it.scrollWidth > it.clientWidth + 1)
      .slice(0, 1).map(it => 'has a table that is cut off: ' + it.querySelector('caption')?.textContent),
    ...[...document.querySelectorAll('details > :not(summary)')]
      // What is left off on paper on purpose, such as tools, has no place there at all.
      .filter(it => it.parentElement.checkVisibility() && !it.checkVisibility() && getComputedStyle(it).display !== 'none')
      .slice(0, 1).map(it => 'keeps folded what nobody can unfold: ' + it.textContent.slice(0, 40)),
  ]`)) as readonly string[];
  await page.emulateMedia({ media: 'screen' });
  return found.map(fault => `on paper it ${fault}`);
}
