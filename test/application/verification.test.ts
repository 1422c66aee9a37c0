import { describe, expect, it } from 'vitest';
import { accountRegistered } from '../../events/account.ts';
import { grants } from '../../events/rules/grants.ts';
import { bodies } from '../../events/rules/jurisdiction.ts';
import { programmeYear } from '../../events/rules/plan.ts';
import * as unit from '../../services/application/unit.ts';
import * as verification from '../../services/application/verification.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import {
  bodyFacts,
  check,
  content,
  desk,
  evidence,
  handover,
  OTHER_VERIFIER,
  recommended,
  SEALED_NAME,
  submitted,
  truthCheck,
  USCC,
  VERIFIER,
  verified,
  viewOf,
  YEAR,
} from './sample.ts';

const everyCommand = [
  [verification.startVerification, {}],
  [verification.requestSupplement, { items: ['检测报告'] }],
  [verification.recordCompletenessCheck, check],
  [verification.recordTruthfulnessCheck, truthCheck],
  [verification.returnApplication, { reason: '材料不清' }],
  [verification.recommendProject, { opinion: '同意推荐' }],
  [verification.declineToRecommendProject, { reason: '不属于质量问题' }],
] as const;
const named = everyCommand.map(([command, input]) => ({ name: command.name, command, input }));

describe('第十二条 what proves a check', () => {
  it('is a file the body has uploaded or the unit has attached, no other', () => {
    const at = submitted();
    factsOf(at.send(verification.startVerification, {}));
    const unknown = { known: { own: [] } };
    expect(refusalOf(at.ask(verification.recordCompletenessCheck, check, unknown)).code).toBe('evidence-not-found');
    expect(refusalOf(at.ask(verification.recordTruthfulnessCheck, truthCheck, unknown)).code).toBe(
      'evidence-not-found',
    );
    const sha256 = at.state()?.documents[0]?.sha256;
    const attached = { ...check, evidence: [{ ...check.evidence[0], sha256 }] };
    expect(factsOf(at.ask(verification.recordCompletenessCheck, attached, unknown))).toHaveLength(1);
  });
});

describe('第六条 only the body addressed, while it is in charge', () => {
  it.each(named)('$name: another body, or one whose charge has passed on, is refused', ({ command, input }) => {
    const at = submitted();
    expect(refusalOf(at.ask(command, input, { actor: OTHER_VERIFIER })).kind).toBe('hidden');
    const passedOn = viewOf(bodies, [...bodyFacts, handover('2024-03-20')]);
    expect(refusalOf(at.ask(command, input, { known: { bodies: passedOn } }))).toMatchObject({
      code: 'body-not-in-charge',
      kind: 'forbidden',
      rule: { article: 'art-06' },
    });
    expect(refusalOf(desk().ask(command, input)).code).toBe('not-found');
  });

  it('given the charge has passed on, then the body that took over verifies (D-6)', () => {
    const passedOn = { bodies: viewOf(bodies, [...bodyFacts, handover('2024-03-20')]) };
    const taken = submitted().ask(verification.startVerification, {}, { actor: OTHER_VERIFIER, known: passedOn });
    expect(factsOf(taken)).toMatchObject([{ type: 'verification.started' }]);
  });

  it('given the handover is tomorrow, then the body still verifies today', () => {
    const passesOn = viewOf(bodies, [...bodyFacts, handover('2024-03-21')]);
    expect(factsOf(submitted().ask(verification.startVerification, {}, { known: { bodies: passesOn } }))).toHaveLength(
      1,
    );
  });

  it.each(named)('第十二条 $name: staff of the submitting unit may not verify it', ({ command, input }) => {
    const grant = { role: 'UNIT' as const, orgId: USCC, orgName: '天津某电池有限公司', from: '2024-01-01' };
    const account = { accountId: VERIFIER.accountId, name: SEALED_NAME };
    const staff = viewOf(grants, [accountRegistered.of({ ...account, grant })]);
    expect(refusalOf(submitted().ask(command, input, { known: { standing: staff } }))).toMatchObject({
      code: 'verifier-is-applicant',
      rule: { houseRule: 'own-materials' },
    });
    const former = viewOf(grants, [accountRegistered.of({ ...account, grant: { ...grant, lastDay: '2024-03-19' } })]);
    const decision = submitted().ask(verification.startVerification, {}, { known: { standing: former } });
    expect(factsOf(decision)).toHaveLength(1);
  });
});

