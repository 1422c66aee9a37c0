/** What overseers and experts read of a panel: overview, matrix, register, the draw run again, an expert's duties. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import { expertStream } from '../../events/expert.ts';
import { projections } from '../../projections/index.ts';
import { routes } from '../../projections/panel/http.ts';
import type { Caller } from '../../projections/ports.ts';
import { control } from '../support/controls.ts';
import { ask, readerOf } from '../support/fold.ts';
import { MSR } from '../support/given.ts';
import { otherwise, worldsOf } from '../support/two-worlds.ts';
import {
  conflict,
  constitution,
  expertOf,
  formation,
  HAIHE,
  JINMEN,
  none,
  PANEL,
  PanelSystem,
  PROJECTS,
  recusal,
  SEED,
  SUP,
  startInput,
  UNIT_ACTOR,
} from './system.ts';

/** One panel that was dissolved after its draw, and one with a recusal, an open request, a silent pair, a replacement. */
let log: readonly RecordedEvent[];
let members: readonly string[];
let replaced: string;

beforeAll(async () => {
  await using system = await PanelSystem.open();
  await system.done(formation.startPanelFormation, startInput({ panelId: '2024-first' }));
  await system.done(formation.drawExperts, { panelId: '2024-first', seed: SEED });
  await system.done(constitution.dissolvePanel, { panelId: '2024-first', reason: '分组有误' });
  const [first = '', second = '', third = ''] = await system.drawn();
  replaced = third;
  await system.done(formation.replaceExpert, { panelId: PANEL, expertId: third, reason: '因病' });
  await system.declare(first, [conflict(HAIHE), none(JINMEN)]);
  await system.declare(second, [none(HAIHE)]);
  const request = { panelId: PANEL, expertId: second, uscc: HAIHE.uscc, grounds: '该专家曾任我单位顾问' };
  await system.done(recusal.requestRecusal, request, UNIT_ACTOR);
  log = await system.log();
  const drawnAgain = log.findLast(({ type }) => type === 'expert.replaced')?.data as { replacement: string };
  members = [first, second, drawnAgain.replacement];
});

const names = () => Object.fromEntries(members.map(id => [`person-${id}`, '已启封的说明']));
const answer = (name: string, input: object = {}, caller: Caller = SUP, events = log) =>
  ask(routes, name, input, caller, readerOf(projections, { events, names: names() }));

describe('R-S3 the conflict matrix', () => {
  it('"none" and "not asked" are different facts', async () => {
    expect(await answer('GetConflictMatrix', { panelId: PANEL })).toMatchObject({
      panelId: PANEL,
      quorum: 2,
      experts: [...members],
      units: [
        {
          uscc: HAIHE.uscc,
          unitName: HAIHE.name,
          free: 0,
          cells: [
            { declaration: 'conflict', kind: '顾问或有偿服务', recused: true, free: false },
            { declaration: 'none', recused: false, requestedBy: [HAIHE.uscc], free: false },
            { declaration: 'undeclared', recused: false, free: false },
          ],
        },
        {
          uscc: JINMEN.uscc,
          free: 1,
          cells: [
            { declaration: 'none', free: true },
            { declaration: 'undeclared', free: false },
            { declaration: 'undeclared', free: false },
          ],
        },
      ],
    });
  });
});

describe('the overview', () => {
  it('counts pairs by what is missing and names the units short of the quorum', async () => {
    const { items } = (await answer('ListPanels', { year: '2024' })) as { items: object[] };
    expect(items).toMatchObject([
      {
        panelId: PANEL,
        status: 'drawn',
        projects: 3,
        units: 2,
        candidates: 6,
        pairs: { all: 6, undeclared: 3, undecided: 1, recused: 1, free: 1 },
        shortOfQuorum: [HAIHE.uscc, JINMEN.uscc],
        replacements: 1,
      },
      { panelId: '2024-first', status: 'dissolved', dissolved: { reason: '分组有误' } },
    ]);
    expect(await answer('GetPanel', { panelId: PANEL })).toMatchObject({
      projectList: PROJECTS.map(({ projectId }) => ({ projectId })),
    });
  });
});

describe('the recusal register', () => {
  const register = async (outcome?: string) =>
    ((await answer('ListRecusals', { year: '2024', ...(outcome && { outcome }) })) as { items: object[] }).items;

  it('tells each pair’s story with grounds and outcome; a plain "none" opens no entry', async () => {
    const all = await register();
    expect(all).toHaveLength(2);
    expect(await register('recused')).toMatchObject([
      {
        expertId: members[0],
        uscc: HAIHE.uscc,
        steps: [
          { act: 'interest.declared', declaration: 'conflict', detail: '已启封的说明' },
          { act: 'expert.recused', by: { orgId: members[0] } },
        ],
      },
    ]);
    expect(await register('open')).toMatchObject([
      {
        expertId: members[1],
        steps: [{ act: 'recusal.requested', by: { orgId: HAIHE.uscc }, grounds: '该专家曾任我单位顾问' }],
      },
    ]);
  });
});

