import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../events/canonical.ts';
import type { Actor, Role } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { revocationNotices } from '../../projections/enforcement/notices.ts';
import type { Caller } from '../../projections/ports.ts';
import { deadlines, deadlinesOf } from '../../projections/programme/deadlines.ts';
import { certificates, commendations } from '../../projections/recognition/commendations.ts';
import { earlierResultRows } from '../../projections/recognition/earlier.ts';
import { routes } from '../../projections/recognition/http.ts';
import { incentiveMap } from '../../projections/recognition/incentives.ts';
import { objections, publicNotices } from '../../projections/recognition/notices.ts';
import { promotionCoverage, promotions } from '../../projections/recognition/promotions.ts';
import { proposedResults } from '../../projections/recognition/proposals.ts';
import { publishedLists, publishedResults, recognitions } from '../../projections/recognition/results.ts';
import { samples } from '../support/controls.ts';
import { ask, logOf, readerOf, type Told, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const all = [
  certificates,
  commendations,
  earlierResultRows,
  incentiveMap,
  objections,
  promotionCoverage,
  promotions,
  proposedResults,
  publicNotices,
  publishedLists,
  publishedResults,
  recognitions,
  revocationNotices,
];
const YEAR = 2024;
const as = (role: Role, orgId: string): Actor => ({ accountId: 'someone' as AccountId, orgId, role });
const SUPERVISOR = as('SUP', 'sup');
const names = { 'person-zhang': '张伟', 'person-lin': '林某' };
const query = (name: string, input: object, story: Told[], caller: Caller = MSR, known = names) =>
  ask(routes, name, input, caller, readerOf(all, { events: logOf(story), names: known }));
const items = async (...asked: Parameters<typeof query>) =>
  ((await query(...asked)) as { items: Record<string, unknown>[] }).items;

const { projectId, title, unitName, bodyId } = samples['excellent-result.recognised'];
const { resultId } = samples['commendation.issued'];
const entry = { projectId, resultId, title, unitName, bodyId };
const other = { ...entry, projectId: '2024-0bbb0000', resultId: 'result-2024-0bbb0000' };
const recognised = told('excellent-result.recognised', { resultId });
const otherRecognised = told('excellent-result.recognised', {
  projectId: other.projectId,
  resultId: other.resultId,
});
const published = told('excellent-results.published', { projects: [projectId] });
const revoked = told('fraud-decision.taken', {
  revoked: [{ resultId, projectId, title, year: YEAR }],
});
const overturned = told('revocation.overturned');
const revocation = { on: '2024-12-26', document: '津市监质罚〔2024〕1号' };

describe('R-P3 优秀成果 with later status', () => {
  const ofYear = { year: YEAR };

  it('shows what was published, and nothing that was only recognised', async () => {
    expect(await items('ListExcellentResults', ofYear, [recognised], undefined)).toEqual([]);
    expect(await items('ListExcellentResults', ofYear, [recognised, published], undefined)).toMatchObject([
      { ...entry, status: '有效', version: 1 },
    ]);
  });

  it('given a revocation, then the line stays, 已撤销 with the date; overturned, it is 有效 again', async () => {
    const story = [recognised, published, revoked];
    const lines = await items('ListExcellentResults', ofYear, story, undefined);
    expect(lines).toMatchObject([{ ...entry, status: '已撤销', revoked: revocation }]);
    expect(lines[0]).not.toHaveProperty('caseId');
    expect(await items('ListExcellentResults', ofYear, [...story, overturned], undefined)).toMatchObject([
      { ...entry, status: '有效' },
    ]);
  });

  it('a later version adds lines and keeps when the others were published; a body’s own are found', async () => {
    const next = told('excellent-results.published', { version: 2, projects: [other.projectId, projectId] });
    const story = [recognised, published, otherRecognised, next];
    const lines = await items('ListExcellentResults', ofYear, story, undefined);
    expect(lines).toMatchObject([
      { resultId: other.resultId, version: 2 },
      { resultId: entry.resultId, version: 1 },
    ]);
    expect(await items('ListExcellentResults', { ...ofYear, bodyId: 'nobody' }, story, undefined)).toEqual([]);
  });

  it('every version is there with position and hash, and how to recompute it', async () => {
    const next = told('excellent-results.published', { version: 2, projects: [other.projectId, projectId] });
    expect(await items('ListExcellentResultLists', ofYear, [published, next], undefined)).toMatchObject([
      { version: 2, count: 2, position: '120', verification: {} },
      { version: 1, count: 1 },
    ]);
  });

  it('the draft is what a publication would say: recognised, not revoked, with its hash', async () => {
    const list = [other, entry];
    expect(await query('GetExcellentResultDraft', ofYear, [recognised, otherRecognised])).toEqual({
      year: YEAR,
      list,
      listHash: hash('sha256', canonicalJson(list)),
      // Up to where it is read: it is published as of there.
      asOfPosition: expect.stringMatching(/^\d+$/),
      lag: expect.any(Number),
    });
    expect(await query('GetExcellentResultDraft', ofYear, [recognised, otherRecognised, revoked])).toMatchObject({
      list: [other],
    });
  });
});

describe('历年优秀成果 with later status', () => {
  const earlier = (id: string, year: number) => told('excellent-result.earlier-recorded', { resultId: id, year });
  const story = [earlier('old', 2020), earlier('new', 2023)];

  it('the latest first, or those of one year', async () => {
    expect(await items('ListEarlierResults', {}, story, undefined)).toMatchObject([{ year: 2023 }, { year: 2020 }]);
    expect(await items('ListEarlierResults', { year: '2020' }, story, undefined)).toMatchObject([
      { resultId: 'old', status: '有效' },
    ]);
  });

  it('those published here are found with the years before, each once, through pages of any size', async () => {
    const all = [
      ...story,
      recognised,
      otherRecognised,
      told('excellent-results.published', { projects: [projectId, other.projectId] }),
    ];
    const ofThisYear = await items('ListEarlierResults', { year: String(YEAR) }, all, undefined);
    expect(ofThisYear.map(line => line.resultId)).toEqual([resultId, other.resultId]);
    expect(await items('ListEarlierResults', { year: String(YEAR) }, [...story, recognised], undefined)).toEqual([]);
    for (const limit of ['1', '2', '3', '4', '50']) {
      const found: unknown[] = [];
      for (let cursor: string | undefined; ; ) {
        const asked = { limit, ...(cursor !== undefined && { cursor }) };
        const page = (await query('ListEarlierResults', asked, all, undefined)) as { items: object[]; next?: string };
        found.push(...page.items.map(line => (line as { resultId: string }).resultId));
        if (page.next === undefined) break;
        cursor = page.next;
      }
      expect([limit, ...found]).toEqual([limit, resultId, other.resultId, 'new', 'old']);
    }
  });

  it('a revoked one stays on record and says so', async () => {
    const fraud = told('fraud-decision.taken', { revoked: [{ resultId: 'old', title: '旧成果', year: 2020 }] });
    const [line] = await items('ListEarlierResults', { year: '2020' }, [...story, fraud], undefined);
    expect(line).toMatchObject({ resultId: 'old', status: '已撤销', revoked: revocation });
  });
});

describe('建议名单与认定差异', () => {
  const list = [entry.projectId, '2024-0aaa1bbb', '2024-0ccc0000'].map((id, at) => ({
    projectId: id,
    rank: at + 1,
    score: '80.0000',
  }));
  const proposed = told('excellent-list.proposed', { list });
  const reviewed = told('excellent-list.reviewed', {
    kept: [entry.projectId, '2024-0ccc0000'],
    removed: [{ projectId: '2024-0aaa1bbb', reason: '成效不突出' }],
  });
  const outcomes = async (story: Told[]) =>
    Object.fromEntries(
      (await items('ListProposedResults', { year: YEAR }, story)).map(row => [row.projectId, row.outcome]),
    );

  it('each proposed result is followed to its end, with the reason where there is one', async () => {
    const upheld = told('objection.upheld', { projectId: '2024-0ccc0000' });
    const story = [proposed, reviewed, upheld, recognised];
    expect(await items('ListProposedResults', { year: YEAR }, story)).toMatchObject([
      { projectId: '2024-0aaa1bbb', outcome: 'removed', reason: '成效不突出', rank: 2 },
      { projectId: '2024-0ccc0000', outcome: 'objected', reason: '测算依据确不成立' },
      { projectId: entry.projectId, outcome: 'recognised' },
    ]);
    expect((await outcomes([...story, published]))[entry.projectId]).toBe('published');
  });

  it('a list that was returned shows it; what is recognised stays so when a list is proposed again', async () => {
    const returned = told('excellent-list.returned', { projects: list.map(({ projectId: id }) => id) });
    expect(new Set(Object.values(await outcomes([proposed, returned])))).toEqual(new Set(['returned']));
    expect((await outcomes([proposed, reviewed, recognised, proposed]))[entry.projectId]).toBe('recognised');
  });

  it('can be asked for by outcome', async () => {
    const removed = { year: YEAR, outcome: 'removed' };
    expect(await items('ListProposedResults', removed, [proposed, reviewed])).toMatchObject([
      { projectId: '2024-0aaa1bbb' },
    ]);
  });
});

describe('公示和异议', () => {
  const story = [told('public-notice.opened'), told('objection.raised'), told('objection.dismissed')];

  it('the notice is public until and after it is closed', async () => {
    const closed = [...story, told('public-notice.closed')];
    expect(await items('ListPublicNotices', { year: YEAR }, closed, undefined)).toMatchObject([
      { notice: 1, lastDay: '2024-12-13', closedAt: '2024-03-04T02:00:00.000Z' },
    ]);
  });

  it('who objected is shown to the authority that decides, and not to the supervisor', async () => {
    expect(await items('ListObjections', { year: YEAR }, story)).toMatchObject([
      { outcome: 'dismissed', objector: { name: '林某' } },
    ]);
    const [seen] = await items('ListObjections', { year: YEAR }, story, SUPERVISOR);
    expect(seen).toMatchObject({ outcome: 'dismissed', reason: '经核对，测算依据充分' });
    expect(seen).not.toHaveProperty('objector');
  });
});

describe('通报表扬和证书', () => {
  const story = [recognised, told('commendation.issued'), told('certificate.issued')];

  it('D-42 name and unit are shown, and nothing more of the person; an erased name is gone', async () => {
    const [line] = await items('ListCommendations', { year: YEAR, recipientType: '参与人员' }, story, undefined);
    expect(line).toMatchObject({ recipientType: '参与人员', orgName: unitName, person: '张伟', status: '有效' });
    expect(line).not.toHaveProperty('orgId');
    const [erased] = await items('ListCommendations', { year: YEAR }, story, undefined, {} as never);
    expect(erased).toMatchObject({ person: '（已删除）' });
    expect(await items('ListCommendations', { year: YEAR, recipientType: '单位' }, story, undefined)).toEqual([]);
  });

  it('a certificate is found from what it was issued for, once it was', async () => {
    const ofYear = { year: YEAR };
    const [before] = await items('ListCommendations', ofYear, story.slice(0, -1), undefined);
    expect(before).not.toHaveProperty('certificateNo');
    expect(await items('ListCommendations', ofYear, story, undefined)).toMatchObject([{ certificateNo: '2024-00001' }]);
  });

  it('a certificate is checked by its number, with the standing of its result as of now', async () => {
    const check = { certificateNo: '2024-00001' };
    expect(await query('VerifyCertificate', check, story, undefined)).toMatchObject({
      ...check,
      person: '张伟',
      status: '有效',
    });
    expect(await query('VerifyCertificate', check, [...story, revoked], undefined)).toMatchObject({
      status: '已撤销',
      revoked: revocation,
    });
    expect(await query('VerifyCertificate', { certificateNo: '2024-00002' }, story, undefined)).toBeUndefined();
  });
});

describe('R-O9 宣传推广日历', () => {
  const meeting = told('exchange-meeting.convened');
  const story = [
    meeting,
    told('promotion-activity.recorded'),
    told('local-promotion.recorded', { heldOn: '2024-12-17' }),
    told('result.presented'),
  ];

  it('shows activities and meetings in the order of their days, without the papers of consent', async () => {
    const lines = await items('ListPromotions', { year: YEAR }, story, undefined);
    expect(lines.map(({ kind, heldOn }) => `${heldOn} ${kind}`)).toEqual([
      '2024-12-17 现场推广',
      '2024-12-18 现场推广',
      '2024-12-19 交流会',
    ]);
    expect(lines[2]).toMatchObject({ results: [{ resultId: entry.resultId }] });
    expect(JSON.stringify(lines)).not.toContain('同意书');
    const ofBody = { year: YEAR, bodyId: entry.bodyId };
    expect(await items('ListPromotions', ofBody, story, undefined)).toMatchObject([{ audience: '区内装备制造企业' }]);
  });

  it('a meeting that was called off says so', async () => {
    const cancelled = [meeting, told('exchange-meeting.cancelled')];
    expect(await items('ListPromotions', { year: YEAR }, cancelled, undefined)).toMatchObject([
      { kind: '交流会', cancelled: { reason: '场地原因' } },
    ]);
  });

  it('第二十四条 a body without activity stands out; a body sees its own line only', async () => {
    const bodies = [
      told('recommending-body.registered'),
      told('recommending-body.registered', { bodyId: 'association-quality', kind: 'association', name: '市质量协会' }),
      recognised,
      told('local-promotion.recorded'),
    ];
    expect(await items('ListPromotionCoverage', { year: YEAR }, bodies)).toMatchObject([
      { bodyId: 'association-quality', recognised: 0, activities: 0, promoted: 0, withoutActivity: true },
      { bodyId: entry.bodyId, recognised: 1, activities: 1, promoted: 1, withoutActivity: false },
    ]);
    const own = as('REC-D', entry.bodyId);
    expect(await items('ListPromotionCoverage', { year: YEAR }, bodies, own)).toMatchObject([{ bodyId: entry.bodyId }]);
    expect(await items('ListPromotionCoverage', { year: 2025 }, bodies, own)).toMatchObject([
      { withoutActivity: true },
    ]);
  });
});

describe('第二十二条 激励制度分布', () => {
  it('shows each policy in its latest version and how often it was applied, not to whom', async () => {
    const later = told('incentive.granted', { grantId: 'grant-2', grantedOn: '2024-12-10' });
    const story = [
      told('incentive-policy.recorded'),
      told('incentive.granted'),
      later,
      told('incentive-policy.revised'),
    ];
    const lines = await items('ListIncentives', {}, story, undefined);
    expect(lines).toMatchObject([{ version: 2, grants: 2, lastGrantedOn: '2024-12-18' }]);
    expect(JSON.stringify(lines)).not.toContain('person');
    expect(await items('ListIncentives', { bodyId: 'nobody' }, story, undefined)).toEqual([]);
  });
});

describe('DL-13, DL-14 in the calendar', () => {
  const { plan } = samples['work-plan.published'];
  const planned = told('work-plan.published', {
    plan: {
      ...plan,
      deadlines: { ...plan.deadlines, resultsPublication: '2024-12-20', exchangeMeeting: '2024-12-27' },
    },
  });
  const stateOn = async (item: string, story: Told[], now: string) => {
    const reader = readerOf([deadlines], { events: logOf([planned, ...story]), now });
    return (await deadlinesOf(reader, YEAR)).find(row => row.item === item)?.state;
  };

  it.each([
    ['resultsPublication', [], 'overdue'],
    ['resultsPublication', [{ ...published, at: '2024-12-20T02:00:00.000Z' }], 'met'],
    ['resultsPublication', [{ ...published, at: '2024-12-21T02:00:00.000Z' }], 'met-late'],
    ['exchangeMeeting', [], 'overdue'],
    ['exchangeMeeting', [told('exchange-meeting.convened')], 'met'],
    ['exchangeMeeting', [told('exchange-meeting.convened'), told('exchange-meeting.cancelled')], 'overdue'],
    [
      'exchangeMeeting',
      [told('exchange-meeting.convened'), told('exchange-meeting.cancelled', { heldOn: '2024-12-01' })],
      'met',
    ],
  ])('%s after its day, given %j, is %s', async (item, story, state) => {
    expect(await stateOn(item, story, '2024-12-28T02:00:00.000Z')).toBe(state);
  });
});
