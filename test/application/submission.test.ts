import { describe, expect, it } from 'vitest';
import { applicationWindowClosed, programmeClosed, programmeOpened, workPlanAmended } from '../../events/programme.ts';
import { bodies } from '../../events/rules/jurisdiction.ts';
import { programmeYear } from '../../events/rules/plan.ts';
import { REGULATION } from '../../events/statute.ts';
import { applicationBanLifted } from '../../events/unit.ts';
import { APPLICATION_UNDERTAKING_HASH, APPLICATION_UNDERTAKING_TEXT } from '../../services/application/materials.ts';
import { applicantUnit as unitView } from '../../services/application/reads.ts';
import * as unit from '../../services/application/unit.ts';
import * as verification from '../../services/application/verification.ts';
import type { Given, Sources } from '../../services/command.ts';
import { exclusions } from '../../services/exclusion.ts';
import { materialsRoot } from '../../services/materials.ts';
import { isRejection } from '../../services/rejection.ts';
import { decide, factsOf, MSR, refusalOf } from '../support/given.ts';
import {
  APPLICANT,
  ban,
  bodyFacts,
  content,
  DISTRICT,
  desk,
  drafted,
  handover,
  INDUSTRY_BODY,
  listed,
  OTHER_APPLICANT,
  OTHER_USCC,
  PROJECT_ID,
  plan,
  programmeFacts,
  ready,
  START_COMMAND,
  startInput,
  submitted,
  surroundings,
  USCC,
  viewOf,
  YEAR,
} from './sample.ts';

function start(change: object = {}, known: object = {}, now?: string) {
  return decide(unit.startApplication, {
    input: { ...startInput, ...change },
    actor: APPLICANT,
    commandId: START_COMMAND,
    known: { ...surroundings, ...known },
    ...(now && { now }),
  });
}

describe('第十条 starting an application', () => {
  it('given a registered unit and a body in charge, when it starts, then names are copied into the fact', () => {
    expect(factsOf(start())).toEqual([
      {
        type: 'application.started',
        data: {
          ...startInput,
          projectId: PROJECT_ID,
          uscc: APPLICANT.orgId,
          unitName: '天津某电池有限公司',
          bodyName: '东丽区市场监督管理局',
          jurisdiction: { district: DISTRICT },
        },
      },
    ]);
  });

  it('given it was started, when the same command comes again, then nothing is recorded', () => {
    const again = decide(unit.startApplication, {
      past: drafted().past,
      input: startInput,
      actor: APPLICANT,
      commandId: START_COMMAND,
      known: surroundings,
    });
    expect(factsOf(again)).toEqual([]);
  });

  it.each([
    ['art-04', 'programme-not-open', {}, { programme: programmeYear.initial }],
    ['art-09', 'work-plan-not-published', {}, { programme: viewOf(programmeYear, programmeFacts.slice(0, 1)) }],
    ['art-08', 'unit-not-registered', {}, { unit: unitView.initial }],
    ['art-06', 'body-unknown', { bodyId: 'nobody' }, {}],
    ['art-06', 'industry-not-of-unit', { bodyId: INDUSTRY_BODY, industry: '医药' }, {}],
    ['art-06', 'body-not-in-charge', {}, { bodies: viewOf(bodies, [...bodyFacts, handover('2024-02-01')]) }],
    ['art-25', 'unit-banned', {}, { exclusions: viewOf(exclusions, [ban('2024-03-01', '2029-03-01')]) }],
  ])('under %s it is refused as %s', (article, code, change, known) => {
    expect(refusalOf(start(change, known))).toMatchObject({ code, rule: { article } });
  });

  it('given a district bureau, then any industry of the unit will do; given an industry body, the industry decides', () => {
    expect(isRejection(start({ industry: '医药' }))).toBe(false);
    expect(isRejection(start({ bodyId: INDUSTRY_BODY }))).toBe(false);
  });

  it('第二十五条 given a ban, then its last day is banned and the next day is not; a lifted ban does not hold', () => {
    const banned = viewOf(exclusions, [ban('2019-03-20', '2024-03-20')]);
    expect(refusalOf(start({}, { exclusions: banned }, '2024-03-20T15:59:59.999Z')).code).toBe('unit-banned');
    expect(isRejection(start({}, { exclusions: banned }, '2024-03-20T16:00:00.000Z'))).toBe(false);
    const lifted = viewOf(exclusions, [
      ban('2024-01-20', '2029-01-20'),
      applicationBanLifted.of({
        uscc: USCC,
        decision: '津市监质撤〔2024〕1号',
        from: '2024-03-01',
        reason: '撤销决定被纠正',
      }),
    ]);
    expect(isRejection(start({}, { exclusions: lifted }))).toBe(false);
  });
});

