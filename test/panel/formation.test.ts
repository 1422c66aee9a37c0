/** Forming a panel: commit, draw, replace, constitute, dissolve; each refusal under its rule. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectStream } from '../../events/application.ts';
import { expertStream } from '../../events/expert.ts';
import { drawOrder } from '../../events/rules/draw.ts';
import { sha256 } from '../../services/panel/state.ts';
import { control, samples } from '../support/controls.ts';
import { decide, refusalOf } from '../support/given.ts';
import {
  conflict,
  constitution,
  EXPERTS,
  expertOf,
  formation,
  HAIHE,
  JINMEN,
  NONE_ON_ALL,
  none,
  OPENS,
  PANEL,
  PanelSystem,
  PROJECTS,
  RULES,
  recusal,
  SEED,
  startInput,
  UNIT_ACTOR,
} from './system.ts';

let system: PanelSystem;
beforeEach(async () => {
  system = await PanelSystem.open();
});
afterEach(() => system[Symbol.asyncDispose]());

const order = (): readonly string[] => drawOrder(EXPERTS, { seed: SEED }, sha256);
const onPanel = { panelId: PANEL };
const draw = { ...onPanel, seed: SEED };
const REASON = { reason: '回避后人数不足' };
const suspend = (expertId: string) =>
  system.record(expertStream(expertId as never), control('expert.suspended', { expertId }));

describe('第十八条 启动组建', () => {
  it('fixes results, candidates, rules and the commitment, citing the plan for the draw', async () => {
    expect(await system.start()).toMatchObject([
      {
        data: {
          year: 2024,
          projects: PROJECTS.map(({ projectId, unit }) => ({ projectId, uscc: unit.uscc, unitName: unit.name })),
          candidates: [...EXPERTS],
          candidateSetHash: sha256(EXPERTS.map(id => `${id}\n`).join('')),
          rules: RULES,
          seedCommitment: sha256(SEED),
        },
      },
    ]);
    const { meta } = (await system.log()).at(-1) as { meta: { basis: unknown; planVersion: unknown } };
    expect(meta).toMatchObject({
      basis: [{ article: 'art-18' }, { plan: 2024, item: 'options.panel' }],
      planVersion: 1,
    });
  });

  it('given an expert who is suspended, then he is no candidate', async () => {
    await suspend('exp-du');
    const candidates = EXPERTS.filter(id => id !== 'exp-du');
    expect(await system.start()).toMatchObject([{ data: { candidates } }]);
  });

  it('a panel is started once', async () => {
    await system.start();
    expect(await system.refused(formation.startPanelFormation, startInput())).toMatchObject({ code: 'panel-exists' });
  });

  it('第十七条之二 only results that a body forwarded, of projects that go on', async () => {
    const { projectId, unit, title } = { ...PROJECTS[0], projectId: '2024-cccc1111' };
    const data = { projectId, uscc: unit.uscc, unitName: unit.name, title };
    await system.record(projectStream(projectId as never), control('project.listed', data));
    const refused = await system.refused(formation.startPanelFormation, startInput({ projectIds: [projectId] }));
    expect(refused).toMatchObject({ code: 'result-not-forwarded', rule: { article: 'art-17b' } });

    const ended = PROJECTS[1].projectId;
    await system.record(projectStream(ended as never), control('project.terminated', { projectId: ended }));
    expect(await system.refused(formation.startPanelFormation, startInput())).toMatchObject({
      code: 'result-not-forwarded',
    });
  });

  it('a panel that would give more sheets than can be aggregated at once is refused by a rule of the house', () => {
    const { plan } = samples['work-plan.published'];
    const rules = { size: 7, quorum: 5, lookBackYears: 3 };
    const members = Array.from({ length: rules.size }, (_, at) => `e-${at}`);
    const inForce = { year: 2024, version: 1, plan: { ...plan, options: { ...plan.options, panel: rules } } };
    const start = (count: number) => {
      const projectIds = Array.from({ length: count }, (_, at) => `2024-${String(at).padStart(8, '0')}`);
      const bank = Object.fromEntries(members.map(id => [id, { active: true, employers: [] }]));
      const known = { programme: { inForce }, bank, projects: [], forwarded: [], panels: [] };
      return refusalOf(decide(formation.startPanelFormation, { input: startInput({ projectIds }), known }));
    };
    const refusal = start(715);
    expect(refusal).toMatchObject({
      code: 'too-many-sheets',
      rule: { houseRule: 'several-panels' },
      zh: expect.stringMatching(/内部制度.*5005份.*5000份/),
    });
    expect(start(714).code).toBe('not-a-listed-project');
  });

  it('an unknown project, or one given twice, is refused', async () => {
    for (const projectIds of [['2024-zzzz9999'], [PROJECTS[0].projectId, PROJECTS[0].projectId]]) {
      const refused = await system.refused(formation.startPanelFormation, startInput({ projectIds }));
      expect(refused).toMatchObject({ code: 'not-a-listed-project' });
    }
  });

  it('a result is before one panel at a time; dissolving frees it', async () => {
    await system.start();
    const other = startInput({ panelId: '2024-other', projectIds: [PROJECTS[2].projectId] });
    expect(await system.refused(formation.startPanelFormation, other)).toMatchObject({ code: 'in-other-panel' });
    await system.done(constitution.dissolvePanel, { ...onPanel, ...REASON });
    expect(await system.done(formation.startPanelFormation, other)).toHaveLength(1);
  });

  it('of two formations that began at the same moment the first in the log draws, the other one does not', async () => {
    const second = '2024-second';
    await system.start();
    const unseen = control('panel-formation.started', {
      panelId: second,
      projects: [{ ...samples['panel-formation.started'].projects[0], projectId: PROJECTS[0].projectId }],
      candidates: [...EXPERTS],
      rules: RULES,
      seedCommitment: sha256(SEED),
      beacon: undefined,
    } as never);
    await system.record(`panel-${second}`, unseen);
    const refused = await system.refused(formation.drawExperts, { panelId: second, seed: SEED });
    expect(refused).toMatchObject({ code: 'in-other-panel', rule: { houseRule: 'several-panels' } });
    expect(await system.done(formation.drawExperts, { ...onPanel, seed: SEED })).not.toEqual([]);
  });

  it('without a published plan there is no panel', async () => {
    const refused = await system.refused(formation.startPanelFormation, startInput({ panelId: '2025-equipment' }));
    expect(refused).toMatchObject({ code: 'no-work-plan', rule: { article: 'art-09' } });
  });

  it('a beacon that is already public would let the seed be chosen by it', async () => {
    const beacon = { source: '福利彩票', round: '第128期', publishedAt: OPENS };
    expect(await system.refused(formation.startPanelFormation, startInput({ beacon }))).toMatchObject({
      code: 'beacon-already-public',
    });
  });

  it('only the municipal authority; to others there is nothing to be found', async () => {
    for (const actor of [UNIT_ACTOR, expertOf('exp-an')]) {
      expect(await system.refused(formation.startPanelFormation, startInput(), actor)).toMatchObject({
        kind: 'hidden',
      });
    }
  });
});

describe('第十八条 遴选 members come from the bank by the committed draw', () => {
  it('reveals the seed and takes the first of the order', async () => {
    expect(await system.drawn()).toEqual(order().slice(0, 3));
  });

  it('given a candidate who is no longer active on the day, then he is passed over on the record', async () => {
    await system.start();
    const [first = ''] = order();
    await suspend(first);
    const drawn = { picks: order().slice(1, 4), inactive: [first] };
    expect(await system.done(formation.drawExperts, draw)).toMatchObject([{ data: drawn }]);
  });

  it('another seed than the one committed to is refused', async () => {
    await system.start();
    const refused = await system.refused(formation.drawExperts, { ...draw, seed: 'better luck' });
    expect(refused).toMatchObject({ code: 'seed-not-committed' });
  });

  it('there is no second draw; the same one again changes nothing', async () => {
    await system.drawn();
    expect(await system.done(formation.drawExperts, draw)).toEqual([]);
    const refused = await system.refused(formation.drawExperts, { ...draw, seed: '又一个种子' });
    expect(refused).toMatchObject({ code: 'already-drawn' });
  });

  it('given a beacon, then it is needed, not before it is published, and changes the order', async () => {
    const publishedAt = '2024-11-05T13:15:00.000Z';
    await system.start({ beacon: { source: '福利彩票', round: '第128期', publishedAt } });
    const withBeacon = { ...draw, beaconValue: '03 07 11' };
    expect(await system.refused(formation.drawExperts, withBeacon)).toMatchObject({ code: 'beacon-not-published' });
    system.now = publishedAt;
    expect(await system.refused(formation.drawExperts, draw)).toMatchObject({ code: 'beacon-mismatch' });
    const picks = drawOrder(EXPERTS, { seed: SEED, beaconValue: '03 07 11' }, sha256).slice(0, 3);
    expect(await system.done(formation.drawExperts, withBeacon)).toMatchObject([{ data: { picks } }]);
  });

  it('given a beacon value nobody named, then it is refused', async () => {
    await system.start();
    const refused = await system.refused(formation.drawExperts, { ...draw, beaconValue: '1' });
    expect(refused).toMatchObject({ code: 'beacon-mismatch' });
  });

  it('工作方案 with fewer active experts than members the plan is not kept', async () => {
    await using small = await PanelSystem.open(EXPERTS.slice(0, 2));
    const refused = await small.refused(formation.startPanelFormation, startInput());
    expect(refused).toMatchObject({ code: 'too-few-experts', rule: { plan: 2024, item: 'options.panel' } });
  });
});

describe('第十八条 组建 constituted only when every pair is declared and the quorum holds', () => {
  const constitute = () => system.done(constitution.constitutePanel, onPanel);
  const refusedToConstitute = () => system.refused(constitution.constitutePanel, onPanel);

  it('given all have declared no interest, then the panel stands; again, nothing', async () => {
    const members = await system.drawn();
    for (const member of members) await system.declare(member);
    expect(await constitute()).toEqual([
      { type: 'panel.constituted', data: { panelId: PANEL, year: 2024, members: [...members] } },
    ]);
    expect(await constitute()).toEqual([]);
  });

  it('given one unit one member has not spoken about, then not: silence is not "none"', async () => {
    const [first = '', second = '', third = ''] = await system.drawn();
    await system.declare(first);
    await system.declare(second);
    await system.declare(third, [none(HAIHE)]);
    expect(await refusedToConstitute()).toMatchObject({ code: 'declaration-missing' });
    await system.declare(third, [none(JINMEN)]);
    expect(await constitute()).toHaveLength(1);
  });

  it('before the draw there is nothing to constitute', async () => {
    await system.start();
    expect(await refusedToConstitute()).toMatchObject({ code: 'not-drawn' });
  });

  it('given a request nobody has decided, then not', async () => {
    const [first = '', ...others] = await system.drawn();
    for (const member of [first, ...others]) await system.declare(member);
    const pair = { ...onPanel, expertId: first, uscc: HAIHE.uscc };
    await system.done(recusal.requestRecusal, { ...pair, grounds: '曾任我单位顾问' }, UNIT_ACTOR);
    expect(await refusedToConstitute()).toMatchObject({ code: 'recusal-undecided' });
    await system.done(recusal.decideRecusal, { ...pair, decision: 'dismiss', reason: '经查无此事' });
    expect(await constitute()).toHaveLength(1);
  });

  it('given a member who left the bank since the draw, then he is to be replaced', async () => {
    const members = await system.drawn();
    for (const member of members) await system.declare(member);
    await suspend(members[0] as string);
    expect(await refusedToConstitute()).toMatchObject({ code: 'member-not-active' });
  });

  it('given an employer entered since the draw, then the conflict is to be recorded first', async () => {
    const [first = '', ...others] = await system.drawn();
    for (const member of [first, ...others]) await system.declare(member);
    const moved = { expertId: first, employerName: HAIHE.name, employerUscc: HAIHE.uscc };
    await system.record(expertStream(first as never), control('expert.profile-updated', moved));
    expect(await refusedToConstitute()).toMatchObject({ code: 'conflict-unrecorded' });
    expect(await system.done(recusal.detectConflicts, onPanel)).toMatchObject([{ data: { rule: 'same-employer' } }]);
    expect(await system.done(recusal.detectConflicts, onPanel)).toEqual([]);
  });

  it('工作方案 given recusals below the quorum, then the next of the draw replaces and declares', async () => {
    const [first = '', second = '', third = ''] = await system.drawn();
    await system.declare(first, [conflict(HAIHE), none(JINMEN)]);
    await system.declare(second, [conflict(HAIHE), none(JINMEN)]);
    await system.declare(third);
    expect(await refusedToConstitute()).toMatchObject({ code: 'quorum-not-met', rule: { item: 'options.panel' } });

    const [replaced] = await system.done(formation.replaceExpert, { ...onPanel, expertId: first, ...REASON });
    const fourth = order()[3] as string;
    expect(replaced).toMatchObject({ type: 'expert.replaced', data: { expertId: first, replacement: fourth } });
    expect(await refusedToConstitute()).toMatchObject({ code: 'declaration-missing' });
    await system.declare(fourth);
    expect(await constitute()).toMatchObject([{ data: { members: [second, third, fourth] } }]);
  });

  it('given the next candidate is no longer active, then he is passed over on the record', async () => {
    const [first = ''] = await system.drawn();
    const [, , , fourth = '', fifth = ''] = order();
    await suspend(fourth);
    const [replaced] = await system.done(formation.replaceExpert, { ...onPanel, expertId: first, ...REASON });
    expect(replaced).toMatchObject({ data: { replacement: fifth, inactive: [fourth] } });
  });

  it('a replacement whom the records speak against is detected at once', async () => {
    const [first = ''] = await system.drawn();
    const fourth = order()[3] as string;
    const employed = { expertId: fourth, employerName: JINMEN.name };
    await system.record(expertStream(fourth as never), control('expert.profile-updated', employed));
    const facts = await system.done(formation.replaceExpert, { ...onPanel, expertId: first, ...REASON });
    expect(facts[1]).toMatchObject({ type: 'conflict.detected', data: { expertId: fourth, uscc: JINMEN.uscc } });
  });

  it('whoever is not a member cannot be replaced, and the draw can be used up', async () => {
    const [first = ''] = await system.drawn();
    const replace = (expertId: string) => ({ ...onPanel, expertId, ...REASON });
    expect(await system.refused(formation.replaceExpert, replace(order()[5] as string))).toMatchObject({
      code: 'not-a-member',
    });
    for (const member of [first, order()[3], order()[4]]) {
      await system.done(formation.replaceExpert, replace(member as string));
    }
    expect(await system.refused(formation.replaceExpert, replace(order()[5] as string))).toMatchObject({
      code: 'no-reserve',
    });
  });

  it('a dissolved panel takes nothing more', async () => {
    const [first = ''] = await system.drawn();
    await system.done(constitution.dissolvePanel, { ...onPanel, ...REASON });
    expect(await system.done(constitution.dissolvePanel, { ...onPanel, ...REASON })).toEqual([]);
    expect(await refusedToConstitute()).toMatchObject({ code: 'panel-dissolved' });
    expect(await system.refused(formation.drawExperts, draw)).toMatchObject({ code: 'panel-dissolved' });
    const declaring = { ...onPanel, declarations: NONE_ON_ALL };
    expect(await system.refused(recusal.declareInterest, declaring, expertOf(first))).toMatchObject({
      code: 'panel-dissolved',
    });
  });

  it('a panel that is not there is not found', async () => {
    for (const command of [formation.drawExperts, constitution.constitutePanel, constitution.dissolvePanel]) {
      const input = { ...onPanel, seed: SEED, ...REASON };
      const fields = Object.fromEntries(Object.entries(input).filter(([name]) => name in command.input.shape));
      expect(await system.refused(command, fields)).toMatchObject({ code: 'not-found' });
    }
  });
});
