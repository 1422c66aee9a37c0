/** The excellent list of a year, from review to certificates: a fold over `excellent-list-{year}` (art-21). */
import type { AccountId, Position, ProjectId } from '../../events/ids.ts';
import type { PanelId } from '../../events/panel.ts';
import type { ExcellentListEvent } from '../../events/recognition.ts';
import type { CivilDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';

/** What the authority made of one panel's list. */
export interface Review {
  readonly panelId: PanelId;
  readonly listHash: string;
  readonly kept: readonly ProjectId[];
  readonly removed: readonly { readonly projectId: ProjectId; readonly reason: string }[];
}

export interface Notice {
  readonly notice: number;
  readonly projects: readonly ProjectId[];
  readonly lastDay: CivilDate;
  readonly closed: boolean;
}

export interface Objection {
  readonly projectId: ProjectId;
  readonly notice: number;
  readonly outcome: 'upheld' | 'dismissed' | undefined;
  /** Of the decision. */
  readonly reason?: string;
}

export interface Publication {
  readonly version: number;
  readonly position: Position;
  readonly listHash: string;
  readonly url: string;
}

type Commendation = Extract<ExcellentListEvent, { type: 'commendation.issued' }>['data'];

export interface ExcellentList {
  /** By panel: of the list that stands with the authority. */
  readonly reviews: Readonly<Record<string, Review>>;
  /** By panel: the list that was sent back, and why. */
  readonly returned: Readonly<Record<string, { readonly listHash: string; readonly reason: string }>>;
  readonly notices: readonly Notice[];
  readonly objections: Readonly<Record<string, Objection>>;
  readonly recognised: readonly { readonly projectId: ProjectId; readonly by: AccountId }[];
  readonly published: Publication | undefined;
  readonly commendations: readonly Commendation[];
  /** Commendations that a certificate was issued for. */
  readonly certified: readonly string[];
}

export const excellentList: Fold<ExcellentList, ExcellentListEvent> = {
  name: 'excellent-list',
  initial: {
    reviews: {},
    returned: {},
    notices: [],
    objections: {},
    recognised: [],
    published: undefined,
    commendations: [],
    certified: [],
  },
  evolve(state, event) {
    switch (event.type) {
      case 'excellent-list.reviewed': {
        const { panelId, listHash, kept, removed } = event.data;
        return { ...state, reviews: { ...state.reviews, [panelId]: { panelId, listHash, kept, removed } } };
      }
      case 'excellent-list.returned': {
        const { panelId, listHash, reason } = event.data;
        const { [panelId]: _undone, ...reviews } = state.reviews;
        return { ...state, reviews, returned: { ...state.returned, [panelId]: { listHash, reason } } };
      }
      case 'public-notice.opened': {
        const { notice, list, lastDay } = event.data;
        const projects = list.map(({ projectId }) => projectId);
        return { ...state, notices: [...state.notices, { notice, projects, lastDay, closed: false }] };
      }
      case 'public-notice.closed': {
        const { notice } = event.data;
        const notices = state.notices.map(each => (each.notice === notice ? { ...each, closed: true } : each));
        return { ...state, notices };
      }
      case 'objection.raised': {
        const { objectionId, projectId, notice } = event.data;
        const objection = { projectId, notice, outcome: undefined };
        return { ...state, objections: { ...state.objections, [objectionId]: objection } };
      }
      case 'objection.upheld':
        return decided(state, event.data, 'upheld');
      case 'objection.dismissed':
        return decided(state, event.data, 'dismissed');
      case 'excellent-result.recognised': {
        const recognition = { projectId: event.data.projectId, by: event.meta.actor.accountId };
        return { ...state, recognised: [...state.recognised, recognition] };
      }
      case 'excellent-results.published': {
        const { version, position, listHash, url } = event.data;
        return { ...state, published: { version, position, listHash, url } };
      }
      case 'commendation.issued':
        return { ...state, commendations: [...state.commendations, event.data] };
      case 'certificate.issued':
        return { ...state, certified: [...state.certified, event.data.commendationId] };
    }
  },
};

function decided(
  state: ExcellentList,
  { objectionId, reason }: { readonly objectionId: string; readonly reason: string },
  outcome: 'upheld' | 'dismissed',
): ExcellentList {
  const objection = state.objections[objectionId];
  if (!objection) return state;
  return { ...state, objections: { ...state.objections, [objectionId]: { ...objection, outcome, reason } } };
}

/** The review that keeps a project. */
export function keptBy(state: ExcellentList, projectId: ProjectId): readonly Review[] {
  return Object.values(state.reviews).filter(({ kept }) => kept.includes(projectId));
}

/** Whether a recognition of the project’s result is on record. */
export function isRecognised(state: ExcellentList, projectId: ProjectId): boolean {
  return state.recognised.some(recognition => recognition.projectId === projectId);
}

/** Whether an objection to the result has this outcome; `undefined` asks for those that are undecided. */
export function isObjectedTo(state: ExcellentList, projectId: ProjectId, outcome: Objection['outcome']): boolean {
  return Object.values(state.objections).some(
    objection => objection.projectId === projectId && objection.outcome === outcome,
  );
}