describe('the draw run again', () => {
  const report = (events = log) => answer('GetDrawReport', { panelId: PANEL }, SUP, events);
  /** The report on a log in which somebody has tampered with one kind of event. */
  const tampered = (type: string, change: (data: never) => object) =>
    report(
      worldsOf(log, event =>
        event.type === type && (event.data as { panelId: string }).panelId === PANEL
          ? otherwise(event, change(event.data as never))
          : event,
      ).there,
    );

  it('is equal in every part, and shows the draw made before for the same results', async () => {
    expect(await report()).toMatchObject({
      equal: true,
      algorithm: 'sha256-tickets-1',
      algorithmKnown: true,
      seed: SEED,
      seedKept: true,
      candidatesKept: true,
      candidates: { equal: true },
      picks: { equal: true, recorded: [members[0], members[1], replaced] },
      replacements: [{ expertId: replaced, recorded: members[2], again: members[2], equal: true }],
      earlierDraws: [{ panelId: '2024-first', reason: '分组有误' }],
    });
  });

  it.each([
    ['a pick put in by hand', 'experts.drawn', ({ picks }: { picks: string[] }) => ({ picks: picks.toReversed() })],
    ['a seed that was not committed to', 'experts.drawn', () => ({ seed: '更好的种子' })],
    ['another algorithm', 'experts.drawn', () => ({ algorithm: 'by hand' })],
    [
      'a candidate left out, with the hash made to fit nothing',
      'panel-formation.started',
      ({ candidates }: { candidates: string[] }) => ({ candidates: candidates.slice(1) }),
    ],
    ['a replacement chosen freely', 'expert.replaced', () => ({ replacement: 'exp-friend' })],
  ])('given %s, then it is not equal', async (_fault, type, change) => {
    expect(await tampered(type, change as never)).toMatchObject({ equal: false });
  });

  it('given an active expert who was left out of the candidates from the start, then it is not equal', async () => {
    await using system = await PanelSystem.open();
    await system.drawn();
    const honest = await system.log();
    const last = honest.findLast(({ type }) => type === 'expert.admitted');
    const unlisted = worldsOf(honest, event =>
      event.position === last?.position ? otherwise(event, { expertId: 'exp-unlisted' }) : event,
    );
    expect(await report(unlisted.there)).toMatchObject({ equal: false, candidates: { equal: false } });
  });

  it('given an expert suspended between start and draw, then the report passes him over too', async () => {
    await using system = await PanelSystem.open();
    await system.start();
    await system.record(
      expertStream(members[0] as never),
      control('expert.suspended', { expertId: members[0] as string }),
    );
    await system.done(formation.drawExperts, { panelId: PANEL, seed: SEED });
    expect(await report(await system.log())).toMatchObject({ equal: true, candidates: { equal: true } });
  });

  it('D-46 given a person with two places in the bank, then he is a candidate once, and the report says so too', async () => {
    await using system = await PanelSystem.open();
    const own = members[0] as string;
    const other = 'exp-zz-again';
    await system.record(expertStream(other as never), control('expert.admitted', { expertId: other }));
    for (const expertId of [own, other]) {
      await system.record(expertStream(expertId as never), control('expert.identity-stated', { expertId }));
    }
    await system.drawn();
    const again = await report(await system.log());
    expect(again).toMatchObject({ equal: true, candidates: { equal: true } });
    expect((again as { candidates: { recorded: string[] } }).candidates.recorded).not.toContain(other);
  });

  it('before the draw there is none', async () => {
    await using system = await PanelSystem.open();
    await system.start();
    expect(await report(await system.log())).toBeUndefined();
  });
});

describe('an expert’s duties', () => {
  type Duties = { panels: { panelId: string; units: object[]; projects: object[] }[] };
  const dutiesOf = async (expertId: string, events = log) =>
    ((await answer('ListPanelDuties', {}, expertOf(expertId), events)) as Duties).panels.filter(
      ({ panelId }) => panelId === PANEL,
    );

  it('he sees what he has to declare and has declared; no project before the constitution', async () => {
    expect(await dutiesOf(members[0] as string)).toMatchObject([
      {
        units: [
          { uscc: HAIHE.uscc, declaration: 'conflict', standing: 'recused' },
          { uscc: JINMEN.uscc, declaration: 'none', standing: 'declared' },
        ],
        projects: [],
      },
    ]);
    expect(await dutiesOf(members[1] as string)).toMatchObject([
      { units: [{ standing: 'held' }, { standing: 'to-declare' }], projects: [] },
    ]);
  });

  it('who was replaced, or never drawn, has none', async () => {
    expect(await dutiesOf(replaced)).toEqual([]);
    expect(await dutiesOf('exp-nobody')).toEqual([]);
  });

  it('once constituted he sees the projects of the units he is free to judge, and no others', async () => {
    await using system = await PanelSystem.open();
    const drawn = await system.drawn();
    for (const member of drawn) {
      await system.declare(member, member === drawn[0] ? [conflict(HAIHE), none(JINMEN)] : undefined);
    }
    await system.done(constitution.constitutePanel, { panelId: PANEL });
    const events = await system.log();
    expect(await dutiesOf(drawn[0] as string, events)).toMatchObject([
      { projects: [{ projectId: PROJECTS[2].projectId, uscc: JINMEN.uscc }] },
    ]);
    const [{ projects } = { projects: [] }] = await dutiesOf(drawn[1] as string, events);
    expect(projects).toHaveLength(3);
  });
});

describe('every query on panels', () => {
  const INPUTS: Readonly<Record<string, object>> = {
    ListPanels: { year: '2024' },
    ListRecusals: { year: '2024' },
    ListPanelDuties: {},
  };

  it.each(routes.map(route => [route.name, route] as const))(
    '%s answers in its declared shape',
    async (name, route) => {
      const caller = route.allow.includes('EXPERT' as never) ? expertOf(members[0] as string) : MSR;
      const found = await answer(name, INPUTS[name] ?? { panelId: PANEL }, caller);
      const shape = route.paged
        ? z.strictObject({ items: z.array(route.output).min(1), next: z.string().optional() })
        : route.output;
      expect(shape.safeParse(found).error).toBeUndefined();
    },
  );

  it('a panel that is not there is not found', async () => {
    for (const name of ['GetPanel', 'GetConflictMatrix', 'GetDrawReport']) {
      expect(await answer(name, { panelId: '2024-nowhere' })).toBeUndefined();
    }
  });
});
