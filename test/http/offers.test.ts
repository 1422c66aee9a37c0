/** What can be done now with a thing, asked over HTTP by those who may know of it and by those who may not. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectStream } from '../../events/application.ts';
import { projectIdSchema } from '../../events/ids.ts';
import { offersEndpoint, type ToldOffer } from '../../infra/http/offers.ts';
import { Places } from '../../infra/http/places.ts';
import { fieldsNaming } from '../../services/offers.ts';
import { commandRoutes } from '../../services/routes.ts';
import { control } from '../support/controls.ts';
import { openSite, type Site } from './authorisation-site.ts';
import { CALLERS, type CallerName, STORY } from './two-organisations.ts';

let site: Site;
const tokens = new Map<CallerName, string>();
beforeAll(async () => {
  site = await openSite();
  const { year, uscc, projectId, bodyId } = STORY;
  const about = { year, uscc, projectId, bodyId };
  await site.append(projectStream(projectIdSchema.parse(projectId)), [
    control('application.started', { year, uscc, projectId, bodyId }, { about }),
  ]);
  for (const caller of ['office', 'supervisor', 'unit', 'otherUnit', 'otherBody'] as const) {
    tokens.set(caller, await site.signIn(`the-${caller}`.toLowerCase(), CALLERS[caller]));
  }
});
afterAll(() => site.close());

const ask = (caller: CallerName, query: string) =>
  fetch(`${site.url}/api/v1/offers?${query}`, { headers: { authorization: `Bearer ${tokens.get(caller)}` } });
const offersTo = async (caller: CallerName, query: string) =>
  ((await (await ask(caller, query)).json()) as { items: ToldOffer[] }).items;
const project = `projectId=${STORY.projectId}`;

describe('GET /offers', () => {
  it('given a project, then each is told of the commands of his own role, in the words of the refusal', async () => {
    const [unit, office] = [await offersTo('unit', project), await offersTo('office', project)];
    expect(unit.map(({ command }) => command)).toContain('AttachDocument');
    expect(unit.map(({ command }) => command)).not.toContain('ApproveProject');
    const approval = office.find(({ command }) => command === 'ApproveProject');
    expect(approval).toMatchObject({ title: '通过立项审核', may: false, values: { projectId: STORY.projectId } });
    const answer = await fetch(`${site.url}/api/v1/projects/${STORY.projectId}/approval`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.get('office')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ opinion: '同意。' }),
    });
    expect(await answer.json()).toMatchObject({ code: approval?.why?.code, detail: approval?.why?.zh });
  });

  it('given a project of another unit or body, then it is as if it were not there', async () => {
    const gated = (offers: ToldOffer[]) => offers.filter(({ why }) => why !== undefined);
    for (const caller of ['otherUnit', 'otherBody'] as const) {
      expect(await offersTo(caller, project)).toEqual(
        (await offersTo(caller, 'projectId=2024-nothere1')).map(offer => ({
          ...offer,
          values: { projectId: STORY.projectId },
        })),
      );
      expect(gated(await offersTo(caller, project))).toEqual([]);
    }
  });

  it('given its page, then what can be done leads to the form and back, and what cannot says the rule', async () => {
    const page = `/projects/${STORY.projectId}`;
    const headers = { accept: 'text/html', cookie: `gongguan=${tokens.get('unit')}` };
    const html = await (await fetch(`${site.url}${page}`, { headers })).text();
    expect(html).toContain(`href="/act/AttachDocument?${project}&amp;to=${encodeURIComponent(page)}"`);
    const closed = (await offersTo('unit', project)).find(({ may }) => !may);
    expect(html).toContain(closed?.title);
    expect(html).toContain(closed?.why?.zh);
  });

  it('given commands that are hidden from a role, then it is offered none of them', async () => {
    expect((await offersTo('unit', 'misconductId=0123456789abcdef')).length).toBe(0);
    expect((await offersTo('supervisor', project)).map(({ command }) => command)).not.toContain('ApproveProject');
  });

  it('given an undertaking that its holder has signed, then he is not asked to sign it again', async () => {
    const headers = { authorization: `Bearer ${tokens.get('office')}`, 'content-type': 'application/json' };
    const shown = async () => {
      const cookie = `gongguan=${tokens.get('office')}`;
      return (await fetch(`${site.url}/fraud-cases`, { headers: { accept: 'text/html', cookie } })).text();
    };
    expect(await shown()).toContain('/act/SignConfidentialityUndertaking');
    const route = commandRoutes.find(({ command: { name } }) => name === 'SignConfidentialityUndertaking');
    const signed = await fetch(`${site.url}/api/v1${route?.path}`, { method: 'POST', headers, body: '{}' });
    expect(signed.ok).toBe(true);
    expect(await shown()).not.toContain('/act/SignConfidentialityUndertaking');
  });

  it('given what is no thing, then it is refused', async () => {
    expect((await ask('unit', 'nothing=1')).status).toBe(422);
    expect((await ask('unit', 'projectId=%3Cx')).status).toBe(422);
    expect((await ask('unit', 'year=twenty')).status).toBe(422);
    const mixed = await ask('unit', `panelId=2024-01&trainingId=2024-${'0'.repeat(16)}`);
    expect([mixed.status, ((await mixed.json()) as { code: string }).code]).toEqual([422, 'no-such-thing']);
  });

  it('given one account has as many questions open as it may, then the next is refused, and others are served', async () => {
    const places = new Places();
    const endpoint = offersEndpoint(() => new Promise(() => undefined), commandRoutes, places);
    const askAs = async (accountId: string) => {
      const socket = Object.assign(new EventEmitter(), { destroyed: false });
      const res = Object.assign(new EventEmitter(), { destroyed: false, setHeader() {}, appendHeader() {} });
      const req = { url: `/api/v1/offers?${project}`, ip: '203.0.113.1', socket };
      const caller = { actor: { accountId, orgId: 'msr', role: 'MSR' } };
      await endpoint.handle({ req, res, caller } as never);
    };
    for (let count = 0; count < 20; count += 1) void askAs('msr.chen');
    await expect(askAs('msr.chen')).rejects.toMatchObject({ status: 429, code: 'too-many-offers' });
    void askAs('msr.wu');
    expect(places.taken.offer).toBe(21);
  });
});

/** Nothing of what they are about stands in their way: what is typed in alone decides. */
const OPEN_TO_THEIR_ROLES = ['EnterOutsideBan'];

describe('every command on a thing', () => {
  const gateless = (routes: typeof commandRoutes) =>
    routes.filter(route => fieldsNaming(route).length > 0 && !route.command.gate).map(({ command: { name } }) => name);

  it('has a gate, so that whoever may not send it now is told why', () => {
    expect(gateless(commandRoutes)).toEqual(OPEN_TO_THEIR_ROLES);
  });

  it('given one without (planted), then it is found', () => {
    const [route] = commandRoutes.filter(({ command: { name } }) => name === 'ApproveProject');
    if (!route) throw new Error('no command is called ApproveProject');
    const { gate: _gate, ...ungated } = route.command;
    expect(gateless([{ ...route, command: ungated as never }])).toEqual(['ApproveProject']);
  });
});