describe('DL-5 what could not be submitted any more', () => {
  const lastMoment = '2024-04-30T15:59:59.999Z';
  const over = '2024-04-30T16:00:00.000Z';

  it('given the last day is over, when an application is started, then it is refused under the plan', () => {
    expect(factsOf(start({}, {}, lastMoment))).toHaveLength(1);
    expect(refusalOf(start({}, {}, over))).toMatchObject({
      code: 'window-closed',
      rule: { plan: YEAR, version: 1, item: 'deadlines.applicationCloses' },
    });
  });

  it('given a unit that is banned, then the ban is what it is told of, also after the last day', () => {
    const banned = viewOf(exclusions, [ban('2024-03-01', '2029-03-01')]);
    expect(refusalOf(start({}, { exclusions: banned }, over)).code).toBe('unit-banned');
  });

  it('given applications were never opened, then the last day of the plan counts all the same', () => {
    const unopened = viewOf(programmeYear, programmeFacts.slice(0, 2));
    expect(factsOf(start({}, { programme: unopened }, lastMoment))).toHaveLength(1);
    expect(refusalOf(start({}, { programme: unopened }, over)).code).toBe('window-closed');
  });
});

const document = { kind: '可行性分析', name: '可行性分析.pdf', sha256: 'b'.repeat(64), classification: 'internal' };

/** The document, attached where one organisation, if any, has uploaded the file. */
async function attachedAfterUploadBy(uploader?: string) {
  const at = drafted();
  const blob = async (orgId: string, _sha256: string) => (orgId === uploader ? surroundings.blob : undefined);
  const readings = unit.attachDocument.readsTyped?.(document as never, at.state(), { actor: APPLICANT } as Given);
  return at.ask(unit.attachDocument, document, { known: { blob: await readings?.blob.resolve({ blob } as Sources) } });
}

