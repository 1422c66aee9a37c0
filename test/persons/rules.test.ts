/** What counts people counts persons: accounts linked by an identity or by an expert's place, and each rule that asks. */

import { describe, expect, it } from 'vitest';
import { accountIdentityStated, accountStream, roleGranted } from '../../events/account.ts';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId, ExpertId, StreamId } from '../../events/ids.ts';
import {
  accountMark,
  accountsOf,
  expertMark,
  expertsOf,
  isAmong,
  isSamePerson,
  marksOf,
  NOBODY,
  type PersonEvent,
  personsAfter,
} from '../../events/rules/persons.ts';
import { readMarksOf as marksRead, personRows } from '../../projections/persons.ts';
import type { Sources } from '../../services/command.ts';
import * as sheets from '../../services/evaluation/sheets.ts';
import { createStates } from '../../services/loading.ts';
import { standingOfPerson } from '../../services/persons.ts';
import { confirmErasure } from '../../services/privacy/commands.ts';
import { handsFault } from '../../services/recognition/guards.ts';
import { accountOf, EXPERTS, expert, opened, PROJECTS, sheet } from '../evaluation/sample.ts';
import { SUP, World } from '../privacy/world.ts';
import { control, samples } from '../support/controls.ts';
import { logOf, readerOf, told } from '../support/fold.ts';
import { MSR, recorded, refusalOf } from '../support/given.ts';
import { newFact } from '../support/log.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { onePerson } from '../support/persons.ts';
import fc from '../support/properties.ts';

const [A, B] = EXPERTS as unknown as readonly [ExpertId, ExpertId];

describe('one person', () => {
  const { identity } = samples['account.identity-stated'];
  const stated = (accountId: string, digest: string) =>
    accountIdentityStated.of({ accountId, identity: { ...identity, digest: digest.repeat(16) } } as never);
  const acting = (accountId: string, expertId: string) =>
    roleGranted.of({
      accountId,
      grant: { role: 'EXPERT', orgId: expertId, orgName: '专家库', from: '2024-01-01' },
    } as never);
  const happened = (...drafts: Parameters<typeof recorded>[0][]) =>
    drafts.map(draft => recorded(draft)).reduce((state, event) => personsAfter(state, event as PersonEvent), NOBODY);

  it('is who has stated the same identity, over any number of accounts and numbers', () => {
    const persons = happened(
      stated('one', 'a'),
      stated('two', 'a'),
      stated('two', 'b'),
      stated('three', 'b'),
      stated('four', 'c'),
    );
    expect(accountsOf(persons, accountMark('one'))).toEqual(['one', 'two', 'three']);
    expect(isSamePerson(persons, 'one', 'three')).toBe(true);
    expect(isSamePerson(persons, 'one', 'four')).toBe(false);
  });

  it('is who acts as the same expert; a role for an organisation links nobody', () => {
    const persons = happened(acting('one', 'exp-1'), acting('two', 'exp-1'), stated('two', 'a'), stated('three', 'a'));
    expect(accountsOf(persons, expertMark('exp-1'))).toEqual(['one', 'two', 'three']);
    expect(expertsOf(persons, accountMark('three'))).toEqual(['exp-1']);
    expect(isSamePerson(happened(roleGranted.of(samples['account.role-granted'] as never)), 'haihe.zhang', 'one')).toBe(
      false,
    );
  });

  it('an account of which nothing is known stands for itself', () => {
    expect(isSamePerson(NOBODY, 'one', 'one')).toBe(true);
    expect(isSamePerson(NOBODY, 'one', 'two')).toBe(false);
    expect(isAmong(NOBODY, 'one', ['two', 'one'])).toBe(true);
    expect(isAmong(NOBODY, 'one', [])).toBe(false);
  });
});

describe('one person on both sides', () => {
  const account = fc.constantFrom('one', 'two', 'three', 'four');
  const digest = fc.constantFrom('a', 'b', 'c').map(letter => letter.repeat(16));
  const expert = fc.constantFrom('exp-1', 'exp-2');
  const { identity } = samples['account.identity-stated'];
  const link = fc.oneof(
    fc
      .tuple(account, digest)
      .map(([accountId, of]) =>
        told('account.identity-stated', { accountId, identity: { ...identity, digest: of } } as never),
      ),
    fc
      .tuple(expert, digest)
      .map(([expertId, of]) =>
        told('expert.identity-stated', { expertId, identity: { ...identity, digest: of } } as never),
      ),
    fc.tuple(account, expert).map(([accountId, orgId]) =>
      told('account.role-granted', {
        accountId,
        grant: { role: 'EXPERT', orgId, orgName: '专家库', from: '2024-01-01' },
      } as never),
    ),
  );

  it('given any facts about people, then the read model links whom decisions link', () =>
    fc.assert(
      fc.asyncProperty(fc.array(link, { maxLength: 12 }), account, async (facts, accountId) => {
        const events = logOf(facts);
        const known = events.reduce((state, event) => personsAfter(state, event as PersonEvent), NOBODY);
        const reader = readerOf([personRows], { events });
        const own = accountMark(accountId);
        expect([...(await marksRead(reader, own))].sort()).toEqual([...marksOf(known, own)].sort());
      }),
    ));
});

