/**
 * 应当回避 as a recused expert meets it when he sends commands: whatever happens about the unit, every command open to him
 * answers the same, and the unit’s things are to him like things that are not there. For queries: test/panel/two-worlds.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { BASE } from '../../infra/http/endpoint.ts';
import { validInput, type Words } from '../../infra/http/valid-input.ts';
import { command } from '../../services/command.ts';
import { submitScoreSheet } from '../../services/evaluation/sheets.ts';
import { evaluationState } from '../../services/evaluation/state.ts';
import { createHandle, type Handle } from '../../services/handle.ts';
import { refuseForm } from '../../services/rejection.ts';
import { type CommandRoute, post } from '../../services/route.ts';
import { commandRoutes } from '../../services/routes.ts';
import {
  conflict,
  constitution,
  expertOf,
  HAIHE,
  JINMEN,
  NONE_ON_ALL,
  none,
  PANEL,
  PanelSystem,
  PROJECTS,
  recusal,
  SCORED,
  UNIT_ACTOR,
} from '../panel/system.ts';
import { samples } from '../support/controls.ts';
import { elsewhere, otherwise, worldsOf, writePortsOf } from '../support/two-worlds.ts';
import { ask, placed, timeless } from './authorisation-asking.ts';
import { namingFields } from './authorisation-things.ts';
import { openSite, type Site } from './support.ts';

type Log = readonly RecordedEvent[];

let log: Log;
/** Recused from the unit by his own word; free to judge the other. */
let recused = '';
let now = '';

let site: Site;
let token: string;
/** The write path over the log of the moment. */
let deciding: Handle;
/** Whoever has signed in asks as the recused expert, and always under one id, so that no answer differs by chance. */
const asRecused: Handle = (asked, input, request) =>
  deciding(asked, input, { ...request, actor: expertOf(recused), commandId: 'asked' });

/** Tells how many sheets there are. */
const planted = post(
  '/planted/:panelId/:projectId',
  command({
    ...submitScoreSheet,
    name: 'Planted',
    fold: evaluationState,
    reads: () => ({}),
    gate: ({ sheets }) => refuseForm('conflict', `sheets-${sheets.length}`, '已有评分表', 'There are sheets'),
    decide: () => [],
  }),
);

afterAll(() => site.close());

beforeAll(async () => {
  site = await openSite({ commands: [...commandRoutes, planted], handle: asRecused });
  token = await site.signIn('expert.qian');
  await using system = await PanelSystem.open();
  const [first = '', second = '', third = ''] = await system.drawn();
  recused = first;
  await system.declare(first, [conflict(HAIHE), none(JINMEN)]);
  for (const expertId of [second, third]) await system.declare(expertId, NONE_ON_ALL);
  await system.done(constitution.constitutePanel, { panelId: PANEL });
  await system.scored(first, [second, third]);
  const requested = { panelId: PANEL, expertId: second, uscc: HAIHE.uscc, grounds: '该专家与我单位有纠纷' };
  await system.done(recusal.requestRecusal, requested, UNIT_ACTOR);
  log = worldsOf(await system.log(), HIDDEN[SCORED_BY_OTHERS] as Change).here;
  ({ now } = system);
});

type Change = (event: RecordedEvent) => RecordedEvent;
const SCORED_BY_OTHERS = 'that others have scored the unit';
const ofUnit = ({ data }: RecordedEvent) => (data as { uscc?: string }).uscc === HAIHE.uscc;
const isOwn = ({ data }: RecordedEvent) => (data as { expertId?: string }).expertId === recused;

/** What he may not know, each as a change of the world he lives in. */
const HIDDEN: Readonly<Record<string, Change>> = {
  [SCORED_BY_OTHERS]: event => (event.type === 'score-sheet.submitted' && ofUnit(event) ? elsewhere(event) : event),
  'that the results of the unit are scored at all': event =>
    event.type === 'scoring.opened'
      ? otherwise(event, { projects: SCORED.filter(one => one.uscc !== HAIHE.uscc) })
      : event,
  'that the unit asked for the recusal of another expert': event =>
    event.type === 'recusal.requested' && ofUnit(event) ? elsewhere(event) : event,
  'what other experts have declared about the unit': event =>
    event.type === 'interest.declared' && ofUnit(event) && !isOwn(event)
      ? otherwise(event, { declaration: 'conflict', kind: '竞争关系' })
      : event,
  'how many results the unit has before the panel': event => {
    if (event.type !== 'panel-formation.started') return event;
    const { projects } = event.data as { projects: { uscc: string }[] };
    const [one] = projects.filter(({ uscc }) => uscc === HAIHE.uscc);
    return otherwise(event, { projects: [one, ...projects.filter(({ uscc }) => uscc !== HAIHE.uscc)] });
  },
};

