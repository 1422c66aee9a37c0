/** Somebody of the programme who works with a browser alone: follows links, fills in forms by what stands beside their fields, and reads. */
import type { Browser, Locator, Page } from 'playwright-core';
import { codeWord } from '../../events/words.ts';
import { labelOf } from '../../infra/pages/act/controls.tsx';

/** A text file, for a field that takes one. */
export class Paper {
  readonly content: string;

  constructor(content: string) {
    this.content = content;
  }
}

type Said = string | number | boolean | Paper | Answers | readonly (string | Answers)[];

/** What is filled in, by the names of the fields; it is found in the form by what these are called among people. */
export interface Answers {
  readonly [field: string]: Said | undefined;
}

/** Where in which form: the fields around those that are filled in. */
interface Part {
  readonly command: string;
  readonly place: string;
}

export interface Signing {
  readonly accountId: string;
  readonly password: string;
}

export class PersonAtBrowser {
  readonly page: Page;
  readonly #url: string;
  readonly #signing: Signing;
  /** What the browser had to say against a page. */
  readonly complaints: string[] = [];

  private constructor(page: Page, url: string, signing: Signing) {
    this.page = page;
    this.#url = url;
    this.#signing = signing;
    page.setDefaultTimeout(30_000);
    page.on('pageerror', error => this.complaints.push(String(error)));
    page.on('console', message => {
      // A refused form is an answer with a status, which the browser reports as an error.
      if (message.type() === 'error' && !/responded with a status of/.test(message.text()))
        this.complaints.push(message.text());
    });
  }

  /** With a browser of his own: nobody else's cookies. */
  static async at(browser: Browser, url: string, signing: Signing): Promise<PersonAtBrowser> {
    const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
    return new PersonAtBrowser(await context.newPage(), url, signing);
  }

  /** Opens an address that he knows; signs in where he is asked to. */
  async open(path: string): Promise<void> {
    await this.page.goto(this.#url + path);
    if (new URL(this.page.url()).pathname !== '/sign-in') return;
    await this.page.getByLabel('账户').fill(this.#signing.accountId);
    await this.page.getByLabel('密码').fill(this.#signing.password);
    await this.#press(this.page.getByRole('main').getByRole('button', { name: '登录' }));
  }

  /** Clicks what leads to another page, and waits for it. */
  async #press(control: Locator): Promise<void> {
    await Promise.all([this.page.waitForEvent('load'), control.click()]).catch(async fault => {
      throw new Error(`${this.page.url()} says ${await this.reads()}`, { cause: fault });
    });
  }

  /** Follows a link of the page by what it says. Throws where there is none. */
  async follow(says: string | RegExp, within: Locator = this.page.getByRole('main')): Promise<void> {
    const name = typeof says === 'string' ? { name: says, exact: true } : { name: says };
    await this.#press(within.getByRole('link', name).first());
  }

  /** What the page says. */
  async reads(): Promise<string> {
    return (await this.page.getByRole('main').textContent()) ?? '';
  }

  /** The line of a table that says something. */
  row(says: string): Locator {
    return this.page.getByRole('row').filter({ hasText: says }).first();
  }

  /**
   * Takes what is offered on the page before him, or in a part of it, fills its form in, checks it and sends it; gives what he
   * is told of it.
   */
  async does(
    offer: string,
    answers: Answers = {},
    within: Locator = this.page.locator('.offers, .acts'),
  ): Promise<string> {
    await this.follow(offer, within);
    return this.sends(answers);
  }

  /** Fills in the form before him, checks it and sends it; gives what he is told of it on the page that he is led to. */
  async sends(answers: Answers = {}): Promise<string> {
    const [, command = ''] = /\/act\/(\w+)/.exec(this.page.url()) ?? [];
    await this.#fillIn(answers, this.page.locator('form.act'), { command, place: '' });
    await this.#press(this.page.getByRole('button', { name: '核对填写内容' }));
    await this.#mustNotBeRefused();
    await this.#press(this.page.getByRole('button', { name: '确认并提交' }));
    await this.#mustNotBeRefused();
    return (await this.page.getByRole('status').textContent()) ?? '';
  }

  async #mustNotBeRefused(): Promise<void> {
    const alert = this.page.getByRole('alert');
    if ((await alert.count()) > 0) throw new Error(`${this.page.url()}: ${await alert.first().textContent()}`);
  }

  async #fillIn(answers: Answers, within: Locator, { command, place }: Part): Promise<void> {
    for (const [field, said] of Object.entries(answers)) {
      const part = { command, place: place === '' ? field : `${place}.${field}` };
      if (said !== undefined) await this.#answer(await this.#askOrAround(part, within, said), said, part);
    }
  }

