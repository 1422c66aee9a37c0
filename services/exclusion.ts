/**
 * Who is excluded from applying (art-25, DL-3) and which projects were stopped for fraud (D-34). The decisions stand in
 * several streams, so every gate reads them from the log, and a gate that one of them escaped is followed by the next.
 */
import { fraudCaseDismissed, fraudCaseOpened, fraudulentProjectsStopped } from '../events/enforcement.ts';
import type { EventsOf } from '../events/event-type.ts';
import { type Bans, banEventTypes, bansAfter } from '../events/rules/bans.ts';
import { type Fold, stateOfLog } from './command.ts';
import { type Rejection, refuse } from './rejection.ts';

export interface Exclusions {
  readonly bans: Bans;
  /** Projects that were stopped, with the case. */
  readonly stopped: Readonly<Record<string, string>>;
  /** Projects of the cases that are open. */
  readonly openCases: Readonly<Record<string, readonly string[]>>;
}

const kinds = [...banEventTypes, fraudCaseOpened, fraudCaseDismissed, fraudulentProjectsStopped] as const;

export const exclusions: Fold<Exclusions, EventsOf<typeof kinds>> = {
  name: 'exclusions',
  initial: { bans: {}, stopped: {}, openCases: {} },
  evolve(state, event) {
    switch (event.type) {
      case 'fraud-decision.taken': {
        const { caseId, revoked } = event.data;
        return settled({ ...state, bans: bansAfter(state.bans, event) }, caseId, revoked);
      }
      case 'fraud-case.opened': {
        const { caseId, projectIds } = event.data;
        return { ...state, openCases: { ...state.openCases, [caseId]: projectIds } };
      }
      case 'fraud-case.dismissed':
        return closed(state, event.data.caseId);
      case 'fraudulent-projects.stopped': {
        const { caseId, projectIds } = event.data;
        const stopped = Object.fromEntries(projectIds.map(id => [id, caseId]));
        return closed({ ...state, stopped: { ...state.stopped, ...stopped } }, caseId);
      }
      case 'unit.application-ban-imposed':
      case 'unit.application-ban-lifted':
      case 'unit.successor-recorded':
      case 'revocation.overturned':
        return { ...state, bans: bansAfter(state.bans, event) };
    }
  },
};

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
  'lately',
);

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