describe('what a person may do by all his accounts', () => {
  it('is what each of them may, also of one that is disabled', async () => {
    const store = createMemoryStore();
    const record = (accountId: string, ...drafts: Parameters<typeof newFact>[1][]) =>
      store.append(
        accountStream(accountId as AccountId),
        -1,
        drafts.map((draft, at) => newFact(`${accountId}-${at}`, draft)),
      );
    const unit = { role: 'UNIT', orgId: '91350100M000100Y43', orgName: '某单位', from: '2024-01-01' } as const;
    const body = { role: 'REC-D', orgId: 'heping', orgName: '某局', from: '2024-01-01' } as const;
    const identity = (accountId: string) => control('account.identity-stated', { accountId });
    await record('one', control('account.registered', { accountId: 'one', grant: body }), identity('one'));
    await record(
      'two',
      control('account.registered', { accountId: 'two', grant: unit }),
      identity('two'),
      control('account.disabled', { accountId: 'two' }),
    );
    await record('three', control('account.registered', { accountId: 'three', grant: unit }));
    const states = createStates(store);
    const sources = {
      stream: async (fold: never, stream: StreamId) => (await states.load(fold, stream)).state,
      log: async (fold: never, types: readonly string[]) => states.loadLog(fold, types, await store.head()),
    } as unknown as Sources;
    const { grants } = await standingOfPerson({ accountId: 'one' as AccountId }).resolve(sources);
    expect(grants.map(({ role }) => role)).toEqual(['REC-D', 'UNIT']);
  });
});

describe('a second account of the same person', () => {
  const second: Actor = { ...MSR, accountId: 'second.one' as AccountId };

  it('does not approve what the first one recommended or evaluated', () => {
    const persons = onePerson([MSR.accountId, second.accountId]);
    const given = { actor: second } as never;
    for (const hands of [
      { recommenders: new Set([MSR.accountId]), evaluators: [] },
      { recommenders: new Set<string>(), evaluators: [MSR.accountId] },
    ]) {
      expect(handsFault({ persons: NOBODY, ...hands }, given)).toBeUndefined();
      expect(handsFault({ persons, ...hands }, given)).toMatchObject({ code: 'not-independent' });
    }
  });

  const scored = (known: Readonly<Record<string, unknown>>) =>
    opened().ask(
      sheets.submitScoreSheet,
      { projectId: PROJECTS[0], ...sheet('30', '40') },
      { actor: expert(A), known },
    );

  it('does not score what the first one verified, and not while the first one is suspended', () => {
    const persons = onePerson(['first.one', accountOf(A)]);
    expect(refusalOf(scored({ persons, handlers: new Set(['first.one']) })).code).toBe('not-independent');
    const suspensions = [{ misconductId: 'case-1', accountId: 'first.one', from: '2024-03-20' }];
    expect(refusalOf(scored({ persons, suspensions })).code).toBe('duty-suspended');
  });

  it('does not give a second sheet for a project, under another expert id', () => {
    const at = opened();
    at.send(sheets.submitScoreSheet, { projectId: PROJECTS[0], ...sheet('30', '40') }, { actor: expert(B) });
    const again = (persons = NOBODY) =>
      at.ask(
        sheets.submitScoreSheet,
        { projectId: PROJECTS[0], ...sheet('30', '40') },
        { actor: expert(A), known: { persons } },
      );
    expect(again()).toHaveLength(1);
    expect(refusalOf(again(onePerson([accountOf(A), accountOf(B)]))).code).toBe('one-sheet-a-person');
  });

  it('does not confirm the erasure that the first one ordered; a case about either waits', async () => {
    const world = await World.open();
    try {
      const whose = (accountId: string) =>
        world.happened('account.identity-stated', { accountId }, { stream: accountStream(accountId as AccountId) });
      await whose(MSR.accountId);
      await whose(SUP.accountId);
      await world.named();
      await world.yearClosed();
      const erasureId = await world.ordered();
      expect(await world.refused(confirmErasure, { erasureId }, SUP)).toMatchObject({ code: 'same-person' });
      const another: Actor = { ...SUP, accountId: 'sup.wang' as AccountId };
      await world.account(another);
      await world.confirmed(erasureId, another);
    } finally {
      await world[Symbol.asyncDispose]();
    }
  });
});
