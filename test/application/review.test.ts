import { describe, expect, it } from 'vitest';
import { recommendingBodyRegistered } from '../../events/body.ts';
import { earlierResultRecorded } from '../../events/recognition.ts';
import { isClerical } from '../../events/rules/mandate.ts';
import { programmeYear } from '../../events/rules/plan.ts';
import { professionalOrganisationRecognised, unitRegistered, unitRegistrationVerified } from '../../events/unit.ts';
import * as eligibility from '../../services/application/eligibility.ts';
import { applicantUnit as unitView } from '../../services/application/reads.ts';
import * as review from '../../services/application/review.ts';
import { corpus } from '../../services/application/sameness.ts';
import * as unit from '../../services/application/unit.ts';
import * as verification from '../../services/application/verification.ts';
import { exclusions } from '../../services/exclusion.ts';
import { isRejection } from '../../services/rejection.ts';
import { factsOf, MSR, OTHER_MSR, refusalOf } from '../support/given.ts';
import {
  ban,
  content,
  type Desk,
  desk,
  eligible,
  evidence,
  INDUSTRY_BODY,
  listed,
  PROJECT_ID,
  recommended,
  registration,
  submitted,
  surroundings,
  TITLE,
  USCC,
  VERIFIER,
  verified,
  viewOf,
  YEAR,
} from './sample.ts';

const REASON = { reason: '经审核' };

/** A corpus that holds this very application as an earlier result. */
const copied = viewOf(corpus, [
  earlierResultRecorded.of({
    resultId: 'earlier-1' as never,
    year: 2023,
    title: TITLE,
    unitName: '另一单位',
    problem: content.qualityProblem,
    methods: [...content.methods],
    results: content.expectedResults,
    source: { document: '津市监质发〔2023〕30号' },
  }),
]);

describe('第八条（三） sameness is signalled by a machine and decided by a person', () => {
  function flagged(): Desk {
    const at = recommended();
    factsOf(at.send(eligibility.runSimilarityCheck, {}, { known: { corpus: copied } }));
    return at;
  }

  it('the check pins corpus, algorithm and threshold; the same corpus again changes nothing', () => {
    const at = flagged();
    expect(at.past.at(-1)?.draft).toMatchObject({
      type: 'similarity.checked',
      data: { corpusPosition: '1', corpusSize: 1, threshold: 0.5, hits: [{ score: 1, ownEarlierWork: false }] },
    });
    expect(factsOf(at.ask(eligibility.runSimilarityCheck, {}, { known: { corpus: copied } }))).toEqual([]);
    expect(factsOf(at.ask(eligibility.runSimilarityCheck, {}))).toHaveLength(1);
  });

  it('given the same works at another position, as in a log that was moved, then nothing changes', () => {
    const moved = { ...copied, position: '90210' };
    expect(factsOf(flagged().ask(eligibility.runSimilarityCheck, {}, { known: { corpus: moved } }))).toEqual([]);
  });

  it('only earlier years count', () => {
    const sameYear = { ...copied, works: copied.works.map(work => ({ ...work, year: YEAR })) };
    expect(
      factsOf(recommended().ask(eligibility.runSimilarityCheck, {}, { known: { corpus: sameYear } })),
    ).toMatchObject([{ data: { corpusSize: 0, hits: [] } }]);
  });

  it('given a hit at the threshold, then eligibility waits for a person', () => {
    const at = flagged();
    factsOf(at.send(eligibility.assessExpectedEffect, { marked: true, ...REASON }));
    expect(refusalOf(at.ask(eligibility.assessEligibility, {}))).toMatchObject({ code: 'assessment-incomplete' });
    factsOf(at.send(eligibility.adjudicateSimilarity, { verdict: 'different', ...REASON }));
    expect(factsOf(at.ask(eligibility.adjudicateSimilarity, { verdict: 'different', ...REASON }))).toEqual([]);
    expect(factsOf(at.ask(eligibility.assessEligibility, {}))).toMatchObject([{ type: 'eligibility.confirmed' }]);
  });

  it('given the person finds it the same, then eligibility is denied under （三）', () => {
    const at = flagged();
    factsOf(at.send(eligibility.assessExpectedEffect, { marked: true, ...REASON }));
    factsOf(at.send(eligibility.adjudicateSimilarity, { verdict: 'same', ...REASON }));
    expect(factsOf(at.send(eligibility.assessEligibility, {}))).toMatchObject([
      { type: 'eligibility.denied', data: { items: ['（三）'] } },
    ]);
    expect(factsOf(at.ask(eligibility.assessEligibility, {}))).toEqual([]);
  });

  it('given a new check, then the earlier adjudication no longer stands', () => {
    const at = flagged();
    factsOf(at.send(eligibility.adjudicateSimilarity, { verdict: 'different', ...REASON }));
    const again = copied.works.map(work => ({ ...work, resultId: 'earlier-2' as never }));
    const grown = { works: [...copied.works, ...again], position: '9' };
    factsOf(at.send(eligibility.runSimilarityCheck, {}, { known: { corpus: grown } }));
    expect(at.state()?.assessment.similarity?.adjudication).toBeUndefined();
  });

  it('given no hit at the threshold, then there is nothing to adjudicate', () => {
    const at = recommended();
    const verdict = { verdict: 'same', ...REASON };
    expect(refusalOf(at.ask(eligibility.adjudicateSimilarity, verdict)).code).toBe('nothing-to-adjudicate');
    factsOf(at.send(eligibility.runSimilarityCheck, {}));
    expect(refusalOf(at.ask(eligibility.adjudicateSimilarity, verdict))).toMatchObject({
      code: 'nothing-to-adjudicate',
      rule: { article: 'art-08', item: '（三）' },
    });
  });

  it('第五条（二） the third party may run the check, but never adjudicate', () => {
    expect(isClerical(eligibility.runSimilarityCheck.name)).toBe(true);
    expect(isClerical(eligibility.adjudicateSimilarity.name)).toBe(false);
    expect(eligibility.adjudicateSimilarity.allow).toEqual(['MSR']);
  });

  it('given no plan in force, then the check is refused', () => {
    expect(
      refusalOf(recommended().ask(eligibility.runSimilarityCheck, {}, { known: { programme: programmeYear.initial } }))
        .code,
    ).toBe('work-plan-not-published');
  });
});

