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
  const signed = viewOf(confidentiality.undertakings, [
    control('confidentiality-undertaking.signed', {
      accountId: 'expert.liu',
      orgId: 'expert-liu',
      role: 'EXPERT',
      textHash: confidentiality.CONFIDENTIALITY_HASH,
    } as never),
  ]);
  const known = { signed, suspensions: [] as object[], owners: new Map([[PROJECT, USCC]]) };
  const access = (by = EXPERT, more: object = {}, past: Parameters<typeof decide>[1]['past'] = [], now = NOW) => {
    const { accountId, orgId, role } = by;
    const input = { accountId, orgId, role, kind: 'case-file', objectId: PROJECT, projectId: PROJECT, units: [] };
    return decide(confidentiality.recordMaterialAccess, { input, actor: SYS, now, past, known: { ...known, ...more } });
  };

  it('is recorded with the unit whose material it is', () => {
    expect(factsOf(access())).toMatchObject([{ type: 'material.accessed', data: { units: [USCC] } }]);
  });

  it('given staff, an expert or a third party without an undertaking, then it is refused; bodies undertake nothing', () => {
    const unsigned = { signed: new Set() };
    expect(refusalOf(access(EXPERT, unsigned))).toMatchObject({
      code: 'undertaking-not-signed',
      kind: 'forbidden',
      rule: { article: 'art-26' },
    });
    expect(refusalOf(access(actor('tpo.a', 'tpo-2024', 'TPO'), unsigned)).code).toBe('undertaking-not-signed');
    expect(refusalOf(access(MSR, unsigned)).code).toBe('undertaking-not-signed');
    expect(factsOf(access(OFFICER, unsigned))).toHaveLength(1);
  });

  it('given a suspension, then it is refused without a word on why', () => {
    const suspensions = [{ misconductId: 'm', accountId: 'expert.liu', from: '2024-12-23' }];
    const refusal = refusalOf(access(EXPERT, { suspensions }));
    expect(refusal.code).toBe('duty-suspended');
    expect(refusal.zh).not.toContain('案');
  });

  it('within one hour the same person, role and object are one event', () => {
    const first = { draft: control('material.accessed', factsOf(access())[0]?.data as never), at: NOW };
    expect(factsOf(access(EXPERT, {}, [first], '2024-12-26T02:59:59.999Z'))).toEqual([]);
    expect(factsOf(access(EXPERT, {}, [first], '2024-12-26T03:00:00.000Z'))).toHaveLength(1);
    expect(factsOf(access(OFFICER, {}, [first]))).toHaveLength(1);
    expect(refusalOf(access(EXPERT, { signed: new Set() }, [first])).code).toBe('undertaking-not-signed');
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
      expect(about).toEqual({ accountId: 'msr.zhao' });
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

  it('a repeated act records nothing', () => {
    const again = { authority: '驻局纪检监察组', document: '移〔2024〕2号' };
    expect(factsOf(send(misconduct.referMisconduct, referred, again))).toEqual([]);
    const suspended = [...open, control('evaluation-duty.suspended')];
    expect(factsOf(send(misconduct.suspendFromEvaluation, suspended, { from: '2024-12-26', reason: '再' }))).toEqual(
      [],
    );
  });
});
