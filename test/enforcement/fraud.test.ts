import { describe, expect, it } from 'vitest';
import { fraudCase } from '../../services/enforcement/case.ts';
import * as decision from '../../services/enforcement/decision.ts';
import * as investigation from '../../services/enforcement/investigation.ts';
import { withdrawalsAfter } from '../../services/enforcement/reactions.ts';
import { evaluationsByPanel, evaluatorsAmong } from '../../services/enforcement/reads.ts';
import { excellentResults } from '../../services/excellent-results.ts';
import { control, samples } from '../support/controls.ts';
import { decide, factsOf, refusalOf } from '../support/given.ts';
import {
  APPLICANT,
  actor,
  DECIDER,
  decided,
  established,
  FINDER,
  heard,
  open,
  PROJECT,
  planWith,
  RECOGNISED,
  RESULT,
  reported,
  send,
  USCC,
  viewOf,
} from './sample.ts';

const evidence = [{ sha256: 'e'.repeat(64), name: '鉴定意见.pdf', classification: 'internal' }];
const subject = { projectIds: [PROJECT], resultIds: [RESULT], grounds: '线索具体' };
const circulation = { document: '津市监质撤〔2024〕1号', url: 'https://example.cn/r/1', recipients: ['各推荐单位'] };
const finding = { kind: '虚假材料', findings: '检测报告系伪造' };
const notice = { document: '津市监质告〔2024〕1号', answerBy: '2024-12-30' };
const BYPLAN = { plan: 2024, version: 1, item: 'options.fraudProcedure' };

describe('第二十五条 a suspicion', () => {
  const report = { uscc: USCC, detail: '检测报告与原始记录不符', evidence };

  it('when anybody reports it, then it is recorded under an id of its own, and a repetition records nothing', () => {
    const [fact] = factsOf(decide(investigation.reportSuspectedFraud, { input: report, actor: APPLICANT }));
    expect(fact).toMatchObject({ type: 'fraud-suspicion.reported', data: { uscc: USCC } });
    const again = decide(investigation.reportSuspectedFraud, { past: reported, input: report, actor: APPLICANT });
    expect(factsOf(again)).toEqual([]);
  });

  it('given a report, when a case is opened, then on the unit’s own projects and results, each once', () => {
    const twice = { ...subject, projectIds: [PROJECT, PROJECT], resultIds: [RESULT, RECOGNISED] };
    expect(factsOf(send(investigation.openFraudCase, reported, twice))).toMatchObject([
      { type: 'fraud-case.opened', data: { projectIds: [PROJECT], resultIds: [RESULT, RECOGNISED] } },
    ]);
  });

  it('given a unit that is not registered, then its earlier result names it', () => {
    const input = { ...subject, projectIds: [] };
    expect(
      factsOf(send(investigation.openFraudCase, reported, input, { known: { unitName: undefined } })),
    ).toMatchObject([{ data: { unitName: '天津渤海传动有限公司' } }]);
  });

  it.each([
    ['not-found', [], subject, {}],
    ['wrong-stage', open, subject, {}],
    ['case-without-subject', reported, { ...subject, projectIds: [], resultIds: [] }, {}],
    ['not-of-unit', reported, subject, { owners: new Map([[PROJECT, '91120116300001011B']]) }],
    ['not-of-unit', reported, subject, { owners: new Map() }],
    ['not-of-unit', reported, { ...subject, resultIds: ['no-such-result'] }, {}],
  ])('is refused as %s', (code, past, input, known) => {
    expect(refusalOf(send(investigation.openFraudCase, past, input, { known })).code).toBe(code);
  });
});

