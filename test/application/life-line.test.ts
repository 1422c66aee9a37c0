import { describe, expect, it } from 'vitest';
import * as eligibility from '../../services/application/eligibility.ts';
import { routes } from '../../services/application/http.ts';
import * as review from '../../services/application/review.ts';
import { type ApplicationStage, application } from '../../services/application/state.ts';
import * as unit from '../../services/application/unit.ts';
import * as verification from '../../services/application/verification.ts';
import type { AnyCommand } from '../../services/command.ts';
import { exclusions } from '../../services/exclusion.ts';
import { isRejection } from '../../services/rejection.ts';
import { factsOf, OTHER_MSR } from '../support/given.ts';
import fc from '../support/properties.ts';
import { ban, check, content, type Desk, drafted, truthCheck, viewOf, YEAR } from './sample.ts';

/** A termination is the implementation's to decide, see test/implementation. */
type Reachable = Exclude<ApplicationStage, 'terminated'>;

/** The state machine of domain 1.5 up to the listing; a stopped hold rejects from wherever the project was held. */
const NEXT: Readonly<Record<Reachable, readonly ApplicationStage[]>> = {
  draft: ['submitted', 'withdrawn'],
  submitted: ['returned', 'recommended', 'not-recommended', 'withdrawn', 'rejected'],
  returned: ['submitted', 'withdrawn', 'rejected'],
  recommended: ['approved', 'rejected', 'withdrawn'],
  'not-recommended': [],
  approved: ['listed'],
  listed: [],
  rejected: [],
  withdrawn: [],
};

const REASON = { reason: '经审核' };
const document = { name: '材料.pdf', classification: 'internal' };

type Step = readonly [AnyCommand, object];

/** From the draft to the listing without a detour. */
const STRAIGHT: Step[] = [
  [unit.attachDocument, { ...document, kind: '可行性分析', sha256: 'b'.repeat(64) }],
  [unit.attachDocument, { ...document, kind: '预期成效', sha256: 'c'.repeat(64) }],
  [unit.signUndertaking, { signatory: '李明', position: '总经理' }],
  [unit.submitApplication, { content }],
  [verification.startVerification, {}],
  [verification.recordCompletenessCheck, check],
  [verification.recordTruthfulnessCheck, truthCheck],
  [verification.recommendProject, { opinion: '同意推荐' }],
  [eligibility.runSimilarityCheck, {}],
  [eligibility.assessDefinitionConformity, { conforms: true, ...REASON }],
  [eligibility.assessExpectedEffect, { marked: true, ...REASON }],
  [eligibility.assessEligibility, {}],
  [review.startMunicipalReview, {}],
  [review.approveProject, { opinion: '同意立项' }],
];

const DETOURS: Step[] = [
  [unit.supplementApplication, { content, answer: '见附件' }],
  [unit.withdrawApplication, REASON],
  [unit.acceptLateSubmission, { until: '2024-06-01', ...REASON }],
  [verification.requestSupplement, { items: ['合同'] }],
  [verification.recordCompletenessCheck, { ...check, passed: false }],
  [verification.recordTruthfulnessCheck, { ...truthCheck, passed: false }],
  [verification.returnApplication, REASON],
  [verification.declineToRecommendProject, REASON],
  [eligibility.adjudicateSimilarity, { verdict: 'different', ...REASON }],
  [eligibility.assessDefinitionConformity, { conforms: false, ...REASON }],
  [review.rejectProject, REASON],
  [review.decideHeldProject, { decision: 'proceed', ...REASON }],
  [review.decideHeldProject, { decision: 'stop', ...REASON }],
  [review.carryOverProject, { toYear: YEAR + 1, ...REASON }],
];

/** The straight way with steps left out and any steps strewn in: random order alone would rarely get past the draft. */
const course = fc
  .tuple(
    fc.subarray(STRAIGHT, { minLength: STRAIGHT.length - 3 }),
    fc.array(fc.tuple(fc.nat(20), fc.constantFrom(...STRAIGHT, ...DETOURS)), { maxLength: 12 }),
  )
  .map(([way, strewn]) => strewn.reduce((steps, [at, step]) => steps.toSpliced(at, 0, step), way));

const banned = { exclusions: viewOf(exclusions, [ban('2024-03-20', '2029-03-20')]) };

/** Sends a step: a refusal changes nothing, and a repetition records nothing. */
function take(at: Desk, [command, input]: Step, commandId: string, isBanned: boolean): void {
  const circumstances = {
    commandId,
    known: isBanned ? banned : {},
    ...(command === review.decideHeldProject && { actor: OTHER_MSR }),
  };
  const before = at.state();
  const decision = at.send(command, input, circumstances);
  if (isRejection(decision)) {
    expect(at.state()).toEqual(before);
    return;
  }
  factsOf(decision);
  const again = at.ask(command, input, circumstances);
  expect(isRejection(again) || again.length === 0).toBe(true);
}

describe('domain 1.5 the life line keeps to its state machine', () => {
  it('given any commands in any order, then stages follow the machine and a repeated command records nothing', () => {
    const reached = new Set<ApplicationStage>();
    fc.assert(
      fc.property(course, fc.nat(60), (steps, bannedFrom) => {
        const at = drafted();
        let stage: ApplicationStage = 'draft';
        for (const [index, step] of steps.entries()) {
          const from = at.past.length;
          take(at, step, `step-${index}`, index >= bannedFrom);
          for (const stageNow of stagesSince(at, from)) {
            if (stageNow !== stage) expect(NEXT[stage as Reachable]).toContain(stageNow);
            stage = stageNow;
            reached.add(stage);
          }
          const state = at.state();
          if (state?.stage === 'recommended') {
            expect(state.completeness?.passed && state.truthfulness?.passed).toBe(true);
          }
          expect(state?.stage).not.toBe('approved');
        }
      }),
      { numRuns: 300, seed: 20240101 },
    );
    expect([...reached].sort()).toEqual(Object.keys(NEXT).sort());
  });
});

/** The stages after each event since a place in the past. */
function stagesSince(at: Desk, from: number): ApplicationStage[] {
  const stages: ApplicationStage[] = [];
  for (let end = from + 1; end <= at.past.length; end += 1) {
    const stage = viewOf(application, at.past.slice(0, end))?.stage;
    if (stage) stages.push(stage);
  }
  return stages;
}

describe('routes', () => {
  it('every command of an application has exactly one route, named below /projects', () => {
    const commands = [unit, verification, eligibility, review].flatMap(
      module => Object.values(module) as readonly AnyCommand[],
    );
    expect(routes.map(route => route.command.name).sort()).toEqual(commands.map(command => command.name).sort());
    expect(new Set(routes.map(route => route.path)).size).toBe(routes.length);
  });
});
