import { describe, expect, it } from 'vitest';
import type { AnyCommand } from '../../services/command.ts';
import * as confidentiality from '../../services/enforcement/confidentiality.ts';
import * as misconduct from '../../services/enforcement/misconduct.ts';
import { control, type FactName } from '../support/controls.ts';
import { decide, factsOf, MSR, refusalOf } from '../support/given.ts';
import { APPLICANT, actor, NOW, PROJECT, USCC, viewOf } from './sample.ts';

const SUP = actor('sup.li', 'sup', 'SUP');
const SUBJECT = actor('msr.zhao', 'sup', 'SUP');
const EXPERT = actor('expert.liu', 'expert-liu', 'EXPERT');
const SYS = actor('system', 'system', 'SYS');

describe('第二十六条 the confidentiality undertaking', () => {
  const sign = (by = EXPERT, past: Parameters<typeof decide>[1]['past'] = []) =>
    decide(confidentiality.signConfidentialityUndertaking, { input: {}, actor: by, past });

  it('is signed by each person for each role, once for each wording', () => {
    const [fact] = factsOf(sign());
    expect(fact).toMatchObject({
      type: 'confidentiality-undertaking.signed',
      data: { accountId: 'expert.liu', role: 'EXPERT', textHash: confidentiality.CONFIDENTIALITY_HASH },
    });
    const signed = control('confidentiality-undertaking.signed', fact?.data as never);
    expect(factsOf(sign(EXPERT, [signed]))).toEqual([]);
    expect(factsOf(sign(actor('expert.liu', 'msr', 'MSR'), [signed]))).toHaveLength(1);
    const earlier = control('confidentiality-undertaking.signed', {
      ...(fact?.data as object),
      textHash: '0'.repeat(64),
    });
    expect(factsOf(sign(EXPERT, [earlier]))).toHaveLength(1);
  });
});