describe('第二十五条 the investigation', () => {
  const found = { evidenceId: 'evidence-2', findings: '无存根', evidence };

  it('given an open case, then evidence is added once; before the opening it is refused', () => {
    expect(factsOf(send(investigation.recordFraudEvidence, open, found))).toHaveLength(1);
    const { caseId: _own, ...first } = samples['fraud-evidence.recorded'];
    expect(factsOf(send(investigation.recordFraudEvidence, heard, first))).toEqual([]);
    const otherwise = { ...found, evidenceId: first.evidenceId };
    expect(refusalOf(send(investigation.recordFraudEvidence, heard, otherwise)).code).toBe(
      'evidence-recorded-otherwise',
    );
    expect(refusalOf(send(investigation.recordFraudEvidence, reported, found)).code).toBe('wrong-stage');
  });

  it('when the unit is notified, then once the same; a day gone by is refused', () => {
    expect(factsOf(send(investigation.notifyUnit, open, notice))).toMatchObject([{ data: { uscc: USCC } }]);
    const same = { document: '津市监质告〔2024〕1号', answerBy: '2024-12-24' };
    expect(factsOf(send(investigation.notifyUnit, heard, same, { now: '2024-12-20T02:00:00.000Z' }))).toEqual([]);
    expect(refusalOf(send(investigation.notifyUnit, open, same)).code).toBe('date-passed');
  });

  const notified = [...open, { draft: control('unit.notified'), actor: FINDER }];
  const stated = { statement: '报告由第三方提供' };

  it('given it was notified, then the unit states its view; to another unit, or before, there is no case', () => {
    const send_ = (past: typeof open, by: typeof APPLICANT) =>
      send(investigation.recordUnitStatement, past, stated, { by });
    expect(factsOf(send_(notified, APPLICANT))).toMatchObject([{ data: { outcome: 'stated' } }]);
    expect(refusalOf(send_(notified, actor('x.y', '91120116300001011B', 'UNIT'))).code).toBe('not-found');
    expect(refusalOf(send_(open, APPLICANT)).code).toBe('not-found');
    const again = { statement: '我单位对事实无异议', evidence: samples['unit-statement.recorded'].evidence };
    expect(factsOf(send(investigation.recordUnitStatement, heard, again))).toEqual([]);
    const withMore = { ...again, evidence: [{ ...evidence[0], sha256: 'a'.repeat(64) }] };
    expect(factsOf(send(investigation.recordUnitStatement, heard, withMore))).toHaveLength(1);
  });

  it('that it said nothing is recorded by the authority, after its time is over', () => {
    const waived = { outcome: 'waived', statement: '逾期未陈述' };
    const late = '2024-12-24T16:00:00.000Z';
    const at = (now: string, by = FINDER) => send(investigation.recordUnitStatement, notified, waived, { now, by });
    expect(factsOf(at(late))).toHaveLength(1);
    expect(refusalOf(at('2024-12-24T15:59:59.999Z')).code).toBe('unit-may-still-answer');
    expect(refusalOf(at(late, APPLICANT)).code).toBe('unit-may-still-answer');
    expect(refusalOf(send(investigation.recordUnitStatement, open, waived, { now: late })).code).toBe(
      'unit-may-still-answer',
    );
  });

  it('ends without consequences for a reason, once, and no longer after the finding', () => {
    expect(factsOf(send(investigation.dismissFraudCase, heard, { reason: '查无实据' }))).toMatchObject([
      { type: 'fraud-case.dismissed' },
    ]);
    const dismissed = [...heard, { draft: control('fraud-case.dismissed') }];
    const { reason } = control('fraud-case.dismissed').data as { reason: string };
    expect(factsOf(send(investigation.dismissFraudCase, dismissed, { reason }))).toEqual([]);
    expect(refusalOf(send(investigation.dismissFraudCase, dismissed, { reason: '另一理由' })).code).toBe(
      'recorded-otherwise',
    );
    expect(refusalOf(send(investigation.dismissFraudCase, established, { reason: '无' })).code).toBe('wrong-stage');
  });
});

const took = viewOf(evaluationsByPanel, [
  { draft: control('scoring.opened'), actor: actor('msr.office', 'msr', 'MSR') },
  { draft: control('score-sheet.submitted'), actor: FINDER },
]);
const evaluatedProject = (control('scoring.opened').data as { projects: { projectId: string }[] }).projects[0]
  ?.projectId;

describe('第二十五条 the finding', () => {
  it('rests on evidence, after the unit was told and heard', () => {
    expect(factsOf(send(decision.establishFraud, heard, finding))).toEqual([
      { type: 'fraud.established', data: { caseId: 'case-2024-01', ...finding } },
    ]);
    expect(refusalOf(send(decision.establishFraud, open, finding))).toMatchObject({
      code: 'no-evidence',
      rule: { article: 'art-25' },
    });
  });

  it('due process is a rule of the plan, on unless the plan does without, never of an article', () => {
    const told = heard.slice(0, 4);
    const untold = heard.slice(0, 3);
    expect(refusalOf(send(decision.establishFraud, untold, finding))).toMatchObject({
      code: 'unit-not-notified',
      rule: BYPLAN,
    });
    expect(refusalOf(send(decision.establishFraud, told, finding))).toMatchObject({
      code: 'unit-not-heard',
      rule: BYPLAN,
    });
    expect(refusalOf(send(decision.establishFraud, told, finding, { known: { plan: undefined } }))).toMatchObject({
      rule: { houseRule: 'due-process' },
    });
    const plan = planWith({ fraudProcedure: { notifyUnit: false, hearUnit: false } });
    expect(factsOf(send(decision.establishFraud, untold, finding, { known: { plan } }))).toHaveLength(1);
  });

  it('whoever evaluated one of the projects does not judge', () => {
    expect(evaluatorsAmong(took, [String(evaluatedProject)])).toContain(FINDER.accountId);
    expect(evaluatorsAmong(took, [String(evaluatedProject)])).not.toContain(DECIDER.accountId);
    expect(evaluatorsAmong(took, ['2024-another0'])).toEqual([]);
    const known = { evaluations: { p: { projectIds: [PROJECT], accountIds: [FINDER.accountId] } } };
    for (const [command, past, input] of [
      [decision.establishFraud, heard, finding],
      [investigation.dismissFraudCase, heard, { reason: '无' }],
    ] as const) {
      expect(refusalOf(send(command, past, input, { known })).code).toBe('took-part-in-evaluation');
    }
  });
});