/** What he is told over HTTP, by a log in which nothing but this has been asked. */
async function told(world: Log, { route, input }: Question): Promise<string> {
  deciding = createHandle(writePortsOf(world, now));
  const target = placed({ method: 'POST', path: `${BASE}${route.path}` }, input);
  return timeless(await ask(site.url, target, token));
}

const NOWHERE = { projectId: '2024-nowhere0', panelId: '2024-nowhere' };
const [HIDDEN_PROJECT, , OTHERS] = PROJECTS.map(({ projectId }) => projectId) as [string, string, string];
const WORDS: Words = {
  ...Object.assign({}, ...Object.values(samples)),
  expertId: undefined,
  listHash: 'a'.repeat(64),
};
const VALUES: Readonly<Record<string, readonly string[]>> = {
  panelId: [PANEL, NOWHERE.panelId],
  projectId: [...SCORED.map(({ projectId }) => projectId), NOWHERE.projectId],
  uscc: [HAIHE.uscc, JINMEN.uscc],
};

const ofExperts = commandRoutes.filter(({ command: { allow } }) => allow.includes('EXPERT'));

interface Question {
  readonly route: CommandRoute;
  readonly input: Words;
}

/** A command with every thing of either unit that it can name. */
function questionsOf(route: CommandRoute): readonly Question[] {
  const named = Object.entries(VALUES).reduce<Words[]>(
    (all, [field, values]) => all.flatMap(words => values.map(value => ({ ...words, [field]: value }))),
    [WORDS],
  );
  const inputs = named.map(words => validInput(route.command.input, { ...words, projects: [words.projectId] }));
  return [...new Set(inputs.map(input => JSON.stringify(input)))].map(text => ({ route, input: JSON.parse(text) }));
}

/** The questions that he is answered differently in the two worlds. */
async function leaks(change: Change, routes = ofExperts): Promise<string[]> {
  const { here, there } = worldsOf(log, change);
  const found: string[] = [];
  for (const question of routes.flatMap(questionsOf)) {
    const [one, other] = [await told(here, question), await told(there, question)];
    const asked = `${question.route.command.name} ${JSON.stringify(question.input)}`;
    if (one !== other) found.push(`${asked}\n  here:  ${one}\n  there: ${other}`);
  }
  return found;
}

describe('a recused expert’s commands', () => {
  it('then all that are open to experts are sent, and what is not about the unit is accepted', async () => {
    expect(ofExperts.map(route => questionsOf(route).length).every(count => count > 0)).toBe(true);
    const sheets = ofExperts.filter(({ command: { name } }) => name === 'SubmitScoreSheet').flatMap(questionsOf);
    const ofOther = sheets.find(({ input }) => input.projectId === OTHERS && input.panelId === PANEL);
    expect(ofOther && (await told(log, ofOther))).toMatch(/^200 /);
  });

  it.each(Object.entries(HIDDEN))('then no answer tells him %s', async (_what, change) => {
    expect(await leaks(change)).toEqual([]);
  });

  it('given the unit’s project, then he is answered as for a project that is not there', async () => {
    const naming = ofExperts.filter(({ command: asked }) => namingFields(asked).includes('projectId'));
    expect(naming.length).toBeGreaterThan(2);
    for (const route of naming) {
      const ofUnits = (projectId: string) => ({
        route,
        input: validInput(route.command.input, { ...WORDS, panelId: PANEL, projectId }) as Words,
      });
      const answers = [await told(log, ofUnits(HIDDEN_PROJECT)), await told(log, ofUnits(NOWHERE.projectId))];
      expect([route.command.name, answers[0]]).toEqual([route.command.name, answers[1]]);
    }
  });

  it('given a command that tells how many sheets there are, then the two worlds differ', async () => {
    const found = await leaks(HIDDEN[SCORED_BY_OTHERS] as Change, [planted]);
    expect(found).not.toEqual([]);
  });
});