describe('第二十六条 access to material', () => {
  const OFFICER = actor('binhai.liu', 'binhai', 'REC-D');
  const textHash = confidentiality.CONFIDENTIALITY_HASH;
  const bound = [EXPERT, OFFICER].map(({ accountId, orgId, role }) =>
    control('confidentiality-undertaking.signed', { accountId, orgId, role, textHash } as never),
  );
  const signed = viewOf(confidentiality.undertakingsFold, bound);
  const known = { signed, suspensions: [] as object[], owners: new Map([[PROJECT, USCC]]) };
  const project = { kind: 'case-file', objects: [{ objectId: PROJECT as string, units: [] as string[] }] };
  const access = (
    by = EXPERT,
    more: object = {},
    past: Parameters<typeof decide>[1]['past'] = [],
    opened = [project],
  ) => {
    const { accountId, orgId, role } = by;
    const input = { accountId, orgId, role, via: 'GetCaseFile', opened };
    return decide(confidentiality.recordMaterialAccess, {
      input,
      actor: SYS,
      now: NOW,
      past,
      known: { ...known, ...more },
    });
  };

  it('is recorded with the unit whose material it is, and the door it was opened through', () => {
    expect(factsOf(access())).toMatchObject([
      { type: 'material.accessed', data: { via: 'GetCaseFile', objects: [{ objectId: PROJECT, units: [USCC] }] } },
    ]);
  });

  it('given staff, an officer of a body, an expert or a third party without an undertaking, then it is refused', () => {
    const unsigned = { signed: new Set() };
    for (const by of [EXPERT, actor('tpo.a', 'tpo-2024', 'TPO'), MSR]) {
      expect(refusalOf(access(by, unsigned))).toMatchObject({
        code: 'undertaking-not-signed',
        kind: 'forbidden',
        rule: { article: 'art-26' },
      });
    }
    // art-26 does not speak of bodies: theirs is a rule of the house, and cites no article.
    const ofBody = refusalOf(access(OFFICER, unsigned));
    expect([ofBody.code, ofBody.rule]).toEqual(['undertaking-not-signed', undefined]);
  });

  it('given the supervising body, then it undertakes nothing and is recorded', () => {
    expect(factsOf(access(SUP, { signed: new Set() }))).toHaveLength(1);
  });

  it('given a suspension, then it is refused without a word on why', () => {
    const suspensions = [{ misconductId: 'm', accountId: 'expert.liu', from: '2024-12-23' }];
    const refusal = refusalOf(access(EXPERT, { suspensions }));
    expect(refusal.code).toBe('duty-suspended');
    expect(refusal.zh).not.toContain('案');
  });

  it('on one day the same person, role, kind and object are told once, among others too', () => {
    const first = control('material.accessed', factsOf(access())[0]?.data as never);
    expect(factsOf(access(EXPERT, {}, [first]))).toEqual([]);
    expect(factsOf(access(SUP, {}, [first]))).toHaveLength(1);
    expect(factsOf(access(EXPERT, {}, [first], [{ ...project, kind: 'result' }]))).toHaveLength(1);
    expect(refusalOf(access(EXPERT, { signed: new Set() }, [first])).code).toBe('undertaking-not-signed');
    const more = { ...project, objects: [...project.objects, { objectId: '2024-another0', units: [USCC] }] };
    expect(factsOf(access(EXPERT, {}, [first], [more]))).toMatchObject([
      { data: { objects: [{ objectId: '2024-another0' }] } },
    ]);
  });

  it('given another day, then another stream, which nothing stands in', () => {
    const { stream } = confidentiality.recordMaterialAccess;
    const of = (today: string) => stream({ accountId: 'expert.liu' } as never, { today } as never);
    expect([of('2024-12-26'), of('2024-12-27')]).toEqual(['access-20241226-expert.liu', 'access-20241227-expert.liu']);
  });

  it('given a thousand objects, then a few events name every one of them once', () => {
    const objects = Array.from({ length: 1_001 }, (_object, at) => ({
      objectId: `2024-p${at}`,
      units: [USCC] as string[],
    }));
    const facts = factsOf(access(EXPERT, {}, [], [{ ...project, objects }]));
    expect(facts.map(({ data }) => (data as { objects: object[] }).objects.length)).toEqual([500, 500, 1]);
    const all = facts.map(({ data }) => control('material.accessed', data as never));
    expect(factsOf(access(EXPERT, {}, all, [{ ...project, objects }]))).toEqual([]);
  });

  it('given it is only asked whether material may be opened, then nothing is recorded', () => {
    expect(factsOf(access(EXPERT, {}, [], []))).toEqual([]);
    expect(refusalOf(access(EXPERT, { signed: new Set() }, [], [])).code).toBe('undertaking-not-signed');
  });
});

const past = (...names: FactName[]) => names.map(name => control(name));
const reported = past('misconduct.reported');
const open = past('misconduct.reported', 'misconduct-case.opened');
const referred = [...open, control('misconduct.referred')];
const disposed = [...referred, control('misconduct-disposition.recorded')];
const misconductId = 'misconduct-2024-01';
const panelId = '2024-first';

const send = (command: AnyCommand, before: typeof reported, input: object, by = SUP, known: object = {}) =>
  decide(command, { past: before, input: { misconductId, ...input }, actor: by, now: NOW, known: known as never });

const STEPS: readonly (readonly [AnyCommand, typeof reported, object])[] = [
  [misconduct.openMisconductCase, reported, { kind: '徇私舞弊', grounds: '线索具体' }],
  [misconduct.suspendFromEvaluation, open, { from: '2024-12-26', reason: '回避' }],
  [misconduct.referMisconduct, open, { authority: '驻局纪检监察组', document: '移〔2024〕3号' }],
  [
    misconduct.recordDisposition,
    referred,
    { authority: '驻局纪检监察组', document: '处〔2024〕6号', decidedOn: '2024-12-26', outcome: '警告' },
  ],
  [misconduct.reopenTaintedEvaluation, open, { panelId, projectIds: [PROJECT], reason: '打分受影响' }],
  [misconduct.findTaintWithoutEffect, open, { panelId, reason: '未参与打分' }],
  [misconduct.closeMisconductCase, open, { outcome: 'unfounded', summary: '查无实据' }],
];
const evaluated = { evaluated: [PROJECT] };

