/** 应当回避 as a recused expert meets it: whatever happens about the unit, every answer he gets stays the same. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import { panels } from '../../projections/panel/panels.ts';
import { recusals } from '../../projections/panel/recusals.ts';
import { load } from '../../projections/query.ts';
import { get, jsonOf } from '../../projections/route.ts';
import { control } from '../support/controls.ts';
import { elsewhere, leaks, otherwise, questionsAsked, routesOpenTo, worldsOf } from '../support/two-worlds.ts';
import {
  BODY_ACTOR,
  conflict,
  constitution,
  EXPERTS,
  expertOf,
  HAIHE,
  JINMEN,
  none,
  PANEL,
  PanelSystem,
  recusal,
  UNIT_ACTOR,
} from './system.ts';

/** The whole story, told once; the tests only read it. */
let log: readonly RecordedEvent[];
/** Recused from the unit by his own word; free to judge the other. */
let recused = '';

beforeAll(async () => {
  await using system = await PanelSystem.open();
  const members = await system.drawn();
  const [first = '', second = '', third = ''] = members;
  recused = first;
  await system.declare(first, [conflict(HAIHE), none(JINMEN)]);
  await system.declare(second, [none(HAIHE), none(JINMEN)]);
  await system.declare(third, [none(HAIHE), conflict(JINMEN)]);
  const ofUnit = (expertId: string) => ({ panelId: PANEL, expertId, uscc: HAIHE.uscc });
  await system.done(recusal.requestRecusal, { ...ofUnit(first), grounds: '该专家泄露我单位图纸' }, UNIT_ACTOR);
  await system.done(recusal.requestRecusal, { ...ofUnit(second), grounds: '该专家与我单位有纠纷' }, UNIT_ACTOR);
  await system.done(recusal.requestRecusal, { ...ofUnit(third), grounds: '推荐单位反映' }, BODY_ACTOR);
  const decided = { reason: '经核查' };
  await system.done(recusal.decideRecusal, { ...ofUnit(second), decision: 'dismiss', ...decided });
  await system.done(recusal.decideRecusal, { ...ofUnit(third), decision: 'dismiss', ...decided });
  await system.done(constitution.constitutePanel, { panelId: PANEL });
  log = await system.log();
});

type Pair = { readonly expertId?: string; readonly uscc?: string };
const pairOf = ({ data }: RecordedEvent) => data as Pair;
const isPanels = ({ streamId }: RecordedEvent) => streamId === `panel-${PANEL}`;
const ofOthers = (event: RecordedEvent) => isPanels(event) && ![undefined, recused].includes(pairOf(event).expertId);
const ofUnit = (event: RecordedEvent) => isPanels(event) && pairOf(event).uscc === HAIHE.uscc;
const MATTERS = ['recusal.requested', 'recusal-request.dismissed', 'expert.recused', 'conflict.detected'];

/** What he may not know, each as a change of the world he lives in. */
const HIDDEN: Readonly<Record<string, (event: RecordedEvent) => RecordedEvent>> = {
  'that the unit asked for his own recusal as well': event =>
    event.type === 'recusal.requested' && ofUnit(event) && pairOf(event).expertId === recused
      ? elsewhere(event)
      : event,
  'what was requested, detected and decided about other experts and the unit': event =>
    ofOthers(event) && ofUnit(event) && MATTERS.includes(event.type) ? elsewhere(event) : event,
  'what other experts have declared': event =>
    ofOthers(event) && event.type === 'interest.declared' ? otherwise(event, { declaration: 'none' }) : event,
  'how many results the unit has before the panel, and what they are called': event => {
    if (event.type !== 'panel-formation.started') return event;
    const { projects } = event.data as { projects: { uscc: string; title: string; projectId: string }[] };
    const [one] = projects.filter(({ uscc }) => uscc === HAIHE.uscc);
    const others = projects.filter(({ uscc }) => uscc !== HAIHE.uscc);
    return otherwise(event, { projects: [{ ...one, title: '另一成果' }, ...others] });
  },
  'with which seed and from which candidates the panel was drawn': event => {
    if (event.type === 'panel-formation.started') return otherwise(event, { candidates: [...EXPERTS, 'exp-zou'] });
    return event.type === 'experts.drawn' ? otherwise(event, { seed: '另一种子' }) : event;
  },
  'who else is on the panel': event => {
    const swap = (members: readonly string[]) => members.map(id => (id === recused ? id : `other-${id}`));
    const { picks, members, expertId } = event.data as { picks?: string[]; members?: string[]; expertId?: string };
    if (!isPanels(event)) return event;
    if (picks) return otherwise(event, { picks: swap(picks) });
    if (members) return otherwise(event, { members: swap(members) });
    return expertId && expertId !== recused ? otherwise(event, { expertId: `other-${expertId}` }) : event;
  },
};

