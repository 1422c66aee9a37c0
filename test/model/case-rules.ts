/** Fraud (art-25): the plain rules of a case, from suspicion to a decision and its overturning. */
import { type Case, caseOf, isLive, type Put, type Rule, type Year } from './honours.ts';
import type { Item } from './model.ts';

interface OnCase extends Put {
  readonly fraud: Case;
}

interface CaseRule {
  readonly by?: Rule['by'];
  already?(on: OnCase): boolean;
  when(on: OnCase): boolean;
  effect(on: OnCase): void;
}

/** A rule about the case of a project; without a case there is nothing to be done. */
function onCase({ by = ['authority'], already, when, effect }: CaseRule): Rule {
  const holds = (put: Put, test: ((on: OnCase) => boolean) | undefined) => {
    const fraud = caseOf(put);
    return fraud !== undefined && (test?.({ ...put, fraud }) ?? false);
  };
  return {
    by,
    already: put => holds(put, already),
    when: put => holds(put, when),
    effect(put) {
      effect({ ...put, fraud: caseOf(put) as Case });
      suspend(put.year);
    },
  };
}

/** What a case is about waits for its end: for a dismissal, or for what a finding makes of each of its projects. */
function isPending(item: Item, { stage, items, stopped }: Case, year: Year): boolean {
  if (!items.includes(item)) return false;
  return stage === 'open' || (stage === 'established' && !stopped.has(item) && !year.list.recognised.has(item));
}

function suspend(year: Year): void {
  for (const item of year.items) item.suspended = year.cases.some(fraud => isPending(item, fraud, year));
}

/** Nobody judges what he took part in evaluating (D-35). */
function isImpartial({ fraud, say, year }: OnCase): boolean {
  return !year.panels.some(
    ({ items, scoring, hands }) =>
      scoring !== 'not-opened' && hands.has(say.who.account) && items.some(item => fraud.items.includes(item)),
  );
}

const isSecondPerson = ({ say }: OnCase, first: string | undefined) => say.who.account !== first;

/** The projects that a case is opened on. */
export function accused({ say: { option }, item, year }: Put): readonly Item[] {
  return option === 'unit' ? year.items.filter(({ unit }) => unit === item.unit) : [item];
}

const revocable = ({ fraud, year }: OnCase) => fraud.items.filter(item => isLive(year, item));
const stoppable = ({ fraud, year }: OnCase) =>
  fraud.items.filter(item => !year.list.recognised.has(item) && !fraud.stopped.has(item));

const isHeard = ({ heard, answerBy }: Case) => heard !== undefined && answerBy !== undefined;

function mayState({ fraud, say: { who, option, today } }: OnCase): boolean {
  if (fraud.stage !== 'open') return false;
  if (who.kind === 'unit' && (who.org !== fraud.unit || fraud.answerBy === undefined)) return false;
  if (option === 'stated') return true;
  // That nothing was said is recorded by the authority, once the time for it is over.
  const isOver = fraud.answerBy !== undefined && today > fraud.answerBy;
  return who.kind === 'authority' && isOver && fraud.heard !== 'stated';
}

export const CASE_RULES: Readonly<Record<string, Rule>> = {
  ReportSuspectedFraud: {
    by: ['authority', 'body', 'unit', 'expert', 'supervisor'],
    when: () => true,
    effect: ({ item, year }) =>
      void year.cases.push({
        unit: item.unit,
        about: item,
        stage: 'reported',
        items: [],
        evidence: new Set(),
        stopped: new Set(),
        overturned: false,
      }),
  },
  OpenFraudCase: onCase({
    when: on =>
      on.fraud.stage === 'reported' &&
      (on.say.option === 'result'
        ? on.year.list.recognised.has(on.item)
        : accused(on).every(({ stage }) => stage !== 'none')),
    effect(on) {
      on.fraud.stage = 'open';
      on.fraud.items = accused(on);
    },
  }),
  RecordEvidence: onCase({
    already: ({ fraud, say }) => fraud.stage === 'open' && fraud.evidence.has(say.option),
    when: ({ fraud }) => fraud.stage === 'open',
    effect: ({ fraud, say }) => void fraud.evidence.add(say.option),
  }),
  NotifyUnit: onCase({
    // The notice gives the day as its last one to answer.
    already: ({ fraud, say }) => fraud.stage === 'open' && fraud.answerBy === say.today,
    when: ({ fraud }) => fraud.stage === 'open',
    effect: ({ fraud, say }) => {
      fraud.answerBy = say.today;
    },
  }),
  RecordUnitStatement: onCase({
    by: ['authority', 'unit'],
    already: on => mayState(on) && on.fraud.heard === on.say.option,
    when: mayState,
    effect: ({ fraud, say }) => {
      fraud.heard = say.option;
    },
  }),
  EstablishFraud: onCase({
    when: on => on.fraud.stage === 'open' && on.fraud.evidence.size > 0 && isHeard(on.fraud) && isImpartial(on),
    effect: ({ fraud, say }) => {
      fraud.stage = 'established';
      fraud.establishedBy = say.who.account;
    },
  }),
  DismissFraudCase: onCase({
    already: ({ fraud }) => fraud.stage === 'dismissed',
    when: on => (on.fraud.stage === 'reported' || on.fraud.stage === 'open') && isImpartial(on),
    effect: ({ fraud }) => {
      fraud.stage = 'dismissed';
    },
  }),
  RevokeRecognition: onCase({
    when: on =>
      on.fraud.stage === 'established' &&
      on.fraud.decision === undefined &&
      isSecondPerson(on, on.fraud.establishedBy) &&
      isImpartial(on) &&
      revocable(on).length > 0,
    // Revocation, circulation and exclusion: all three or none.
    effect(on) {
      const revoked = revocable(on);
      on.fraud.decision = { by: on.say.who.account, from: on.say.today, revoked };
      for (const item of revoked) mark(on.year, item, true);
      const bans = on.year.bans.get(on.fraud.unit) ?? [];
      on.year.bans.set(on.fraud.unit, [...bans, { from: on.say.today, by: on.fraud, lifted: false }]);
    },
  }),
  StopFraudulentProjects: onCase({
    when: on =>
      on.fraud.stage === 'established' &&
      isSecondPerson(on, on.fraud.establishedBy) &&
      isImpartial(on) &&
      stoppable(on).length > 0,
    effect(on) {
      for (const item of stoppable(on)) {
        item.stopped = true;
        on.fraud.stopped.add(item);
      }
    },
  }),
  OverturnRevocation: onCase({
    when: on =>
      on.fraud.stage === 'established' &&
      on.fraud.decision !== undefined &&
      !on.fraud.overturned &&
      isSecondPerson(on, on.fraud.decision.by) &&
      isImpartial(on),
    effect({ fraud, year }) {
      fraud.overturned = true;
      for (const item of fraud.decision?.revoked ?? []) mark(year, item, false);
      for (const ban of year.bans.get(fraud.unit) ?? []) if (ban.by === fraud) ban.lifted = true;
    },
  }),
};

function mark({ list }: Year, item: Item, revoked: boolean): void {
  const recognition = list.recognised.get(item);
  if (!recognition) return;
  recognition.revoked = revoked;
  recognition.overturned = !revoked;
}