describe('第二十五条 the decision: revocation, circulation and exclusion, all three or none', () => {
  const revoke = (past = established, more: Parameters<typeof send>[3] = {}) =>
    send(decision.revokeRecognition, past, { circulation }, { by: DECIDER, ...more });

  it('given fraud established, then one event holds every live recognition, the circulation and five years', () => {
    expect(factsOf(revoke())).toEqual([
      {
        type: 'fraud-decision.taken',
        data: {
          caseId: 'case-2024-01',
          uscc: USCC,
          unitName: '天津海河智能装备有限公司',
          revoked: [
            { resultId: RESULT, title: '提高齿轮箱一次交验合格率', year: 2023 },
            { resultId: RECOGNISED, projectId: PROJECT, title: '降低减速机壳体铸造废品率', year: 2024 },
          ],
          circulation,
          ban: { from: '2024-12-26', lastDay: '2029-12-26' },
        },
      },
    ]);
  });

  it('D-31 given 29 February, then the last day is 28 February', () => {
    const [fact] = factsOf(revoke(established, { now: '2028-02-29T02:00:00.000Z' }));
    expect(fact).toMatchObject({ data: { ban: { from: '2028-02-29', lastDay: '2033-02-28' } } });
  });

  it('D-35 the finder does not decide, nor does whoever took part in the evaluation', () => {
    expect(refusalOf(revoke(established, { by: FINDER }))).toMatchObject({
      code: 'same-person',
      zh: expect.stringContaining('内部制度（两人分办）'),
    });
    const known = { evaluations: { p: { projectIds: [PROJECT], accountIds: [DECIDER.accountId] } } };
    expect(refusalOf(revoke(established, { known })).code).toBe('took-part-in-evaluation');
  });

  it.each([
    ['wrong-stage', heard, {}],
    ['already-decided', decided, {}],
    ['nothing-recognised', established, { results: excellentResults.initial }],
  ])('is refused as %s', (code, past, known) => {
    expect(refusalOf(revoke(past, { known }))).toMatchObject({ code, rule: { article: 'art-25' } });
  });

  it('D-34 given nothing was recognised, then the projects stop and nobody is excluded', () => {
    const stop = (known: object, by = DECIDER) =>
      send(decision.stopFraudulentProjects, established, { reason: '材料虚假' }, { by, known });
    expect(factsOf(stop({ results: excellentResults.initial }))).toEqual([
      {
        type: 'fraudulent-projects.stopped',
        data: { caseId: 'case-2024-01', uscc: USCC, projectIds: [PROJECT], reason: '材料虚假' },
      },
    ]);
    expect(refusalOf(stop({})).code).toBe('nothing-to-stop');
    expect(refusalOf(stop({ results: excellentResults.initial }, FINDER)).code).toBe('same-person');
  });
});

describe('第二十五条 overturning', () => {
  const overturning = { document: '津市监复决〔2025〕3号', from: '2024-12-26', reason: '认定事实有误' };
  const overturn = (past = decided, input: object = {}, by = FINDER) =>
    send(decision.overturnRevocation, past, { ...overturning, ...input }, { by });

  it('given a decision, then another person undoes it as a whole, and its recognitions live again', () => {
    expect(factsOf(overturn())).toMatchObject([{ type: 'revocation.overturned', data: { uscc: USCC } }]);
    const facts = [control('excellent-result.earlier-recorded'), control('fraud-decision.taken')];
    expect(viewOf(excellentResults, facts).get(RESULT)?.revokedIn).toBe('case-2024-01');
    const after = viewOf(excellentResults, [...facts, control('revocation.overturned')]);
    expect(after.get(RESULT)?.revokedIn).toBeUndefined();
  });

  it.each([
    ['not-decided', established, {}, FINDER],
    ['already-overturned', [...decided, { draft: control('revocation.overturned') }], {}, FINDER],
    ['same-person', decided, {}, DECIDER],
    ['outside-ban', decided, { from: '2024-12-25' }, FINDER],
    ['outside-ban', decided, { from: '2024-12-27' }, FINDER],
  ])('is refused as %s', (code, past, input, by) => {
    expect(refusalOf(overturn(past, input, by)).code).toBe(code);
  });
});

describe('第二十五条 what follows', () => {
  it('D-36 given exemplars among the revoked results, then each is withdrawn once, under a command id of its own', () => {
    const taken = { caseId: 'case-2024-01', document: '文', revoked: [{ resultId: RESULT }, { resultId: RECOGNISED }] };
    expect(withdrawalsAfter(taken as never, new Set([RESULT]))).toEqual([
      {
        commandId: `withdraw-exemplar/case-2024-01/${RESULT}`,
        input: { resultId: RESULT, reason: '优秀成果认定已被撤销（文）' },
      },
    ]);
  });

  it('facts of a case that nobody reported leave no case, and throw nothing', () => {
    expect(viewOf(fraudCase, [control('fraud-decision.taken'), control('unit.notified')])).toBeUndefined();
  });
});
