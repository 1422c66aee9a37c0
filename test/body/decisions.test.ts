import { describe, expect, it } from 'vitest';
import {
  type BodyEvent,
  type BodyKind,
  jurisdictionAssigned,
  jurisdictionTransferred,
  recommendingBodyRegistered,
} from '../../events/body.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { bodyIdSchema } from '../../events/ids.ts';
import { bodies, bodiesInCharge, chargeHeld } from '../../events/rules/jurisdiction.ts';
import * as commands from '../../services/body/commands.ts';
import { control, samples } from '../support/controls.ts';
import { folded } from '../support/folded.ts';
import { decide, factsOf, recorded, refusalOf } from '../support/given.ts';

const id = (text: string) => bodyIdSchema.parse(text);
const body = (bodyId: string, kind: BodyKind) =>
  recommendingBodyRegistered.of({ bodyId: id(bodyId), kind, name: bodyId, from: '2024-01-01' });

const HEPING = { district: '120101' };
const AUTOS = { industry: '汽车及新能源汽车' };

const registered = [
  body('heping-bureau', 'district-bureau'),
  body('hexi-bureau', 'district-bureau'),
  body('industry-bureau', 'industry-authority'),
  body('auto-association', 'association'),
];
const hepingAssigned = jurisdictionAssigned.of({
  bodyId: id('heping-bureau'),
  jurisdiction: HEPING,
  from: '2024-02-01',
});
const autosAssigned = jurisdictionAssigned.of({
  bodyId: id('industry-bureau'),
  jurisdiction: AUTOS,
  from: '2024-02-01',
});
const hepingTransferred = jurisdictionTransferred.of({
  fromBodyId: id('heping-bureau'),
  toBodyId: id('hexi-bureau'),
  jurisdiction: HEPING,
  from: '2024-06-01',
  reason: '机构调整',
});

function stateAfter(...past: DecidedEvent[]) {
  return past.map(recorded).reduce((state, event) => bodies.evolve(state, event as BodyEvent), bodies.initial);
}

describe('第六条 registering recommending bodies', () => {
  const input = { bodyId: 'heping-bureau', kind: 'district-bureau', name: '和平区市场监督管理局', from: '2024-01-01' };

  it('given nothing, when a body is registered, then it is recorded; again is refused', () => {
    expect(factsOf(decide(commands.registerRecommendingBody, { input }))).toEqual([
      { type: 'recommending-body.registered', data: input },
    ]);
    const decision = decide(commands.registerRecommendingBody, { past: registered, input });
    expect(refusalOf(decision)).toMatchObject({ code: 'body-exists', rule: { article: 'art-06' } });
  });
});

describe('第六条 分别负责本行业、本区域 assigning', () => {
  const assign = (past: DecidedEvent[], bodyId: string, jurisdiction: object, from = '2024-03-01') =>
    decide(commands.assignJurisdiction, { past, input: { bodyId, jurisdiction, from } });

  it.each([
    ['a district to its bureau', 'heping-bureau', HEPING],
    ['an industry to its authority', 'industry-bureau', AUTOS],
    ['an industry to an association', 'auto-association', AUTOS],
  ])('when MSR assigns %s, then it is recorded', (_what, bodyId, jurisdiction) => {
    expect(factsOf(assign(registered, bodyId, jurisdiction))).toHaveLength(1);
  });

  it.each([
    ['an industry to a district bureau', 'heping-bureau', AUTOS],
    ['a district to an industry authority', 'industry-bureau', HEPING],
    ['a district to an association', 'auto-association', HEPING],
  ])('when MSR assigns %s, then it is refused', (_what, bodyId, jurisdiction) => {
    expect(refusalOf(assign(registered, bodyId, jurisdiction)).code).toBe('jurisdiction-kind-mismatch');
  });

  it('when the body is not registered, or not yet, then it is refused', () => {
    expect(refusalOf(assign([], 'heping-bureau', HEPING)).code).toBe('body-not-registered');
    expect(refusalOf(assign(registered, 'heping-bureau', HEPING, '2023-12-31')).code).toBe('body-not-registered');
  });

  it('given a bureau in charge, when the district is assigned to another, be it for an earlier day, then it is refused', () => {
    const past = [...registered, hepingAssigned];
    expect(refusalOf(assign(past, 'hexi-bureau', HEPING)).code).toBe('district-taken');
    expect(refusalOf(assign(past, 'hexi-bureau', HEPING, '2024-01-02')).code).toBe('district-taken');
  });

  it('given an authority in charge of an industry, when an association gets it too, then both are in charge', () => {
    const decision = assign([...registered, autosAssigned], 'auto-association', AUTOS);
    const state = stateAfter(...registered, autosAssigned, ...(decision as DecidedEvent[]));
    expect(bodiesInCharge(state.charges, AUTOS, '2024-03-01')).toEqual(['industry-bureau', 'auto-association']);
  });

  it('given a body in charge, when it gets the same again, then it is refused', () => {
    expect(refusalOf(assign([...registered, autosAssigned], 'industry-bureau', AUTOS)).code).toBe(
      'jurisdiction-already-held',
    );
  });
});

