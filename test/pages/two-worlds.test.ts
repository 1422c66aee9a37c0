/** 第十八条 two worlds on pages: a recused expert reads the same text in both, byte for byte; so does the public. */
import { h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import { toldOffers } from '../../infra/http/offers.ts';
import { admits } from '../../infra/http/policy.ts';
import { notThere, Problem } from '../../infra/http/problem.ts';
import { formEntries } from '../../infra/pages/act/address.ts';
import { actOf, begin, commandForm, keepGiven } from '../../infra/pages/act/form.ts';
import { type FormLayout, formLayout } from '../../infra/pages/act/layout.tsx';
import { layouts } from '../../infra/pages/act/layouts.ts';
import { MADE_IDS } from '../../infra/pages/act/made-ids.ts';
import { FormView } from '../../infra/pages/act/views.tsx';
import { pages } from '../../infra/pages/index.ts';
import { type Asking, type DeclaredPage, NO_INPUT, page } from '../../infra/pages/page.ts';
import { projections } from '../../projections/index.ts';
import { panels } from '../../projections/panel/panels.ts';
import type { Reader } from '../../projections/ports.ts';
import { load } from '../../projections/query.ts';
import { get, jsonOf } from '../../projections/route.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { command } from '../../services/command.ts';
import { submitScoreSheet } from '../../services/evaluation/sheets.ts';
import { type Evaluation, evaluationState } from '../../services/evaluation/state.ts';
import { createStates } from '../../services/loading.ts';
import { createOffers, fieldsNaming, type OffersOn, type On } from '../../services/offers.ts';
import { refuseForm } from '../../services/rejection.ts';
import { type CommandRoute, post } from '../../services/route.ts';
import { commandRoutes } from '../../services/routes.ts';
import {
  actorOf,
  conflict,
  constitution,
  EXPERTS,
  expertOf,
  HAIHE,
  JINMEN,
  NONE_ON_ALL,
  none,
  PANEL,
  PanelSystem,
  PROJECTS,
  recusal,
  UNIT_ACTOR,
} from '../panel/system.ts';
import { UNITS } from '../programme-year/cast.ts';
import { readerOf } from '../support/fold.ts';
import { MSR } from '../support/given.ts';
import { elsewhere, otherwise, worldsOf, writePortsOf } from '../support/two-worlds.ts';

type Log = readonly RecordedEvent[];
let log: Log;
/** Recused from the unit by his own word; free to judge the other. */
let recused = '';
/** In the bank and on no panel. */
let outside = '';

beforeAll(async () => {
  await using system = await PanelSystem.open();
  const [first = '', second = '', third = ''] = await system.drawn();
  recused = first;
  outside = EXPERTS.find(id => ![first, second, third].includes(id)) as string;
  await system.declare(first, [conflict(HAIHE), none(JINMEN)]);
  for (const expertId of [second, third]) await system.declare(expertId, NONE_ON_ALL);
  const requested = { panelId: PANEL, expertId: second, uscc: HAIHE.uscc, grounds: '该专家与我单位有纠纷' };
  await system.done(recusal.requestRecusal, requested, UNIT_ACTOR);
  const decided = { panelId: PANEL, expertId: second, uscc: HAIHE.uscc, decision: 'dismiss', reason: '经核查' };
  await system.done(recusal.decideRecusal, decided);
  await system.done(constitution.constitutePanel, { panelId: PANEL });
  await system.scored(first, [second, third]);
  log = await system.log();
});

const ofUnit = ({ data }: RecordedEvent) => (data as { uscc?: string }).uscc === HAIHE.uscc;
const isOwn = ({ data }: RecordedEvent) => (data as { expertId?: string }).expertId === recused;
const SCORED_BY_OTHERS = 'that others have scored the unit';
const RESULTS = 'how many results the unit has before the panel, and what they are called';

const HIDDEN: Readonly<Record<string, (event: RecordedEvent) => RecordedEvent>> = {
  [SCORED_BY_OTHERS]: event => (event.type === 'score-sheet.submitted' && ofUnit(event) ? elsewhere(event) : event),
  'that the unit asked for the recusal of another': event =>
    ['recusal.requested', 'recusal-request.dismissed'].includes(event.type) ? elsewhere(event) : event,
  'what others have declared about the unit': event =>
    event.type === 'interest.declared' && ofUnit(event) && !isOwn(event)
      ? otherwise(event, { declaration: 'conflict', kind: '竞争' })
      : event,
  [RESULTS]: event => {
    if (event.type !== 'panel-formation.started') return event;
    const { projects } = event.data as { projects: { uscc: string }[] };
    const [one] = projects.filter(({ uscc }) => uscc === HAIHE.uscc);
    const others = projects.filter(({ uscc }) => uscc !== HAIHE.uscc);
    return otherwise(event, { projects: [{ ...one, title: '另一成果' }, ...others] });
  },
};

/** Every thing of either unit that a command can be about. */
function thingsOf(route: CommandRoute): readonly On[] {
  return fieldsNaming(route).reduce<On[]>(
    (things, field) => things.flatMap(on => (NAMED[field] ?? ['x']).map(value => ({ ...on, [field]: value }))),
    [{}],
  );
}

/** The commands that somebody is offered otherwise in the two worlds, on whatever thing. */
async function offersDiffering(change: (event: RecordedEvent) => RecordedEvent, actor: Actor, routes = commandRoutes) {
  const { here, there } = worldsOf(log, change);
  const [one, other] = [offersIn(here, now(), routes), offersIn(there, now(), routes)];
  const found: string[] = [];
  for (const route of routes) {
    const things = thingsOf(route);
    const [first, second] = [await one(things, actor), await other(things, actor)];
    if (JSON.stringify(first) !== JSON.stringify(second)) found.push(route.command.name);
  }
  return found;
}

/** Lets an expert read what the whole panel has before it. */
const planted = get({
  path: '/planted',
  name: 'AskPlanted',
  title: '泄露',
  summary: 'A leak.',
  allow: ['EXPERT'],
  input: NO_INPUT,
  output: z.unknown(),
  paged: false,
  answer: async (_input, _caller, reader) => jsonOf((await load(reader, panels, PANEL))?.standing.projects),
});

/** What can be done in one world, asked of the gates of all commands. */
function offersIn(world: Log, now: string, routes = commandRoutes): OffersOn {
  const ports = writePortsOf(world, now);
  return createOffers({ ...ports, states: createStates(ports.store) }, routes);
}

/** What a page may ask, over the log of one world. */
function askingIn(reader: Reader, actor: Actor | undefined, offersOn: OffersOn): Asking {
  async function askIfThere<T>(query: string, values: Readonly<Record<string, unknown>> = {}): Promise<T | undefined> {
    // Forms that he has begun himself: nothing of the log.
    if (query === 'ListOwnDrafts') return { items: [] } as T;
    const route = [...queryRoutes, planted].find(({ name }) => name === query);
    if (!route || !admits(route.allow, actor?.role)) throw new Problem(403, 'no', query, query);
    const input = route.input.safeParse(values);
    if (!input.success) throw new Problem(422, 'no', query, query);
    const answer = await route.answer(input.data as never, actor, reader);
    return answer.kind === 'json' ? (JSON.parse(answer.text) as T) : undefined;
  }
  async function ask<T>(query: string, values?: Readonly<Record<string, unknown>>): Promise<T> {
    const found = await askIfThere<T>(query, values);
    if (found === undefined) throw notThere();
    return found;
  }
  return {
    reader: { actor, now: reader.now, here: new URL('http://page/here') },
    askIfThere,
    ask,
    askIfReached: ask,
    offers: async on => (actor ? ((await toldOffers(offersOn, [on], actor))[0] ?? []) : []),
    offersOnEach: async (things, named) => (actor ? toldOffers(offersOn, things, actor, named) : things.map(() => [])),
    report: () => Promise.reject(new Problem(403, 'no', '报告', 'reports')),
  };
}

/** The form of a command on each of some things, with its choices, as its reader finds it; on all that it can be about unless told. */
async function formsIn(events: Log, route: CommandRoute, actor: Actor, things = thingsOf(route)): Promise<string[]> {
  const reader = readerOf(projections, { events, now: now() });
  const asking = askingIn(reader, actor, offersIn(events, reader.now));
  const form = commandForm(route, { keepsDrafts: true });
  const texts: string[] = [];
  for (const thing of things) {
    const typed = new Map(formEntries(thing));
    // What a form makes is made at random; given before, it is the same in both worlds.
    const made = MADE_IDS.get(route.command.name);
    if (made) typed.set(made.field, 'new-0001');
    keepGiven(form, typed);
    const laid = await begin(form, typed, asking);
    texts.push(renderToString(FormView({ act: await actOf(form, typed, asking, { laid }) })));
  }
  return texts;
}

/** The commands that somebody is shown another form of in the two worlds, on whatever thing. */
async function formsDiffering(change: (event: RecordedEvent) => RecordedEvent, actor: Actor, routes = commandRoutes) {
  const { here, there } = worldsOf(log, change);
  const found: string[] = [];
  for (const route of routes.filter(({ command: { allow } }) => allow.includes(actor.role))) {
    const [first, second] = [await formsIn(here, route, actor), await formsIn(there, route, actor)];
    if (JSON.stringify(first) !== JSON.stringify(second)) found.push(route.command.name);
  }
  return found;
}

const NOWHERE = '2024-nowhere0';
const NAMED: Readonly<Record<string, readonly unknown[]>> = {
  panelId: [PANEL],
  projectId: [...PROJECTS.map(({ projectId }) => projectId), NOWHERE],
  expertId: EXPERTS,
  uscc: [HAIHE.uscc, JINMEN.uscc],
  year: [2024],
};

const THINGS = PROJECTS.map(({ projectId }) => ({
  projectId,
  panelId: PANEL,
  year: 2024,
  article: 'art-18',
  no: '2024-00001',
}));

const now = () => log.at(-1)?.meta.recordedAt as string;

function routeOf(name: string): CommandRoute {
  const found = commandRoutes.find(({ command }) => command.name === name);
  if (!found) throw new Error(`no command is called ${name}`);
  return found;
}

/** A page about every thing that its address can name, as its reader sees it. */
async function shown(events: Log, one: DeclaredPage, actor: Actor | undefined): Promise<string[]> {
  const reader = readerOf(projections, { events, now: now() });
  const asking = askingIn(reader, actor, offersIn(events, reader.now));
  const texts: string[] = [];
  for (const thing of THINGS) {
    const given = Object.fromEntries(Object.entries(thing).filter(([name]) => one.path.includes(`:${name}`)));
    const input = one.input.safeParse(given);
    if (!input.success) continue;
    const text = await one.load(input.data as never, asking).then(
      data => renderToString(one.view({ ...asking.reader, input: input.data, data } as never) as VNode),
      error => {
        if (error instanceof Problem) return `${error.status}`;
        throw error;
      },
    );
    texts.push(text);
  }
  return texts;
}

async function differing(
  change: (event: RecordedEvent) => RecordedEvent,
  actor: Actor | undefined,
  more: readonly DeclaredPage[] = [],
) {
  const { here, there } = worldsOf(log, change);
  const found: string[] = [];
  for (const one of [...pages, ...more].filter(({ access }) => admits(access, actor?.role))) {
    const [first, second] = [await shown(here, one, actor), await shown(there, one, actor)];
    if (JSON.stringify(first) !== JSON.stringify(second)) found.push(one.name);
  }
  return found;
}

/** Who has nothing to do with the panel or the units before it. */
const OUTSIDERS = () => [actorOf('UNIT', UNITS.hospital.uscc), expertOf(outside), actorOf('REC-D', 'd-nankai')];

describe('第十八条 the pages of a recused expert', () => {
  it.each(Object.entries(HIDDEN))('do not tell him %s', async (_what, change) => {
    expect(await differing(change, expertOf(recused))).toEqual([]);
    expect(await differing(change, undefined), 'nor the public').toEqual([]);
  });

  it('are opened: his duties name the result that he judges, and none of the unit', async () => {
    const duties = pages.find(({ name }) => name === 'ShowPanelDutiesPage') as DeclaredPage;
    const [html = ''] = await shown(log, duties, expertOf(recused));
    expect(html).toContain(PROJECTS[2].title);
    expect(html).not.toContain(PROJECTS[0].title);
    expect(html).toContain('已回避');
  });

  it.each(Object.entries(HIDDEN))('offer him nothing that tells %s', async (_what, change) => {
    expect(await offersDiffering(change, expertOf(recused))).toEqual([]);
  });

  it.each(Object.entries(HIDDEN))('and its forms and their choices do not tell him %s', async (_what, change) => {
    expect(await formsDiffering(change, expertOf(recused))).toEqual([]);
    for (const outsider of OUTSIDERS()) expect(await formsDiffering(change, outsider), outsider.role).toEqual([]);
  });

  it('and of its forms those on the unit’s result say the same to him as on one that is not there', async () => {
    const asked: string[] = [];
    for (const route of commandRoutes.filter(({ command: { allow } }) => allow.includes('EXPERT'))) {
      if (!fieldsNaming(route).includes('projectId')) continue;
      const on = (projectId: string) => ({ ...thingsOf(route)[0], projectId });
      const ids = [PROJECTS[0].projectId, NOWHERE];
      const [ofUnit, nowhere] = (await formsIn(log, route, expertOf(recused), ids.map(on))).map((html, at) =>
        html.replaceAll(ids[at] as string, 'id'),
      );
      expect(ofUnit, route.command.name).toBe(nowhere);
      asked.push(route.command.name);
    }
    expect(asked).toContain(submitScoreSheet.name);
    const own = { panelId: PANEL, projectId: PROJECTS[2].projectId };
    const [judged] = await formsIn(log, routeOf(submitScoreSheet.name), expertOf(recused), [own]);
    expect(judged).toContain(PROJECTS[2].title);
  });

  it('given the authority, then it chooses among those on the panel; given a unit, then who sits there is no choice of its form', async () => {
    const { members } = (await load(readerOf(projections, { events: log, now: now() }), panels, PANEL))?.standing ?? {};
    for (const [name, actor] of [
      ['ReplaceExpert', MSR],
      ['RequestRecusal', MSR],
    ] as const) {
      const [html = ''] = await formsIn(log, routeOf(name), actor, [{ panelId: PANEL }]);
      const chosen = [...html.matchAll(/name="expertId" value="(exp-[^"]*)"/g)].map(([, id]) => id);
      expect([name, chosen.toSorted()]).toEqual([name, members?.toSorted()]);
    }
    const [byUnit = ''] = await formsIn(log, routeOf('RequestRecusal'), UNIT_ACTOR, [{ panelId: PANEL }]);
    expect(byUnit).toContain('name="expertId"');
    expect(byUnit).not.toMatch(new RegExp(`value="exp-|${JINMEN.uscc}`));
  });

  it('given a form that lets him choose among what the panel has before it (planted), then it is found', async () => {
    const leaking = formLayout<{ readonly title: string }[]>({
      command: submitScoreSheet.name,
      load: (_typed, { ask }) => ask('AskPlanted'),
      view: ({ data = [] }) => h('p', {}, data.map(({ title }) => title).join()),
    });
    const kept = layouts.get(leaking.command);
    const known = layouts as Map<string, FormLayout>;
    known.set(leaking.command, leaking);
    try {
      const routes = commandRoutes.filter(({ command: { name } }) => name === leaking.command);
      expect(await formsDiffering(HIDDEN[RESULTS] as never, expertOf(recused), routes)).toEqual([leaking.command]);
    } finally {
      if (kept) known.set(leaking.command, kept);
    }
  });

  const told = async (things: readonly On[], actor: Actor) =>
    (await offersIn(log, now())(things, actor)).map(offers => offers.map(({ values: _named, ...offer }) => offer));

  it('offer him the same on the unit’s project as on one that is not there', async () => {
    const projects = [PROJECTS[0].projectId, NOWHERE, PROJECTS[2].projectId];
    const [ofUnit = [], nowhere, ofOther] = await told(
      projects.map(projectId => ({ panelId: PANEL, projectId })),
      expertOf(recused),
    );
    expect(ofUnit).toEqual(nowhere);
    expect(ofUnit.map(({ command }) => command)).not.toContain('SupersedeScoreSheet');
    expect(ofOther).toContainEqual({ command: 'SupersedeScoreSheet', title: '更换评分表', may: true });
  });

  it('offer an outsider the same on the panel as on one that is not there', async () => {
    for (const outsider of OUTSIDERS()) {
      const [panel, nowhere] = await told([{ panelId: PANEL }, { panelId: '2024-nowhere' }], outsider);
      expect(panel).toEqual(nowhere);
    }
    const [own = []] = await told([{ panelId: PANEL }], UNIT_ACTOR);
    expect(own.map(({ command }) => command)).toContain('RequestRecusal');
  });

  it('given a gate that looks at what others have scored (planted), then it is found', async () => {
    const leaking = command({
      ...submitScoreSheet,
      name: 'Planted',
      fold: evaluationState,
      reads: () => ({}),
      gate: ({ sheets }: Evaluation) =>
        refuseForm('conflict', `sheets-${sheets.length}`, '已有评分表', 'There are sheets'),
      decide: () => [],
    });
    const routes = [post('/planted/:panelId/:projectId', leaking)];
    expect(await offersDiffering(HIDDEN[SCORED_BY_OTHERS] as never, expertOf(recused), routes)).toEqual(['Planted']);
  });

  it('given a page that shows what it may not (planted), then it is found', async () => {
    const leaking = page({
      path: '/planted',
      name: 'Planted',
      title: '泄露',
      access: ['EXPERT'],
      input: NO_INPUT,
      load: (_input, { ask }) => ask<unknown>('AskPlanted'),
      view: ({ data }) => h('p', {}, JSON.stringify(data)),
    });
    expect(await differing(HIDDEN[RESULTS] as never, expertOf(recused), [leaking])).toEqual(['Planted']);
  });
});
