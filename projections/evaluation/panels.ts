/** Who of a panel may judge what, as evaluation asks it of the panel's standing (art-18). */
import { isFree, pairOf } from '../../events/panel-standing.ts';
import type { PanelRow } from '../panel/panels.ts';

interface OfPair {
  readonly expertId: string;
  readonly uscc: string;
}

export function isMember({ standing }: PanelRow, expertId: string): boolean {
  return standing.members.some(member => member === expertId);
}

export function isRecused({ standing }: PanelRow, of: OfPair): boolean {
  const { recused, declaration } = pairOf(standing, of);
  return recused || declaration === 'conflict';
}

/** Whether a member may see and discuss what concerns a unit (art-18). */
export function seesUnit(row: PanelRow, of: OfPair): boolean {
  return isMember(row, of.expertId) && isFree(row.standing, of);
}
