/** Exclusions from outside the system: entered with their document by one person, confirmed by another (D-49). */
import { describe, expect, it } from 'vitest';
import type { DecidedEvent } from '../../events/event-type.ts';
import { creditCodeSchema } from '../../events/ids.ts';
import { type BanEvent, banEventTypes } from '../../events/rules/bans.ts';
import {
  applicationBanImposed,
  applicationBanLifted,
  banLiftingEntered,
  outsideBanEntered,
} from '../../events/unit.ts';
import { exclusions } from '../../services/exclusion.ts';
import * as commands from '../../services/unit/bans.ts';
import { control } from '../support/controls.ts';
import { decide, factsOf, MSR, OTHER_MSR, recorded, refusalOf } from '../support/given.ts';

const uscc = creditCodeSchema.parse('91350100M000100Y43');
const heir = creditCodeSchema.parse('91120116MA05000011');
const evidence = [{ sha256: 'a'.repeat(64), name: '撤销决定.pdf', classification: 'internal' as const }];
const decision = '津市场监管撤〔2024〕1号';
const entry = { uscc, decision, authority: '天津市市场监督管理委员会', from: '2024-03-10', evidence };
const entered = outsideBanEntered.of(entry);
const imposed = applicationBanImposed.of({ uscc, decision, from: entry.from, lastDay: '2029-03-10' });
const taken = control('fraud-decision.taken', { uscc, ban: { from: '2024-03-01', lastDay: '2029-03-01' } } as never);
const succession = control('unit.successor-recorded', {
  uscc: heir,
  predecessor: uscc,
  effectiveOn: '2024-03-15',
} as never);

/** What the log would give: kinds that are none of its business are never asked for. */
const knowing = (log: readonly DecidedEvent[]) => {
  const events = log.filter(({ type }) => banEventTypes.some(kind => kind.type === type)).map(recorded);
  return {
    exclusions: events.reduce((state, event) => exclusions.evolve(state, event as BanEvent), exclusions.initial),
  };
};
const enter = (change: object = {}, log: readonly DecidedEvent[] = [], past: readonly DecidedEvent[] = []) =>
  decide(commands.enterOutsideBan, { past, input: { ...entry, ...change }, known: knowing(log) });
const confirm = (past: readonly DecidedEvent[], { actor = OTHER_MSR, change = {}, log = past } = {}) =>
  decide(commands.confirmOutsideBan, {
    past,
    input: { uscc, decision, from: entry.from, ...change },
    actor,
    known: knowing(log),
  });
const lifting = { uscc, decision, from: '2024-03-20', reason: '原决定被撤销' };
const enteredLifting = banLiftingEntered.of({ ...lifting, evidence });
const enterLifting = (log: readonly DecidedEvent[], change: object = {}, past: readonly DecidedEvent[] = []) =>
  decide(commands.enterBanLifting, { past, input: { ...lifting, evidence, ...change }, known: knowing(log) });
const lift = (
  past: readonly DecidedEvent[],
  { actor = OTHER_MSR, change = {}, log = [imposed] as readonly DecidedEvent[] } = {},
) =>
  decide(commands.liftApplicationBan, {
    past,
    input: { uscc, decision, from: lifting.from, ...change },
    actor,
    known: knowing(log),
  });

describe('D-49 an exclusion from outside the system takes two persons', () => {
  it('given nothing, when it is entered, then nobody is excluded yet; its document is on record', () => {
    const drafts = enter();
    expect(factsOf(drafts)).toEqual([{ type: 'unit.outside-ban-entered', data: entry }]);
    expect(drafts).toMatchObject([{ evidence }]);
    expect(knowing([entered]).exclusions.bans).toEqual({});
  });

  it('when it comes without its document, then its form is refused', () => {
    expect(commands.enterOutsideBan.input.safeParse({ ...entry, evidence: [] }).success).toBe(false);
  });

  it('given the entry, when whoever entered it confirms it, then it is refused; when another does, the unit is excluded', () => {
    expect(refusalOf(confirm([entered], { actor: MSR })).code).toBe('same-person');
    const drafts = confirm([entered]);
    expect(factsOf(drafts)).toEqual([{ type: imposed.type, data: imposed.data }]);
    expect(drafts).toMatchObject([{ evidence }]);
    expect(factsOf(confirm([entered, imposed]))).toEqual([]);
  });

  it('given an entry with another day than the document shows, then it is not confirmed; it can be entered anew', () => {
    expect(refusalOf(confirm([entered], { change: { from: '2024-03-11' } })).code).toBe('other-day');
    expect(factsOf(enter({}, [], [entered]))).toEqual([]);
    const again = enter({ from: '2024-03-11' }, [], [entered]);
    expect(factsOf(again)).toHaveLength(1);
    expect(factsOf(confirm([entered, ...(again as DecidedEvent[])], { change: { from: '2024-03-11' } }))).toHaveLength(
      1,
    );
  });

  it('given no such entry, then there is nothing to confirm', () => {
    expect(refusalOf(confirm([])).code).toBe('not-found');
    expect(refusalOf(confirm([entered], { change: { decision: '别号' } })).code).toBe('not-found');
  });

  it.each([
    ['2024-03-10', '2029-03-10'],
    ['2024-02-29', '2029-02-28'],
  ])('D-31 when the decision takes effect on %s, then the last day is %s', (from, lastDay) => {
    const drafts = confirm([outsideBanEntered.of({ ...entry, from })], { change: { from } });
    expect(factsOf(drafts)).toMatchObject([{ data: { from, lastDay } }]);
  });
});