describe('第二十六条 a case about staff', () => {
  it('when anybody reports, then it is recorded for the supervising body alone, and a repetition records nothing', () => {
    const input = { accountId: 'msr.zhao', kind: '徇私舞弊', detail: '私下会见', evidence: [] };
    expect(factsOf(decide(misconduct.reportMisconduct, { input, actor: APPLICANT }))).toHaveLength(1);
    expect(factsOf(decide(misconduct.reportMisconduct, { input, actor: APPLICANT, past: reported }))).toEqual([]);
  });

  it.each(STEPS.map(([command, before, input]) => [command.name, command, before, input] as const))(
    '%s is the supervising body’s, and there is no such case for the person concerned',
    (_name, command, before, input) => {
      expect(command.allow).toEqual(['SUP']);
      expect(command.hidden).toBe(true);
      expect(factsOf(send(command, before, input, SUP, evaluated))).toHaveLength(1);
      expect(refusalOf(send(command, before, input, SUBJECT, evaluated))).toEqual(
        refusalOf(send(command, [], input, SUBJECT, evaluated)),
      );
    },
  );

  it('names the person concerned in what every event is about, for views to leave it out', () => {
    const state = viewOf(misconduct.misconduct, open);
    for (const [command, , input] of STEPS) {
      const about = command.about(state, { misconductId, ...input }, {} as never);
      expect(about).toEqual({ accountId: 'msr.zhao', year: 2024 });
    }
  });

  it.each([
    ['wrong-stage', misconduct.openMisconductCase, open, { kind: '徇私舞弊', grounds: '再次' }],
    ['wrong-stage', misconduct.referMisconduct, reported, { authority: '纪检', document: '移' }],
    ['date-passed', misconduct.suspendFromEvaluation, open, { from: '2024-12-25', reason: '迟' }],
    [
      'not-referred',
      misconduct.recordDisposition,
      open,
      { authority: '纪检', document: '处', decidedOn: '2024-12-26', outcome: '警告' },
    ],
    [
      'date-in-future',
      misconduct.recordDisposition,
      referred,
      { authority: '纪检', document: '处', decidedOn: '2024-12-27', outcome: '警告' },
    ],
    [
      'not-evaluated',
      misconduct.reopenTaintedEvaluation,
      open,
      { panelId, projectIds: ['2024-another0'], reason: '误' },
    ],
    [
      'taint-settled',
      misconduct.findTaintWithoutEffect,
      [...open, control('taint.found-without-effect')],
      { panelId, reason: '再' },
    ],
    ['disposition-missing', misconduct.closeMisconductCase, referred, { outcome: 'founded', summary: '属实' }],
    ['taint-undecided', misconduct.closeMisconductCase, disposed, { outcome: 'founded', summary: '属实' }],
  ])('is refused as %s', (code, command, before, input) => {
    expect(refusalOf(send(command, before, input, SUP, evaluated)).code).toBe(code);
  });

  it('a founded case closes once its outcome is recorded and its evaluation decided on', () => {
    const settled = [...disposed, control('tainted-evaluation.reopened')];
    const closing = { outcome: 'founded', summary: '属实，已处理' };
    expect(factsOf(send(misconduct.closeMisconductCase, settled, closing))).toMatchObject([
      { type: 'misconduct-case.closed', data: { accountId: 'msr.zhao' } },
    ]);
  });

  it.each([
    ['suspension', misconduct.suspendFromEvaluation, 'evaluation-duty.suspended', { reason: '另一理由' }],
    ['suspension', misconduct.suspendFromEvaluation, 'evaluation-duty.suspended', { from: '2024-12-30' }],
    ['referral', misconduct.referMisconduct, 'misconduct.referred', { authority: '另一机关' }],
    ['disposition', misconduct.recordDisposition, 'misconduct-disposition.recorded', { outcome: '另一处理' }],
  ] as const)(
    'a %s that is repeated records nothing; with other content it is refused',
    (_what, command, type, other) => {
      const { accountId: _of, misconductId: _id, ...said } = control(type).data as Record<string, unknown>;
      const past = [...referred, control(type)];
      expect(factsOf(send(command, past, said))).toEqual([]);
      expect(refusalOf(send(command, past, { ...said, ...other })).code).toBe('recorded-otherwise');
    },
  );
});
