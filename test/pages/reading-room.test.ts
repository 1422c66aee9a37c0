/** An expert's own pages (art-18, art-20, art-26): what he is shown, what is put on record, and who is not let in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { misconductStream } from '../../events/enforcement.ts';
import { evaluationStream } from '../../events/evaluation.ts';
import { panelStream } from '../../events/panel.ts';
import { PARTIES, tellOf, undertaking } from '../http/authorisation-parties.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { control, samples } from '../support/controls.ts';

const [own, other] = PARTIES;
const { expertId, projectId, uscc } = own.ids;
/** Constituted and at work. */
const panelId = `${own.ids.panelId}-next`;
const ROOM = `/reading-room/${panelId}/${projectId}`;
/** What nothing else in the story says. */
const OTHERS = { comment: '旁人的评语不得外传', points: '37.25' };

let site: Site;
const tokens = new Map<string, string>();

beforeAll(async () => {
  site = await openSite();
  await tellOf(site);
  const held = own.held.expert;
  for (const account of ['bound', 'unbound', 'recused', 'suspended'])
    tokens.set(account, await site.signIn(account, held));
  for (const account of ['bound', 'recused', 'suspended']) await site.append(...undertaking(held, account));
  tokens.set('stranger', await site.signIn('stranger', other.held.expert));
  await site.append(...undertaking(other.held.expert, 'stranger'));
  tokens.set('unit', await site.signIn('the-unit', own.held.unit));
  const sheet = { panelId, projectId, uscc };
  await site.append(evaluationStream(panelId as never), [
    control('scoring.opened', { panelId, projects: [{ projectId, uscc }] }),
    control('score-sheet.submitted', {
      ...sheet,
      expertId: 'expert-zhao',
      sheetId: 'sheet-of-zhao',
      comment: OTHERS.comment,
      scores: samples['score-sheet.submitted'].scores.map(score => ({ ...score, points: OTHERS.points })),
    }),
  ]);
  await site.settled();
});
afterAll(() => site.close());

async function open(path: string, account = 'bound') {
  const headers = { cookie: `gongguan=${tokens.get(account)}`, accept: 'text/html' };
  const answer = await fetch(`${site.url}${path}`, { redirect: 'manual', headers });
  return { status: answer.status, html: await answer.text() };
}

/** What of an account's openings is on record, in order. */
async function opened(account: string): Promise<string[]> {
  const found = (await site.log()).filter(({ type }) => type === 'material.accessed');
  return found.flatMap(({ data }) => {
    const access = data as { accountId: string; kind: string };
    return access.accountId === account ? [access.kind] : [];
  });
}

describe('第十八条、第二十六条 the duties of an expert', () => {
  it('then each step is said with its article, and reading them opens nothing', async () => {
    const { status, html } = await open('/panel-duties');
    expect(status).toBe(200);
    for (const words of ['第二十六条', '第十八条', '第二十条', '无利害关系', '待评分']) expect(html).toContain(words);
    expect(html).toContain(`href="${ROOM}"`);
    expect(html).not.toContain('SignConfidentialityUndertaking');
    expect(await opened('bound')).toEqual([]);
  });

  it('given no undertaking, then that comes first', async () => {
    const { html } = await open('/panel-duties', 'unbound');
    expect(html).toContain('/act/SignConfidentialityUndertaking?to=');
    expect(html).toContain('签署保密承诺后方可打开材料');
  });

  it('given another panel, then nothing of it', async () => {
    const { html } = await open('/panel-duties', 'stranger');
    expect(html).not.toContain(own.ids.panelId);
    expect(html).not.toContain(projectId);
  });
});