describe('第十条 documents and undertaking', () => {
  it.each([{ classification: 'trade-secret' }, { name: '另一名称.pdf' }])(
    'given it is attached again otherwise, then it is refused and not said to be done: %o',
    change => {
      const at = drafted();
      factsOf(at.send(unit.attachDocument, document));
      const refusal = refusalOf(at.ask(unit.attachDocument, { ...document, ...change }));
      expect(refusal).toMatchObject({ kind: 'conflict', code: 'already-attached' });
      expect(refusal.zh).toContain(document.classification);
    },
  );

  it('given an uploaded file, when it is attached, then size and type come from the store; again changes nothing', () => {
    const at = drafted();
    expect(factsOf(at.send(unit.attachDocument, document))).toMatchObject([
      { type: 'document.attached', data: { kind: '可行性分析', size: 1024, mediaType: 'application/pdf' } },
    ]);
    expect(factsOf(at.ask(unit.attachDocument, document, { commandId: 'another' }))).toEqual([]);
  });

  it('given no such upload, then it is refused', () => {
    expect(refusalOf(drafted().ask(unit.attachDocument, document, { known: { blob: undefined } })).code).toBe(
      'blob-not-found',
    );
  });

  it('given a file that another unit has uploaded, then it is refused as if there were none', async () => {
    expect(factsOf(await attachedAfterUploadBy(USCC))).toHaveLength(1);
    const refusal = refusalOf(await attachedAfterUploadBy(OTHER_USCC));
    expect(refusal.code).toBe('blob-not-found');
    expect(refusal).toEqual(refusalOf(await attachedAfterUploadBy()));
  });

  it('given the materials are submitted, then they are frozen until a return or a supplement request', () => {
    const at = submitted();
    const more = { ...document, kind: '证明材料', sha256: 'd'.repeat(64) };
    expect(refusalOf(at.ask(unit.attachDocument, more)).code).toBe('materials-frozen');
    // What is on file already is on file: said again it is refused no more than before.
    expect(at.ask(unit.attachDocument, document)).toEqual([]);
    factsOf(at.send(verification.startVerification, {}));
    factsOf(at.send(verification.requestSupplement, { items: ['检测报告'] }));
    expect(factsOf(at.ask(unit.attachDocument, more))).toHaveLength(1);
  });

  it('when the undertaking is signed, then the wording is pinned and the name sealed; signing again changes nothing', () => {
    const at = drafted();
    const input = { signatory: '李明', position: '总经理' };
    const [signed] = factsOf(at.send(unit.signUndertaking, input));
    expect(signed).toMatchObject({ type: 'undertaking.signed', data: { textHash: APPLICATION_UNDERTAKING_HASH } });
    expect(APPLICATION_UNDERTAKING_TEXT).toMatch(/完整、真实/);
    expect(JSON.stringify(signed)).not.toContain('李明');
    expect(factsOf(at.ask(unit.signUndertaking, input))).toEqual([]);
    const signatories = [{ subject: 'person-wang', sealed: 'A'.repeat(40) }];
    for (const [change, known] of [
      [{ position: '副总经理' }, {}],
      [{ signatory: '王芳' }, { signatories }],
    ] as const) {
      const otherwise = at.ask(unit.signUndertaking, { ...input, ...change }, { known });
      expect(refusalOf(otherwise).code).toBe('recorded-otherwise');
    }
  });

  it('given it is submitted, when the undertaking is signed, then the stage refuses', () => {
    expect(refusalOf(submitted().ask(unit.signUndertaking, { signatory: '李明', position: '总经理' })).code).toBe(
      'wrong-stage',
    );
  });
});

