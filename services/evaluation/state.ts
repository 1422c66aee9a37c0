/** The evaluation by one panel: sheets, aggregations and the list, folded from `evaluation-{panelId}` (art-20). */
import type {
  EvaluationEvent,
  excellentListProposed,
  scoreSheetSubmitted,
  scoresAggregated,
  scoringOpened,
} from '../../events/evaluation.ts';
import { type EventOf, untouched } from '../../events/event-type.ts';
import type { ExpertId, Position } from '../../events/ids.ts';
import { type SheetEnd, type SheetEvent, sheetEndedBy } from '../../events/rules/score-sheets.ts';
import type { Fold } from '../command.ts';

type SheetData = EventOf<typeof scoreSheetSubmitted>['data'];
type Opening = EventOf<typeof scoringOpened>['data'];
export type Aggregation = EventOf<typeof scoresAggregated>['data'];

export interface ScoreSheet extends SheetData {
  /** The event that an aggregation names as its input. */
  readonly eventId: string;
  readonly accountId: string;
  /** Undefined while it stands. */
  readonly ended: SheetEnd | undefined;
}

type Proposal = EventOf<typeof excellentListProposed>['data'];

export interface DraftList extends Pick<Proposal, 'list' | 'minutes' | 'listHash'> {
  readonly signatures: readonly Proposal['signatures'][number][];
}

export interface Evaluation {
  readonly opening: Opening | undefined;
  /** Projects that sheets are taken for: all, those it was reopened for, or none once it is closed. */
  readonly openFor: readonly string[];
  /** All sheets, in the order they came. */
  readonly sheets: readonly ScoreSheet[];
  readonly absences: readonly { readonly expertId: string; readonly projectId: string; readonly reason: string }[];
  readonly aggregation: Aggregation | undefined;
  /** Where the latest aggregation stands in the log. */
  readonly aggregatedAt: Position | undefined;
  /** Divergent projects that the panel has a word on, in the latest aggregation. */
  readonly notes: Readonly<Record<string, string>>;
  /** Round of the aggregation with which the evaluation was completed. */
  readonly completedRound: number | undefined;
  readonly draft: DraftList | undefined;
  /** Hash of the list proposed last. */
  readonly proposed: string | undefined;
}

export const evaluationState: Fold<Evaluation, EvaluationEvent> = {
  name: 'evaluation',
  initial: {
    opening: undefined,
    openFor: [],
    sheets: [],
    absences: [],
    aggregation: undefined,
    aggregatedAt: undefined,
    notes: {},
    completedRound: undefined,
    draft: undefined,
    proposed: undefined,
  },
  evolve(state, event) {
    switch (event.type) {
      case 'scoring.opened':
        return { ...state, opening: event.data, openFor: event.data.projects.map(project => project.projectId) };
      case 'scoring.reopened':
        return { ...state, openFor: event.data.projects };
      case 'scoring.closed':
        return { ...state, openFor: [] };
      case 'score-sheet.submitted':
      case 'score-sheet.superseded':
        return { ...state, ...withSheet({ ...state, sheets: withEnd(state.sheets, event) }, event) };
      case 'score-sheet.voided':
        return { ...state, sheets: withEnd(state.sheets, event) };
      case 'scoring-absence.recorded': {
        const { expertId, projectId, reason } = event.data;
        return { ...state, absences: [...state.absences, { expertId, projectId, reason }] };
      }
      case 'scores.aggregated':
        return {
          ...state,
          aggregation: event.data,
          aggregatedAt: event.position,
          notes: {},
          completedRound: undefined,
          draft: undefined,
        };
      case 'divergence.noted':
        return { ...state, notes: { ...state.notes, [event.data.projectId]: event.data.note } };
      case 'technical-evaluation.completed':
        return { ...state, completedRound: event.data.round };
      case 'excellent-list.drafted': {
        const { list, minutes, listHash } = event.data;
        return { ...state, draft: { list, minutes, listHash, signatures: [] } };
      }
      case 'excellent-list.signed':
        return { ...state, draft: state.draft && signed(state.draft, event.data.expertId, event.id) };
      case 'excellent-list.proposed':
        return { ...state, proposed: event.data.listHash };
      case 'evaluation-standard.issued':
      case 'fee-complaint.raised':
      case 'fee-complaint.resolved':
        return state;
      default:
        return untouched(state, event);
    }
  },
};

function withSheet(
  { sheets, absences }: Pick<Evaluation, 'sheets' | 'absences'>,
  { id, data, meta }: Exclude<SheetEvent, { type: 'score-sheet.voided' }>,
): Pick<Evaluation, 'sheets' | 'absences'> {
  const sheet = { ...data, eventId: id, accountId: meta.actor.accountId, ended: undefined };
  return {
    sheets: [...sheets, sheet],
    absences: absences.filter(({ expertId, projectId }) => expertId !== data.expertId || projectId !== data.projectId),
  };
}

function withEnd(sheets: readonly ScoreSheet[], event: SheetEvent): readonly ScoreSheet[] {
  const ended = sheetEndedBy(event);
  return sheets.map(sheet => (sheet.sheetId === ended?.sheetId ? { ...sheet, ended } : sheet));
}

function signed(draft: DraftList, expertId: ExpertId, eventId: string): DraftList {
  return { ...draft, signatures: [...draft.signatures, { expertId, eventId }] };
}

/** The sheet of an expert for a project that stands now. */
export function currentSheet(state: Evaluation, expertId: string, projectId: string): ScoreSheet | undefined {
  return state.sheets.find(
    sheet => sheet.expertId === expertId && sheet.projectId === projectId && sheet.ended === undefined,
  );
}
