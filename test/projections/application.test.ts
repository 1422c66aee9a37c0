import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { boards } from '../../projections/application/boards.ts';
import { caseFiles } from '../../projections/application/case-file.ts';
import { fileOwners, openingOfFile } from '../../projections/application/files.ts';
import { routes } from '../../projections/application/http.ts';
import { refusalRowSchema, refusals } from '../../projections/application/refusals.ts';
import { similarityCases } from '../../projections/application/similarity-cases.ts';
import { verificationLedger } from '../../projections/application/verification-ledger.ts';
import { bans } from '../../projections/bans.ts';
import { chargeRows } from '../../projections/charges.ts';
import { panelMemberships } from '../../projections/panel/duties.ts';
import { panels } from '../../projections/panel/panels.ts';
import { deadlines } from '../../projections/programme/deadlines.ts';
import { entrustments } from '../../projections/registry/entrustments.ts';
import { units } from '../../projections/registry/units.ts';
import { samples } from '../support/controls.ts';
import { ABOUT, ask, logOf, readerOf, rowsOf, type Told, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const all = [
  boards,
  caseFiles,
  units,
  bans,
  chargeRows,
  deadlines,
  fileOwners,
  entrustments,
  panelMemberships,
  panels,
  refusals,
  similarityCases,
  verificationLedger,
];
const { projectId } = samples['application.started'];
const { uscc, bodyId } = ABOUT;
const accountId = 'someone' as AccountId;
const UNIT: Actor = { accountId, orgId: uscc, role: 'UNIT' };
const OTHER_UNIT: Actor = { accountId, orgId: '91120116MA05PXYU6D', role: 'UNIT' };
const BODY: Actor = { accountId: 'rec.li' as AccountId, orgId: bodyId, role: 'REC-D' };
const OTHER_BODY: Actor = { accountId, orgId: 'district-heping', role: 'REC-D' };
const SUP: Actor = { accountId, orgId: 'sup', role: 'SUP' };
const TPO: Actor = { accountId, orgId: 'tpo-2024', role: 'TPO' };

const newRoot = '7'.repeat(64);
const started = told('application.started');
const submitted = told('application.submitted');
const completeness = told('completeness.verified', {}, { actor: BODY });
const truthfulness = told('truthfulness.verified', {}, { actor: BODY });
const recommended = told('project.recommended');
const entrusted = told('third-party.entrusted', {
  scope: ['RunSimilarityCheck'],
  from: '2024-01-04',
  lastDay: '2024-12-31',
});
const verified = [entrusted, started, submitted, completeness, truthfulness];

const boardAfter = (...story: Told[]) => rowsOf(boards, logOf(story)).get(projectId);
const fileAfter = (...story: Told[]) => rowsOf(caseFiles, logOf(story)).get(projectId);
const query = (name: string, input: object, caller: Actor, story: Told[], now?: string, names = {}) =>
  ask(routes, name, input, caller, readerOf(all, { events: logOf(story), names, ...(now && { now }) }));

describe('stages of an application (domain 1.5)', () => {
  it.each<[string, Told[], string, string | undefined, string | undefined]>([
    ['started', [started], 'started', undefined, undefined],
    ['submitted', [started, submitted], 'submitted', bodyId, '2024/verification'],
    ['one check passed', [started, submitted, completeness], 'submitted', bodyId, '2024/verification'],
    ['both checks passed', verified, 'verified', bodyId, '2024/verification'],
    ['recommended', [...verified, recommended], 'recommended', 'msr', '2024/municipal-review'],
    ['declined', [...verified, told('project.not-recommended')], 'not-recommended', undefined, undefined],
    ['held', [...verified, recommended, told('project.held')], 'held', 'msr', '2024/municipal-review'],
    ['approved', [...verified, recommended, told('project.approved')], 'approved', 'msr', '2024/listing'],
    ['rejected', [...verified, recommended, told('project.rejected')], 'rejected', undefined, undefined],
    ['withdrawn', [started, submitted, told('application.withdrawn')], 'withdrawn', undefined, undefined],
  ])('given %s, then the stage and who must act follow', (_name, story, stage, owedBy, owes) => {
    const row = boardAfter(...story);
    expect(row).toMatchObject({ stage });
    expect([row?.owedBy, row?.owes]).toEqual([owedBy, owes]);
  });

  it('given both checks on the first materials, when new materials come, then the checks no longer hold (第十二条)', () => {
    const again = told('application.supplemented', { version: 2, materialsRoot: newRoot });
    expect(boardAfter(...verified, again)).toMatchObject({ stage: 'submitted', version: 2, passed: {} });
    expect(boardAfter(...verified, again, completeness, truthfulness)).toMatchObject({ stage: 'submitted' });
  });

  it('given both checks passed, when one fails later, then it is verified no more', () => {
    expect(boardAfter(...verified, told('truthfulness.failed'))).toMatchObject({ stage: 'submitted' });
    expect(boardAfter(...verified, told('completeness.failed'))).toMatchObject({ stage: 'submitted' });
  });

  it('given a supplement request, then the unit owes it by its day, until it answers', () => {
    const asked = told('supplement.requested', { dueOn: '2024-04-10' });
    expect(boardAfter(started, submitted, asked)).toMatchObject({ owedBy: uscc, dueOn: '2024-04-10' });
    const answered = boardAfter(started, submitted, asked, told('application.supplemented', { version: 2 }));
    expect(answered).toMatchObject({ owedBy: bodyId });
    expect(answered).not.toHaveProperty('dueOn');
  });

  it('given a held project, then the decision lets it proceed or stops it (D-33)', () => {
    const held = [...verified, recommended, told('project.held')];
    expect(boardAfter(...held, told('held-project.decided'))).toMatchObject({ stage: 'recommended' });
    expect(boardAfter(...held, told('held-project.decided', { decision: 'stop' }))).toMatchObject({ stage: 'stopped' });
  });
});

describe('stages after the listing', () => {
  const listed = [...verified, recommended, told('project.approved'), told('project.listed')];
  const underway = [...listed, told('implementation-plan.submitted')];

  it.each([
    ['a plan is submitted', underway, 'implementing'],
    ['it is completed', [...underway, told('project.completed')], 'completed'],
    ['it is terminated', [...underway, told('project.terminated')], 'terminated'],
  ])('given %s, then the board shows it and nobody must act', (_name, story, stage) => {
    const row = boardAfter(...story);
    expect(row?.stage).toBe(stage);
    expect(row).not.toHaveProperty('owedBy');
  });

  it('given a termination, then the case file keeps the reason and the timeline', () => {
    const file = fileAfter(...underway, told('project.terminated', { reason: '停产' }));
    expect(file?.termination).toMatchObject({ reason: '停产' });
    expect(file?.timeline.map(({ stage }) => stage).slice(-3)).toEqual(['listed', 'implementing', 'terminated']);
  });
});

describe('the case file', () => {
  it('given a return and a new version, then everything stays on file and the timeline shows each stage', () => {
    const again = told('application.submitted', { version: 2, materialsRoot: newRoot });
    const file = fileAfter(
      started,
      told('document.attached'),
      told('undertaking.signed'),
      submitted,
      told('application.returned'),
      again,
    );
    expect(file?.timeline.map(({ stage }) => stage)).toEqual(['started', 'submitted', 'returned', 'submitted']);
    expect(file?.submissions.map(({ version }) => version)).toEqual([1, 2]);
    expect(file).toMatchObject({ documents: [{ at: expect.any(String) }], returns: [{ reason: expect.any(String) }] });
    expect(file?.position).toBe('6');
  });

  it('given checks, then each says who found what on which materials', () => {
    expect(fileAfter(...verified)?.checks).toMatchObject([
      { check: 'completeness', outcome: 'passed', by: 'rec.li', materialsRoot: 'c'.repeat(64) },
      { check: 'truthfulness', outcome: 'passed', method: expect.any(String) },
    ]);
  });

  it('given assessments, when the materials change, then they no longer hold', () => {
    const assessed = [
      started,
      submitted,
      told('similarity.checked'),
      told('similarity.adjudicated'),
      told('expected-effect.assessed'),
    ];
    expect(fileAfter(...assessed)?.municipal).toMatchObject({
      adjudication: { verdict: 'different' },
      effect: { marked: true },
    });
    expect(fileAfter(...assessed, told('application.supplemented', { version: 2 }))?.municipal).toEqual({});
    expect(fileAfter(...assessed, told('similarity.checked'))?.municipal).not.toHaveProperty('adjudication');
  });

  it.each<[string, Actor, boolean]>([
    ['its unit', UNIT, true],
    ['another unit', OTHER_UNIT, false],
    ['its recommending body', BODY, true],
    ['another body', OTHER_BODY, false],
    ['the municipal authority', MSR, true],
    ['the supervisor', SUP, true],
    ['the third party', TPO, true],
    ['an expert', { ...SUP, role: 'EXPERT' }, false],
  ])('when %s asks, then it is there: %#', async (_who, caller, there) => {
    const file = await query('GetCaseFile', { projectId }, caller, verified);
    expect(file !== undefined).toBe(there);
  });

  it.each<[string, Told[], string, boolean]>([
    ['on its first day', [], '2024-01-04', true],
    ['on its last day', [], '2024-12-31', true],
    ['the day after', [], '2025-01-01', false],
    ['before it begins', [], '2024-01-03', false],
    ['terminated', [told('entrustment.terminated', { lastDay: '2024-05-31' })], '2024-06-01', false],
    [
      'with a scope that needs no reading',
      [told('entrustment.scope-changed', { scope: ['OpenApplications', 'CompileProjectPlan'], from: '2024-06-01' })],
      '2024-06-01',
      false,
    ],
  ])(
    '第五条（二） given an entrustment %s, then the third party reads what its scope needs, or nothing',
    async (_when, more, day, there) => {
      const file = await query('GetCaseFile', { projectId }, TPO, [...verified, ...more], `${day}T02:00:00.000Z`);
      expect(file !== undefined).toBe(there);
    },
  );

  it('given a municipal review, then only those who oversee see it', async () => {
    const story = [...verified, recommended, told('project.rejected')];
    expect(await query('GetCaseFile', { projectId }, MSR, story)).toMatchObject({
      municipal: { decision: { outcome: 'rejected' } },
    });
    for (const caller of [UNIT, BODY, TPO]) {
      expect(await query('GetCaseFile', { projectId }, caller, story)).not.toHaveProperty('municipal');
    }
  });

  it('given sealed names, then they are opened, erased ones are told so, and the third party sees none', async () => {
    const story = [...verified, told('undertaking.signed')];
    const names = { 'person-zhang': '张伟' };
    expect(await query('GetCaseFile', { projectId }, UNIT, story, undefined, names)).toMatchObject({
      content: { participants: [{ name: '张伟' }, { name: '（已删除）' }] },
      undertaking: { signatory: '张伟' },
    });
    const clerical = JSON.stringify(await query('GetCaseFile', { projectId }, TPO, story, undefined, names));
    expect(clerical).not.toContain('张伟');
    expect(clerical).not.toContain('sealed');
  });

  it('R-D5: given two stages, then the days in each are told, the last one up to now', async () => {
    const story = [
      told('application.started', {}, { at: '2024-03-01T00:00:00.000Z' }),
      told('application.submitted', {}, { at: '2024-03-03T12:00:00.000Z' }),
    ];
    expect(await query('GetCaseFile', { projectId }, MSR, story, '2024-03-04T12:00:00.000Z')).toMatchObject({
      timeline: [
        { stage: 'started', days: 2.5 },
        { stage: 'submitted', days: 1 },
      ],
    });
  });
});

describe('R-O1 R-O2 R-O3 boards', () => {
  const own = { items: [{ projectId }] };

  it('when the unit asks for its board, then it has it, and another unit finds nothing', async () => {
    expect(await query('ListUnitBoard', { uscc }, UNIT, verified)).toMatchObject(own);
    expect(await query('ListUnitBoard', { uscc }, MSR, verified)).toMatchObject(own);
    expect(await query('ListUnitBoard', { uscc }, OTHER_UNIT, verified)).toBeUndefined();
  });

  it('when the body asks for its inbox, then by stage, and another body finds nothing', async () => {
    const inbox = (input: object, caller = BODY) => query('ListBodyInbox', { bodyId, ...input }, caller, verified);
    expect(await inbox({})).toMatchObject(own);
    expect(await inbox({ stage: 'verified' })).toMatchObject(own);
    expect(await inbox({ stage: 'submitted' })).toEqual({ items: [] });
    expect(await inbox({}, OTHER_BODY)).toBeUndefined();
  });

  it('第六条 given the charge has passed on, then inbox, file and documents are with the body that took over', async () => {
    const { jurisdiction, toBodyId } = { ...samples['jurisdiction.transferred'], ...samples['jurisdiction.assigned'] };
    const after = { ...BODY, orgId: toBodyId };
    const charged = told('application.started', { jurisdiction });
    const before = [told('jurisdiction.assigned'), charged, told('document.attached'), submitted];
    const passedOn = [
      ...before,
      told('jurisdiction.transferred', { jurisdiction, fromBodyId: bodyId, from: '2024-03-01' }),
    ];
    const { sha256 } = samples['document.attached'];
    const opens = async (story: Told[]) =>
      (await openingOfFile(readerOf(all, { events: logOf(story) }), after, sha256, async () => false)) !== undefined;
    expect(await query('ListBodyInbox', { bodyId: toBodyId }, after, passedOn)).toMatchObject(own);
    expect(await query('ListBodyInbox', { bodyId }, BODY, passedOn)).toEqual({ items: [] });
    expect(await query('GetCaseFile', { projectId }, after, passedOn)).toMatchObject({ projectId });
    expect(await opens(passedOn)).toBe(true);
    expect(await query('ListBodyInbox', { bodyId: toBodyId }, after, before)).toEqual({ items: [] });
    expect(await query('GetCaseFile', { projectId }, after, before)).toBeUndefined();
    expect(await opens(before)).toBe(false);
  });

  it('given one file under several names, then each is told the name that his organisation or his project has', async () => {
    const { sha256 } = samples['document.attached'];
    const other = { projectId: '2024-otherone', name: '他人的名称' };
    const log = logOf([
      started,
      told('document.attached', { name: '本单位的名称' }, { actor: UNIT }),
      submitted,
      told('document.attached', other, {
        actor: OTHER_UNIT,
        about: { uscc: OTHER_UNIT.orgId, bodyId: OTHER_BODY.orgId },
      }),
    ]);
    const nameFor = async (caller: Actor) =>
      (await openingOfFile(readerOf(all, { events: log }), caller, sha256, async () => false))?.name;
    expect(await Promise.all([UNIT, BODY, OTHER_UNIT].map(nameFor))).toEqual([
      '本单位的名称',
      '本单位的名称',
      '他人的名称',
    ]);
  });

  it('given checks, then the ledger of the body lists them, the latest first', async () => {
    const story = [...verified, told('completeness.failed', { findings: '缺少附件' }, { actor: BODY })];
    expect(await query('ListVerifications', { bodyId }, BODY, story)).toMatchObject({
      items: [
        { check: 'completeness', outcome: 'failed', findings: '缺少附件', bodyId, uscc, by: 'rec.li' },
        { check: 'truthfulness', outcome: 'passed' },
        { check: 'completeness', outcome: 'passed' },
      ],
    });
    expect(await query('ListVerifications', { bodyId }, OTHER_BODY, story)).toBeUndefined();
  });

  it('given a recommendation, then the municipal board has it; a draft is among the unsubmitted', async () => {
    const year = '2024';
    expect(await query('ListMunicipalReview', { year }, MSR, [...verified, recommended])).toMatchObject(own);
    expect(await query('ListMunicipalReview', { year }, MSR, verified)).toEqual({ items: [] });
    expect(await query('ListUnsubmitted', { year }, MSR, [started])).toMatchObject(own);
    expect(await query('ListUnsubmitted', { year }, MSR, [started, submitted])).toEqual({ items: [] });
  });
});

describe('returned, declined and rejected applications', () => {
  it('given a return and a rejection, then each list names the reason and no list has an accepted one', async () => {
    const year = '2024';
    const returned = [started, submitted, told('application.returned', { reason: '缺证明材料' })];
    expect(await query('ListDeclined', { year }, MSR, returned)).toMatchObject({
      items: [{ projectId, refusals: [{ kind: 'returned', reason: '缺证明材料' }] }],
    });
    expect(await query('ListRejections', { year }, MSR, returned)).toEqual({ items: [] });
    const rejected = [...verified, recommended, told('project.rejected', { reason: '不符合条件' })];
    expect(await query('ListRejections', { year }, MSR, rejected)).toMatchObject({
      items: [{ refusals: [{ kind: 'rejected', reason: '不符合条件' }] }],
    });
    expect(await query('ListDeclined', { year }, MSR, rejected)).toEqual({ items: [] });
    const declined = rowsOf(refusals, logOf([...verified, told('project.not-recommended')])).get(projectId);
    expect(declined).toMatchObject({ refusals: [{ kind: 'not-recommended' }], declinedAt: expect.any(String) });
  });
});

describe('a row of those that were turned away', () => {
  it('given an application that names its field, then the row holds what is declared of it, and no more', () => {
    const ofField = told('application.started', { jurisdiction: { district: '120103' } });
    const row = rowsOf(refusals, logOf([ofField, submitted, told('application.returned')])).get(projectId);
    expect(refusalRowSchema.safeParse(row).error).toBeUndefined();
  });
});

describe('第八条 eligibility', () => {
  const registered = told('unit.registered');
  const sheet = async (...story: Told[]) =>
    (await query('GetEligibilitySheet', { projectId }, MSR, story)) as {
      conditions: Record<'unit' | 'effect' | 'sameness', { state: string }>;
      ban?: unknown;
    };
  const states = async (...story: Told[]) => {
    const { unit, effect, sameness } = (await sheet(...story)).conditions;
    return [unit.state, effect.state, sameness.state];
  };
  const low = { ...samples['similarity.checked'].hits[0], score: 0.2 } as never;

  it('given nothing assessed, then all three conditions are open', async () => {
    expect(await states(registered, started)).toEqual(['open', 'open', 'open']);
  });

  it('given all three settled, then all are met; a score below the threshold needs nobody', async () => {
    const settled = [told('unit.registration-verified'), told('expected-effect.assessed')];
    const check = told('similarity.checked', { hits: [low] });
    expect(await states(registered, started, submitted, ...settled, check)).toEqual(['met', 'met', 'met']);
  });

  it('given a unit outside Tianjin, no marked effect and sameness, then none is met', async () => {
    expect(
      await states(
        registered,
        started,
        submitted,
        told('unit.registration-verified', { inTianjin: false }),
        told('expected-effect.assessed', { marked: false }),
        told('similarity.checked'),
        told('similarity.adjudicated', { verdict: 'same' }),
      ),
    ).toEqual(['not-met', 'not-met', 'not-met']);
  });

  it('given a recognised professional organisation, then the condition on units is met', async () => {
    const organisation = told('unit.registered', { kind: '专业组织' });
    const recognised = told('unit.professional-organisation-recognised');
    expect(await states(organisation, started, recognised)).toEqual(['met', 'open', 'open']);
  });

  it('given a professional organisation that is not recognised, then the condition is open, as the decision has it', async () => {
    const organisation = told('unit.registered', { kind: '专业组织' });
    expect(await states(organisation, started, told('unit.registration-verified'))).toEqual(['open', 'open', 'open']);
    expect(await states(registered, started, told('unit.professional-organisation-recognised'))).toEqual([
      'open',
      'open',
      'open',
    ]);
  });

  it('given a decision of fraud, on the unit or on one it succeeds to, then the sheet shows the ban', async () => {
    const term = { from: '2024-03-01', lastDay: '2029-03-01' };
    const taken = told('fraud-decision.taken', { uscc, ban: term } as never);
    expect((await sheet(registered, started, taken)).ban).toMatchObject(term);
    const predecessor = '91120116300001011B';
    const before = told('fraud-decision.taken', { uscc: predecessor, ban: term } as never);
    const succession = told('unit.successor-recorded', { uscc, predecessor, effectiveOn: '2024-03-02' } as never);
    expect((await sheet(registered, started, before, succession)).ban).toMatchObject({ ...term, uscc: predecessor });
  });

  it('given a ban that holds today, then the sheet shows it; a lifted one is not shown', async () => {
    const ban = told('unit.application-ban-imposed', { from: '2024-03-01', lastDay: '2029-03-01' });
    expect((await sheet(registered, started, ban)).ban).toMatchObject({ lastDay: '2029-03-01' });
    const lifted = told('unit.application-ban-lifted', { from: '2024-05-01' });
    expect((await sheet(registered, started, ban, lifted)).ban).toBeUndefined();
  });

  it('given a score at the threshold, then the case is open until a person decides (D-11)', async () => {
    const status = (...story: Told[]) => rowsOf(similarityCases, logOf(story)).get(projectId)?.status;
    const check = told('similarity.checked');
    expect(status(started)).toBe('unchecked');
    expect(status(started, told('similarity.checked', { hits: [low] }))).toBe('clear');
    expect(status(started, check)).toBe('open');
    expect(status(started, check, told('similarity.adjudicated'))).toBe('different');
    expect(status(started, check, told('similarity.adjudicated'), check)).toBe('open');
    expect(await query('ListSimilarityCases', {}, MSR, [started, check])).toMatchObject({ items: [{ projectId }] });
  });
});

describe('R-O11 overdue acts on projects', () => {
  const plan = told('work-plan.published');
  const overdue = (caller: Actor, story: Told[], now: string, input = {}) =>
    query('ListOverdue', input, caller, story, now);

  it('when the last day of verification is over, then the body is late, under the plan version in force', async () => {
    const story = [plan, started, submitted];
    expect(await overdue(BODY, story, '2024-05-31T15:59:59.000Z')).toEqual({ items: [] });
    expect(await overdue(BODY, story, '2024-05-31T16:00:00.000Z')).toMatchObject({
      items: [{ projectId, dueOn: '2024-05-31', daysLate: 1, plan: { version: 1, item: 'verification' } }],
    });
  });

  it('given an amendment that gives more time, then the body is late no more', async () => {
    const more = { ...samples['work-plan.published'].plan };
    const amended = told('work-plan.amended', {
      plan: { ...more, deadlines: { ...more.deadlines, verification: '2024-06-07' } },
    });
    expect(await overdue(BODY, [plan, started, submitted, amended], '2024-06-01T02:00:00.000Z')).toEqual({ items: [] });
  });

  it('when a supplement is not given by its day, then the unit is late, and the body is not', async () => {
    const story = [plan, started, submitted, told('supplement.requested', { dueOn: '2024-04-10' })];
    const now = '2024-06-12T02:00:00.000Z';
    expect(await overdue(UNIT, story, now)).toMatchObject({ items: [{ dueOn: '2024-04-10', daysLate: 63 }] });
    expect(await overdue(BODY, story, now)).toEqual({ items: [] });
  });

  it('when the municipal review is late, then the authority owes it; only those who oversee may ask about others', async () => {
    const story = [plan, ...verified, recommended];
    const now = '2024-06-20T02:00:00.000Z';
    expect(await overdue(MSR, story, now)).toMatchObject({ items: [{ plan: { item: 'municipalReview' } }] });
    expect(await overdue(SUP, story, now, { owedBy: 'msr' })).toMatchObject({ items: [{ daysLate: 6 }] });
    expect(await overdue(BODY, story, now, { owedBy: 'msr' })).toBeUndefined();
  });
});
