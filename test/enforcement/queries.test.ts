import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import { seesByRole } from '../../infra/http/feed-sources.ts';
import { bans } from '../../projections/bans.ts';
import { materialAccesses } from '../../projections/enforcement/accesses.ts';
import { caseEvidence, caseEvidenceFor } from '../../projections/enforcement/case-evidence.ts';
import { fraudCases } from '../../projections/enforcement/cases.ts';
import { routes } from '../../projections/enforcement/http.ts';
import { resultUses } from '../../projections/enforcement/impact.ts';
import { misconductCases } from '../../projections/enforcement/misconduct.ts';
import { revocationNotices } from '../../projections/enforcement/notices.ts';
import { people } from '../../projections/enforcement/people.ts';
import { projections } from '../../projections/index.ts';
import { personRows } from '../../projections/persons.ts';
import { routes as registry } from '../../projections/registry/http.ts';
import { units } from '../../projections/registry/units.ts';
import { ask, logOf, readerOf, rowsOf, type Told, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';
import { APPLICANT, actor, CASE, RESULT, USCC } from './sample.ts';

const all = [
  fraudCases,
  revocationNotices,
  resultUses,
  materialAccesses,
  misconductCases,
  caseEvidence,
  people,
  bans,
  personRows,
  units,
];
const SUP = actor('sup.li', 'sup', 'SUP');
const now = '2024-12-27T02:00:00.000Z';
const query = (name: string, input: object, story: Told[], caller: Actor | undefined = SUP) =>
  ask([...routes, ...registry], name, input, caller, readerOf(all, { events: logOf(story), now }));

const investigated = [
  told('fraud-suspicion.reported'),
  told('fraud-case.opened'),
  told('fraud-evidence.recorded'),
  told('unit.notified'),
  told('unit-statement.recorded'),
  told('fraud.established'),
];
const decided = [...investigated, told('fraud-decision.taken')];
const overturned = [...decided, told('revocation.overturned')];

/** The actor of the first event. */
function reportedBy(story: Told[]): Actor {
  const [first] = logOf(story);
  if (!first) throw new Error('nothing was reported');
  return first.meta.actor;
}

describe('第二十五条 cases of fraud', () => {
  it.each([
    ['reported', investigated.slice(0, 1)],
    ['open', investigated.slice(0, 5)],
    ['established', investigated],
    ['decided', decided],
    ['overturned', overturned],
    ['dismissed', [...investigated.slice(0, 2), told('fraud-case.dismissed')]],
    ['stopped', [...investigated, told('fraudulent-projects.stopped')]],
    ['decided', [...decided, told('fraudulent-projects.stopped')]],
  ])('stands at %s', async (stage, story) => {
    expect(await query('GetFraudCase', { caseId: CASE }, story, MSR)).toMatchObject({ stage });
    expect(await query('ListFraudCases', { stage }, story, MSR)).toMatchObject({ items: [{ caseId: CASE }] });
    expect(await query('ListFraudCases', { uscc: USCC }, story, MSR)).toMatchObject({ items: [{ caseId: CASE }] });
  });

  it('given it was only reported, then it bears the name that the register has for its unit', async () => {
    const story = [told('unit.registered', { uscc: USCC, name: '天津某厂' }), told('fraud-suspicion.reported')];
    const bears = { unitName: '天津某厂' };
    expect(await query('GetFraudCase', { caseId: CASE }, story, MSR)).toMatchObject(bears);
    expect(await query('ListFraudCases', {}, story, MSR)).toMatchObject({ items: [bears] });
    expect(await query('GetFraudCase', { caseId: CASE }, investigated.slice(0, 1), MSR)).not.toHaveProperty('unitName');
  });

  it.each([
    ['received', investigated.slice(0, 1)],
    ['examined', investigated.slice(0, 2)],
    ['examined', investigated],
    ['concluded', decided],
    ['concluded', [...investigated.slice(0, 2), told('fraud-case.dismissed')]],
  ])('whoever reported a clue finds it %s, and nothing of what was found', async (standing, story) => {
    const { orgId, role } = reportedBy(story);
    const reporter = actor('a.colleague', orgId, role);
    const { items } = (await query('ListOwnFraudReports', {}, story, reporter)) as { items: object[] };
    expect(items).toMatchObject([{ caseId: CASE, uscc: USCC, standing }]);
    for (const hidden of ['report', 'evidence', 'finding', 'decision', 'stage'])
      expect(items[0]).not.toHaveProperty(hidden);
    const stranger = actor('x.y', '91120116300001011B', 'UNIT');
    for (const other of [APPLICANT, stranger])
      expect(await query('ListOwnFraudReports', {}, story, other)).toEqual({ items: [] });
  });

  it('its unit reads what it was told and what was decided, not who reported it and what is held', async () => {
    const own = (story: Told[], caller = APPLICANT) => query('GetFraudCase', { caseId: CASE }, story, caller);
    expect(await own(investigated.slice(0, 3))).toBeUndefined();
    const seen = await own(decided);
    expect(seen).toMatchObject({ notice: {}, decision: {} });
    for (const hidden of ['report', 'evidence', 'finding', 'opened']) expect(seen).not.toHaveProperty(hidden);
    expect(await own(decided, actor('x.y', '91120116300001011B', 'UNIT'))).toBeUndefined();
  });

  it('R-P4 everybody reads revocations, and what became of them', async () => {
    expect(await query('ListRevocationNotices', {}, decided, undefined)).toMatchObject({
      items: [{ unitName: '天津海河智能装备有限公司', status: 'in-force', revoked: [{ resultId: RESULT }] }],
    });
    expect(await query('ListRevocationNotices', {}, overturned, undefined)).toMatchObject({
      items: [{ status: 'overturned', overturned: { from: '2025-03-01' } }],
    });
  });

  it('impact: what was built on the results, and whether it is withdrawn', async () => {
    const impact = (...more: Told[]) => query('GetRevocationImpact', { caseId: CASE }, [...decided, ...more], MSR);
    expect(await impact(told('exemplar.designated'))).toEqual({
      items: [{ resultId: RESULT, uses: [{ kind: '典型', what: '装备制造', at: expect.any(String) }] }],
    });
    expect(await impact(told('exemplar.designated'), told('exemplar.withdrawn'))).toMatchObject({
      items: [{ uses: [{ withdrawnAt: expect.any(String) }] }],
    });
    const shown = { results: [{ resultId: RESULT, title: '成果', unitName: '单位' }] } as never;
    const commended = { resultId: RESULT } as never;
    expect(
      await impact(
        told('promotion-activity.recorded', shown),
        told('result.presented', commended),
        told('commendation.issued', commended),
        told('certificate.issued', commended),
      ),
    ).toMatchObject({
      items: [{ uses: [{ kind: '宣传推广' }, { kind: '交流' }, { kind: '表扬' }, { kind: '证书' }] }],
    });
    expect(await query('GetRevocationImpact', { caseId: 'no-such' }, decided, MSR)).toBeUndefined();
  });
});

describe('第二十五条 R-O10 was the unit banned on D?', () => {
  const on = (date: string, story: Told[], uscc: string = USCC) => query('GetBan', { uscc, on: date }, story);

  it.each([
    ['2024-12-25', false],
    ['2024-12-26', true],
    ['2029-12-26', true],
    ['2029-12-27', false],
  ])('by a decision, on %s: %s', async (date, banned) => {
    expect(await on(date, decided)).toMatchObject({ banned });
  });

  it('by a decision that was overturned, until that day', async () => {
    expect(await on('2025-02-28', overturned)).toMatchObject({ banned: true, daysLeft: 1 });
    expect(await on('2025-03-01', overturned)).toMatchObject({ banned: false, bans: [{ caseId: CASE }] });
  });

  it('D-32 by the decision on a unit it succeeds to, from the succession on; the register names the successor', async () => {
    const successor = '91120116300001011B';
    const change = { uscc: successor, predecessor: USCC, effectiveOn: '2025-06-01' };
    const story = [...decided, told('unit.successor-recorded', change as never)];
    expect(await on('2025-05-31', story, successor)).toMatchObject({ banned: false });
    expect(await on('2025-06-01', story, successor)).toMatchObject({ banned: true, bans: [{ uscc: USCC }] });
    expect(await query('ListBans', { on: '2025-06-01' }, story, undefined)).toMatchObject({
      items: [{ uscc: USCC, successors: [successor] }],
    });
    const last = '91120116MA05000011';
    const further = told('unit.successor-recorded', {
      uscc: last,
      predecessor: successor,
      effectiveOn: '2025-07-01',
    } as never);
    expect(await query('ListBans', { on: '2025-07-01' }, [...story, further], undefined)).toMatchObject({
      items: [{ uscc: USCC, successors: [successor, last] }],
    });
  });
});

describe('第二十六条 undertakings and access', () => {
  const account = (accountId: string, role: string, orgId: string) =>
    told('account.registered', {
      accountId,
      name: { subject: `account-${accountId}`, sealed: 'A'.repeat(40) },
      grant: { role, orgId, orgName: '某单位', from: '2024-01-01' },
    } as never);

  it('who may act and has not signed is listed, officers of bodies too; units need not', async () => {
    const story = [
      account('msr.zhao', 'MSR', 'msr'),
      account('expert.liu', 'EXPERT', 'expert-liu'),
      account('binhai.wu', 'REC-D', 'district-binhai'),
      account('unit.li', 'UNIT', USCC),
      told('confidentiality-undertaking.signed'),
    ];
    expect(await query('ListMissingUndertakings', {}, story, MSR)).toMatchObject({
      items: [{ accountId: 'binhai.wu' }, { accountId: 'expert.liu' }],
    });
    const gone = [...story, told('account.disabled', { accountId: 'expert.liu' } as never)];
    expect(await query('ListMissingUndertakings', {}, gone, MSR)).toMatchObject({
      items: [{ accountId: 'binhai.wu' }],
    });
  });

  it('R-S5 accesses are found by person, by unit and by both, the latest first', async () => {
    const other = '91120116300001011B';
    const story = [
      told('material.accessed'),
      told('material.accessed', {
        accountId: 'msr.chen',
        kind: 'file',
        objects: [{ objectId: 'f'.repeat(64), units: [USCC, other] }],
      } as never),
      told('material.accessed', { accountId: 'msr.chen', objects: [{ objectId: 'e'.repeat(64), units: [] }] } as never),
    ];
    const found = async (input: object) =>
      ((await query('ListMaterialAccesses', input, story)) as { items: object[] }).items.length;
    expect(await found({})).toBe(4);
    expect(await found({ person: 'msr.zhao' })).toBe(1);
    expect(await found({ unit: USCC })).toBe(2);
    expect(await found({ person: 'msr.chen', unit: USCC })).toBe(1);
  });
});

const misconductOf = (accountId: string) =>
  (['misconduct.reported', 'misconduct-case.opened', 'evaluation-duty.suspended', 'misconduct.referred'] as const).map(
    name => told(name, { accountId } as never, { about: { accountId }, circumstances: { reason: '事后补录' } }),
  );

describe('第二十六条 a case about staff', () => {
  const misconductId = 'misconduct-2024-01';
  const story = misconductOf('msr.zhao');

  it('R-S6 the supervising body reads it with all that was done in it', async () => {
    expect(await query('GetMisconductCase', { misconductId }, story)).toMatchObject({
      stage: 'open',
      suspended: { from: '2024-12-23' },
      referrals: [{ authority: '驻局纪检监察组' }],
      acts: [{ title: '反映工作人员问题' }, {}, {}, {}],
    });
    const closed = [
      ...story,
      ...(
        [
          'misconduct-disposition.recorded',
          'tainted-evaluation.reopened',
          'taint.found-without-effect',
          'misconduct-case.closed',
        ] as const
      ).map(name => told(name)),
    ];
    expect(await query('GetMisconductCase', { misconductId }, closed)).toMatchObject({
      stage: 'closed',
      dispositions: [{}],
      taints: [{}, { projectIds: [] }],
    });
  });

  it('to one of its people who is concerned there is no such case', async () => {
    const subject = actor('msr.zhao', 'sup', 'SUP');
    const asked = (events: Told[]) =>
      Promise.all([
        query('ListMisconductCases', {}, events, subject),
        query('GetMisconductCase', { misconductId }, events, subject),
      ]);
    expect(JSON.stringify(await asked(story))).toBe(JSON.stringify(await asked([])));
  });

  it('nor is there for another account of the person concerned, be it known by an identity or by an expert id', async () => {
    const subject = actor('second.zhao', 'sup', 'SUP');
    const stated = ['msr.zhao', 'second.zhao'].map(accountId =>
      told('account.identity-stated', { accountId } as never),
    );
    const grant = { role: 'EXPERT', orgId: 'expert-zhao', orgName: '专家库', from: '2024-01-01' };
    const asExpert = ['msr.zhao', 'second.zhao'].map(accountId =>
      told('account.role-granted', { accountId, grant } as never),
    );
    const asked = (events: Told[]) =>
      Promise.all([
        query('ListMisconductCases', {}, events, subject),
        query('GetMisconductCase', { misconductId }, events, subject),
      ]);
    expect(await asked(story)).not.toEqual(await asked([]));
    for (const links of [stated, asExpert]) expect(await asked([...links, ...story])).toEqual(await asked(links));
    const [event] = logOf(story);
    const own = new Set(['second.zhao', 'msr.zhao']);
    expect(event && seesByRole(subject, event, own)).toBe(false);
    expect(event && seesByRole(SUP, event, new Set([SUP.accountId]))).toBe(true);
  });

  it('nor are its files for any account of the person concerned', async () => {
    const evidence = [{ sha256: 'e'.repeat(64), name: '举报材料.pdf', classification: 'internal' }];
    const reported = told('misconduct.reported', { accountId: 'msr.zhao', evidence } as never);
    const stated = ['msr.zhao', 'second.zhao'].map(accountId =>
      told('account.identity-stated', { accountId } as never),
    );
    const reader = readerOf(all, { events: logOf([...stated, reported]), now });
    const opens = (accountId: string) =>
      caseEvidenceFor(reader, actor(accountId, 'sup', 'SUP'), 'e'.repeat(64), async () => true);
    const found = await Promise.all(['sup.li', 'msr.zhao', 'second.zhao'].map(opens));
    expect(found).toEqual([{ name: '举报材料.pdf' }, undefined, undefined]);
  });

  it('the feed shows it to the supervising body, except to the person concerned, and to nobody else', () => {
    const [event] = logOf(story);
    const sees = (caller: Actor | undefined) => event && seesByRole(caller, event);
    expect(sees(SUP)).toBe(true);
    expect([actor('msr.zhao', 'sup', 'SUP'), MSR, APPLICANT, undefined].map(sees)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('every read model but its own is the same, byte for byte, whether or not it happened', () => {
    const before = [told('account.registered'), told('unit.registered'), told('programme.opened')];
    const [happened, not] = [logOf([...before, ...story]), logOf(before)];
    const meta = { backdated: true as const, deviations: [] };
    const events = happened.map(event => ({
      ...event,
      meta: { ...event.meta, ...(event.type.includes('misconduct') && meta) },
    }));
    const own = [misconductCases.name, caseEvidence.name];
    for (const projection of projections.filter(({ name }) => !own.includes(name))) {
      const rows = (log: typeof events | typeof not) => JSON.stringify([...rowsOf(projection, log)]);
      expect(rows(events), projection.name).toBe(rows(not));
    }
    expect(rowsOf(misconductCases, events).size).toBe(1);
  });
});
