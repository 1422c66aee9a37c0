/**
 * Which results an expert judges now, so that he may open their material (art-20, D-50): those before a constituted panel
 * of which he is a member, of units he has declared to have no interest in and is not recused from. It ends with the
 * technical evaluation, or with the panel, and opens again while the panel has more to judge.
 */
import { mayEvaluate } from '../events/rules/panel.ts';
import { panelMemberships } from './panel/duties.ts';
import { panels } from './panel/panels.ts';
import type { Caller, Reader } from './ports.ts';
import { load, loadMany } from './query.ts';

/** Whether the caller is an expert who judges one of the projects now. */
export async function judgesOneOf(reader: Reader, caller: Caller, projectIds: readonly string[]): Promise<boolean> {
  if (caller?.role !== 'EXPERT' || projectIds.length === 0) return false;
  const expertId = caller.orgId;
  const membership = await load(reader, panelMemberships, expertId);
  const own = await loadMany(reader, panels, membership?.panels ?? []);
  return [...own.values()].some(({ standing, leftOut, completed }) => {
    if (completed) return false;
    const judged = standing.projects.filter(({ uscc }) => mayEvaluate(standing, expertId, uscc));
    return judged.some(({ projectId }) => projectIds.includes(projectId) && !leftOut.includes(projectId));
  });
}