describe('第十二条 verification', () => {
  it('given it was not started, then neither check nor supplement request is accepted', () => {
    for (const [command, input] of everyCommand.slice(1, 4)) {
      expect(refusalOf(submitted().ask(command, input)).code).toBe('verification-not-started');
    }
  });

  it('when it is started twice, then it is recorded once', () => {
    const at = submitted();
    expect(factsOf(at.send(verification.startVerification, {}))).toHaveLength(1);
    expect(factsOf(at.ask(verification.startVerification, {}))).toEqual([]);
  });

  it('a failed check is a fact of its own; the same finding again changes nothing', () => {
    const at = submitted();
    factsOf(at.send(verification.startVerification, {}));
    const failed = { ...truthCheck, passed: false, findings: '检测数据无原始记录' };
    expect(factsOf(at.send(verification.recordTruthfulnessCheck, failed))).toMatchObject([
      { type: 'truthfulness.failed', data: { method: '现场核查' } },
    ]);
    expect(factsOf(at.ask(verification.recordTruthfulnessCheck, failed))).toEqual([]);
    expect(factsOf(at.ask(verification.recordTruthfulnessCheck, { ...failed, method: '书面核查' }))).toHaveLength(1);
    const renamed = failed.evidence.map(file => ({ ...file, name: '补充核实记录.pdf' }));
    expect(factsOf(at.ask(verification.recordTruthfulnessCheck, { ...failed, evidence: renamed }))).toHaveLength(1);
    expect(factsOf(at.send(verification.recordCompletenessCheck, { ...check, passed: false }))).toMatchObject([
      { type: 'completeness.failed' },
    ]);
    expect(factsOf(at.ask(verification.recordCompletenessCheck, { ...check, passed: false }))).toEqual([]);
  });

  it('the evidence of a check stands in the envelope too; a check without evidence is no check', () => {
    const at = submitted();
    factsOf(at.send(verification.startVerification, {}));
    expect(at.ask(verification.recordCompletenessCheck, check)).toMatchObject([{ evidence }]);
    expect(verification.recordCompletenessCheck.input.safeParse({ ...check, evidence: [] }).success).toBe(false);
  });
});

describe('第十二条 recommendation', () => {
  it.each([
    ['nothing', [], '完整性尚未核实、真实性尚未核实'],
    ['only completeness', [[verification.recordCompletenessCheck, check]], '的真实性尚未核实'],
    ['only truthfulness', [[verification.recordTruthfulnessCheck, truthCheck]], '的完整性尚未核实'],
    [
      'a failed truthfulness check',
      [
        [verification.recordCompletenessCheck, check],
        [verification.recordTruthfulnessCheck, { ...truthCheck, passed: false }],
      ],
      '的真实性核实未通过',
    ],
  ] as const)(
    'given %s, then recommending is refused, with what was not checked and what not passed',
    (_what, steps, zh) => {
      const at = submitted();
      factsOf(at.send(verification.startVerification, {}));
      for (const [command, input] of steps) factsOf(at.send(command, input));
      expect(refusalOf(at.ask(verification.recommendProject, { opinion: '同意推荐' }))).toMatchObject({
        code: 'checks-not-passed',
        rule: { article: 'art-12' },
        zh: expect.stringContaining(zh),
      });
    },
  );

  it('given both passed, then the root recommended is the root verified', () => {
    const at = verified();
    const root = at.state()?.submission?.materialsRoot;
    expect(factsOf(at.send(verification.recommendProject, { opinion: '同意推荐' }))).toMatchObject([
      { type: 'project.recommended', data: { materialsRoot: root } },
    ]);
    expect(at.state()?.completeness?.materialsRoot).toBe(root);
    expect(refusalOf(at.ask(verification.recommendProject, { opinion: '同意推荐' })).code).toBe('wrong-stage');
  });

  it('DL-6 given the planned day has passed, then it is recorded and flagged under the plan', () => {
    const onTime = verified().ask(
      verification.recommendProject,
      { opinion: '同意推荐' },
      { now: '2024-05-31T15:59:59.999Z' },
    );
    expect(onTime).toMatchObject([{ deviations: [] }]);
    const late = verified().ask(
      verification.recommendProject,
      { opinion: '同意推荐' },
      { now: '2024-05-31T16:00:00.000Z' },
    );
    expect(late).toMatchObject([
      {
        deviations: [
          { code: 'recommendation-late', basis: { plan: YEAR, version: 1, item: 'deadlines.verification' } },
        ],
      },
    ]);
  });

  it('D-15 given it is declined, then it is final', () => {
    const at = verified();
    factsOf(at.send(verification.declineToRecommendProject, { reason: '不属于质量问题' }));
    expect(refusalOf(at.ask(unit.submitApplication, { content })).code).toBe('wrong-stage');
    expect(refusalOf(at.ask(verification.recommendProject, { opinion: '同意推荐' })).code).toBe('wrong-stage');
  });

  it('given it is recommended, then it can be neither returned nor declined', () => {
    for (const [command, input] of everyCommand) {
      expect(refusalOf(recommended().ask(command, input)).code).toBe('wrong-stage');
    }
  });
});