describe('第八条 eligibility', () => {
  function assessed(unitState: unknown, marked = true) {
    const at = recommended();
    factsOf(at.send(eligibility.runSimilarityCheck, {}));
    factsOf(at.send(eligibility.assessExpectedEffect, { marked, ...REASON }));
    return at.ask(eligibility.assessEligibility, {}, { known: { unit: unitState } });
  }

  it('given nothing was assessed, then the missing items are named', () => {
    const refusal = refusalOf(
      recommended().ask(eligibility.assessEligibility, {}, { known: { unit: viewOf(unitView, [registration]) } }),
    );
    expect(refusal).toMatchObject({ code: 'assessment-incomplete', rule: { article: 'art-08' } });
    expect(refusal.zh).toContain('（一）（二）（三）');
  });

  it('（一） an enterprise is registered in Tianjin, or it is denied', () => {
    const elsewhere = viewOf(unitView, [
      registration,
      unitRegistrationVerified.of({
        uscc: USCC,
        source: '登记系统',
        verifiedOn: '2024-03-01',
        inTianjin: false,
        evidence: [],
      }),
    ]);
    expect(factsOf(assessed(surroundings.unit))).toMatchObject([{ type: 'eligibility.confirmed' }]);
    expect(factsOf(assessed(elsewhere))).toMatchObject([{ type: 'eligibility.denied', data: { items: ['（一）'] } }]);
    expect(factsOf(assessed(elsewhere, false))).toMatchObject([{ data: { items: ['（一）', '（二）'] } }]);
  });

  it('（一） a professional organisation is recognised by its industry authority', () => {
    const organisation = unitRegistered.of({ ...registration.data, kind: '专业组织' });
    expect(refusalOf(assessed(viewOf(unitView, [organisation]))).code).toBe('assessment-incomplete');
    const recognition = professionalOrganisationRecognised.of({
      uscc: USCC,
      authority: INDUSTRY_BODY,
      document: '津工信〔2020〕1号',
      recognisedOn: '2020-01-02',
      evidence: evidence as never,
    });
    expect(factsOf(assessed(viewOf(unitView, [organisation, recognition])))).toMatchObject([
      { type: 'eligibility.confirmed' },
    ]);
  });

  it('given it was denied and a finding changes, then it is concluded anew', () => {
    const at = recommended();
    factsOf(at.send(eligibility.runSimilarityCheck, {}));
    factsOf(at.send(eligibility.assessExpectedEffect, { marked: false, ...REASON }));
    expect(factsOf(at.send(eligibility.assessEligibility, {}))).toMatchObject([{ type: 'eligibility.denied' }]);
    factsOf(at.send(eligibility.assessExpectedEffect, { marked: true, reason: '复核' }));
    expect(factsOf(at.send(eligibility.assessEligibility, {}))).toMatchObject([{ type: 'eligibility.confirmed' }]);
  });

  it('the same assessment again changes nothing', () => {
    const at = eligible();
    const effect = { marked: true, reason: '目标明确可量化' };
    expect(factsOf(at.ask(eligibility.assessExpectedEffect, effect))).toEqual([]);
    expect(factsOf(at.ask(eligibility.assessDefinitionConformity, { conforms: true, reason: '符合第三条' }))).toEqual(
      [],
    );
    expect(factsOf(at.ask(eligibility.assessEligibility, {}))).toEqual([]);
  });

  it('D-13 given a new version of the materials, then what was assessed no longer stands', () => {
    const at = verified();
    factsOf(at.send(eligibility.runSimilarityCheck, {}));
    factsOf(at.send(verification.requestSupplement, { items: ['合同'] }));
    factsOf(at.send(unit.supplementApplication, { content, answer: '见附件' }));
    expect(at.state()?.assessment.similarity).toBeUndefined();
  });

  it.each(
    [
      [eligibility.runSimilarityCheck, {}],
      [eligibility.adjudicateSimilarity, { verdict: 'same', ...REASON }],
      [eligibility.assessDefinitionConformity, { conforms: true, ...REASON }],
      [eligibility.assessExpectedEffect, { marked: true, ...REASON }],
      [eligibility.assessEligibility, {}],
    ].map(([command, input]) => ({ name: (command as { name: string }).name, command, input })),
  )('$name: not once it is listed, and not for a project that is not there', ({ command, input }) => {
    expect(refusalOf(listed().ask(command as never, input as object)).code).toBe('wrong-stage');
    expect(refusalOf(desk().ask(command as never, input as object)).code).toBe('not-found');
  });
});