describe('第十条 submission', () => {
  it('given everything is in place, when it is submitted, then version 1 pins content and documents', () => {
    const at = ready();
    const [fact] = factsOf(at.send(unit.submitApplication, { content }));
    expect(fact).toMatchObject({ type: 'application.submitted', data: { version: 1 } });
    const { submission, documents } = at.state() ?? {};
    expect(submission?.materialsRoot).toBe(
      materialsRoot(submission?.content as never, [...(documents ?? [])].reverse()),
    );
    expect(JSON.stringify(fact)).not.toContain('王芳');
  });

  it('given it is submitted, when it is submitted again, then the stage refuses', () => {
    expect(refusalOf(submitted().ask(unit.submitApplication, { content }))).toMatchObject({
      code: 'wrong-stage',
      rule: { article: 'art-10' },
    });
  });

  it('to another unit the project does not exist, whatever it sends', () => {
    const at = ready();
    for (const [command, input] of [
      [unit.submitApplication, { content }],
      [unit.attachDocument, document],
      [unit.signUndertaking, { signatory: '李明', position: '总经理' }],
      [unit.supplementApplication, { content, answer: '见附件' }],
      [unit.withdrawApplication, { reason: '误报' }],
    ] as const) {
      expect(refusalOf(at.ask(command, input, { actor: OTHER_APPLICANT }))).toMatchObject({
        code: 'not-found',
        kind: 'hidden',
      });
    }
    expect(refusalOf(desk().ask(unit.submitApplication, { content })).code).toBe('not-found');
  });

  it('given no undertaking since the last return, then it is refused', () => {
    const at = submitted();
    factsOf(at.send(verification.returnApplication, { reason: '预期成效未量化' }));
    expect(refusalOf(at.ask(unit.submitApplication, { content }))).toMatchObject({
      code: 'undertaking-not-signed',
      rule: { article: 'art-10' },
    });
    factsOf(at.send(unit.signUndertaking, { signatory: '李明', position: '总经理' }));
    expect(factsOf(at.ask(unit.submitApplication, { content }))).toMatchObject([{ data: { version: 2 } }]);
  });

  it('given 预期成效 is missing, then art-10 refuses; given a kind the plan asks for is missing, then the plan does', () => {
    const at = drafted();
    factsOf(at.send(unit.attachDocument, document));
    factsOf(at.send(unit.signUndertaking, { signatory: '李明', position: '总经理' }));
    const refusal = refusalOf(at.ask(unit.submitApplication, { content }));
    expect(refusal).toMatchObject({ code: 'documents-missing', rule: { article: 'art-10' } });
    expect(refusal.zh).toContain('预期成效');
    const stricter = amended({ options: { ...plan.options, requiredDocuments: ['证明材料'] } });
    expect(
      refusalOf(ready().ask(unit.submitApplication, { content }, { known: { programme: stricter } })),
    ).toMatchObject({
      code: 'documents-missing',
      rule: { plan: YEAR, version: 2, item: 'options.requiredDocuments' },
    });
  });

  it('given the charge has passed on since the start, then it goes to whoever took over (D-6)', () => {
    const passedOn = { bodies: viewOf(bodies, [...bodyFacts, handover('2024-03-20')]) };
    expect(factsOf(ready().ask(unit.submitApplication, { content }, { known: passedOn }))).not.toEqual([]);
  });

  it.each([
    ['art-25', 'unit-banned', { exclusions: viewOf(exclusions, [ban('2024-03-20', '2029-03-20')]) }],
    ['art-06', 'body-not-in-charge', { bodies: viewOf(bodies, bodyFacts.slice(0, 2)) }],
    ['title-reservation', 'title-not-reserved', { title: { heldBy: undefined } }],
    ['title-reservation', 'title-taken', { title: { heldBy: '2024-other0000000' } }],
    [
      'art-04',
      'programme-not-open',
      { programme: viewOf(programmeYear, [...programmeFacts, programmeClosed.of({ year: YEAR, summary: '结束' })]) },
    ],
  ])('under %s it is refused as %s', (cited, code, known) => {
    expect(refusalOf(ready().ask(unit.submitApplication, { content }, { known }))).toMatchObject({
      code,
      rule: cited.startsWith('art-') ? { article: cited } : { houseRule: cited },
    });
  });

  it('第八条（二） given the category 其他, then it must be named', () => {
    const other = { ...content, categories: ['其他'] };
    expect(refusalOf(ready().ask(unit.submitApplication, { content: other }))).toMatchObject({
      code: 'other-category-unnamed',
      rule: { article: 'art-08', item: '（二）' },
    });
    const named = { ...other, otherCategory: '安全生产' };
    expect(factsOf(ready().ask(unit.submitApplication, { content: named }))).toHaveLength(1);
  });

  it('第三条 given a team of one, then it is accepted and flagged', () => {
    const alone = { ...content, participants: content.participants.slice(0, 1) };
    const decision = ready().ask(unit.submitApplication, { content: alone });
    expect(decision).toMatchObject([
      { deviations: [{ code: 'single-person-team', basis: { doc: REGULATION, article: 'art-03' } }] },
    ]);
    expect(ready().ask(unit.submitApplication, { content })).toMatchObject([{ deviations: [] }]);
  });
});

function amended(change: object) {
  return viewOf(programmeYear, [
    ...programmeFacts,
    workPlanAmended.of({
      year: YEAR,
      version: 2,
      fromVersion: 1,
      plan: { ...plan, ...change },
      changes: [{ pointer: '/x', from: '1', to: '2' }],
      reason: '调整',
      docHash: 'b'.repeat(64),
      url: 'https://example.cn/plan-2',
    }),
  ]);
}

