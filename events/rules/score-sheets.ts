/** Which score sheets stand, and which of them count (art-18, art-20). */
import { scoreSheetSubmitted, scoreSheetSuperseded, scoreSheetVoided, type VOID_CAUSES } from '../evaluation.ts';
import type { EventOf } from '../event-type.ts';
import { isCounted, type PanelStanding } from './panel.ts';

export const SHEET_EVENT_TYPES = [scoreSheetSubmitted, scoreSheetSuperseded, scoreSheetVoided] as const;
export type SheetEvent = EventOf<(typeof SHEET_EVENT_TYPES)[number]>;

/** Why a sheet stands no longer. */
export interface SheetEnd {
  readonly how: 'superseded' | (typeof VOID_CAUSES)[number];
  readonly reason: string;
}

/** The sheet that an event ends, if it ends one: another takes its place, or it is voided. */
export function sheetEndedBy(event: SheetEvent): (SheetEnd & { readonly sheetId: string }) | undefined {
  switch (event.type) {
    case 'score-sheet.submitted':
      return undefined;
    case 'score-sheet.superseded':
      return { sheetId: event.data.supersedes, how: 'superseded', reason: event.data.reason };
    case 'score-sheet.voided':
      return { sheetId: event.data.sheetId, how: event.data.cause, reason: event.data.reason };
  }
}

interface KeptSheet {
  readonly expertId: string;
  readonly uscc: string;
  readonly ended?: SheetEnd | undefined;
}

/** Whether a sheet stands and its expert is a member whom nothing recuses from the unit. */
export function isSheetCounted(panel: PanelStanding, sheet: KeptSheet): boolean {
  return sheet.ended === undefined && isCounted(panel, sheet);
}
