/** What the rulebook says: which regulation is in force, which rules stand. */
import type { RulebookEvent } from '../../events/rulebook.ts';
import { addDays, type CivilDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';

export interface Regulation {
  readonly doc: string;
  readonly from?: CivilDate;
  /** Last day on which a programme can be opened under it. */
  readonly lastDay?: CivilDate;
}

export interface ProgrammeRule {
  readonly version: number;
  readonly title: string;
  readonly effectiveOn: CivilDate;
  readonly textHash: string;
  readonly repealedFrom?: CivilDate;
}

export interface Rulebook {
  readonly regulations: readonly Regulation[];
  readonly rules: Readonly<Record<string, ProgrammeRule>>;
}

export const rulebook: Fold<Rulebook, RulebookEvent> = {
  name: 'rulebook',
  initial: { regulations: [], rules: {} },
  evolve(state, event) {
    switch (event.type) {
      case 'regulation.registered':
        return { ...state, regulations: [...state.regulations, { doc: event.data.doc }] };
      case 'regulation.in-force':
        return amend(state, event.data.doc, { from: event.data.from, lastDay: event.data.lastDay });
      case 'regulation.superseded': {
        const { doc, from, successor, successorLastDay } = event.data;
        const ended = amend(state, doc, { lastDay: addDays(from, -1) });
        return { ...ended, regulations: [...ended.regulations, { doc: successor, from, lastDay: successorLastDay }] };
      }
      case 'regulation.repealed':
        return amend(state, event.data.doc, { lastDay: addDays(event.data.from, -1) });
      case 'programme-rule.issued':
      case 'programme-rule.revised': {
        const { ruleId, ...rule } = event.data;
        return { ...state, rules: { ...state.rules, [ruleId]: rule } };
      }
      case 'programme-rule.repealed': {
        const rule = ruleOf(state, event.data.ruleId);
        if (!rule) return state;
        return { ...state, rules: { ...state.rules, [event.data.ruleId]: { ...rule, repealedFrom: event.data.from } } };
      }
      case 'organising-work.recorded':
      case 'meeting.recorded':
      case 'notice.recorded':
        return state;
    }
  },
};

function amend(state: Rulebook, doc: string, change: Partial<Regulation>): Rulebook {
  return {
    ...state,
    regulations: state.regulations.map(regulation =>
      regulation.doc === doc ? { ...regulation, ...change } : regulation,
    ),
  };
}

/** A regulation by its document number; undefined for one that is not registered. */
export function regulationOf(state: Rulebook, doc: string): Regulation | undefined {
  return state.regulations.find(regulation => regulation.doc === doc);
}

/** A rule by id; an id that happens to name an object's own machinery is still only an id. */
export function ruleOf(state: Rulebook, ruleId: string): ProgrammeRule | undefined {
  return Object.hasOwn(state.rules, ruleId) ? state.rules[ruleId] : undefined;
}
