/** The third party's mandate: clerical commands, within the scope and term of its entrustment (art-05 （二）, D-8). */
import type { EntrustmentEvent } from '../events/entrustment.ts';
import type { CivilDate } from '../events/time.ts';
import type { Fold } from './command.ts';

/** All that can be entrusted: every command that is declared `clerical`, and no decision. */
export const CLERICAL_COMMANDS = [
  'RecordOtherOrganisingWork',
  'DraftWorkPlan',
  'OpenApplications',
  'CloseApplications',
  'RegisterUnit',
  'VerifyUnitRegistration',
  'RunSimilarityCheck',
  'CompileProjectPlan',
  'RecordEarlierExcellentResult',
] as const;

export interface Mandate {
  readonly from?: CivilDate;
  readonly lastDay?: CivilDate;
  /** Scopes by the first day they hold, oldest first. */
  readonly scopes: readonly { readonly from: CivilDate; readonly commands: readonly string[] }[];
}

export const mandate: Fold<Mandate, EntrustmentEvent> = {
  name: 'mandate',
  initial: { scopes: [] },
  evolve(state, event) {
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

/** Whether the mandate covers a command on a date. */
export function covers(state: Mandate, commandName: string, date: CivilDate): boolean {
  if (!state.from || !state.lastDay || date < state.from || date > state.lastDay) return false;
  const scope = state.scopes.findLast(candidate => candidate.from <= date);
  return scope?.commands.includes(commandName) ?? false;
}
