/**
 * Exclusions that rest on no case here (art-25, D-49): decisions from before or outside the system, entered with their
 * document by one person and confirmed by another, and their lifting alike. What is decided here comes with its revocation.
 */
import { type BanTerm, banOn, banTermFrom, banWithin, holdsOn, NEVER_BANNED } from '../../events/rules/bans.ts';
import { isSamePerson, type Persons } from '../../events/rules/persons.ts';
import { ISSUED_ON } from '../../events/statute.ts';
import type { CivilDate } from '../../events/time.ts';
import {
  applicationBanImposed,
  applicationBanLifted,
  banLiftingEntered,
  outsideBanEntered,
} from '../../events/unit.ts';
import { command, type Given } from '../command.ts';
import { type Exclusions, exclusionsNow } from '../exclusion.ts';
import { personsNow, twoPersonsFault } from '../persons.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { onUnit } from './state.ts';

const byAuthority = { ...onUnit, allow: ['MSR'] as const };

export const enterOutsideBan = command({
  ...byAuthority,
  name: 'EnterOutsideBan',
  title: '录入系统外作出的不受理申报决定',
  records: [outsideBanEntered],
  summary:
    'Enters a decision from before or outside the system, with its document; it excludes the unit once another person has confirmed it (D-49).',
  reach: { from: { notAfter: 'today' } },
  input: outsideBanEntered.schema,
  reads: () => ({ exclusions: exclusionsNow }),
  decide(state, entry, _given, { exclusions }) {
    const term = banTermFrom(entry.from);
    const fault = overBefore(term) ?? runningFault(exclusions, entry.uscc, term);
    if (fault) return fault;
    const known = state.enteredBans[entry.decision];
    // Entered otherwise before it is confirmed: what was entered last is what will be confirmed.
    if (known && !known.confirmed && !isRejection(again(known.entry, entry))) return [];
    return [outsideBanEntered.of(entry, { evidence: entry.evidence })];
  },
});

export const confirmOutsideBan = command({
  ...byAuthority,
  name: 'ConfirmOutsideBan',
  title: '确认系统外作出的不受理申报决定',
  records: [applicationBanImposed],
  summary:
    'Confirms, against its document, a decision from before or outside the system that another person has entered: the unit is excluded for five years from its day (D-31, D-49).',
  input: outsideBanEntered.schema.pick({ uscc: true, decision: true, from: true }),
  reads: () => ({ exclusions: exclusionsNow, persons: personsNow }),
  saidAgain: ({ enteredBans }, { decision }) => (enteredBans[decision]?.confirmed ? [] : undefined),
  gate: (state, given, { persons }) => ownFault(enteredBan, waitingAmong(state.enteredBans), given, persons) ?? state,
  done: ({ enteredBans }) => waitingAmong(enteredBans).length === 0,
  decide({ enteredBans }, { uscc, decision, from }, given, { exclusions, persons }) {
    const entered = enteredBans[decision];
    if (!entered) return notFound();
    const { entry } = entered;
    const fault =
      ownFault(enteredBan, [entered], given, persons) ?? runningFault(exclusions, uscc, banTermFrom(entry.from));
    if (fault) return fault;
    if (from !== entry.from) return otherDay(entry.from);
    return [applicationBanImposed.of({ uscc, decision, ...banTermFrom(from) }, { evidence: entry.evidence })];
  },
});

interface Entered {
  readonly by: string;
  readonly confirmed: boolean;
}

/** What was entered about a unit and waits for its second person. */
const waitingAmong = <E extends Entered>(entered: Readonly<Record<string, E>>): readonly E[] =>
  Object.values(entered).filter(({ confirmed }) => !confirmed);

/** Why somebody confirms nothing of what waits: all of it he has entered himself. */
function ownFault(
  itself: () => Rejection,
  waiting: readonly Entered[],
  { actor }: Given,
  persons: Persons,
): Rejection | undefined {
  if (waiting.length === 0) return undefined;
  return waiting.every(({ by }) => isSamePerson(persons, by, actor.accountId)) ? itself() : undefined;
}

function enteredBan(): Rejection {
  return twoPersonsFault('same-person', '录入决定的人员不得自行确认', 'whoever entered the decision cannot confirm it');
}

function enteredLifting(): Rejection {
  return twoPersonsFault('same-person', '录入解除的人员不得自行确认', 'whoever entered the lifting cannot confirm it');
}

/** Both read the day from the document: what one of them has misread is seen. */
function otherDay(entered: CivilDate): Rejection {
  return refuseForm(
    'conflict',
    'other-day',
    `录入的生效日期为 ${entered}，与所确认的不一致，请核对决定文书`,
    `The entry says ${entered}, not the day that is confirmed: compare the document`,
  );
}

/** What had ended before the regulation was issued excludes nobody from its programmes. */
function overBefore({ lastDay }: BanTerm): Rejection | undefined {
  if (lastDay >= ISSUED_ON) return undefined;
  const zh = `该期间已于 ${lastDay} 届满，早于办法印发之日 ${ISSUED_ON}`;
  return refuseForm(
    'invalid',
    'ban-over-before-regulation',
    zh,
    `The ban ended on ${lastDay}, before the regulation was issued on ${ISSUED_ON}`,
    [{ pointer: '/from', code: 'ban-over-before-regulation', detail: zh }],
  );
}