describe('DL-6 supplement', () => {
  function requested() {
    const at = verified();
    factsOf(at.send(verification.requestSupplement, { items: ['检测报告'] }, { now: '2024-04-02T02:00:00.000Z' }));
    return at;
  }
  const supplement = { content: { ...content, feasibility: '补充了检测报告' }, answer: '检测报告见附件' };

  it('is due after the working days of the plan, holidays and worked weekends counted as they are', () => {
    // 4 to 6 April is a holiday, Sunday 7 April is worked: 3, 7, 8, 9, 10 April.
    expect(requested().state()?.supplement).toEqual({ dueOn: '2024-04-10' });
  });

  it('given a year without a calendar, then the request is refused by the plan item, not thrown', () => {
    const now = '2031-04-02T02:00:00.000Z';
    expect(refusalOf(verified().ask(verification.requestSupplement, { items: ['检测报告'] }, { now }))).toMatchObject({
      code: 'calendar-year-missing',
      rule: { plan: YEAR, item: 'deadlines.supplementWorkingDays' },
    });
  });

  it('given no plan in force, then the request is refused', () => {
    const decision = verified().ask(
      verification.requestSupplement,
      { items: ['检测报告'] },
      { known: { programme: programmeYear.initial } },
    );
    expect(refusalOf(decision).code).toBe('work-plan-not-published');
  });

  it('given it is open, then a second request and a recommendation wait for it', () => {
    const at = requested();
    const now = '2024-04-10T15:59:59.999Z';
    expect(refusalOf(at.ask(verification.requestSupplement, { items: ['合同'] }, { now })).code).toBe(
      'supplement-pending',
    );
    expect(refusalOf(at.ask(verification.recommendProject, { opinion: '同意' }, { now })).code).toBe(
      'supplement-pending',
    );
    const after = '2024-04-10T16:00:00.000Z';
    expect(factsOf(at.ask(verification.recommendProject, { opinion: '同意' }, { now: after }))).toHaveLength(1);
  });

  it('given it is answered in time, then the version rises, the root changes and both checks start afresh', () => {
    const at = requested();
    const before = at.state()?.submission?.materialsRoot;
    const now = '2024-04-10T15:59:59.999Z';
    expect(factsOf(at.send(unit.supplementApplication, supplement, { now }))).toMatchObject([
      { type: 'application.supplemented', data: { version: 2 } },
    ]);
    const state = at.state();
    expect(state?.submission?.materialsRoot).not.toBe(before);
    expect([state?.completeness, state?.truthfulness, state?.supplement]).toEqual([undefined, undefined, undefined]);
    expect(refusalOf(at.ask(verification.recommendProject, { opinion: '同意' })).code).toBe('checks-not-passed');
    expect(refusalOf(at.ask(unit.supplementApplication, supplement, { now })).code).toBe('no-supplement-requested');
  });

  it('given 24:00 of the due day has come, then the answer is refused by the plan', () => {
    const now = '2024-04-10T16:00:00.000Z';
    expect(refusalOf(requested().ask(unit.supplementApplication, supplement, { now }))).toMatchObject({
      code: 'supplement-overdue',
      rule: { plan: YEAR, item: 'deadlines.supplementWorkingDays' },
    });
  });

  it('given none was asked for, or nothing is submitted, then it is refused', () => {
    expect(refusalOf(verified().ask(unit.supplementApplication, supplement)).code).toBe('no-supplement-requested');
    expect(refusalOf(recommended().ask(unit.supplementApplication, supplement)).code).toBe('wrong-stage');
  });
});
