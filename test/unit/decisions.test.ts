import { describe, expect, it } from 'vitest';
import { type BodyKind, recommendingBodyRegistered } from '../../events/body.ts';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { accountIdSchema, bodyIdSchema, creditCodeSchema } from '../../events/ids.ts';
import { bodies } from '../../events/rules/jurisdiction.ts';
import { unitRegistered } from '../../events/unit.ts';
import { type Sources, sealedPerson } from '../../services/command.ts';
import * as commands from '../../services/unit/commands.ts';
import { folded } from '../support/folded.ts';
import { decide, factsOf, refusalOf } from '../support/given.ts';

const uscc = creditCodeSchema.parse('91350100M000100Y43');
const sealed = { subject: 'person-0a1b2c', sealed: 'x'.repeat(40) };
const contact = { name: sealed, phone: sealed };
const facts = {
  uscc,
  name: '天津某汽车零部件有限公司',
  kind: '企业' as const,
  district: '120101',
  industries: ['汽车及新能源汽车'],
  isBranch: false,
};
const input = { ...facts, contact: { name: '王芳', phone: '022-12345678' } };
const registered = unitRegistered.of({ ...facts, contact });
const organisation = unitRegistered.of({ ...facts, kind: '专业组织', contact });
const evidence = [{ sha256: 'a'.repeat(64), name: '登记信息.pdf', classification: 'internal' as const }];

describe('第八条（一） registering a unit', () => {
  it('given nothing, when it is registered, then its contact is sealed and each industry stands once', () => {
    const twice = { ...input, industries: ['轻纺', '轻纺'] };
    const decision = decide(commands.registerUnit, { input: twice, known: { contact, alike: [] } });
    expect(factsOf(decision)).toEqual([{ type: 'unit.registered', data: { ...facts, industries: ['轻纺'], contact } }]);
    expect(JSON.stringify(decision)).not.toMatch(/王芳|12345678/);
    expect(decision).not.toHaveProperty('0.deviations');
  });

  it('D-2 when it is a branch, then it is recorded with a deviation', () => {
    const decision = decide(commands.registerUnit, {
      input: { ...input, isBranch: true },
      known: { contact, alike: [] },
    });
    expect(decision).toMatchObject([
      { deviations: [{ code: 'branch-unit', basis: { article: 'art-08', item: '（一）' } }] },
    ]);
  });

  it('given it is registered, when it is registered again, then it is refused', () => {
    const decision = decide(commands.registerUnit, { past: [registered], input, known: { contact, alike: [] } });
    expect(refusalOf(decision)).toMatchObject({ code: 'unit-exists', rule: { article: 'art-08', item: '（一）' } });
  });

  it.each([
    ['a district outside Tianjin', { district: '110101' }],
    ['a wrong credit code', { uscc: '91350100M000100Y44' }],
    ['a telephone number in words', { contact: { name: '王芳', phone: '总机转' } }],
  ])('when it has %s, then its form is refused', (_what, fault) => {
    expect(commands.registerUnit.input.safeParse({ ...input, ...fault }).success).toBe(false);
  });

  it('D-42 name and telephone number of the contact are sealed under one subject, so that one erasure erases both', async () => {
    const sources: Pick<Sources, 'subjectOf' | 'seal'> = {
      subjectOf: (orgId, name) => `person-${orgId}-${name}`,
      seal: async (subject, value) => ({ subject, sealed: `<${value}>` }),
    };
    expect(await sealedPerson(uscc, input.contact).resolve(sources as Sources)).toEqual({
      name: { subject: `person-${uscc}-王芳`, sealed: '<王芳>' },
      phone: { subject: `person-${uscc}-王芳`, sealed: '<022-12345678>' },
    });
  });
});

describe('第八条（一） checking the registration', () => {
  const check = { uscc, source: '国家企业信用信息公示系统', verifiedOn: '2024-03-20', inTianjin: false, evidence };

  it('when the unit is not registered in Tianjin, then that is recorded as a fact, once', () => {
    const decision = decide(commands.verifyUnitRegistration, { past: [registered], input: check });
    expect(factsOf(decision)).toEqual([{ type: 'unit.registration-verified', data: check }]);
    expect(decision).toMatchObject([{ evidence }]);
    const past = [registered, ...(decision as DecidedEvent[])];
    expect(factsOf(decide(commands.verifyUnitRegistration, { past, input: check }))).toEqual([]);
    const later = { ...check, inTianjin: true };
    expect(factsOf(decide(commands.verifyUnitRegistration, { past, input: later }))).toHaveLength(1);
  });

  it('given no such unit, or a check dated tomorrow, then it is refused', () => {
    expect(refusalOf(decide(commands.verifyUnitRegistration, { input: check })).code).toBe('not-found');
    const tomorrow = { ...check, verifiedOn: '2024-03-21' };
    const decision = decide(commands.verifyUnitRegistration, { past: [registered], input: tomorrow });
    expect(refusalOf(decision).code).toBe('date-in-future');
  });
});

describe('第八条（一） recognising a professional organisation', () => {
  const recognition = {
    uscc,
    authority: bodyIdSchema.parse('industry-bureau'),
    document: '津工信〔2024〕1号',
    recognisedOn: '2024-03-01',
    evidence,
  };
  const body = (bodyId: string, kind: BodyKind) =>
    recommendingBodyRegistered.of({ bodyId: bodyIdSchema.parse(bodyId), kind, name: bodyId, from: '2024-01-01' });
  const known = {
    bodies: folded(bodies, [body('industry-bureau', 'industry-authority'), body('auto-association', 'association')]),
  };
  const authority = (orgId: string): Actor => ({ accountId: accountIdSchema.parse('zhao.lei'), orgId, role: 'REC-I' });

  it('when the authority records its own recognition, then it is recorded, once', () => {
    const actor = authority('industry-bureau');
    const when = { past: [organisation], input: recognition, actor, known };
    const decision = decide(commands.recogniseProfessionalOrganisation, when);
    expect(factsOf(decision)).toHaveLength(1);
    const past = [organisation, ...(decision as DecidedEvent[])];
    expect(factsOf(decide(commands.recogniseProfessionalOrganisation, { ...when, past }))).toEqual([]);
  });

  it('第六条 when an authority records the recognition of another, then it is forbidden', () => {
    const when = { past: [organisation], input: recognition, actor: authority('transport-bureau'), known };
    expect(refusalOf(decide(commands.recogniseProfessionalOrganisation, when))).toMatchObject({
      code: 'other-authority',
      kind: 'forbidden',
      rule: { article: 'art-06' },
    });
  });

  it.each([
    ['not-found', [], {}],
    ['not-professional-organisation', [registered], {}],
    ['not-industry-authority', [organisation], { authority: 'auto-association' }],
    ['not-industry-authority', [organisation], { authority: 'nobody' }],
    ['date-in-future', [organisation], { recognisedOn: '2024-03-21' }],
  ])('when %s, then it is refused', (code, past, change) => {
    const when = { past, input: { ...recognition, ...change }, known };
    expect(refusalOf(decide(commands.recogniseProfessionalOrganisation, when)).code).toBe(code);
  });
});