describe('第二十条 the reading room', () => {
  it('shows the material beside the criteria with their weights; each part is on record when it is opened, and no other', async () => {
    const { status, html } = await open(ROOM);
    expect(status).toBe(200);
    expect(html).toContain('成果报告.pdf');
    for (const { title, weight } of samples['evaluation-standard.issued'].criteria) {
      expect(html).toContain(title);
      expect(html).toContain(`权重 ${weight}%`);
    }
    expect(html).toContain('/act/SubmitScoreSheet?');
    expect(await opened('bound')).toEqual(['result']);
    expect((await open(`${ROOM}?part=application`)).status).toBe(200);
    expect(await opened('bound')).toEqual(['result', 'case-file']);
  });

  it('has the browser fetch nothing by itself: to open a file is an act of the reader', async () => {
    const { html } = await open(ROOM);
    const fetched = [
      ...html.matchAll(/<(?:link|script|img|iframe|object|embed|source)\b[^>]*(?:src|href|data)="([^"]*)"/g),
    ];
    expect(
      fetched
        .map(([, address]) => address)
        .filter(address => !/^(?:\/style\.css|\/enhance\.js|data:)/.test(address ?? '')),
    ).toEqual([]);
    expect(html).not.toMatch(/rel="(?:prefetch|preload|prerender)/);
    expect(html).toContain('href="/downloads/files/');
  });

  it('tells nothing of others: no sheet, no comment, no count', async () => {
    for (const path of ['/panel-duties', ROOM, `${ROOM}?part=application`, `/reading-room/${panelId}`]) {
      const { html } = await open(path);
      expect(html, path).not.toContain(OTHERS.comment);
      expect(html, path).not.toContain(OTHERS.points);
      expect(html, path).not.toContain('expert-zhao');
    }
  });

  it('given he has scored, then his own sheet, with its total, and a reason is needed for another', async () => {
    const { scores, comment } = samples['score-sheet.submitted'];
    const sheet = { panelId, projectId, uscc, expertId, sheetId: 'sheet-of-his', scores, comment };
    await site.append(evaluationStream(panelId as never), [control('score-sheet.submitted', sheet)]);
    await site.settled();
    const { html } = await open(ROOM);
    expect(html).toContain(comment);
    expect(html).toContain('加权总分');
    expect(html).toContain('/act/SupersedeScoreSheet?');
    expect((await open('/panel-duties')).html).toContain('已提交');
  });
});

describe('第二十条 what the panel came to', () => {
  const done = own.ids.panelId;
  const ROOM_OF_PANEL = `/reading-room/${done}`;

  it('given scoring is over, then ranking and list at the first opening, each on record', async () => {
    const sheet = { ...samples['score-sheet.submitted'], panelId: done, projectId, uscc, expertId: 'expert-zhao' };
    await site.append(evaluationStream(done as never), [control('score-sheet.submitted', sheet)]);
    await site.settled();
    const before = (await opened('bound')).length;
    const { status, html } = await open(ROOM_OF_PANEL);
    expect(status, html).toBe(200);
    expect(html).toContain('评定纪要');
    expect(html).toContain(samples['excellent-list.drafted'].listHash);
    expect((await opened('bound')).slice(before)).toEqual(['score']);
  });

  it('given he has scored in it, then the way there stands on his duties, and no way to material that is closed', async () => {
    const { html } = await open('/panel-duties');
    expect(html).toContain(`href="${ROOM_OF_PANEL}"`);
    expect(html).not.toContain(`href="${ROOM_OF_PANEL}/`);
    expect(html).toContain('材料不再开放');
  });
});

describe('who is not let in', () => {
  it.each([
    ['an expert of another panel', 'stranger', 404],
    ['a unit', 'unit', 403],
  ] as const)('given %s, then %s: %d', async (_who, account, status) => {
    for (const path of [ROOM, `/reading-room/${panelId}`]) {
      const answer = await open(path, account);
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.html).not.toContain('成果报告.pdf');
    }
    expect(await opened(account)).toEqual([]);
  });

  it('given his own panel, and the project of another, then 404', async () => {
    expect((await open(`/reading-room/${panelId}/${other.ids.projectId}`)).status).toBe(404);
    expect((await open(`/reading-room/2024-nowhere/${projectId}`)).status).toBe(404);
  });

  it('given no undertaking, then 403 with the article, and nothing of the material', async () => {
    const { status, html } = await open(ROOM, 'unbound');
    expect(status).toBe(403);
    expect(html).toContain('第二十六条');
    expect(html).not.toContain('成果报告.pdf');
  });

  it('given nobody has signed in, then to the page for that', async () => {
    const answer = await fetch(`${site.url}${ROOM}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/sign-in?to=${encodeURIComponent(ROOM)}`]);
  });

  it('given he is suspended, then 403; recused, or through with it, then 404', async () => {
    const misconduct = samples['evaluation-duty.suspended'].misconductId;
    const suspended = control('evaluation-duty.suspended', { accountId: 'suspended', from: '2024-01-01' });
    await site.append(misconductStream(misconduct as never), [suspended]);
    expect((await open(ROOM, 'suspended')).status).toBe(403);
    await site.append(panelStream(panelId as never), [control('expert.recused', { panelId, expertId, uscc })]);
    await site.settled();
    expect((await open(ROOM)).status).toBe(404);
    const { html } = await open('/panel-duties');
    expect(html).toContain('已回避');
    expect(html).not.toContain(ROOM);
    expect(html, 'of the panel before he is told that it is through').toContain('材料不再开放');
    expect((await open(`/reading-room/${own.ids.panelId}/${projectId}`)).status).toBe(404);
  });
});