describe('第十八条 two worlds: a recused expert is answered alike in both', () => {
  it.each(Object.entries(HIDDEN))('he cannot tell %s', async (_what, change) => {
    const worlds = worldsOf(log, change);
    expect(await leaks(worlds, expertOf(recused))).toEqual([]);
    expect(await leaks(worlds, undefined), 'nor can the public').toEqual([]);
  });

  it('every route open to experts is asked, his own duties among them', async () => {
    const asked = await questionsAsked(log, expertOf(recused));
    for (const { name } of routesOpenTo(expertOf(recused))) expect(asked.get(name), name).toBeGreaterThan(0);
    expect(asked.has('ListPanelDuties')).toBe(true);
  });
});

describe('the harness sees a leak that is planted', () => {
  const planted = (answer: Parameters<typeof get>[0]['answer']) =>
    get({
      path: '/planted',
      name: 'Planted',
      title: '泄露',
      summary: 'A leak.',
      allow: ['EXPERT'],
      input: z.strictObject({}),
      output: z.unknown(),
      paged: false,
      answer,
    });
  const found = async (what: string, answer: Parameters<typeof get>[0]['answer']) => {
    const worlds = worldsOf(log, HIDDEN[what] as (event: RecordedEvent) => RecordedEvent);
    return leaks(worlds, expertOf(recused), { routes: [planted(answer)] });
  };
  const aboutOthers = 'what was requested, detected and decided about other experts and the unit';
  const aboutResults = 'how many results the unit has before the panel, and what they are called';

  it('a count that includes what is hidden', async () => {
    const counting = await found(aboutOthers, async (_input, _caller, reader) => jsonOf(await reader.count(recusals)));
    expect(counting).toHaveLength(1);
    expect(counting[0]).toContain('Planted');
  });

  it('a list that shows the unit’s results', async () => {
    const listing = await found(aboutResults, async (_input, _caller, reader) =>
      jsonOf((await load(reader, panels, PANEL))?.standing.projects),
    );
    expect(listing).toHaveLength(1);
  });

  it('an export', async () => {
    const exporting = await found(aboutResults, async (_input, _caller, reader) => ({
      kind: 'stream',
      mediaType: 'text/csv',
      filename: 'panel.csv',
      chunks: (async function* () {
        yield JSON.stringify(await load(reader, panels, PANEL));
      })(),
    }));
    expect(exporting).toHaveLength(1);
  });

  it('an error in one world only', async () => {
    const failing = await found(aboutResults, async (_input, _caller, reader) => {
      const projects = (await load(reader, panels, PANEL))?.standing.projects ?? [];
      if (projects.length === 2) throw new Error('unexpected');
      return { kind: 'none' };
    });
    expect(failing).toHaveLength(1);
  });

  it('an event that the feed should keep back', async () => {
    const worlds = worldsOf(log, event =>
      ofOthers(event) && event.type === 'recusal.requested' ? elsewhere(event) : event,
    );
    const { type, data } = control('programme-rule.repealed');
    const published = (event: RecordedEvent) =>
      event.type === 'recusal.requested'
        ? { ...event, type, data, meta: { ...event.meta, visibility: 'public' as const } }
        : event;
    const leaking = { here: worlds.here.map(published), there: worlds.there.map(published) };
    expect((await leaks(leaking, expertOf(recused))).map(leak => leak.split('\n')[0])).toEqual(['feed']);
  });

  it('worlds that do not differ prove nothing', () => {
    expect(() => worldsOf(log, event => event)).toThrow('do not differ');
  });
});
