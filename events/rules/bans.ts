/**
 * Which units are excluded from applying, from when until when (art-25): by a revocation decided here, or by a decision
 * from outside the system (D-49); and which units share the exclusion of another because they succeed to it (D-32).
 */
import { fraudDecisionTaken, revocationOverturned } from '../enforcement.ts';
import type { EventsOf } from '../event-type.ts';
import { addDays, type CivilDate, lastDayOfYears } from '../time.ts';
import { applicationBanImposed, applicationBanLifted, unitSuccessorRecorded } from '../unit.ts';
import { lineOf, type Related } from './organisations.ts';

/** Years without applications after a revocation. */
const BAN_YEARS = 5;

/** First and last day of an exclusion: the first is banned and not counted, the last is the same date five years on (D-31). */
export interface BanTerm {
  readonly from: CivilDate;
  readonly lastDay: CivilDate;
}

export function banTermFrom(from: CivilDate): BanTerm {
  return { from, lastDay: lastDayOfYears(from, BAN_YEARS) };
}

export interface Ban extends BanTerm {
  /** Number of the decision. */
  readonly decision: string;
  /** The case it was imposed in; absent for a decision from outside the system. */
  readonly caseId?: string;
  /** From which day on it holds no longer, and why. */
  readonly lifted?: { readonly from: CivilDate; readonly reason: string };
}

export interface UnitBans {
  /** Its own, in the order in which they were recorded. */
  readonly bans: readonly Ban[];
  /** The units it succeeds to. */
  readonly predecessors: readonly Related[];
}

export const NEVER_BANNED: UnitBans = { bans: [], predecessors: [] };

export const banEventTypes = [
  applicationBanImposed,
  applicationBanLifted,
  unitSuccessorRecorded,
  fraudDecisionTaken,
  revocationOverturned,
] as const;
export type BanEvent = EventsOf<typeof banEventTypes>;

/** What one more event means to the unit it is about. */
export function unitBansAfter(held: UnitBans, event: BanEvent): UnitBans {
  switch (event.type) {
    case 'unit.application-ban-imposed': {
      const { decision, from, lastDay } = event.data;
      return { ...held, bans: [...held.bans, { decision, from, lastDay }] };
    }
    case 'fraud-decision.taken': {
      const { caseId, circulation, ban } = event.data;
      return { ...held, bans: [...held.bans, { decision: circulation.document, caseId, ...ban }] };
    }
    case 'unit.application-ban-lifted': {
      const { from, reason } = event.data;
      return lifted(held, ban => ban.caseId === undefined && holdsOn(ban, from), { from, reason });
    }
    case 'revocation.overturned': {
      const { caseId, from, reason } = event.data;
      return lifted(held, ban => ban.caseId === caseId, { from, reason });
    }
    case 'unit.successor-recorded': {
      const { predecessor: uscc, effectiveOn: from } = event.data;
      return { ...held, predecessors: [...held.predecessors, { uscc, from }] };
    }
  }
}

function lifted(held: UnitBans, which: (ban: Ban) => boolean, lifting: NonNullable<Ban['lifted']>): UnitBans {
  return { ...held, bans: held.bans.map(ban => (which(ban) ? { ...ban, lifted: lifting } : ban)) };
}

/** Of all units, by credit code. */
export type Bans = Readonly<Record<string, UnitBans>>;

export function bansAfter(all: Bans, event: BanEvent): Bans {
  const { uscc } = event.data;
  return { ...all, [uscc]: unitBansAfter(all[uscc] ?? NEVER_BANNED, event) };
}

/** The last day on which a ban holds; before its first day where it never held. */
export function endOf({ lastDay, lifted: lifting }: Ban): CivilDate {
  const beforeLifting = lifting && addDays(lifting.from, -1);
  return beforeLifting !== undefined && beforeLifting < lastDay ? beforeLifting : lastDay;
}

export function holdsOn(ban: Ban, date: CivilDate): boolean {
  return ban.from <= date && date <= endOf(ban);
}

/** A ban, and whose it is. */
export interface HeldBan extends Ban {
  readonly uscc: string;
}

/** All bans that a unit has to answer for on a date, over and to come ones among them: its own first. */
export function bansOf(all: Bans, uscc: string, date: CivilDate): readonly HeldBan[] {
  const line = lineOf(uscc, date, unit => all[unit]?.predecessors ?? []);
  return line.flatMap(unit => (all[unit]?.bans ?? []).map(ban => ({ ...ban, uscc: unit })));
}

/** The ban that holds for a unit on a date, its own or that of a unit it succeeds to: of several the one that ends last. */
export function banOn(all: Bans, uscc: string, date: CivilDate): HeldBan | undefined {
  return bansOf(all, uscc, date)
    .filter(ban => holdsOn(ban, date))
    .reduce<HeldBan | undefined>((last, ban) => (last && endOf(last) >= endOf(ban) ? last : ban), undefined);
}

/** A ban of the unit itself that shares a day with a term. */
export function banWithin({ bans }: UnitBans, { from, lastDay }: BanTerm): Ban | undefined {
  return bans.find(ban => ban.from <= lastDay && from <= endOf(ban) && ban.from <= endOf(ban));
}