describe('DL-5 application window', () => {
  const at = (now: string, known: Record<string, unknown> = {}) =>
    ready().ask(unit.submitApplication, { content }, { now, known });

  it('the last day counts to 24:00 Asia/Shanghai', () => {
    expect(factsOf(at('2024-04-30T15:59:59.999Z'))).toHaveLength(1);
    expect(refusalOf(at('2024-04-30T16:00:00.000Z'))).toMatchObject({
      code: 'window-closed',
      rule: { plan: YEAR, version: 1, item: 'deadlines.applicationCloses' },
    });
  });

  it('before the opening, or without one, it is refused', () => {
    expect(refusalOf(at('2024-03-14T15:59:59.999Z')).code).toBe('window-not-open');
    const unopened = viewOf(programmeYear, programmeFacts.slice(0, 2));
    expect(refusalOf(at('2024-03-20T02:00:00.000Z', { programme: unopened })).code).toBe('window-not-open');
  });

  it('given it was closed early, then it is refused; given the plan extends it, then it is open', () => {
    const closed = viewOf(programmeYear, [
      ...programmeFacts,
      applicationWindowClosed.of({ year: YEAR, closedAt: '2024-03-20T00:00:00.000Z' }),
    ]);
    expect(refusalOf(at('2024-03-20T02:00:00.000Z', { programme: closed })).code).toBe('window-closed');
    const extended = amended({ deadlines: { ...plan.deadlines, applicationCloses: '2024-05-10' } });
    expect(factsOf(at('2024-05-10T15:00:00.000Z', { programme: extended }))).toHaveLength(1);
  });

  it('given a late submission is accepted, then it may be submitted until that day, 24:00', () => {
    const late = ready();
    const now = '2024-05-06T02:00:00.000Z';
    const input = { until: '2024-05-08', reason: '系统故障' };
    factsOf(late.send(unit.acceptLateSubmission, input, { now, actor: MSR }));
    expect(factsOf(late.ask(unit.acceptLateSubmission, input, { now }))).toEqual([]);
    expect(refusalOf(late.ask(unit.acceptLateSubmission, { ...input, reason: '另一理由' }, { now })).code).toBe(
      'recorded-otherwise',
    );
    expect(factsOf(late.ask(unit.submitApplication, { content }, { now: '2024-05-08T15:59:00.000Z' }))).toHaveLength(1);
    expect(refusalOf(late.ask(unit.submitApplication, { content }, { now: '2024-05-08T16:00:00.000Z' })).code).toBe(
      'window-closed',
    );
  });

  it('a late submission is not accepted until a day that has passed, nor for a project that is not there', () => {
    const input = { until: '2024-03-19', reason: '系统故障' };
    expect(refusalOf(ready().ask(unit.acceptLateSubmission, input)).code).toBe('date-passed');
    expect(refusalOf(desk().ask(unit.acceptLateSubmission, input)).code).toBe('not-found');
    expect(refusalOf(submitted().ask(unit.acceptLateSubmission, { ...input, until: '2024-06-01' })).code).toBe(
      'wrong-stage',
    );
  });
});

describe('D-44 withdrawal', () => {
  it('given it is not listed, when the unit withdraws, then it is withdrawn once', () => {
    const at = submitted();
    expect(factsOf(at.send(unit.withdrawApplication, { reason: '计划调整' }))).toMatchObject([
      { type: 'application.withdrawn' },
    ]);
    expect(factsOf(at.ask(unit.withdrawApplication, { reason: '计划调整' }))).toEqual([]);
    expect(refusalOf(at.ask(unit.withdrawApplication, { reason: '另一理由' })).code).toBe('recorded-otherwise');
    expect(refusalOf(at.ask(unit.submitApplication, { content })).code).toBe('wrong-stage');
  });

  it('given it is listed, then it cannot be withdrawn', () => {
    expect(refusalOf(listed().ask(unit.withdrawApplication, { reason: '计划调整' })).code).toBe('wrong-stage');
  });
});

describe('第四条 the year of the project decides', () => {
  it('given a year without a programme, then starting is refused and says which year', () => {
    const other = viewOf(programmeYear, [
      programmeOpened.of({ year: 2025, title: '2025年度', regulation: REGULATION }),
    ]);
    expect(refusalOf(start({ year: 2025 }, { programme: other })).code).toBe('work-plan-not-published');
    expect(refusalOf(start({ year: 2025 }, { programme: programmeYear.initial })).zh).toContain('2025');
  });
});
