/** Drafts of forms: what was typed outlives a session, a browser and a machine; nobody else reads it, and it is gone when it is sent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DRAFT_DAYS, MOST_DRAFT_BYTES, MOST_DRAFTS } from '../../infra/drafts/drafts.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';

let site: Site;
const tokens = new Map<string, string>();
const OFFICE = { role: 'MSR', orgId: 'msr' } as const;
beforeAll(async () => {
  site = await openSite();
  for (const who of ['office', 'colleague']) tokens.set(who, await site.signIn(who, OFFICE));
});
afterAll(() => site.close());

const COMMAND = 'RecordOtherOrganisingWork';
const FORM = `/act/${COMMAND}`;

async function show(address: string, who = 'office') {
  const answer = await fetch(`${site.url}${address}`, {
    headers: { cookie: `gongguan=${tokens.get(who)}` },
    redirect: 'manual',
  });
  return { status: answer.status, html: await answer.text() };
}

async function post(typed: Readonly<Record<string, string>>, doing: string, who = 'office', command = COMMAND) {
  const answer = await fetch(`${site.url}/act/${command}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...typed, _do: doing }),
    headers: { cookie: `gongguan=${tokens.get(who)}` },
  });
  return { status: answer.status, text: await answer.text(), location: answer.headers.get('location') };
}

async function listed(who = 'office') {
  const headers = { authorization: `Bearer ${tokens.get(who)}` };
  const answer = await fetch(`${site.url}/api/v1/me/drafts`, { headers });
  return ((await answer.json()) as { items: { title: string; address: string; keptUntil: string; savedAt: string }[] })
    .items;
}

const WORDS = '走访三家企业，了解质量问题';

describe('a draft', () => {
  it('given that it is saved, then the form shows it again, also in another browser, and nothing is on record', async () => {
    const head = await site.head();
    const saved = await post({ detail: WORDS, to: '/work' }, 'save');
    expect([saved.status, saved.location]).toEqual([303, `${FORM}?to=%2Fwork`]);
    const { html } = await show(FORM);
    expect(html).toContain(WORDS);
    expect(html).toContain('保存的草稿，尚未提交');
    expect(await site.head()).toBe(head);
  });

  it('then it stands among the drafts of its owner, with the way to go on and the day until which it is kept', async () => {
    const [draft, ...others] = await listed();
    expect([draft?.address, others]).toEqual([FORM, []]);
    expect(Date.parse(draft?.keptUntil ?? '') - Date.parse(draft?.savedAt ?? '')).toBe(DRAFT_DAYS * 86_400_000);
    const { html } = await show('/work');
    expect(html).toContain('未提交的草稿（1）');
    expect(html).toContain(`href="${FORM}?to=%2Fwork"`);
  });

  it('given another account of the same organisation, then it is not there', async () => {
    expect((await show(FORM, 'colleague')).html).not.toContain(WORDS);
    expect(await listed('colleague')).toEqual([]);
    await post({}, 'discard', 'colleague');
    expect(await listed()).toHaveLength(1);
  });

  it('given that a script saves while somebody types, then the newer one takes its place', async () => {
    expect((await post({ detail: `${WORDS}，并作记录` }, 'autosave')).status).toBe(200);
    expect((await show(FORM)).html).toContain(`${WORDS}，并作记录`);
    expect(await listed()).toHaveLength(1);
  });

  it('given that it is thrown away, then the form is empty again', async () => {
    const thrown = await post({ to: '/work' }, 'discard:onward');
    expect([thrown.status, thrown.location]).toEqual([303, '/work']);
    expect((await show(FORM)).html).not.toContain(WORDS);
    expect(await listed()).toEqual([]);
  });

  it('given that the act is sent, then its draft is gone; given that it is refused, then it is still there', async () => {
    await post({ detail: WORDS }, 'save');
    expect((await post({ detail: WORDS }, 'send')).status).toBe(422);
    expect(await listed()).toHaveLength(1);
    const sent = await post({ kind: '走访调研', detail: WORDS, _key: 'a-draft-sent', to: '/work' }, 'send');
    expect([sent.status, sent.text]).toEqual([303, '']);
    expect(await listed()).toEqual([]);
  });

  it('given that a script saves on its way while the act is sent, then what arrives late leaves no draft behind', async () => {
    const typed = { kind: '走访调研', detail: WORDS, _key: 'a-form-with-late-news' };
    expect((await post(typed, 'autosave')).status).toBe(200);
    expect((await post(typed, 'send')).status).toBe(303);
    const late = await post(typed, 'autosave');
    expect([late.status, JSON.parse(late.text).detail]).toEqual([409, expect.stringContaining('已经提交')]);
    expect(await listed()).toEqual([]);
    expect((await post({ ...typed, _key: 'a-form-opened-anew' }, 'autosave')).status).toBe(200);
    await post({}, 'discard');
  });

  it('given forms of one command on two things, then each has its own', async () => {
    for (const year of ['2024', '2025'])
      await post({ year, _fixed: 'year', summary: `停办${year}` }, 'save', 'office', 'CloseAnnualProgramme');
    const addresses = (await listed()).map(({ address }) => address).sort();
    expect(addresses).toEqual(['2024', '2025'].map(year => `/act/CloseAnnualProgramme?year=${year}`));
    for (const year of ['2024', '2025'])
      await post({ year, _fixed: 'year' }, 'discard', 'office', 'CloseAnnualProgramme');
  });

  it('given text that is larger than a draft may be, then it is refused with the bound, and the text is still there', async () => {
    const large = '长'.repeat(MOST_DRAFT_BYTES / 3);
    const parts = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`detail/${n}`, large.slice(n * 20_000, (n + 1) * 20_000)]),
    );
    const saved = await post(parts, 'save');
    expect(saved.status).toBe(413);
    expect(saved.text).toContain('没有保存为草稿');
    expect(await listed()).toEqual([]);
  });

  it(`given ${MOST_DRAFTS} drafts, then no other is kept, and an older one is still saved`, async () => {
    const save = (year: number) =>
      post({ year: String(year), _fixed: 'year', summary: '试' }, 'autosave', 'colleague', 'CloseAnnualProgramme');
    for (let n = 0; n < MOST_DRAFTS; n += 1) expect((await save(2024 + n)).status).toBe(200);
    const refused = await save(2024 + MOST_DRAFTS);
    expect([refused.status, JSON.parse(refused.text).detail]).toEqual([409, expect.stringContaining('草稿已满')]);
    expect((await save(2024)).status).toBe(200);
  });
});
