/** The third party's mandate: clerical commands, and what has to be read for them, in scope and term (art-05 （二）, D-8, D-51). */
import type { EntrustmentEvent } from '../entrustment.ts';
import type { CivilDate } from '../time.ts';
import type { MaterialKind } from './material.ts';

/**
 * All that can be entrusted: every command that is declared `clerical`, and no decision; each with the material that whoever
 * does it has to read. Nothing else of others is open to a third party.
 */
export const CLERICAL_WORK = {
  RecordOtherOrganisingWork: [],
  DraftWorkPlan: [],
  OpenApplications: [],
  CloseApplications: [],
  RegisterUnit: [],
  VerifyUnitRegistration: [],
  /** What is compared has to be looked at. */
  RunSimilarityCheck: ['case-file'],
  /** The list is made from the log, with nobody reading. */
  CompileProjectPlan: [],
  RecordEarlierExcellentResult: [],
} as const satisfies Readonly<Record<string, readonly MaterialKind[]>>;
export type ClericalCommand = keyof typeof CLERICAL_WORK;

export const CLERICAL_COMMANDS = Object.keys(CLERICAL_WORK) as readonly ClericalCommand[];

export interface Mandate {
  readonly from?: CivilDate;
  readonly lastDay?: CivilDate;
  /** Scopes by the first day they hold, oldest first. */
  readonly scopes: readonly { readonly from: CivilDate; readonly commands: readonly string[] }[];
}

const NONE: Mandate = { scopes: [] };

export const mandate = {
  name: 'mandate',
  initial: NONE,
  evolve(state: Mandate, event: EntrustmentEvent): Mandate {
    switch (event.type) {
      case 'third-party.capability-verified':
        return state;
      case 'third-party.entrusted': {
        const { from, lastDay, scope } = event.data;
        return { from, lastDay, scopes: [{ from, commands: scope }] };
      }
      case 'entrustment.scope-changed':
        return { ...state, scopes: [...state.scopes, { from: event.data.from, commands: event.data.scope }] };
      case 'entrustment.terminated':
        return { ...state, lastDay: event.data.lastDay };
    }
  },
};

/** Whether the term runs on a date. */
export function isInTerm({ from, lastDay }: Mandate, date: CivilDate): boolean {
  return from !== undefined && lastDay !== undefined && from <= date && date <= lastDay;
}

/** The commands entrusted on a date. */
function scopeOn(state: Mandate, date: CivilDate): readonly string[] {
  if (!isInTerm(state, date)) return [];
  return state.scopes.findLast(candidate => candidate.from <= date)?.commands ?? [];
}

/** Whether the mandate covers a command on a date. */
export function covers(state: Mandate, commandName: string, date: CivilDate): boolean {
  return scopeOn(state, date).includes(commandName);
}

/** Whether something entrusted on a date needs material of a kind to be read. */
export function mayReadFor(state: Mandate, kind: MaterialKind, date: CivilDate): boolean {
  const work: Readonly<Record<string, readonly MaterialKind[]>> = CLERICAL_WORK;
  return scopeOn(state, date).some(name => work[name]?.includes(kind));
}