  /** The part of a form that asks for something: its name stands before its controls. */
  #ask({ place, command }: Part, within: Locator): Locator {
    const named = this.page.locator(':scope > label, :scope > legend').filter({
      hasText: new RegExp(`^\\s*${labelOf({ place }, command)}\\s*(（.*）)?\\s*$`),
    });
    return within.locator('.ask').filter({ has: named }).first();
  }

  /** A group that a form does not show as one has its fields in what is around it. */
  async #askOrAround(part: Part, within: Locator, said: Said): Promise<Locator> {
    const ask = this.#ask(part, within);
    const isGroup = typeof said === 'object' && !Array.isArray(said) && !(said instanceof Paper);
    return isGroup && (await ask.count()) === 0 ? within : ask;
  }

  async #answer(ask: Locator, said: Said, part: Part): Promise<void> {
    if (said instanceof Paper) {
      const file = { name: '附件.txt', mimeType: 'text/plain', buffer: Buffer.from(said.content) };
      return ask.locator('input[type=file]').setInputFiles(file);
    }
    if (Array.isArray(said)) return this.#answerEach(ask, said as readonly (string | Answers)[], part);
    if (typeof said === 'object') return this.#fillInGroup(ask, said as Answers, part);
    const word = codeWord(part.place, said, part.command);
    if ((await ask.locator('.day').count()) > 0) return answerDay(ask, word);
    if ((await ask.locator('input[type=radio]').count()) > 0) return ask.getByLabel(word, { exact: true }).check();
    if ((await ask.locator('select').count()) > 0) return void (await ask.locator('select').selectOption(word));
    await ask.locator('input:not([type=hidden]), textarea').first().fill(word);
    const finding = ask.locator('xpath=following-sibling::*[1][self::p]').getByRole('button', { name: '按名称查找' });
    if ((await finding.count()) > 0) await this.#find(ask, finding, word);
  }

  /** Where a group is one of several, what is said first says which. */
  async #fillInGroup(ask: Locator, said: Answers, part: Part): Promise<void> {
    const choosing = ask.locator(':scope > p').getByRole('button', { name: '选定后填写' });
    if ((await choosing.count()) === 0) return this.#fillIn(said, ask, part);
    const [[mark = '', which] = [], ...rest] = Object.entries(said);
    const word = codeWord(`${part.place}.${mark}`, which as string, part.command);
    await ask.getByLabel(word, { exact: true }).check();
    await this.#press(choosing);
    await this.#fillIn(Object.fromEntries(rest), ask, part);
  }

  /** Looks for what he has typed, and takes what was found. */
  async #find(ask: Locator, finding: Locator, name: string): Promise<void> {
    await this.#press(finding);
    await ask.getByLabel(name).first().check();
  }

  /** Ticks each, or fills in a row for each, asking for another row as often as it takes. */
  async #answerEach(ask: Locator, said: readonly (string | Answers)[], part: Part): Promise<void> {
    const isTicked = (await ask.locator('input[type=checkbox]').count()) > 0;
    for (const [at, each] of said.entries()) {
      if (isTicked) {
        await ask.getByLabel(codeWord(part.place, each as string, part.command), { exact: true }).check();
        continue;
      }
      if (at > 0) await this.#press(ask.getByRole('button', { name: '再加一项' }));
      const row = ask.locator('.row').nth(at);
      if (typeof each === 'string') await row.locator('input:not([type=hidden]), textarea').first().fill(each);
      else await this.#fillIn(each, row, part);
    }
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** `2024-12-25`, with ` 10:00` where the time is asked for. */
async function answerDay(ask: Locator, day: string): Promise<void> {
  const [year = '', month = '', date = '', time] = day.split(/[- ]/);
  await ask.getByLabel('年').fill(year);
  await ask.getByLabel('月').fill(month);
  await ask.getByLabel('日', { exact: true }).fill(date);
  if (time !== undefined) await ask.getByLabel('时间').fill(time);
}
