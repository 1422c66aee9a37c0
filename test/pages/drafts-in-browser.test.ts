/** While somebody types: what he has typed is kept, and a file is sent as soon as it is chosen. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { describeInChromium, launchChromium } from '../support/chromium.ts';

describeInChromium('填写时 (while somebody types)', () => {
  let site: Site;
  let browser: Browser;
  let token: string;
  beforeAll(async () => {
    site = await openSite();
    token = await site.signIn('office', { role: 'MSR', orgId: 'msr' });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** In a browser of its own, wherever it stands in the world. */
  async function open(path: string): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'America/New_York' });
    await context.addCookies([{ name: 'gongguan', value: token, url: site.url }]);
    const page = await context.newPage();
    await page.goto(site.url + path);
    return page;
  }

  it('given a pause in typing, then the text is kept, and stands in the form in another browser', async () => {
    const page = await open('/act/RecordOtherOrganisingWork');
    await page.getByLabel('详情').fill('走访三家企业');
    await page.getByText(/^草稿已于 \d\d:\d\d 保存$/).waitFor();
    const elsewhere = await open('/act/RecordOtherOrganisingWork');
    expect(await elsewhere.getByLabel('详情').inputValue()).toBe('走访三家企业');
    expect(await elsewhere.locator('.verdict').textContent()).toContain('保存的草稿');
    await Promise.all([elsewhere, page].map(each => each.context().close()));
  });

  const FORM = '/act/DeliverTraining?trainingId=2024-one';
  const choose = (page: Page, name: string, buffer: Buffer) =>
    page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/pdf', buffer });

  it('given a file that is chosen, then it is sent at once, and its name stands in the draft', async () => {
    const page = await open(FORM);
    await choose(page, '签到表.txt', Buffer.from('签到表'));
    await page.getByText('已上传：签到表.txt').waitFor();
    expect(await page.locator('input[name="evidence/0/sha256"]').getAttribute('value')).toMatch(/^[0-9a-f]{64}$/);
    expect(await page.locator('input[name="evidence/0/name"]').inputValue()).toBe('签到表.txt');
    expect(await page.locator('input[type=file]').inputValue()).toBe('');
    await page.getByText(/^草稿已于/).waitFor();
    const elsewhere = await open(FORM);
    expect(await elsewhere.locator('.kept').textContent()).toContain('已上传：签到表.txt');
    await Promise.all([elsewhere, page].map(each => each.context().close()));
  });

  it.each([
    ['of a kind that is not taken', '程序.pdf', Buffer.from([0, 1, 2, 77, 90]), /没有上传：不接受此类文件/],
    [
      'that is larger than any may be',
      '大.pdf',
      Buffer.alloc(21 * 1024 * 1024),
      /没有上传：“大.pdf”有 21.0 MB，超过 20.0 MB/,
    ],
  ])('given a file %s, then that is said beside it, and it is not in the form', async (_what, name, buffer, says) => {
    const page = await open(FORM);
    await choose(page, name, buffer);
    await page.getByText(says).waitFor();
    expect(await page.locator('input[type=file]').inputValue()).toBe('');
    await page.context().close();
  });
});
