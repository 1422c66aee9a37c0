/** What a unit is called, where it is and how it is reached changes by recorded acts of a day; what was listed stays. */
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import type { AccountId, CreditCode } from '../../events/ids.ts';
import { districtOfProject } from '../../events/rules/jurisdiction.ts';
import { heldOn, namesOf, unitParticulars } from '../../events/rules/particulars.ts';
import type { UnitEvent } from '../../events/unit.ts';
import type { Sources } from '../../services/command.ts';
import { likelySuccession, unitsLike } from '../../services/unit/likely-successors.ts';
import { changeUnitContact, recordUnitChange } from '../../services/unit/particulars.ts';
import { control, samples } from '../support/controls.ts';
import { decide, factsOf, recorded, refusalOf } from '../support/given.ts';

const { uscc, name, district, industries } = samples['unit.registered'];
const registered = control('unit.registered');
const change = { uscc, changedOn: '2024-03-18', document: '津市监变字〔2024〕第88号' };
const sealedContact = samples['unit.registered'].contact;
const none = { contact: undefined, alike: [] };

const record = (
  input: object,
  past: readonly DecidedEvent[] = [registered],
  known: Readonly<Record<string, unknown>> = none,
) => decide(recordUnitChange, { past: [...past], input: { ...change, ...input }, known });

describe('记录单位信息变更', () => {
  it('given another name and district, then two facts of one day, with the former name and nothing that is as before', () => {
    expect(factsOf(record({ name: '海河新装备有限公司', district: '120102', industries }))).toEqual([
      { type: 'unit.renamed', data: { ...change, formerName: name, name: '海河新装备有限公司' } },
      { type: 'unit.particulars-changed', data: { ...change, district: '120102' } },
    ]);
  });

  it('given another contact, then it is sealed', () => {
    const known = { ...none, contact: sealedContact };
    const decision = record({ contact: { name: '王芳', phone: '022-12345678' } }, [registered], known);
    expect(factsOf(decision)).toEqual([
      { type: 'unit.particulars-changed', data: { ...change, contact: sealedContact } },
    ]);
    expect(JSON.stringify(decision)).not.toContain('王芳');
  });

  it('given it is said again, then nothing; given what was registered, or an earlier day, then it is refused', () => {
    const renamed = [registered, ...(record({ name: '海河新装备有限公司' }) as DecidedEvent[])];
    expect(factsOf(record({ name: '海河新装备有限公司' }, renamed))).toEqual([]);
    const otherwise = record({ name: '海河新装备有限公司', document: '另一文号' }, renamed);
    expect(refusalOf(otherwise).code).toBe('recorded-otherwise');
    expect(refusalOf(record({ name }))).toMatchObject({ code: 'nothing-changed' });
    const earlier = record({ district: '120102', changedOn: '2024-03-17' }, renamed);
    expect(refusalOf(earlier)).toMatchObject({ code: 'change-before-the-last' });
    expect(refusalOf(record({ name: '某公司' }, []))).toMatchObject({ code: 'not-found' });
  });

  it('a unit states its own contact, and no other unit’s', () => {
    const unit: Actor = { accountId: 'haihe.zhang' as AccountId, orgId: uscc, role: 'UNIT' };
    const contact = { name: '王芳', phone: '022-12345678' };
    const known = { ...none, contact: sealedContact };
    const state = (actor: Actor, facts: object = known) =>
      decide(changeUnitContact, { past: [registered], input: { uscc, contact }, known: { ...facts }, actor });
    expect(factsOf(state(unit))).toMatchObject([
      { type: 'unit.particulars-changed', data: { changedOn: '2024-03-20', contact: sealedContact } },
    ]);
    expect(factsOf(state(unit, none))).toEqual([]);
    expect(refusalOf(state({ ...unit, orgId: '91120110MA05Y56789' })).code).toBe('not-found');
  });
});

