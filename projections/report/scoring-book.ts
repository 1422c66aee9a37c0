/** Sheets, standards and aggregations of all panels, as far as the log has been read (art-20). */
import type { DomainEvent } from '../../events/catalogue.ts';
import { evaluationEventTypes } from '../../events/evaluation.ts';
import { type SheetEvent, sheetEndedBy } from '../../events/rules/score-sheets.ts';
import type { ScoringStandard } from '../../events/rules/scoring.ts';

export const SCORING_KINDS = evaluationEventTypes;

type Of<T extends DomainEvent['type']> = Extract<DomainEvent, { type: T }>;
export type GivenSheet = Of<'score-sheet.submitted'> | Of<'score-sheet.superseded'>;
export type BookedAggregation = Of<'scores.aggregated'>;
export type BookedProposal = Of<'excellent-list.proposed'>;
export type StandardEvent = Of<'evaluation-standard.issued'>;

export interface BookedSheet {
  readonly event: GivenSheet;
  /** What took it out of the count. */
  endedBy?: SheetEvent;
}

export interface Scoring {
  readonly panelId: string;
  standard?: { readonly year: number; readonly version: number };
  readonly sheets: BookedSheet[];
  readonly aggregations: BookedAggregation[];
  readonly proposals: BookedProposal[];
  /** Whether sheets are being taken. */
  open: boolean;
}

export class ScoringBook {
  readonly #panels = new Map<string, Scoring>();
  readonly #standards = new Map<string, StandardEvent>();

  take(event: DomainEvent): void {
    switch (event.type) {
      case 'evaluation-standard.issued':
        this.#standards.set(standardKey(event.data), event);
        break;
      case 'scoring.opened': {
        const scoring = this.of(event.data.panelId);
        scoring.standard = { year: event.data.year, version: event.data.standard.version };
        scoring.open = true;
        break;
      }
      case 'scoring.closed':
        this.of(event.data.panelId).open = false;
        break;
      case 'scoring.reopened':
        this.of(event.data.panelId).open = true;
        break;
      case 'score-sheet.submitted':
      case 'score-sheet.superseded':
        end(this.of(event.data.panelId).sheets, event).push({ event });
        break;
      case 'score-sheet.voided':
        end(this.of(event.data.panelId).sheets, event);
        break;
      case 'scores.aggregated':
        this.of(event.data.panelId).aggregations.push(event);
        break;
      case 'excellent-list.proposed':
        this.of(event.data.panelId).proposals.push(event);
        break;
    }
  }

  of(panelId: string): Scoring {
    const known = this.#panels.get(panelId);
    if (known) return known;
    const scoring: Scoring = { panelId, sheets: [], aggregations: [], proposals: [], open: false };
    this.#panels.set(panelId, scoring);
    return scoring;
  }

  all(): readonly Scoring[] {
    return [...this.#panels.values()];
  }

  standard(of: { readonly year: number; readonly version: number } | undefined): StandardEvent | undefined {
    return of && this.#standards.get(standardKey(of));
  }

  /** What an aggregation reckons with. */
  reckoning(scoring: Scoring): ScoringStandard | undefined {
    return this.standard(scoring.standard)?.data;
  }
}

/** The sheets, the one that the event ends marked by it. */
function end(sheets: BookedSheet[], by: SheetEvent): BookedSheet[] {
  const ended = sheetEndedBy(by);
  const sheet = sheets.find(({ event, endedBy }) => event.data.sheetId === ended?.sheetId && !endedBy);
  if (sheet) sheet.endedBy = by;
  return sheets;
}

function standardKey({ year, version }: { readonly year: number; readonly version: number }): string {
  return `${year}/${version}`;
}