describe('第二十五条 one exclusion of a unit at a time, wherever it was decided', () => {
  it.each(['2024-03-10', '2029-03-10', '2020-01-01', '2019-03-10'])(
    'given one, when another begins on %s within five years of it, then it is neither entered nor confirmed',
    from => {
      expect(refusalOf(enter({ from }, [imposed])).code).toBe('ban-already-running');
      const other = outsideBanEntered.of({ ...entry, decision: '另号', from });
      const asked = { change: { decision: '另号', from }, log: [imposed] };
      expect(refusalOf(confirm([other], asked)).code).toBe('ban-already-running');
    },
  );

  it('given a decision taken here, then a second one is refused as well', () => {
    expect(refusalOf(enter({}, [taken]))).toMatchObject({ code: 'ban-already-running', rule: { article: 'art-25' } });
    expect(refusalOf(confirm([entered], { log: [entered, taken] })).code).toBe('ban-already-running');
  });

  it('given one that has ended or was lifted, when another begins the day after, then it is entered', () => {
    expect(factsOf(enter({ from: '2029-03-11' }, [imposed]))).toHaveLength(1);
    const lifted = applicationBanLifted.of(lifting);
    expect(factsOf(enter({ from: '2024-03-20' }, [imposed, lifted]))).toHaveLength(1);
    expect(refusalOf(enter({ from: '2024-03-19' }, [imposed, lifted])).code).toBe('ban-already-running');
  });
});

describe('第二十五条 lifting, by two persons with the document', () => {
  it('when it is entered and names the decision, then the exclusion stands until another person has confirmed it', () => {
    expect(factsOf(enterLifting([imposed]))).toEqual([
      { type: 'unit.ban-lifting-entered', data: { ...lifting, evidence } },
    ]);
    expect(refusalOf(lift([enteredLifting], { actor: MSR })).code).toBe('same-person');
    expect(factsOf(lift([enteredLifting]))).toEqual([{ type: 'unit.application-ban-lifted', data: lifting }]);
    expect(lift([enteredLifting])).toMatchObject([{ evidence, reason: lifting.reason }]);
  });

  it('when nobody has entered it, or for another day, then it is refused', () => {
    expect(refusalOf(lift([])).code).toBe('not-found');
    expect(refusalOf(lift([enteredLifting], { change: { from: '2024-03-21' } })).code).toBe('other-day');
  });

  it('when the same is entered twice, then nothing is recorded; other particulars take its place', () => {
    expect(factsOf(enterLifting([imposed], {}, [enteredLifting]))).toEqual([]);
    expect(factsOf(enterLifting([imposed], { reason: '复核撤销' }, [enteredLifting]))).toHaveLength(1);
  });

  it('when it is lifted already, or names another decision, then it is refused', () => {
    const lifted = [imposed, applicationBanLifted.of(lifting)];
    expect(refusalOf(enterLifting(lifted)).code).toBe('no-ban-running');
    expect(refusalOf(lift([enteredLifting], { log: lifted })).code).toBe('no-ban-running');
    expect(refusalOf(enterLifting([imposed], { decision: '津行复〔2024〕3号' })).code).toBe('other-decision');
  });

  it('of a ban that was decided here, or that a predecessor has, says where it ends, not that there is none', () => {
    expect(refusalOf(enterLifting([taken]))).toMatchObject({
      code: 'ban-of-case',
      zh: expect.stringContaining('case-2024-01'),
    });
    const shared = enterLifting([imposed, succession], { uscc: heir });
    expect(refusalOf(shared)).toMatchObject({ code: 'ban-of-predecessor', zh: expect.stringContaining(uscc) });
    expect(refusalOf(enterLifting([succession], { uscc: heir })).code).toBe('no-ban-running');
  });
});