describe('第十三条 municipal review', () => {
  const approve = { opinion: '同意立项' };

  it('given a recommended, eligible project, when it is approved, then it is approved and listed in one decision', () => {
    const at = eligible();
    const root = at.state()?.submission?.materialsRoot;
    expect(factsOf(at.send(review.approveProject, approve))).toMatchObject([
      { type: 'project.approved', data: { materialsRoot: root } },
      { type: 'project.listed', data: { projectId: PROJECT_ID, year: YEAR, uscc: USCC, title: TITLE } },
    ]);
    expect(refusalOf(at.ask(review.approveProject, approve)).code).toBe('wrong-stage');
  });

  it('given it is not recommended, then it is neither reviewed, approved nor rejected', () => {
    const at = verified();
    for (const [command, input] of [
      [review.startMunicipalReview, {}],
      [review.approveProject, approve],
      [review.rejectProject, REASON],
    ] as const) {
      expect(refusalOf(at.ask(command, input))).toMatchObject({ code: 'wrong-stage', rule: { article: 'art-13' } });
      expect(refusalOf(desk().ask(command, input)).code).toBe('not-found');
    }
  });

  it('given the review was not started, then nothing is decided; it is started once', () => {
    const at = recommended();
    expect(refusalOf(at.ask(review.approveProject, approve)).code).toBe('review-not-started');
    expect(refusalOf(at.ask(review.rejectProject, REASON)).code).toBe('review-not-started');
    factsOf(at.send(review.startMunicipalReview, {}));
    expect(factsOf(at.ask(review.startMunicipalReview, {}, { actor: OTHER_MSR }))).toEqual([]);
  });

  it('第三条 given the definition is not assessed or not met, then approval is refused', () => {
    const at = recommended();
    factsOf(at.send(review.startMunicipalReview, {}));
    expect(refusalOf(at.ask(review.approveProject, approve))).toMatchObject({
      code: 'definition-not-assessed',
      rule: { article: 'art-03' },
    });
    factsOf(at.send(eligibility.assessDefinitionConformity, { conforms: false, ...REASON }));
    expect(refusalOf(at.ask(review.approveProject, approve)).code).toBe('definition-not-met');
  });

  it('第八条 given eligibility is not confirmed, or a finding under it changed since, then approval is refused', () => {
    const at = eligible();
    factsOf(at.send(eligibility.assessExpectedEffect, { marked: false, reason: '复核后认为不显著' }));
    expect(refusalOf(at.ask(review.approveProject, approve))).toMatchObject({
      code: 'eligibility-not-confirmed',
      rule: { article: 'art-08' },
    });
    factsOf(at.send(eligibility.assessEligibility, {}));
    expect(refusalOf(at.ask(review.approveProject, approve)).code).toBe('eligibility-not-confirmed');
  });

  it('given the caller verified or recommended the project, then another person must review it', () => {
    const verifier = { ...MSR, accountId: VERIFIER.accountId };
    expect(refusalOf(recommended().ask(review.startMunicipalReview, {}, { actor: verifier })).code).toBe('same-person');
    for (const [command, input] of [
      [review.approveProject, approve],
      [review.rejectProject, REASON],
    ] as const) {
      expect(refusalOf(eligible().ask(command, input, { actor: verifier }))).toMatchObject({
        code: 'same-person',
        kind: 'forbidden',
        zh: expect.stringContaining('内部制度（两人分办）'),
      });
    }
  });

  it('DL-7 given the planned day has passed, then approval and rejection are recorded and flagged', () => {
    const late = { now: '2024-06-14T16:00:00.000Z' };
    const flag = {
      code: 'municipal-review-late',
      basis: { plan: YEAR, version: 1, item: 'deadlines.municipalReview' },
    };
    expect(eligible().ask(review.approveProject, approve, late)).toMatchObject([{ deviations: [flag] }, {}]);
    expect(eligible().ask(review.rejectProject, REASON, late)).toMatchObject([{ deviations: [flag] }]);
    const onTime = { now: '2024-06-14T15:59:59.999Z' };
    expect(eligible().ask(review.rejectProject, REASON, onTime)).toMatchObject([{ deviations: [] }]);
  });

  it('given it is rejected, then it is over', () => {
    const at = eligible();
    factsOf(at.send(review.rejectProject, REASON));
    expect(refusalOf(at.ask(review.approveProject, approve)).code).toBe('wrong-stage');
  });
});

