/** 第四条 what pages offer and refuse once a year is closed, beside a year that differs from it in nothing else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { control, samples } from '../support/controls.ts';

const OVER = 2024;
const RUNNING = 2025;
const CLOSED = '该年度活动已结束';
/** While applications come in, by the plan of both years. */
const NOW = '2024-04-10T02:00:00.000Z';
const { uscc } = samples['unit.registered'];

let site: Site;
const cookies = new Map<string, string>();

beforeAll(async () => {
  site = await openSite({ now: NOW });
  for (const year of [OVER, RUNNING]) {
    await site.append(`programme-${year}`, [
      control('programme.opened', { year }),
      control('work-plan.drafted', { year }),
      control('work-plan.published', { year }),
      control('application-window.opened', { year }),
    ]);
  }
  await site.append(`programme-${OVER}`, [control('programme.closed', { year: OVER })]);
  await site.append(`unit-${uscc}`, [control('unit.registered'), control('unit.registration-verified')]);
  cookies.set('office', `gongguan=${await site.signIn('msr.closing', { role: 'MSR', orgId: 'msr' })}`);
  cookies.set('unit', `gongguan=${await site.signIn('unit.closing', { role: 'UNIT', orgId: uscc })}`);
  await site.settled();
});
afterAll(() => site?.close());

const headersOf = (who: string) => ({ accept: 'text/html', cookie: cookies.get(who) ?? '' });

async function show(path: string, who = 'office'): Promise<string> {
  const answer = await fetch(`${site.url}${path}`, { headers: headersOf(who) });
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.text();
}

/** The commands whose forms a page leads to, on a year. */
const ledTo = (html: string, year: number) =>
  [...html.matchAll(/href="\/act\/(\w+)\?([^"]*)"/g)]
    .filter(([, , query = '']) => new RegExp(`(^|;)year=${year}(&|$)`).test(query))
    .map(([, command]) => command);

/** Of what is decided on a year, what can be done while applications come in. */
const OF_YEAR = ['AmendWorkPlan', 'CompileProjectPlan'];

describe('the page of a year', () => {
  it('while it runs, then it leads to what is decided on a year', async () => {
    expect(ledTo(await show(`/programmes/${RUNNING}`), RUNNING)).toEqual(OF_YEAR);
  });

  it('once it is closed, then it leads to none of it, and says why', async () => {
    const html = await show(`/programmes/${OVER}`);
    expect(ledTo(html, OVER)).toEqual([]);
    expect(html).toContain(CLOSED);
  });

  it('once it is closed, then what was published stands there as before', async () => {
    const { title } = samples['work-plan.published'].plan;
    for (const year of [OVER, RUNNING]) expect(await show(`/years/${year}/work-plan`)).toContain(title);
  });
});

describe('the forms on a closed year', () => {
  it.each(['AmendWorkPlan', 'CloseApplications', 'CompileProjectPlan'])(
    'given %s, then it says so with the rule before anything is typed',
    async command => {
      const html = await show(`/act/${command}?year=${OVER}`);
      expect(html).toMatch(new RegExp(`现在还不能办理[\\s\\S]*${CLOSED}[\\s\\S]*依据：`));
      expect(await show(`/act/${command}?year=${RUNNING}`)).not.toContain(CLOSED);
    },
  );

  it('given one that is sent all the same, then it is refused by the same rule, and nothing is recorded', async () => {
    const before = await site.head();
    const answer = await fetch(`${site.url}/act/CloseApplications`, {
      method: 'POST',
      body: new URLSearchParams({ year: String(OVER), _do: 'send', _key: 'closed-year-0001' }),
      headers: { ...headersOf('office'), origin: site.url },
    });
    expect([answer.status, (await answer.text()).includes(CLOSED)]).toEqual([409, true]);
    expect(await site.head()).toBe(before);
  });
});

describe('a unit', () => {
  it('given a year that runs, then its work leads to an application; given one that is closed, then to none', async () => {
    expect(ledTo(await show('/work', 'unit'), RUNNING)).toContain('StartApplication');
    expect(ledTo(await show(`/programmes/${RUNNING}`, 'unit'), RUNNING)).toEqual(['StartApplication']);
    const html = await show(`/programmes/${OVER}`, 'unit');
    expect(ledTo(html, OVER)).toEqual([]);
    expect(html).toContain(`${OVER} 年度活动未启动或已结束`);
  });
});
