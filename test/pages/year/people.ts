/** A programme year whose people have nothing but a browser each; its clock is set from outside. */
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { PASSWORD } from '../../programme-year/client.ts';
import { Year } from '../../programme-year/year.ts';
import { launchChromium } from '../../support/chromium.ts';
import { type Answers, Paper, PersonAtBrowser } from '../../support/person-at-browser.ts';

/** What is offered, and what is filled into its form. */
export type Act = readonly [offer: string, answers?: Answers];

export class YearOfPeople extends Year {
  #browser: Browser | undefined;
  readonly #people = new Map<string, PersonAtBrowser>();
  /** The project that the stories tell of, once somebody has applied. */
  projectId = '';
  /** Who was drawn to judge it, by name: the first is recused, the second speaks for all. */
  readonly members: string[] = [];

  async openBrowser(): Promise<void> {
    this.#browser = await launchChromium();
  }

  /** Who works with an account, at the browser that he has once and for all. */
  async person(accountId: string): Promise<PersonAtBrowser> {
    const known = this.#people.get(accountId);
    if (known) return known;
    if (!this.#browser) throw new Error('no browser was opened');
    const somebody = await PersonAtBrowser.at(this.#browser, this.app.url, { accountId, password: PASSWORD });
    this.#people.set(accountId, somebody);
    return somebody;
  }

  /** Somebody of the public, who has no account. */
  async anybody(): Promise<PersonAtBrowser> {
    return this.person('');
  }

  /** Opens a page that he knows by its address. */
  async at(path: string, accountId: string): Promise<PersonAtBrowser> {
    const somebody = await this.person(accountId);
    await somebody.open(path);
    return somebody;
  }

  /** Opens the case file of the project, and does one thing after the other that it offers. */
  async onCaseFile(accountId: string, ...acts: readonly Act[]): Promise<PersonAtBrowser> {
    const somebody = await this.at(`/projects/${this.projectId}`, accountId);
    for (const [offer, answers] of acts) expect(await somebody.does(offer, answers)).toContain('已记录');
    return somebody;
  }

  /** What the browsers had to say against pages. */
  get complaints(): readonly string[] {
    return [...this.#people.values()].flatMap(({ complaints }) => complaints);
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.app?.close();
  }
}

/** A file that proves something, as forms take several of them. */
export function evidence(name: string) {
  return [{ sha256: new Paper(name), name: `${name}.txt`, classification: 'internal' }];
}
