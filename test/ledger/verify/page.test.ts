/** The page that verifies a bundle, as an auditor uses it: opened from disk in a browser, with the network off. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifierPage } from '../../../infra/ledger/verify/script.ts';
import { describeInChromium, launchChromium } from '../../support/chromium.ts';
import { temporaryDirectory } from '../../support/log.ts';
import { bundle, bundleFiles, plainEvents } from './plain-bundle.ts';
import { type Case, cases } from './tampering.ts';

const directory = temporaryDirectory();
const file = (name: string) => join(directory.path, name);
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const requests: string[] = [];

const open = () => page.goto(pathToFileURL(file('verify.html')).href);

/** Gives the page what the case gives a verifier, and waits for what it says. */
async function verdictOf({ bundle: content, checkpoint, key, witness }: Case): Promise<string> {
  await open();
  await page.locator('summary').click();
  if (checkpoint) {
    const note = { name: 'checkpoint', mimeType: 'text/plain', buffer: Buffer.from(checkpoint) };
    await page.setInputFiles('#noteFile', note);
    await page.waitForFunction('document.getElementById("noteName").textContent !== ""');
  }
  if (key) await page.fill('#key', key);
  if (witness) await page.fill('#witness', witness);
  await page.setInputFiles('#file', { name: 'bundle.zip', mimeType: 'application/zip', buffer: content });
  await page.locator('#verdict').waitFor();
  return (await page.locator('#outcome').textContent()) ?? '';
}

describeInChromium('verify.html, opened from disk without network', () => {
  beforeAll(async () => {
    writeFileSync(file('verify.html'), verifierPage());
    browser = await launchChromium();
    const context = await browser.newContext({ offline: true, locale: 'zh-CN' });
    page = await context.newPage();
    page.on('console', message => complaints.push(message.text()));
    page.on('pageerror', error => complaints.push(String(error)));
    // Whoever listens from the beginning misses none: the browser is told to hand them over some time after.
    page.on('filechooser', () => undefined);
    page.on('request', request => requests.push(request.url()));
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    directory[Symbol.dispose]();
  });

  it.each(cases())(
    'given $name was changed, then it says that the bundle is $outcome, and names $index',
    async asked => {
      const says = await verdictOf(asked);
      expect(says).toContain(asked.outcome === 'whole' ? '完好：与检查点相符' : '不完好');
      if (asked.index !== undefined) expect(says).toMatch(new RegExp(`序号(是)? ${asked.index}\\b`));
      expect(await page.locator('tr.failed').count()).toBe(
        await page.locator('tr.failed td', { hasText: '✗ 不符' }).count(),
      );
    },
  );

  it('given a bundle is dropped on the page, then it is verified', async () => {
    await open();
    const content = bundle(bundleFiles({ events: plainEvents(40) })).toString('base64');
    const dropped = await page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob('${content}'), character => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'dropped.zip'));
      return transfer;
    })()`);
    await page.dispatchEvent('#place', 'drop', { dataTransfer: dropped });
    await page.locator('#verdict').waitFor();
    expect(await page.locator('#outcome').textContent()).toContain('完好：与检查点相符');
    expect(await page.locator('#status').textContent()).toBe('已核验 dropped.zip。');
  });

  it('given only a keyboard, then a bundle can be chosen, and the verdict has the focus', async () => {
    await open();
    await page.bringToFront();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('choose');
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
    const buffer = bundle(bundleFiles({ events: plainEvents(40) }));
    await chooser.setFiles({ name: 'bundle.zip', mimeType: 'application/zip', buffer });
    await page.locator('#verdict').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('outcome');
  });

  it('given a key that is none, then it says so, and gives no verdict', async () => {
    await open();
    await page.locator('summary').click();
    await page.fill('#key', 'x+y+z');
    const buffer = bundle(bundleFiles({ events: plainEvents(9), others: [] }));
    await page.setInputFiles('#file', { name: 'bundle.zip', mimeType: 'application/zip', buffer });
    await page.getByText('这不是所要的密钥').waitFor();
    expect(await page.locator('#verdict').isVisible()).toBe(false);
  });

  it('given another script in the page, then the browser does not run it', async () => {
    writeFileSync(
      file('other.html'),
      verifierPage().replace('</main>', '<script>document.title = "ran"</script></main>'),
    );
    await page.goto(pathToFileURL(file('other.html')).href);
    expect(await page.title()).toBe('核验证据包 · 攻关台账');
    expect(complaints.filter(text => text.includes('Content Security Policy'))).toHaveLength(1);
    complaints.length = 0;
  });

  it('has fetched nothing but itself, and complained of nothing', () => {
    expect(new Set(requests.filter(url => !/\/(verify|other)\.html$/.test(url)))).toEqual(new Set());
    expect(complaints).toEqual([]);
  });
});

describe('verify.html', () => {
  const text = verifierPage();

  it('holds all it needs, and names no address', () => {
    expect(text).not.toMatch(/\b(src|href)=|https?:|@import|url\(/);
    expect(text.match(/<\/script/g)).toHaveLength(1);
    expect(text.match(/<\/style/g)).toHaveLength(1);
  });

  it('allows its own script and style alone', () => {
    const [, policy] = /Content-Security-Policy"\s+content="([^"]*)"/.exec(text) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-\S+'; style-src 'sha256-\S+'; base-uri 'none'; form-action 'none'$/,
    );
  });
});
