import { describe, expect, it } from 'vitest';
import type { Actor, Role } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { REGULATION } from '../../events/statute.ts';
import { bans } from '../../projections/bans.ts';
import { personRows } from '../../projections/persons.ts';
import { accounts } from '../../projections/registry/accounts.ts';
import { bodyRegister } from '../../projections/registry/bodies.ts';
import { coordinationLedger, exemplars } from '../../projections/registry/coordination.ts';
import { entrustmentActs, entrustments } from '../../projections/registry/entrustments.ts';
import { experts } from '../../projections/registry/experts.ts';
import { routes } from '../../projections/registry/http.ts';
import { regulations } from '../../projections/registry/regulation.ts';
import { rules } from '../../projections/registry/rules.ts';
import { unitContacts, units } from '../../projections/registry/units.ts';
import { samples } from '../support/controls.ts';
import { ABOUT, ask, logOf, readerOf, rowsOf, type Told, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const all = [
  accounts,
  personRows,
  bans,
  bodyRegister,
  coordinationLedger,
  exemplars,
  entrustmentActs,
  entrustments,
  experts,
  regulations,
  rules,
  unitContacts,
  units,
];
const { uscc, bodyId } = ABOUT;
const as = (role: Role, orgId: string): Actor => ({ accountId: 'someone' as AccountId, orgId, role });
const query = (name: string, input: object, story: Told[], now?: string, caller: Actor | undefined = MSR, names = {}) =>
  ask(routes, name, input, caller, readerOf(all, { events: logOf(story), names, ...(now && { now }) }));

describe('第二十七条 the regulation', () => {
  const story = [told('regulation.registered'), told('regulation.in-force')];

  it.each([
    ['2024-06-01T02:00:00.000Z', 1672, undefined],
    ['2028-07-02T02:00:00.000Z', 180, 180],
    ['2028-12-27T16:00:00.000Z', 1, 30],
    ['2029-01-01T02:00:00.000Z', 0, 30],
  ])('when it is %s, then %i days are left', async (now, daysLeft, warning) => {
    const { items } = (await query('ListRegulations', {}, story, now)) as { items: { warning?: number }[] };
    expect(items[0]).toMatchObject({ doc: REGULATION, title: '天津市质量攻关管理办法', daysLeft });
    expect(items[0]?.warning).toBe(warning);
  });

  it('given a successor, then the old one ends the day before and the new one is in force', () => {
    const rows = rowsOf(regulations, logOf([...story, told('regulation.superseded')]));
    expect(rows.get(REGULATION)).toMatchObject({ ended: { how: 'superseded', from: '2028-06-01' } });
    expect(rows.get('津政办规〔2028〕1号')).toMatchObject({ inForce: { lastDay: '2033-05-31' } });
  });

  it('then the index has 27 articles, tells the two 第十七条 apart, and notes the missing 第十一条', async () => {
    const index = (await query('GetArticles', {}, story)) as { articles: { label: string }[]; anomalies: object[] };
    expect(index).toMatchObject({ registered: true });
    expect(new Set(index.articles.map(({ label }) => label)).size).toBe(27);
    expect(index.anomalies).toContainEqual(expect.objectContaining({ label: '第十一条', kind: 'missing' }));
  });
});

describe('第五条（一） rules', () => {
  it('given issue, revision and repeal, then all versions stay', () => {
    const story = [told('programme-rule.issued'), told('programme-rule.revised'), told('programme-rule.repealed')];
    const row = rowsOf(rules, logOf(story)).get('work-rules');
    expect(row).toMatchObject({ versions: [{ version: 1 }, { version: 2 }], repealedFrom: '2026-01-01' });
  });
});

describe('第五条（二） entrustments', () => {
  const story = [told('third-party.capability-verified'), told('third-party.entrusted')];
  const clerk: Actor = { ...as('TPO', 'tpo-2024'), actedAs: 'MSR', entrustmentId: 'tpo-2024' };
  const acted = told('application-window.opened', {}, { actor: clerk });

  it('given acts of the third party, then they are counted by kind', async () => {
    const page = await query('ListEntrustments', {}, [...story, acted, acted, told('programme.closed')]);
    expect(page).toMatchObject({
      items: [{ state: 'in-term', acts: { total: 2, byType: { 'application-window.opened': 2 } } }],
    });
  });

  it.each([
    ['2024-02-29T02:00:00.000Z', 'not-yet'],
    ['2024-03-01T02:00:00.000Z', 'in-term'],
    ['2024-10-31T02:00:00.000Z', 'in-term'],
    ['2024-11-01T02:00:00.000Z', 'ended'],
  ])('given a termination by 31 October, when it is %s, then %s', async (now, state) => {
    const ended = [...story, told('entrustment.scope-changed'), told('entrustment.terminated')];
    expect(await query('GetEntrustment', { entrustmentId: 'tpo-2024' }, ended, now)).toMatchObject({
      state,
      scopes: [{ from: '2024-03-01' }, { from: '2024-07-01' }],
    });
  });

  it('when another third party asks, then there is nothing', async () => {
    const of = (orgId: string, now?: string) =>
      query('GetEntrustment', { entrustmentId: 'tpo-2024' }, story, now, as('TPO', orgId));
    expect(await of('tpo-2024')).toBeDefined();
    expect(await of('tpo-2025')).toBeUndefined();
    expect(await of('tpo-2024', '2025-01-01T02:00:00.000Z')).toBeUndefined();
  });
});

describe('第六条 recommending bodies', () => {
  const industry = { industry: '装备制造' };
  const story = [
    told('recommending-body.registered'),
    told('recommending-body.registered', {
      bodyId: 'association-quality',
      kind: 'association',
      name: '天津市质量协会',
    }),
    told('jurisdiction.assigned', { jurisdiction: industry }),
    told('jurisdiction.assigned'),
    told('jurisdiction.transferred'),
  ];
  const inCharge = async (id: string, on: string) =>
    ((await query('GetBody', { bodyId: id, on }, story)) as { inChargeOf: object[] }).inChargeOf;

  it('given a transfer on 1 June, then each is in charge on its days, and the history stays', async () => {
    expect(await inCharge(bodyId, '2024-05-31')).toEqual([industry, { district: '120116' }]);
    expect(await inCharge(bodyId, '2024-06-01')).toEqual([{ district: '120116' }]);
    expect(await inCharge('association-quality', '2024-05-31')).toEqual([]);
    expect(await inCharge('association-quality', '2024-06-01')).toEqual([industry]);
    expect(rowsOf(bodyRegister, logOf(story)).get(bodyId)?.jurisdictions[0]).toEqual({
      jurisdiction: industry,
      from: '2024-01-01',
      lastDay: '2024-05-31',
      givenTo: 'association-quality',
    });
    expect(await query('ListBodies', {}, story)).toMatchObject({ items: [{}, { bodyId }] });
  });
});

describe('第八条（一） units', () => {
  const story = [told('unit.registered'), told('unit.registration-verified')];
  const names = { 'person-zhang': '张伟' };
  const unitFor = (caller: Actor) => query('GetUnit', { uscc }, story, undefined, caller, names);

  it('when the authority or the unit asks, then the contact is opened, and for nobody else', async () => {
    expect(await unitFor(MSR)).toMatchObject({ contact: { name: '张伟' }, verification: { inTianjin: true } });
    expect(await unitFor(as('UNIT', uscc))).toMatchObject({ contact: { name: '张伟' } });
    for (const caller of [as('SUP', 'sup'), as('REC-D', bodyId)]) {
      expect(await unitFor(caller)).not.toHaveProperty('contact');
    }
    expect(await unitFor(as('UNIT', '91120116MA05PXYU6D'))).toBeUndefined();
  });

  it('given an erased contact, then the answer says so', async () => {
    expect(await query('GetUnit', { uscc }, story)).toMatchObject({ contact: { name: '（已删除）' } });
  });

  it('when units are listed, then no contact is in the rows', async () => {
    const page = await query('ListUnits', { district: '120116' }, story);
    expect(page).toMatchObject({ items: [{ uscc }] });
    expect(JSON.stringify(page)).not.toContain('sealed');
    expect(await query('ListUnits', { district: '120101' }, story)).toEqual({ items: [] });
  });
});

describe('第二十五条 R-O10 ban register', () => {
  const story = [told('unit.registered'), told('unit.application-ban-imposed')];
  const on = (date: string, events = story) => query('GetBan', { uscc, on: date }, events);

  it.each([
    ['2024-11-19', false, 0],
    ['2024-11-20', true, 1827],
    ['2029-11-20', true, 1],
    ['2029-11-21', false, 0],
  ])('was the unit banned on %s? %s, %i days left', async (date, banned, daysLeft) => {
    expect(await on(date)).toMatchObject({ banned, daysLeft });
  });

  it('given the ban was lifted, then it ends the day before and the history stays', async () => {
    const lifted = [...story, told('unit.application-ban-lifted')];
    expect(await on('2025-02-28', lifted)).toMatchObject({ banned: true, daysLeft: 1 });
    expect(await on('2025-03-01', lifted)).toMatchObject({ banned: false, bans: [{ lifted: { from: '2025-03-01' } }] });
  });

  it('when the public asks for the register, then it names banned units only', async () => {
    const page = (date: string) => query('ListBans', { on: date }, story, undefined, undefined);
    expect(await page('2025-01-01')).toMatchObject({ items: [{ uscc, unitName: expect.any(String) }] });
    expect(await page('2024-01-01')).toEqual({ items: [] });
    expect(await page('2029-11-21')).toEqual({ items: [] });
  });

  it('when a unit nobody knows is asked about, then the answer is that of a unit without a ban', async () => {
    expect(await on('2025-01-01', [])).toEqual(await on('2025-01-01', [told('unit.registered')]));
  });
});

describe('第五条（三） expert bank', () => {
  const expertId = 'expert-liu';
  const story = [
    told('expert-bank.rules-issued'),
    told('expert.admitted', {}, { at: '2024-03-31T02:00:00.000Z' }),
    told('expert.suspended', {}, { at: '2024-06-10T02:00:00.000Z' }),
    told('expert.reinstated', {}, { at: '2024-09-01T02:00:00.000Z' }),
  ];
  const names = { 'person-liu': '刘工' };
  const on = (date: string, events = story) =>
    query('GetExpert', { expertId, on: date }, events, undefined, MSR, names);

  it.each([
    ['2024-03-30', undefined],
    ['2024-03-31', 'active'],
    ['2024-06-10', 'suspended'],
    ['2024-09-01', 'active'],
  ])('when asked as of %s, then the standing is %s', async (date, standing) => {
    expect(((await on(date)) as { standing?: string }).standing).toBe(standing);
  });

  it('given no review for twelve months, then it is overdue the day after; a review moves it', async () => {
    expect(await on('2025-03-31')).toMatchObject({ name: '刘工', reviewDueOn: '2025-03-31', reviewOverdue: false });
    expect(await on('2025-04-01')).toMatchObject({ reviewOverdue: true });
    const reviewed = [...story, told('expert.reviewed', {}, { at: '2025-02-28T02:00:00.000Z' })];
    expect(await on('2025-04-01', reviewed)).toMatchObject({ reviewDueOn: '2026-02-28', reviewOverdue: false });
  });

  it('given a removal, then no review is due and the bank lists the expert as removed', async () => {
    const removed = [...story, told('expert.removed', {}, { at: '2024-10-01T02:00:00.000Z' })];
    expect(await on('2026-01-01', removed)).not.toHaveProperty('reviewDueOn');
    expect(await query('ListExperts', { standing: 'removed' }, removed)).toMatchObject({ items: [{ expertId }] });
    expect(await query('ListExperts', { standing: 'active' }, removed)).toEqual({ items: [] });
  });

  it('given he is renamed, then the bank lists the name then and now', async () => {
    expect(await on('2025-07-01', [...story, told('expert.renamed')])).toMatchObject({
      name: '刘工',
      formerNames: [{ name: '刘工', lastDay: '2025-06-01' }],
    });
  });

  it('given an updated profile, then the fields follow', () => {
    const row = rowsOf(experts, logOf([...story, told('expert.profile-updated')])).get(expertId);
    expect(row).toMatchObject({ fields: ['铸造', '热处理'], employerUscc: uscc, standing: 'active' });
  });
});

describe('accounts', () => {
  it('given the holder is called otherwise, then the directory shows the name then and now', async () => {
    const story = [told('account.registered'), told('account.holder-renamed')];
    const names = { 'account-haihe.zhang': '张伟' };
    expect(await query('ListAccounts', {}, story, undefined, MSR, names)).toMatchObject({
      items: [{ name: '张伟', formerNames: [{ name: '张伟', lastDay: '2025-06-01' }] }],
    });
  });

  it('given grants and a revocation, then the directory shows name, grants and their last days', async () => {
    const story = [
      told('account.registered'),
      told('account.role-granted', { grant: { ...samples['account.registered'].grant, role: 'SUP', orgId: 'sup' } }),
    ];
    const ended = [...story, told('account.role-revoked'), told('account.disabled')];
    const names = { 'account-haihe.zhang': '张伟' };
    expect(await query('ListAccounts', {}, ended, undefined, MSR, names)).toMatchObject({
      items: [
        {
          name: '张伟',
          disabled: true,
          grants: [
            { role: 'UNIT', lastDay: '2024-09-30' },
            { role: 'SUP', orgId: 'sup' },
          ],
        },
      ],
    });
    expect(rowsOf(accounts, logOf([...ended, told('account.enabled')])).get('haihe.zhang')).toMatchObject({
      disabled: false,
    });
  });

  it('given a person with several accounts and a place in the bank, then all are shown to those who oversee, and no number', async () => {
    const { grant } = samples['account.registered'];
    const { expertId } = samples['expert.admitted'];
    const asExpert = { ...grant, role: 'EXPERT', orgId: expertId } as const;
    const account = (id: string, held: typeof grant | typeof asExpert = grant) =>
      told('account.registered', { accountId: id, grant: held } as never);
    const story = [
      told('expert.admitted'),
      account('one.liu', asExpert),
      account('two.liu'),
      account('three.liu'),
      account('wang.one'),
      told('account.identity-stated', { accountId: 'two.liu' } as never),
      told('account.identity-stated', {
        accountId: 'two.liu',
        identity: { ...samples['expert.admitted'].identity, kind: '护照' },
      } as never),
      told('account.identity-stated', { accountId: 'three.liu' } as never),
    ];
    const person = await query('GetPersonOfAccount', { accountId: 'three.liu' }, story);
    expect(person).toMatchObject({ accountId: 'three.liu', identified: true, experts: [expertId] });
    const ids = (person as { accounts: { accountId: string }[] }).accounts.map(each => each.accountId);
    expect([ids[0], ids.toSorted()]).toEqual(['three.liu', ['one.liu', 'three.liu', 'two.liu']]);
    expect(JSON.stringify(person)).not.toContain(samples['account.registered'].identity?.digest);
    expect(await query('GetPersonOfAccount', { accountId: 'wang.one' }, story)).toMatchObject({
      identified: false,
      accounts: [{ accountId: 'wang.one' }],
      experts: [],
    });
    expect(await query('ListAccounts', { identified: 'no' }, story)).toMatchObject({
      items: [{ accountId: 'one.liu' }, { accountId: 'wang.one' }],
    });
  });
});

describe('第七条 exemplars and coordination; earlier results', () => {
  const field = samples['exemplar.designated'].field;

  it('given an exemplar, then its field has it until it is withdrawn', async () => {
    const story = [told('exemplar.designated')];
    expect(await query('ListExemplars', { field }, story)).toMatchObject({ items: [{ status: 'standing' }] });
    expect(await query('ListExemplars', { field: '中医药' }, story)).toEqual({ items: [] });
    const withdrawn = [...story, told('exemplar.withdrawn')];
    expect(await query('ListExemplars', {}, withdrawn)).toEqual({ items: [] });
    expect(await query('ListExemplars', { status: 'withdrawn' }, withdrawn)).toMatchObject({
      items: [{ withdrawn: { reason: expect.any(String) } }],
    });
  });

  it('given joint actions, then the latest comes first', async () => {
    const action = (actionId: string, heldOn: string) => told('coordination-action.recorded', { actionId, heldOn });
    const story = [action('one', '2024-05-20'), action('two', '2024-06-20')];
    expect(await query('ListCoordinationActions', {}, story)).toMatchObject({
      items: [{ actionId: 'two' }, { actionId: 'one' }],
    });
  });
});
