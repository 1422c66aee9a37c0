/**
 * Who is excluded from applying (art-25, DL-3) and which projects were stopped for fraud (D-34). The decisions stand in
 * several streams, so every gate reads them from the log, and a gate that one of them escaped is followed by the next.
 */
import {
  fraudCaseDismissed,
  fraudCaseOpened,
  fraudDecisionTaken,
  fraudulentProjectsStopped,
  revocationOverturned,
} from '../events/enforcement.ts';
import type { EventsOf } from '../events/fact.ts';
import type { CivilDate } from '../events/time.ts';
import { applicationBanImposed, applicationBanLifted, unitSuccessorRecorded } from '../events/unit.ts';
import { type Fold, stateOfLog } from './command.ts';
import { type Rejection, refuse } from './rejection.ts';

export interface Ban {
  /** Number of the decision, or the case it was taken in. */
  readonly origin: string;
  readonly from: CivilDate;
  readonly lastDay: CivilDate;
  /** First day on which it no longer holds, if it was lifted. */
  readonly liftedFrom?: CivilDate;
}

export interface Exclusions {
  readonly bans: Readonly<Record<string, readonly Ban[]>>;
  /** By successor (D-32). */
  readonly predecessors: Readonly<Record<string, readonly { readonly uscc: string; readonly from: CivilDate }[]>>;
  /** Projects that were stopped, with the case. */
  readonly stopped: Readonly<Record<string, string>>;
  /** Projects of the cases that are open. */
  readonly openCases: Readonly<Record<string, readonly string[]>>;
}

const kinds = [
  applicationBanImposed,
  applicationBanLifted,
  unitSuccessorRecorded,
  fraudCaseOpened,
  fraudCaseDismissed,
  fraudDecisionTaken,
  fraudulentProjectsStopped,
  revocationOverturned,
] as const;

export const exclusions: Fold<Exclusions, EventsOf<typeof kinds>> = {
  name: 'exclusions',
  initial: { bans: {}, predecessors: {}, stopped: {}, openCases: {} },
  evolve(state, event) {
    switch (event.type) {
      case 'unit.application-ban-imposed': {
        const { uscc, decision, from, lastDay } = event.data;
        return withBan(state, uscc, { origin: decision, from, lastDay });
      }
      case 'fraud-decision.taken': {
        const { uscc, caseId, ban, revoked } = event.data;
        return settled(withBan(state, uscc, { origin: caseId, ...ban }), caseId, revoked);
      }
      case 'fraud-case.opened': {
        const { caseId, projectIds } = event.data;
        return { ...state, openCases: { ...state.openCases, [caseId]: projectIds } };
      }
      case 'fraud-case.dismissed':
        return closed(state, event.data.caseId);
      case 'unit.application-ban-lifted':
        return lifted(state, event.data.uscc, event.data.decision, event.data.from);
      case 'revocation.overturned':
        return lifted(state, event.data.uscc, event.data.caseId, event.data.from);
      case 'unit.successor-recorded': {
        const { uscc, predecessor, effectiveOn } = event.data;
        const known = [...(state.predecessors[uscc] ?? []), { uscc: predecessor, from: effectiveOn }];
        return { ...state, predecessors: { ...state.predecessors, [uscc]: known } };
      }
      case 'fraudulent-projects.stopped': {
        const { caseId, projectIds } = event.data;
        const stopped = Object.fromEntries(projectIds.map(id => [id, caseId]));
        return closed({ ...state, stopped: { ...state.stopped, ...stopped } }, caseId);
      }
    }
  },
};

function withBan(state: Exclusions, uscc: string, ban: Ban): Exclusions {
  return { ...state, bans: { ...state.bans, [uscc]: [...(state.bans[uscc] ?? []), ban] } };
}

function lifted(state: Exclusions, uscc: string, origin: string, from: CivilDate): Exclusions {
  const bans = (state.bans[uscc] ?? []).map(ban => (ban.origin === origin ? { ...ban, liftedFrom: from } : ban));
  return { ...state, bans: { ...state.bans, [uscc]: bans } };
}

function closed(state: Exclusions, caseId: string): Exclusions {
  const { [caseId]: _closed, ...openCases } = state.openCases;
  return { ...state, openCases };
}

/** What was revoked is settled; what the case holds besides was never recognised, and waits to be stopped (D-34). */
function settled(
  state: Exclusions,
  caseId: string,
  revoked: readonly { readonly projectId?: string | undefined }[],
): Exclusions {
  const open = (state.openCases[caseId] ?? []).filter(id => !revoked.some(({ projectId }) => projectId === id));
  return open.length === 0 ? closed(state, caseId) : { ...state, openCases: { ...state.openCases, [caseId]: open } };
}

/** All decisions up to now. */
export const exclusionsNow = stateOfLog(
  exclusions,
  kinds.map(({ type }) => type),
);

/** The ban that holds on a date, the unit's own or one it succeeds to; its first and last days are both banned. */
export function banOn(state: Exclusions, uscc: string, date: CivilDate): Ban | undefined {
  return lineOf(state, uscc, date)
    .flatMap(unit => state.bans[unit] ?? [])
    .find(ban => ban.from <= date && date <= ban.lastDay && !(ban.liftedFrom !== undefined && ban.liftedFrom <= date));
}

/** The unit and all it has succeeded to by a date. */
function lineOf(state: Exclusions, uscc: string, date: CivilDate): readonly string[] {
  const line = new Set([uscc]);
  for (const unit of line) {
    for (const predecessor of state.predecessors[unit] ?? []) {
      if (predecessor.from <= date) line.add(predecessor.uscc);
    }
  }
  return [...line];
}

/** A project found fraudulent before recognition goes no further. */
export function stopFault(state: Exclusions, projectId: string): Rejection | undefined {
  if (state.stopped[projectId] === undefined) return undefined;
  return refuse(
    'art-10',
    'project-stopped',
    '该项目因材料不真实或手段不正当已被终止',
    'The project was stopped for untrue materials or improper means',
  );
}

/** While a case is open its projects are not approved or recognised (domain 1.5); what the unit does itself goes on. */
export function suspensionFault(state: Exclusions, projectId: string): Rejection | undefined {
  const stopped = stopFault(state, projectId);
  if (stopped) return stopped;
  if (!Object.values(state.openCases).some(projectIds => projectIds.includes(projectId))) return undefined;
  return refuse(
    'art-25',
    'project-under-investigation',
    '该项目正在接受核查，核查终结前暂缓办理',
    'The project is under investigation and waits for its end',
  );
}
