/** Experts of one person are one: in the bank, in the draw, on the panel, before the records, and in their own recusal. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountStream } from '../../events/account.ts';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { drawOrder } from '../../events/rules/draw.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import { grantRole, registerAccount } from '../../services/account/commands.ts';
import * as bank from '../../services/expert/commands.ts';
import { sha256 } from '../../services/panel/state.ts';
import {
  BODY,
  constitution,
  EXPERTS,
  expertOf,
  formation,
  HAIHE,
  JINMEN,
  PANEL,
  PanelSystem,
  recusal,
  SEED,
} from '../panel/system.ts';
import { World } from '../privacy/world.ts';
import { control } from '../support/controls.ts';
import { MSR } from '../support/given.ts';

describe('the expert bank', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
    const rules = { stream: 'expertbank' };
    await world.happened('expert-bank.rules-issued', { effectiveOn: '2024-01-01' }, rules);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const profile = { fields: ['质量管理'], professionalTitle: '教授', employerName: '天津大学' };
  const one = { ...profile, expertId: 'e-one', name: '林教授', identity: demoIdentityOf('lin') };
  const admit = async (input: object) => (await world.accepted(bank.admitExpert, input, MSR)).events[0];

  it('given a person is in it, then not again under another id; removed, then again, and it is seen', async () => {
    await admit(one);
    const two = { ...one, expertId: 'e-two', name: '林先生', employerName: '南开大学' };
    expect(await world.refused(bank.admitExpert, two, MSR)).toMatchObject({
      code: 'expert-in-bank-already',
      zh: expect.stringContaining('内部制度'),
    });
    await world.accepted(bank.suspendExpert, { expertId: 'e-one', reason: '出国' }, MSR);
    expect((await world.refused(bank.admitExpert, two, MSR)).code).toBe('expert-in-bank-already');
    await world.accepted(bank.removeExpert, { expertId: 'e-one', reason: '本人申请' }, MSR);
    expect((await admit(two))?.meta.deviations).toMatchObject([{ code: 'expert-was-removed' }]);
  });

  it('given the same name at the same employer, then it is flagged; another name or employer is not', async () => {
    await admit(one);
    const other = { ...one, identity: demoIdentityOf('other') };
    expect((await admit({ ...other, expertId: 'e-two' }))?.meta.deviations).toMatchObject([
      { code: 'expert-namesake' },
    ]);
    const third = { ...other, expertId: 'e-three', identity: demoIdentityOf('third'), name: '林博士' };
    expect((await admit(third))?.meta.deviations).toBeUndefined();
    const fourth = { ...other, expertId: 'e-four', identity: demoIdentityOf('fourth'), employerName: '南开大学' };
    expect((await admit(fourth))?.meta.deviations).toBeUndefined();
    const moved = await world.accepted(bank.updateExpertProfile, { ...profile, expertId: 'e-four' }, MSR);
    expect(moved.events[0]?.meta.deviations).toMatchObject([{ code: 'expert-namesake' }, { code: 'expert-namesake' }]);
  });

  it('given he is called otherwise from a day on, then it is recorded once, sealed as he was, and not by himself', async () => {
    await admit(one);
    const change = { expertId: 'e-one', name: '林若川', changedOn: '2024-02-01', document: '居民户口簿变更记录' };
    const rename = async (input: object) =>
      (await world.accepted(bank.renameExpert, { ...change, ...input }, MSR)).events;
    const refusal = async (input: object, actor: Actor = MSR) =>
      (await world.refused(bank.renameExpert, { ...change, ...input }, actor)).code;
    expect(await refusal({ name: one.name })).toBe('nothing-changed');
    expect(await refusal({ expertId: 'e-none' })).toBe('not-found');

    const [admitted] = (await world.log()).filter(({ type }) => type === 'expert.admitted');
    const [renamed] = await rename({});
    const nameIn = (event: RecordedEvent | undefined) => (event as RecordedEvent<string, { name: Sealed }>).data.name;
    expect(nameIn(renamed).subject).toBe(nameIn(admitted).subject);
    expect(await world.vault.open(nameIn(renamed))).toBe('林若川');
    expect(JSON.stringify(renamed)).not.toContain('林若川');

    expect(await rename({})).toEqual([]);
    expect(await refusal({ document: '另一文号' })).toBe('recorded-otherwise');
    expect(await refusal({ name: '林岚', changedOn: '2024-01-31' })).toBe('change-before-the-last');
    await admit({ ...one, expertId: 'e-two', name: '林岚', identity: demoIdentityOf('other') });
    const [namesake] = await rename({ name: '林岚', changedOn: '2024-03-01' });
    expect(namesake?.meta.deviations).toMatchObject([{ code: 'expert-namesake' }]);

    const grant = { role: 'MSR', orgId: 'msr', orgName: '市市场监管委' };
    await world.accepted(
      registerAccount,
      { accountId: 'lin.office', name: '林岚', identity: one.identity, grant },
      MSR,
    );
    const himself = { ...MSR, accountId: 'lin.office' as AccountId };
    expect(await refusal({ name: '林川' }, himself)).toBe('own-name');
    await world.accepted(bank.removeExpert, { expertId: 'e-one', reason: '本人申请' }, MSR);
    expect(await refusal({ name: '林川' })).toBe('expert-removed');
  });

  it('given an expert of old, then his identity is made up for, once, and not that of another in the bank', async () => {
    const name = await world.vault.seal('person-0a1b2c3d', '林教授');
    await world.happened('expert.admitted', { expertId: 'e-old', name }, { stream: 'expert-e-old' });
    await admit(one);
    const state = (identity: unknown) => world.accepted(bank.stateExpertIdentity, { expertId: 'e-old', identity }, MSR);
    const taken = { expertId: 'e-old', identity: one.identity };
    expect((await world.refused(bank.stateExpertIdentity, taken, MSR)).code).toBe('expert-in-bank-already');
    const [stated] = (await state(demoIdentityOf('old'))).events;
    expect(stated?.data).toMatchObject({ identity: { value: { subject: 'person-0a1b2c3d' } } });
    expect((await state(demoIdentityOf('old'))).events).toEqual([]);
    expect(
      (await world.refused(bank.admitExpert, { ...one, expertId: 'e-new', identity: demoIdentityOf('old') }, MSR)).code,
    ).toBe('expert-in-bank-already');
  });

  it('an expert acts for himself: nobody else is given his account', async () => {
    await admit(one);
    const grant = { role: 'EXPERT', orgId: 'e-one', orgName: '专家库' };
    const account = { accountId: 'lin.one', name: '林教授', identity: demoIdentityOf('lin'), grant };
    const stranger = { ...account, accountId: 'wang.one', identity: demoIdentityOf('wang') };
    expect((await world.refused(registerAccount, stranger, MSR)).code).toBe('not-the-expert');
    await world.accepted(registerAccount, account, MSR);
    const clerk = { ...stranger, grant: { role: 'MSR', orgId: 'msr', orgName: '市市场监管委' } };
    await world.accepted(registerAccount, clerk, MSR);
    expect((await world.refused(grantRole, { accountId: 'wang.one', grant }, MSR)).code).toBe('not-the-expert');
  });
});

describe('第十八条 the panel', () => {
  let system: PanelSystem;
  beforeEach(async () => {
    system = await PanelSystem.open();
  });
  afterEach(() => system[Symbol.asyncDispose]());

  const order = (): readonly string[] => drawOrder(EXPERTS, { seed: SEED }, sha256);
  const onPanel = { panelId: PANEL };
  const granted = (accountId: string, role: string, orgId: string) =>
    system.record(
      accountStream(accountId as AccountId),
      control('account.role-granted', {
        accountId,
        grant: { role: role as 'MSR', orgId, orgName: '某单位', from: '2024-01-01' },
      }),
    );
  /** The account of one expert acts as another as well: two ids, one person. */
  const oneAndTheSame = (one: string, other: string) => granted(expertOf(one).accountId, 'EXPERT', other);
  /** A second account of an expert's person, in another role. */
  async function second(expertId: string, role: string, orgId: string): Promise<Actor> {
    const actor = { accountId: 'second.one' as AccountId, role: role as 'MSR', orgId };
    await system.register(actor);
    for (const accountId of [actor.accountId, expertOf(expertId).accountId]) {
      await system.record(accountStream(accountId), control('account.identity-stated', { accountId }));
    }
    return actor;
  }

  it('given two ids of one person, then he is a candidate once', async () => {
    await oneAndTheSame(EXPERTS[0] as string, EXPERTS[1] as string);
    const candidates = EXPERTS.filter(id => id !== EXPERTS[1]);
    expect(await system.start()).toMatchObject([{ data: { candidates } }]);
  });

  it('given it comes out after the draw that two members are one person, then one is to be replaced', async () => {
    const members = await system.drawn();
    for (const member of members) await system.declare(member);
    await oneAndTheSame(members[0] as string, members[1] as string);
    expect(await system.refused(constitution.constitutePanel, onPanel)).toMatchObject({ code: 'member-twice' });
  });

  it.each([
    ['the unit', 'UNIT', HAIHE.uscc, [HAIHE.uscc]],
    ['the body that recommended it', 'REC-D', BODY, [HAIHE.uscc, JINMEN.uscc]],
    ['the authority', 'MSR', 'msr', [HAIHE.uscc, JINMEN.uscc]],
    ['another body', 'REC-A', 'a-elsewhere', []],
  ])(
    'given a member’s second account acts for %s, then the records speak against him',
    async (_whom, role, orgId, units) => {
      const [first] = order();
      await second(first as string, role, orgId);
      await system.start();
      const [, ...conflicts] = await system.done(formation.drawExperts, { ...onPanel, seed: SEED });
      expect(conflicts.map(({ data }) => data)).toMatchObject(
        units.map(uscc => ({ expertId: first, uscc, rule: 'other-role' })),
      );
    },
  );

  it('nobody decides on his own recusal, by whichever account', async () => {
    const members = await system.drawn();
    const expertId = members[0] as string;
    const officer = await second(expertId, 'MSR', 'msr');
    const pair = { ...onPanel, expertId, uscc: HAIHE.uscc };
    await system.done(recusal.requestRecusal, { ...pair, grounds: '曾任顾问' });
    const decision = { ...pair, decision: 'dismiss', reason: '查无此事' };
    expect(await system.refused(recusal.decideRecusal, decision, officer)).toMatchObject({ code: 'same-person' });
    await system.done(recusal.decideRecusal, decision);
  });
});
