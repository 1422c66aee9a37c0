/** The supervisor's fifteen questions, each answered by whoever can only read and click: three clicks from where he begins. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answered } from '../../projections/report/export.ts';
import { reports } from '../../projections/report/index.ts';
import { openTwoOrganisations, STORY, type TwoOrganisations } from '../http/two-organisations.ts';
import { type Place, textOf, type Visitor, visitor } from '../support/visitor.ts';

let site: TwoOrganisations;
let supervisor: Visitor;
let begin: Place;
beforeAll(async () => {
  site = await openTwoOrganisations();
  supervisor = visitor(site.url, `gongguan=${site.tokens.supervisor}`);
  begin = await supervisor.open('/supervision');
});
afterAll(() => site.close());

const CLICKS = 3;

/** The questions that the product was asked to answer; the sixteenth is of its own. */
const QUESTIONS = reports.filter(({ number }) => number <= 15);

/** The one project of the story, as its papers call it, and its unit as it is called today. */
async function namesOfStory(): Promise<readonly [title: string, unitName: string]> {
  const projects = await api<{ items: { title: string }[] }>(`/projects?q=${STORY.projectId}`);
  const unit = await api<{ name: string }>(`/units/${STORY.uscc}`);
  return [projects.items[0]?.title ?? '', unit.name];
}

async function api<T>(path: string): Promise<T> {
  const headers = { authorization: `Bearer ${site.tokens.supervisor}` };
  return (await (await fetch(`${site.url}/api/v1${path}`, { headers })).json()) as T;
}

/** What the page says in answer, and up to where it has looked. */
function answerOn({ html }: Place): { verdict: string | undefined; position: string | undefined } {
  const [, verdict] = /<p class="verdict[^"]*">([\s\S]*?)<\/p>/.exec(html) ?? [];
  return { verdict: verdict && textOf(verdict), position: /截至台账位置 (\d+)/.exec(html)?.[1] };
}

/** Reads the table of questions, and takes what stands beside the question. */
function beside(question: string): string {
  const row = begin.html.split('<tr>').find(each => each.includes(question.split(' (')[0] as string)) ?? '';
  return textOf(/<a\b[^>]*>([\s\S]*?)<\/a>/.exec(row)?.[1] ?? '');
}

/** Goes from question to answer; where the page asks what about, what the story is about is chosen by its name. */
async function answer(question: string, names: readonly string[]): Promise<Place> {
  let place = await supervisor.click(begin, beside(question));
  while (answerOn(place).position === undefined && place.clicks < CLICKS) {
    const name = names.find(each => place.html.includes(`>${each}</a>`));
    if (name === undefined) throw new Error(`nothing to choose: ${textOf(place.html)}`);
    place = await supervisor.click(place, name);
  }
  return place;
}

describe('the supervisor’s questions', () => {
  it('are fifteen', () => {
    expect(QUESTIONS.map(({ number }) => number)).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
  });

  it.each(QUESTIONS)('$number $title: is answered within three clicks, as the log answers it', async report => {
    const place = await answer(report.question, await namesOfStory());
    expect([place.status, place.clicks <= CLICKS]).toEqual([200, true]);
    const { verdict, position } = answerOn(place);
    const asked = new URLSearchParams(place.address.search);
    for (const [, name] of place.html.matchAll(/<select name="(\w+)"/g)) {
      const chosen = new RegExp(`<select name="${name}">[\\s\\S]*?<option value="([^"]*)" selected`).exec(
        place.html,
      )?.[1];
      if (chosen !== undefined) asked.set(name as string, chosen);
    }
    for (const [, name, value] of place.html.matchAll(/<input name="(\w+)" value="([^"]+)"/g)) {
      asked.set(name as string, value as string);
    }
    const told = await api<Answered>(`/reports/${report.number}?${asked}`);
    expect(verdict).toBeTruthy();
    // What the read models had taken in moves on with every asking that is recorded.
    if (report.number !== 13) expect(verdict).toBe(told.verdict);
    expect(Number(told.asOf.position)).toBeGreaterThanOrEqual(Number(position));
  });

  it('given a project among many, then it is found by a word of its title, within three clicks', async () => {
    const list = await supervisor.click(begin, '项目全程行为');
    const [title] = await namesOfStory();
    const found = await supervisor.submit(list, '查找项目', { 查找: title.slice(1, 4) });
    const told = await supervisor.click(found, title);
    expect(told.clicks).toBe(CLICKS);
    expect(answerOn(told).verdict).toBeTruthy();
  });

  it('given a unit among many, then it is found by a word of its name; given none of that name, then that is said', async () => {
    const list = await supervisor.click(begin, '单位材料的调阅');
    const [, unitName] = await namesOfStory();
    const found = await supervisor.submit(list, '查找单位', { 查找: unitName.slice(2, 4) });
    expect(answerOn(await supervisor.click(found, unitName)).verdict).toBeTruthy();
    const none = await supervisor.submit(list, '查找单位', { 查找: '没有这样的单位' });
    expect(none.html).toContain('没有符合条件的单位');
  });

  it('given what was chosen, then its name stands on the page and another can be chosen', async () => {
    const [title] = await namesOfStory();
    const told = await supervisor.click(await supervisor.click(begin, '项目在某日的状况'), title);
    expect(told.html).toContain(`<strong>${title}</strong>`);
    const earlier = await supervisor.submit(told, '报告的条件', { 有效日期: '2023-12-31' });
    expect(earlier.html).toContain(`<strong>${title}</strong>`);
    expect(answerOn(earlier).verdict).not.toBe(answerOn(told).verdict);
    expect((await supervisor.click(told, '改选')).html).toContain('请选择项目');
  });

  it('given a page that no link leads to, then nobody comes there by clicking', async () => {
    await expect(supervisor.click(begin, '没有这一页')).rejects.toThrow('no link says');
  });
});
