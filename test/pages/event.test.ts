/** The page of an event: what it says, in what it stands, and its proof; what was altered is said to be. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { articleOf } from '../../events/statute.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import { undertaking } from '../http/authorisation-parties.ts';
import { openSite, type Site, withSeals } from '../http/authorisation-site.ts';
import { STORY } from '../http/two-organisations.ts';
import { control, type FactName } from '../support/controls.ts';
import { temporaryDirectory } from '../support/log.ts';

/** When the samples happened: recorded times never go back on a log. */
const NOW = '2024-01-15T02:00:00.000Z';
const TOLD: readonly FactName[] = [
  'application.submitted',
  'truthfulness.verified',
  'project.recommended',
  'misconduct-case.opened',
];

let directory: ReturnType<typeof temporaryDirectory>;
let site: Site;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  directory = temporaryDirectory();
  site = await openSite({ now: NOW, signing: true, environment: { GONGGUAN_DATA: directory.path } });
  for (const [account, role, orgId] of [
    ['sup', 'SUP', 'sup'],
    ['msr', 'MSR', 'msr'],
    ['newcomer', 'MSR', 'msr'],
    ['unit', 'UNIT', STORY.uscc],
  ] as const) {
    tokens[account] = await site.signIn(`the-${account}`, { role, orgId });
  }
  await site.append(...undertaking({ role: 'MSR', orgId: 'msr' }, 'the-msr'));
  const { year, uscc, projectId, bodyId } = STORY;
  const told: DecidedEvent[] = await Promise.all(
    TOLD.map(name => withSeals(site, control(name, {}, { about: { year, uscc, projectId, bodyId } }))),
  );
  await site.append('story', told);
  await site.settled();
  await covered();
});
afterAll(async () => {
  await site.close();
  directory[Symbol.dispose]();
});

const covered = () =>
  vi.waitFor(
    async () => {
      const state = (await (await fetch(`${site.url}/api/v1/ledger/state`)).json()) as {
        checkpoint?: { size: number };
      };
      expect(state.checkpoint?.size).toBeGreaterThanOrEqual((await site.log()).length);
    },
    { timeout: 10_000, interval: 20 },
  );

const open = (path: string, reader = 'sup') =>
  fetch(`${site.url}${path}`, {
    redirect: 'manual',
    headers: { accept: 'text/html,*/*;q=0.8', cookie: `gongguan=${tokens[reader]}` },
  });
const eventOf = async (type: string) => (await site.log()).find(event => event.type === type) as RecordedEvent;
const pageOf = async (type: string, reader?: string) =>
  open(`/supervision/events/${(await eventOf(type)).position}`, reader);

describe('the page of an event', () => {
  it('says who did what and when, gives the text of the article, and leads on to what is beside it', async () => {
    const html = await (await pageOf('truthfulness.verified')).text();
    expect(html).toContain('核实真实性');
    expect(html).toContain(articleOf('art-12').text.slice(0, 30));
    expect(html).toContain(`href="/projects/${STORY.projectId}/timeline"`);
    expect(html).toContain(`href="/supervision/events/${(await eventOf('application.submitted')).position}"`);
    expect(html).toContain('同一序列的前一个');
  });

  it('proves it on the spot, and the proof can be saved to be checked elsewhere', async () => {
    const html = await (await pageOf('truthfulness.verified')).text();
    expect(html).toMatch(/class="verdict">[^<]*证明成立/);
    expect(html.match(/>通过</g)).toHaveLength(3);
    const { position } = await eventOf('truthfulness.verified');
    const address = `/downloads/ledger/proofs?position=${position}&format=tlog-proof`;
    expect(html).toContain(address.replace('&', '&amp;'));
    const saved = await open(address);
    expect(saved.headers.get('content-disposition')).toContain(`event-${position}.tlog-proof`);
    expect(await saved.text()).toMatch(/^c2sp.org\/tlog-proof@v1\n/);
  });

  it('given material in it, then its opening is on record before it is shown; without the undertaking it is not', async () => {
    const before = (await site.log()).length;
    expect((await pageOf('application.submitted', 'newcomer')).status).toBe(403);
    expect((await site.log()).length).toBe(before);
    expect((await pageOf('application.submitted', 'msr')).status).toBe(200);
    const last = (await site.log()).at(-1);
    expect(last).toMatchObject({ type: 'material.accessed', data: { via: 'GetEvent', accountId: 'the-msr' } });
  });

  it('given what only the supervising body may know, then there is nothing for others; nor is what does not exist', async () => {
    expect((await pageOf('misconduct-case.opened')).status).toBe(200);
    expect((await pageOf('misconduct-case.opened', 'msr')).status).toBe(404);
    expect((await pageOf('truthfulness.verified', 'unit')).status).toBe(403);
    expect((await open('/supervision/events/999999')).status).toBe(404);
  });

  it('given an event that the ledger has not come to, then it is there, and says that it is not provable yet', async () => {
    await site.append('later', [control('organising-work.recorded')]);
    await site.settled();
    const html = await (await pageOf('organising-work.recorded')).text();
    expect(html).toMatch(/证明成立|尚未签署包含本事件的检查点/);
  });

  it('given a project, then its evidence on paper lists its events with the digests that the ledger holds', async () => {
    const paper = await (await open(`/supervision/pack?project=${STORY.projectId}`)).text();
    const { position } = await eventOf('truthfulness.verified');
    const proof = await fetch(`${site.url}/api/v1/ledger/proofs?position=${position}`, {
      headers: { authorization: `Bearer ${tokens.sup}` },
    });
    const { entry } = (await proof.json()) as { entry: string };
    expect(paper).toContain(entry);
    expect(paper).toContain(`/downloads/bundles/projects/${STORY.projectId}`);
    const listed = [...paper.matchAll(/<td><span class="hash">([0-9a-f]{64})</g)].map(([, digest]) => `${digest}\n`);
    expect(listed).toHaveLength(3);
    expect(paper).toContain(`<span class="hash">${hash('sha256', listed.join(''))}</span></p>`);
    expect((await open('/supervision/pack')).status).toBe(200);
    expect((await open('/supervision/pack?year=2024', 'unit')).status).toBe(403);
  });

  it('given an event that was altered in the store, then its page says that the proof fails', async () => {
    const { position } = await eventOf('project.recommended');
    const database = openDatabase(join(directory.path, 'events.db'), { synchronous: 'FULL' });
    database.exec('DROP TRIGGER events_are_never_changed');
    const altered = database.prepare('UPDATE events SET data = ? WHERE position = ?');
    const { changes } = altered.run((await eventOf('project.recommended')).dataText.replace('{', '{ '), position);
    database.close();
    expect(changes).toBe(1);
    const html = await (await pageOf('project.recommended')).text();
    expect(html).toMatch(/class="verdict bad">证明不成立。事件内容：由所存原文重新计算的指纹，与载入账本时不同/);
    expect(html).toContain('>不通过<');
  });
});