/** One exclusion of a unit at a time, be it decided here or elsewhere. */
function runningFault({ bans }: Exclusions, uscc: string, term: BanTerm): Rejection | undefined {
  const running = banWithin(bans[uscc] ?? NEVER_BANNED, term);
  if (!running) return undefined;
  return refuse(
    'art-25',
    'ban-already-running',
    `该单位已在不再受理申报期内（${running.decision}）：${running.from} 至 ${running.lastDay}`,
    `A ban already runs from ${running.from} to ${running.lastDay} (${running.decision})`,
  );
}

export const enterBanLifting = command({
  ...byAuthority,
  name: 'EnterBanLifting',
  title: '录入系统外决定的解除',
  records: [banLiftingEntered],
  summary:
    'Enters, with its document, that a decision from outside the system is overturned from a day on; the exclusion ends once another person has confirmed it. One that was decided here ends with the overturning of its case.',
  reach: { from: { notBefore: 'regulation', notAfter: { years: 1 } } },
  input: banLiftingEntered.schema,
  reads: () => ({ exclusions: exclusionsNow }),
  gate: (state, { today }, { exclusions }, { uscc }) =>
    outsideBans(exclusions, uscc).length > 0 ? state : notHereFault(exclusions, uscc, today),
  decide(state, entry, _given, { exclusions }) {
    const fault = liftingFault(exclusions, entry);
    if (fault) return fault;
    const known = state.enteredLiftings[entry.decision];
    // Entered otherwise before it is confirmed: what was entered last is what will be confirmed.
    if (known && !isRejection(again(known.entry, entry))) return [];
    return [banLiftingEntered.of(entry, { evidence: entry.evidence, reason: entry.reason })];
  },
});

export const liftApplicationBan = command({
  ...byAuthority,
  name: 'LiftApplicationBan',
  title: '确认解除系统外决定的不再受理申报',
  records: [applicationBanLifted],
  summary:
    'Confirms, against its document, a lifting that another person has entered: from its day on the unit is not excluded by that decision.',
  input: banLiftingEntered.schema.pick({ uscc: true, decision: true, from: true }),
  reads: () => ({ exclusions: exclusionsNow, persons: personsNow }),
  gate: (state, given, { persons }) =>
    ownFault(enteredLifting, waitingAmong(state.enteredLiftings), given, persons) ?? state,
  done: ({ enteredLiftings }) => waitingAmong(enteredLiftings).length === 0,
  decide({ enteredLiftings }, { uscc, decision, from }, given, { exclusions, persons }) {
    const entered = enteredLiftings[decision];
    if (!entered) return liftingFault(exclusions, { uscc, decision, from }) ?? notFound();
    const { entry } = entered;
    const fault = ownFault(enteredLifting, [entered], given, persons);
    if (fault) return fault;
    if (from !== entry.from) return otherDay(entry.from);
    const { reason, evidence } = entry;
    return (
      liftingFault(exclusions, entry) ?? [
        applicationBanLifted.of({ uscc, decision, from, reason }, { reason, evidence }),
      ]
    );
  },
});

/** Only an exclusion that holds on the day, by the decision that is named, ends here. */
function liftingFault(
  exclusions: Exclusions,
  { uscc, decision, from }: { readonly uscc: string; readonly decision: string; readonly from: CivilDate },
): Rejection | undefined {
  const outside = outsideBans(exclusions, uscc).find(ban => holdsOn(ban, from));
  if (!outside) return notHereFault(exclusions, uscc, from);
  if (outside.decision === decision) return undefined;
  return refuse(
    'art-25',
    'other-decision',
    `该单位在 ${from} 依 ${outside.decision} 不再受理申报，须写明该决定的文号`,
    `On ${from} the unit is banned by ${outside.decision}: name that decision`,
  );
}

/** A unit’s own exclusions that were decided elsewhere. */
function outsideBans({ bans }: Exclusions, uscc: string) {
  return (bans[uscc] ?? NEVER_BANNED).bans.filter(({ caseId }) => caseId === undefined);
}

/** Where a ban that holds for the unit ends, if it holds and does not end here. */
function notHereFault({ bans }: Exclusions, uscc: string, date: CivilDate): Rejection {
  const held = banOn(bans, uscc, date);
  if (!held) {
    return refuse('art-25', 'no-ban-running', `该单位在 ${date} 不在不再受理申报期内`, `No ban runs on ${date}`);
  }
  if (held.uscc !== uscc) {
    return refuse(
      'art-25',
      'ban-of-predecessor',
      `该单位因承继 ${held.uscc} 而不再受理申报（${held.decision}），须对该单位解除`,
      `The unit shares the ban of ${held.uscc}, to which it succeeds (${held.decision}): it is lifted there`,
    );
  }
  return refuse(
    'art-25',
    'ban-of-case',
    `该单位依本系统作出的 ${held.decision} 不再受理申报，须撤销该处理决定（案件 ${held.caseId}）`,
    `The ban comes from a decision taken here (${held.decision}): it ends when that is overturned (case ${held.caseId})`,
  );
}
