/** What forming a panel asks of its standing: the order of the draw, what is still open, what keeps it from being constituted. */

import { hash } from 'node:crypto';
import { untouched } from '../../events/event-type.ts';
import type { ExpertId } from '../../events/ids.ts';
import type { PanelEvent } from '../../events/panel.ts';
import { type Pair, type PanelStanding, pairOf, panelStanding, unitsOf } from '../../events/rules/panel.ts';
import type { Fold } from '../command.ts';

export interface PanelState extends PanelStanding {
  /** Grounds and reasons as they were given, by what was decided or asked. */
  readonly words: Readonly<Record<string, string>>;
}

/** Undefined until the formation is started. */
export const panel: Fold<PanelState | undefined, PanelEvent> = {
  name: 'panel/forming',
  initial: undefined,
  evolve(state, event) {
    const standing = panelStanding.evolve(state, event);
    return standing && { ...standing, words: { ...state?.words, ...wordsOf(event) } };
  },
};

export const dissolution = 'dissolution';
/** Key of the words of a request for recusal. */
export const requestOf = (orgId: string, { expertId, uscc }: Open): string => `request ${orgId} ${expertId} ${uscc}`;
/** Key of the words of a recusal. */
export const recusalOf = ({ expertId, uscc }: Open): string => `recusal ${expertId} ${uscc}`;

function wordsOf(event: PanelEvent): Readonly<Record<string, string>> {
  switch (event.type) {
    case 'recusal.requested':
      return { [requestOf(event.meta.actor.orgId, event.data)]: event.data.grounds };
    case 'expert.recused':
      return event.data.reason === undefined ? {} : { [recusalOf(event.data)]: event.data.reason };
    case 'panel.dissolved':
      return { [dissolution]: event.data.reason };
    case 'panel-formation.started':
    case 'experts.drawn':
    case 'interest.declared':
    case 'conflict.detected':
    case 'recusal-request.dismissed':
    case 'expert.replaced':
    case 'panel.constituted':
      return {};
    default:
      return untouched({}, event);
  }
}

/** SHA-256 of the UTF-8 bytes, lower-case hex. */
export function sha256(text: string): string {
  return hash('sha256', text);
}

interface Open {
  readonly expertId: ExpertId;
  readonly uscc: string;
}

/** Pairs of a member and a unit for which something holds. */
export function pairsWhere(state: PanelState, holds: (pair: Pair) => boolean): readonly Open[] {
  return state.members.flatMap(expertId =>
    unitsOf(state)
      .map(uscc => ({ expertId, uscc }))
      .filter(which => holds(pairOf(state, which))),
  );
}
