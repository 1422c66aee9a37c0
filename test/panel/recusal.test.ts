/** Interests and recusals: every pair declared in so many words, effective at once, decided with reasons. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expertStream } from '../../events/expert.ts';
import type { PanelEvent } from '../../events/panel.ts';
import { mayEvaluate, panelStanding, unitsShortOfQuorum } from '../../events/rules/panel.ts';
import { UNITS } from '../programme-year/cast.ts';
import { control } from '../support/controls.ts';
import {
  actorOf,
  BODY_ACTOR,
  conflict,
  constitution,
  EXPERTS,
  expertOf,
  formation,
  HAIHE,
  JINMEN,
  NONE_ON_ALL,
  none,
  PANEL,
  PanelSystem,
  recusal,
  startInput,
  UNIT_ACTOR,
} from './system.ts';

let system: PanelSystem;
beforeEach(async () => {
  system = await PanelSystem.open();
});
afterEach(() => system[Symbol.asyncDispose]());

const onPanel = { panelId: PANEL };
const standing = async () =>
  (await system.log())
    .filter(({ streamId }) => streamId === `panel-${PANEL}`)
    .reduce((state, event) => panelStanding.evolve(state, event as PanelEvent), panelStanding.initial);
const may = async (expertId: string, { uscc }: { readonly uscc: string }) =>
  mayEvaluate(await standing(), expertId, uscc);
const declaring = (declarations: readonly object[]) => ({ ...onPanel, declarations });
const pairOf = (expertId: string, { uscc }: { readonly uscc: string } = HAIHE) => ({ ...onPanel, expertId, uscc });
const typesOf = (facts: readonly { readonly type: string }[]) => facts.map(({ type }) => type);

describe('第十八条 declaration of interest', () => {
  it('each unit is a fact of its own; the same word again changes nothing', async () => {
    const [first = ''] = await system.drawn();
    expect(await system.declare(first)).toMatchObject([
      { type: 'interest.declared', data: { expertId: first, uscc: HAIHE.uscc, declaration: 'none' } },
      { type: 'interest.declared', data: { expertId: first, uscc: JINMEN.uscc, declaration: 'none' } },
    ]);
    expect(await system.declare(first)).toEqual([]);
  });

  it('D-25 a declared interest recuses at once, with its detail sealed as the expert’s own', async () => {
    const [first = ''] = await system.drawn();
    const facts = await system.declare(first, [conflict(HAIHE)]);
    expect(facts).toMatchObject([
      {
        type: 'interest.declared',
        data: { declaration: 'conflict', kind: '顾问或有偿服务', detail: { subject: `person-${first}` } },
      },
      { type: 'expert.recused', data: { expertId: first, uscc: HAIHE.uscc, grounds: 'declared' } },
    ]);
    expect(JSON.stringify(await system.log())).not.toContain('技术顾问');
    expect(await system.declare(first, [conflict(HAIHE)])).toEqual([]);
  });

  it('an interest found out later can be declared, one declared cannot be taken back', async () => {
    const [first = ''] = await system.drawn();
    await system.declare(first);
    expect(typesOf(await system.declare(first, [conflict(HAIHE)]))).toEqual(['interest.declared', 'expert.recused']);
    expect(await system.refused(recusal.declareInterest, declaring([none(HAIHE)]), expertOf(first))).toMatchObject({
      code: 'conflict-stands',
    });
  });

  it('an expert who is not on the panel, and a unit that is not before it, are not to be found', async () => {
    const members = await system.drawn();
    const outsider = EXPERTS.find(id => !members.includes(id)) as string;
    const outside = await system.refused(recusal.declareInterest, declaring(NONE_ON_ALL), expertOf(outsider));
    const elsewhere = declaring([none(UNITS.hospital)]);
    const unknown = await system.refused(recusal.declareInterest, elsewhere, expertOf(members[0] as string));
    expect([outside.kind, unknown.kind]).toEqual(['hidden', 'hidden']);
  });

  it('a unit given twice, and a conflict without its kind, are refused by form', async () => {
    const [first = ''] = await system.drawn();
    const twice = declaring([none(HAIHE), conflict(HAIHE)]);
    expect(await system.refused(recusal.declareInterest, twice, expertOf(first))).toMatchObject({
      code: 'unit-given-twice',
    });
    const bare = declaring([{ uscc: HAIHE.uscc, declaration: 'conflict' }]);
    expect(await system.refused(recusal.declareInterest, bare, expertOf(first))).toMatchObject({
      code: 'invalid-input',
    });
  });

  it('an expert is answered alike whether or not others have moved against him', async () => {
    const [first = '', second = ''] = await system.drawn();
    await system.done(recusal.requestRecusal, { ...pairOf(first), grounds: '曾任顾问' });
    await system.done(recusal.decideRecusal, { ...pairOf(first), decision: 'recuse', reason: '属实' });
    const [declaredByFirst] = await system.declare(first, [none(HAIHE)]);
    const [declaredBySecond] = await system.declare(second, [none(HAIHE)]);
    expect(declaredByFirst).toEqual({
      ...declaredBySecond,
      data: { ...(declaredBySecond?.data as object), expertId: first },
    });
    expect(await may(first, HAIHE)).toBe(false);
  });
});

describe('第十八条 conflicts that the records show', () => {
  it.each([
    ['by credit code', { employerName: '海河装备（集团）', employerUscc: HAIHE.uscc }],
    ['by name', { employerName: HAIHE.name, employerUscc: undefined }],
  ])('same employer, %s, is detected at the draw and stops the expert until it is decided', async (_by, employer) => {
    for (const expertId of EXPERTS) {
      await system.record(
        expertStream(expertId as never),
        control('expert.profile-updated', { expertId, ...employer } as never),
      );
    }
    await system.start();
    const facts = await system.done(formation.drawExperts, { ...onPanel, seed: '二〇二四年装备组抽签种子' });
    expect(facts.slice(1)).toHaveLength(3);
    expect(facts[1]).toMatchObject({
      type: 'conflict.detected',
      data: { uscc: HAIHE.uscc, rule: 'same-employer' },
    });
  });

  it('a former employer counts within the look-back, not beyond it', async () => {
    const history = async (left: string) => {
      await using past = await PanelSystem.open([]);
      past.now = '2020-01-10T02:00:00.000Z';
      for (const id of EXPERTS) await past.admit(id, { name: HAIHE.name });
      past.now = left;
      for (const expertId of EXPERTS) {
        const moved = control('expert.profile-updated', {
          expertId,
          employerName: '天津大学',
          employerUscc: undefined,
        } as never);
        await past.record(expertStream(expertId as never), moved);
      }
      past.now = '2024-11-04T02:00:00.000Z';
      await past.start();
      const facts = await past.done(formation.drawExperts, { ...onPanel, seed: '二〇二四年装备组抽签种子' });
      return facts.slice(1).map(({ data }) => (data as { rule: string }).rule);
    };
    expect(await history('2022-06-01T02:00:00.000Z')).toEqual([
      'former-employer',
      'former-employer',
      'former-employer',
    ]);
    expect(await history('2021-06-01T02:00:00.000Z')).toEqual([]);
  });

  it('a recusal from the unit in an earlier panel is detected', async () => {
    const [first = ''] = await system.drawn();
    await system.declare(first, [conflict(HAIHE)]);
    await system.done(constitution.dissolvePanel, { ...onPanel, reason: '重新分组' });
    const again = { ...startInput(), panelId: '2024-second' };
    await system.done(formation.startPanelFormation, again);
    const facts = await system.done(formation.drawExperts, {
      panelId: '2024-second',
      seed: '二〇二四年装备组抽签种子',
    });
    expect(facts.slice(1)).toMatchObject([{ data: { expertId: first, uscc: HAIHE.uscc, rule: 'earlier-recusal' } }]);
  });

  it('what was dismissed is not detected by the same rule again', async () => {
    const [first = '', ...others] = await system.drawn();
    const moved = control('expert.profile-updated', { expertId: first, employerName: HAIHE.name });
    await system.record(expertStream(first as never), moved);
    await system.done(recusal.detectConflicts, onPanel);
    for (const member of [first, ...others]) await system.declare(member);
    await system.done(recusal.decideRecusal, { ...pairOf(first), decision: 'dismiss', reason: '同名单位' });
    expect(await system.done(recusal.detectConflicts, onPanel)).toEqual([]);
    await system.done(constitution.constitutePanel, onPanel);
    expect(await may(first, HAIHE)).toBe(true);
  });
});

describe('第十八条 requested by others, decided by the authority with a reason (D-25)', () => {
  const grounds = { grounds: '曾任我单位顾问' };

  it.each([
    ['the unit', UNIT_ACTOR],
    ['its recommending body', BODY_ACTOR],
    ['the authority', undefined],
  ])('%s may request; again, nothing', async (_who, actor) => {
    const [first = ''] = await system.drawn();
    const request = { ...pairOf(first), ...grounds };
    expect(typesOf(await system.done(recusal.requestRecusal, request, actor))).toEqual(['recusal.requested']);
    expect(await system.done(recusal.requestRecusal, request, actor)).toEqual([]);
  });

  it('another unit, and a unit for another, find nothing', async () => {
    const [first = ''] = await system.drawn();
    const hospital = actorOf('UNIT', UNITS.hospital.uscc);
    for (const [actor, unit] of [
      [hospital, UNITS.hospital],
      [hospital, HAIHE],
      [UNIT_ACTOR, JINMEN],
    ] as const) {
      const refused = await system.refused(recusal.requestRecusal, { ...pairOf(first, unit), ...grounds }, actor);
      expect(refused).toMatchObject({ kind: 'hidden' });
    }
  });

  it('a unit cannot find out by asking who is on the panel or already recused', async () => {
    const members = await system.drawn();
    const outsider = EXPERTS.find(id => !members.includes(id)) as string;
    await system.declare(members[0] as string, [conflict(HAIHE)]);
    for (const expertId of [...members, outsider, 'nobody']) {
      const facts = await system.done(recusal.requestRecusal, { ...pairOf(expertId), ...grounds }, UNIT_ACTOR);
      expect(typesOf(facts)).toEqual(['recusal.requested']);
    }
  });

  it('the authority is told when the expert is no member, or recused already', async () => {
    const members = await system.drawn();
    const outsider = EXPERTS.find(id => !members.includes(id)) as string;
    const asked = (expertId: string) => system.refused(recusal.requestRecusal, { ...pairOf(expertId), ...grounds });
    expect(await asked(outsider)).toMatchObject({ code: 'not-a-member' });
    await system.declare(members[0] as string, [conflict(HAIHE)]);
    expect(await asked(members[0] as string)).toMatchObject({ code: 'already-recused' });
  });

  it('a decision closes all that is open; nothing open, nothing to decide', async () => {
    const [first = ''] = await system.drawn();
    const decision = (word: string) => ({ ...pairOf(first), decision: word, reason: '经核查' });
    expect(await system.refused(recusal.decideRecusal, decision('recuse'))).toMatchObject({
      code: 'nothing-to-decide',
    });
    await system.done(recusal.requestRecusal, { ...pairOf(first), ...grounds });
    await system.done(recusal.requestRecusal, { ...pairOf(first), ...grounds }, UNIT_ACTOR);
    expect(await system.done(recusal.decideRecusal, decision('recuse'))).toMatchObject([
      { type: 'expert.recused', data: { grounds: 'decided', reason: '经核查' } },
    ]);
    expect(await system.done(recusal.decideRecusal, decision('recuse'))).toEqual([]);
    expect(await system.refused(recusal.decideRecusal, decision('dismiss'))).toMatchObject({ code: 'already-recused' });
  });
});

describe('第十八条 access: declared, not recused, on a constituted panel', () => {
  it('nobody before the panel is constituted, members after it, outsiders never', async () => {
    const members = await system.drawn();
    for (const member of members) await system.declare(member);
    expect(await may(members[0] as string, HAIHE)).toBe(false);
    await system.done(constitution.constitutePanel, onPanel);
    for (const member of members) expect(await may(member, HAIHE)).toBe(true);
    expect(await may(EXPERTS.find(id => !members.includes(id)) as string, HAIHE)).toBe(false);
    expect(await may(members[0] as string, UNITS.hospital)).toBe(false);
  });

  it('D-24 a recusal holds for the unit and leaves the other units open', async () => {
    const members = await system.constituted();
    await system.declare(members[0] as string, [conflict(HAIHE)]);
    expect([await may(members[0] as string, HAIHE), await may(members[0] as string, JINMEN)]).toEqual([false, true]);
  });

  it('a request after the constitution stops access until it is dismissed', async () => {
    const [first = ''] = await system.constituted();
    await system.done(recusal.requestRecusal, { ...pairOf(first), grounds: '曾任顾问' }, UNIT_ACTOR);
    expect(await may(first, HAIHE)).toBe(false);
    await system.done(recusal.decideRecusal, { ...pairOf(first), decision: 'dismiss', reason: '查无实据' });
    expect(await may(first, HAIHE)).toBe(true);
  });

  it('recusals that break the quorum show; replacing closes the panel until it is constituted again', async () => {
    const [first = '', second = '', third = ''] = await system.constituted();
    await system.declare(first, [conflict(HAIHE)]);
    await system.declare(second, [conflict(HAIHE)]);
    expect(unitsShortOfQuorum((await standing()) as never)).toEqual([HAIHE.uscc]);
    await system.done(formation.replaceExpert, { ...onPanel, expertId: first, reason: '人数不足' });
    expect([await may(first, JINMEN), await may(third, HAIHE)]).toEqual([false, false]);
    const [, , fourth = ''] = (await standing())?.members ?? [];
    await system.declare(fourth);
    await system.done(constitution.constitutePanel, onPanel);
    expect([await may(third, HAIHE), await may(fourth, HAIHE), await may(first, JINMEN)]).toEqual([true, true, false]);
  });
});
