/**
 * Which results an expert judges now, so that he may open their material (art-20, D-50): those before a constituted panel
 * of which he is a member, of units he has declared to have no interest in and is not recused from. It ends with the
 * technical evaluation, or with the panel, and opens again while the panel has more to judge.
 */
import {
  excellentListProposed,
  scoringOpened,
  scoringReopened,
  technicalEvaluationCompleted,
} from '../events/evaluation.ts';
import { panelFacts } from '../events/panel.ts';
import { mayEvaluate, type PanelStanding, panelStanding } from '../events/panel-standing.ts';
import { excellentListReturned } from '../events/recognition.ts';
import type { Caller, Reader } from './ports.ts';
import { projection, when } from './projection.ts';
import { parsed } from './query.ts';

interface AssignmentsRow {
  readonly panelId: string;
  readonly year: number;
  readonly members: readonly string[];
  readonly standing: PanelStanding;
  /** Projects of the panel that are not scored: no body has forwarded their results. */
  readonly leftOut: readonly string[];
  /** The panel has nothing to judge at present. */
  readonly completed: boolean;
}

const idOf = ({ data }: { readonly data: { readonly panelId: string } }) => data.panelId;

export const panelAssignments = projection<AssignmentsRow>({
  name: 'panel-assignments',
  version: 1,
  question:
    '专家此刻评定哪些成果，可以查阅哪些材料 (Which results does an expert judge now, whose material he may open?)',
  indexes: [{ each: 'members', orderedBy: 'year' }],
  material: { none: '只有评定组的成员、项目和申明 (members, projects and declarations)' },
  handlers: [
    when(panelFacts, idOf, (row, event) => {
      const standing = panelStanding.evolve(row?.standing, event);
      if (!standing) return undefined;
      const { panelId, year, members } = standing;
      return { leftOut: [], completed: false, ...row, panelId, year, members, standing };
    }),
    when([scoringOpened], idOf, (row, { data: { leftOut } }) => row && { ...row, leftOut, completed: false }),
    when([scoringReopened, excellentListReturned], idOf, row => row && { ...row, completed: false }),
    when([technicalEvaluationCompleted, excellentListProposed], idOf, row => row && { ...row, completed: true }),
  ],
});

/** More panels than an expert can be on at a time. */
const PANELS = 100;

/** Whether the caller is an expert who judges one of the projects now. */
export async function judgesOneOf(reader: Reader, caller: Caller, projectIds: readonly string[]): Promise<boolean> {
  if (caller?.role !== 'EXPERT' || projectIds.length === 0) return false;
  const expertId = caller.orgId;
  const page = await reader.find(panelAssignments, {
    where: { members: { $all: [expertId] } },
    order: { by: ['year'], direction: 'desc' },
    limit: PANELS,
  });
  return parsed(panelAssignments, page).some(({ standing, leftOut, completed }) => {
    if (completed) return false;
    const judged = standing.projects.filter(({ uscc }) => mayEvaluate(standing, expertId, uscc));
    return judged.some(({ projectId }) => projectIds.includes(projectId) && !leftOut.includes(projectId));
  });
}