describe('第二十五条 D-33 a ban that began after submission holds the project', () => {
  const banned = { exclusions: viewOf(exclusions, [ban('2024-03-10', '2029-03-10')]) };
  const known = { known: banned };

  function held(): Desk {
    const at = eligible();
    expect(factsOf(at.send(review.approveProject, { opinion: '同意' }, known))).toEqual([
      { type: 'project.held', data: { projectId: PROJECT_ID, banFrom: '2024-03-10', banLastDay: '2029-03-10' } },
    ]);
    return at;
  }

  it('is re-checked at recommendation and at the assessment of eligibility too', () => {
    const decision = verified().ask(verification.recommendProject, { opinion: '同意' }, known);
    expect(factsOf(decision)).toMatchObject([{ type: 'project.held' }]);
    expect(factsOf(recommended().ask(eligibility.assessEligibility, {}, known))).toMatchObject([
      { type: 'project.held' },
    ]);
  });

  it('given it is held, then it stays held until a decision, even if the ban is lifted', () => {
    const at = held();
    expect(refusalOf(at.ask(review.approveProject, { opinion: '同意' }, known))).toMatchObject({
      code: 'project-held',
      rule: { article: 'art-25' },
    });
    expect(refusalOf(at.ask(review.approveProject, { opinion: '同意' })).code).toBe('project-held');
  });

  it('given another person lets it proceed, then it can be approved under the same ban', () => {
    const at = held();
    const decision = { decision: 'proceed', reason: '申报早于撤销决定' };
    expect(refusalOf(at.ask(review.decideHeldProject, decision))).toMatchObject({ code: 'same-person' });
    factsOf(at.send(review.decideHeldProject, decision, { actor: OTHER_MSR }));
    expect(refusalOf(at.ask(review.decideHeldProject, decision, { actor: OTHER_MSR })).code).toBe('not-held');
    expect(factsOf(at.ask(review.approveProject, { opinion: '同意' }, known))).toHaveLength(2);
  });

  it('given a second ban, then it is held again', () => {
    const at = held();
    factsOf(at.send(review.decideHeldProject, { decision: 'proceed', ...REASON }, { actor: OTHER_MSR }));
    const again = { exclusions: viewOf(exclusions, [ban('2024-03-15', '2029-03-15')]) };
    expect(factsOf(at.ask(review.approveProject, { opinion: '同意' }, { known: again }))).toMatchObject([
      { type: 'project.held', data: { banFrom: '2024-03-15' } },
    ]);
  });

  it('given it is stopped, then it is rejected in the same decision', () => {
    const at = held();
    const decision = { decision: 'stop', reason: '骗取认定情节严重' };
    expect(factsOf(at.send(review.decideHeldProject, decision, { actor: OTHER_MSR }))).toMatchObject([
      { type: 'held-project.decided' },
      { type: 'project.rejected' },
    ]);
    expect(at.state()?.stage).toBe('rejected');
  });

  it('the verifier does not decide on it; a project that is not held has nothing to decide', () => {
    const decision = { decision: 'proceed', ...REASON };
    const verifier = { ...MSR, accountId: VERIFIER.accountId };
    expect(refusalOf(held().ask(review.decideHeldProject, decision, { actor: verifier })).code).toBe('same-person');
    expect(refusalOf(eligible().ask(review.decideHeldProject, decision)).code).toBe('not-held');
    expect(refusalOf(listed().ask(review.decideHeldProject, decision)).code).toBe('wrong-stage');
  });
});