describe('第六条 transferring', () => {
  const transfer = (past: DecidedEvent[], change: object = {}) =>
    decide(commands.transferJurisdiction, {
      past,
      input: {
        bodyId: 'heping-bureau',
        toBodyId: 'hexi-bureau',
        jurisdiction: HEPING,
        from: '2024-06-01',
        reason: '机构调整',
        ...change,
      },
    });

  it('given a bureau in charge, when the district is transferred, then the path body is the giver', () => {
    expect(factsOf(transfer([...registered, hepingAssigned]))).toEqual([
      { type: 'jurisdiction.transferred', data: hepingTransferred.data },
    ]);
  });

  it('when it is transferred on the very first day, then the giver was never in charge', () => {
    const past = [...registered, hepingAssigned];
    const state = stateAfter(...past, ...(transfer(past, { from: '2024-02-01' }) as DecidedEvent[]));
    expect(bodiesInCharge(state.charges, HEPING, '2024-02-01')).toEqual(['hexi-bureau']);
  });

  it.each([
    ['jurisdiction-not-held', [], {}],
    ['jurisdiction-not-held', [hepingAssigned], { from: '2024-01-31' }],
    ['jurisdiction-not-held', [hepingAssigned, hepingTransferred], {}],
    ['transfer-already-set', [hepingAssigned, hepingTransferred], { from: '2024-05-01' }],
    ['jurisdiction-already-held', [hepingAssigned], { toBodyId: 'heping-bureau' }],
    ['jurisdiction-kind-mismatch', [hepingAssigned], { toBodyId: 'auto-association' }],
    ['body-not-registered', [hepingAssigned], { toBodyId: 'nankai-bureau' }],
  ])('when %s, then it is refused under 第六条', (code, past, change) => {
    expect(refusalOf(transfer([...registered, ...past], change))).toMatchObject({ code, rule: { article: 'art-06' } });
  });

  it('given the receiver holds the industry too, when it is transferred, then it is refused', () => {
    const both = jurisdictionAssigned.of({ bodyId: id('auto-association'), jurisdiction: AUTOS, from: '2024-09-01' });
    const change = { bodyId: 'industry-bureau', toBodyId: 'auto-association', jurisdiction: AUTOS };
    expect(refusalOf(transfer([...registered, autosAssigned, both], change)).code).toBe('jurisdiction-already-held');
  });
});

describe('who is in charge as of a date', () => {
  const state = stateAfter(...registered, hepingAssigned, hepingTransferred, autosAssigned);

  it.each([
    ['2024-01-31', []],
    ['2024-02-01', ['heping-bureau']],
    ['2024-05-31', ['heping-bureau']],
    ['2024-06-01', ['hexi-bureau']],
    ['2030-01-01', ['hexi-bureau']],
  ])('on %s %j is in charge of the district', (date, expected) => {
    expect(bodiesInCharge(state.charges, HEPING, date)).toEqual(expected);
  });

  it('a body is in charge of a project by its industry or by its district', () => {
    const place = { industry: AUTOS.industry, district: HEPING.district };
    const held = stateAfter(hepingAssigned, hepingTransferred, autosAssigned).charges;
    const inCharge = (bodyId: string, date: string) => chargeHeld(held, id(bodyId), place, date) !== undefined;
    expect(inCharge('industry-bureau', '2024-03-01')).toBe(true);
    expect(inCharge('heping-bureau', '2024-03-01')).toBe(true);
    expect(inCharge('heping-bureau', '2024-06-01')).toBe(false);
    expect(inCharge('auto-association', '2024-03-01')).toBe(false);
    expect(chargeHeld(held, id('industry-bureau'), { ...place, industry: '轻纺' }, '2024-03-01')).toBeUndefined();
  });
});

describe('第六条 a body is renamed', () => {
  const { bodyId, name, changedOn, document } = samples['recommending-body.renamed'];
  const renaming = { bodyId, name, changedOn, document };
  const past = [control('recommending-body.registered')];
  const rename = (change: object = {}, facts = past) =>
    decide(commands.renameRecommendingBody, {
      past: facts,
      input: { ...renaming, ...change },
      now: '2025-06-03T02:00:00.000Z',
    });

  it('given another name, then it is recorded with the former one, and once', () => {
    const formerName = samples['recommending-body.registered'].name;
    expect(factsOf(rename())).toEqual([{ type: 'recommending-body.renamed', data: { ...renaming, formerName } }]);
    const renamed = [...past, control('recommending-body.renamed')];
    expect(factsOf(rename({}, renamed))).toEqual([]);
    expect(refusalOf(rename({ document: '另一文号' }, renamed)).code).toBe('recorded-otherwise');
    expect(refusalOf(rename({ name: '某局', changedOn: '2025-06-01' }, renamed)).code).toBe('change-before-the-last');
    expect(folded(bodies, renamed).registered.get(bodyId)).toMatchObject({ name });
  });

  it('given its own name, or a body that is not there, then it is refused', () => {
    expect(refusalOf(rename({ name: samples['recommending-body.registered'].name })).code).toBe('nothing-changed');
    expect(refusalOf(rename({}, [])).code).toBe('not-found');
  });
});