describe('what holds on a day', () => {
  const fold = (...facts: DecidedEvent[]) =>
    facts.map((fact, at) => recorded(fact, at) as UnitEvent).reduce(unitParticulars.evolve, unitParticulars.initial);
  const after = fold(registered, control('unit.renamed'), control('unit.particulars-changed'));

  it('is what was registered until the change, and then the change; two facts of a day are one', () => {
    expect(after).toMatchObject({ name: samples['unit.renamed'].name, district: '120102' });
    expect(after?.former).toHaveLength(1);
    expect(after && heldOn(after, after.former, '2025-06-01')).toMatchObject({ name, district });
    expect(after && heldOn(after, after.former, '2025-06-02')).toMatchObject({ district: '120102' });
    expect(namesOf(after)).toEqual([samples['unit.renamed'].name, name]);
  });

  it('a change of the contact alone leaves no former particulars', () => {
    const { contact } = samples['unit.particulars-changed'];
    expect(
      fold(registered, control('unit.particulars-changed', { contact, district, industries } as never))?.former,
    ).toEqual([expect.objectContaining({ name })]);
  });

  it('art-06 a unit that moves takes no project along: the bureau it was addressed to stays in charge', () => {
    expect(districtOfProject({ jurisdiction: { district } }, '120102')).toBe(district);
    expect(districtOfProject({ jurisdiction: undefined }, '120102')).toBe('120102');
  });
});

describe('D-32 a likely successor is flagged', () => {
  const other = '91120110MA05Y56789' as CreditCode;
  const events = [registered, control('unit.renamed')].map(recorded);
  const opened: Readonly<Record<string, string>> = { 'person-zhang': '张伟' };
  const sources = (...past: readonly DecidedEvent[]): Sources =>
    ({
      log: async (
        fold: { initial: unknown; evolve(state: unknown, event: unknown): unknown },
        types: readonly string[],
      ) =>
        [...events, ...past.map((draft, at) => recorded(draft, at + 10))]
          .filter(({ type }) => types.includes(type))
          .reduce((state, event) => fold.evolve(state, event), fold.initial),
      open: async ({ subject }: { subject: string }) => opened[subject],
    }) as unknown as Sources;
  const alike = (asked: object, ...past: readonly DecidedEvent[]) =>
    unitsLike({ uscc: other, ...asked }).resolve(sources(...past));
  const { address } = samples['unit.registered'];

  it.each([
    ['its name but for the form of company', { name: '海河装备集团股份有限公司' }, 'name'],
    ['its address, written otherwise', { address: ` ${address} ` }, 'address'],
  ])('given %s', async (_what, asked, shared) => {
    expect(await alike(asked)).toEqual([{ uscc, shared: [shared] }]);
  });

  it('given its person, then if it was excluded from applying', async () => {
    const contact = { name: '张伟', phone: '022-66668888' };
    expect(await alike({ contact })).toEqual([]);
    const ban = control('unit.application-ban-imposed', { uscc } as never);
    expect(await alike({ contact }, ban)).toEqual([{ uscc, shared: ['contact'] }]);
    expect(await alike({ contact: { ...contact, name: '李娜' } }, ban)).toEqual([]);
  });

  it('given nothing in common, or the unit itself, then nobody', async () => {
    expect(await alike({ name: '天津另一家有限公司', address: '天津市河西区友谊路2号' })).toEqual([]);
    expect(await unitsLike({ uscc: uscc as CreditCode, name }).resolve(sources())).toEqual([]);
  });

  it('then the fact bears it as a deviation, for people to look at', () => {
    const decision = record({ name: '海河新装备有限公司' }, [registered], {
      contact: undefined,
      alike: [{ uscc: other, shared: ['name', 'address'] }],
    });
    expect(decision).toMatchObject([{ deviations: [{ code: 'likely-successor' }] }]);
    expect(likelySuccession({ uscc: other, shared: ['name', 'address'] }).zh).toContain(`${other} 名称、地址`);
  });
});