describe('第四条 carry-over', () => {
  const toNext = { toYear: YEAR + 1, reason: '跨年实施' };

  it('given it is listed, when it is carried over to the next year, then once and no further', () => {
    const at = listed();
    expect(factsOf(at.send(review.carryOverProject, toNext))).toMatchObject([
      { type: 'project.carried-over', data: { fromYear: YEAR, toYear: YEAR + 1 } },
    ]);
    expect(factsOf(at.ask(review.carryOverProject, toNext))).toEqual([]);
    expect(refusalOf(at.ask(review.carryOverProject, { ...toNext, reason: '另一理由' })).code).toBe(
      'recorded-otherwise',
    );
    expect(refusalOf(at.ask(review.carryOverProject, { ...toNext, toYear: YEAR + 2 })).code).toBe('not-next-year');
  });

  it('given another year or another stage, then it is refused', () => {
    expect(refusalOf(listed().ask(review.carryOverProject, { ...toNext, toYear: YEAR + 2 }))).toMatchObject({
      code: 'not-next-year',
      rule: { article: 'art-04' },
    });
    expect(refusalOf(submitted().ask(review.carryOverProject, toNext)).code).toBe('wrong-stage');
    expect(refusalOf(desk().ask(review.carryOverProject, toNext)).code).toBe('not-found');
  });
});

describe('the life line goes on after the listing', () => {
  it('given a fact of a later noun on the stream, then the fold keeps the state', () => {
    const at = listed();
    const before = at.state();
    const foreign = recommendingBodyRegistered.of({
      bodyId: INDUSTRY_BODY,
      kind: 'association',
      name: '协会',
      from: '2024-01-01',
    });
    at.past.push({ draft: foreign });
    expect(at.state()).toEqual(before);
    expect(isRejection(at.ask(review.carryOverProject, { toYear: YEAR + 1, ...REASON }))).toBe(false);
  });
});
