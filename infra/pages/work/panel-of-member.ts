/** What an expert is told of a panel that he is on, and of the standard that he scores under. */
import type { StandardRow } from '../../../projections/evaluation/standards.ts';
import { notThere } from '../../http/problem.ts';
import type { Asking } from '../page.ts';
import type { Assignments, DutiesAnswer, PanelOfMember } from './panel-duties.tsx';

/** The caller's panel, with the results that are his to judge. Throws 404 where he is not on it. */
export async function ownPanel(panelId: string, { ask }: Pick<Asking, 'ask'>): Promise<PanelOfMember> {
  const { panels } = await ask<DutiesAnswer>('ListPanelDuties');
  const panel = panels.find(one => one.panelId === panelId);
  if (!panel) throw notThere();
  return panel;
}

/** The standard that sheets are given under; undefined before scoring was opened. */
export async function standardOf(
  scoring: Assignments | undefined,
  { ask }: Pick<Asking, 'ask'>,
): Promise<StandardRow | undefined> {
  if (!scoring) return undefined;
  const { year, version } = scoring.standard;
  const { items } = await ask<{ items: readonly StandardRow[] }>('ListEvaluationStandards', { year, limit: 100 });
  return items.find(standard => standard.version === version);
}
