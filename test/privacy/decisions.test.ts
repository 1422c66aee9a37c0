/** D-42: who may have whose data erased, and when. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import { type AccountId, streamId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { SYSTEM } from '../../services/handle.ts';
import { NO_STREAM } from '../../services/ports.ts';
import { confirmErasure, erasePersonalData, recordErasure } from '../../services/privacy/commands.ts';
import { MSR } from '../support/given.ts';
import { ORDER, SUP, USCC, WANG, World } from './world.ts';

const EXPERT_ID = 'expert-liu';
const LIU = { orgId: EXPERT_ID, name: '刘洋' };
const actor = (accountId: string, role: Actor['role'], orgId: string): Actor => ({
  accountId: accountId as AccountId,
  role,
  orgId,
});
const APPLICANT = actor('haihe.zhang', 'UNIT', USCC);
const EXPERT = actor('expert.liu', 'EXPERT', EXPERT_ID);

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

const order = (person: object, by: Actor = MSR) => world.refused(erasePersonalData, { person, ...ORDER }, by);

describe('ordering an erasure', () => {
  it('given somebody named by a unit, whose year is closed, then it is ordered under his pseudonym; his name is sealed', async () => {
    await world.named();
    await world.yearClosed();
    const erasureId = await world.ordered();
    const [ordered] = (await world.facts()) as [RecordedEvent];
    const subject = world.vault.subjectOf(WANG.orgId, WANG.name);
    expect(ordered).toMatchObject({
      type: 'personal-data.erasure-ordered',
      streamId: `erasure-${erasureId}`,
      data: { subject, orgId: USCC, ...ORDER },
      meta: { actor: MSR, reason: ORDER.reason, basis: [{ article: 'art-05', item: '（四）' }] },
    });
    expect(`${ordered.dataText}${ordered.metaText}`).not.toContain('王芳');
    const { name } = ordered.data as { name: Sealed };
    expect(await world.vault.open(name)).toBe('王芳');
  });

  it('given an account whose roles have ended, then it is ordered, about that account', async () => {
    await world.account(APPLICANT, '张强');
    await world.roleEnded(APPLICANT);
    await world.ordered({ accountId: APPLICANT.accountId });
    expect(await world.facts()).toMatchObject([
      {
        data: { subject: 'account-haihe.zhang', accountId: APPLICANT.accountId },
        meta: { about: { accountId: APPLICANT.accountId } },
      },
    ]);
  });

  it.each([
    ['阿卜杜拉·买买提', '阿卜杜拉．买买提'],
    ['阿卜杜拉•买买提', '阿卜杜拉•买买提'],
  ])('given somebody named %s, when %s is asked for, then he is found', async (name, asked) => {
    await world.named({ orgId: USCC, name });
    await world.yearClosed();
    await world.ordered({ orgId: USCC, name: asked });
    expect(await world.facts()).toMatchObject([{ data: { subject: world.vault.subjectOf(USCC, name) } }]);
  });

  it('given somebody of whom the log holds nothing, then he is not found, and no key is made for him', async () => {
    await world.named();
    await world.yearClosed();
    expect(await order({ ...WANG, name: '王方' })).toMatchObject({ code: 'not-found' });
    expect(await order({ ...WANG, orgId: 'another' })).toMatchObject({ code: 'not-found' });
    expect(await order({ accountId: 'nobody' })).toMatchObject({ code: 'not-found' });
    for (const [name, kept] of [
      ['王芳', true],
      ['王方', false],
    ] as const) {
      expect(await world.keeps(world.vault.subjectOf(USCC, name))).toBe(kept);
    }
  });

  it('given his account holds a role today or later, then not yet; an account that is only disabled holds it', async () => {
    await world.account(APPLICANT);
    const person = { accountId: APPLICANT.accountId };
    expect(await order(person)).toMatchObject({ code: 'role-held' });
    await world.happened('account.disabled', person, { stream: `account-${APPLICANT.accountId}` });
    expect(await order(person)).toMatchObject({ code: 'role-held' });
    await world.roleEnded(APPLICANT, '2025-01-10');
    expect(await order(person)).toMatchObject({ code: 'role-held' });
    world.now = '2025-01-11T02:00:00.000Z';
    await world.ordered(person);
  });

  it('given an expert in the bank, then not before he is removed from it', async () => {
    const name = await world.vault.seal(world.vault.subjectOf(LIU.orgId, LIU.name), LIU.name);
    await world.happened('expert.admitted', { expertId: EXPERT_ID, name });
    expect(await order(LIU)).toMatchObject({ code: 'role-held' });
    await world.happened('expert.suspended', { expertId: EXPERT_ID });
    expect(await order(LIU)).toMatchObject({ code: 'role-held' });
    await world.happened('expert.removed', { expertId: EXPERT_ID });
    await world.ordered(LIU);
  });

  it('given an expert who is called otherwise now, then he is found by either name, under the pseudonym that he has', async () => {
    const stream = `expert-${EXPERT_ID}`;
    const subject = world.vault.subjectOf(LIU.orgId, LIU.name);
    const bank = { stream };
    await world.happened(
      'expert.admitted',
      { expertId: EXPERT_ID, name: await world.vault.seal(subject, LIU.name) },
      bank,
    );
    const renamed = { expertId: EXPERT_ID, name: await world.vault.seal(subject, '刘海洋') };
    await world.happened('expert.renamed', renamed, bank);
    const found = { code: 'role-held' };
    expect(await order(LIU)).toMatchObject(found);
    expect(await order({ ...LIU, name: '刘海洋' })).toMatchObject(found);
    expect(await order({ ...LIU, name: '刘大洋' })).toMatchObject({ code: 'not-found' });
    await world.happened('expert.removed', { expertId: EXPERT_ID }, bank);
    await world.erased({ ...LIU, name: '刘海洋' });
    expect(await world.keeps(subject)).toBe(true);
    expect((await world.facts()).map(({ data }) => (data as { subject: string }).subject)).toEqual(
      Array(3).fill(subject),
    );
  });

  it.each([
    ['its year is closed', 'programme.closed', { year: 2024 }],
    ['it is dissolved', 'panel.dissolved', { panelId: '2024-equipment' }],
  ] as const)('given a member of a constituted panel, then not before %s', async (_ending, fact, change) => {
    await world.account(EXPERT);
    await world.roleEnded(EXPERT);
    await world.happened('panel.constituted', { panelId: '2024-equipment', year: 2024, members: [EXPERT_ID] });
    expect(await order({ accountId: EXPERT.accountId })).toMatchObject({ code: 'panel-member' });
    await world.happened(fact, change);
    await world.ordered({ accountId: EXPERT.accountId });
  });

  it('given another account of the same person that is on a panel, then not before the panel is dissolved', async () => {
    const other = { ...EXPERT, accountId: 'liu.second' as AccountId, role: 'REC-D', orgId: 'heping' } as const;
    await world.account(EXPERT);
    await world.account(other);
    await world.roleEnded(other);
    for (const { accountId } of [EXPERT, other]) await world.happened('account.identity-stated', { accountId });
    await world.happened('panel.constituted', { panelId: '2024-equipment', year: 2024, members: [EXPERT_ID] });
    expect(await order({ accountId: other.accountId })).toMatchObject({ code: 'panel-member' });
    await world.happened('panel.dissolved', { panelId: '2024-equipment' });
    await world.ordered({ accountId: other.accountId });
  });

  it('given a year that names him is open, or the next one that his project was carried over to, then not yet', async () => {
    await world.named(WANG, { year: 2024, projectId: '2024-carried0' });
    expect(await order(WANG)).toMatchObject({ code: 'year-open', zh: expect.stringContaining('2024') });
    await world.yearClosed();
    await world.happened('project.carried-over', { projectId: '2024-carried0', toYear: 2025 });
    await world.happened('project.carried-over', { projectId: '2024-ofothers', toYear: 2026 });
    expect(await order(WANG)).toMatchObject({ code: 'year-open', zh: expect.stringContaining('2025') });
    await world.yearClosed(2025);
    await world.ordered();
  });

  it('given an erasure of his is under way, then there is no second one; once erased, there is nothing left to erase', async () => {
    await world.named();
    await world.yearClosed();
    const erasureId = await world.ordered();
    expect(await order(WANG)).toMatchObject({ code: 'erasure-under-way' });
    await world.confirmed(erasureId);
    expect(await order(WANG)).toMatchObject({ code: 'erasure-under-way' });
    await world.accepted(recordErasure, { erasureId }, SYSTEM);
    expect(await order(WANG)).toMatchObject({ code: 'not-found' });
  });

  it('given he has given his name anew after an erasure, then it can be erased anew', async () => {
    await world.named();
    await world.yearClosed();
    await world.erased();
    await world.named();
    await world.erased();
    expect(await world.facts()).toHaveLength(6);
  });

  it('given anybody but the municipal authority, then he may not', async () => {
    await world.named();
    await world.yearClosed();
    await world.account(APPLICANT);
    for (const by of [SUP, APPLICANT]) expect(await order(WANG, by)).toMatchObject({ code: 'role-not-allowed' });
  });
});

describe('confirming an erasure', () => {
  const BOTH = actor(MSR.accountId, 'SUP', 'sup');
  const confirm = (erasureId: string, by: Actor = SUP) => world.refused(confirmErasure, { erasureId }, by);

  it('given an order, then one of the supervising body confirms it, once', async () => {
    await world.named();
    await world.yearClosed();
    const erasureId = await world.ordered();
    expect((await world.confirmed(erasureId)).events).toMatchObject([
      { type: 'personal-data.erasure-confirmed', data: { erasureId }, meta: { actor: SUP } },
    ]);
    expect((await world.confirmed(erasureId)).events).toEqual([]);
    await world.accepted(recordErasure, { erasureId }, SYSTEM);
    expect((await world.confirmed(erasureId)).events).toEqual([]);
  });

  it('given the authority, or the officer who ordered it in whatever role, then it takes another person', async () => {
    await world.named();
    await world.yearClosed();
    const grant = { role: 'SUP', orgId: 'sup', orgName: '监督', from: '2024-01-01' };
    const stream = `account-${MSR.accountId}`;
    await world.happened('account.role-granted', { accountId: MSR.accountId, grant }, { stream });
    const erasureId = await world.ordered();
    expect(await confirm(erasureId, MSR)).toMatchObject({ code: 'role-not-allowed' });
    expect(await confirm(erasureId, BOTH)).toMatchObject({ kind: 'forbidden', code: 'same-person' });
  });

  it('given what needs his data came between order and confirmation, then it is not confirmed', async () => {
    await world.named();
    await world.yearClosed();
    const erasureId = await world.ordered();
    await world.named(WANG, { projectId: '2025-again000' });
    expect(await confirm(erasureId)).toMatchObject({ code: 'year-open', zh: expect.stringContaining('2025') });
  });

  it('第二十六条 given a case about him, then it waits until the case is closed; who orders is told nothing of it', async () => {
    await world.account(EXPERT);
    await world.roleEnded(EXPERT);
    const misconduct = { misconductId: 'misconduct-1', accountId: EXPERT.accountId };
    await world.happened('misconduct.reported', misconduct);
    const erasureId = await world.ordered({ accountId: EXPERT.accountId });
    expect(await confirm(erasureId)).toMatchObject({ code: 'case-open' });
    await world.happened('misconduct-case.closed', misconduct);
    await world.confirmed(erasureId);
  });

  it('第二十六条 given a case about the account of an expert, then what the bank holds of him waits too', async () => {
    const name = await world.vault.seal(world.vault.subjectOf(LIU.orgId, LIU.name), LIU.name);
    await world.happened('expert.admitted', { expertId: EXPERT_ID, name });
    await world.account(EXPERT);
    await world.happened('misconduct.reported', { misconductId: 'misconduct-1', accountId: EXPERT.accountId });
    await world.happened('expert.removed', { expertId: EXPERT_ID });
    expect(await confirm(await world.ordered(LIU))).toMatchObject({ code: 'case-open' });
  });

  it('given no such order, then it is not found', async () => {
    expect(await confirm('no-such-erasure')).toMatchObject({ code: 'not-found' });
  });
});

describe('recording the erasure', () => {
  it('given it is not confirmed, then there is nothing to record; given it is, then once, and only by the system', async () => {
    await world.named();
    await world.yearClosed();
    const erasureId = await world.ordered();
    expect(await world.refused(recordErasure, { erasureId }, SYSTEM)).toMatchObject({ code: 'not-found' });
    await world.confirmed(erasureId);
    expect(await world.refused(recordErasure, { erasureId }, MSR)).toMatchObject({ code: 'not-found' });
    const record = () => world.accepted(recordErasure, { erasureId }, SYSTEM);
    expect((await record()).events).toMatchObject([{ type: 'personal-data.erased', meta: { actor: SYSTEM } }]);
    expect((await record()).events).toEqual([]);
    expect(await world.store.readStream(streamId(`erasure-${erasureId}`), NO_STREAM)).toHaveLength(3);
  });
});
